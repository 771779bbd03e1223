"""Each test of this folder runs on both kinds of store, unless its mark says why it is about one of them."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from _pytest.mark import ParameterSet
from sqlalchemy import make_url

from bot.config.sections import Database as Settings
from bot.database import schema
from bot.database.stores.postgres import PostgresStore
from bot.database.stores.sqlite import SqliteStore
from bot.database.stores.store import Store
from tests.bot_process import EXAMPLE
from tests.postgres_server import Server

SQLITE, POSTGRES = "sqlite", "postgres"
KINDS = (SQLITE, POSTGRES)
# Damage that PostgreSQL does not store.
NOT_UTF_8 = pytest.mark.sqlite("PostgreSQL refuses a text that is not UTF-8")
NO_NULL = pytest.mark.sqlite("PostgreSQL refuses U+0000 in a text")
OTHER_TYPE = pytest.mark.sqlite("a column of PostgreSQL has values of its type only")


def named(cases: Iterable[str], marks: Mapping[str, pytest.MarkDecorator]) -> list[ParameterSet]:
    """The names of a table of cases as parameters, some with a mark."""
    return [pytest.param(name, marks=marks.get(name, ()), id=name) for name in cases]


class Place:
    """Gives the stores of one test: each path is another store, and always the same one."""

    def __init__(self, server: Callable[[], Server], kind: str, folder: Path, databases: ExitStack) -> None:
        # `folder` is the test's own, for all that is a file on both kinds.
        self.kind, self.folder = kind, folder
        self._server, self._databases = server, databases
        self._made: dict[Path, Store] = {}

    def __call__(self, path: Path, *, tables: bool = False) -> Store:
        """The store that SQLite has in the file `path`; with `tables`, one that has its tables already."""
        if path not in self._made:
            made = self._file(path, tables=tables) if self.kind == SQLITE else self._database(tables=tables)
            self._made[path] = made
        return self._made[path]

    def settings(self, path: Path, *, tables: bool = False) -> Settings:
        """The configuration of that store; keys, files and state are where SQLite's default puts them."""
        near = Settings(url=f"sqlite:///{path}")
        return Settings(
            url=self(path, tables=tables).url,
            keys=str(near.keys_path),
            files=str(near.files_path),
            state=str(near.watermark_path.parent),
        )

    def copy(self, store: Store, path: Path) -> Store:
        """Make the store of `path` a copy of another one, which nothing has open."""
        if isinstance(store, SqliteStore):
            shutil.copy(store.path, path)
            return self(path)
        template = make_url(store.url).database or ""
        copied = self._databases.enter_context(self._server().fresh(_no_tables, template))
        self._made[path] = PostgresStore(copied)
        return self._made[path]

    def _file(self, path: Path, *, tables: bool) -> Store:
        store = SqliteStore(path)
        if tables:
            store.make_ready()
            path.write_bytes(_file_with_tables())
        return store

    def _database(self, *, tables: bool) -> Store:
        make = (make_tables, "with_tables") if tables else (_no_tables, "without_tables")
        return PostgresStore(self._databases.enter_context(self._server().fresh(*make)))


@contextmanager
def place_of(server: Callable[[], Server], kind: str, folder: Path) -> Iterator[Place]:
    """The place of one test; its databases are dropped afterwards."""
    with ExitStack() as databases:
        yield Place(server, kind, folder, databases)


def write_configuration(folder: Path, database: Settings) -> None:
    """Write the example's config.toml with this store, and a token."""
    text = EXAMPLE.read_text(encoding="utf-8").replace('token = ""', 'token = "1:A"')
    text = text.replace('#url = "sqlite:///data/aduan.db"', f'url = "{database.url}"')
    for name in ("keys", "files", "state"):
        if given := getattr(database, name):
            text = text.replace(f'\n#{name} = ""', f'\n{name} = "{given}"')
    (folder / "config.toml").write_text(text, encoding="utf-8")


def make_tables(url: str) -> None:
    """Make the tables of this version in a new database."""
    _migrate(PostgresStore(url))


@cache
def _file_with_tables() -> bytes:
    """The file of a new SQLite database: the migrations take 95 ms of processor time, a copy of it 1 ms."""
    with TemporaryDirectory() as folder:
        store = SqliteStore(Path(folder, "aduan.db"))
        store.make_ready()
        _migrate(store)
        return store.path.read_bytes()


def _migrate(store: Store) -> None:
    engine = store.writing_engine()
    try:
        with engine.connect() as connection, connection.begin():
            schema.upgrade(connection)
    finally:
        engine.dispose()


def _no_tables(_url: str) -> None:
    """Leave a new database empty."""
