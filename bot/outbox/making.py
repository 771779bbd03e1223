"""Makes the documents of rows before the rows are queued, so that no message of the chat waits for one.

A document that cannot be made is tried again after 1, 2, 4 … 60 seconds, with the tries stored, and is given
up after an hour: the operator is notified. What is made is not stored: after a restart it is made again.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

import structlog

from bot.channels.base import MadeDocument
from bot.database.outbox_marks import Later
from bot.database.outbox_rows import OutboxRow, State
from bot.foundation.background_tasks import BackgroundTasks
from bot.foundation.faults import error_place
from bot.outbox.chat_queue import Item
from bot.outbox.delivery import backoff
from bot.outbox.marks import Marks
from bot.outbox.refusals import AN_HOUR_OF_ATTEMPTS, Refusals
from conversations.messages import Document

log = structlog.get_logger(__name__)

MADE_AT_ONCE = 2


class Documents(Protocol):
    """Makes documents."""

    async def make(self, document: Document, language: str) -> MadeDocument:
        """The document in this language, as it is now. Raises any exception when it cannot be made."""


class Making:
    """Makes documents; `queue` gets each row with its document."""

    def __init__(
        self, documents: Documents, marks: Marks, refusals: Refusals, queue: Callable[[Item], None]
    ) -> None:
        self._documents, self._marks, self._refusals, self._queue = documents, marks, refusals, queue
        self._slots = asyncio.Semaphore(MADE_AT_ONCE)
        self._tasks = BackgroundTasks()
        self._rows: set[int] = set()

    def takes(self, row: OutboxRow) -> bool:
        """Take a row that has a document to be made, if it has one."""
        if row.message is None or row.message.document is None:
            return False
        if row.state is State.PENDING and row.id not in self._rows:
            self._rows.add(row.id)
            self._tasks.start(self._make(row, row.message.document))
        return True

    def stop(self) -> None:
        """Stop making; the rows stay in the table."""
        for task in self._tasks:
            task.cancel()

    async def _make(self, row: OutboxRow, document: Document) -> None:
        try:
            while (made := await self._tried(row, document)) is None:
                row = replace(row, attempts=row.attempts + 1)
                if row.attempts >= AN_HOUR_OF_ATTEMPTS:
                    return
                pause = backoff(row.attempts - 1)
                row = replace(row, not_before=time.time() + pause)
                self._marks.later(Later(row, row.attempts, row.not_before, row.progress), 0, (), time.time())
            self._queue(Item(row, made=made))
        finally:
            self._rows.discard(row.id)

    async def _tried(self, row: OutboxRow, document: Document) -> MadeDocument | None:
        """The document, once the row may go and a slot is free; None when it could not be made."""
        await asyncio.sleep(max(0.0, row.not_before - time.time()))
        try:
            async with self._slots:
                return await self._documents.make(document, row.language)
        except Exception as error:  # noqa: BLE001 - whatever the cause, it is tried again and reported
            kind, place = document.kind.value, error_place(error)
            log.warning("outbox.document_not_made", row=row.id, kind=kind, error=place)
            if row.attempts + 1 >= AN_HOUR_OF_ATTEMPTS:
                self._marks.note("operator_undelivered", kind)
                self._refusals.refused(row, type(error).__name__)
            return None
