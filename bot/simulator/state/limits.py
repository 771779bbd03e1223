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

    A person may get a short burst: `private` messages at once, then as many in `private_window` seconds, one
    after another.
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
    # When a person's burst is whole again.
    _whole: dict[int, float] = field(default_factory=dict)
    _closed: dict[int, float] = field(default_factory=dict)

    def spend(self, chat: Chat, count: int = 1) -> int:
        """Count messages to a chat and return 0; when they are too many, return whole seconds to wait."""
        now = self.clock()
        closed = self._closed.get(chat.id, 0.0)
        if closed > now:
            return math.ceil(closed - now)
        own = self._wait_of_person if chat.private else self._wait_of_group
        wait = max(_wait(self._all, now, self.overall, self.overall_window, count), own(chat.id, now, count))
        if wait > 0:
            seconds = max(1, math.ceil(wait))
            self._closed[chat.id] = now + seconds
            return seconds
        self._all.extend([now] * count)
        if chat.private:
            self._whole[chat.id] = max(now, self._whole.get(chat.id, now)) + count * self._step
        else:
            self._chats[chat.id].extend([now] * count)
        return 0

    @property
    def _step(self) -> float:
        return self.private_window / self.private

    def _wait_of_person(self, chat: int, now: float, count: int) -> float:
        missing = max(0.0, self._whole.get(chat, now) - now)
        return missing + (count - self.private) * self._step

    def _wait_of_group(self, chat: int, now: float, count: int) -> float:
        sent = self._chats.setdefault(chat, deque())
        return _wait(sent, now, self.group, self.group_window, count)


def _wait(times: deque[float], now: float, most: int, window: float, count: int) -> float:
    while times and times[0] <= now - window:
        times.popleft()
    over = len(times) + count - most
    if over <= 0:
        return 0.0
    return (times[min(over, len(times)) - 1] + window - now) if times else window
