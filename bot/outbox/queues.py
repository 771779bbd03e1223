"""The outbox in memory: each chat's queue, and the state of each stored row. No network and no database here.

A row of the table is in one of three states: it waits in its chat's queue, it is being sent, or it is settled
and its mark is not yet written (bot/outbox/marks.py).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace

from bot.database.outbox_parts import DELIVERED
from bot.database.outbox_rows import Kind, OutboxRow, State
from bot.outbox.chat_queue import ChatQueue, Item, Way, as_edit
from conversations import keys

# Longer than a failure makes a row wait, but for a `retry_after` of the messenger, who repeats it after a
# restart. A stored time that is later is damaged, or was stored by a wrong clock: the row goes at once.
LONGEST_DELAY = 900.0


class Queues:
    """All queues. `serve` is called with a queue that holds an item and has no sending task.

    `drop` is called with a stored item that need not be sent any more.
    """

    def __init__(self, serve: Callable[[ChatQueue], None], drop: Callable[[Item], None]) -> None:
        self._serve, self._drop = serve, drop
        self._chats: dict[tuple[int, Way], ChatQueue] = {}
        self._waiting: dict[int, Item] = {}
        self._sending: dict[int, Item] = {}

    @property
    def sending(self) -> frozenset[int]:
        """The stored rows that are being sent."""
        return frozenset(self._sending)

    def all(self) -> Sequence[ChatQueue]:
        """Every queue that has a sending task or holds an item."""
        return tuple(self._chats.values())

    def are_served(self) -> bool:
        """Whether each queue that holds an item has a running task."""
        tasks = [queue.running for queue in self._chats.values() if queue]
        return all(task is not None and not task.done() for task in tasks)

    def has(self, row: int) -> bool:
        """Whether the stored row waits in a queue or is being sent."""
        return row in self._waiting or row in self._sending

    def holds_document(self, chat: int) -> bool:
        """Whether a document of this chat is made and its sending has not begun."""
        return bool(self._chats.get((chat, Way.DOCUMENTS)))

    def accept(self, row: OutboxRow, unwritten: Collection[int]) -> None:
        """Queue a row as it was stored, or put it in the place of the row that it replaces.

        `unwritten` are the rows that are settled and not yet marked.
        """
        if row.state is not State.PENDING:
            return
        if row.message is not None:
            self.supersede(row, row.at)
        self._drop_outdated(row)
        if known := self._sending.get(row.id):
            known.replaced = row if row.revision > known.row.revision else known.replaced
        elif known := self._waiting.get(row.id):
            if row.revision > known.row.revision:
                known.row = row
                if row.is_progress:
                    known.ready = time.monotonic() + delay_of(row)
        elif row.id not in unwritten:
            delay = delay_of(row)
            self.put(Item(row, time.monotonic() + delay, apart=delay > 0 and row.parts.failures > 0))
        elif row.revision:
            self.put(Item(as_edit(row, 0)))

    def supersede(self, row: OutboxRow, message: int) -> None:
        """Drop the waiting cosmetic edits before this row of a message that it changes or replaces."""
        queue = self._chats.get((row.chat, Way.MESSAGES))
        self._drop_all(queue.superseded(row, message) if queue else ())

    def _drop_outdated(self, row: OutboxRow) -> None:
        """Take out what the store has dropped for this row.

        What it recalls; and where it asks a question, the earlier ones that were to be sent again.
        """
        if row.kind is Kind.DELETE and row.replaces and (key := keys.parse(row.key)):
            target, queues = str(keys.recalled_message(key)), self._of_chat(row.chat)
            self.withdraw([item.row.id for queue in queues for item in queue.keyed(target)])
        if row.is_question and (apart := self._chats.get((row.chat, Way.APART))):
            self.withdraw([item.row.id for item in apart.questions_before(row.id)])

    def _of_chat(self, chat: int) -> list[ChatQueue]:
        return [queue for way in Way if (queue := self._chats.get((chat, way)))]

    def _drop_all(self, items: Iterable[Item]) -> None:
        for item in items:
            if item.stored:
                self._waiting.pop(item.row.id, None)
                self._drop(item)

    def put(self, item: Item, *, first: bool = False) -> None:
        """Queue an item, `first` for one that is tried again."""
        place = (item.row.chat, item.way)
        queue = self._chats.get(place)
        if queue is None:
            queue = self._chats[place] = ChatQueue(*place)
        if item.stored:
            self._waiting[item.row.id] = item
        queue.put(item, first=first)
        self._drop_all(queue.outdated())
        if queue.running is None:
            self._serve(queue)

    def put_again(self, item: Item, row: OutboxRow) -> None:
        """Queue an item first, with its row changed."""
        item.row = row
        self.put(item, first=True)

    def begin(self, item: Item) -> None:
        """Note that an item was taken out of its queue, to be sent."""
        if item.stored:
            self._waiting.pop(item.row.id, None)
            self._sending[item.row.id] = item

    def end(self, item: Item) -> None:
        """Note that an item is not being sent any more; queue its replacement, if there is one."""
        self._sending.pop(item.row.id, None)
        if item.made and item.row.id not in self._waiting:
            item.made.discard()
        replacement, item.replaced = item.replaced, None
        if replacement is None:
            return
        if item.row.id not in self._waiting:
            self.put(Item(as_edit(replacement, item.main)), first=True)
        else:
            tried = replace(replacement, attempts=item.row.attempts)
            item.row = as_edit(replacement, item.main) if item.main else tried

    def drop(self, queue: ChatQueue) -> None:
        """Note that a queue has no sending task any more; delete it if it is empty."""
        queue.running = None
        if not queue:
            self._chats.pop((queue.chat, queue.way), None)

    def drop_chat(self, chat: int, refused: Item | None = None, keeps: frozenset[Kind] = frozenset()) -> None:
        """Remove a chat's rows and `refused`, as the store has parked them.

        Leaving a group stays queued, and what `keeps` names.
        """
        items = [item for queue in self._of_chat(chat) for item in queue.clear()]
        for item in (*items, *((refused,) if refused else ())):
            self._waiting.pop(item.row.id, None)
            item.replaced = None
            if item.made:
                item.made.discard()
            if item.row.kind is Kind.LEAVE or item.row.kind in keeps:
                self.put(item)

    def drop_knocks(self, chat: int) -> None:
        """Take out the template of a chat whose person has written: the store has deleted its row."""
        waiting = self._waiting.values()
        self.withdraw([i.row.id for i in waiting if i.row.chat == chat and i.row.kind is Kind.KNOCK])

    def confirm(self, row: int, part: int) -> None:
        """Note that a part of a row was delivered before its call has ended, or is made again."""
        if item := self._waiting.get(row) or self._sending.get(row):
            item.row = replace(item.row, parts=item.row.parts.noted(part, DELIVERED))

    def withdraw(self, rows: Collection[int]) -> None:
        """Take these rows out of their queues: they are deleted from the store, and are never sent."""
        for item in [item for number, item in self._waiting.items() if number in rows]:
            for queue in self._chats.values():
                queue.remove(item)
            del self._waiting[item.row.id]
            if item.made:
                item.made.discard()
        for number in self._sending.keys() & set(rows):
            self._sending[number].replaced = None

    def forget_messages(self, chat: int) -> None:
        """Remove message ids from a chat's waiting rows: the ids are void."""
        for item in self._waiting.values():
            if item.row.chat == chat:
                item.row = replace(item.row, at=0)


def delay_of(row: OutboxRow) -> float:
    """The seconds until the row may be sent."""
    delay = row.not_before - time.time()
    return delay if 0 < delay <= LONGEST_DELAY else 0.0
