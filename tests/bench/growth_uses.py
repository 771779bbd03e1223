"""What people and the clock do in a store with many cases, through the real turns: each use is measured.

`/status` and the intake are of citizens, the lists and searches of an officer, the rest of the clock.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from sqlalchemy import Column, func, select

from bot.database import digests, tables
from bot.turns.batches import Incoming
from conversations.effects import Effect
from conversations.events import DeadlinePassed, Event, MorningCame
from tests.bench.generator import CASES_OF_A_PERSON, FIRST_PERSON
from tests.bench.stored_chat import StoredChat
from tests.unit.transcript import STAFF, Actor
from tests.unit.walker import walk

AGENCY, OFFICER = "dpmd", 601
# Above the citizens of the generator.
FIRST_NEW_PERSON = 9_000_000_000
# Words of each story; one of the longer stories and the answers, and one of the longer stories alone.
FREQUENT, ALSO_FREQUENT, APART, SELDOM = "bantuan", "loket", "tabungan", "ongkos"


@dataclass
class FilledChat(StoredChat):
    """A store with many cases. Only turns, and the scheduler's query, are measured; nothing due is done."""

    cpu: float = 0.0
    wall_seconds: float = 0.0
    taken: int = 0
    due_cases: list[Incoming] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Prepare what a start prepares; ids continue after those of an earlier run."""
        super().__post_init__()
        self.updates = self._above(tables.updates.c.update_id)
        self.messages = self._above(tables.sent_messages.c.message_id)
        self.write(lambda connection: digests.prepare(connection, self.rules, self.now))

    def _above(self, column: Column[int]) -> itertools.count[int]:
        """The numbers above all of a column."""
        highest = select(func.max(column))
        return itertools.count((self.write(lambda connection: connection.scalar(highest)) or 0) + 1)

    @contextmanager
    def measured(self) -> Iterator[None]:
        """Add the time of the block: CPU of all threads, and wall."""
        cpu, wall = time.process_time(), time.perf_counter()
        yield
        self.cpu += time.process_time() - cpu
        self.wall_seconds += time.perf_counter() - wall

    def take(self, incoming: Incoming) -> None:
        """One measured turn."""
        self.core.outcomes.clear()
        with self.measured():
            self.run(self.turns.take([incoming]))
        self.taken += 1
        self._hear()
        self.deliver()

    def feed(self, event: Event) -> list[Effect]:
        """One event of a person."""
        self.take(self.incoming(event))
        return self.fresh

    def clock(self, event: Event) -> None:
        """One event of the clock."""
        self.take(Incoming("clock", None, event, b""))

    def officer(self) -> Actor:
        """An officer in the group."""
        return self.person(OFFICER, "Budi Santoso", STAFF[AGENCY])


def status(chat: FilledChat, turn: int) -> None:
    """A citizen asks for their complaints."""
    chat.person(FIRST_PERSON + turn * CASES_OF_A_PERSON).commands("status")


def listing(chat: FilledChat, _turn: int) -> None:
    """An officer lists the open cases."""
    chat.officer().commands("daftar")


def search_frequent(chat: FilledChat, _turn: int) -> None:
    """An officer searches for two words that most cases have."""
    chat.officer().commands("cari", f"{FREQUENT} {ALSO_FREQUENT}")


def search_apart(chat: FilledChat, _turn: int) -> None:
    """An officer searches for two words that the newest cases do not share."""
    chat.officer().commands("cari", f"{FREQUENT} {APART}")


def search_seldom(chat: FilledChat, _turn: int) -> None:
    """An officer searches for one word that a part of the cases has."""
    chat.officer().commands("cari", SELDOM)


def intake(chat: FilledChat, _turn: int) -> None:
    """A new citizen files a complaint, from the first message to the receipt."""
    walk(chat.person(FIRST_NEW_PERSON + next(chat.updates)), "filed", {"agency": AGENCY})


def due(chat: FilledChat, _turn: int) -> None:
    """The scheduler asks for what is due."""
    with chat.measured():
        found = chat.run(chat.scheduler.due())
    chat.taken += 1
    chat.due_cases = [one for one in found if isinstance(one.event, DeadlinePassed) and one.event.case]


def reminder(chat: FilledChat, _turn: int) -> None:
    """The clock reminds of the case that is due first."""
    chat.take(chat.due_cases.pop(0))


def digest(chat: FilledChat, _turn: int) -> None:
    """The clock sends the morning digest."""
    chat.clock(MorningCame(chat.now, AGENCY))


USES: Mapping[str, Callable[[FilledChat, int], None]] = {
    "/status": status,
    "/daftar": listing,
    "/cari, two frequent words": search_frequent,
    "/cari, two words seldom together": search_apart,
    "/cari, a seldom word": search_seldom,
    "a turn of the intake": intake,
    "the due-date query": due,
    "a reminder": reminder,
    "the morning digest": digest,
}
