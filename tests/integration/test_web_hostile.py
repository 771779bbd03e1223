"""What a stranger can send to the webhook: a clear status, bounded memory, and no line for each request."""

from __future__ import annotations

import asyncio
import gzip
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from pydantic import SecretStr
from structlog.testing import capture_logs

from bot.channels.base import Raw
from bot.channels.whatsapp import signature
from bot.channels.whatsapp.deliveries import Delivered
from bot.config.listening import Address
from bot.foundation.figures import figures
from bot.sources import bodies, refused_requests
from bot.sources.bodies import Bodies
from bot.sources.refused_requests import LOG_SECONDS, RefusedRequests
from bot.sources.whatsapp_webhook import LARGEST_BODY, Subscription, WhatsAppWebhook
from bot.turns.batches import Incoming
from bot.web import connections, server
from bot.web.server import Route, WebServer
from tests.integration.test_web_server import free_port
from tests.integration.test_whatsapp_webhook import running
from tests.unit.whatsapp_bodies import OURS, message, said

SECRET, PATIENCE = "rahasia aplikasi", 60.0
FORM = "sha256=" + "0" * 64
BODY = said(message())
SIGNED = signature.signature(BODY, SECRET)
ZIPPED = gzip.compress(b"x" * 10_000_000)


def request(*headers: str, body: bytes = b"", method: str = "POST", path: str = "/whatsapp") -> bytes:
    lines = [f"{method} {path} HTTP/1.1", "Host: aduan", *headers]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


def delivery(signed: str, body: bytes, *more: str) -> bytes:
    return request(f"{signature.HEADER}: {signed}", f"Content-Length: {len(body)}", *more, body=body)


ENDLESS = request(f"{signature.HEADER}: {FORM}", "Transfer-Encoding: chunked")
CHUNK = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"

# What is sent -> the status of the answer.
HOSTILE: dict[str, tuple[bytes, int]] = {
    "no signature": (request(f"Content-Length: {len(BODY)}", body=BODY), 401),
    "no signature, and a body that never comes": (request("Content-Length: 900000"), 401),
    "a signature of another form": (delivery("sha1=00", BODY), 401),
    "a wrong signature": (delivery(FORM, BODY), 401),
    "the right signature after a wrong one": (
        delivery(FORM, BODY, f"{signature.HEADER}: {SIGNED}"),
        401,
    ),
    "the right signature of another body": (delivery(SIGNED, BODY + b" "), 401),
    "a body that is said to be too large": (request("Content-Length: 99999999999"), 413),
    "pieces without an end": (ENDLESS + CHUNK * (LARGEST_BODY // 0x10000 + 1), 413),
    "a broken piece": (ENDLESS + b"zz\r\nx\r\n", 400),
    "two lengths": (request("Content-Length: 1", "Content-Length: 2", body=b"x"), 400),
    "a length and pieces": (request("Content-Length: 1", "Transfer-Encoding: chunked", body=b"x"), 400),
    "a packed body": (delivery(FORM, ZIPPED, "Content-Encoding: gzip"), 401),
    "a packed body with the right signature": (
        delivery(signature.signature(ZIPPED, SECRET), ZIPPED, "Content-Encoding: gzip"),
        200,
    ),
    "a huge header": (request("X-Large: " + "x" * 1_000_000), 400),
    "many headers": (request(*(f"X-{number}: y" for number in range(5000))), 400),
    "a huge path": (request(method="GET", path="/" + "x" * 1_000_000), 400),
    "no HTTP": (b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n", 400),
    "another method": (request(method="DELETE"), 405),
    "another path": (request(method="GET", path="/wp-login.php"), 404),
    "no verify token": (request(method="GET"), 403),
    "a wrong verify token": (
        request(method="GET", path="/whatsapp?hub.mode=subscribe&hub.verify_token=x&hub.challenge=1"),
        403,
    ),
    "a verify token that is no text": (
        request(method="GET", path="/whatsapp?hub.mode=subscribe&hub.verify_token=%FF%00&hub.challenge=1"),
        403,
    ),
}


class Book:
    async def resolve(self, updates: Sequence[Delivered], /) -> list[Raw]:
        return [dict(update.body) | {"released": []} for update in updates]


@dataclass
class Served:
    """A webhook behind a real web server, and what it took."""

    address: Address
    webhook: WhatsAppWebhook
    taken: list[Incoming] = field(default_factory=list)

    async def opened(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        return await asyncio.open_connection(self.address.host, self.address.port)

    async def status(self, sent: bytes) -> int:
        """The status of the answer to these bytes."""
        reader, writer = await self.opened()
        try:
            writer.write(sent)
            return int((await reader.readline()).split()[1])
        finally:
            writer.close()

    async def takes_messages(self) -> bool:
        return await self.status(delivery(SIGNED, BODY)) == 200


@pytest.fixture
async def served() -> AsyncIterator[Served]:
    subscription = Subscription(OURS, SecretStr(SECRET), SecretStr("token"))
    webhook = WhatsAppWebhook(subscription, Book())
    made = Served(Address("127.0.0.1", free_port()), webhook)
    routes = [Route("GET", "/whatsapp", webhook.subscribe), Route("POST", "/whatsapp", webhook.answer)]

    async def take(incoming: Sequence[Incoming]) -> None:
        made.taken.extend(incoming)

    webhook.connected(lambda _: (), take)
    web = WebServer(made.address, routes, LARGEST_BODY)
    serving = asyncio.create_task(web.run())
    try:
        async with asyncio.timeout(PATIENCE), running(webhook):
            await web.listening.wait()
            yield made
    finally:
        serving.cancel()
        await asyncio.gather(serving, return_exceptions=True)


@asynccontextmanager
async def held(served: Served, number: int) -> AsyncIterator[list[asyncio.StreamReader]]:
    """Connections on which nothing is sent, the oldest first."""
    opened = [await served.opened() for _ in range(number)]
    try:
        yield [reader for reader, _ in opened]
    finally:
        for _, writer in opened:
            writer.close()


@pytest.mark.parametrize("name", HOSTILE)
async def test_each_gets_its_status_and_the_next_message_is_taken(served: Served, name: str) -> None:
    sent, status = HOSTILE[name]
    assert await served.status(sent) == status
    assert await served.takes_messages()


async def test_the_log_gets_one_line_for_each_reason(
    served: Served, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    before = figures.refused.total()
    refused = {name: sent for name, (sent, status) in HOSTILE.items() if status != 200}
    with capture_logs() as logs:
        for sent in list(refused.values()) * 5:
            await served.status(sent)
    assert [line["event"] for line in logs] == ["web.refused"] * len(logs)
    kinds = [line["kind"] for line in logs]
    assert {kind: kinds.count(kind) for kind in kinds} == {
        refused_requests.UNSIGNED: 1,
        refused_requests.WRONG_TOKEN: 1,
        refused_requests.TOO_LARGE: 1,
        refused_requests.BROKEN: 1,
    }
    assert [record.message for record in caplog.records if record.name.startswith("aiohttp")] == []
    # What is no HTTP at all is not even counted.
    assert figures.refused.total() - before == (len(refused) - 1) * 5


async def test_a_body_that_comes_slowly_is_refused(served: Served) -> None:
    served.webhook._bodies = Bodies(LARGEST_BODY, seconds=0.05)
    for form in (f"Content-Length: {len(BODY)}", "Transfer-Encoding: chunked"):
        begun = request(f"{signature.HEADER}: {SIGNED}", form)
        assert await served.status(begun) == bodies.TOO_SLOW
    served.webhook._bodies = Bodies(LARGEST_BODY)
    assert await served.takes_messages()


async def test_a_sender_that_leaves_is_no_fault(served: Served, caplog: pytest.LogCaptureFixture) -> None:
    with capture_logs() as logs:
        _, writer = await served.opened()
        writer.write(ENDLESS + CHUNK)
        while not served.webhook._bodies.held:  # noqa: ASYNC110 - the body has begun
            await asyncio.sleep(0)
        writer.close()
        while served.webhook._bodies.held:  # noqa: ASYNC110 - the sender is gone
            await asyncio.sleep(0)
        assert await served.takes_messages()
    assert [line["kind"] for line in logs] == [refused_requests.BROKEN]
    assert caplog.messages == []


async def test_a_piece_that_is_broken_later_is_waited_for_and_refused(served: Served) -> None:
    served.webhook._bodies = Bodies(LARGEST_BODY, seconds=0.5)
    reader, writer = await served.opened()
    writer.write(ENDLESS + CHUNK)
    while not served.webhook._bodies.held:  # noqa: ASYNC110 - the body has begun
        await asyncio.sleep(0)
    writer.write(b"zz\r\nx\r\n")
    assert int((await reader.readline()).split()[1]) in {bodies.TOO_SLOW, bodies.BAD_REQUEST}
    writer.close()


async def test_all_bodies_together_have_a_limit_and_release_it(served: Served) -> None:
    together = len(BODY) + 10
    served.webhook._bodies = Bodies(LARGEST_BODY, together)
    for _ in range(3):
        assert await served.status(delivery(FORM, b"x" * (together + 1))) == 503
        assert await served.status(delivery(FORM, b"x" * together)) == 401
    # A body of which a part has come holds that part until its sender is gone.
    _, writer = await served.opened()
    writer.write(request(f"{signature.HEADER}: {FORM}", "Content-Length: 500", body=b"x" * 30))
    while not served.webhook._bodies.held:  # noqa: ASYNC110 - the body has begun
        await asyncio.sleep(0)
    assert await served.status(delivery(SIGNED, BODY)) == 503
    writer.close()
    while served.webhook._bodies.held:  # noqa: ASYNC110 - the sender is gone
        await asyncio.sleep(0)
    assert await served.takes_messages()


async def test_many_connections_close_the_oldest_and_not_the_messenger_s(served: Served) -> None:
    with capture_logs() as logs:
        async with held(served, connections.MOST + 20) as idle, asyncio.timeout(server.IDLE_SECONDS / 3):
            assert await idle[0].read() == b""
            assert await served.takes_messages()
            assert not idle[-1].at_eof()
    assert [line["kind"] for line in logs] == [refused_requests.CONNECTIONS]


def test_the_log_gets_the_number_since_the_last_line() -> None:
    now = 100.0
    refused = RefusedRequests(lambda: now)
    with capture_logs() as logs:
        for _ in range(1000):
            refused.note(refused_requests.UNSIGNED)
        now += LOG_SECONDS
        refused.note(refused_requests.UNSIGNED)
    seen: list[Any] = [line["count"] for line in logs]
    assert seen == [1, 1000]
