"""Copies the erasure orders that other machines have noted into our own file, while this process stands by.

When it becomes the leader, and the database was set back in between, its file knows whose data were erased
since. Lines that only our file has enter the table: the machine may have led before there was one.

Each look reads one row. The whole log is read and compared when that row or the file has changed.
"""

from __future__ import annotations

from pathlib import Path

import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from bot.config.sections import Database as Settings
from bot.database import moving, order_rows
from bot.database.order_lines import OrdersDamagedError
from bot.database.order_log import OrderLog, in_state_folder
from bot.database.sealing import Codec
from bot.database.stores.store import Store

log = structlog.get_logger(__name__)


class OrderCopy:
    """Copies from one store into one file. A failure is logged once, until the work succeeds again."""

    def __init__(self, store: Store, settings: Settings, codec: Codec) -> None:
        self._path = in_state_folder(settings.watermark_path)
        self._log = OrderLog(codec, self._path, store=store)
        self._seen: object = None
        self._failed, self._damage = "", ""

    def copy(self, engine: Engine) -> None:
        """Copy once; `engine` reads. A failure is logged."""
        try:
            self._follow(engine)
        except BlockingIOError:
            pass  # Another process of this machine adds lines; the next look reads them.
        except SQLAlchemyError as error:
            # The next copy connects again.
            engine.dispose()
            if self._is_new("not read"):
                log.error("erasure_orders.not_read", error=type(getattr(error, "orig", error)).__name__)  # noqa: TRY400 - no words
        except OSError as error:
            if self._is_new("unwritable"):
                reason = error.strerror or type(error).__name__
                log.error("erasure_orders.copy_unwritable", path=str(self._path), error=reason)  # noqa: TRY400 - no words
        else:
            self._failed = ""

    def _follow(self, engine: Engine) -> None:
        with engine.connect() as connection, connection.begin():
            # A store of an older version, or one that `aduan move` or `aduan restore` is filling.
            if not order_rows.is_there(connection) or moving.origin(connection) is not None:
                return
            newest = order_rows.newest(connection)
        if (newest, _state(self._path)) == self._seen:
            return
        damage = ""
        try:
            self._log.complete(wait=False)
        except OrdersDamagedError as error:
            damage = str(error)
        self._seen = newest, _state(self._path)
        if damage and damage != self._damage:
            log.error("erasure_orders.damaged", reason=damage)
        self._damage = damage

    def _is_new(self, failure: str) -> bool:
        """Whether the copy before failed in another way, or did not."""
        before, self._failed = self._failed, failure
        return before != failure


def _state(path: Path) -> object:
    """What changes when the file is written. Raises OSError."""
    try:
        found = path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns
