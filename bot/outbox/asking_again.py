"""Asks persons to send an update again that could not be handled, when the operator wants it.

`aduan quarantine ask` marks an entry; the running bot finds the mark, stores the message and marks the entry
as asked in one transaction. The update itself is never taken: the conversation has gone on since, and an
answer to the question of that day would be one to another question today.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime

import structlog
from sqlalchemy import Connection, select

from bot.channels.base import Writer
from bot.clock.zone import ZONE
from bot.database.conversations import load_languages
from bot.database.engine import Database
from bot.database.outbox_rows import OutboxRow
from bot.database.outbox_table import insert_rows
from bot.database.quarantine import Stage
from bot.database.sealing import Codec
from bot.database.set_aside import Entry, move, waiting
from bot.database.tables import quarantine
from bot.foundation.faults import error_place
from bot.outbox.effect_rows import rows
from conversations.complaints.rules import Rules
from conversations.effects import Send
from conversations.messages import OutgoingMessage

log = structlog.get_logger(__name__)

LOOK_SECONDS = 5.0
MOST = 50
_ANY = select(quarantine.c.id).where(quarantine.c.stage == Stage.ASKING.value).limit(1)


class AskingAgain:
    """Runs until it is cancelled.

    `writer_of` reads who caused a stored update, `accept` gets the stored messages, `wall` is in seconds
    since 1970.
    """

    def __init__(
        self,
        database: Database,
        codec: Codec,
        rules: Rules,
        writer_of: Callable[[bytes], Writer | None],
        accept: Callable[[list[OutboxRow]], None],
        wall: Callable[[], float],
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._database, self._codec, self._rules = database, codec, rules
        self._writer_of, self._accept = writer_of, accept
        self._wall, self._pause = wall, pause

    async def run(self) -> None:
        """Look for marks every five seconds."""
        while True:
            await self._pause(LOOK_SECONDS)
            try:
                await self.round()
            except Exception as error:  # noqa: BLE001 - the next round tries again
                log.error("quarantine.not_asked", error=error_place(error))  # noqa: TRY400 - no words

    async def round(self) -> None:
        """Ask the senders of all marked entries."""
        if await self._database.read(lambda c: c.execute(_ANY).first()):
            self._accept(await self._database.write(self._ask))

    def _ask(self, connection: Connection) -> list[OutboxRow]:
        sends = []
        for entry in waiting(connection, self._codec, MOST):
            send = self._message(entry)
            if send:
                sends.append(send)
            # One that cannot be read any more goes back, so that it does not come each round.
            move(connection, entry, Stage.ASKED if send else Stage.UPDATE)
            log.info("quarantine.asked", entry=entry.id, sent=bool(send))
        languages = load_languages(connection, {send.chat for send in sends})
        made = rows(sends, lambda chat: languages.get(chat, "id"), self._wall())
        return insert_rows(connection, self._codec, made, ())

    def _message(self, entry: Entry) -> Send | None:
        writer = self._writer_of(entry.raw or b"")
        if writer is None or not writer.private:
            return None
        at = datetime.fromtimestamp(writer.at or entry.at, ZONE)
        params = {
            "what": "press" if writer.press else "message",
            "at": at.isoformat(),
            "contacts": self._rules.contacts(),
        }
        return Send(writer.chat, OutgoingMessage("system.send_again", params))
