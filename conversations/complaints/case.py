"""A filed complaint and its handling. Its status moves along the table of life_cycle.py."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from pydantic import Field

from conversations.capabilities import WITHOUT_LIMITS
from conversations.complaints.block import Block
from conversations.complaints.complaint import Complaint, Frozen, Part
from conversations.complaints.completion import Request, Supplement, completed
from conversations.complaints.contribution import Contribution, DraftResponse, Happened, Officer, Recall
from conversations.complaints.data_request import DataRequest
from conversations.complaints.draft import Superseded
from conversations.complaints.erasure import Erasure
from conversations.complaints.follow_up import CaseLink, Plan
from conversations.complaints.life_cycle import (
    IMPLIED,
    OPEN,
    TRANSITIONS,
    CaseEvent,
    NotAllowedError,
    Role,
    Status,
)
from conversations.complaints.purpose import (
    CITIZENS,
    DECISIONS,
    INTERNAL,
    OFFICERS,
    RESPONSES,
    SENT,
    Purpose,
)
from conversations.complaints.rules import Language
from conversations.complaints.untold import Untold
from conversations.events import Delivery

__all__ = [
    "CITIZENS",
    "DECISIONS",
    "INTERNAL",
    "OFFICERS",
    "RESPONSES",
    "SENT",
    "Case",
    "Contribution",
    "DraftResponse",
    "Happened",
    "Officer",
    "Purpose",
    "Recall",
    "changed",
    "transition",
]


# The statuses in which a draft can wait for approval.
_APPROVED_IN = frozenset({Status.AWAITING_APPROVAL, Status.RESPONDED, Status.CLOSED})


class Case(Frozen):
    """A filed complaint and its handling."""

    # The id of the draft that it was: exactly one case per draft.
    id: str
    # The id of the agency that handles it.
    agency: str
    # The registration number as printed.
    reference: str
    # The keyed hash of the citizen's access code.
    access_hash: str
    # Its status in the life cycle; only `transition` changes it.
    status: Status
    # The number of its state; `changed` raises it with each change of what the card shows.
    version: int = 1
    # The complaint as it was signed; nothing changes it.
    complaint: Complaint
    # The field that each message of the citizen answered, by the message's id.
    sources: dict[int, str] = Field(default_factory=dict)
    # Answers that later ones replaced before the complaint was filed, oldest first.
    superseded: tuple[Superseded, ...] = ()
    # The account that filed it; NO_ACCOUNT (0) where an officer entered it for the complainant.
    filed_by: int
    # The accounts that this person had before, oldest first: a signature names the account of its day.
    former_accounts: tuple[int, ...] = ()
    # The officer who entered it; None where the complainant filed it.
    recorded_by: Officer | None = None
    # The messages that officers still have to pass on to a complainant without an account, oldest first.
    untold: tuple[Untold, ...] = ()
    # The number of all such messages.
    passed_on: int = 0
    # The language of the messages to the citizen.
    language: Language = "id"
    # The group of its card when it was filed; `casefile.group_of` gives the group of today.
    chat: int
    # Whether it is handled in the agency's restricted chat.
    restricted: bool = False
    # When it was filed; of an entered complaint, when it reached the agency (entry.py).
    received_at: datetime
    # The last day for a response, of the clock that runs now.
    due_on: date
    # When the clock last reminded of it; None while it has not.
    reminded_at: datetime | None = None
    # The officer who handles it ("Ambil").
    officer: Officer | None = None
    # Since when that officer handles it.
    taken_at: datetime | None = None
    # Who released it last; empty for no one, and for an officer whom the case may be about.
    released_by: str = ""
    # The id of the division that handles it now; empty while it is at the desk.
    division: str = ""
    # Since when the division has it.
    assigned_at: datetime | None = None
    # The member of the division who has accepted it ("Terima"), and when.
    accepted_by: Officer | None = None
    accepted_at: datetime | None = None
    # The officer who confirmed that it is complete.
    verified_by: Officer | None = None
    # The id of its class (`Agency.classes`), which an officer chose; empty without one.
    classified: str = ""
    # Who settles it: 1 the officers, 2 a division; 0 before the verification, or where neither is asked.
    level: int = 0
    # The pages of the power of attorney that came after filing; those before are in the complaint.
    power_of_attorney: tuple[Part, ...] = ()
    # What both sides have written since, oldest first; the citizen does not see notes.
    thread: tuple[Contribution, ...] = ()
    # The draft that waits for the leader's approval.
    pending: DraftResponse | None = None
    # The last draft that was returned or withdrawn, until another one is submitted.
    returned: DraftResponse | None = None
    # The number of drafts that were submitted for approval.
    drafts: int = 0
    # The numbers of the citizen's contributions that the group has refused and does not show yet.
    unshown: tuple[int, ...] = ()
    # The delivery of the newest response; None until it is known.
    delivery: Delivery | None = None
    # When that response reached the messenger.
    delivered_at: datetime | None = None
    # The keys of the messages that go out when the citizen writes next.
    waiting: tuple[str, ...] = ()
    # The last day for an objection; None until the response was delivered.
    objection_until: date | None = None
    # How many contributions an officer had declared answered by the response ("Sudah dijelaskan").
    explained: int = 0
    # That officer; empty without one.
    explained_by: str = ""
    # The citizen's stars for the response, 1 to 5; 0 without any.
    stars: int = 0
    # One line per status, for the citizen.
    timeline: tuple[Happened, ...] = ()
    # The private links of officers (`identity:801`), with the time until which each is valid.
    grants: dict[str, datetime] = Field(default_factory=dict)
    # The names of the officers who were asked to write about it, by id.
    prompted: dict[int, str] = Field(default_factory=dict)
    # What the citizen is asked to complete now; None where nothing is asked for.
    request: Request | None = None
    # What completed it, oldest first; the signed complaint stays as it is.
    supplements: tuple[Supplement, ...] = ()
    # The day after which the days of a clock that was paused count again; None if it never was.
    clock_from: date | None = None
    # The ids of officers with a name like that of the reported person who said that they are meant, or not.
    meant: tuple[int, ...] = ()
    not_meant: tuple[int, ...] = ()
    # The number under which the citizen has filed it elsewhere, such as the ID of SP4N-LAPOR!.
    tracking: str = ""
    # The case of another agency that this one continues, and the one that continues this.
    redirected_from: CaseLink | None = None
    redirected_to: CaseLink | None = None
    # The case about the same matter whose status the citizen follows ("Duplikat").
    duplicate_of: CaseLink | None = None
    # The follow-up plan; None before it is archived.
    plan: Plan | None = None
    # What the citizen has asked about their data, oldest first; the last one is open until it is answered.
    data_requests: tuple[DataRequest, ...] = ()
    # By which order the person was removed from it; None while the person is in it.
    erased: Erasure | None = None
    # The block of the complainant's account that an officer has made from its card; None without one.
    block: Block | None = None
    # The messenger on which the citizen filed it, by its own name.
    messenger: str = WITHOUT_LIMITS.messenger
    # The number of entries of the history, to notice a removed one. The shell sets it with each entry.
    history_count: int = 0
    # The link of the newest entry; empty before the first one. The shell sets it with each entry.
    history_head: str = ""

    @property
    def responses(self) -> tuple[Contribution, ...]:
        """The final responses and their corrections so far, oldest first; recalled ones are among them."""
        return tuple(entry for entry in self.thread if entry.purpose in RESPONSES)

    @property
    def decision(self) -> Contribution | None:
        """The officer's decision that led to its present status; None where a response or nothing did."""
        settling = {*RESPONSES, *DECISIONS, Purpose.OBJECTION}
        last = next((entry for entry in reversed(self.thread) if entry.purpose in settling), None)
        left = self.status in {Status.REDIRECTED, Status.REJECTED, Status.DUPLICATE, Status.CLOSED}
        return last if left and last and last.purpose in DECISIONS else None

    @property
    def answered_as_question(self) -> bool:
        """Whether an officer closed it as a question ("Bukan Pengaduan")."""
        return self.decision is not None and self.decision.purpose is Purpose.NOT_A_COMPLAINT

    @property
    def unheard(self) -> bool:
        """Whether the citizen has added something after the response, which no officer has answered since."""
        if self.status is not Status.RESPONDED:
            return False
        answered = [number for number, entry in enumerate(self.thread) if entry.purpose in RESPONSES]
        since = max(self.explained, answered[-1] if answered else 0)
        return any(entry.purpose in CITIZENS for entry in self.thread[since:])

    @property
    def data_request(self) -> DataRequest | None:
        """What the citizen asks about their data and no officer has answered yet."""
        last = self.data_requests[-1] if self.data_requests else None
        return last if last and last.done is None else None

    @property
    def open(self) -> bool:
        """Whether it waits for the agency or is incomplete (life_cycle.OPEN)."""
        return self.status in OPEN

    @property
    def awaits_approval(self) -> bool:
        """Whether a draft waits for the leader: a response, or a correction of one that was sent."""
        return self.pending is not None and self.status in _APPROVED_IN

    @property
    def answers(self) -> dict[str, Any]:
        """The answers that hold now, by field, as JSON: as filed, or as completed. Without the story."""
        return completed(self.complaint, self.power_of_attorney, self.supplements)

    def is_overdue(self, today: date) -> bool:
        """Whether its due date has passed without a response; never while its clock is paused."""
        return self.open and self.status is not Status.INCOMPLETE and today > self.due_on


# The case leaves its division with every step to another status than ASSIGNED.
_AT_THE_DESK: Mapping[str, object] = {
    "division": "",
    "assigned_at": None,
    "accepted_by": None,
    "accepted_at": None,
}


def transition(case: Case, event: CaseEvent, role: Role, at: datetime, by: str = "") -> Case:
    """The case after this event: each step of TRANSITIONS, implied ones first, adds a line to the timeline.

    Raises NotAllowedError when the table has no such step for this role.
    """
    if (case.status, event) not in TRANSITIONS and (case.status, event) in IMPLIED:
        case = transition(case, IMPLIED[case.status, event], role, at, by)
        return transition(case, event, role, at, by)
    step = TRANSITIONS.get((case.status, event))
    if step is None or role not in step.who:
        message = f"{case.status} has no {event} for {role}"
        raise NotAllowedError(message)
    timeline = (*case.timeline, Happened(status=step.to, at=at, by=by))
    # A request for what is missing ends when the case is not incomplete any more.
    request = None if case.status is Status.INCOMPLETE else case.request
    left = {} if step.to is Status.ASSIGNED else _AT_THE_DESK
    return changed(case, status=step.to, timeline=timeline, request=request, **left)


def changed(case: Case, **fields: object) -> Case:
    """A copy of the case with these fields and the next version."""
    return case.model_copy(update={"version": case.version + 1, **fields})
