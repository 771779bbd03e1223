"""Held messages are reminded of after an hour and dropped after a day, with a notice each time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from conversations.effects import DropFile, Send
from conversations.events import DeadlinePassed
from tests.unit.filed import CITIZEN, Desk, render_all, wording
from tests.unit.following import asked, responded

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
# What is open when the message comes -> the question about it.
OPEN: dict[str, tuple[Callable[[Desk], object], str]] = {
    "nothing": (lambda _world: None, "followup.begin_with_this"),
    "a case": (lambda world: world.file(), "followup.what_for"),
    "a verdict": (responded, "followup.judge"),
    "a question": (asked, "followup.answer_this"),
}


@pytest.mark.parametrize("name", OPEN)
def test_held_messages_are_reminded_of_once_after_an_hour(name: str) -> None:
    opened, template = OPEN[name]
    world = Desk()
    opened(world)
    assert world.citizen.says("Ada yang mau saya sampaikan") == [template]
    assert world.chat.wake(CITIZEN, HOUR - timedelta(minutes=1)) == []
    world.chat.wake(CITIZEN, timedelta(minutes=2))
    (effect,) = [one for one in world.chat.fresh if isinstance(one, Send)]
    assert (effect.message.template, effect.key) == (template, f"held:{CITIZEN}")
    assert "dihapus" in wording(effect.message)
    assert world.chat.wake(CITIZEN, HOUR) == []
    render_all(world.chat.effects)


def test_a_further_message_begins_the_hour_again() -> None:
    world = Desk()
    world.citizen.says("Satu")
    world.later(minutes=50)
    world.citizen.says("Dua")
    assert world.chat.wake(CITIZEN, timedelta(minutes=50)) == []
    assert world.chat.wake(CITIZEN, timedelta(minutes=20))


def test_held_messages_are_dropped_after_a_day_with_a_notice() -> None:
    world = Desk()
    world.citizen.says("Tolong dicek")
    world.citizen.sends()
    world.chat.wake(CITIZEN, HOUR * 2)
    world.chat.wake(CITIZEN, DAY)
    (notice,) = world.chat.sent(CITIZEN)
    assert notice.template == "followup.held_expired"
    assert "Tolong dicek" in wording(notice)
    assert len([effect for effect in world.chat.fresh if isinstance(effect, DropFile)]) == 1
    assert world.chat.conversation(CITIZEN).held == ()
    assert world.chat.wake(CITIZEN, DAY) == []
    assert world.citizen.presses("file_complaint") == ["intake.choose_agency"]
    draft = world.chat.conversation(CITIZEN).draft
    assert draft
    assert draft.story == ()
    render_all(world.chat.effects)


def test_after_a_long_downtime_there_is_one_notice() -> None:
    world = Desk()
    world.citizen.says("Tolong dicek")
    world.later(days=5)
    world.chat.feed(DeadlinePassed(world.chat.now, CITIZEN, CITIZEN))
    assert [message.template for message in world.chat.sent(CITIZEN)] == ["followup.held_expired"]


def test_used_messages_are_not_reminded_of() -> None:
    world = Desk()
    asked(world)
    world.citizen.says("Di balai desa")
    world.citizen.presses("send_answer")
    assert world.chat.wake(CITIZEN, DAY * 2) == []
