"""What follows a complaint: another case that belongs to it, and the plan of an archived one."""

from __future__ import annotations

from datetime import date, datetime

from conversations.complaints.part import Frozen


class CaseLink(Frozen):
    """Another case of this bot that belongs to this one."""

    id: str
    reference: str


class Plan(Frozen):
    """The follow-up plan of an archived complaint ("rencana tindak lanjut")."""

    # What is to be done, or why nothing is.
    text: str
    # The id of the division that does it; "desk" for the complaint desk, "none" for no follow-up.
    division: str
    # The day on which it is reminded; None without a follow-up.
    due_on: date | None = None
    # The officer who wrote it, and when.
    by: str
    at: datetime
    # When the group was last reminded of it.
    reminded_on: date | None = None
    # Who marked it done, and when.
    done_by: str = ""
    done_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether it is to be carried out yet."""
        return self.due_on is not None and self.done_at is None
