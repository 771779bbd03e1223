"""The codes of the history, and which of their texts the group may see.

Each code has its words: the block `history_<code>` of words.html. A code of another version is shown as it
is.
"""

from __future__ import annotations

from conversations.complaints.case import Purpose
from conversations.complaints.life_cycle import TRANSITIONS, CaseEvent
from conversations.events import Delivery

# Written as a constant, or put together from parts.
_ACTS = frozenset(
    {
        *("taken", "taken_over", "released", "explained", "meant", "not_meant", "stars"),
        *("classified", "draft_submitted", "completion_reminder", "appointed", "accepted"),
        *("meant_taken_back", "plan_postponed", "plan_done"),
        # a message that an officer has passed on to a complainant without an account
        "passed_on",
        # the block of an account
        *("unblocked", "block_ended"),
        # the person was removed from the case
        "erased",
    }
)
# The private links of a confidential case, and "Lihat Identitas".
_VIEWS = frozenset(
    f"{kind}_viewed"
    for kind in (
        *("evidence", "read", "identity", "review", "answer", "ask", "correct", "note", "objection"),
        *("redirect", "reject", "duplicate", "not_complaint", "reinstate", "track"),
        *("archive", "plan_postpone", "block", "to_division", "report", "request", "completion", "data"),
        *("paper_slip", "paper_closing", "paper_response", "paper_complaint", "paper_receipt"),
    )
)
_DELIVERIES = frozenset(f"{what}_{how}" for what in ("response", "added") for how in Delivery)
_FILES = frozenset({"file_stored", "file_lost", "recall_deleted", "recall_kept"})

CODES: frozenset[str] = frozenset(
    {*CaseEvent, *Purpose, *_ACTS, *_VIEWS, *_DELIVERIES, *_FILES},
)

# The codes whose text is what was written about the case: the group has it already. Every other text
# may have answers about the person (the submission), names, keys of files or the codes of missing items.
_WRITTEN = frozenset(
    {
        *("note", "question", "response", "correction", "addition", "answer", "instruction", "report"),
        # The names of the divisions.
        *("assigned", "taken_back"),
        *(event.value for (_, event), step in TRANSITIONS.items() if step.reason),
    }
) - {CaseEvent.COMPLETION_REQUESTED}
SHOWS_TEXT: frozenset[str] = _WRITTEN | {"stars"}
