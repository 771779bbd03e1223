"""The case's life cycle. Every status change is in TRANSITIONS."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple

from pydantic import Field

from conversations.complaints.agency import Language
from conversations.complaints.complaint import Complaint, Frozen, Part
from conversations.events import Delivery


class Status(StrEnum):
    """Where a complaint stands (product.md, the procedure as a life cycle)."""

    DRAFT = "draft"
    RECEIVED = "received"
    VERIFIED = "verified"
    INCOMPLETE = "incomplete"
    IN_PROGRESS = "in_progress"
    ASSIGNED = "assigned"
    AWAITING_APPROVAL = "awaiting_approval"
    RESPONDED = "responded"
    REOPENED = "reopened"
    CLOSED = "closed"
    ARCHIVED = "archived"
    REDIRECTED = "redirected"
    REJECTED = "rejected"
    DUPLICATE = "duplicate"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"


class CaseEvent(StrEnum):
    """What can happen to a case."""

    SUBMITTED = "submitted"
    VERIFIED = "verified"
    STARTED = "started"
    COMPLETION_REQUESTED = "completion_requested"
    COMPLETED = "completed"
    LAPSED = "lapsed"
    ASSIGNED = "assigned"
    RESPONSE_DRAFTED = "response_drafted"
    APPROVED = "approved"
    RETURNED = "returned"
    RESPONDED = "responded"
    SATISFIED = "satisfied"
    OBJECTED = "objected"
    OBJECTION_EXPIRED = "objection_expired"
    ARCHIVED = "archived"
    REDIRECTED = "redirected"
    REJECTED = "rejected"
    MARKED_DUPLICATE = "marked_duplicate"
    WITHDRAWN = "withdrawn"


class Role(StrEnum):
    """Who may cause an event."""

    CITIZEN = "citizen"
    OFFICER = "officer"
    LEADER = "leader"
    CLOCK = "clock"


class Transition(NamedTuple):
    """The status that follows, who may bring it about, and whether a reason is compulsory."""

    to: Status
    who: frozenset[Role]
    reason: bool = False


_CITIZEN = frozenset({Role.CITIZEN})
_OFFICER = frozenset({Role.OFFICER, Role.LEADER})
_LEADER = frozenset({Role.LEADER})
_CLOCK = frozenset({Role.CLOCK})
_S, _E = Status, CaseEvent

_HANDLED = (_S.VERIFIED, _S.IN_PROGRESS, _S.ASSIGNED, _S.REOPENED)
_OPEN = (_S.RECEIVED, _S.INCOMPLETE, *_HANDLED, _S.AWAITING_APPROVAL)

TRANSITIONS: Mapping[tuple[Status, CaseEvent], Transition] = {
    (_S.DRAFT, _E.SUBMITTED): Transition(_S.RECEIVED, _CITIZEN),
    (_S.RECEIVED, _E.VERIFIED): Transition(_S.VERIFIED, _OFFICER),
    (_S.RECEIVED, _E.COMPLETION_REQUESTED): Transition(_S.INCOMPLETE, _OFFICER, reason=True),
    (_S.VERIFIED, _E.COMPLETION_REQUESTED): Transition(_S.INCOMPLETE, _OFFICER, reason=True),
    (_S.INCOMPLETE, _E.COMPLETED): Transition(_S.RECEIVED, frozenset({Role.CITIZEN, Role.OFFICER})),
    (_S.INCOMPLETE, _E.LAPSED): Transition(_S.LAPSED, _CLOCK),
    (_S.VERIFIED, _E.STARTED): Transition(_S.IN_PROGRESS, _OFFICER),
    (_S.REOPENED, _E.STARTED): Transition(_S.IN_PROGRESS, _OFFICER),
    **{(status, _E.ASSIGNED): Transition(_S.ASSIGNED, _OFFICER) for status in _HANDLED},
    **{(status, _E.RESPONSE_DRAFTED): Transition(_S.AWAITING_APPROVAL, _OFFICER) for status in _HANDLED},
    (_S.AWAITING_APPROVAL, _E.APPROVED): Transition(_S.RESPONDED, _LEADER),
    (_S.AWAITING_APPROVAL, _E.RETURNED): Transition(_S.IN_PROGRESS, _LEADER, reason=True),
    (_S.IN_PROGRESS, _E.RESPONDED): Transition(_S.RESPONDED, _OFFICER),
    (_S.ASSIGNED, _E.RESPONDED): Transition(_S.RESPONDED, _OFFICER),
    (_S.RESPONDED, _E.SATISFIED): Transition(_S.CLOSED, _CITIZEN),
    (_S.RESPONDED, _E.OBJECTED): Transition(_S.REOPENED, _CITIZEN, reason=True),
    (_S.RESPONDED, _E.OBJECTION_EXPIRED): Transition(_S.CLOSED, _CLOCK),
    # Only for an objection that was written while there was time and sent after silence had closed.
    (_S.CLOSED, _E.OBJECTED): Transition(_S.REOPENED, _CITIZEN, reason=True),
    (_S.CLOSED, _E.ARCHIVED): Transition(_S.ARCHIVED, _OFFICER),
    **{(status, _E.REDIRECTED): Transition(_S.REDIRECTED, _OFFICER, reason=True) for status in _OPEN},
    **{(status, _E.REJECTED): Transition(_S.REJECTED, _OFFICER, reason=True) for status in _OPEN},
    **{(status, _E.MARKED_DUPLICATE): Transition(_S.DUPLICATE, _OFFICER, reason=True) for status in _OPEN},
    **{(status, _E.WITHDRAWN): Transition(_S.WITHDRAWN, _CITIZEN, reason=True) for status in _OPEN},
}

# Answering a case that nobody has verified or started verifies and starts it in the officer's name.
IMPLIED: Mapping[tuple[Status, CaseEvent], CaseEvent] = {
    (_S.RECEIVED, _E.RESPONDED): _E.VERIFIED,
    (_S.VERIFIED, _E.RESPONDED): _E.STARTED,
    (_S.REOPENED, _E.RESPONDED): _E.STARTED,
}

FINAL = frozenset({_S.ARCHIVED, _S.REDIRECTED, _S.REJECTED, _S.DUPLICATE, _S.WITHDRAWN, _S.LAPSED})
OPEN = frozenset(_OPEN)


class Purpose(StrEnum):
    """What messages of a filed case are."""

    ADDITION = "addition"
    ANSWER = "answer"
    OBJECTION = "objection"
    RESPONSE = "response"
    QUESTION = "question"
    NOTE = "note"


# Who writes what.
CITIZENS = frozenset({Purpose.ADDITION, Purpose.ANSWER, Purpose.OBJECTION})
OFFICERS = frozenset({Purpose.RESPONSE, Purpose.QUESTION, Purpose.NOTE})


class Happened(Frozen):
    """One line of the timeline that the citizen sees."""

    status: Status
    at: datetime
    by: str = ""


class Officer(Frozen):
    """An officer by messenger id and the name shown there."""

    id: int
    name: str


class Contribution(Frozen):
    """Something said about the case after it was filed, by either side, in one or more parts."""

    purpose: Purpose
    by: str
    at: datetime
    parts: tuple[Part, ...]

    @property
    def text(self) -> str:
        """Its texts, one paragraph a message."""
        return "\n".join(part.shown for part in self.parts if part.text)

    @property
    def files(self) -> tuple[str, ...]:
        """The keys of its files."""
        return tuple(part.file for part in self.parts if part.file)


class Case(Frozen):
    """A filed complaint and its handling. Its id is its draft's: exactly one case per draft.

    `chat` is the group that holds its card; `version` rises with every change, so that a button
    made for an earlier state is known. `grants` are the private links given to officers (`identity:801`),
    with the time until which each works; `prompted` the officers who were asked to write about it, by
    their names; `sources` maps a message of the citizen to the answer it gave.

    The shell keeps the last two when it stores the history; dialogues leave them alone.
    """

    id: str
    agency: str
    reference: str
    access_hash: str
    status: Status
    version: int = 1
    complaint: Complaint
    sources: dict[int, str] = Field(default_factory=dict)
    filed_by: int
    language: Language = "id"
    chat: int
    restricted: bool = False
    received_at: datetime
    due_on: date
    officer: Officer | None = None
    taken_at: datetime | None = None
    verified_by: Officer | None = None
    thread: tuple[Contribution, ...] = ()
    delivery: Delivery | None = None
    delivered_at: datetime | None = None
    objection_until: date | None = None
    stars: int = 0
    timeline: tuple[Happened, ...] = ()
    grants: dict[str, datetime] = Field(default_factory=dict)
    prompted: dict[int, str] = Field(default_factory=dict)
    # How many entries the history has; one that was cut has fewer.
    history_count: int = 0
    # The link of the newest entry; empty before the first one.
    history_head: str = ""

    @property
    def responses(self) -> tuple[Contribution, ...]:
        """The final responses given so far, oldest first."""
        return tuple(entry for entry in self.thread if entry.purpose is Purpose.RESPONSE)

    @property
    def open(self) -> bool:
        """Whether officers still owe something."""
        return self.status in OPEN

    def is_overdue(self, today: date) -> bool:
        """Whether its due date has passed without a response."""
        return self.open and today > self.due_on


class NotAllowedError(Exception):
    """The life cycle has no such step from here, or not for this role."""


def allowed(status: Status, event: CaseEvent, role: Role) -> bool:
    """Whether the event may happen now, implied steps included."""
    step = TRANSITIONS.get((status, event))
    if step is not None:
        return role in step.who
    before = IMPLIED.get((status, event))
    return before is not None and allowed(status, before, role)


def transition(case: Case, event: CaseEvent, role: Role, at: datetime, by: str = "") -> Case:
    """Move the case along TRANSITIONS, implied steps first, with one timeline entry a step.

    Raises NotAllowedError when the table has no such step for this role.
    """
    if (case.status, event) not in TRANSITIONS and (case.status, event) in IMPLIED:
        case = transition(case, IMPLIED[case.status, event], role, at, by)
        return transition(case, event, role, at, by)
    step = TRANSITIONS.get((case.status, event))
    if step is None or role not in step.who:
        message = f"{case.status} has no {event} for {role}"
        raise NotAllowedError(message)
    return changed(case, status=step.to, timeline=(*case.timeline, Happened(status=step.to, at=at, by=by)))


def changed(case: Case, **fields: object) -> Case:
    """A copy with these fields changed and the version raised."""
    return case.model_copy(update={"version": case.version + 1, **fields})
