"""The conversations in docs/played/ take place word for word, each within 25 acts."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from tests.texts.plays import rules
from tests.unit.behaviours import ENDS, FOLDER
from tests.unit.played import Deed, Play
from tests.unit.transcript import STAFF, Actor, Chat
from tests.unit.walker import SITI, walk

MOST_ACTS = 25


def speak(actor: Actor, _text: str) -> None:
    """A voice message."""
    actor.sends("voice")


def file(actor: Actor, _text: str) -> None:
    """A complaint like any other."""
    walk(actor, until="filed")


DEEDS: Mapping[str, Deed] = {"a voice message": speak, "files a complaint": file}


@pytest.mark.parametrize("name", ENDS)
def test_the_conversation_takes_place_within_25_acts(name: str) -> None:
    chat = Chat(rules=rules())
    citizen, rina = chat.person(SITI), chat.person(602, "Rina", STAFF["dpmd"])
    people = {"Warga": citizen, "Rina": rina, "Telegram": citizen}
    acts = Play(people, DEEDS).check((FOLDER / f"{name}.md").read_text(encoding="utf-8"))
    assert 5 < acts <= MOST_ACTS
    assert tuple(chat.case(number).status for number in range(len(chat.cases))) == ENDS[name]


def test_every_conversation_is_played_and_listed() -> None:
    listed = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert {path.stem for path in FOLDER.glob("*.md")} == {"README", *ENDS}
    assert all(f"[{name}.md]({name}.md)" in listed for name in ENDS)
