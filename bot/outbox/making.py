"""Makes the documents of rows before the rows are queued, so that no message of the chat waits for one.

The chats take turns: one document of a chat is made at a time, and only once the one before it has left the
queue of that chat. So a person who asks for a hundred case files delays no other person, and fills no disk.

A document that cannot be made is tried again after 1, 2, 4 … 60 seconds, with the tries stored, and is given
up after an hour: the operator is notified. Tries are not counted while disk or database do not work, or while
what belongs into the document is not there yet: waiting ends that. What is made is kept while it waits to be
sent, and is not stored: after a restart it is made again.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Protocol

import structlog

from bot.channels.base import DocumentNotReadyError, MadeDocument
from bot.database.outbox_marks import Later
from bot.database.outbox_rows import OutboxRow, State
from bot.foundation.background_tasks import BackgroundTasks
from bot.foundation.faults import error_place, is_infrastructure
from bot.foundation.figures import figures
from bot.outbox.chat_queue import Item
from bot.outbox.delivery import backoff
from bot.outbox.marks import Marks
from bot.outbox.queues import Queues, delay_of
from bot.outbox.refusals import AN_HOUR_OF_ATTEMPTS, Refusals
from conversations.messages import Document

log = structlog.get_logger(__name__)

MADE_AT_ONCE = 2
# How often a chat whose last document is not sent yet is looked at.
LOOK_SECONDS = 0.5


class Documents(Protocol):
    """Makes documents."""

    async def make(self, document: Document, language: str) -> MadeDocument:
        """The document in this language, as it is now. Raises any exception when it cannot be made."""


@dataclass(slots=True)
class _Turns:
    """The documents of one chat that wait, and the lock of the one whose turn it is."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    waiting: int = 0


class Making:
    """Makes documents, and queues each row with its document."""

    def __init__(self, documents: Documents, marks: Marks, refusals: Refusals, queues: Queues) -> None:
        self._documents, self._marks, self._refusals, self._queues = documents, marks, refusals, queues
        self._slots = asyncio.Semaphore(MADE_AT_ONCE)
        self._turns: dict[int, _Turns] = {}
        self._tasks = BackgroundTasks()
        self._rows: set[int] = set()
        self._withdrawn: set[int] = set()

    @property
    def rows(self) -> frozenset[int]:
        """The rows whose document is being made."""
        return frozenset(self._rows)

    def takes(self, row: OutboxRow) -> bool:
        """Take a row that has a document to be made, if it has one; one that was taken before stays."""
        if row.message is None or row.message.document is None:
            return False
        known = row.id in self._rows or self._queues.has(row.id) or row.id in self._marks.unwritten
        if row.state is State.PENDING and not known:
            self._rows.add(row.id)
            self._tasks.start(self._make(row, row.message.document))
        return True

    def withdraw(self, rows: Collection[int]) -> None:
        """Do not queue these rows when their documents are made."""
        self._withdrawn |= self._rows & set(rows)

    def stop(self) -> tuple[asyncio.Task[None], ...]:
        """Stop making; the rows stay in the table. Returns the tasks that are ending."""
        for task in self._tasks:
            task.cancel()
        return tuple(self._tasks)

    async def _make(self, row: OutboxRow, document: Document) -> None:
        try:
            item = await self._made(row, document)
            if item and row.id not in self._withdrawn:
                self._queues.put(item)
            elif item and item.made:
                item.made.discard()
        finally:
            self._rows.discard(row.id)
            self._withdrawn.discard(row.id)

    @asynccontextmanager
    async def _turn(self, chat: int) -> AsyncIterator[None]:
        """Wait for the turn of this document in its chat, and for a place among those of all chats."""
        turns = self._turns.setdefault(chat, _Turns())
        turns.waiting += 1
        try:
            async with turns.lock:
                while self._queues.holds_document(chat):  # noqa: ASYNC110 - one loop of each chat at most
                    await asyncio.sleep(LOOK_SECONDS)
                async with self._slots:
                    yield
        finally:
            turns.waiting -= 1
            if not turns.waiting:
                self._turns.pop(chat, None)

    async def _made(self, row: OutboxRow, document: Document) -> Item | None:
        """The row with its document, after as many tries as it takes; None when it is given up."""
        pause, waits = delay_of(row), 0
        while True:
            await asyncio.sleep(pause)
            if row.id in self._withdrawn:
                return None
            try:
                async with self._turn(row.chat):
                    began = time.perf_counter()
                    made = await self._documents.make(document, row.language)
                    ms = round((time.perf_counter() - began) * 1000, 1)
                log.info("outbox.document_made", row=row.id, kind=document.kind.value, ms=ms)
                return Item(_captioned(row, made), made=made)
            except Exception as error:  # noqa: BLE001 - whatever the cause, it is tried again and reported
                failed = error
            log.warning("outbox.document_not_made", row=row.id, kind=document.kind, error=error_place(failed))
            figures.failed("document", [document.kind.value])
            if _waiting_ends(failed):
                pause, waits = backoff(waits), waits + 1
                continue
            row = replace(row, attempts=row.attempts + 1)
            if row.attempts >= AN_HOUR_OF_ATTEMPTS:
                self._refusals.given_up(row, f"{document.kind}: {type(failed).__name__}")
                return None
            pause = backoff(row.attempts - 1)
            later = Later(row, row.attempts, time.time() + pause, row.progress)
            self._marks.later(later, 0, (), time.time())


def _captioned(row: OutboxRow, made: MadeDocument) -> OutboxRow:
    """The row, its caption with what is known now; the stored row stays as it is."""
    if row.message is None or not made.caption:
        return row
    return replace(row, message=replace(row.message, params={**row.message.params, **made.caption}))


def _waiting_ends(error: Exception) -> bool:
    """Whether the document can be made later, however long that takes."""
    return isinstance(error, DocumentNotReadyError) or is_infrastructure(error)
