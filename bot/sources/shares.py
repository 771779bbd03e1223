"""Shares what the turns can do among people: no one delays the others, however much he sends (invariant 2).

The problem. The messenger gives updates in one order, and gives the next ones only when the earlier ones are
confirmed. Each update of a person who had sent 10,000 messages was handled before the first one behind them
was even seen. They cannot be passed over in the messenger's queue, so they have to leave it quickly; and what
is confirmed must be stored, or may be given up.

1. Each person has a budget (bot/sources/meters.py). What exceeds it is dropped: the sender is read from the
   raw update and nothing else, nothing is stored, and the offset passes over it. The person gets one notice,
   whose transaction holds the key of the first dropped update. A killed process forgets the budgets, so that
   a flood may use a second budget after the start; the notice stays in the outbox.
2. Of what is within the budget, at most five updates of a person are taken in the turn after their fetch. The
   others are stored sealed, in the same transaction, with the offset behind them, and the next updates are
   fetched. An honest message behind 99 of another person is in the first turn, and a restart loses neither.
3. Stored updates are taken in small turns, one of each person after the other, with a pause after each. A
   turn of new updates waits for at most one of them. While updates of a person are stored, further ones are
   stored behind them: the order of one person never changes.
4. News about members, and messages by which a group moves, are never dropped nor postponed: they are few, and
   without them a person who was removed would stay an officer.
5. Updates that wait for a membership are within the same budget, because they have passed it.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections import Counter, defaultdict, deque
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum, auto
from functools import partial
from typing import Any, Protocol

import structlog

from bot.channels.base import Raw, Sender, ShellEvent, UnreadableUpdate, UnreadableUpdateError
from bot.channels.numbers import on_whatsapp
from bot.database.engine import Database
from bot.database.members import Waiting, load_postponed, present_persons, remove_waiting
from bot.database.quarantine import Damage, Fault
from bot.database.sealing import Codec
from bot.foundation.faults import error_place
from bot.foundation.figures import figures
from bot.sources.meters import CITIZEN, OFFICER, ON_WHATSAPP, Budget, Meter, Verdict
from bot.turns.batches import MOST_OF_ONE_PERSON, Incoming
from conversations.events import Event

log = structlog.get_logger(__name__)

# The stored updates of one turn: it holds back new ones for some hundredths of a second.
MOST_IN_A_TURN = 5
LONGEST_PAUSE = 0.5
# How often it is seen whether a flood is over, and who is an officer.
LOOK_SECONDS = 20.0


class Fate(Enum):
    """What is done with a fetched update."""

    TAKEN = auto()
    POSTPONED = auto()
    # Dropped as the first of its flood: its sender is informed.
    TOLD = auto()


@dataclass(frozen=True, slots=True)
class Sifted:
    """An update that is not dropped. `person` is its sender, 0 where no person wrote or pressed."""

    raw: Raw
    fate: Fate = Fate.TAKEN
    person: int = 0


class UpdateReader(Protocol):
    """The part of a channel that reads updates."""

    def read(self, raw: Mapping[str, Any]) -> Event | ShellEvent | None:
        """An update as an event. Raises UnreadableUpdateError."""

    def sender(self, raw: Mapping[str, Any]) -> Sender | None:
        """The person who wrote or pressed, read without the rest."""


class Shares:
    """`take` hands events to the turns; `is_ours` says whether a group is configured; `clock` is monotonic.

    `leaders` have the budget of officers in their private chats too, as the members of our groups have.
    """

    def __init__(
        self,
        database: Database,
        codec: Codec,
        channel: UpdateReader,
        take: Callable[[Sequence[Incoming]], Awaitable[None]],
        is_ours: Callable[[int], bool],
        leaders: Collection[int] = (),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database, self._codec, self._channel, self._turns = database, codec, channel, take
        self._is_ours, self._clock = is_ours, clock
        self._leaders, self._officers = frozenset(leaders), frozenset[int]()
        # By chat, person, and whether it counts presses.
        self._meters: dict[tuple[int, int, bool], Meter] = {}
        self._queues: defaultdict[int, deque[Waiting]] = defaultdict(deque)
        self._order: deque[int] = deque()
        self._fresh: list[Waiting] = []
        self._woken = asyncio.Event()
        self._next_look = clock()

    @property
    def waiting_updates(self) -> int:
        """How many stored updates wait for their turn."""
        return sum(map(len, self._queues.values()))

    @property
    def floods(self) -> int:
        """How many people are flooding now."""
        return len({person for (_, person, _), meter in self._meters.items() if meter.flooding})

    async def start(self) -> Collection[Fault]:
        """Continue with the stored updates of the last run. Returns the rows that do not open."""
        damage = Damage()
        self.accept(await self._database.write(lambda c: load_postponed(c, self._codec, damage)))
        self._release()
        await self._look()
        return damage.faults.values()

    def sift(self, updates: Sequence[Raw]) -> list[Sifted]:
        """The updates that are not dropped, in order, each with its fate."""
        taken, postponed = Counter[int](), Counter[int]()
        sifted: list[Sifted] = []
        for raw in updates:
            sender = self._sender(raw)
            if sender is None:
                sifted.append(Sifted(raw))
                continue
            person = sender.person
            waiting = len(self._queues.get(person, ())) + postponed[person]
            match self._judged(sender, waiting):
                case Verdict.FLOOD_BEGINS:
                    sifted.append(Sifted(raw, Fate.TOLD, person))
                case Verdict.TAKEN if waiting or taken[person] == MOST_OF_ONE_PERSON:
                    postponed[person] += 1
                    sifted.append(Sifted(raw, Fate.POSTPONED, person))
                case Verdict.TAKEN:
                    taken[person] += 1
                    sifted.append(Sifted(raw, Fate.TAKEN, person))
        figures.updates_postponed += postponed.total()
        return sifted

    def _sender(self, raw: Raw) -> Sender | None:
        """Who sent an update; None where that cannot be said: it is read, and fails, alone."""
        if isinstance(raw, UnreadableUpdate):
            return None
        try:
            return self._channel.sender(raw)
        except Exception as error:  # noqa: BLE001 - invariant 2: the other updates are taken
            log.warning("shares.sender_not_read", error=error_place(error))
            return None

    def _judged(self, sender: Sender, waiting: int) -> Verdict:
        now, budget = self._clock(), self._budget(sender.chat, sender.person)
        key = (sender.chat, sender.person, sender.at is None)
        at = now if sender.at is None else sender.at
        meter = self._meters.get(key)
        if meter is None:
            meter = self._meters[key] = Meter(budget.at_once, at, now)
        before, dropped = meter.flooding, meter.dropped
        verdict = meter.judge(budget, at, now, waiting)
        if before and verdict is not Verdict.DROPPED:
            _log_end(key, dropped)
        if verdict is Verdict.FLOOD_BEGINS:
            log.warning("shares.flood_began", chat=sender.chat, person=sender.person, waiting=waiting)
        figures.updates_dropped += verdict is not Verdict.TAKEN
        return verdict

    def _budget(self, chat: int, person: int) -> Budget:
        known = person in self._leaders or person in self._officers
        if known or self._is_ours(chat):
            return OFFICER
        return ON_WHATSAPP if on_whatsapp(person) else CITIZEN

    async def take(self, incoming: Sequence[Incoming]) -> None:
        """Have new updates taken or stored; when it returns, every one may be acknowledged."""
        await self._turns(incoming)
        self._release()

    def accept(self, postponed: Iterable[Waiting]) -> None:
        """Note updates that were stored. They are taken after the turn that stored them and its followers."""
        self._fresh += postponed

    def _release(self) -> None:
        for one in self._fresh:
            if not self._queues[one.person]:
                self._order.append(one.person)
            self._queues[one.person].append(one)
        self._fresh.clear()
        self._woken.set()

    async def run(self) -> None:
        """Take the stored updates until the task is cancelled."""
        while True:
            # Also while updates arrive all the time: the meters of idle people take memory.
            if self._clock() >= self._next_look:
                await self._look()
            if chosen := self._chosen():
                began = self._clock()
                await self._turns([self._again(one) for one in chosen])
                self._settle(chosen)
                # As long as the turn took: new updates have at least half of the time.
                await asyncio.sleep(min(self._clock() - began, LONGEST_PAUSE))
                continue
            self._woken.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(max(0.0, self._next_look - self._clock())):
                    await self._woken.wait()

    def _chosen(self) -> list[Waiting]:
        """One update of each person after the other, few for a short turn; they stay in their queues."""
        places = Counter[int]()
        chosen: list[Waiting] = []
        while self._order and len(chosen) < MOST_IN_A_TURN:
            person = self._order.popleft()
            queue = self._queues[person]
            chosen.append(queue[places[person]])
            places[person] += 1
            if places[person] < len(queue):
                self._order.append(person)
        return chosen

    def _settle(self, done: Sequence[Waiting]) -> None:
        """Remove what was taken. Whose updates came meanwhile goes behind the others."""
        for one in done:
            self._queues[one.person].popleft()
        for person in {one.person for one in done}:
            if not self._queues[person]:
                del self._queues[person]
            elif person not in self._order:
                self._order.append(person)

    def _again(self, one: Waiting) -> Incoming:
        """The update again, from its stored form."""
        done = partial(remove_waiting, row=one.id)
        try:
            raw = json.loads(one.raw)
            return Incoming(one.channel, None, self._channel.read(raw), raw, settle=done)
        except (UnreadableUpdateError, ValueError) as error:
            return Incoming(one.channel, None, None, one.raw, error_place(error), settle=done)

    async def _look(self) -> None:
        """Note the floods that are over, forget idle people, and learn who is an officer."""
        now = self._clock()
        self._next_look = now + LOOK_SECONDS
        for key, meter in list(self._meters.items()):
            if meter.is_over(now):
                meter.flooding = False
                _log_end(key, meter.dropped)
            if meter.is_idle(self._budget(*key[:2]), now):
                del self._meters[key]
        try:
            self._officers = await self._database.write(present_persons)
        except Exception as error:  # noqa: BLE001 - the last known ones hold until the next look
            log.warning("shares.officers_not_read", error=error_place(error))


def _log_end(key: tuple[int, int, bool], dropped: int) -> None:
    chat, person, _ = key
    log.warning("shares.flood_ended", chat=chat, person=person, dropped=dropped)


def as_incoming(name: str, sifted: Sifted) -> Incoming | None:
    """A postponed update of the channel `name`, which is stored without being read; None for all others."""
    if sifted.fate is not Fate.POSTPONED or isinstance(sifted.raw, UnreadableUpdate):
        return None
    return Incoming(name, int(sifted.raw["update_id"]), None, sifted.raw, postponed_for=sifted.person)
