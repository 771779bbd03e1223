"""Asks the messenger who is in a group, outside the turns, for the updates that wait for the answer.

1. A turn has stored an update whose sender's membership is unknown or old (`waiting`), and passes it on.
2. The messenger is asked once for each group and person, with a few tries within some seconds.
3. The answer becomes an event of its own, and the waiting updates are taken after it, in their order. Each
   is deleted from the table in the turn that takes it. Without an answer they are taken with the stored
   membership, and the core refuses them with a message.
4. A press is answered by its own result if the check is quick, else first with "Sebentar, kami periksa" (One
   moment, we are checking).
5. A restart continues with the stored updates.
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
from bot.database.members import load_waiting, remove_waiting
from bot.database.quarantine import Damage, Fault
from bot.database.sealing import Codec
from bot.foundation.background_tasks import BackgroundTasks
from bot.foundation.faults import error_place
from bot.turns.batches import Incoming
from bot.turns.storing import DEFAULT_LANGUAGE, Parked
from conversations.effects import AnswerPress
from conversations.events import ButtonPressed, Event, MembershipChanged

log = structlog.get_logger(__name__)

CHANNEL = "membership"
# How long a press stays unanswered: most checks end before that, and its own result can be shown.
PATIENCE_SECONDS = 1.5
# The waits before each try; after the last one the update is judged by the stored membership.
WAITS = (0.0, 0.5, 1.5, 3.0)
LONGEST_WAIT = 5.0
# A limit, as outsiders of a public group may press often: sending needs connections too.
CALLS_AT_ONCE = 4
# A failure that another try may end.
PASSING = frozenset({Failure.TEMPORARY, Failure.THROTTLED})


class MembershipSource(Protocol):
    """The part of a channel that answers who is in a group and reads updates."""

    async def is_member(self, chat: int, person: int) -> bool:
        """Whether the person is in the group now. Raises DeliveryError."""

    def read(self, raw: Mapping[str, Any]) -> Event | ShellEvent | None:
        """An update as an event. Raises UnreadableUpdateError."""


@dataclass(slots=True)
class _Check:
    """The events of one group and person, in order; `answered` are presses that were answered already."""

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
        channel: MembershipSource,
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
        """Continue with the stored updates of the last run. Returns the rows that do not open."""
        damage = Damage()
        left = await self._database.write(lambda c: load_waiting(c, self._codec, damage))
        self.accept(Parked(one, "", DEFAULT_LANGUAGE) for one in left)
        return damage.faults.values()

    async def stop(self) -> None:
        """Stop all checks; waiting updates stay in the table."""
        tasks = tuple(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def accept(self, parked: Iterable[Parked]) -> None:
        """Start a check, or add these to the running check of the same person."""
        for one in parked:
            key = (one.waiting.chat, one.waiting.person)
            check = self._checks.get(key)
            if check is None:
                check = self._checks[key] = _Check()
                self._tasks.start(self._run(key, check))
            check.parked.append(one)
            if one.press:
                self._tasks.start(self._answer_slow_press(check, one))

    async def _answer_slow_press(self, check: _Check, one: Parked) -> None:
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
        event = MembershipChanged(self._now(), chat, *(((person,), ()) if present else ((), (person,))))
        return [Incoming(CHANNEL, None, event, repr(event).encode())]

    async def _asked(self, chat: int, person: int) -> bool | None:
        """The messenger's answer; None when it does not answer within the tries."""
        for wait in WAITS:
            await asyncio.sleep(wait)
            try:
                async with self._calls:
                    return await self._channel.is_member(chat, person)
            except DeliveryError as error:
                log.warning("membership.not_answered", reason=error.reason)
                if error.kind not in PASSING or error.retry_after > LONGEST_WAIT:
                    return None
            except Exception as error:  # noqa: BLE001 - an error in this program: the core refuses the act
                log.error("membership.fault", error=error_place(error))  # noqa: TRY400 - no words
                return None
        return None

    def _again(self, one: Parked, check: _Check) -> Incoming:
        """The update again, from its stored form."""
        waiting, done = one.waiting, partial(remove_waiting, row=one.waiting.id)
        try:
            raw = json.loads(waiting.raw)
            event = self._channel.read(raw)
        except (UnreadableUpdateError, ValueError) as error:
            return Incoming(waiting.channel, None, None, waiting.raw, error_place(error), settle=done)
        # After a restart its press cannot be answered any more.
        if isinstance(event, ButtonPressed) and (not one.press or one.press in check.answered):
            event = replace(event, press="")
        return Incoming(waiting.channel, None, event, raw, settle=done, checked=True)
