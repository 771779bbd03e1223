"""The working set: what the shell loaded for a batch, and what the core may ask of it.

The core reads it and never changes it; the shell applies each outcome before the next event, so
that two presses in one batch see each other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Literal

from conversations.complaints.agency import Rules
from conversations.complaints.case import Case
from conversations.conversation import Conversation, ConversationKey
from conversations.effects import Outcome

ListingFilter = Literal["open", "mine", "overdue"]


@dataclass(frozen=True, slots=True)
class Listing:
    """A question to the register: which cases of an agency, for whom, which page (from 0).

    `restricted` cases are listed in the restricted chat only, the others in the staff group only.
    """

    agency: str
    filter: ListingFilter
    officer: int
    page: int
    today: date
    restricted: bool = False
    page_size: int = 8


@dataclass(frozen=True, slots=True)
class Listed:
    """The answer: that page's cases, oldest due date first, and how many there are in all."""

    cases: tuple[Case, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Providers:
    """What chance, the calendar and secrets hand to the core.

    A fresh id (12 of a-z0-9), a fresh access code, a code's keyed hash for a reference, and whether
    a day is a working day for an agency.
    """

    new_id: Callable[[], str]
    new_code: Callable[[], str]
    hash_code: Callable[[str, str], str]
    is_working_day: Callable[[str, date], bool]


@dataclass(frozen=True, slots=True)
class Membership:
    """Whether a person is in a group, as the messenger said `age` seconds ago.

    `since` is the business time from which they are in it without a break, as far as is known.
    """

    present: bool
    age: float
    since: datetime


# How old such knowledge may be, in seconds: for most acts, and for identities, restricted cases and sending.
ORDINARY_AGE, STRICT_AGE = 3600.0, 300.0
# Somebody who was just let in is asked about soon, also where the messenger does not tell of it.
ABSENCE_AGE = 60.0


@dataclass(frozen=True, slots=True)
class Standing:
    """An act that only a member of the group may do; `strict` where the knowledge must be fresh."""

    chat: int
    person: int
    strict: bool = False


@dataclass(slots=True)
class World:
    """One batch's working set. `now` is business time, aware, in the agencies' zone.

    `references` maps a registration number to its case, `own` a person to the cases they filed
    (newest first), `keys` our messages (chat, id) to their key, `serials` an agency and year to
    the next serial number, `members` a group and person to what is known of their membership.
    `unread` are people who filed a case that could not be read: theirs lack it.
    """

    now: datetime
    rules: Rules
    providers: Providers
    conversations: dict[ConversationKey, Conversation] = field(default_factory=dict)
    cases: dict[str, Case] = field(default_factory=dict)
    references: dict[str, str] = field(default_factory=dict)
    own: dict[int, tuple[str, ...]] = field(default_factory=dict)
    keys: Mapping[tuple[int, int], str] = field(default_factory=dict)
    serials: dict[tuple[str, int], int] = field(default_factory=dict)
    listed: Listed | None = None
    members: dict[tuple[int, int], Membership] = field(default_factory=dict)
    unread: set[int] = field(default_factory=set)

    def membership(self, standing: Standing) -> Membership | None:
        """What is known and fresh enough for the act; None when the messenger has to be asked."""
        known = self.members.get((standing.chat, standing.person))
        if known is None:
            return None
        oldest = STRICT_AGE if standing.strict else ORDINARY_AGE
        return known if known.age <= (oldest if known.present else ABSENCE_AGE) else None

    @property
    def today(self) -> date:
        """The business day."""
        return self.now.date()

    def conversation(self, chat: int, person: int) -> Conversation:
        """The conversation, or a new one."""
        key = ConversationKey(chat, person)
        return self.conversations.get(key) or Conversation(chat=chat, person=person)

    def by_reference(self, reference: str) -> Case | None:
        """The case of that registration number."""
        return self.cases.get(self.references.get(reference, ""))

    def own_cases(self, person: int) -> tuple[Case, ...]:
        """The cases this person filed, newest first."""
        return tuple(self.cases[case] for case in self.own.get(person, ()))

    def next_serial(self, agency: str, year: int) -> int:
        """The number that the next complaint of the agency gets in that year, from 1."""
        return self.serials.get((agency, year), 1)

    def apply(self, outcome: Outcome) -> None:
        """Take over an outcome's states, so that the next event of the batch sees them."""
        for conversation in outcome.conversations:
            self.conversations[conversation.key] = conversation
        for case in outcome.cases:
            if case.id not in self.cases:
                self._file(case)
            self.cases[case.id] = case

    def after(self, outcome: Outcome) -> World:
        """A copy with the outcome's states, for a second step of the same event."""
        copied = replace(
            self,
            conversations=dict(self.conversations),
            cases=dict(self.cases),
            references=dict(self.references),
            own=dict(self.own),
            serials=dict(self.serials),
        )
        copied.apply(outcome)
        return copied

    def _file(self, case: Case) -> None:
        self.references[case.reference] = case.id
        self.own[case.filed_by] = (case.id, *self.own.get(case.filed_by, ()))
        numbered = (case.agency, case.received_at.year)
        self.serials[numbered] = self.next_serial(*numbered) + 1
