"""The working set: the states, rules and functions with which the core decides a batch of events.

The shell loads it. The core reads it and never changes it; the shell applies the outcome of each event before
the next one, so that the second of two presses in one batch meets the state after the first.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from conversations.capabilities import Capabilities, CapabilitiesOf, without_limits
from conversations.complaints.case import Case
from conversations.complaints.entry import NO_ACCOUNT
from conversations.complaints.references import year_and_serial
from conversations.complaints.rules import Rules
from conversations.complaints.terms import Terms
from conversations.conversation import Conversation, ConversationKey, OfficerProfile
from conversations.digests import Digest, MorningLoad
from conversations.effects import Outcome
from conversations.queries import Found, HistoryPage, Listed, Listing
from conversations.reading.words import ADDRESSING, plain

# A button's label and its parameters -> its wordings.
Wordings = Callable[[str, Mapping[str, Any]], frozenset[str]]


def _without_wordings(_label: str, _params: Mapping[str, Any]) -> frozenset[str]:
    return frozenset()


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
    # Whether a person's message followed an earlier one with no message of ours in between; false likewise.
    is_next: Callable[[int, int], bool] = _cannot_tell
    # What the messenger of a chat can do.
    capabilities: CapabilitiesOf = without_limits
    # The wordings of a button whose label has parameters, in each language and in the form of `plain`.
    wordings: Wordings = _without_wordings


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
    # The ids of the other cases of the citizen who filed a case, by its id, the newest first.
    others: dict[str, tuple[str, ...]] = field(default_factory=dict)
    # The next serial number by agency and year.
    serials: dict[tuple[str, int], int] = field(default_factory=dict)
    # The page that the event's Listing asked for.
    listed: Listed | None = None
    # The cases that the event's Search found.
    found: Found | None = None
    # The number of the cases that the event's Received asked for.
    received: int | None = None
    # The page that the event's HistoryWanted asked for.
    history: HistoryPage | None = None
    # The registration numbers that were asked for and whose case could not be read.
    broken: set[str] = field(default_factory=set)
    # The known memberships by group and person.
    members: dict[tuple[int, int], Membership] = field(default_factory=dict)
    # How many cases need a reminder now, by agency and whether they are restricted; one of none is missing.
    loads: dict[tuple[str, bool], MorningLoad] = field(default_factory=dict)
    # The digest of the present event, where it asks for one.
    digest: Digest | None = None
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

    def capabilities(self, chat: int) -> Capabilities:
        """What the messenger of this chat can do."""
        return self.providers.capabilities(chat)

    def conversation(self, chat: int, person: int) -> Conversation:
        """The stored conversation of this person in this chat, or a new one."""
        key = ConversationKey(chat, person)
        return self.conversations.get(key) or Conversation(chat=chat, person=person)

    def profile(self, person: int) -> OfficerProfile | None:
        """The profile with which this person has introduced themselves; None without one."""
        return self.conversation(person, person).profile

    def by_reference(self, reference: str) -> Case | None:
        """The case with this registration number; None when it is not loaded."""
        return self.cases.get(self.references.get(reference, ""))

    def officers_of(self, chat: int) -> dict[int, str]:
        """The names of the persons who have acted in this group, by id, as far as they are loaded.

        A name is that of the profile; without one, that of the messenger.
        """
        here = (talk for key, talk in self.conversations.items() if key.chat == chat)
        known = ((talk.person, self.profile(talk.person), talk.name) for talk in here)
        names = {person: profile.name if profile else name for person, profile, name in known}
        return {person: name for person, name in names.items() if name}

    def officers_named(self, chat: int, name: str) -> tuple[int, ...]:
        """The ids of those whose name has all of these words ("rina", "Bu Rina Wati")."""
        addressing = self.rules.words.lists.get(ADDRESSING, frozenset())
        wanted = set(plain(name).split()) - addressing
        known = self.officers_of(chat).items()
        return tuple(person for person, called in known if wanted and wanted <= set(plain(called).split()))

    def resolved(self, listing: Listing) -> Listing | None:
        """The listing with its officer's id; None where the name fits no officer, or several."""
        if not listing.named:
            return listing
        found = self.officers_named(listing.chat, listing.named)
        return replace(listing, officer=found[0], named="") if len(found) == 1 else None

    def was_unseen(self, message: int, conversation: Conversation) -> bool:
        """Whether the person wrote this message before the present question was first shown.

        The piece that follows the answer directly was: the question came after the answer. Its own id is
        not known yet while it is being sent.
        """
        if self.providers.is_next(message, _newest_piece(conversation)):
            return True
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
            before = self.conversation(conversation.chat, conversation.person)
            if conversation.first_shown and conversation.first_shown != before.first_shown:
                self.showings[conversation.chat, conversation.first_shown] = UNSENT
            self.conversations[conversation.key] = conversation
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
        if case.filed_by != NO_ACCOUNT:
            self.own[case.filed_by] = (case.id, *self.own.get(case.filed_by, ()))
        numbered = (case.agency, year_and_serial(case.reference)[0])
        self.serials[numbered] = self.next_serial(*numbered) + 1


def _newest_piece(conversation: Conversation) -> int:
    """The newest message of the answer after which the present question was shown; 0 if it is unknown."""
    draft = conversation.draft
    if draft is None:
        return 0
    previous, waiting = draft.previous, draft.unconfirmed
    if previous and previous.shown == conversation.first_shown:
        return previous.message
    return waiting.message if waiting and waiting.field == draft.screen else 0
