"""The life cycle of a complaint: TRANSITIONS is the one table of what may happen to it.

The service standard prescribes a procedure (seeds, "Sistem, Mekanisme dan Prosedur"): an agency receives and
records a complaint, confirms it, settles it or distributes it to a division, responds, and archives it.
The law adds the person's side: an objection, a withdrawal. The table has one row for each step: the status
before, the event, the status after, who may cause it, and whether a reason is compulsory.

Why a table, and not methods such as `case.verify()`:

1. Officers read it. The diagram in the README is printed from it (diagram.py), and an agency can
   check it line by line against its own standard.
2. Refusals come from it. A button is offered while `allowed()` says so, and a press on an old card is judged
   by the same row: what is true now decides, not the age of the card.
3. Properties can be tested over all rows: every status is reachable, every open case can leave, a citizen
   cannot close what an officer has not answered.

Rules that are not visible in a single row:

4. A status names a step of the procedure, and not who works on it. "Ambil" sets the handling officer and is
   no status: a case that an officer has taken still has to be verified.
5. An officer may respond to a case that was never verified. The response then implies the steps before it
   (IMPLIED), each with its line in the history, in that officer's name: the procedure is complete on paper,
   and no citizen waits for a press that was forgotten.
6. The clock is a role. Silence after the objection days closes a case, and an incomplete one lapses; nothing
   else happens without a person.
7. Three steps lead back from closed. (closed, objected): the objection must have been written in time and
   sent after silence had closed the case; `followup/objection.py` checks the time, which a table cannot.
   (closed, corrected) and (closed, recalled): silence also closes a case whose response was wrong. A
   corrected response starts the objection days again; a recalled one leaves the case without a response.
8. A reason is compulsory where the person loses something: incomplete, rejected, redirected, duplicate, or
   answered as a question. It is sent to them. These decisions can be mistakes: (…, reinstated) leads back,
   with a reason as well and with a new clock; `desk/exits.py` limits it to what officers decided.
9. (responded, responded) is a further answer. It is offered only after the citizen has added something
   (`Case.unheard`); until then the case waits for the citizen, and afterwards silence does not close it
   before an officer has answered.
10. (open, answered as question) closes without the objection days of a response: a question is no complaint.
   The person may say that it is one (closed, objected) within the same number of days.
11. Where an agency asks for approval, a response is drafted, and the leader approves or returns it. Its
    author may withdraw it, so that an absent leader locks nobody out. A correction waits for approval in the
    status responded or closed, because the citizen may judge the response meanwhile.
12. FINAL statuses have no step out. A new complaint gets a new number and a new clock.
13. What is missing may be asked for until an answer is being prepared elsewhere: received, verified, and in
    progress, which a verified case enters at once when an officer takes it. Not after a disposition, because
    the completed case is received again and would lose its division: the division asks a question instead.
    Not after an objection: the complaint was answered as it is, and a pause would only delay the citizen.
14. A completed case is received again, and so is one whose request was withdrawn: an officer confirms the
    complaint as it is then. The clock goes on with the days that it had left (casefile.py).
15. A division answers the desk, and never the citizen: its members (Role.DIVISION) cause REPORTED and nothing
    else. The report leads back to IN_PROGRESS, because the next step is the desk's: a case that stayed
    ASSIGNED would still be waited for at the division, and no one would see that the desk has to answer.
    Officers can cause it too, for a division without a group. TAKEN_BACK is the same step without a report.
    (assigned, assigned) is another division, or a further instruction to the same one.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple


class Status(StrEnum):
    """The status of a complaint (product.md, the procedure as a life cycle)."""

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
    RECORDED = "recorded"
    VERIFIED = "verified"
    STARTED = "started"
    COMPLETION_REQUESTED = "completion_requested"
    COMPLETED = "completed"
    REQUEST_WITHDRAWN = "request_withdrawn"
    LAPSED = "lapsed"
    ASSIGNED = "assigned"
    RESPONSE_DRAFTED = "response_drafted"
    DRAFT_WITHDRAWN = "draft_withdrawn"
    APPROVED = "approved"
    RETURNED = "returned"
    RESPONDED = "responded"
    CORRECTED = "corrected"
    RECALLED = "recalled"
    SATISFIED = "satisfied"
    OBJECTED = "objected"
    OBJECTION_EXPIRED = "objection_expired"
    ARCHIVED = "archived"
    REDIRECTED = "redirected"
    REJECTED = "rejected"
    MARKED_DUPLICATE = "marked_duplicate"
    WITHDRAWN = "withdrawn"
    ANSWERED_AS_QUESTION = "answered_as_question"
    REINSTATED = "reinstated"
    REPORTED = "reported"
    TAKEN_BACK = "taken_back"


class Role(StrEnum):
    """Who may cause an event."""

    CITIZEN = "citizen"
    OFFICER = "officer"
    LEADER = "leader"
    CLOCK = "clock"
    DIVISION = "division"


class Transition(NamedTuple):
    """The status that follows, who may bring it about, and whether a reason is compulsory."""

    to: Status
    who: frozenset[Role]
    reason: bool = False


_CITIZEN = frozenset({Role.CITIZEN})
_OFFICER = frozenset({Role.OFFICER, Role.LEADER})
_LEADER = frozenset({Role.LEADER})
_CLOCK = frozenset({Role.CLOCK})
_DIVISION = _OFFICER | {Role.DIVISION}
_S, _E = Status, CaseEvent

_HANDLED = (_S.VERIFIED, _S.IN_PROGRESS, _S.ASSIGNED, _S.REOPENED)
_ANSWERED = (_S.RESPONDED, _S.CLOSED)
_OPEN = (_S.RECEIVED, _S.INCOMPLETE, *_HANDLED, _S.AWAITING_APPROVAL)
# What an officer's mistaken decision can have led to.
_DECIDED = (_S.REDIRECTED, _S.REJECTED, _S.DUPLICATE, _S.CLOSED)

TRANSITIONS: Mapping[tuple[Status, CaseEvent], Transition] = {
    (_S.DRAFT, _E.SUBMITTED): Transition(_S.RECEIVED, _CITIZEN),
    # An officer enters it for a citizen ("/catat").
    (_S.DRAFT, _E.RECORDED): Transition(_S.RECEIVED, _OFFICER),
    (_S.RECEIVED, _E.VERIFIED): Transition(_S.VERIFIED, _OFFICER),
    (_S.RECEIVED, _E.COMPLETION_REQUESTED): Transition(_S.INCOMPLETE, _OFFICER, reason=True),
    (_S.VERIFIED, _E.COMPLETION_REQUESTED): Transition(_S.INCOMPLETE, _OFFICER, reason=True),
    (_S.IN_PROGRESS, _E.COMPLETION_REQUESTED): Transition(_S.INCOMPLETE, _OFFICER, reason=True),
    (_S.INCOMPLETE, _E.COMPLETED): Transition(_S.RECEIVED, _CITIZEN | _OFFICER),
    (_S.INCOMPLETE, _E.REQUEST_WITHDRAWN): Transition(_S.RECEIVED, _OFFICER),
    (_S.INCOMPLETE, _E.LAPSED): Transition(_S.LAPSED, _CLOCK),
    (_S.VERIFIED, _E.STARTED): Transition(_S.IN_PROGRESS, _OFFICER),
    (_S.REOPENED, _E.STARTED): Transition(_S.IN_PROGRESS, _OFFICER),
    **{(status, _E.ASSIGNED): Transition(_S.ASSIGNED, _OFFICER) for status in _HANDLED},
    **{(status, _E.RESPONSE_DRAFTED): Transition(_S.AWAITING_APPROVAL, _OFFICER) for status in _HANDLED},
    (_S.AWAITING_APPROVAL, _E.DRAFT_WITHDRAWN): Transition(_S.IN_PROGRESS, _OFFICER),
    (_S.AWAITING_APPROVAL, _E.APPROVED): Transition(_S.RESPONDED, _LEADER),
    (_S.AWAITING_APPROVAL, _E.RETURNED): Transition(_S.IN_PROGRESS, _LEADER, reason=True),
    (_S.IN_PROGRESS, _E.RESPONDED): Transition(_S.RESPONDED, _OFFICER),
    (_S.ASSIGNED, _E.RESPONDED): Transition(_S.RESPONDED, _OFFICER),
    # A further answer, to what the citizen added after the response.
    (_S.RESPONDED, _E.RESPONDED): Transition(_S.RESPONDED, _OFFICER),
    **{(status, _E.CORRECTED): Transition(_S.RESPONDED, _OFFICER) for status in _ANSWERED},
    **{(status, _E.RECALLED): Transition(_S.IN_PROGRESS, _OFFICER) for status in _ANSWERED},
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
    **{(status, _E.ANSWERED_AS_QUESTION): Transition(_S.CLOSED, _OFFICER, reason=True) for status in _OPEN},
    **{(status, _E.REINSTATED): Transition(_S.REOPENED, _OFFICER, reason=True) for status in _DECIDED},
    (_S.ASSIGNED, _E.REPORTED): Transition(_S.IN_PROGRESS, _DIVISION),
    (_S.ASSIGNED, _E.TAKEN_BACK): Transition(_S.IN_PROGRESS, _OFFICER),
}

# A response to a case that is not verified or not started verifies and starts it, in the officer's name; so
# does one that waits for approval. A disposition verifies it.
IMPLIED: Mapping[tuple[Status, CaseEvent], CaseEvent] = {
    (_S.RECEIVED, _E.RESPONDED): _E.VERIFIED,
    (_S.RECEIVED, _E.RESPONSE_DRAFTED): _E.VERIFIED,
    (_S.VERIFIED, _E.RESPONDED): _E.STARTED,
    (_S.REOPENED, _E.RESPONDED): _E.STARTED,
    (_S.RECEIVED, _E.ASSIGNED): _E.VERIFIED,
}

FINAL = frozenset({_S.ARCHIVED, _S.WITHDRAWN, _S.LAPSED})
OPEN = frozenset(_OPEN)


class NotAllowedError(Exception):
    """The life cycle has no such step from here, or not for this role."""


def allowed(status: Status, event: CaseEvent, role: Role) -> bool:
    """Whether the event may happen now, implied steps included."""
    step = TRANSITIONS.get((status, event))
    if step is not None:
        return role in step.who
    before = IMPLIED.get((status, event))
    return before is not None and allowed(status, before, role)
