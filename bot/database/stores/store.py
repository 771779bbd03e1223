"""What the two kinds of store give: engines, the exclusive right to a database, and words about it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ClassVar, NamedTuple

from sqlalchemy import Connection, Engine, Table

from bot.database.stores.lease import Lease

# How many reads of the running bot run at once.
READERS = 4


class AlreadyRunningError(Exception):
    """Another process works on this database."""


class SessionLostError(ConnectionError):
    """The session that held the exclusive right has ended: this process must not write any more."""


class Undecoded(bytes):
    """A text of the database that is not UTF-8."""


class Snapshot(NamedTuple):
    """A copy of a database as of one moment: the rows of each table in the source, and its revision."""

    tables: Mapping[str, int]
    revision: str


class Hold(ABC):
    """The exclusive right to a database, held until `release()` or the end of the process."""

    engine: Engine
    # How long the right is certain; None where it can only end with the process.
    lease: Lease | None = None

    @abstractmethod
    def include_database(self) -> None:
        """Hold what a first start made after the right was taken, too. Raises AlreadyRunningError."""

    @abstractmethod
    def beat(self) -> float:
        """Let the giver of the right confirm it; in the writer's thread, outside a transaction.

        Returns by how many seconds this machine's clock is certainly ahead of the giver's; below 0: behind.
        """

    @abstractmethod
    def hung_up(self, seconds: float) -> bool:
        """Wait at most so long, and ask nothing; whether the giver has ended the right. From any thread."""

    @abstractmethod
    def release(self) -> None:
        """Dispose of the engine, then give the right up."""


class Store(ABC):
    """Where the rows of one installation are. `url` may hold a password, `name` does not."""

    url: str
    name: str
    # Whether several machines may work on it in turn: then `aduan init` alone makes keys, on one of them.
    shared: ClassVar[bool]
    # For sentences: what makes a new one, what a lost one looks like, how it and its key file come back.
    made_by: ClassVar[str]
    empty: ClassVar[str]
    comes_back: ClassVar[str]
    keys_come_back: ClassVar[str]

    def __str__(self) -> str:
        """As it is named to people."""
        return self.name

    @property
    def not_there(self) -> str:
        """The sentence of a command that needs a database, where there is none."""
        return f"{self.name} is not there yet; {self.made_by} makes it"

    @abstractmethod
    def exists(self) -> bool:
        """Whether there is a database, perhaps without tables. Raises what its driver raises."""

    @abstractmethod
    def is_blank(self) -> bool:
        """Whether there is no database, or nothing in it."""

    @abstractmethod
    def make_ready(self) -> None:
        """Make what a new database needs before the first connection."""

    @abstractmethod
    def writing_engine(self, *, brief: bool = False) -> Engine:
        """An engine of one connection whose transactions take turns with those of all other writers.

        One thread may use it at a time. `brief` says that its transactions compute nothing between two
        statements: one that stands still may be ended after seconds, as its process is frozen or gone.
        """

    @abstractmethod
    def reading_engine(self) -> Engine:
        """A read-only engine of one connection, for one thread; each transaction sees one state."""

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One read transaction, in a connection of its own."""
        engine = self.reading_engine()
        try:
            with engine.connect() as connection, connection.begin():
                yield connection
        finally:
            engine.dispose()

    @contextmanager
    def reading_strictly(self) -> Iterator[Connection]:
        """As reading(); a text that is not UTF-8 is given as Undecoded, and no letter of it is replaced."""
        with self.reading() as connection:
            yield connection

    @abstractmethod
    def examining_engine(self) -> Engine:
        """A reading engine for a short look that leaves the database's files as they are."""

    @abstractmethod
    def readers(self) -> Engine:
        """The read-only engine of a running bot, of READERS connections."""

    @abstractmethod
    def hold(self) -> Hold:
        """Take the exclusive right. Raises AlreadyRunningError when another process has it."""

    @abstractmethod
    def interrupt(self, connection: Any) -> None:
        """Let the statement that runs on this driver's connection fail; safe from another thread."""

    @abstractmethod
    def checkpoint(self, connection: Connection) -> bool:
        """Overwrite what was deleted in the log as well; False while a reader still needs it."""

    @abstractmethod
    def is_lost(self, connection: Connection) -> bool:
        """Whether the writer's session has ended."""

    @abstractmethod
    def damage(self) -> list[str]:
        """The faults that the database itself finds in its pages; empty for a sound one. Raises OSError."""

    def insert(self, connection: Connection, into: Table, rows: Sequence[tuple[Any, ...]]) -> None:
        """Insert many rows of all columns, in their order, with the connection's transaction."""
        insert_rows(connection, into, rows)

    @abstractmethod
    def size(self) -> int:
        """The bytes of the database."""

    @abstractmethod
    def size_of_rows(self) -> int:
        """The bytes of the database without the contents of files."""

    @abstractmethod
    def copy_to(self, file: Path, advance: Callable[[int], None]) -> Snapshot:
        """Copy the database as of one moment into a new file of SQLite, without the contents of files.

        Other processes may write meanwhile; `advance` gets the bytes of each portion.
        """


def insert_rows(connection: Connection, into: Table, rows: Sequence[tuple[Any, ...]]) -> None:
    """Insert rows of all columns by one statement."""
    names = [each.name for each in into.columns]
    connection.execute(into.insert(), [dict(zip(names, values, strict=True)) for values in rows])
