"""A filled store and the settings of an empty one, of the two kinds that a test names."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from sqlalchemy import Connection, select, text

from bot.config.sections import Database as Settings
from bot.database import files_table, key_guard, tables
from bot.database.engine import Database
from bot.database.file_rows import StoredFile
from bot.database.own_contents import contents_of
from bot.database.sealing import Codec
from bot.database.serials import Number
from bot.database.stores.choice import store_of
from bot.database.watermark import Watermark
from bot.files.files import Files
from bot.operations.move_command import move, target_of
from tests.integration.both_stores import POSTGRES, SQLITE, place_of
from tests.integration.sealed_store import LoadingCore, Store
from tests.postgres_server import Server

# The photo has more than one piece in a table.
PHOTO, LETTER = b"a photo" * 60_000, b"a letter" * 1000
ACROSS = [(SQLITE, POSTGRES), (POSTGRES, SQLITE)]
DIRECTIONS = [*ACROSS, (SQLITE, SQLITE), (POSTGRES, POSTGRES)]
Rows = dict[str, list[tuple[object, ...]]]


@dataclass
class Moving:
    """A filled store, and an empty one."""

    source: Settings
    target: Settings
    codec: Codec
    # The paths of photo and letter among the contents.
    photo: str
    letter: str

    def move(self, *, accept_faults: bool = False) -> str:
        return move(self.source, self.target.url, lambda _done, _all: None, accept_faults=accept_faults)

    def change(self, settings: Settings, *work: str | Callable[[Connection], object]) -> None:
        engine = store_of(settings).writing_engine()
        try:
            with engine.connect() as connection, connection.begin():
                for each in work:
                    connection.execute(text(each)) if isinstance(each, str) else each(connection)
        finally:
            engine.dispose()

    def rows(self, settings: Settings) -> Rows:
        with store_of(settings).reading() as connection:
            return {
                table.name: [
                    tuple(row) for row in connection.execute(select(table).order_by(*table.primary_key))
                ]
                for table in tables.metadata.sorted_tables
                if table is not tables.file_contents
            }

    def contents(self, settings: Settings) -> dict[str, bytes]:
        kept = contents_of(settings)
        return {path: kept.read(path) for path in sorted(kept.paths())}

    def everything(self, settings: Settings) -> tuple[Rows, dict[str, bytes]]:
        return self.rows(settings), self.contents(settings)


@asynccontextmanager
async def moving(server: Callable[[], Server], folder: Path, kinds: tuple[str, str]) -> AsyncIterator[Moving]:
    """A store of the first kind with complaints and files, and an empty place of the second one."""
    with ExitStack() as places:
        urls = [
            places.enter_context(place_of(server, kind, folder / name))(
                folder / name / "data" / "aduan.db", tables=name == "from"
            ).url
            for kind, name in zip(kinds, ("from", "to"), strict=True)
        ]
        source = Settings(url=urls[0], keys=str(folder / "aduan.key"), state=str(folder / "state"))
        yield await _filled(source, target_of(source, urls[1]))


async def _filled(source: Settings, target: Settings) -> Moving:
    codec = Codec.load(source.keys_path, create=True)
    database = await Database.open(store_of(source))
    store = Store(database, codec, LoadingCore())
    await store.fill()
    paths = []
    for key, content in (("7-1", PHOTO), ("8-1", LETTER)):
        sha256, path = Files(database, codec, contents_of(source))._store(bytearray(content))
        stored = StoredFile(key, sha256, len(content), path)
        await database.write(lambda c, one=stored: files_table.mark_stored(c, codec, [one]))  # type: ignore[misc]
        paths.append(path)
    await database.write(partial(key_guard.note, codec=codec))
    await database.close()
    Watermark(source.watermark_path).raise_to([Number("dpmd", 2026, 57)])
    return Moving(source, target, codec, *paths)
