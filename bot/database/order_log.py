"""The log of erasure orders in all its copies: what was erased stays erased when older rows come back.

1. The log is kept in the database, in the state folder of each machine, and next to the backups. A database
   that was set back lacks the newest lines, a machine that was away lacks them too, and a lost machine loses
   one copy.
2. An order is noted in the table first, in a transaction of its own: the writer's lock lets one machine at a
   time add a line, so that all machines have one log. Then it is written into the files. Nothing is erased
   before both. A kill in between leaves an order that is not carried out; the same command carries it out.
3. What one copy lacks, `complete()` adds from the others. An older version kept the files alone: its lines
   enter the table this way, at the first start.
4. Lines that are missing at the end of a copy are found in the others, and by the mark that each database has
   of the orders applied to it (bot/operations/erasure_orders.py).
5. Two machines whose files were written before there was a table, or whose database was set back while one of
   them was away, may have logs that differ. Nothing is added then; `aduan orders --join` makes one log of
   both (bot/operations/joined_orders.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import structlog

from bot.config.sections import Backup
from bot.config.sections import Database as Settings
from bot.database import order_files, order_rows
from bot.database.order_lines import Line, Order, longest, require_reference, with_order
from bot.database.sealing import Codec
from bot.database.stores.store import Store

log = structlog.get_logger(__name__)

NEXT_TO_BACKUPS = "erasure-orders.jsonl"


def in_state_folder(watermark: Path) -> Path:
    """The log that belongs to a database, next to its file of registration numbers."""
    return watermark.with_name(f"{watermark.stem}-{NEXT_TO_BACKUPS}")


def files_of(settings: Settings, backup: Backup) -> list[Path]:
    """The files of this machine that hold the log: the second one may be out of reach."""
    paths = [in_state_folder(settings.watermark_path)]
    return [*paths, Path(backup.folder) / NEXT_TO_BACKUPS] if backup.folder else paths


class OrderLog:
    """The log. The first path must be writable, the others may be out of reach.

    Without a store, or where it has no tables of this version, the files alone are the log.
    """

    def __init__(self, codec: Codec, *paths: Path, store: Store | None = None) -> None:
        self._codec, self._paths, self._store = codec, paths, store

    def orders(self) -> list[Order]:
        """All orders, the oldest first. Raises as lines() does."""
        return [line.order for line in self.lines()]

    def lines(self) -> list[Line]:
        """The longest copy; the others must be its beginning.

        Raises OrdersDamagedError, OSError and SQLAlchemyError.
        """
        return [*longest(self.copies())]

    def copies(self) -> dict[str, list[Line]]:
        """The lines of each copy, by its place. Raises as lines() does."""
        return {**self._table(), **{str(path): order_files.read(self._codec, path) for path in self._paths}}

    def note(self, order: Order) -> None:
        """Add an order to every copy; one that is noted already is not added again.

        Raises OrderReferenceError, and as lines() does; OSError for the first path alone.
        """
        require_reference(order.reference)
        with order_files.locked(self._paths[0].parent):
            self._write(self._stored(self.lines(), order))

    def complete(self, *, wait: bool = True) -> list[Line]:
        """Add to each copy the lines that only another one has. Returns all lines.

        Raises as note() does; BlockingIOError without `wait`, when another process adds lines.
        """
        # Without an order nothing is written, and the folder that is locked may be missing.
        if not longest(self.copies()):
            return []
        with order_files.locked(self._paths[0].parent, wait=wait):
            copies = self.copies()
            known = [*longest(copies)]
            if len(copies.get(order_rows.PLACE, known)) < len(known):
                known = self._stored(known)
            if known:
                self._write(known)
        return known

    def _table(self) -> Mapping[str, list[Line]]:
        """The copy in the database, if there is one."""
        if self._store is None or not self._store.exists():
            return {}
        with self._store.reading() as connection:
            if not order_rows.is_there(connection):
                return {}
            return {order_rows.PLACE: order_rows.read(connection, self._codec)}

    def _stored(self, known: Sequence[Line], order: Order | None = None) -> list[Line]:
        """Commit these lines and the order to the table. Returns its lines: some may have come meanwhile."""
        if self._store is None:
            return with_order(self._codec, known, order) if order else [*known]
        engine = self._store.writing_engine(brief=True)
        try:
            with engine.connect() as connection, connection.begin():
                lines = order_rows.extended(connection, self._codec, known)
                if order:
                    lines = with_order(self._codec, lines, order)
                order_rows.add(connection, lines)
        finally:
            engine.dispose()
        return lines

    def _write(self, lines: Sequence[Line]) -> None:
        order_files.add(self._codec, self._paths[0], lines)
        for path in self._paths[1:]:
            try:
                order_files.add(self._codec, path, lines)
            except OSError as error:
                log.warning("erasure_orders.copy_unwritable", path=str(path), error=error.strerror)
