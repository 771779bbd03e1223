"""What officers write about a case, in one table: when it is possible, and by which buttons it is chosen.

What "Kirim" does with a text is in posts.py.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from conversations.complaints.case import DECISIONS, RESPONSES, Case, Purpose
from conversations.complaints.data_request import ANSWERED
from conversations.complaints.life_cycle import CaseEvent, Role, Status, allowed


class Written(NamedTuple):
    """A purpose for which officers write."""

    # Whether the status of the case allows it to this role.
    possible: Callable[[Case, Role], bool]
    # The button that chooses it for a reply to the card; empty where it is not offered there.
    reply: str = ""
    # The kind of private link that asks for it (links.py); empty for none.
    link: str = ""
    # Whether only the officer who handles the case may write it, if there is one, and leaders.
    of_holder: bool = True
    # Whether it can be sent without a text, once its target is chosen.
    text_optional: bool = False


def awaits_answer(case: Case) -> bool:
    """Whether the citizen waits for a response: not after one, unless they have added something since.

    While a draft waits for the leader, no other one can be written.
    """
    return not case.awaits_approval and (case.status is not Status.RESPONDED or case.unheard)


def is_explained(case: Case) -> bool:
    """Whether an officer has declared that the newest response answers what the citizen has added."""
    answered = [number for number, entry in enumerate(case.thread) if entry.purpose in RESPONSES]
    return case.status is Status.RESPONDED and bool(answered) and case.explained > answered[-1]


def may_be_asked(case: Case) -> bool:
    """Whether a question can be sent to the citizen; also after the response."""
    return case.open or case.status is Status.RESPONDED


def _may_respond(case: Case, role: Role) -> bool:
    return awaits_answer(case) and allowed(case.status, CaseEvent.RESPONDED, role)


def _may_correct(case: Case, role: Role) -> bool:
    return may_be_corrected(case) and allowed(case.status, CaseEvent.CORRECTED, role)


def may_be_corrected(case: Case) -> bool:
    """Whether there is a response to correct, and no draft waits for approval."""
    return bool(case.responses) and not case.awaits_approval


def allows(event: CaseEvent) -> Callable[[Case, Role], bool]:
    """Whether the life cycle has this event for the case and the role."""
    return lambda case, role: allowed(case.status, event, role)


def _may_return(case: Case, role: Role) -> bool:
    return case.awaits_approval and role is Role.LEADER


def _may_tell_objection(case: Case, _role: Role) -> bool:
    """Whether an officer can write down the objection of a complainant without an account."""
    objects = allowed(case.status, CaseEvent.OBJECTED, Role.CITIZEN)
    return case.recorded_by is not None and case.status is Status.RESPONDED and objects


def may_be_reinstated(case: Case) -> bool:
    """Whether the case was ended by a decision that officers can take back.

    Not after it was passed on to another agency, which can redirect it back.
    """
    return case.decision is not None and case.redirected_to is None


def may_be_tracked(case: Case) -> bool:
    """Whether it was referred to a body outside, whose number for it can be recorded."""
    return case.decision is not None and case.decision.target.startswith("o.")


def _may_postpone(case: Case, _role: Role) -> bool:
    return case.plan is not None and case.plan.is_open


def may_be_blocked(case: Case) -> bool:
    """Whether an account has filed the case, which no officer has blocked because of it."""
    return case.recorded_by is None and bool(case.filed_by) and case.block is None


def _may_reinstate(case: Case, role: Role) -> bool:
    return may_be_reinstated(case) and allowed(case.status, CaseEvent.REINSTATED, role)


def _decision(purpose: Purpose, link: str) -> Written:
    return Written(allows(DECISIONS[purpose]), link=link)


WRITTEN: Mapping[Purpose, Written] = {
    Purpose.RESPONSE: Written(_may_respond, reply="final_response", link="answer"),
    Purpose.CORRECTION: Written(_may_correct, reply="correct", link="correct"),
    Purpose.QUESTION: Written(lambda case, _role: may_be_asked(case), reply="question", link="ask"),
    Purpose.NOTE: Written(lambda _case, _role: True, reply="note", link="note", of_holder=False),
    Purpose.REDIRECTION: _decision(Purpose.REDIRECTION, link="redirect"),
    Purpose.REJECTION: _decision(Purpose.REJECTION, link="reject"),
    Purpose.DUPLICATE: _decision(Purpose.DUPLICATE, link="duplicate"),
    Purpose.NOT_A_COMPLAINT: _decision(Purpose.NOT_A_COMPLAINT, link="not_complaint"),
    Purpose.REINSTATEMENT: Written(_may_reinstate, link="reinstate"),
    Purpose.PLAN: Written(allows(CaseEvent.ARCHIVED), link="archive", of_holder=False),
    Purpose.POSTPONEMENT: Written(_may_postpone, link="plan_postpone", of_holder=False),
    Purpose.TRACKING: Written(lambda case, _role: may_be_tracked(case), link="track", of_holder=False),
    Purpose.RETURN: Written(_may_return, of_holder=False),
    Purpose.REQUEST: Written(allows(CaseEvent.COMPLETION_REQUESTED), link="request", text_optional=True),
    Purpose.OBJECTION: Written(_may_tell_objection, link="objection", of_holder=False),
    Purpose.COMPLETION: Written(allows(CaseEvent.COMPLETED), link="completion"),
    Purpose.INSTRUCTION: Written(allows(CaseEvent.ASSIGNED), link="to_division"),
    **dict.fromkeys(ANSWERED, Written(lambda case, _role: case.data_request is not None, of_holder=False)),
    Purpose.BLOCK: Written(lambda case, _role: may_be_blocked(case), link="block", of_holder=False),
    Purpose.REPORT: Written(allows(CaseEvent.REPORTED), reply="report", link="report", of_holder=False),
}
