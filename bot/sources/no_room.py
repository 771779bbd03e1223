"""The notices that files wait because the disk is nearly full: to each chat and to the operator, once.

They are stored, so that a restart does not repeat them within the hour.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlalchemy import Connection

from bot.database.engine import Database
from bot.database.hourly import forget, is_due
from bot.database.outbox_rows import OutboxRow
from bot.outbox.operator_notes import Operator
from conversations.complaints.part import MEGABYTE
from conversations.complaints.rules import Rules
from conversations.effects import Send
from conversations.messages import OutgoingMessage

KIND = "no_room"


class NoRoomNotices:
    """`accept` gets the rows to send, after the commit."""

    def __init__(
        self,
        database: Database,
        operator: Operator,
        rules: Rules,
        reserve: int,
        accept: Callable[[Sequence[OutboxRow]], None],
    ) -> None:
        self._database, self._operator, self._rules = database, operator, rules
        self._reserve, self._accept = reserve, accept

    async def full(self, chat: int, free: int) -> None:
        """Inform the chat of a file that waits, and the operator."""
        self._accept(await self._database.write(lambda c: self._stored(c, chat, free)))

    async def again(self) -> None:
        """Let the next lack of room be reported at once."""
        await self._database.write(lambda c: forget(c, KIND))

    def _stored(self, connection: Connection, chat: int, free: int) -> list[OutboxRow]:
        now, told = self._operator.wall(), list[OutboxRow]()
        if is_due(connection, f"{KIND}:{chat}", now):
            told += self._operator.send(connection, [Send(chat, self._message(chat))])
        if is_due(connection, KIND, now):
            params = {"free": free // MEGABYTE, "reserve": self._reserve // MEGABYTE}
            message = OutgoingMessage("system.operator_no_room", params)
            told += self._operator.notify(connection, [message])
        return told

    def _message(self, chat: int) -> OutgoingMessage:
        if chat < 0:
            return OutgoingMessage("system.no_room_group")
        return OutgoingMessage("system.no_room", {"contacts": self._rules.contacts()})
