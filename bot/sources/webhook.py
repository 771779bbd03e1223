"""Takes the updates that the messenger delivers by webhook; answers 200 after the commit (invariant 1).

1. A delivery without the secret gets 401 before its body is read (bodies.py), an unknown path 404, a body
   over the limit 413; all without a body. Refused requests are counted, and logged once an hour.
2. The updates of the deliveries that wait are read and taken together (deliveries.py), in the order of their
   numbers. The messenger sends the next update of a chat after the answer to the last one, so each chat keeps
   its order. An unreadable one is quarantined alone and gets 200 as well: it would be no better at the next
   try.
3. The polling offset does not move. With a webhook, updates are not confirmed in order, and an offset beyond
   one that still waits at the messenger would lose it when polling is chosen again.
4. The webhook is set at the start, and looked at every few minutes: another program that uses the token may
   have removed it. A wrong token ends the bot with a sentence, as in polling.
"""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Protocol, Self

import structlog

from bot.channels.base import FetchError, Raw, UnreadableUpdate
from bot.foundation.figures import figures
from bot.foundation.troubles import TELEGRAM
from bot.sources import refused_requests
from bot.sources.bodies import Bodies, BodyRefusedError
from bot.sources.deliveries import (
    UNAUTHORIZED,
    UNAVAILABLE,
    Deliveries,
    Delivery,
    Take,
    nowhere,
    unconfirmed,
)
from bot.sources.polling import TokenRefusedError
from bot.sources.refused_requests import RefusedRequests
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


Read = Callable[[Sequence[Raw]], Sequence[Incoming]]


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
        self._take: Take = nowhere
        self._deliveries = Deliveries(self._taken)
        self._looked = int(wall())
        self._bodies, self._refused = Bodies(LARGEST_BODY), RefusedRequests()

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
        return self._deliveries.open

    async def answer(self, request: web.Request) -> web.Response:
        """Answer one delivery."""
        from aiohttp import web

        try:
            status = await self.receive(await self._body(request))
        except BodyRefusedError as error:
            self._refused.note(error.reason)
            status = error.status
        return web.Response(status=status)

    async def _body(self, request: web.Request) -> bytes:
        if not self._hook.is_authentic(request.headers):
            raise BodyRefusedError(refused_requests.UNSIGNED, UNAUTHORIZED)
        return await self._bodies.read(request)

    async def receive(self, body: bytes) -> int:
        """Have the update of an authentic delivery stored; the status of the answer."""
        if self._deliveries.is_full(MOST_WAITING):
            return UNAVAILABLE
        update = self._hook.read_body(body)
        number = _number(update)
        # One without a number is taken last.
        place = math.inf if number is None else number
        return await self._deliveries.receive(Delivery(number, (update,), place), ANSWER_SECONDS)

    async def run(self, stopping: asyncio.Event) -> None:
        """Run until `stopping`: a turn that has begun is finished. Raises TokenRefusedError."""
        stopped = asyncio.create_task(stopping.wait())
        keeping = asyncio.create_task(self._keep())
        taking = asyncio.create_task(self._deliveries.run(stopped))
        self._deliveries.open = True
        try:
            done, _ = await asyncio.wait({stopped, keeping, taking}, return_when=asyncio.FIRST_COMPLETED)
            self._deliveries.open = False
            for task in done - {stopped}:
                task.result()
            await taking
        finally:
            self._deliveries.open = False
            for task in (stopped, keeping, taking):
                task.cancel()
            self._deliveries.refuse_waiting()

    async def _taken(self, updates: Sequence[Raw]) -> None:
        incoming = unconfirmed(self._read(updates))
        if incoming:
            await self._take(incoming)

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
            await self._seen(state)
            self._looked = int(self._wall())

    async def _seen(self, state: HookState) -> None:
        if state.url != self._hook.url:
            log.warning("webhook.lost", advice="another program uses this token; stop it")
            await self._register()
        elif state.error_at > self._looked:
            log.warning("webhook.failing", reason=state.error, waiting=state.waiting)
            figures.troubles.began(TELEGRAM, state.error)
        else:
            figures.troubles.ended(TELEGRAM)

    async def _register(self) -> None:
        wait = FIRST_WAIT
        while True:
            try:
                await self._hook.register()
            except FetchError as error:
                _require_token(error)
                seconds = max(wait, error.retry_after)
                log.error("webhook.not_set", reason=error.reason, seconds=seconds)  # noqa: TRY400 - no words
                figures.troubles.began(TELEGRAM, error.reason)
                await self._pause(seconds)
                wait = min(2 * wait, LONGEST_WAIT)
            else:
                log.info("webhook.set", url=self._hook.url)
                figures.troubles.ended(TELEGRAM)
                return


def _number(update: Raw) -> int | None:
    """The update's number, None for one without."""
    return update.update_id if isinstance(update, UnreadableUpdate) else int(update["update_id"])


def _require_token(error: FetchError) -> None:
    """Raise TokenRefusedError for a wrong token."""
    if error.kind == "token":
        raise TokenRefusedError from error
