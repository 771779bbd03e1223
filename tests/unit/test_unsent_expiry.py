"""What was collected or written for a case and never sent is dropped after a week, with a notice."""

from __future__ import annotations

from datetime import timedelta

from conversations.complaints.life_cycle import Status
from conversations.effects import DropFile, StripButtons
from conversations.events import DeadlinePassed
from tests.unit.filed import CITIZEN, GROUP, Desk, prompted, render_all, wording
from tests.unit.following import adding
from tests.unit.memberships import BUDI

WEEK, MINUTE = timedelta(days=7), timedelta(minutes=1)


def dropped(world: Desk) -> int:
    """How many files the last event dropped."""
    return len([effect for effect in world.chat.fresh if isinstance(effect, DropFile)])


def test_a_citizen_s_unsent_messages_are_dropped_after_a_week_with_a_notice() -> None:
    world = Desk()
    case = adding(world)
    world.citizen.says("Jembatan juga rusak")
    world.citizen.sends()
    world.chat.wake(CITIZEN, WEEK - MINUTE)
    assert world.chat.conversation(CITIZEN).collecting
    world.chat.wake(CITIZEN, 2 * MINUTE)
    (notice,) = world.chat.sent(CITIZEN)
    assert notice.template == "followup.unsent_expired"
    for said in (case.reference, "tidak dikirim", "Jembatan juga rusak", "keterangan tambahan"):
        assert said in wording(notice)
    assert dropped(world) == 1
    assert [effect.key for effect in world.chat.fresh if isinstance(effect, StripButtons)] == [
        f"tally:{case.id}"
    ]
    after = world.chat.conversation(CITIZEN)
    assert (after.collecting, after.listener) == (None, "none")
    assert world.chat.wake(CITIZEN, WEEK) == []
    assert world.citizen.presses("add_information") == ["followup.collect"]
    render_all(world.chat.effects)


def test_after_a_long_downtime_there_is_no_reminder_of_what_is_dropped() -> None:
    world = Desk()
    adding(world)
    world.citizen.says("Satu")
    world.chat.wake(CITIZEN, 2 * WEEK)
    assert [message.template for message in world.chat.sent(CITIZEN)] == ["followup.unsent_expired"]


def test_the_week_begins_again_with_each_message() -> None:
    world = Desk()
    adding(world)
    world.citizen.says("Satu")
    world.later(days=6)
    world.citizen.says("Dua")
    world.chat.wake(CITIZEN, timedelta(days=2))
    assert world.chat.conversation(CITIZEN).collecting


def test_a_case_that_takes_no_more_messages_is_not_offered_again() -> None:
    world = Desk()
    case = adding(world)
    world.citizen.says("Satu")
    closed = world.now(case).model_copy(update={"status": Status.CLOSED})
    world.chat.cases[case.id] = closed.model_dump_json()
    world.chat.wake(CITIZEN, WEEK + MINUTE)
    (notice,) = world.chat.sent(CITIZEN)
    assert (notice.template, notice.buttons) == ("followup.unsent_expired", ())


def test_an_officer_s_unsent_answer_is_dropped_after_a_week_with_a_notice() -> None:
    world = Desk()
    case = prompted(world)
    world.later(days=7, minutes=1)
    world.chat.feed(DeadlinePassed(world.chat.now, GROUP, BUDI))
    (notice,) = world.chat.sent(GROUP)
    assert notice.template == "desk.unsent_expired"
    for said in (case.reference, "tanggapan akhir", "tidak dikirim", "Budi"):
        assert said in wording(notice)
    assert world.chat.conversation(BUDI, GROUP).writing is None
    render_all(world.chat.effects)


def test_messages_of_an_officer_without_a_purpose_are_dropped_without_a_notice() -> None:
    world = Desk()
    case = world.file()
    world.budi.says("Sudah saya cek di lapangan.", reply_to=world.card(case))
    assert world.chat.conversation(BUDI, GROUP).undecided
    world.later(days=7, minutes=1)
    world.chat.feed(DeadlinePassed(world.chat.now, GROUP, BUDI))
    assert world.chat.sent(GROUP) == []
    assert world.chat.conversation(BUDI, GROUP).undecided is None


def test_what_was_sent_is_not_dropped() -> None:
    world = Desk()
    adding(world)
    world.citizen.says("Satu")
    world.citizen.presses("send")
    assert world.chat.wake(CITIZEN, 2 * WEEK) == []
