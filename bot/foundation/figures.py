"""The figures of this process since its start: what it has done, how often it failed, what waits now.

There is one set for the process, as there is one log: the code that does the work counts it here, whether or
not someone reads the figures. They hold numbers and words of this program, and nothing about people.
"""

from __future__ import annotations

import time
from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from bot.foundation.troubles import Troubles

# Upper bounds in seconds: a turn takes milliseconds, and a message may wait for the messenger's limits.
TURN_BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
DELIVERY_BOUNDS = (0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 1800.0)


class Histogram:
    """How many values were at most each bound; the last count is of those above all bounds."""

    def __init__(self, bounds: Sequence[float]) -> None:
        self.bounds = tuple(bounds)
        self.counts = [0] * (len(self.bounds) + 1)
        self.total = 0.0

    def add(self, value: float) -> None:
        """Count one value."""
        self.counts[bisect_left(self.bounds, value)] += 1
        self.total += value


class Waiting:
    """What waits now, by the monotonic time since which it waits."""

    def __init__(self) -> None:
        self._since: dict[object, tuple[float, int]] = {}

    @contextmanager
    def counted(self, number: int) -> Iterator[None]:
        """Count N things as waiting while the block runs."""
        if not number:
            yield
            return
        place = object()
        self._since[place] = time.monotonic(), number
        try:
            yield
        finally:
            del self._since[place]

    def __len__(self) -> int:
        return sum(number for _, number in self._since.values())

    def age(self, now: float) -> float:
        """For how many seconds the oldest has waited at monotonic time `now`; 0 when nothing waits."""
        return max((now - since for since, _ in self._since.values()), default=0.0)


@dataclass(slots=True)
class Figures:
    """What was counted. Pairs are (method, outcome) of calls and (where, kind) of failures."""

    # Updates whose turn was committed, and those of them that were set aside.
    updates_taken: int = 0
    updates_set_aside: int = 0
    # Updates beyond their sender's budget, and those that were stored until it was their sender's turn.
    updates_dropped: int = 0
    updates_postponed: int = 0
    # Seconds from the call of a turn to its commit, and from the storing of a message to its delivery.
    turns: Histogram = field(default_factory=lambda: Histogram(TURN_BOUNDS))
    deliveries: Histogram = field(default_factory=lambda: Histogram(DELIVERY_BOUNDS))
    # The outcomes of deliveries, by name.
    outcomes: Counter[str] = field(default_factory=Counter)
    # Calls to the messenger.
    calls: Counter[tuple[str, str]] = field(default_factory=Counter)
    failures: Counter[tuple[str, str]] = field(default_factory=Counter)
    # Requests to the web server that were refused, by the reason.
    refused: Counter[str] = field(default_factory=Counter)
    # What keeps updates from coming in.
    troubles: Troubles = field(default_factory=Troubles)
    # Updates that are being taken and are not committed.
    unanswered: Waiting = field(default_factory=Waiting)
    # The monotonic time of the last fetch that succeeded, None before the first.
    fetched_at: float | None = None

    def failed(self, where: str, kinds: Collection[str]) -> None:
        """Count failures of one part of the bot."""
        self.failures.update((where, kind) for kind in kinds)


figures = Figures()
