"""One log line a turn: how much it took, and how long. It holds ids and numbers."""

from __future__ import annotations

import time

import structlog

from bot.foundation.figures import figures
from bot.turns.batches import Batch, Incoming
from bot.turns.storing import Committed

log = structlog.get_logger(__name__)


class TurnTimes:
    """When a turn was asked for, and when the writer began it; seconds of a monotonic clock."""

    __slots__ = ("asked", "begun")

    def __init__(self) -> None:
        self.asked = self.begun = time.perf_counter()

    def begin(self) -> None:
        """Note that the writer has begun; a turn that is tried again begins again."""
        self.begun = time.perf_counter()


def note_turn(batch: Batch, done: Committed, times: TurnTimes) -> None:
    """Log a committed turn, and count it."""
    now = time.perf_counter()
    inputs = [arrival.incoming for arrival in batch.arrivals]
    numbers = [one.update_id for one in inputs if one.update_id is not None]
    figures.turns.add(now - times.asked)
    figures.updates_taken += done.taken
    figures.updates_set_aside += len(done.set_aside)
    figures.failed("turn", done.set_aside)
    log.info(
        "turn.taken",
        source=inputs[0].channel if inputs else "",
        updates=len(inputs),
        **({"first": numbers[0], "last": numbers[-1]} if numbers else {}),
        chats=len({chat for one in inputs if (chat := chat_of(one))}),
        taken=done.taken,
        set_aside=len(done.set_aside),
        messages=len(done.rows),
        waited_ms=round((times.begun - times.asked) * 1000, 1),
        ms=round((now - times.begun) * 1000, 1),
    )


def chat_of(incoming: Incoming) -> int:
    """The chat of an input, 0 when it has none."""
    origin = getattr(incoming.event, "origin", None)
    return origin.chat if origin else getattr(incoming.event, "chat", 0)
