"""`aduan orders`: the copies of the log of erasure orders; with `--join` one log of copies that differ.

Copies differ when two machines have noted orders without knowing of each other. Each line has its HMAC, so
that each order is one of this installation: none is left out, and one that was carried out changes nothing.

1. The log in the database stays as it is, and gets the orders that only a file has, at its end.
2. A table with a damaged line is written again from the files, if one of them has as many lines.
3. A file whose lines are not those of the database is set aside, and written again.
4. What was ordered is erased, as after a restore. The bot is stopped.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import Connection

from bot.config.settings import Config
from bot.database import order_files, order_rows, schema
from bot.database.erasure import EraseError
from bot.database.key_guard import load_fitting
from bot.database.order_lines import Line, OrdersDamagedError, with_order
from bot.database.order_log import OrderLog, files_of
from bot.database.own_contents import contents_of
from bot.database.sealing import Codec
from bot.database.stores.choice import store_of
from bot.operations.erase import by_order
from bot.operations.erasure_orders import apply

FIT = "All copies fit"
DIFFER = (
    "The copies differ. Stop the bot on all machines, and give `aduan orders --join` on each machine whose "
    "copy differs"
)


class Orders:
    """The copies of one machine; `others` are logs of other machines, which are only read."""

    def __init__(self, config: Config, others: Sequence[Path] = ()) -> None:
        self._config, self._store = config, store_of(config.database)
        if not self._store.exists():
            raise EraseError(self._store.not_there)
        self._files, self._others = files_of(config.database, config.backup), others
        self._codec = load_fitting(self._store, config.database.keys_path)

    def listed(self) -> tuple[str, bool]:
        """Each copy with the orders that the database lacks, and whether the copies fit.

        Raises OrdersDamagedError for a file, and OSError.
        """
        with self._store.reading() as connection:
            schema.require(connection)
            table, damage = _table(connection, self._codec)
        lines = [f"the database: {damage or _counted(table)}"]
        fit = not damage
        for path in (*self._files, *self._others):
            copy = order_files.read(self._codec, path)
            fit = fit and copy[: len(table)] == table[: len(copy)]
            lines += [f"{path}: {_counted(copy)}", *map(_shown, _lacking(self._codec, table, copy))]
        return "\n".join([*lines, FIT if fit else DIFFER]), fit

    def join(self) -> str:
        """Make one log of all copies, and erase what it orders; return what was done.

        Raises AlreadyRunningError, MigrationNeededError, OrdersDamagedError and OSError.
        """
        hold = self._store.hold()
        try:
            with hold.engine.connect() as connection, connection.begin():
                schema.require(connection)
                lines = self._joined(connection)
            aside = [order_files.set_aside(path) for path in self._files if self._differs(path, lines)]
            OrderLog(self._codec, *self._files, store=self._store).complete()
            contents, erase = contents_of(self._config.database), by_order(self._config)
            erased = apply(self._store, self._codec, contents, lines, erase).erased
        finally:
            hold.release()
        said = [f"{_counted(lines)} in one log; {len(erased)} complaints were erased now"]
        return "\n".join([*said, *(f"the copy that differed is {path}" for path in aside)])

    def _joined(self, connection: Connection) -> list[Line]:
        """The lines of the database and, after them, the orders that only files have; stored."""
        table, damage = _table(connection, self._codec)
        files = [order_files.read(self._codec, path) for path in (*self._files, *self._others)]
        if damage:
            table = max(files, key=len, default=[])
            if len(table) < order_rows.count(connection):
                raise OrdersDamagedError(f"{damage}. No file has as many lines: name that of another machine")
            order_rows.replace(connection, table)
        lines = table
        for copy in files:
            for line in copy:
                lines = with_order(self._codec, lines, line.order)
        order_rows.add(connection, lines)
        return lines

    def _differs(self, path: Path, lines: Sequence[Line]) -> bool:
        copy = order_files.read(self._codec, path)
        return copy != lines[: len(copy)]


def _table(connection: Connection, codec: Codec) -> tuple[list[Line], str]:
    """The lines of the table, or none and what is wrong with it."""
    try:
        return order_rows.read(connection, codec), ""
    except OrdersDamagedError as error:
        return [], str(error)


def _lacking(codec: Codec, table: Sequence[Line], copy: Sequence[Line]) -> list[Line]:
    """The lines of a copy whose orders the table has not."""
    return [line for line in copy if len(with_order(codec, table, line.order)) > len(table)]


def _counted(lines: Sequence[Line]) -> str:
    return f"{len(lines)} erasure orders"


def _shown(line: Line) -> str:
    order = line.order
    return f"  not in the database: {order.number}, {order.reference}, {order.at.date()}"
