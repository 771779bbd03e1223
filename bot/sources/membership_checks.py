"""Asks the messenger who is in a group, outside the turns, for the events that wait for it.

1. A turn has stored an event whose sender's membership is unknown or old (`waiting`), and hands it on here.
2. The messenger is asked once for each group and person, with a few tries within some seconds.
3. What it says becomes an event of its own, and the waiting ones are taken after it, in their order. Each
   leaves the table in the turn that takes it. Without an answer they are taken with what is known, and
   the core refuses them in words.
4. A press is answered by its own result while the check is quick, else "Sebentar, kami periksa" first.
5. A restart takes up what waits.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import Any, Protocol

import structlog

from bot.channels.base import DeliveryError, Failure, ShellEvent, UnreadableUpdateError
from bot.database.engine import Database
from bot.database.members import load_waiting, over
from bot.database.quarantine import Damage, Fault
from bot.database.sealing import Codec
from bot.foundation.background_tasks import BackgroundTasks
from bot.foundation.faults import whereabouts
from bot.turns.batches import Incoming
from bot.turns.storing import DEFAULT_LANGUAGE, Parked
from conversations.effects import AnswerPress
from conversations.events import ButtonPressed, Event, MembershipChanged

log = structlog.get_logger(__name__)

CHANNEL = "membership"
# A press stays unanswered so long: most checks are over by then, and its own answer can be shown.
PATIENCE_SECONDS = 1.5
# The waits before each try; after the last one the event is judged by what is known.
WAITS = (0.0, 0.5, 1.5, 3.0)
LONGEST_WAIT = 5.0
# Outsiders of a public group may press as often as they like: sending keeps its connections.
CALLS_AT_ONCE = 4
# A failure that another try may end.
PASSING = frozenset({Failure.TEMPORARY, Failure.THROTTLED})


class Asked(Protocol):
    """The part of a channel that tells who is in a group and reads updates."""

    async def is_member(self, chat: int, person: int) -> bool:
        """Whether the person is in the group now. Raises DeliveryError."""

    def read(self, raw: Mapping[str, Any]) -> Event | ShellEvent | None:
        """An update as what happened. Raises UnreadableUpdateError."""


@dataclass(slots=True)
class _Check:
    """The events of one group and person, in order; `answered` are presses that got a word already."""

    parked: list[Parked] = field(default_factory=list)
    answered: set[str] = field(default_factory=set)


class MembershipChecks:
    """One check at a time for each group and person.

    `take` hands events to the turns, `answer` answers a press, `now` is wall time.
    """

    def __init__(
        self,
        database: Database,
        codec: Codec,
        channel: Asked,
        take: Callable[[Sequence[Incoming]], Awaitable[None]],
        answer: Callable[[AnswerPress, str], None],
        now: Callable[[], datetime],
    ) -> None:
        self._database, self._codec, self._channel = database, codec, channel
        self._take, self._answer, self._now = take, answer, now
        self._checks: dict[tuple[int, int], _Check] = {}
        self._tasks = BackgroundTasks()
        self._calls = asyncio.Semaphore(CALLS_AT_ONCE)

    async def start(self) -> Collection[Fault]:
        """Take up what a restart left. Returns the rows that do not open."""
        damage = Damage()
        left = await self._database.write(lambda c: load_waiting(c, self._codec, damage))
        self.accept(Parked(one, "", DEFAULT_LANGUAGE) for one in left)
        return damage.faults.values()

    async def stop(self) -> None:
        """Leave off; what waits stays in the table."""
        tasks = tuple(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def accept(self, parked: Iterable[Parked]) -> None:
        """Check, or let these wait for the check of the same person that goes on."""
        for one in parked:
            key = (one.waiting.chat, one.waiting.person)
            check = self._checks.get(key)
            if check is None:
                check = self._checks[key] = _Check()
                self._tasks.start(self._run(key, check))
            check.parked.append(one)
            if one.press:
                self._tasks.start(self._soothe(check, one))

    async def _soothe(self, check: _Check, one: Parked) -> None:
        """Answer a press whose check takes long."""
        await asyncio.sleep(PATIENCE_SECONDS)
        if one in check.parked:
            check.answered.add(one.press)
            self._answer(AnswerPress(one.press, "system.checking"), one.language)

    async def _run(self, key: tuple[int, int], check: _Check) -> None:
        present = await self._asked(*key)
        del self._checks[key]
        taken, check.parked = check.parked, []
        again = [self._again(one, check) for one in taken]
        await self._take([*self._news(key, present), *again])

    def _news(self, key: tuple[int, int], present: bool | None) -> list[Incoming]:  # noqa: FBT001 - an answer
        if present is None:
            return []
        chat, person = key
        told = MembershipChanged(self._now(), chat, *(((person,), ()) if present else ((), (person,))))
        return [Incoming(CHANNEL, None, told, repr(told).encode())]

    async def _asked(self, chat: int, person: int) -> bool | None:
        """What the messenger says; None when it does not answer within the tries."""
        for wait in WAITS:
            await asyncio.sleep(wait)
            try:
                async with self._calls:
                    return await self._channel.is_member(chat, person)
            except DeliveryError as error:
                log.warning("membership.not_told", reason=error.reason)
                if error.kind not in PASSING or error.retry_after > LONGEST_WAIT:
                    return None
            except Exception as error:  # noqa: BLE001 - a fault of ours: the act is refused in words
                log.error("membership.fault", error=whereabouts(error))  # noqa: TRY400 - no words
                return None
        return None

    def _again(self, one: Parked, check: _Check) -> Incoming:
        """The update once more, from its stored form."""
        waiting, done = one.waiting, partial(over, row=one.waiting.id)
        try:
            raw = json.loads(waiting.raw)
            event = self._channel.read(raw)
        except (UnreadableUpdateError, ValueError) as error:
            return Incoming(waiting.channel, None, None, waiting.raw, whereabouts(error), settle=done)
        # After a restart its press can be answered no more, either.
        if isinstance(event, ButtonPressed) and (not one.press or one.press in check.answered):
            event = replace(event, press="")
        return Incoming(waiting.channel, None, event, raw, settle=done, checked=True)
