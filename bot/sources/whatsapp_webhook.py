"""Takes what WhatsApp delivers to the webhook; answers 200 after the commit (invariant 1).

1. A POST whose header is no signature gets 401 before its body is read (bodies.py), one with another
   signature 401 before anything of the body is parsed, one over the limit 413. A GET with the right token
   gets its challenge, any other one 403. Refused requests are counted, and logged once an hour.
2. The updates of all deliveries that wait (deliveries.py) are resolved to people and message numbers in one
   write (bot/addresses/), then read and taken. A body gets its 200 when every update of it is stored.
3. When a person writes whose messages wait, a notice of that goes before the message. It has no number: with
   the message that is repeated it is made again.
4. Updates of other numbers of the business account are acknowledged, and logged once a number.
5. While the store cannot be written, or too many updates wait, bodies get 503. WhatsApp repeats them for
   seven days, in any order and next to newer ones; nothing can be fetched later.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, Self

import structlog
from pydantic import SecretStr

from bot.channels.base import BlockChanged, Raw
from bot.channels.whatsapp import signature
from bot.channels.whatsapp.deliveries import Delivered, parse
from bot.foundation.figures import figures
from bot.foundation.troubles import REPORTS
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
from bot.sources.refused_requests import RefusedRequests
from bot.turns.batches import Incoming

if TYPE_CHECKING:
    from aiohttp import web

log = structlog.get_logger(__name__)

# 1,000 updates with the addresses of their files.
LARGEST_BODY = 3 * 1024 * 1024
# Above this WhatsApp counts a delivery as failed all the same.
ANSWER_SECONDS = 10.0
MOST_WAITING = 5_000
FORBIDDEN, OK = 403, 200
CHANNEL = "whatsapp"


class Book(Protocol):
    """The people of the messenger (bot/addresses/book.py)."""

    async def resolve(self, updates: Sequence[Delivered], /) -> list[Raw]:
        """The updates as raws, in order."""


@dataclass(frozen=True, slots=True)
class Subscription:
    """What the deliveries of a number are recognised by."""

    phone_number_id: str
    app_secret: SecretStr
    verify_token: SecretStr


Read = Callable[[Sequence[Raw]], Sequence[Incoming]]


class WhatsAppWebhook:
    """The updates of one number, as they are delivered; until it is connected and runs, it refuses all."""

    def __init__(self, subscription: Subscription, book: Book) -> None:
        self._subscription, self._book = subscription, book
        self._read: Read = lambda _: ()
        self._take: Take = nowhere
        self._deliveries: Deliveries[Delivered] = Deliveries(self._taken)
        self._foreign: set[str] = set()
        self._bodies, self._refused = Bodies(LARGEST_BODY), RefusedRequests()

    def connected(self, read: Read, take: Take) -> Self:
        """The webhook itself; `read` makes inputs of the updates, `take` stores them."""
        self._read, self._take = read, take
        return self

    def alive(self) -> bool:
        """Whether deliveries are taken."""
        return self._deliveries.open

    async def subscribe(self, request: web.Request) -> web.Response:
        """Answer a request to subscribe."""
        from aiohttp import web

        token = self._subscription.verify_token.get_secret_value()
        answer = signature.challenge(request.query, token)
        if answer is None:
            self._refused.note(refused_requests.WRONG_TOKEN)
            return web.Response(status=FORBIDDEN)
        return web.Response(text=answer)

    async def answer(self, request: web.Request) -> web.Response:
        """Answer one delivery."""
        from aiohttp import web

        try:
            status = await self._answer(request)
        except BodyRefusedError as error:
            self._refused.note(error.reason)
            status = error.status
        return web.Response(status=status)

    async def _answer(self, request: web.Request) -> int:
        self._bodies.require_length(request)
        if not signature.is_signed(request.headers):
            raise BodyRefusedError(refused_requests.UNSIGNED, UNAUTHORIZED)
        status = await self.receive(request.headers, await self._bodies.read(request))
        if status == UNAUTHORIZED:
            self._refused.note(refused_requests.UNSIGNED)
        return status

    async def receive(self, headers: Mapping[str, str], body: bytes) -> int:
        """Have the updates of a delivery stored; the status of the answer."""
        secret = self._subscription.app_secret.get_secret_value()
        if not signature.is_authentic(headers, body, secret):
            return UNAUTHORIZED
        figures.troubles.ended(REPORTS)
        if self._deliveries.is_full(MOST_WAITING):
            return UNAVAILABLE
        found = parse(body, self._subscription.phone_number_id)
        self._note_foreign(found.foreign)
        if not found.updates:
            return OK
        return await self._deliveries.receive(
            Delivery(hashlib.sha256(body).digest(), found.updates), ANSWER_SECONDS
        )

    def _note_foreign(self, numbers: frozenset[str]) -> None:
        for number in sorted(numbers - self._foreign):
            log.warning("whatsapp.another_number", phone_number_id=number[:20])
            self._foreign.add(number)

    async def run(self, stopping: asyncio.Event) -> None:
        """Run until `stopping`: a turn that has begun is finished."""
        stopped = asyncio.create_task(stopping.wait())
        taking = asyncio.create_task(self._deliveries.run(stopped))
        self._deliveries.open = True
        try:
            await asyncio.wait({stopped, taking}, return_when=asyncio.FIRST_COMPLETED)
            self._deliveries.open = False
            await taking
        finally:
            self._deliveries.open = False
            stopped.cancel()
            taking.cancel()
            self._deliveries.refuse_waiting()

    async def _taken(self, updates: Sequence[Delivered]) -> None:
        raws = await self._book.resolve(updates)
        incoming = [*_notices(raws), *self._read(raws)]
        if incoming:
            await self._take(unconfirmed(incoming))


def _notices(raws: Sequence[Raw]) -> list[Incoming]:
    """For each person whose messages may be sent again, the notice of that."""
    chats = dict.fromkeys(chat for raw in raws if isinstance(raw, dict) for chat in raw["released"])
    return [Incoming(CHANNEL, None, BlockChanged(chat, blocked=False), b"") for chat in chats]
