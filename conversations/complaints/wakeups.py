"""What the clock does to drafts, unsent messages and cases, and when. All of it is in TABLE.

1. A row names the kind, the subject, and the moment at which the clock has work; None means never.
2. The next wake-up of a conversation or a case is the earliest moment of its rows, an aware datetime. The
   store keeps it with its kind, and the clock asks the store for what is due.
3. When several rows of one subject are due, only the latest is carried out. After downtime a person gets
   one reminder and not two, and a draft that is to be dropped is dropped without a reminder.
4. The moments of the reminders to officers are in mornings.py.
5. Another reminder of a draft is one WakeupKind, one row here, and one line in WAKEUP_HANDLERS.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple, Protocol, runtime_checkable

from conversations.complaints import mornings
from conversations.complaints.case import Case
from conversations.complaints.complaint import Part
from conversations.complaints.deadlines import ONE_DAY, ZONE
from conversations.complaints.draft import Draft
from conversations.complaints.life_cycle import Status
from conversations.complaints.mornings import morning_of, next_working_morning
from conversations.complaints.terms import Terms
from conversations.events import WakeupKind

COLLECTING_REMINDER = timedelta(hours=1)
# Held messages: until the reminder, and until they are dropped.
HELD_REMINDER, HELD_KEPT = timedelta(hours=1), timedelta(days=1)
# Messages that were collected and never sent, until they are dropped; those of officers too.
UNSENT_KEPT = timedelta(days=7)
# A follow-up plan that is not done is reminded again.
PLAN_AGAIN = timedelta(weeks=1)
# The days after the request on which a citizen is reminded of what is missing.
COMPLETION_REMINDERS = (7, 20, 28)


@runtime_checkable
class UnsentMessages(Protocol):
    """Messages for a case that wait for the Send button ("Kirim")."""

    @property
    def parts(self) -> tuple[Part, ...]:
        """The messages, in their order."""

    @property
    def reminded(self) -> bool:
        """Whether their author was reminded of them."""


@runtime_checkable
class HeldMessages(Protocol):
    """Messages whose purpose the citizen has not chosen yet."""

    @property
    def held(self) -> tuple[Part, ...]:
        """The messages, in their order."""

    @property
    def held_at(self) -> datetime | None:
        """When the citizen was last asked; None in a state of an earlier version."""

    @property
    def held_reminded(self) -> bool:
        """Whether the citizen was reminded of them."""


@runtime_checkable
class UndecidedMessages(Protocol):
    """Messages of an officer whose purpose was not chosen."""

    @property
    def parts(self) -> tuple[Part, ...]:
        """The messages, in their order."""

    @property
    def refused(self) -> bool:
        """Whether the officer's choice was refused."""


Subject = Draft | UnsentMessages | UndecidedMessages | HeldMessages | Case


class Wakeup(NamedTuple):
    """What the clock has to do, and from when on."""

    kind: WakeupKind
    at: datetime


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that the clock does; `when` gets a subject of that type and the terms."""

    kind: WakeupKind
    subject: type[Any]
    when: Callable[[Any, Terms], datetime | None]


def draft_reminder(draft: Draft, after: timedelta) -> datetime | None:
    """The moment of a reminder; None when the person was reminded at that moment or later.

    Of what completes a filed complaint the case reminds.
    """
    if draft.completes:
        return None
    at = _since(draft) + after
    return at if draft.reminded_at is None or draft.reminded_at < at else None


def draft_end(draft: Draft, after: timedelta) -> datetime:
    """The moment at which a draft is deleted; what completes a filed complaint, a day after its last day."""
    if draft.completes:
        return morning_of(draft.completes.until + 2 * ONE_DAY)
    return _since(draft) + after


def _since(draft: Draft) -> datetime:
    """From when on its days count: the last answer, or the end of a block if that is later."""
    return max(draft.touched_at, draft.kept_until or draft.touched_at)


def _collecting_reminder(unsent: UnsentMessages, _terms: Terms) -> datetime | None:
    if unsent.reminded or not unsent.parts:
        return None
    return unsent.parts[-1].at + COLLECTING_REMINDER


def _unsent_end(unsent: UnsentMessages | UndecidedMessages, _terms: Terms) -> datetime | None:
    return unsent.parts[-1].at + UNSENT_KEPT if unsent.parts else None


def held_until(talk: HeldMessages) -> datetime | None:
    """When the held messages are dropped; None without any."""
    return (talk.held_at or talk.held[-1].at) + HELD_KEPT if talk.held else None


def _held_reminder(talk: HeldMessages, _terms: Terms) -> datetime | None:
    until = held_until(talk)
    return until - HELD_KEPT + HELD_REMINDER if until and not talk.held_reminded else None


def _objection_expired(case: Case, _terms: Terms) -> datetime | None:
    if case.status is not Status.RESPONDED or case.objection_until is None or case.unheard:
        return None
    return morning_of(case.objection_until + ONE_DAY)


def _plan_due(case: Case, _terms: Terms) -> datetime | None:
    plan = case.plan
    if plan is None or not plan.is_open or plan.due_on is None:
        return None
    return morning_of(max(plan.due_on, plan.reminded_on + PLAN_AGAIN) if plan.reminded_on else plan.due_on)


def _completion_reminder(case: Case, _terms: Terms) -> datetime | None:
    request = case.request
    if request is None:
        return None
    asked_on = request.at.astimezone(ZONE).date()
    days = (asked_on + timedelta(days=number) for number in COMPLETION_REMINDERS)
    mornings = (morning_of(day) for day in days if day <= request.until)
    since = request.reminded_at or request.at
    return next((morning for morning in mornings if morning > since), None)


def _completion_lapsed(case: Case, _terms: Terms) -> datetime | None:
    return morning_of(case.request.until + ONE_DAY) if case.request else None


def _data_request(case: Case, terms: Terms) -> datetime | None:
    asked = case.data_request
    if asked is None:
        return None
    return next_working_morning(asked.reminded_at or asked.at, terms.calendar(case.agency))


def _block_ended(case: Case, _terms: Terms) -> datetime | None:
    return morning_of(case.block.until + ONE_DAY) if case.block else None


TABLE: tuple[Row, ...] = (
    Row(
        WakeupKind.DRAFT_REMINDER,
        Draft,
        lambda draft, terms: draft_reminder(draft, timedelta(hours=terms.limits.draft_reminder_hours)),
    ),
    Row(
        WakeupKind.DRAFT_DROPPED,
        Draft,
        lambda draft, terms: draft_end(draft, timedelta(days=terms.limits.draft_drop_days)),
    ),
    Row(WakeupKind.COLLECTING_REMINDER, UnsentMessages, _collecting_reminder),
    Row(WakeupKind.HELD_REMINDER, HeldMessages, _held_reminder),
    Row(WakeupKind.HELD_EXPIRED, HeldMessages, lambda talk, _terms: held_until(talk)),
    Row(WakeupKind.OBJECTION_EXPIRED, Case, _objection_expired),
    Row(WakeupKind.PLAN_DUE, Case, _plan_due),
    Row(WakeupKind.COMPLETION_REMINDER, Case, _completion_reminder),
    Row(WakeupKind.COMPLETION_LAPSED, Case, _completion_lapsed),
    Row(WakeupKind.UNVERIFIED, Case, mornings.unverified),
    Row(WakeupKind.DUE_SOON, Case, mornings.due_soon),
    Row(WakeupKind.DUE_TODAY, Case, mornings.due_today),
    Row(WakeupKind.OVERDUE, Case, mornings.overdue),
    Row(WakeupKind.STATUTORY, Case, mornings.statutory),
    Row(WakeupKind.DATA_REQUEST, Case, _data_request),
    Row(WakeupKind.UNSENT_EXPIRED, UnsentMessages, _unsent_end),
    Row(WakeupKind.UNDECIDED_EXPIRED, UndecidedMessages, _unsent_end),
    Row(WakeupKind.BLOCK_ENDED, Case, _block_ended),
)


def next_wakeup(subjects: Iterable[Subject | None], terms: Terms) -> Wakeup | None:
    """The earliest wake-up of these; None when the clock has nothing to do."""
    found = (wakeup for subject in subjects for wakeup in _wakeups(subject, terms))
    return min(found, key=lambda wakeup: wakeup.at, default=None)


def due(subjects: Iterable[Subject | None], terms: Terms, now: datetime) -> tuple[Wakeup, ...]:
    """What is to be done now: of each subject the latest wake-up that is due."""
    passed = ([one for one in _wakeups(subject, terms) if one.at <= now] for subject in subjects)
    return tuple(max(some, key=lambda wakeup: wakeup.at) for some in passed if some)


def is_due(kind: WakeupKind | None, subject: Subject | None, terms: Terms, now: datetime) -> bool:
    """Whether this is to be done to the subject now."""
    return any(wakeup.kind == kind for wakeup in due((subject,), terms, now))


def known_kind(name: object) -> WakeupKind | None:
    """The kind of that name; None when the table has no such row."""
    return next((row.kind for row in TABLE if row.kind == name), None)


def _wakeups(subject: Subject | None, terms: Terms) -> Iterator[Wakeup]:
    for row in _rows_of(subject):
        if at := row.when(subject, terms):
            yield Wakeup(row.kind, at)


# The rows of each type of subjects. Python compares all attributes of a Protocol each time that it is asked
# whether a value fits it, which took a fifth of the CPU time of a turn (tests/bench/turns.py).
_ROWS: dict[type, tuple[Row, ...]] = {}


def _rows_of(subject: Subject | None) -> tuple[Row, ...]:
    known = _ROWS.get(type(subject))
    if known is None:
        known = tuple(row for row in TABLE if isinstance(subject, row.subject))
        _ROWS[type(subject)] = known
    return known
