"""The register (buku register): one row for each case, COLUMNS is the table of its columns.

1. The answers of the complaint are columns of their own, one for each question (`Complaint`): the kind of the
   question makes the cell. A new question is a new column.
2. Answers about the person are only in a register that was asked for with identities.
3. Of a confidential or restricted case stand only the columns that are `open`, unless the register has
   identities, or is that of the restricted chat, which reads its own cases.
4. The time for the response is judged as in the reports (complaints/timing.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import Any, Literal, NamedTuple

from conversations import casefile
from conversations.complaints.agency import Agency
from conversations.complaints.case import Case, Contribution, Purpose
from conversations.complaints.cells import Cell, Word
from conversations.complaints.complaint import QUESTIONS, Question
from conversations.complaints.deadlines import ZONE, IsWorkingDay
from conversations.complaints.kinds import STORY
from conversations.complaints.life_cycle import Status
from conversations.complaints.rules import Rules
from conversations.complaints.timing import Timing, days_taken, response, sent_on, timing

Type = Literal["text", "date", "moment", "number"]
# Whether the time was kept; the other timings are not judged yet, or never.
_KEPT = {Timing.ON_TIME: "yes", Timing.LATE: "no", Timing.OVERDUE: "no"}
# The widths of columns in characters.
_SHORT, _MIDDLE, _LONG = 12, 24, 60


class Sight(NamedTuple):
    """What the readers of a register may see: answers about the person; the cases of the restricted chat."""

    identities: bool = False
    restricted: bool = False


class Entry(NamedTuple):
    """A case, and what its row depends on: the configuration, its agency, the day, the agency's calendar."""

    case: Case
    rules: Rules
    agency: Agency
    today: date
    works: IsWorkingDay
    # The answers that hold now, as JSON.
    answers: dict[str, Any]
    # Whether the readers may see the open columns only.
    closed: bool


class Column(NamedTuple):
    """A column: the word of its heading, the type of its cells, how one is read from a case."""

    heading: str
    type: Type
    read: Callable[[Entry], Cell]
    # Its width in characters.
    width: int = _SHORT
    # Whether it is about the person.
    personal: bool = False
    # Whether it is filled of a confidential and of a restricted case.
    open: bool = False


def _answer(name: str, question: Question) -> Callable[[Entry], Cell]:
    def read(entry: Entry) -> Cell:
        if entry.case.erased:
            return None
        answer = entry.case.complaint.story if question.kind is STORY else entry.answers.get(name)
        return question.kind.cell(answer, casefile.addressed_to(entry.case, entry.rules))

    return read


def _questions(*, personal: bool) -> Iterable[Column]:
    """A column for each question that has none in the table below."""
    for name, question in QUESTIONS.items():
        if question.personal is personal and name not in _OWN_COLUMNS:
            yield Column(f"field_{name}", "text", _answer(name, question), _MIDDLE, personal=personal)


# The questions whose column needs more than the answer.
_OWN_COLUMNS = frozenset({"channel", "received_on", "service"})


def _channel(entry: Entry) -> Cell:
    channel = entry.case.complaint.channel
    other = casefile.other_messenger(entry.case)
    return other or Word(f"channel_{channel}" if channel else "channel_bot")


def _service(entry: Entry) -> Cell:
    """The service; of a case that few may read only a listed one, because another tells the matter."""
    if entry.closed:
        return casefile.listed_service(entry.case, entry.rules)
    return casefile.service_name(entry.case, entry.rules)


def _division(entry: Entry) -> Cell:
    """The division that got the case last."""
    given = (e.target for e in reversed(entry.case.thread) if e.purpose is Purpose.INSTRUCTION)
    return entry.agency.division_name(entry.case.division or next(given, ""))


def _verified_at(entry: Entry) -> Cell:
    return next((line.at for line in reversed(entry.case.timeline) if line.status is Status.VERIFIED), None)


def _responded_at(entry: Entry) -> Cell:
    answer = response(entry.case)
    return answer.at if answer else None


def _days(entry: Entry) -> Cell:
    """The working days to the response, or those used so far; none where it ended without a response."""
    case = entry.case
    answer = response(case)
    if answer is None and not case.open:
        return None
    until = sent_on(answer) if answer else entry.today
    if answer is None and case.request:
        until = case.request.at.astimezone(ZONE).date() - timedelta(days=1)
    return days_taken(case, until, "working", entry.works)


def _on_time(entry: Entry) -> Cell:
    kept = _KEPT.get(timing(entry.case, entry.agency.clock, entry.today, entry.works))
    return Word(kept) if kept else None


def _last(entry: Entry, purpose: Purpose) -> Contribution | None:
    return next((e for e in reversed(entry.case.thread) if e.purpose is purpose), None)


def _objected_at(entry: Entry) -> Cell:
    objection = _last(entry, Purpose.OBJECTION)
    return objection.at if objection else None


def _reason(entry: Entry) -> Cell:
    """Why it ended without a response: the officer's decision, or the citizen's withdrawal.

    Of an erased case, that it was erased.
    """
    if entry.case.erased:
        return Word("register_erased")
    if decision := entry.case.decision:
        return decision.text
    withdrawal = _last(entry, Purpose.WITHDRAWAL)
    if withdrawal is None:
        return None
    return withdrawal.text or (Word(f"withdrawn_{withdrawal.target}") if withdrawal.target else None)


def _yes_or_no(value: bool) -> Cell:  # noqa: FBT001 - the value of the cell
    return Word("yes" if value else "no")


COLUMNS: tuple[Column, ...] = (
    Column("register_number", "text", lambda entry: entry.case.reference, _MIDDLE, open=True),
    Column("register_agency", "text", lambda entry: entry.agency.short_name, open=True),
    Column("register_received_at", "moment", lambda entry: entry.case.received_at, 16, open=True),
    Column("field_channel", "text", _channel),
    Column("field_service", "text", _service, _MIDDLE, open=True),
    *_questions(personal=False),
    Column("register_class", "text", lambda entry: entry.agency.class_name(entry.case.classified)),
    Column("field_confidential", "text", lambda entry: _yes_or_no(entry.case.complaint.confidential)),
    Column("register_status", "text", lambda entry: Word(f"status_{entry.case.status}"), _MIDDLE, open=True),
    Column("register_level", "number", lambda entry: entry.case.level or None),
    Column("register_division", "text", _division, _MIDDLE),
    Column("register_officer", "text", lambda entry: entry.case.officer.name if entry.case.officer else None),
    Column("register_verified_at", "moment", _verified_at, 16),
    Column(
        "register_verified_by",
        "text",
        lambda entry: entry.case.verified_by.name if entry.case.verified_by else None,
    ),
    Column("register_due_on", "date", lambda entry: entry.case.due_on, open=True),
    Column("register_responded_at", "moment", _responded_at, 16, open=True),
    Column("register_days", "number", _days, open=True),
    Column("register_on_time", "text", _on_time, open=True),
    Column("register_objected_at", "moment", _objected_at, 16),
    Column("register_stars", "number", lambda entry: entry.case.stars or None),
    Column("register_reason", "text", _reason, _LONG),
    Column("register_plan", "text", lambda entry: entry.case.plan.text if entry.case.plan else None, _LONG),
    Column("register_plan_due", "date", lambda entry: entry.case.plan.due_on if entry.case.plan else None),
    Column(
        "register_plan_done", "moment", lambda entry: entry.case.plan.done_at if entry.case.plan else None, 16
    ),
    *_questions(personal=True),
)


def columns(sight: Sight) -> tuple[Column, ...]:
    """The columns of a register for these readers."""
    return tuple(column for column in COLUMNS if sight.identities or not column.personal)


def row(case: Case, sight: Sight, rules: Rules, today: date, works: IsWorkingDay) -> list[Cell]:
    """The cells of a case; `works` is the calendar of its agency.

    Raises LookupError when the configuration does not contain the agency.
    """
    closed = _is_closed(case, sight)
    answers = {} if closed else case.answers
    entry = Entry(case, rules, casefile.agency_of(case, rules), today, works, answers, closed)
    return [column.read(entry) if column.open or not closed else None for column in columns(sight)]


def _is_closed(case: Case, sight: Sight) -> bool:
    """Whether these readers may see the open columns only."""
    if sight.identities:
        return False
    return case.complaint.confidential or (case.restricted and not sight.restricted)
