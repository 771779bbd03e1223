"""A group that is not ours: one polite line for citizens, the operator gets the rest, and the bot leaves."""

from __future__ import annotations

import pytest

from conversations.effects import LeaveChat, Send, TellOperator
from conversations.events import BotAdded
from tests.unit.filed import RENDERER, wording
from tests.unit.transcript import RULES, STAFF, START, Chat

STRANGE, OPERATOR = -555, 77
LINE = f"staff_chat_id = {STRANGE}"


def added(chat: int = STRANGE, operator: int = 0, title: str = "RT 02 Raci") -> Chat:
    world = Chat(rules=RULES.model_copy(update={"operator_chat_id": operator}))
    world.feed(BotAdded(chat, title, START))
    return world


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("title", ["RT 02 Raci", "Arisan Ibu", "", "<b>Keluarga"])
def test_the_group_reads_a_polite_line_and_the_operator_the_lines_to_paste(title: str, language: str) -> None:
    world = added(operator=OPERATOR, title=title)
    greeting, note, leaving = world.fresh
    assert isinstance(greeting, Send)
    assert isinstance(note, TellOperator)
    assert leaving == LeaveChat(STRANGE)
    text = wording(greeting.message, language)
    assert "config" not in text
    assert str(STRANGE) not in text
    assert LINE in RENDERER.text(note.message, language)


@pytest.mark.parametrize("language", ["id", "en"])
def test_without_an_operator_the_lines_are_below_the_polite_one(language: str) -> None:
    greeting, leaving = added().fresh
    assert isinstance(greeting, Send)
    assert leaving == LeaveChat(STRANGE)
    text = wording(greeting.message, language)
    assert text.index("RT 02 Raci") < text.index("bot") < text.index(LINE)


@pytest.mark.parametrize("chat", [STAFF["dpmd"], STAFF["bakesbangpol"], OPERATOR])
def test_our_own_groups_are_not_left(chat: int) -> None:
    assert added(chat, operator=OPERATOR).fresh == []
