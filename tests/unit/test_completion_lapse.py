"""The clock of an incomplete complaint: three reminders, and its end after 30 days."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from conversations.complaints import wakeups
from conversations.complaints.case import Case
from conversations.complaints.life_cycle import Status
from conversations.effects import DropFiles
from conversations.events import DeadlinePassed, WakeupKind
from tests.unit.filed import CITIZEN, GROUP, LANGUAGES, Desk, render_all, wording
from tests.unit.incomplete import completing, requested, talk
from tests.unit.transcript import WIB


def wake(world: Desk, case: Case) -> list[str]:
    """The clock wakes the case: the templates of what the citizen gets."""
    event = DeadlinePassed(world.chat.now, person=CITIZEN, case=case.id)
    world.chat.feed(event)
    return [message.template for message in world.chat.sent(CITIZEN)]


COMPLETION = frozenset({WakeupKind.COMPLETION_REMINDER, WakeupKind.COMPLETION_LAPSED})


def next_wakeup(world: Desk, case: Case) -> tuple[str, datetime] | None:
    """When the citizen is next reminded, or the case lapses; officers have reminders of their own."""
    terms, now = world.chat.world().terms, world.now(case)
    moments = ((row.kind.value, row.when(now, terms)) for row in wakeups.TABLE if row.kind in COMPLETION)
    return min(((kind, at) for kind, at in moments if at), key=lambda known: known[1], default=None)


def test_a_citizen_is_reminded_after_7_20_and_28_days_and_the_case_lapses_after_30() -> None:
    world = Desk()
    case = requested(world, "address")  # Tuesday 17 March 2026
    expected = [
        ("completion_reminder", datetime(2026, 3, 24, 8, tzinfo=WIB)),  # Tuesday
        ("completion_reminder", datetime(2026, 4, 6, 8, tzinfo=WIB)),  # Monday
        ("completion_reminder", datetime(2026, 4, 14, 8, tzinfo=WIB)),  # Tuesday
        ("completion_lapsed", datetime(2026, 4, 17, 8, tzinfo=WIB)),  # Friday
    ]
    found = []
    for _ in expected:
        coming = next_wakeup(world, case)
        assert coming
        found.append(coming)
        world.chat.now = coming[1] - timedelta(minutes=1)
        assert wake(world, case) == []
        world.chat.now = coming[1]
        assert len(wake(world, case)) == 1
    assert found == expected
    assert world.now(case).status is Status.LAPSED
    assert next_wakeup(world, case) is None
    render_all(world.chat.effects)


def test_after_downtime_there_is_one_reminder() -> None:
    world = Desk()
    case = requested(world, "address")
    world.later(days=22)
    assert wake(world, case) == ["completion.reminder"]
    world.later(hours=1)
    assert wake(world, case) == []
    world.later(days=30)
    assert wake(world, case) == ["completion.lapsed"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_reminder_says_what_is_answered_already(language: str) -> None:
    world = Desk()
    case = completing(world, "address", "loss")
    world.citizen.says("Rp 450.000, uang transpor")
    world.citizen.presses("do_later")
    world.later(days=7)
    assert wake(world, case) == ["completion.reminder"]
    reminder = world.chat.sent(CITIZEN)[-1]
    assert (reminder.params["items"], reminder.params["answered"]) == (["loss", "address"], ["loss"])
    assert reminder.params["left"] == 23
    assert ("belum dikirim" if language == "id" else "not sent yet") in wording(reminder, language)
    assert world.citizen.presses("complete_now") == ["intake.ask_address"]


def test_a_reminder_without_answers_and_while_an_item_is_asked() -> None:
    world = Desk()
    case = completing(world, "address")
    world.later(days=7)
    assert wake(world, case) == ["completion.reminder"]
    assert world.chat.sent(CITIZEN)[-1].params["answered"] == []
    # The question stays open.
    draft = talk(world).draft
    assert draft
    assert (draft.screen, talk(world).listener) == ("address", "intake")


def test_the_end_is_told_to_the_citizen_and_the_group_and_is_in_the_history() -> None:
    world = Desk()
    case = completing(world, "address", "loss")
    world.citizen.says("Rp 450.000, uang transpor")
    draft = talk(world).draft
    assert draft
    world.later(days=31)
    assert wake(world, case) == ["completion.lapsed"]
    now = world.now(case)
    assert (now.status, now.request, now.timeline[-1].status) == (Status.LAPSED, None, Status.LAPSED)
    assert ("clock", "lapsed") in world.history()
    assert DropFiles(draft.id) in world.chat.fresh
    assert talk(world).draft is None
    told = next(m for m in world.chat.sent(GROUP) if m.template == "desk.lapsed")
    assert told.params["officer"]["id"] == 601
    assert told.reply_to == f"card:{case.id}"
    notice = world.chat.sent(CITIZEN)[-1]
    assert "30 hari" in wording(notice)
    world.citizen.presses("new_complaint")
    begun = talk(world).draft
    assert begun
    assert begun.answers == {"earlier_complaint": case.reference}
    world.press(world.budi, case, "withdraw_request")
    assert world.chat.alert.template == "desk.not_now"
    render_all(world.chat.effects)


def test_without_the_conversation_the_answers_are_dropped_by_their_own_clock() -> None:
    world = Desk()
    case = completing(world, "address")
    draft = talk(world).draft
    assert draft
    until = draft.completes.until if draft.completes else date.min
    assert until == date(2026, 4, 16)
    terms = world.chat.world().terms
    found = wakeups.next_wakeup([draft], terms)
    assert found
    assert (found.kind.value, found.at) == ("draft_dropped", datetime(2026, 4, 18, 8, tzinfo=WIB))
    world.chat.feed(DeadlinePassed(world.chat.now, case=case.id))
    assert talk(world).draft == draft
    world.chat.now = found.at
    world.chat.feed(DeadlinePassed(world.chat.now, CITIZEN, CITIZEN))
    assert world.chat.sent(CITIZEN) == []
    assert DropFiles(draft.id) in world.chat.fresh
    assert talk(world).draft is None


def test_a_shorter_limit_has_fewer_reminders() -> None:
    world = Desk()
    limits = world.chat.rules.limits.model_copy(update={"completion_days": 10})
    world.chat.rules = world.chat.rules.model_copy(update={"limits": limits})
    case = requested(world, "address")
    world.later(days=7)
    assert wake(world, case) == ["completion.reminder"]
    assert next_wakeup(world, case) == ("completion_lapsed", datetime(2026, 3, 28, 8, tzinfo=WIB))  # Saturday


def test_a_completed_case_has_no_more_reminders() -> None:
    world = Desk()
    case = requested(world, "address")
    world.press(world.budi, case, "withdraw_request")
    world.budi.presses("recall_yes")
    assert next_wakeup(world, case) is None
    world.later(days=40)
    assert wake(world, case) == []
    assert world.now(case).status is Status.RECEIVED
