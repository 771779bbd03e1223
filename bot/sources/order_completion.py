"""Completes the copies of the log of erasure orders at the start of the process that works.

The lines of an earlier version enter the table this way, and the file gets those that another machine has
noted. A log that does not fit prevents no start: the operator is notified, and erasures fail until it does.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import structlog

from bot.config.settings import Config
from bot.database.order_lines import OrdersDamagedError
from bot.database.order_log import OrderLog, files_of
from bot.database.sealing import Codec
from bot.database.stores.store import Store
from bot.foundation.daemon_thread import in_daemon_thread
from bot.foundation.faults import error_place
from conversations.messages import OutgoingMessage

log = structlog.get_logger(__name__)


async def complete_orders(
    config: Config, store: Store, codec: Codec, notify: Callable[[OutgoingMessage], Awaitable[None]]
) -> None:
    """Complete once. What prevents it is logged; the operator is notified of a log that does not fit."""
    orders = OrderLog(codec, *files_of(config.database, config.backup), store=store)
    try:
        # The folder of the backups may hang.
        await in_daemon_thread(orders.complete)
    except OrdersDamagedError as error:
        log.error("erasure_orders.damaged", reason=str(error))  # noqa: TRY400 - a sentence of ours
        await notify(OutgoingMessage("system.operator_orders_differ", {"reason": str(error)}))
    except Exception as error:  # noqa: BLE001 - the next start, order or backup tries again
        log.error("erasure_orders.not_completed", error=error_place(error))  # noqa: TRY400 - no words
