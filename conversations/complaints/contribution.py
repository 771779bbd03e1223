"""What a filed case holds besides the complaint: its timeline, its officers, what both sides have written."""

from __future__ import annotations

from datetime import date, datetime

from conversations.complaints.complaint import Frozen, Part
from conversations.complaints.life_cycle import Status
from conversations.complaints.purpose import Purpose


class Happened(Frozen):
    """One line of the timeline that the citizen sees: a status, since when, and by which officer.

    `division` is the name of the division that got the case.
    """

    status: Status
    at: datetime
    by: str = ""
    division: str = ""


class Officer(Frozen):
    """An officer: the messenger's id, and how the officer is named in messages and in the history."""

    id: int
    # The name of the officer's profile; without a profile, the name that the messenger shows.
    name: str
    # The position ("jabatan") and the civil servant's number of the profile; empty without one.
    position: str = ""
    nip: str = ""


class Recall(Frozen):
    """An officer recalled a message to the citizen; `deleted` is None until the messenger has answered."""

    by: str
    at: datetime
    deleted: bool | None = None


class Contribution(Frozen):
    """One or more messages of one side about the case after it was filed; a citizen has an empty `by`."""

    purpose: Purpose
    by: str
    at: datetime
    parts: tuple[Part, ...]
    # What was chosen before writing, such as a division, or a reason to withdraw; empty for nothing.
    target: str = ""
    # The chat where the officer pressed "Kirim"; 0 for a citizen's, and for those of earlier versions.
    chat: int = 0
    # Of a response: position and civil servant's number in the officer's profile; empty without one.
    position: str = ""
    nip: str = ""
    # The leader who approved it; empty where no approval was needed.
    approved_by: str = ""
    # By whom it was recalled; None for one that was not.
    recall: Recall | None = None
    # The due date of the case when it was sent; None of what is no response, and of earlier versions.
    due_on: date | None = None

    @property
    def text(self) -> str:
        """Its texts, one paragraph for each message."""
        return "\n".join(part.shown for part in self.parts if part.shown)

    @property
    def files(self) -> tuple[str, ...]:
        """The keys of its files."""
        return tuple(part.file for part in self.parts if part.file)


class DraftResponse(Frozen):
    """A response or correction that an officer has submitted for approval."""

    contribution: Contribution
    # Who wrote it.
    officer: Officer
    # Its place among the drafts of the case, counted from 1.
    number: int
    # Who returned it or took it back; empty while it waits.
    ended_by: str = ""
