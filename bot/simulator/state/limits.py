"""Flood limits: how many messages a bot may send in a period, and how long it waits after too many.

Times are monotonic seconds. Every message that the bot adds or edits counts, also each item of an album. A
refused call does not count, but until its wait ends all calls to that chat are refused.
"""

import math
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from bot.simulator.state.chats import Chat


@dataclass(slots=True)
class Limits:
    """The most messages per period of seconds: to all chats, to one person, to one group.

    A person may get a short burst: `private` messages in `private_window` seconds, about one a second.
    """

    overall: int = 30
    overall_window: float = 1.0
    private: int = 5
    private_window: float = 5.0
    group: int = 20
    group_window: float = 60.0
    clock: Callable[[], float] = time.monotonic
    _all: deque[float] = field(default_factory=deque)
    _chats: dict[int, deque[float]] = field(default_factory=dict)
    _closed: dict[int, float] = field(default_factory=dict)

    def spend(self, chat: Chat, count: int = 1) -> int:
        """Count messages to a chat and return 0; when they are too many, return whole seconds to wait."""
        now = self.clock()
        closed = self._closed.get(chat.id, 0.0)
        if closed > now:
            return math.ceil(closed - now)
        most, window = (
            (self.private, self.private_window) if chat.private else (self.group, self.group_window)
        )
        sent = self._chats.setdefault(chat.id, deque())
        wait = max(
            _wait(self._all, now, self.overall, self.overall_window, count),
            _wait(sent, now, most, window, count),
        )
        if wait > 0:
            seconds = max(1, math.ceil(wait))
            self._closed[chat.id] = now + seconds
            return seconds
        for times in (self._all, sent):
            times.extend([now] * count)
        return 0


def _wait(times: deque[float], now: float, most: int, window: float, count: int) -> float:
    while times and times[0] <= now - window:
        times.popleft()
    over = len(times) + count - most
    if over <= 0:
        return 0.0
    return (times[min(over, len(times)) - 1] + window - now) if times else window
