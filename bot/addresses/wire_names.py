"""Gathers the messenger's names of messages that were sent: those of one moment in one write.

Names that are not stored yet are lost when the process is killed: a reply to such a message does not find its
question; a status finds its row of the outbox without the name.
"""

from __future__ import annotations

import asyncio

import structlog
from sqlalchemy import Connection

from bot.database import wire_messages
from bot.database.engine import Database
from bot.database.sealing import Codec
from bot.database.wire_messages import WireName
from bot.foundation.faults import error_place, is_infrastructure

log = structlog.get_logger(__name__)

GATHER_SECONDS = 0.05
RETRY_SECONDS = 1.0
# While the store cannot be written, the oldest names beyond this number are dropped.
MOST_GATHERED = 10_000


class WireNames:
    """The names of our messages, those that are not stored yet among them."""

    def __init__(self, database: Database, codec: Codec) -> None:
        self._database, self._codec = database, codec
        # By the messenger's name; they are read here until they are stored.
        self._gathered: dict[str, WireName] = {}
        self._task: asyncio.Task[None] | None = None

    @property
    def gathered(self) -> dict[str, WireName]:
        """A copy of the names that are not stored yet, by the messenger's text."""
        return dict(self._gathered)

    def add(self, name: WireName) -> None:
        """Store a name within a moment."""
        self._gathered[name.wire_id] = name
        if len(self._gathered) > MOST_GATHERED:
            del self._gathered[next(iter(self._gathered))]
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run())

    async def of_message(self, chat: int, message: int) -> str:
        """The messenger's name of a message of ours; empty when it is unknown."""
        for name in self._gathered.values():
            if (name.chat, name.message) == (chat, message):
                return name.wire_id
        return await self._database.read(
            lambda connection: wire_messages.of_message(connection, self._codec, chat, message)
        )

    async def _run(self) -> None:
        while self._gathered:
            await asyncio.sleep(GATHER_SECONDS)
            await self.flush()

    async def flush(self) -> None:
        """Store what is gathered. A name that cannot be stored is dropped."""
        names = [*self._gathered.values()]
        if not names:
            return
        try:
            await self._database.write(lambda connection: self._save(connection, names))
        except Exception as error:  # noqa: BLE001 - sorted by cause
            if is_infrastructure(error):
                log.warning("addresses.names_wait", error=type(error).__name__, names=len(names))
                await asyncio.sleep(RETRY_SECONDS)
                return
            log.error("addresses.names_lost", error=error_place(error), names=len(names))  # noqa: TRY400
        for name in names:
            if self._gathered.get(name.wire_id) is name:
                del self._gathered[name.wire_id]

    def _save(self, connection: Connection, names: list[WireName]) -> None:
        wire_messages.save(connection, self._codec, names)
