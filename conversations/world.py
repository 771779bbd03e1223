"""The working set: the states, rules and functions with which the core decides a batch of events.

The shell loads it. The core reads it and never changes it; the shell applies the outcome of each event before
the next one, so that the second of two presses in one batch meets the state after the first.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Literal

from conversations.complaints.agency import Rules
from conversations.complaints.case import Case
from conversations.complaints.terms import Terms
from conversations.conversation import Conversation, ConversationKey
from conversations.effects import Outcome, Send

ListingFilter = Literal["open", "mine", "overdue"]


@dataclass(frozen=True, slots=True)
class Listing:
    """The query for one page of an agency's cases."""

    # The id of the agency.
    agency: str
    # Which of its cases: all open ones, the officer's own, or those past their due date.
    filter: ListingFilter
    # The id of the officer who asks.
    officer: int
    # The page, counted from 0.
    page: int
    # The business day, for the due dates.
    today: date
    # Whether the restricted chat asks: it lists restricted cases only, the staff group all others.
    restricted: bool = False
    # The number of cases on a page.
    page_size: int = 8


@dataclass(frozen=True, slots=True)
class Listed:
    """The result of a Listing: the cases of the page, oldest due date first, and the number of all cases."""

    cases: tuple[Case, ...]
    total: int


def _cannot_tell(_message: int, _shown: int) -> bool:
    return False


# In place of the id of a message that is not sent yet.
UNSENT = 0


@dataclass(frozen=True, slots=True)
class Providers:
    """Functions of the shell that depend on chance, on the calendar or on a secret."""

    # A new id: 12 characters of a-z and 0-9.
    new_id: Callable[[], str]
    # A new access code.
    new_code: Callable[[], str]
    # The keyed hash of an access code for a registration number.
    hash_code: Callable[[str, str], str]
    # Whether a day is a working day of the agency with this id.
    is_working_day: Callable[[str, date], bool]
    # Whether a person's message was sent before a message of ours; false where the messenger cannot tell.
    is_before: Callable[[int, int], bool] = _cannot_tell


@dataclass(frozen=True, slots=True)
class Membership:
    """Whether a person is in a group: the messenger's answer, `age` seconds old.

    `since` is the business time since which, as far as is known, the person has been in it without a break.
    """

    present: bool
    age: float
    since: datetime


# How old the messenger's answer may be, in seconds: for most acts; for identities, restricted cases, sending.
ORDINARY_AGE, STRICT_AGE = 3600.0, 300.0
# The same for the answer that a person is not in the group: a person who was just added can act soon, also
# where the messenger reports no addition.
ABSENCE_AGE = 60.0


@dataclass(frozen=True, slots=True)
class RequiredMembership:
    """The membership that an act requires; `strict` asks for an answer that is not older than STRICT_AGE."""

    chat: int
    person: int
    strict: bool = False


@dataclass(slots=True)
class World:
    """The working set of one batch."""

    # The business time, aware, in the agencies' zone.
    now: datetime
    # The configuration as the dialogues need it.
    rules: Rules
    # Ids, codes, hashes and the calendar.
    providers: Providers
    # The loaded conversations.
    conversations: dict[ConversationKey, Conversation] = field(default_factory=dict)
    # The loaded cases by id.
    cases: dict[str, Case] = field(default_factory=dict)
    # The id of the case by registration number.
    references: dict[str, str] = field(default_factory=dict)
    # The ids of the cases that a person filed, newest first.
    own: dict[int, tuple[str, ...]] = field(default_factory=dict)
    # The key of each message of ours, by chat and message id.
    keys: Mapping[tuple[int, int], str] = field(default_factory=dict)
    # The id of the first message of a key (chat, key), or UNSENT; a missing one is unknown.
    showings: dict[tuple[int, str], int] = field(default_factory=dict)
    # The next serial number by agency and year.
    serials: dict[tuple[str, int], int] = field(default_factory=dict)
    # The page that the event's Listing asked for.
    listed: Listed | None = None
    # The known memberships by group and person.
    members: dict[tuple[int, int], Membership] = field(default_factory=dict)
    # The persons with a case that could not be read: it is missing in `own`.
    unread: set[int] = field(default_factory=set)

    def membership(self, required: RequiredMembership) -> Membership | None:
        """The membership if it is known and new enough for the act; else None, to ask the messenger."""
        known = self.members.get((required.chat, required.person))
        if known is None:
            return None
        oldest = STRICT_AGE if required.strict else ORDINARY_AGE
        return known if known.age <= (oldest if known.present else ABSENCE_AGE) else None

    @property
    def today(self) -> date:
        """The business day."""
        return self.now.date()

    @property
    def terms(self) -> Terms:
        """What the moments of the clock are counted with."""
        return Terms(self.rules, self.providers.is_working_day)

    def conversation(self, chat: int, person: int) -> Conversation:
        """The stored conversation of this person in this chat, or a new one."""
        key = ConversationKey(chat, person)
        return self.conversations.get(key) or Conversation(chat=chat, person=person)

    def by_reference(self, reference: str) -> Case | None:
        """The case with this registration number; None when it is not loaded."""
        return self.cases.get(self.references.get(reference, ""))

    def was_unseen(self, message: int, conversation: Conversation) -> bool:
        """Whether the person wrote this message before the present question was first shown."""
        shown = self.showings.get((conversation.chat, conversation.first_shown))
        if shown is None:
            return False
        return shown == UNSENT or self.providers.is_before(message, shown)

    def own_cases(self, person: int) -> tuple[Case, ...]:
        """The cases this person filed, newest first."""
        return tuple(self.cases[case] for case in self.own.get(person, ()))

    def next_serial(self, agency: str, year: int) -> int:
        """The serial number of the agency's next complaint in that year, counted from 1."""
        return self.serials.get((agency, year), 1)

    def apply(self, outcome: Outcome) -> None:
        """Store the states of an outcome in the working set, for the next event of the batch."""
        for conversation in outcome.conversations:
            self.conversations[conversation.key] = conversation
        for effect in outcome.effects:
            if isinstance(effect, Send) and effect.key:
                self.showings.setdefault((effect.chat, effect.key), UNSENT)
        for case in outcome.cases:
            if case.id not in self.cases:
                self._file(case)
            self.cases[case.id] = case

    def after(self, outcome: Outcome) -> World:
        """A copy of the working set with the states of the outcome, for a second step of the same event."""
        copied = replace(
            self,
            conversations=dict(self.conversations),
            cases=dict(self.cases),
            references=dict(self.references),
            own=dict(self.own),
            serials=dict(self.serials),
            showings=dict(self.showings),
        )
        copied.apply(outcome)
        return copied

    def _file(self, case: Case) -> None:
        self.references[case.reference] = case.id
        self.own[case.filed_by] = (case.id, *self.own.get(case.filed_by, ()))
        numbered = (case.agency, case.received_at.year)
        self.serials[numbered] = self.next_serial(*numbered) + 1
