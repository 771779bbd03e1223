"""What a process that stands by does: it compares its keys once, then copies numbers and erasure orders.

A wrong key file ends it at its start, when a person looks, and not at the moment when it should lead.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial

from sqlalchemy.exc import DBAPIError

from bot.config.sections import Database as Settings
from bot.database.numbers_copy import NumbersCopy
from bot.database.opening import require_keys
from bot.database.order_copy import OrderCopy
from bot.database.sealing import Codec
from bot.database.stores.store import Store
from bot.database.watermark import Watermark
from bot.foundation.daemon_thread import in_daemon_thread
from bot.foundation.faults import is_infrastructure

AGAIN_SECONDS = 1.0


async def follow(
    settings: Settings, store: Store, pause: Callable[[float], Awaitable[None]] = asyncio.sleep
) -> None:
    """Follow the leader until this is cancelled. Raises what require_keys() raises."""
    await _compare(store, settings, pause)
    orders = OrderCopy(store, settings, Codec.load(settings.keys_path, create=False))
    await NumbersCopy(store, Watermark(settings.watermark_path), orders).run(pause)


async def _compare(store: Store, settings: Settings, pause: Callable[[float], Awaitable[None]]) -> None:
    while True:
        try:
            await in_daemon_thread(partial(require_keys, store, settings.keys_path))
            return
        except DBAPIError as error:
            if not is_infrastructure(error):
                raise
            await pause(AGAIN_SECONDS)
