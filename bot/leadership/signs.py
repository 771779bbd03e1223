"""What systemd gets from a process that stands by, and from one that leads until its own watchdog runs.

A standby is ready as soon as it asks. A new leader may wait for the messenger for long: that is no hang.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from bot.foundation.service_manager import ALIVE, READY, notify, watchdog_seconds

# Signs in the time after which systemd kills.
ROUNDS = 4


async def give_signs(notify: Callable[..., None] = notify, seconds: float | None = None) -> None:
    """Notify systemd that the process is ready, and then that it is alive, until it is cancelled."""
    every = watchdog_seconds() if seconds is None else seconds
    notify(READY)
    while every:
        notify(ALIVE)
        await asyncio.sleep(every / ROUNDS)
