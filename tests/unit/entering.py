"""Officers who enter complaints for citizens: the steps that the tests share."""

from __future__ import annotations

from collections.abc import Mapping

from conversations.complaints.case import Case
from conversations.effects import AnswerPress, DeleteMessages, Edit, Send, StripButtons
from tests.unit.filed import Desk
from tests.unit.transcript import Actor
from tests.unit.walker import Answer, walk

YESTERDAY, TODAY = "yesterday-2026-03-16", "today-2026-03-17"
CITIZEN_NAME, STREET = "Sumiati Rahayu", "Dusun Krajan RT 02/RW 01, Desa Raci, Kecamatan Bangil"


def opened(world: Desk, officer: Actor, argument: str = "") -> Actor:
    """The officer in private, after /catat in the group and the button."""
    officer.commands("catat")
    officer.presses("record")
    private = world.private(officer)
    private.commands("start", argument or world.chat.alert.link)
    return private


def entered(
    world: Desk,
    officer: Actor | None = None,
    answers: Mapping[str, Answer] | None = None,
    *,
    photo: bool = True,
) -> Case:
    """A complaint that an officer (Rina) has entered; by letter, with a photo of it."""
    private = opened(world, officer or world.rina)
    walk(private, until="signing", answers=answers_with(answers))
    if photo:
        private.sends("photo")
    else:
        private.presses("told_orally")
    private.presses("send")
    return world.chat.case(-1)


def answers_with(more: Mapping[str, Answer] | None = None) -> Mapping[str, Answer]:
    """The walker's answers about the citizen."""
    return {
        "channel": "letter",
        "tracking_id": "1234567",
        "received_on": YESTERDAY,
        "name": CITIZEN_NAME,
        "address": STREET,
        **(more or {}),
    }


def nothing_to_nobody(world: Desk) -> None:
    """No effect so far is in the chat 0, and each button press was answered at most once."""
    to_chats = (Send, Edit, StripButtons, DeleteMessages)
    assert not [e for e in world.chat.effects if isinstance(e, to_chats) and e.chat == 0]
    assert all(effect.press for effect in world.chat.effects if isinstance(effect, AnswerPress))
