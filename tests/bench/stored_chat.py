"""Citizens and officers of the transcripts (tests/unit), over the real turns, scheduler and store.

There is no messenger: after each commit every message counts as sent and every file as fetched, as the
senders would note it.
"""

from __future__ import annotations

import asyncio
import hashlib
import itertools
from collections.abc import Callable, Collection, Coroutine, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection

from bot.database import files_table, members, word_index
from bot.database.conversations import load_conversations, save_conversations
from bot.database.engine import Database
from bot.database.file_rows import StoredFile
from bot.database.outbox_marks import Sent, mark_sent
from bot.database.outbox_rows import Kind, OutboxRow
from bot.database.quarantine import Fault
from bot.database.sealing import Codec
from bot.database.stores.sqlite import SqliteStore
from bot.database.stores.store import Store
from bot.foundation.disk import place_of
from bot.outbox.operator_notes import Operator
from bot.sources.scheduler import Scheduler
from bot.turns.batches import Incoming
from bot.turns.providers import make_providers
from bot.turns.turns import Committed, TurnContext, Turns
from bot.wording.rendering import Renderer
from conversations import engine
from conversations.complaints.agency import Division
from conversations.complaints.rules import Rules
from conversations.complaints.terms import Terms
from conversations.conversation import Conversation, ConversationKey, OfficerProfile
from conversations.effects import Effect, Outcome
from conversations.events import Event
from conversations.world import World
from tests.unit import transcript
from tests.unit.filed import Desk

R = TypeVar("R")

OFFICERS = (601, 602, transcript.LEADER)
PHOTO_BYTES = 120_000
ACCESS_CODE = "ABCD2345"


def rules() -> Rules:
    """The two agencies of the transcripts; the first has a division."""
    first, second = transcript.RULES.agencies
    divided = first.model_copy(update={"divisions": (Division(id="pemdes", name="Bidang Pemdes"),)})
    return transcript.RULES.model_copy(update={"agencies": (divided, second)})


class Heard:
    """The core, which keeps what the last events caused."""

    needs = staticmethod(engine.needs)
    further_needs = staticmethod(engine.further_needs)
    required_membership = staticmethod(engine.required_membership)

    def __init__(self) -> None:
        self.outcomes: list[Outcome] = []

    def advance(self, event: Event, world: World, /) -> Outcome:
        """One event's outcome."""
        outcome = engine.advance(event, world)
        self.outcomes.append(outcome)
        return outcome


@dataclass
class StoredChat(transcript.Chat):
    """A chat whose states are in a store. Use `opened()`."""

    folder: Path = Path()
    # SQLite in the folder, if none is given.
    store: Store | None = None
    runner: asyncio.Runner = field(default_factory=asyncio.Runner)
    core: Heard = field(default_factory=Heard)
    updates: itertools.count[int] = field(default_factory=lambda: itertools.count(1))
    committed: list[Committed] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Open the store of the folder, and make the parts of the bot."""
        self.rules = rules()
        self.codec = Codec.load(self.folder / "aduan.key", create=True)
        self.database: Database = self.run(Database.open(self.store or SqliteStore(self.folder / "aduan.db")))
        made = make_providers(self.rules, self.codec.pepper, Renderer().wordings)
        providers = replace(made, new_code=lambda: ACCESS_CODE)
        self.terms = Terms(self.rules, providers.is_working_day)
        context = TurnContext(
            core=self.core,
            operator=Operator(self.codec, 999, frozenset()),
            rules=self.rules,
            providers=providers,
            now=lambda: self.now,
            wall=self.wall,
        )
        self.turns = Turns(self.database, context, self.committed.append)
        self.scheduler = Scheduler(
            self.database, self.codec, self.turns.take, lambda: self.now, self.wall, 60.0, _report
        )
        self.write(lambda connection: word_index.mark(connection, self.codec, word_index.COMPLETE))
        self.gather()

    def wall(self) -> float:
        """Seconds since 1970: the two clocks agree."""
        return self.now.timestamp()

    def run(self, work: Coroutine[Any, Any, R]) -> R:
        """Wait for a coroutine."""
        return self.runner.run(work)

    def write(self, work: Callable[[Connection], R]) -> R:
        """Run work in a transaction of the writer."""
        return self.run(self.database.write(work))

    def close(self) -> None:
        """Close the store."""
        self.run(self.database.close())
        self.runner.close()

    def gather(self) -> None:
        """The messenger says now that the officers are in the groups."""
        groups = [chat for agency in self.rules.agencies for chat in agency.groups]
        since = datetime(2020, 1, 1, tzinfo=transcript.WIB)
        known = [
            members.KnownMember(chat, person, True, self.wall(), since)
            for chat in groups
            for person in OFFICERS
        ]
        self.write(lambda connection: members.note_members(connection, self.codec, known))

    def go_to(self, moment: datetime) -> None:
        """Set the time, and do what is due then."""
        self.now = moment
        self.gather()
        self.follow()

    def incoming(self, event: Event) -> Incoming:
        """An update of the messenger."""
        return Incoming("telegram", next(self.updates), event, b"{}")

    def feed(self, event: Event) -> list[Effect]:
        """One event: taken by the turns, its messages sent, what follows done."""
        self.core.outcomes.clear()
        self.run(self.turns.take([self.incoming(event)]))
        self._hear()
        self.follow()
        self.now += timedelta(seconds=1)
        return self.fresh

    def follow(self) -> None:
        """Send what waits, and do what is due, until nothing is."""
        self.deliver()
        while self.run(self.scheduler.due()):
            self.core.outcomes.clear()
            self.run(self.scheduler.round())
            self._hear(first=False)
            self.deliver()

    def _hear(self, *, first: bool = True) -> None:
        effects = [effect for outcome in self.core.outcomes for effect in outcome.effects]
        self.fresh = effects if first else [*self.fresh, *effects]
        self.effects += effects
        for outcome in self.core.outcomes:
            self.cases.update((case.id, case.model_dump_json()) for case in outcome.cases)

    def deliver(self) -> None:
        """Mark the committed messages sent, and the files fetched."""
        rows = [row for done in self.committed for row in done.rows]
        jobs = [job for done in self.committed for job in done.files]
        self.committed.clear()
        sent = [Sent(row, self._message(row), self.wall()) for row in rows]
        stored = [content_of(self.codec, job.key) for job in jobs]
        if sent or stored:
            self.write(lambda connection: self._mark(connection, sent, stored))

    def _mark(self, connection: Connection, sent: Sequence[Sent], stored: Sequence[StoredFile]) -> None:
        mark_sent(connection, sent)
        files_table.mark_stored(connection, self.codec, stored)

    def _message(self, row: OutboxRow) -> int:
        if row.kind is Kind.SEND:
            number = next(self.messages)
            if row.key:
                self.keys[row.chat, number] = row.key
            return number
        if row.kind is Kind.EDIT:
            return row.at or max((m for (_, m), key in self.keys.items() if key == row.key), default=0)
        return 0

    def conversation(self, person: int, chat: int = 0) -> Conversation:
        """The stored conversation."""
        key = ConversationKey(chat or person, person)
        found = self.write(lambda connection: load_conversations(connection, self.codec, [key]))
        return found.get(key) or Conversation(chat=key.chat, person=person)

    def save(self, conversation: Conversation) -> None:
        """Store a conversation."""
        self.write(lambda c: save_conversations(c, self.codec, [conversation], self.terms))


class StoredDesk(Desk):
    """The officers of the transcripts over a store, in the staff group of one agency."""

    chat: StoredChat

    def __init__(self, chat: StoredChat, agency: str) -> None:
        self._group = transcript.STAFF[agency]
        super().__init__(chat)

    def officer(
        self, identity: int, name: str, chat: int = 0, *, introduced: bool = True
    ) -> transcript.Actor:
        """An officer who acts in the group of the agency."""
        return super().officer(identity, name, chat or self._group, introduced=introduced)

    def introduced(self, person: int, profile: OfficerProfile) -> None:
        """Store how this person has introduced themselves."""
        known = self.chat.conversation(person)
        self.chat.save(known.model_copy(update={"profile": profile}))


def content_of(codec: Codec, key: str) -> StoredFile:
    """What was fetched for a file."""
    digest = hashlib.sha256(key.encode()).hexdigest()
    return StoredFile(key, digest, PHOTO_BYTES, place_of(codec.file_name(digest)))


async def _report(_faults: Collection[Fault]) -> None:
    """Report to no one."""
