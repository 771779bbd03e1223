"""What citizens and officers write about a filed case, and for whom."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from conversations.complaints.life_cycle import CaseEvent


class Purpose(StrEnum):
    """What a contribution to a filed case is."""

    ADDITION = "addition"
    ANSWER = "answer"
    OBJECTION = "objection"
    RESPONSE = "response"
    CORRECTION = "correction"
    QUESTION = "question"
    NOTE = "note"
    # A leader's reason for returning a draft response.
    RETURN = "return"
    # A citizen's remark after the stars.
    REMARK = "remark"
    # What a division is asked to do, and its answer to the desk.
    INSTRUCTION = "instruction"
    REPORT = "report"
    # Pages of the power of attorney: they are kept in the case and are no contribution.
    ATTORNEY = "attorney"
    # An officer asks for what is missing; the citizen completes it; or an officer confirms that it came.
    REQUEST = "request"
    SUPPLEMENT = "supplement"
    COMPLETION = "completion"
    # The reason of a citizen who withdraws the complaint.
    WITHDRAWAL = "withdrawal"
    # Decisions of officers, with their reason.
    REDIRECTION = "redirection"
    REJECTION = "rejection"
    DUPLICATE = "duplicate"
    NOT_A_COMPLAINT = "not_a_complaint"
    REINSTATEMENT = "reinstatement"
    # The number under which the citizen has filed it elsewhere.
    TRACKING = "tracking"
    # The follow-up plan of an archived complaint, and the reason for which it is postponed.
    PLAN = "plan"
    POSTPONEMENT = "postponement"
    # A citizen asks for the correction or erasure of their data; an officer has done it, or refuses it. None
    # of these is a contribution (data_request.py).
    DATA_CORRECTION = "data_correction"
    DATA_ERASURE = "data_erasure"
    DATA_DONE = "data_done"
    DATA_REFUSED = "data_refused"
    # The reason for which the account of the complainant is blocked; it is sent as a message of its own.
    BLOCK = "block"


# The purposes of each side.
CITIZENS = frozenset({Purpose.ADDITION, Purpose.ANSWER, Purpose.OBJECTION, Purpose.REMARK})
CITIZENS |= {Purpose.ATTORNEY, Purpose.SUPPLEMENT, Purpose.WITHDRAWAL}
CITIZENS |= {Purpose.DATA_CORRECTION, Purpose.DATA_ERASURE}
OFFICERS = frozenset(Purpose) - CITIZENS
# What officers write for each other: citizens never see it.
INTERNAL = frozenset({Purpose.NOTE, Purpose.RETURN, Purpose.PLAN, Purpose.POSTPONEMENT})
INTERNAL |= {Purpose.INSTRUCTION, Purpose.REPORT, Purpose.BLOCK}
# A response, and the correction that replaces it; and all that is sent to the citizen.
RESPONSES = frozenset({Purpose.RESPONSE, Purpose.CORRECTION})
SENT = RESPONSES | {Purpose.QUESTION}
# What officers decide about a complaint instead of responding to it, and the event of the life cycle.
DECISIONS: Mapping[Purpose, CaseEvent] = {
    Purpose.REDIRECTION: CaseEvent.REDIRECTED,
    Purpose.REJECTION: CaseEvent.REJECTED,
    Purpose.DUPLICATE: CaseEvent.MARKED_DUPLICATE,
    Purpose.NOT_A_COMPLAINT: CaseEvent.ANSWERED_AS_QUESTION,
    Purpose.REINSTATEMENT: CaseEvent.REINSTATED,
}
