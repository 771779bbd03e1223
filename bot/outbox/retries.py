"""When a group's refused rows are tried again: the messenger does not report that a topic was opened again.

The first try is after a minute, the others after 2, 4, 8 and 15 minutes, until nothing is refused any more. A
chat's refused rows are tried together, in their order.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

FIRST_SECONDS, LONGEST_SECONDS = 60.0, 900.0


class Retries:
    """One timer for each chat that has refused a row. `retry` is called with the chat."""

    def __init__(self, retry: Callable[[int], None]) -> None:
        self._retry = retry
        self._timers: dict[int, asyncio.TimerHandle] = {}
        self._tries: dict[int, int] = {}

    def refused(self, chat: int) -> None:
        """Try the chat's refused rows again later, unless that is planned already."""
        if chat in self._timers:
            return
        tries = self._tries.get(chat, 0)
        self._tries[chat] = tries + 1
        seconds = min(LONGEST_SECONDS, FIRST_SECONDS * 2**tries)
        self._timers[chat] = asyncio.get_running_loop().call_later(seconds, self._due, chat)

    def accepted(self, chat: int) -> None:
        """Note that the chat took a row that it had refused: the next refusal is a new one."""
        self._tries.pop(chat, None)

    def stop(self) -> None:
        """Cancel all timers: the next start tries every refused row."""
        for timer in self._timers.values():
            timer.cancel()
        self._timers.clear()

    def _due(self, chat: int) -> None:
        del self._timers[chat]
        self._retry(chat)
