"""A transcript: events through the core, with the state saved as JSON and reloaded between any two."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, Self

from bot.wording.rendering import Renderer
from conversations import engine
from conversations.complaints.case import Case
from conversations.complaints.case_words import words_of
from conversations.complaints.rules import Rules
from conversations.complaints.terms import Terms
from conversations.conversation import Conversation
from conversations.effects import AnswerPress, Edit, Effect, Outcome, RecordHistory, Send
from conversations.events import (
    Attachment,
    ButtonPressed,
    CommandReceived,
    ContactReceived,
    DeadlinePassed,
    Event,
    FileKind,
    FileReceived,
    LocationReceived,
    MessageEdited,
    Origin,
    Person,
    TextReceived,
    UnreadableReceived,
)
from conversations.messages import Button, Keyboard, OutgoingMessage
from conversations.queries import (
    HISTORY_PAGE,
    MOST_LISTED,
    MOST_OTHERS,
    Found,
    HistoryEntry,
    HistoryPage,
    HistoryWanted,
    Listed,
    Listing,
    Received,
    Search,
)
from conversations.world import UNSENT, Membership, Providers, World
from tests.unit.rules import LEADER, RESTRICTED, RULES, STAFF, START, WIB, agency

__all__ = [
    "LEADER",
    "LONG_SINCE",
    "RESTRICTED",
    "RULES",
    "STAFF",
    "START",
    "WIB",
    "Actor",
    "Chat",
    "agency",
    "due",
]

# The first id in a copy of a world, above all that were given before.
FURTHER_IDS = 1_000_000
LONG_SINCE = Membership(present=True, age=0.0, since=datetime(2026, 1, 1, tzinfo=UTC))


def is_weekday(_agency: str, day: date) -> bool:
    """The working days of the tests: Monday to Friday."""
    return day.weekday() < 5


TERMS = Terms(RULES, is_weekday)
RENDERER = Renderer()


def _providers(codes: Iterator[int], *, ordered: bool) -> Providers:
    return Providers(
        new_id=lambda: f"d{next(codes):011d}",
        new_code=lambda: "ABCD2345",
        hash_code=lambda code, reference: f"hash:{code}:{reference}",
        is_working_day=is_weekday,
        is_before=lambda message, shown: ordered and message < shown,
        is_next=lambda message, earlier: ordered and bool(earlier) and message == earlier + 1,
        wordings=RENDERER.wordings,
    )


@dataclass
class Chat:
    """A small world: stored states as JSON, and the effects of every event so far."""

    rules: Rules = RULES
    now: datetime = START
    conversations: dict[str, str] = field(default_factory=dict)
    cases: dict[str, str] = field(default_factory=dict)
    keys: dict[tuple[int, int], str] = field(default_factory=dict)
    effects: list[Effect] = field(default_factory=list)
    fresh: list[Effect] = field(default_factory=list)
    unsent: set[tuple[int, str]] = field(default_factory=set)
    # Whether the messenger's ids ascend.
    ordered: bool = True
    ids: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    messages: Iterator[int] = field(default_factory=lambda: itertools.count(100))
    members: dict[tuple[int, int], Membership] = field(default_factory=dict)
    records: list[tuple[datetime, RecordHistory]] = field(default_factory=list)

    def copied(self) -> Self:
        """A world of its own that continues from here; its ids begin above those of here."""
        names = ("conversations", "cases", "keys", "effects", "fresh", "unsent", "members", "records")
        copies: dict[str, Any] = {name: getattr(self, name).copy() for name in names}
        return replace(
            self, ids=itertools.count(FURTHER_IDS), messages=itertools.count(FURTHER_IDS), **copies
        )

    def world(self) -> World:
        """A working set read back from JSON: nothing else survives between two events."""
        cases = [Case.model_validate_json(text) for text in self.cases.values()]
        conversations = [Conversation.model_validate_json(text) for text in self.conversations.values()]
        world = World(self.now, self.rules, _providers(self.ids, ordered=self.ordered), keys=dict(self.keys))
        for (chat, message), key in sorted(self.keys.items()):
            world.showings.setdefault((chat, key), message)
        world.showings |= dict.fromkeys(self.unsent, UNSENT)
        world.conversations = {entry.key: entry for entry in conversations}
        for case in sorted(cases, key=lambda entry: entry.reference):
            world.apply(Outcome(cases=(case,)))
        return world

    def know(self, event: Event, world: World) -> None:
        """The person who acts is in all groups, unless `members` says something else of them."""
        if origin := getattr(event, "origin", None):
            for agency in self.rules.agencies:
                for chat in agency.groups:
                    world.members[chat, origin.person.id] = LONG_SINCE
        world.members |= self.members

    def feed(self, event: Event) -> list[Effect]:
        """One event: loaded, advanced, stored. Returns its effects."""
        world = self.world()
        self.know(event, world)
        need = engine.needs(event, world)
        if need.listing and (resolved := world.resolved(need.listing)):
            world.listed = self._listed(resolved, world)
        for name in need.with_others:
            self._others(name, world)
        if need.search:
            world.found = self._found(need.search, world)
        if need.received:
            world.received = self._received(need.received, world)
        if need.history:
            world.history = self._history(need.history, world)
        stored = world.conversations.get(need.conversation) if need.conversation else None
        engine.further_needs(event, stored, world.keys.get(need.reply, "") if need.reply else "")
        outcome = engine.advance(event, world)
        for conversation in outcome.conversations:
            self.conversations[str(conversation.key)] = conversation.model_dump_json()
        for case in outcome.cases:
            self.cases[case.id] = case.model_dump_json()
        self.records += [(self.now, e) for e in outcome.effects if isinstance(e, RecordHistory)]
        self.fresh = list(outcome.effects)
        self.effects += outcome.effects
        for effect in outcome.effects:
            if isinstance(effect, Send) and effect.key:
                self.keys[effect.chat, next(self.messages)] = effect.key
        self.now += timedelta(seconds=1)
        return self.fresh

    def _listed(self, listing: Listing, world: World) -> Listed:
        wanted: dict[str, Callable[[Case], bool]] = {
            "open": lambda case: case.open,
            "mine": lambda case: case.open and bool(case.officer and case.officer.id == listing.officer),
            "officer": lambda case: case.open and bool(case.officer and case.officer.id == listing.officer),
            "overdue": lambda case: case.is_overdue(listing.today),
            "division": lambda case: case.open and case.division == listing.value,
            "status": lambda case: case.status.value == listing.value,
        }
        found = [
            case
            for case in world.cases.values()
            if case.agency == listing.agency
            and case.restricted == listing.restricted
            and wanted[listing.filter](case)
        ]
        total = min(len(found), MOST_LISTED)
        page = min(listing.page, max(0, total - 1) // listing.page_size)
        first = page * listing.page_size
        shown = tuple(found[first : min(first + listing.page_size, MOST_LISTED)])
        return Listed(shown, total, page, more=len(found) > total)

    def _others(self, name: str, world: World) -> None:
        shown = world.cases.get(name) or world.by_reference(name)
        if shown and shown.filed_by:
            same = (case for case in world.cases.values() if case.filed_by == shown.filed_by)
            newest = sorted(same, key=lambda case: case.received_at, reverse=True)
            world.others[shown.id] = tuple(case.id for case in newest if case.id != shown.id)[:MOST_OTHERS]

    def _found(self, search: Search, world: World) -> Found:
        found = [
            case
            for case in world.cases.values()
            if case.agency == search.agency
            and case.restricted == search.restricted
            and set(search.words) <= words_of(case) | ({*search.words} if not search.words else set())
            and (search.since is None or search.since <= case.received_at)
            and (search.until is None or case.received_at < search.until)
        ]
        found.sort(key=lambda case: case.received_at, reverse=True)
        return Found(tuple(found[: search.most]), more=len(found) > search.most)

    def _received(self, wanted: Received, world: World) -> int:
        return sum(
            case.agency == wanted.agency
            and case.restricted in wanted.restricted
            and wanted.first <= case.received_at.astimezone(WIB).date() <= wanted.last
            for case in world.cases.values()
        )

    def _history(self, wanted: HistoryWanted, world: World) -> HistoryPage | None:
        case = world.cases.get(wanted.case) or world.by_reference(wanted.reference)
        if case is None:
            return None
        records = [(at, record) for at, record in reversed(self.records) if record.case == case.id]
        page = min(wanted.page, max(0, len(records) - 1) // HISTORY_PAGE)
        shown = records[page * HISTORY_PAGE : (page + 1) * HISTORY_PAGE]
        entries = tuple(HistoryEntry(at, one.who, one.what, one.text) for at, one in shown)
        return HistoryPage(case.id, entries, len(records), page, None)

    def person(self, identity: int, name: str = "Siti Aminah", chat: int = 0) -> Actor:
        """A person who acts in the private chat, or in the group `chat`."""
        return Actor(self, Person(identity, name), chat or identity)

    def case(self, index: int = 0) -> Case:
        """The case filed as number `index`."""
        return Case.model_validate_json(list(self.cases.values())[index])

    def conversation(self, person: int, chat: int = 0) -> Conversation:
        """The stored conversation."""
        return self.world().conversation(chat or person, person)

    def wake(self, person: int, after: timedelta) -> list[Effect]:
        """Move the time forward and wake the person's private conversation."""
        self.now += after
        return self.feed(DeadlinePassed(self.now, person, person))

    def message_of(self, key: str) -> int:
        """The id of the newest message of ours with that key."""
        return max(message for (_, message), known in self.keys.items() if known == key)

    def sent(self, chat: int) -> list[OutgoingMessage]:
        """What the last event sent or edited in that chat."""
        return [
            effect.message for effect in self.fresh if isinstance(effect, Send | Edit) and effect.chat == chat
        ]

    @property
    def alert(self) -> AnswerPress:
        """How the last press was answered."""
        return next(effect for effect in self.fresh if isinstance(effect, AnswerPress))


@dataclass
class Actor:
    """One person in one chat. Every act returns the template names sent to that chat."""

    chat_log: Chat
    identity: Person
    chat: int

    def origin(
        self,
        message: int = 0,
        reply_to: int = 0,
        replied_text: str = "",
        forwarded: str = "",
        quoted: str = "",
    ) -> Origin:
        """Where this person's next event comes from."""
        number = message or next(self.chat_log.messages)
        private = self.chat == self.identity.id
        at = self.chat_log.now
        return Origin(
            self.chat,
            private,
            self.identity,
            number,
            at,
            reply_to,
            replied_text,
            forwarded=forwarded,
            quoted=quoted,
        )

    def _feed(self, event: Event) -> list[str]:
        self.chat_log.feed(event)
        return [message.template for message in self.chat_log.sent(self.chat)]

    def says(
        self,
        text: str,
        *,
        message: int = 0,
        reply_to: int = 0,
        forwarded: str = "",
        quoted: str = "",
    ) -> list[str]:
        """A text."""
        origin = self.origin(message, reply_to, forwarded=forwarded, quoted=quoted)
        return self._feed(TextReceived(origin, text))

    def commands(self, command: str, argument: str = "", reply_to: int = 0) -> list[str]:
        """A command."""
        return self._feed(CommandReceived(self.origin(reply_to=reply_to), command, argument))

    def sends(
        self,
        kind: FileKind = "photo",
        caption: str = "",
        album: str = "",
        size: int = 1000,
        reply_to: int = 0,
        message: int = 0,
        forwarded: str = "",
    ) -> list[str]:
        """A file."""
        origin = self.origin(message, reply_to, forwarded=forwarded)
        attachment = Attachment(kind, f"f{origin.message}", f"u{origin.message}", size=size)
        return self._feed(FileReceived(origin, attachment, f"file{origin.message}", caption, album))

    def locates(self) -> list[str]:
        """A location."""
        return self._feed(LocationReceived(self.origin(), -7.6, 112.8))

    def shares(self, phone: str, *, own: bool = True) -> list[str]:
        """A contact."""
        return self._feed(ContactReceived(self.origin(), phone, own))

    def sticks(self) -> list[str]:
        """A sticker."""
        return self._feed(UnreadableReceived(self.origin(), "sticker"))

    def edits(self, message: int, text: str, file: str = "") -> list[str]:
        """An edit of an earlier message, which now has the file with this unique id."""
        attachment = Attachment("photo", f"f{file}", file) if file else None
        return self._feed(MessageEdited(self.origin(message), text, attachment))

    def presses(self, label: str, value: str | None = None) -> list[str]:
        """The newest button of that label (and value) that this chat was shown."""
        return self.presses_button(self.button(label, value))

    def presses_button(self, button: Button) -> list[str]:
        """A button, old or new."""
        origin = self.origin()
        press = f"p{origin.message}"
        return self._feed(
            ButtonPressed(origin, press, button.action, button.subject, button.version, button.value)
        )

    def button(self, label: str, value: str | None = None) -> Button:
        """The newest button of that label (and value) in this chat."""
        for effect in reversed(self.chat_log.effects):
            if isinstance(effect, Send | Edit) and effect.chat == self.chat:
                for row in effect.message.buttons:
                    for button in row:
                        if button.label == label and value in {None, button.value}:
                            return button
        message = f"no button {label} ({value}) was shown"
        raise AssertionError(message)

    @property
    def keyboard(self) -> list[str]:
        """The labels of the reply keyboard that is now shown."""
        for effect in reversed(self.chat_log.effects):
            if isinstance(effect, Send) and effect.chat == self.chat:
                keyboard = effect.message.keyboard
                if isinstance(keyboard, Keyboard):
                    return [key.label for row in keyboard.rows for key in row]
        return []


def due(day: str) -> date:
    """A date, for tables."""
    return date.fromisoformat(day)
