"""A WhatsApp channel before the embedded Cloud API, or before a server that answers as a test says."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from aiohttp import web
from pydantic import SecretStr

from bot.channels.base import Posting
from bot.channels.names import Nameless
from bot.channels.whatsapp.channel import WhatsAppChannel
from bot.channels.whatsapp.ports import Address
from bot.channels.whatsapp.reading import Reader, Words
from bot.simulator.server import Simulator
from bot.simulator.whatsapp.people import CloudPerson
from bot.wording.rendering import Renderer
from conversations.messages import OutgoingMessage
from tests.integration.outbox_setup import Clock
from tests.unit.kept_files import Kept
from tests.unit.whatsapp_setup import SITI, Book, Settings, may_call

NUMBER = "628123456789"


class HeardClock(Clock):
    """A clock that notes the dates that the messenger says."""

    def __init__(self) -> None:
        self.dates: list[str | None] = []

    def answered(self, date: str | None) -> None:
        self.dates.append(date)

    @staticmethod
    def wall() -> datetime:
        return datetime.now(UTC)


@dataclass
class ChannelSetup:
    channel: WhatsAppChannel
    clock: HeardClock
    book: Book
    kept: Kept = field(default_factory=Kept)

    async def post(self, message: OutgoingMessage, **more: Any) -> list[int]:
        """Deliver a message; our numbers of what was accepted."""
        numbers = list[int]()
        for step in await self.channel.steps(Posting(SITI, message, "id", **more)):
            numbers += await step.run()
        return numbers


@dataclass
class CloudSetup(ChannelSetup):
    simulator: Simulator = field(kw_only=True)
    siti: CloudPerson = field(kw_only=True)


@asynccontextmanager
async def channel_of(
    settings: Settings, may: Callable[[], Awaitable[None]] = may_call
) -> AsyncIterator[ChannelSetup]:
    """A started channel of this account."""
    clock, book, kept = HeardClock(), Book(), Kept()
    reader = Reader(clock.moment, Words(Nameless("Warga", "Petugas"), "diteruskan", {}))
    channel = WhatsAppChannel(settings, Renderer(), kept, book, reader, clock, may)
    await channel.start()
    try:
        yield ChannelSetup(channel, clock, book, kept)
    finally:
        await channel.close()


@asynccontextmanager
async def cloud_setup() -> AsyncIterator[CloudSetup]:
    """A channel, and Siti, who has just written, at the embedded Cloud API."""
    simulator = await Simulator.start()
    cloud = simulator.whatsapp
    for language, (body, button) in TEMPLATES.items():
        cloud.template("aduan_kabar", language, body, (button,))
    siti = cloud.person(NUMBER, "Siti")
    await siti.say("Halo")
    settings = Settings(cloud.base_url, SecretStr(cloud.token), cloud.phone_number_id)
    async with channel_of(settings) as setup:
        setup.book.addresses[SITI] = Address(siti.user_id, NUMBER)
        yield CloudSetup(setup.channel, setup.clock, setup.book, setup.kept, simulator=simulator, siti=siti)
    await simulator.close()


TEMPLATES = {
    "id": ("Ada kabar tentang pengaduan {{1}}. Silakan tekan Baca.", "Baca"),
    "en": ("There is news about complaint {{1}}. Please press Read.", "Read"),
}

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


@asynccontextmanager
async def served(answer: Answer) -> AsyncIterator[str]:
    """The address of a server that answers every request with this."""
    application = web.Application()
    application.router.add_route("*", "/{tail:.*}", answer)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@asynccontextmanager
async def strange_server(answer: Answer) -> AsyncIterator[ChannelSetup]:
    """A channel before a server that answers every call in this way."""
    async with served(answer) as address, channel_of(Settings(address)) as setup:
        yield setup
