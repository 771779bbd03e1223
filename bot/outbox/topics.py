"""Topics that are closed or gone: opened or created again, else messages go to the group without a topic.

A complaint must not stay hidden because somebody tidied up a forum. A closed topic is opened again. A deleted
one that the configuration names is created again, under the name of its division or agency, and its new id is
stored; one that only an answer goes to is not. Without the right to do either, the messages go to the general
topic for ten minutes, the operator is informed, and the next message after that tries again.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace

import structlog

from bot.channels.base import Channel, DeliveryError, Failure
from bot.channels.moves import Moves
from bot.database import reopened_topics
from bot.database.engine import Database
from bot.database.outbox_rows import Kind, OutboxRow
from bot.database.reopened_topics import Place
from bot.outbox.chat_queue import Item
from bot.outbox.marks import Marks
from bot.outbox.queues import Queues

log = structlog.get_logger(__name__)

# How long messages go without the topic after it could not be repaired.
WITHOUT_SECONDS = 600.0
# A topic that fails in the same way within this time after its repair is left out: the repair had no effect.
REPAIRED_SECONDS = 30.0
TRANSIENT = frozenset({Failure.THROTTLED, Failure.TEMPORARY, Failure.MIGRATED})

# Handles another failure of a row.
Failed = Callable[[Item, DeliveryError], Awaitable[None]]


class Topics:
    """Repairs topics. `marks` gets the notes for the operator, `queues` the rows that can be sent."""

    def __init__(
        self, database: Database, channel: Channel, marks: Marks, moves: Moves, queues: Queues
    ) -> None:
        self._database, self._channel, self._marks = database, channel, marks
        self._moves, self._queues = moves, queues
        self._names: Mapping[Place, str] = {}
        self._now: dict[Place, int] = {}
        self._without: dict[Place, float] = {}
        self._repaired: dict[tuple[Place, Failure], float] = {}

    async def start(self, names: Mapping[Place, str]) -> None:
        """Load the topics that were created again. `names` are those of the configuration, by chat and id."""
        self._names = names
        self._now |= await self._database.write(reopened_topics.load)

    def destination(self, chat: int, topic: int) -> int:
        """The id of the topic today; 0 while its messages go without it. `chat` is as the core knows it."""
        place = chat, topic
        if time.monotonic() < self._without.get(place, 0.0):
            return 0
        return self._now.get(place, topic)

    async def repair(self, item: Item, error: DeliveryError, failed: Failed) -> None:
        """Queue a row again whose topic was repaired or is left out; else call `failed`."""
        again = await self._again(item.row, self._moves.destination(item.row.chat), error)
        if isinstance(again, DeliveryError):
            await failed(item, again)
        else:
            self._queues.put_again(item, again)

    async def _again(self, row: OutboxRow, there: int, error: DeliveryError) -> OutboxRow | DeliveryError:
        """The row to send now; a failure where it cannot be sent. `there` is the chat's present id."""
        topic = row.message.topic if row.message else 0
        place = row.chat, topic
        try:
            if (
                row.message
                and self._may_repair(place, error.kind)
                and await self._repair(place, there, error.kind)
            ):
                self._repaired[place, error.kind] = time.monotonic()
                return row
        except DeliveryError as refused:
            if refused.kind in TRANSIENT:
                return refused
            error = refused
        if not topic:
            return DeliveryError(Failure.REFUSED, error.reason, answered=error.answered)
        log.warning("outbox.topic_lost", chat=row.chat, topic=topic, reason=error.reason)
        self._without[place] = time.monotonic() + WITHOUT_SECONDS
        self._marks.note("operator_topic_lost", error.reason)
        # A message in a topic that stays closed cannot be changed: it is sent again, without the topic.
        return replace(row, kind=Kind.SEND, at=0, progress=0) if row.kind is Kind.EDIT else row

    def _may_repair(self, place: Place, kind: Failure) -> bool:
        return time.monotonic() >= self._repaired.get((place, kind), -REPAIRED_SECONDS) + REPAIRED_SECONDS

    async def _repair(self, place: Place, there: int, kind: Failure) -> bool:
        chat, topic = place
        if kind is Failure.TOPIC_CLOSED:
            await self._channel.reopen_topic(there, self._now.get(place, topic))
            return True
        if place not in self._names:
            return False
        created = await self._channel.create_topic(there, self._names[place])
        self._now[place] = created
        await self._database.write(lambda connection: reopened_topics.keep(connection, place, created))
        log.warning("outbox.topic_created", chat=chat, before=topic, topic=created)
        return True
