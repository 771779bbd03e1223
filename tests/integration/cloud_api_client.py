"""A plain HTTP client of the embedded Cloud API, and a bot's webhook, for its own tests."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp import web

from bot.simulator.server import Simulator
from bot.simulator.whatsapp.cloud import Cloud
from bot.simulator.whatsapp.people import CloudPerson

APP_SECRET, VERIFY_TOKEN = "app-secret", "verify-token"
NUMBER = "6281230001111"
JPEG = b"\xff\xd8\xff\xe0 a photo"
PATIENCE = 60.0
Answer = dict[str, Any]


class CloudClient:
    """Calls the Cloud API as a bot does."""

    def __init__(self, cloud: Cloud, session: aiohttp.ClientSession) -> None:
        self.cloud = cloud
        self.session = session
        self.version = "v25.0"

    def url(self, path: str) -> str:
        return f"{self.cloud.base_url}/{self.version}/{path}"

    @property
    def bearer(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.cloud.token}"}

    async def call(self, verb: str, path: str, **options: Any) -> tuple[int, Answer]:
        options.setdefault("headers", self.bearer)
        async with self.session.request(verb, self.url(path), **options) as response:
            return response.status, await response.json()

    async def result(self, verb: str, path: str, **options: Any) -> Answer:
        status, body = await self.call(verb, path, **options)
        assert status == 200, body
        return body

    async def post(self, body: Answer) -> tuple[int, Answer]:
        """Send a message; the product and the recipient are added unless the body has them."""
        whole = {"messaging_product": "whatsapp", **({} if "recipient" in body else {"to": NUMBER}), **body}
        wanted = {key: value for key, value in whole.items() if value is not None}
        return await self.call("POST", f"{self.cloud.phone_number_id}/messages", json=wanted)

    async def send(self, body: Answer) -> str:
        """Return the id of a message that is accepted."""
        status, answer = await self.post(body)
        assert status == 200, answer
        return str(answer["messages"][0]["id"])

    async def refusal(self, body: Answer) -> int:
        """Return the code of the error with which a message is refused."""
        status, answer = await self.post(body)
        assert status >= 400, answer
        return int(answer["error"]["code"])

    async def upload(self, data: bytes, mime: str, **fields: str) -> tuple[int, Answer]:
        form = aiohttp.FormData()
        for key, value in ({"messaging_product": "whatsapp", "type": mime} | fields).items():
            form.add_field(key, value)
        form.add_field("file", io.BytesIO(data), filename="file", content_type=mime)
        return await self.call("POST", f"{self.cloud.phone_number_id}/media", data=form)

    async def uploaded(self, data: bytes = JPEG, mime: str = "image/jpeg") -> str:
        status, answer = await self.upload(data, mime)
        assert status == 200, answer
        return str(answer["id"])


def text(body: str = "Halo") -> Answer:
    return {"type": "text", "text": {"body": body}}


@asynccontextmanager
async def cloud_api() -> AsyncIterator[CloudClient]:
    simulator = await Simulator.start()
    simulator.whatsapp.clock.stop()
    try:
        async with aiohttp.ClientSession() as session:
            yield CloudClient(simulator.whatsapp, session)
    finally:
        await simulator.close()


@asynccontextmanager
async def chatting() -> AsyncIterator[tuple[CloudClient, CloudPerson]]:
    """Give a client and a person who has just written."""
    async with cloud_api() as client:
        person = client.cloud.person(NUMBER, "Siti Aminah")
        await person.say("Halo")
        yield client, person


@dataclass
class Hook:
    """A bot's webhook: keeps what it gets, and answers with the given statuses."""

    got: list[Answer] = field(default_factory=list)
    raw: list[tuple[bytes, str]] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    open: asyncio.Event = field(default_factory=asyncio.Event)
    url: str = ""

    async def verify(self, request: web.Request) -> web.Response:
        if request.query.get("hub.verify_token") != VERIFY_TOKEN:
            return web.Response(status=403)
        return web.Response(text=request.query["hub.challenge"])

    async def take(self, request: web.Request) -> web.Response:
        self.raw.append((await request.read(), request.headers.get("X-Hub-Signature-256", "")))
        self.got.append(await request.json())
        status = self.statuses.pop(0) if self.statuses else 200
        await self.open.wait()
        return web.Response(status=status)

    def changes(self) -> list[Answer]:
        """Return all changes of all bodies."""
        return [change for body in self.got for entry in body["entry"] for change in entry["changes"]]

    def parts(self, part: str) -> list[Answer]:
        """Return all messages or statuses."""
        return [each for change in self.changes() for each in change["value"].get(part, [])]

    @property
    def messages(self) -> list[Answer]:
        return self.parts("messages")

    @property
    def told(self) -> list[str]:
        return [each["status"] for each in self.parts("statuses")]


def signature(raw: bytes) -> str:
    return "sha256=" + hmac.new(APP_SECRET.encode(), raw, hashlib.sha256).hexdigest()


@asynccontextmanager
async def hook() -> AsyncIterator[Hook]:
    made = Hook()
    made.open.set()
    application = web.Application()
    application.router.add_get("/wa", made.verify)
    application.router.add_post("/wa", made.take)
    runner = web.AppRunner(application, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    made.url = f"http://{host}:{port}/wa"
    try:
        yield made
    finally:
        made.open.set()
        await runner.cleanup()


@asynccontextmanager
async def connected() -> AsyncIterator[tuple[CloudClient, Hook]]:
    """Give a client and a webhook that the embedded server delivers to."""
    async with hook() as bot, cloud_api() as client:
        await client.cloud.connect(bot.url, APP_SECRET, VERIFY_TOKEN)
        client.cloud.webhooks.scale = 0.001
        yield client, bot
