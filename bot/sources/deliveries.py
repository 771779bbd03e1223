"""The queue of what a messenger delivers to a webhook; each delivery is acknowledged after it is stored.

1. The deliveries that wait are taken together. When all their updates are stored, each gets its 200.
2. While the store cannot be written, deliveries get 503 after some seconds, and at once when many updates
   wait: the messenger repeats them.
3. A repeated one joins the one that still waits, so that it counts once in its sender's budget. What was
   taken meanwhile all the same is recognised by its key.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Generic, TypeVar

import structlog

from bot.channels.base import Raw
from bot.foundation.faults import error_place
from bot.turns.batches import Incoming

log = structlog.get_logger(__name__)

OK, UNAUTHORIZED, TOO_LARGE, UNAVAILABLE = 200, 401, 413, 503

U = TypeVar("U")
Read = Callable[[Sequence[Raw]], Sequence[Incoming]]
Take = Callable[[Sequence[Incoming]], Awaitable[None]]


@dataclass(eq=False, slots=True)
class Delivery(Generic[U]):
    """One delivery that waits for its answer; `stored` is whether a turn has stored all its updates.

    `name` is the same when it is repeated, None where it cannot be recognised; `place` is its place among
    those that are taken with it.
    """

    name: object | None
    updates: Sequence[U]
    place: float = 0.0
    stored: asyncio.Future[bool] = field(default_factory=lambda: asyncio.get_running_loop().create_future())

    def settle(self, *, stored: bool) -> None:
        """Let it be answered, unless it was already."""
        if not self.stored.done():
            self.stored.set_result(stored)


class Deliveries(Generic[U]):
    """The deliveries that wait; `take` stores the updates of some of them. Until it runs, it refuses all."""

    def __init__(self, take: Callable[[Sequence[U]], Awaitable[None]]) -> None:
        self._take = take
        self._waiting: list[Delivery[U]] = []
        # By their names, those that wait or are being stored.
        self._known: dict[object, Delivery[U]] = {}
        self._arrived = asyncio.Event()
        self.open = False

    def is_full(self, most: int) -> bool:
        """Whether `most` updates wait, or it does not run."""
        return not self.open or sum(len(each.updates) for each in self._waiting) >= most

    async def receive(self, delivery: Delivery[U], seconds: float) -> int:
        """Have the updates of a delivery stored; the status of the answer, within `seconds`."""
        known = self._joined(delivery)
        await asyncio.wait({known.stored}, timeout=seconds)
        return OK if known.stored.done() and known.stored.result() else UNAVAILABLE

    def _joined(self, delivery: Delivery[U]) -> Delivery[U]:
        """The same delivery as it waits already, else this one, which waits from now on."""
        name = delivery.name
        if name in self._known:
            return self._known[name]
        if name is not None:
            self._known[name] = delivery
            delivery.stored.add_done_callback(lambda _: self._known.pop(name, None))
        self._waiting.append(delivery)
        self._arrived.set()
        return delivery

    async def run(self, stopping: asyncio.Event, *others: Coroutine[Any, Any, None]) -> None:
        """Take what arrives until `stopping`, or until one of `others`, which run meanwhile, ends.

        A turn that has begun is finished, and what no turn has taken is refused. Raises what `others` raise.
        """
        stopped = asyncio.create_task(stopping.wait())
        taking, *meanwhile = [asyncio.create_task(each) for each in (self._run(stopped), *others)]
        self.open = True
        try:
            done, _ = await asyncio.wait({stopped, taking, *meanwhile}, return_when=asyncio.FIRST_COMPLETED)
            self.open = False
            for task in done - {stopped}:
                task.result()
            await taking
        finally:
            self.open = False
            for task in (stopped, taking, *meanwhile):
                task.cancel()
            self._refuse_waiting()

    async def _run(self, stopped: asyncio.Task[bool]) -> None:
        """Take what arrives, until `stopped` is done."""
        while not stopped.done():
            arrived = asyncio.create_task(self._arrived.wait())
            await asyncio.wait({arrived, stopped}, return_when=asyncio.FIRST_COMPLETED)
            arrived.cancel()
            if not stopped.done():
                self._arrived.clear()
                waiting, self._waiting = self._waiting, []
                await self._taken(sorted(waiting, key=lambda delivery: delivery.place))

    async def _taken(self, deliveries: Sequence[Delivery[U]]) -> None:
        """Store their updates, then let each be answered."""
        updates = [update for delivery in deliveries for update in delivery.updates]
        stored = True
        try:
            await self._take(updates)
        except Exception as error:  # noqa: BLE001 - the messenger repeats them
            log.error("webhook.fault", error=error_place(error), updates=len(updates))  # noqa: TRY400
            stored = False
        for delivery in deliveries:
            delivery.settle(stored=stored)

    def _refuse_waiting(self) -> None:
        """Let the deliveries that no turn has taken be answered with 503."""
        waiting, self._waiting = self._waiting, []
        for delivery in waiting:
            delivery.settle(stored=False)


def unconfirmed(incoming: Sequence[Incoming]) -> list[Incoming]:
    """Inputs that leave the polling offset where it is."""
    return [replace(one, confirms=False) for one in incoming]


async def nowhere(_incoming: Sequence[Incoming]) -> None:
    """Store nothing: before the start."""
