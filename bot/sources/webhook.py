"""Takes the updates that the messenger delivers by webhook; answers 200 after the commit (invariant 1).

1. A delivery without the secret gets 401, an unknown path 404, a body over the limit 413; all without a body.
2. The updates of the deliveries that wait are read and taken together, in the order of their numbers. The
   messenger sends the next update of a chat after the answer to the last one, so each chat keeps its order.
3. When all are stored, each delivery gets its 200. An unreadable one is quarantined alone and gets 200 as
   well: it would be no better at the next try.
4. While the store cannot be written, deliveries get 503 after some seconds, and at once when many wait: the
   messenger repeats them. A repeated one joins the one that still waits, so that it counts once in its
   sender's budget. What was taken meanwhile all the same is recognised by its key.
5. The polling offset does not move. With a webhook, updates are not confirmed in order, and an offset beyond
   one that still waits at the messenger would lose it when polling is chosen again.
6. The webhook is set at the start, and looked at every few minutes: another program that uses the token may
   have removed it. A wrong token ends the bot with a sentence, as in polling.
"""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Protocol, Self

import structlog

from bot.channels.base import FetchError, Raw, UnreadableUpdate
from bot.foundation.faults import error_place
from bot.sources.polling import TokenRefusedError
from bot.turns.batches import Incoming

if TYPE_CHECKING:
    from aiohttp import web

log = structlog.get_logger(__name__)

LARGEST_BODY = 1024 * 1024
# Telegram waits for an answer for about a minute.
ANSWER_SECONDS = 20.0
MOST_WAITING = 1000
FIRST_WAIT, LONGEST_WAIT = 1.0, 60.0
LOOK_SECONDS = 300.0
OK, UNAUTHORIZED, TOO_LARGE, UNAVAILABLE = 200, 401, 413, 503


class HookState(Protocol):
    """What the messenger says of the webhook."""

    @property
    def url(self) -> str:
        """Its address, empty for none."""

    @property
    def waiting(self) -> int:
        """How many updates wait at the messenger."""

    @property
    def error(self) -> str:
        """The newest failed delivery, in the messenger's words."""

    @property
    def error_at(self) -> int:
        """When that was, in seconds since 1970."""


class Hook(Protocol):
    """The messenger's side of a webhook."""

    url: str

    async def register(self) -> None:
        """Set the webhook. Raises FetchError."""

    async def state(self) -> HookState:
        """What the messenger says of it. Raises FetchError."""

    def is_authentic(self, headers: Mapping[str, str], /) -> bool:
        """Whether a delivery is the messenger's."""

    def read_body(self, body: bytes, /) -> Raw:
        """The update in a delivery."""


@dataclass(eq=False, slots=True)
class Delivered:
    """One delivery that waits for its answer; `stored` is whether a turn has stored it."""

    update: Raw
    stored: asyncio.Future[bool] = field(default_factory=lambda: asyncio.get_running_loop().create_future())

    @property
    def number(self) -> float:
        """The update's number; one without a number is taken last."""
        update = self.update
        known = update.update_id if isinstance(update, UnreadableUpdate) else int(update["update_id"])
        return math.inf if known is None else known

    def settle(self, *, stored: bool) -> None:
        """Let it be answered, unless it was already."""
        if not self.stored.done():
            self.stored.set_result(stored)


Read = Callable[[Sequence[Raw]], Sequence[Incoming]]
Take = Callable[[Sequence[Incoming]], Awaitable[None]]


class Webhook:
    """One channel's updates, as they are delivered; until it is connected and runs, it refuses all.

    `wall` is in seconds since 1970.
    """

    def __init__(
        self,
        hook: Hook,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
        wall: Callable[[], float] = time.time,
    ) -> None:
        self._hook, self._pause, self._wall = hook, pause, wall
        self._read: Read = lambda _: ()
        self._take: Take = _nowhere
        self._waiting: list[Delivered] = []
        # By their numbers, those that wait or are being stored.
        self._known: dict[float, Delivered] = {}
        self._arrived = asyncio.Event()
        self._open = False
        self._looked = int(wall())

    @property
    def url(self) -> str:
        """The public address."""
        return self._hook.url

    def connected(self, read: Read, take: Take) -> Self:
        """The webhook itself; `read` makes inputs of the updates, `take` stores them."""
        self._read, self._take = read, take
        return self

    def alive(self) -> bool:
        """Whether deliveries are taken."""
        return self._open

    async def answer(self, request: web.Request) -> web.Response:
        """Answer one delivery."""
        from aiohttp import web

        if not self._hook.is_authentic(request.headers):
            return web.Response(status=UNAUTHORIZED)
        try:
            body = await request.read()
        except web.HTTPRequestEntityTooLarge:
            log.error("webhook.too_large", most=LARGEST_BODY)  # noqa: TRY400 - no words
            return web.Response(status=TOO_LARGE)
        return web.Response(status=await self.receive(body))

    async def receive(self, body: bytes) -> int:
        """Have the update of an authentic delivery stored; the status of the answer."""
        if not self._open or len(self._waiting) >= MOST_WAITING:
            return UNAVAILABLE
        delivered = self._joined(Delivered(self._hook.read_body(body)))
        await asyncio.wait({delivered.stored}, timeout=ANSWER_SECONDS)
        return OK if delivered.stored.done() and delivered.stored.result() else UNAVAILABLE

    def _joined(self, delivered: Delivered) -> Delivered:
        """The same update as it waits already, else this one, which waits from now on."""
        number = delivered.number
        if number in self._known:
            return self._known[number]
        if number != math.inf:
            self._known[number] = delivered
            delivered.stored.add_done_callback(lambda _: self._known.pop(number, None))
        self._waiting.append(delivered)
        self._arrived.set()
        return delivered

    async def run(self, stopping: asyncio.Event) -> None:
        """Run until `stopping`: a turn that has begun is finished. Raises TokenRefusedError."""
        stopped = asyncio.create_task(stopping.wait())
        keeping = asyncio.create_task(self._keep())
        taking = asyncio.create_task(self._run(stopped))
        self._open = True
        try:
            done, _ = await asyncio.wait({stopped, keeping, taking}, return_when=asyncio.FIRST_COMPLETED)
            self._open = False
            for task in done - {stopped}:
                task.result()
            await taking
        finally:
            self._open = False
            for task in (stopped, keeping, taking):
                task.cancel()
            self._refuse_waiting()

    async def _run(self, stopped: asyncio.Task[bool]) -> None:
        while not stopped.done():
            arrived = asyncio.create_task(self._arrived.wait())
            await asyncio.wait({arrived, stopped}, return_when=asyncio.FIRST_COMPLETED)
            arrived.cancel()
            if not stopped.done():
                self._arrived.clear()
                waiting, self._waiting = self._waiting, []
                await self._taken(sorted(waiting, key=lambda delivered: delivered.number))

    async def _taken(self, delivered: Sequence[Delivered]) -> None:
        """Store them, then let each be answered."""
        stored = True
        try:
            incoming = [
                replace(one, confirms=False) for one in self._read([each.update for each in delivered])
            ]
            if incoming:
                await self._take(incoming)
        except Exception as error:  # noqa: BLE001 - the messenger repeats them
            log.error("webhook.fault", error=error_place(error), updates=len(delivered))  # noqa: TRY400
            stored = False
        for each in delivered:
            each.settle(stored=stored)

    def _refuse_waiting(self) -> None:
        """Let the deliveries that no turn has taken be answered with 503."""
        waiting, self._waiting = self._waiting, []
        for each in waiting:
            each.settle(stored=False)

    async def _keep(self) -> None:
        """Set the webhook, then look whether it is still set."""
        await self._register()
        while True:
            await self._pause(LOOK_SECONDS)
            try:
                state = await self._hook.state()
            except FetchError as error:
                _require_token(error)
                continue
            if state.url != self._hook.url:
                log.warning("webhook.lost", advice="another program uses this token; stop it")
                await self._register()
            elif state.error_at > self._looked:
                log.warning("webhook.failing", reason=state.error, waiting=state.waiting)
            self._looked = int(self._wall())

    async def _register(self) -> None:
        wait = FIRST_WAIT
        while True:
            try:
                await self._hook.register()
            except FetchError as error:
                _require_token(error)
                seconds = max(wait, error.retry_after)
                log.error("webhook.not_set", reason=error.reason, seconds=seconds)  # noqa: TRY400 - no words
                await self._pause(seconds)
                wait = min(2 * wait, LONGEST_WAIT)
            else:
                log.info("webhook.set", url=self._hook.url)
                return


async def _nowhere(_incoming: Sequence[Incoming]) -> None:
    """Store nothing: before the start."""


def _require_token(error: FetchError) -> None:
    """Raise TokenRefusedError for a wrong token."""
    if error.kind == "token":
        raise TokenRefusedError from error
