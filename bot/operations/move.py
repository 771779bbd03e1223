"""`aduan move --to URL`: copies the whole store to an empty one, of the same kind or the other, and compares.

1. Everything is checked before anything is written: both stores are held, the keys fit, the target is empty,
   the source has no faults, and no value that the other kind of store could not hold.
2. The transaction that makes the tables of the target sets a mark (bot/database/moving.py). Nothing starts on
   a store with the mark: a move that was interrupted at any moment counts as none, and the same move begins
   again from empty.
3. Contents of files are copied, each read back; then the rows, table by table.
4. The copy is compared: the rows and all values of each table, every seal, history and content.
5. The registration numbers and the erasure orders get the name of the new store. The last act removes the
   mark.

The source is only read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from sqlalchemy import Connection, Table, delete, inspect

from bot.config.sections import Database as Settings
from bot.database import gaps, moving, schema
from bot.database.contents import Contents, FolderContents
from bot.database.order_log import OrderLog, in_state_folder
from bot.database.own_contents import contents_of
from bot.database.pages import RESTORE
from bot.database.sealing import Codec
from bot.database.serials import Number
from bot.database.stores import row_copying
from bot.database.stores.choice import store_of
from bot.database.stores.row_copying import Copied
from bot.database.stores.store import Hold
from bot.database.tables import file_contents, metadata
from bot.database.watermark import Watermark, read
from bot.operations.backup_copies import part_of
from bot.operations.backup_examination import damaged_files, needed_files
from bot.operations.move_checks import Moved, MoveError, listed, require_empty, require_numbers
from bot.operations.steps import Steps, counted
from bot.operations.verify import verify

ORIGIN = "origin of a move"
Progress = Callable[[int, int], None]


class Move:
    """One copy of the store of `source` to that of `target`.

    `origin` says in the mark where the rows come from. `accept_faults`: what cannot be held is left out, and
    what does not open is copied as it is. `verified`: the caller knows what does not open.
    """

    def __init__(
        self,
        source: Settings,
        target: Settings,
        codec: Codec,
        *,
        origin: str = "",
        accept_faults: bool = False,
        verified: bool = False,
        progress: Progress = lambda _done, _all: None,
    ) -> None:
        self._settings, self._codec = (source, target), codec
        self._accept_faults, self._verified = accept_faults, verified
        self._source, self._target = store_of(source), store_of(target)
        self._from, self._into = contents_of(source), contents_of(target)
        self._shared = _is_same_folder(self._from, self._into)
        self._origin = origin or codec.proof(ORIGIN, _address(source))
        self._tables = row_copying.tables_of_rows()
        self._steps = Steps(progress, 8)

    def require_empty(self) -> None:
        """Raise MoveError for a target with rows or files that no interrupted move of this source wrote."""
        require_empty(self._target, self._origin, None if self._shared else self._into)

    def run(self, hold: Hold) -> Moved:
        """Check, copy, compare. Both stores are held, the target by `hold`.

        Raises MoveError, MigrationNeededError, OrdersDamagedError, SQLAlchemyError and OSError.
        """
        self.require_empty()
        known, left_out = self._checked()
        self._target.make_ready()
        with hold.engine.connect() as connection:
            hold.include_database()
            self._begin(connection)
            paths = self._copy_contents()
            copied = self._copy_rows(connection)
        found = self._compared(copied, paths, known, left_out)
        self._carry_numbers()
        with hold.engine.connect() as connection, connection.begin():
            moving.finish(connection)
        source, target = str(self._source), str(self._target)
        rows = sum(each.rows for each in copied.values())
        complaints = copied["cases"].rows
        return Moved(source, target, complaints, rows, len(paths), found, left_out)

    def _checked(self) -> tuple[list[str], list[str]]:
        """The faults of the source, and the rows that no other store can hold. Raises MoveError."""
        if damaged := self._source.damage():
            raise MoveError(f"{self._source}: the database is damaged ({'; '.join(damaged)}). {RESTORE}")
        require_numbers(self._settings)
        left_out = self._unholdable()
        known = verify(self._source, self._codec, self._steps.begin()).faults
        known += _unopened(self._settings[0], self._codec)
        if (left_out or (known and not self._verified)) and not self._accept_faults:
            raise MoveError(
                f"{self._source} has faults: {listed([*left_out, *known])}. With --accept-faults the copy "
                f"lacks {len(left_out)} rows that no other store can hold, and has the other faults too; "
                "nothing was changed"
            )
        return known, left_out

    def _unholdable(self) -> list[str]:
        with self._source.reading_strictly() as connection:
            schema.require(connection)
            advance = self._counted(connection)
            return [said for each in self._tables for said in row_copying.faults(connection, each, advance)]

    def _begin(self, connection: Connection) -> None:
        """Make the tables or empty them, and set the mark, in one transaction; then delete contents."""
        with connection.begin():
            if inspect(connection).has_table(file_contents.name):
                for each in metadata.sorted_tables:
                    connection.execute(delete(each))
            else:
                schema.upgrade(connection)
            moving.begin(connection, self._origin)
        if not self._shared:
            for path in self._into.paths():
                self._into.erase(path)

    def _copy_contents(self) -> list[str]:
        """Copy each content that a row needs and the source has; their paths. Raises MoveError."""
        needed, done = needed_files(self._source), []
        advance = counted(self._steps.begin(), len(needed))
        for path in needed:
            try:
                content = self._from.read(path)
            except FileNotFoundError:
                continue  # a known fault
            if not self._shared:
                self._into.write(path, [content])
                if part_of(self._into.read(path)) != part_of(content):
                    raise MoveError(f"{self._into.place(path)} could not be copied as it is; try again")
            done.append(path)
            advance(1)
        return done

    def _copy_rows(self, writing: Connection) -> dict[str, Copied]:
        with self._source.reading_strictly() as reading:
            advance = self._counted(reading)
            return {each.name: self._copied(reading, writing, each, advance) for each in self._tables}

    def _copied(
        self, reading: Connection, writing: Connection, of: Table, advance: Callable[[int], None]
    ) -> Copied:
        write = row_copying.inserting(writing, of, self._target.insert)
        return row_copying.copy(reading, of, write, advance)

    def _compared(
        self, copied: dict[str, Copied], paths: Sequence[str], known: Sequence[str], left_out: Sequence[str]
    ) -> list[str]:
        """The faults of the copy; those that the source has not come from rows that were left out."""
        with self._target.reading_strictly() as connection:
            advance = self._counted(connection)
            differing = [
                each.name
                for each in self._tables
                if self._measured(connection, each, advance) != copied[each.name]
            ]
        found = verify(self._target, self._codec, self._steps.begin()).faults
        advance_files = counted(self._steps.begin(), len(paths))
        found += _unopened(self._settings[1], self._codec, advance_files)
        new = [] if left_out else [fault for fault in found if fault not in known]
        if differing or new:
            said = [*(f"the table {name} is not equal" for name in differing), *new]
            raise MoveError(
                f"the copy differs: {listed(said)}. {self._source} is whole; give the command again, with "
                "another target if it fails again"
            )
        return found

    def _measured(self, connection: Connection, of: Table, advance: Callable[[int], None]) -> Copied:
        without = [(moving.MARK,)] if of is metadata.tables["installation"] else []
        return row_copying.measured(connection, of, advance, without)

    def _carry_numbers(self) -> None:
        """Give the highest numbers and the erasure orders to the files that the new store's name leads to."""
        source, target = (settings.watermark_path for settings in self._settings)
        logs = dict.fromkeys(in_state_folder(path).absolute() for path in (target, source))
        OrderLog(self._codec, *logs, store=self._target).complete()
        watermark = Watermark(target)
        watermark.load()
        with self._target.reading() as connection:
            issued = gaps.issued(connection)
        known = [Number(agency, year, serial) for (agency, year), serial in read(source).items()]
        watermark.raise_to([*known, *issued])

    def _counted(self, connection: Connection) -> Callable[[int], None]:
        """A step that counts all rows of this store."""
        return counted(self._steps.begin(), row_copying.count(connection, self._tables))


@contextmanager
def held(source: Settings, target: Settings) -> Iterator[Hold]:
    """Hold both stores, the target last. Raises AlreadyRunningError."""
    first = store_of(source).hold()
    try:
        second = store_of(target).hold()
        try:
            yield second
        finally:
            second.release()
    finally:
        first.release()


def _unopened(settings: Settings, codec: Codec, advance: Callable[[int], None] = lambda _: None) -> list[str]:
    """The stored files whose content is missing or does not open."""
    found = damaged_files(store_of(settings), contents_of(settings), codec, advance)
    return [f"files {key}: its content is missing or damaged" for _, key in found]


def _is_same_folder(first: Contents, second: Contents) -> bool:
    """Whether both are one folder, which needs no copy."""
    if not isinstance(first, FolderContents) or not isinstance(second, FolderContents):
        return False
    return first.folder.resolve() == second.folder.resolve()


def _address(settings: Settings) -> str:
    return str(settings.path.resolve()) if settings.is_file else str(store_of(settings))
