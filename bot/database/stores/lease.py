"""How long this process may act as the one that works, without asking again.

The holder of the right does not notice that it has lost it before it asks. It may be frozen, or cut off from
the database, while another process has taken its place. So it acts only for some seconds after it has *sent*
a statement that its session answered: the moment of the answer would be too late, as a process may be frozen
between the answer and the reading of it. The server counts the holder's silence from the answer, and whoever
waits ends the session after a longer time than this (bot/database/stores/postgres_session.py).
"""

from __future__ import annotations

import time
from collections.abc import Callable

LEASE_SECONDS = 5.0
# It runs while the process is frozen and while the machine sleeps. Only Linux has it under this name.
_CLOCK = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


def running_time() -> float:
    """Seconds of a clock that no one sets and that runs through a freeze."""
    return time.clock_gettime(_CLOCK)


class Lease:
    """Says whether the last answer is young enough; `asked` and `answered` belong to one thread."""

    def __init__(self, seconds: float = LEASE_SECONDS, now: Callable[[], float] = running_time) -> None:
        self._seconds, self._now = seconds, now
        self._asked = self._confirmed = now()

    def asked(self) -> None:
        """Note that a statement is being sent."""
        self._asked = self._now()

    def answered(self) -> None:
        """Note that it was answered."""
        self._confirmed = self._asked

    def holds(self) -> bool:
        """Whether the right is certain now; any thread may ask."""
        return self._now() - self._confirmed < self._seconds
