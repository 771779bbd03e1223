"""One table says what the clock does, and when."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from conversations import wakeup_handlers
from conversations.complaints import mornings, wakeups
from conversations.complaints.complaint import Part
from conversations.complaints.draft import Draft
from conversations.complaints.life_cycle import Status
from conversations.complaints.wakeups import Subject, Wakeup
from conversations.events import DeadlinePassed, WakeupKind
from tests.unit.filed import CITIZEN, Desk
from tests.unit.transcript import START, TERMS, WIB

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


class Unsent:
    """Messages of a citizen or of an officer."""

    def __init__(self, *parts: Part, reminded: bool = False) -> None:
        self.parts, self.reminded = parts, reminded


def _draft(reminded_at: datetime | None = None) -> Draft:
    return Draft(id="d", screen="story", started_at=START, touched_at=START, reminded_at=reminded_at)


SAID = tuple(Part(message=number, at=START + number * HOUR, text="Jalan") for number in (1, 2))
NEW = Desk().file()
# The objection window ends on a Friday.
RESPONDED = NEW.model_copy(update={"status": Status.RESPONDED, "objection_until": date(2026, 4, 3)})
NEXT: dict[str, tuple[Subject | None, Wakeup | None]] = {
    "no subject": (None, None),
    "a draft": (_draft(), Wakeup(WakeupKind.DRAFT_REMINDER, START + DAY)),
    "a draft after its reminder": (_draft(START + DAY), Wakeup(WakeupKind.DRAFT_DROPPED, START + 7 * DAY)),
    "a draft whose reminder was late": (
        _draft(START + 5 * DAY),
        Wakeup(WakeupKind.DRAFT_DROPPED, START + 7 * DAY),
    ),
    "a draft that was continued after its reminder": (
        _draft(START - HOUR),
        Wakeup(WakeupKind.DRAFT_REMINDER, START + DAY),
    ),
    "unsent messages": (Unsent(*SAID), Wakeup(WakeupKind.COLLECTING_REMINDER, START + 3 * HOUR)),
    "unsent messages after their reminder": (
        Unsent(*SAID, reminded=True),
        Wakeup(WakeupKind.UNSENT_EXPIRED, START + 2 * HOUR + 7 * DAY),
    ),
    "no message yet": (Unsent(), None),
    "a new case": (NEW, Wakeup(WakeupKind.UNVERIFIED, datetime(2026, 3, 18, 8, 0, tzinfo=WIB))),
    "a case with its response": (
        RESPONDED,
        Wakeup(WakeupKind.OBJECTION_EXPIRED, datetime(2026, 4, 4, 8, 0, tzinfo=WIB)),  # a Saturday
    ),
    "a closed case": (RESPONDED.model_copy(update={"status": Status.CLOSED}), None),
}


@pytest.mark.parametrize("name", NEXT)
def test_the_next_wake_up(name: str) -> None:
    subject, expected = NEXT[name]
    assert wakeups.next_wakeup([subject], TERMS) == expected


def test_the_earliest_wake_up_of_a_conversation_counts() -> None:
    found = wakeups.next_wakeup([_draft(), Unsent(*SAID), None, Unsent(SAID[0])], TERMS)
    assert found == Wakeup(WakeupKind.COLLECTING_REMINDER, START + 2 * HOUR)


DUE = {
    "before the reminder": (DAY - HOUR, []),
    "at the reminder": (DAY, [WakeupKind.DRAFT_REMINDER]),
    "after a long downtime": (60 * DAY, [WakeupKind.DRAFT_DROPPED]),
}


@pytest.mark.parametrize("name", DUE)
def test_only_the_latest_wake_up_of_a_subject_is_due(name: str) -> None:
    passed, expected = DUE[name]
    assert [one.kind for one in wakeups.due([_draft()], TERMS, START + passed)] == expected


def test_every_kind_has_a_row_and_a_handler() -> None:
    assert [row.kind for row in wakeups.TABLE] == list(WakeupKind)
    assert set(wakeup_handlers.WAKEUP_HANDLERS) == set(WakeupKind)


def test_only_kinds_of_the_table_are_known() -> None:
    assert [wakeups.known_kind(name) for name in ("draft_dropped", "", None, b"\xff")] == [
        WakeupKind.DRAFT_DROPPED,
        *(None, None, None),
    ]


MORNINGS = {
    "at night": (datetime(2026, 3, 17, 3, 0, tzinfo=WIB), 17),
    "in the morning": (datetime(2026, 3, 17, 8, 0, tzinfo=WIB), 18),
    "late in the evening of UTC": (datetime(2026, 3, 17, 23, 0, tzinfo=UTC), 18),
}


@pytest.mark.parametrize("name", MORNINGS)
def test_the_next_morning_begins_at_eight(name: str) -> None:
    now, day = MORNINGS[name]
    assert mornings.next_morning(now) == datetime(2026, 3, day, 8, 0, tzinfo=WIB)


def test_an_earlier_version_s_reminded_draft_is_not_reminded_again() -> None:
    stored = _draft().model_dump(mode="json", exclude={"reminded_at"})
    for reminded, expected in ((True, START + DAY), (False, None)):
        text = Draft.model_validate({**stored, "nudged": reminded}).model_dump_json()
        assert Draft.model_validate_json(text).reminded_at == expected


@pytest.mark.parametrize("kind", [None, *WakeupKind])
def test_the_state_decides_what_is_due_for_any_stored_kind(kind: WakeupKind | None) -> None:
    world = Desk()
    case = world.file()
    world.answered(world.budi, case)
    world.delivered(case)
    world.later(days=10)
    assert world.chat.feed(DeadlinePassed(world.chat.now, case=case.id, kind=kind)) == []
    world.later(days=1)
    world.chat.feed(DeadlinePassed(world.chat.now, case=case.id, kind=kind))
    assert world.now(case).status is Status.CLOSED
    assert [message.template for message in world.chat.sent(CITIZEN)] == ["followup.closed_by_silence"]
