"""The conversation at the top of intake/dialogue.py takes place word for word."""

from __future__ import annotations

from conversations.intake import dialogue
from tests.unit.played import Play
from tests.unit.transcript import RULES, Chat


def test_the_conversation_that_the_dialogue_describes_takes_place() -> None:
    first, second = RULES.agencies
    named = first.model_copy(update={"full_name": "Dinas Pemberdayaan Masyarakat dan Desa"})
    chat = Chat(rules=RULES.model_copy(update={"agencies": (named, second)}))
    assert Play({"Siti": chat.person(5001)}).check(dialogue.__doc__ or "") == 17
    assert len(chat.cases) == 1
