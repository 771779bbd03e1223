"""Delivers one row: its steps, each within the limits. Raises DeliveryError."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import structlog

from bot.channels.base import Channel, DeliveryError, Failure, Posting, Step
from bot.channels.capabilities import capabilities_of
from bot.channels.moves import Moves
from bot.database.outbox_parts import DELIVERED, GIVEN_UP, SENT_NOW
from bot.database.outbox_rows import Kind, OutboxRow
from bot.outbox.chat_queue import Item
from bot.outbox.marks import Marks
from bot.outbox.pacing import ASKED, UNASKED, Pacing
from bot.outbox.topics import Topics
from conversations import keys
from conversations.effects import AnswerPress

log = structlog.get_logger(__name__)

CALLS_AT_ONCE = 24
LONGEST_BACKOFF = 60.0
# The cost of a row's first call, estimated before the text is rendered.
COSTS = {
    Kind.SEND: 1,
    Kind.EDIT: 1,
    Kind.STRIP: 1,
    Kind.DELETE: 1,
    Kind.LEAVE: 0,
    Kind.COMMANDS: 0,
    Kind.KNOCK: 1,
}


class Delivery:
    """Makes the calls of a row, with the limits, the moves of groups and the keys of messages."""

    def __init__(self, channel: Channel, pacing: Pacing, moves: Moves, marks: Marks, topics: Topics) -> None:
        self._topics = topics
        self._channel = channel
        self._pacing = pacing
        self._moves = moves
        self._marks = marks
        self._calls = asyncio.Semaphore(CALLS_AT_ONCE)

    def waits(self, heads: Sequence[Item | None]) -> Sequence[float | None]:
        """Seconds until each lane's next row may go; None where there is none."""
        return tuple(self._wait(head) for head in heads)

    def _wait(self, item: Item | None) -> float | None:
        if item is None:
            return None
        now, chat = time.monotonic(), self._moves.destination(item.row.chat)
        # A message about progress does not wait for quiet: its delay is its own.
        lane = UNASKED if item.row.is_progress else item.lane
        limits = self._pacing.wait(chat, lane, COSTS[item.row.kind], now, now - item.ready)
        return max(item.ready - now, limits, 0.0)

    def throttled(self, item: Item, seconds: float, *, only_chat: bool) -> None:
        """Note that the messenger asked to wait N seconds, in all chats or in this one."""
        chat = self._moves.destination(item.row.chat)
        self._pacing.throttled(chat, seconds, time.monotonic(), only_chat=only_chat)

    async def answer(self, press: AnswerPress, language: str) -> None:
        """Answer a press, once."""
        try:
            await self._channel.answer_press(press, language)
        except DeliveryError as error:
            log.info("outbox.press_not_answered", reason=error.reason)

    async def deliver(self, item: Item) -> None:
        """Make the remaining calls; the item records its progress."""
        chat = self._moves.destination(item.row.chat)
        steps = await self._steps(item, chat)
        reported = item.row.message is not None and capabilities_of(chat).receipts
        if reported:
            item.row = replace(item.row, parts=item.row.parts.fitted(len(steps)))
        for step in steps if reported else steps[item.row.progress :]:
            if reported and item.row.parts.is_sent(step.part):
                continue
            messages, letter = await self._step(item, step, chat)
            if step.main:
                # 0 when the answer does not name the message.
                item.main = messages[-1] if messages else 0
            else:
                item.others += messages
            if reported:
                item.row = replace(item.row, parts=item.row.parts.noted(step.part, letter))
            else:
                item.row = replace(item.row, progress=item.row.progress + 1)

    async def _step(self, item: Item, step: Step, chat: int) -> tuple[tuple[int, ...], str]:
        """Make one call; what is known of its part then.

        A file that is refused permanently does not stop the others nor the row.
        """
        try:
            return await self._call(step, chat), SENT_NOW
        except DeliveryError as error:
            if item.row.parts.is_sent(step.part):
                # The call had no answer, and the messenger has reported its message delivered meanwhile.
                return (), DELIVERED
            if not step.optional or error.kind is not Failure.REFUSED:
                raise
            item.refused = error.reason
            return error.made, GIVEN_UP

    async def _steps(self, item: Item, chat: int) -> Sequence[Step]:
        row, message = item.row, item.row.message
        if row.kind is Kind.DELETE:
            return await self._deletions(row, chat)
        if message is None:
            return [Step(COSTS[row.kind], main=False, run=lambda: self._act(row, chat))]
        edit = reply_to = 0
        if row.kind is Kind.EDIT and capabilities_of(chat).edits:
            # A newer copy may have been sent since the older one was pressed: the newest is edited.
            edit = max(row.at, await self._marks.find(row.chat, row.key) if row.key else 0)
        if message.reply_to and not edit:
            reply_to = await self._marks.find(row.chat, message.reply_to)
        if message.topic:
            message = replace(message, topic=self._topics.destination(row.chat, message.topic))
        if row.is_cosmetic and not edit and not row.is_progress:
            return []
        item.outdated = row.at if row.at < edit else 0
        posting = Posting(
            chat,
            message,
            row.language,
            edit,
            reply_to,
            item.made,
            row=row.id,
            knock=row.kind is Kind.KNOCK,
        )
        return await self._channel.steps(posting)

    async def _deletions(self, row: OutboxRow, chat: int) -> Sequence[Step]:
        """One call for each message that was sent under the key of the deletion's target, or for its one."""
        if row.at:
            return [Step(1, main=False, run=partial(self._delete, chat, row.at))]
        key = keys.parse(row.key)
        target = str(keys.recalled_message(key)) if key else ""
        messages = await self._marks.all_of(row.chat, target)
        if messages and not capabilities_of(chat).edits:
            raise DeliveryError(Failure.REFUSED, "messages cannot be deleted")
        return [Step(1, main=False, run=partial(self._delete, chat, message)) for message in messages]

    async def _delete(self, chat: int, message: int) -> tuple[int, ...]:
        await self._channel.delete(chat, message)
        return ()

    async def _act(self, row: OutboxRow, chat: int) -> tuple[int, ...]:
        if row.kind is Kind.STRIP:
            if at := row.at or await self._marks.find(row.chat, row.key):
                await self._channel.strip(chat, at)
        elif row.kind is Kind.LEAVE and not self._moves.is_named(row.chat):
            await self._channel.leave(chat)
        elif row.kind is Kind.COMMANDS:
            await self._channel.show_commands(chat, row.language)
        return ()

    async def _call(self, step: Step, chat: int) -> tuple[int, ...]:
        if not step.cost:
            async with self._calls:
                return await step.run()
        # A row that has begun only waits for the limit itself: its chat's other messages wait behind it.
        await _pause(self._pacing.wait(chat, ASKED, step.cost, time.monotonic()))
        async with self._calls:
            place = self._pacing.reserve(chat, step.cost, time.monotonic())
            try:
                while pause := place.wait(time.monotonic()):  # noqa: ASYNC110 - a time, no event
                    await asyncio.sleep(pause)
                return await step.run()
            finally:
                place.leave(time.monotonic())
                self._pacing.sent(chat, step.cost, time.monotonic())


async def _pause(seconds: float) -> None:
    if seconds > 0:
        await asyncio.sleep(seconds)


def backoff(attempts: int) -> float:
    """1, 2, 4 … 60 seconds, each varied by up to a fifth, so that not all retry at once."""
    seconds = min(LONGEST_BACKOFF, 2.0 ** min(attempts, 6))
    return seconds * random.uniform(0.8, 1.2)  # noqa: S311 - spreads load, guards nothing
