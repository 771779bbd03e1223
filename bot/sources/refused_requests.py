"""Counts the requests that the web server refuses, and logs each reason at most once an hour.

Anyone who reaches the web server can cause them: a line for each would let a stranger fill the log.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Mapping

import structlog

from bot.foundation.figures import figures

log = structlog.get_logger(__name__)

UNSIGNED, WRONG_TOKEN, TOO_LARGE, SLOW = "unsigned", "wrong_token", "too_large", "slow"
BUSY, BROKEN, CONNECTIONS = "busy", "broken", "connections"
LOG_SECONDS = 3600.0
# What an operator does when it is no stranger.
ADVICE: Mapping[str, str] = {
    UNSIGNED: "a stranger, or the secret of the configuration is another one: `aduan check`",
    WRONG_TOKEN: "a stranger, or whatsapp.verify_token is not what Meta was given: `aduan check`",
    TOO_LARGE: "a stranger, or the messenger has changed: the messenger repeats the delivery",
    SLOW: "let a web server in front read the bodies (proxy_request_buffering on)",
    BUSY: "many large bodies at the same time; the messenger repeats the delivery",
    BROKEN: "a stranger, or the web server in front changes requests",
    CONNECTIONS: "let a web server in front limit the connections",
}


class RefusedRequests:
    """The refused requests of one part of the web server. `now` is monotonic time."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._unlogged: Counter[str] = Counter()
        self._next: dict[str, float] = {}

    def note(self, reason: str) -> None:
        """Count one; the log gets a line with the number since the last line."""
        figures.refused[reason] += 1
        self._unlogged[reason] += 1
        if (now := self._now()) >= self._next.get(reason, 0.0):
            log.warning("web.refused", kind=reason, count=self._unlogged.pop(reason), advice=ADVICE[reason])
            self._next[reason] = now + LOG_SECONDS
