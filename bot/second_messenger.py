"""WhatsApp in a running bot: its people, its channel and its webhook, wired.

Citizens may use it next to Telegram, if the configuration has a number for it. Officers, groups and the
operator are on Telegram alone.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Protocol

from bot.addresses.book import AddressBook
from bot.channels.base import Channel, KeptFiles
from bot.channels.messengers import WHATSAPP, Messengers
from bot.channels.names import Nameless
from bot.channels.whatsapp.channel import WhatsAppChannel
from bot.channels.whatsapp.deliveries import Part
from bot.channels.whatsapp.links import link_text
from bot.channels.whatsapp.reading import Reader, Words
from bot.channels.whatsapp.switched_off import SwitchedOff
from bot.clock.business_time import BusinessClock
from bot.config.settings import Config
from bot.database.engine import Database
from bot.database.sealing import Codec
from bot.foundation.background_tasks import BackgroundTasks
from bot.sources import webhook, whatsapp_webhook
from bot.sources.inputs import Inputs
from bot.sources.shares import Shares
from bot.sources.whatsapp_webhook import Subscription, WhatsAppWebhook
from bot.turns.batches import Incoming
from bot.web import webhook_page
from bot.web.server import Route
from bot.wording.rendering import Renderer

# Officers read these names and marks.
FIRST_LANGUAGE = "id"


class Source(Protocol):
    """Where updates come from."""

    async def run(self, stopping: asyncio.Event, /) -> None:
        """Run until `stopping`: a turn that has begun is finished."""


class NoSecondMessenger:
    """A bot on Telegram alone; what waits for people on WhatsApp from earlier stays."""

    routes: Sequence[Route] = ()
    sources: Sequence[Source] = ()
    parts: Mapping[str, Callable[[], bool]] = {}
    largest_body = webhook.LARGEST_BODY

    def __init__(self, reader: Reader) -> None:
        self._off = SwitchedOff(reader)

    def next_to(self, first: Channel) -> Channel:
        """The channel of all chats: `first` for those on Telegram."""
        return Messengers(first, self._off)

    async def start(self, shares: Shares) -> None:
        """Nothing to start."""

    async def stop(self) -> None:
        """Nothing to stop."""


class SecondMessenger(NoSecondMessenger):
    """The parts of one number; `may_call` raises while this process may not send."""

    largest_body = max(webhook.LARGEST_BODY, whatsapp_webhook.LARGEST_BODY)

    def __init__(
        self,
        config: Config,
        store: tuple[Database, Codec],
        words: Renderer,
        files: KeptFiles,
        clock: BusinessClock,
        may_call: Callable[[], Awaitable[None]],
    ) -> None:
        settings = config.whatsapp
        self._words, self._tasks = words, BackgroundTasks()
        self.book = AddressBook(*store, clock.time.wall)
        reader = reader_of(config, words, clock)
        super().__init__(reader)
        self.channel = WhatsAppChannel(settings, words, files, self.book, reader, clock, may_call)
        subscription = Subscription(settings.phone_number_id, settings.app_secret, settings.verify_token)
        self.webhook = WhatsAppWebhook(subscription, self.book)
        path = webhook_page.whatsapp_path(config)
        self.routes = Route("GET", path, self.webhook.subscribe), Route("POST", path, self.webhook.answer)
        self.sources, self.parts = (self.webhook,), {"whatsapp": self.webhook.alive}

    def next_to(self, first: Channel) -> Channel:
        """The channel of all chats: `first` for those on Telegram."""
        return Messengers(first, self.channel)

    async def start(self, shares: Shares) -> None:
        """Learn who may be written to, and let the webhook hand its updates to the turns.

        To be called before the outbox starts: without this knowledge each window counts as closed.
        """
        await self.book.start()
        await self.channel.start()
        self.webhook.connected(Inputs(self.channel, shares.sift).read, self._taking(shares))
        self._tasks.start(self.channel.show_profile(self._words))

    def _taking(self, shares: Shares) -> Callable[[Sequence[Incoming]], Awaitable[None]]:
        async def take(incoming: Sequence[Incoming]) -> None:
            # Before the turn: the sign that an answer is being written ends with the answer.
            for wire_id in newest_messages(incoming):
                self._tasks.start(self.channel.seen(wire_id))
            await shares.take(incoming)

        return take

    async def stop(self) -> None:
        """Store what is gathered, and end what runs next to it."""
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.book.stop()


def second_messenger_of(
    config: Config,
    store: tuple[Database, Codec],
    words: Renderer,
    files: KeptFiles,
    clock: BusinessClock,
    may_call: Callable[[], Awaitable[None]],
) -> NoSecondMessenger:
    """WhatsApp, if the configuration has a number for it."""
    if not config.whatsapp.used:
        return NoSecondMessenger(reader_of(config, words, clock))
    return SecondMessenger(config, store, words, files, clock, may_call)


async def run_sources(sources: Sequence[Source], stopping: asyncio.Event) -> None:
    """Run all sources of updates until `stopping`, or until one ends with an error, which is raised."""
    running = [asyncio.create_task(source.run(stopping)) for source in sources]
    try:
        done, _ = await asyncio.wait(running, return_when=asyncio.FIRST_EXCEPTION)
        for task in done:
            task.result()
    finally:
        for task in running:
            task.cancel()


def reader_of(config: Config, words: Renderer, clock: BusinessClock) -> Reader:
    """Reads the updates of WhatsApp, also those that were stored before it was switched off."""
    return Reader(clock.moment, _read_words(config, words))


def _read_words(config: Config, words: Renderer) -> Words:
    private, group, forwarded = (
        words.word(name, FIRST_LANGUAGE)
        for name in ("unnamed_citizen", "unnamed_officer", "forwarded_unnamed")
    )
    links = {link_text(agency.short_name): agency.id for agency in config.agencies}
    return Words(Nameless(private, group), forwarded, links)


def newest_messages(incoming: Iterable[Incoming]) -> list[str]:
    """The messenger's id of the last message of each person: the earlier ones are marked as read with it."""
    return [*{chat: wire_id for one in incoming for chat, wire_id in _written(one.raw)}.values()]


def _written(raw: Any) -> Iterator[tuple[int, str]]:
    """The chat and the messenger's id of a message that a person wrote; nothing for all else."""
    if isinstance(raw, dict) and raw.get(WHATSAPP) == Part.MESSAGE:
        wire_id = raw["body"].get("id")
        if isinstance(wire_id, str):
            yield raw["chat"], wire_id
