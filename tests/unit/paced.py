"""The outbox's queues and pacing with a clock that the tests move; calls take time and are not made."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from bot.channels.base import MadeDocument
from bot.database.outbox_rows import OutboxRow
from bot.outbox.chat_queue import ChatQueue, Item
from bot.outbox.pacing import Lane, Limits, Pacing
from bot.outbox.queues import Queues

CALL_SECONDS = 0.05


@dataclass(frozen=True)
class Sent:
    """One call: when it was wanted and when it began, in seconds."""

    item: Item
    wanted: float
    began: float

    @property
    def waited(self) -> float:
        """How long it waited for the limits and for the calls before it."""
        return self.began - self.wanted


@dataclass
class PacedOutbox:
    """Makes the calls of what is posted, one after another, up to the time that a test names."""

    now: float = 0.0
    sent: list[Sent] = field(default_factory=list)
    dropped: list[Item] = field(default_factory=list)
    _wanted: dict[int, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.pacing = Pacing(Limits())
        self.queues = Queues(lambda _: None, self.dropped.append)

    def post(self, rows: Iterable[OutboxRow]) -> None:
        """Queue rows, which have ids; a document is made at once."""
        for row in rows:
            self._wanted[row.id] = self.now
            if row.message is not None and row.message.document:
                self.queues.put(Item(row, made=MadeDocument("a.pdf", "application/pdf", b"")))
            else:
                self.queues.accept(row, ())

    def run(self, until: float) -> None:
        """Make every call that may begin before this time."""
        while (found := self._next()) and self.now + found[0] < until:
            wait, lane, queue = found
            self.now += wait
            self._call(queue.take(lane))
        self.now = max(self.now, until)

    def _next(self) -> tuple[float, Lane, ChatQueue] | None:
        """The call that may begin first: how long it waits, and where it is taken from."""
        found = [self._first(queue) for queue in self.queues.all() if queue]
        return min(found, key=lambda each: each[0]) if found else None

    def _first(self, queue: ChatQueue) -> tuple[float, Lane, ChatQueue]:
        waits = [
            self.pacing.wait(queue.chat, head.lane, 1, self.now) if head else None for head in queue.heads()
        ]
        lane = queue.choose(waits)
        return waits[lane] or 0.0, lane, queue

    def _call(self, item: Item) -> None:
        self.sent.append(Sent(item, self._wanted[item.row.id], self.now))
        self.queues.begin(item)
        self.now += CALL_SECONDS
        self.pacing.sent(item.row.chat, 1, self.now)
        self.queues.end(item)


def most_within(sent: Iterable[Sent], seconds: float) -> int:
    """The most calls that began within any window of N seconds."""
    times = [each.began for each in sent]
    return max((sum(start <= time < start + seconds for time in times) for start in times), default=0)
