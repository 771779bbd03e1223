"""The part of `aduan check` about erasure orders: whether the copies of their log fit."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy.exc import DBAPIError

from bot.config.settings import Config
from bot.database.order_lines import OrdersDamagedError
from bot.database.order_log import OrderLog, files_of
from bot.database.sealing import Codec
from bot.database.stores.store import Store
from bot.operations.check_findings import Finding, ok, problem


def examine_orders(config: Config, store: Store, codec: Codec) -> Iterator[Finding]:
    """Whether each copy is the beginning of the longest one."""
    paths = files_of(config.database, config.backup)
    try:
        lines = OrderLog(codec, *paths, store=store).lines()
    except DBAPIError:
        return  # another finding reports it
    except (OrdersDamagedError, OSError) as error:
        yield problem(
            f"erasure orders: {error}",
            "Until this is repaired no person is erased, and a restore may bring erased persons back.",
        )
    else:
        yield ok(f"{len(lines)} erasure orders are noted, and the copies of their log fit")
