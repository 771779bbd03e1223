"""What our messages are, and what follows from that.

Whom a message is for, whether a newer one replaces it, what is done when it cannot be delivered.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class Kind(StrEnum):
    """What a message is."""

    # of a case
    CARD = "card"
    ADDED = "added"
    ABOUT = "about"
    UNREACHABLE = "unreachable"
    REMINDER = "reminder"
    LEADER_REMINDER = "leader_reminder"
    PROMPT = "prompt"
    PREVIEW = "preview"
    TAKE_OVER = "take_over"
    MEANT = "meant"
    CLASSIFY = "classify"
    ASSIGN = "assign"
    MORE = "more"
    PLAN = "plan"
    WITHDRAWAL = "withdrawal"
    APPROVAL = "approval"
    CANNED = "canned"
    POSTED = "posted"
    RECALL = "recall"
    RECALLED_RESPONSE = "recalled_response"
    RECALLED_QUESTION = "recalled_question"
    LETTER = "letter"
    RECALLED_LETTER = "recalled_letter"
    HISTORY = "history"
    PASS_ON = "pass_on"  # noqa: S105 - no password
    RECEIPT = "receipt"
    RESPONSE = "response"
    QUESTION = "question"
    REQUEST = "request"
    COMPLETION = "completion"
    JUDGE = "judge"
    STARS = "stars"
    DECISION = "decision"
    DISPOSITION = "disposition"
    DIVISION = "division"
    DIVISION_ADDED = "division_added"
    REPORT = "report"
    DATA_REQUEST = "data_request"
    # of a case or a draft
    TALLY = "tally"
    # of a person
    SCREEN = "screen"
    HELD = "held"
    CLAIM = "claim"
    NOTICE = "notice"
    LIST = "list"
    CASES = "cases"
    # of an agency
    DIGEST = "digest"
    LEADER_DIGEST = "leader_digest"


OF_A_PERSON = frozenset({Kind.SCREEN, Kind.HELD, Kind.CLAIM, Kind.NOTICE, Kind.LIST, Kind.CASES})
TO_AN_OFFICER = frozenset({Kind.PROMPT, Kind.PREVIEW, Kind.TAKE_OVER, Kind.CANNED, Kind.CLASSIFY})
TO_AN_OFFICER |= {Kind.DISPOSITION, Kind.WITHDRAWAL}
# The deletion of a message to the citizen -> that message.
RECALLED: Mapping[Kind, Kind] = {
    Kind.RECALLED_RESPONSE: Kind.RESPONSE,
    Kind.RECALLED_QUESTION: Kind.QUESTION,
    Kind.RECALLED_LETTER: Kind.LETTER,
}
# What officers must see in their group: it is sent again when the reason for a refusal is gone.
OFFICERS_WORK = frozenset({Kind.CARD, Kind.ADDED, Kind.UNREACHABLE, Kind.PLAN, Kind.PASS_ON})
OFFICERS_WORK |= {Kind.DIVISION, Kind.DIVISION_ADDED, Kind.REPORT, Kind.DATA_REQUEST}
# The next message of such a key replaces it: while the chat cannot be reached, only the newest one waits.
REPLACED = frozenset({Kind.REMINDER, Kind.LEADER_REMINDER, Kind.DIGEST, Kind.LEADER_DIGEST})
REPLACED |= {Kind.DATA_REQUEST}
# To a leader, in private.
TO_A_LEADER = frozenset({Kind.LEADER_REMINDER, Kind.LEADER_DIGEST})
OF_AN_AGENCY = frozenset({Kind.DIGEST, Kind.LEADER_DIGEST})
# What a citizen's right or an officer's work depends on: the operator is informed when it is not delivered.
WEIGHTY = OFFICERS_WORK | {Kind.RECEIPT, Kind.RESPONSE, Kind.DECISION}
# What a template announces when nothing else may be sent; WhatsApp charges for it. Reminders, ratings and
# screens wait until the person writes.
WORTH_A_TEMPLATE = frozenset({Kind.RECEIPT, Kind.RESPONSE, Kind.LETTER, Kind.QUESTION, Kind.REQUEST})
WORTH_A_TEMPLATE |= {Kind.COMPLETION, Kind.DECISION}
# What shows a question of the intake first.
SHOWINGS = frozenset({Kind.SCREEN, Kind.NOTICE})
