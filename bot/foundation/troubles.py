"""What keeps updates from coming in now: since when, and in which words the machine or the messenger said so.

The part of the bot that meets a trouble notes it here; the monitor (bot/health/monitor.py) alerts the
operator when one lasts.
"""

from __future__ import annotations

import time
from typing import NamedTuple

# The bot cannot listen for the webhook.
LISTENING = "listening"
# Telegram says that its deliveries fail.
TELEGRAM = "telegram"
# WhatsApp has accepted messages, and has delivered nothing since, not even that they were sent.
REPORTS = "reports"
# `aduan check` finds problems at Meta.
SETTINGS = "settings"


class Trouble(NamedTuple):
    """One trouble: the monotonic time since which it lasts, and a detail."""

    since: float
    detail: str


class Troubles:
    """The troubles that last now, by name."""

    def __init__(self) -> None:
        self._open: dict[str, Trouble] = {}

    def began(self, name: str, detail: str = "") -> None:
        """Note that a trouble lasts; one that lasted before keeps its time and gets the new detail."""
        since = self._open[name].since if name in self._open else time.monotonic()
        self._open[name] = Trouble(since, detail)

    def ended(self, name: str) -> None:
        """Note that it is over, or never was."""
        self._open.pop(name, None)

    def age(self, name: str, now: float) -> float:
        """For how many seconds it has lasted at monotonic time `now`; 0 when it does not."""
        found = self._open.get(name)
        return 0.0 if found is None else max(now - found.since, 0.001)

    def detail(self, name: str) -> str:
        """What was said of it; empty when it does not last."""
        found = self._open.get(name)
        return "" if found is None else found.detail
