"""`aduan verify`: compares every seal, history and signature and the register's sum with what is stored.

It reads in one transaction and changes nothing; the bot may be running. Rows are read in portions, so that a
large register does not have to fit into memory. A fault is a sentence that names table and row, not
their content.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from sqlalchemy import Connection, Row, Select, func, select

from bot.database import (
    addresses,
    file_rows,
    history,
    order_rows,
    outbox_rows,
    register_seal,
    schema,
    wire_messages,
)
from bot.database.cases import STORED, read_case
from bot.database.chats import MOVED
from bot.database.conversations import read_conversation
from bot.database.key_guard import load_fitting
from bot.database.order_lines import OrdersDamagedError
from bot.database.outbox_rows import State
from bot.database.pages import RESTORE
from bot.database.quarantine import DamagedRowError
from bot.database.register_seal import Tally
from bot.database.sealing import Codec, SealBrokenError
from bot.database.stores.store import Store
from bot.database.tables import addresses as people
from bot.database.tables import cases, chats, conversations, files, outbox
from bot.database.tables import history as entries
from bot.database.tables import wire_messages as wires
from conversations.complaints.case import Case
from conversations.complaints.signatures import signed_texts
from conversations.queries import (
    Broken,
)

PORTION = 500

_ORPHANS = (
    select(entries.c.case_id)
    .where(~select(cases.c.id).where(cases.c.id == entries.c.case_id).exists())
    .group_by(entries.c.case_id)
)
_MOVED = select(chats.c.chat, chats.c.migrated_to, chats.c.proof).where(chats.c.migrated_to.is_not(None))


# What is wrong with a history, at which entry.
_FAULTS: Mapping[Broken, str] = {
    Broken.CHANGED: "the history was changed or put back at entry {}",
    Broken.TEXT: "the history was changed in the text of entry {}",
    Broken.MISSING: "the history was cut: entry {} is missing",
    Broken.ADDED: "the history was changed: entry {} was added without the keys",
}


class StoreMissingError(Exception):
    """There is no database to verify."""


@dataclass(slots=True)
class Report:
    """The result: the number of complaints and of history entries, every fault, every erased complaint."""

    complaints: int = 0
    entries: int = 0
    faults: list[str] = field(default_factory=list)
    erased: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        if self.faults:
            return "\n".join((*self.faults, *self.erased))
        fit = f"{self.complaints} complaints, {self.entries} history entries: all seals and histories fit"
        return "\n".join((fit, *self.erased))


@dataclass(frozen=True, slots=True)
class Sealed:
    """A table with sealed rows: how a row is opened, and how it is named."""

    table: str
    query: Select[Any]
    open: Callable[[Codec, Row[Any]], object]
    name: Callable[[Row[Any]], object]


def _read_waiting(codec: Codec, row: Row[Any]) -> object:
    """A row of the outbox; one that was sent or failed keeps its outcome alone, without its words."""
    over = row.payload is None and row.state in (State.SENT.value, State.FAILED.value)
    return None if over else outbox_rows.read_row(codec, row)


_SEALED = (
    Sealed("conversations", select(conversations), read_conversation, lambda row: f"{row.chat}:{row.person}"),
    Sealed("outbox", select(outbox), _read_waiting, lambda row: row.id),
    Sealed("files", select(files), file_rows.read_job, lambda row: row.key),
    Sealed("addresses", select(people), addresses.read_person, lambda row: row.n),
    Sealed("wire_messages", select(wires), wire_messages.read_name, lambda row: f"{row.chat}:{row.message}"),
)


def verify_with_keys(store: Store, keys: Path, advance: Callable[[int, int], None]) -> Report:
    """Verify a store with its key file. Raises StoreMissingError, and what load_fitting() raises."""
    if not store.exists():
        raise StoreMissingError(store.not_there)
    codec = load_fitting(store, keys)
    if damaged := store.damage():
        said = [f"the database is damaged: {line}" for line in damaged]
        return Report(faults=[*said, f"{RESTORE}. What can be read is not verified"])
    return verify(store, codec, advance)


def verify(
    store: Store, codec: Codec, advance: Callable[[int, int], None] = lambda _done, _all: None
) -> Report:
    """Read the whole store; `advance` is called with the rows done and their total.

    Raises MigrationNeededError when the tables are those of another version.
    """
    with store.reading() as connection:
        schema.require(connection)
        return Verification(connection, codec, advance).run()


class Verification:
    """One reading of the store."""

    def __init__(self, connection: Connection, codec: Codec, advance: Callable[[int, int], None]) -> None:
        self._connection, self._codec, self._advance = connection, codec, advance
        self._report = Report(entries=self._count(entries))
        self._done, self._all = 0, sum(map(self._count, (cases, conversations, outbox, files, people, wires)))

    def run(self) -> Report:
        """Check all of it, the register first."""
        self._register()
        for sealed in _SEALED:
            self._rows(sealed)
        self._moves()
        self._orders()
        return self._report

    def _count(self, table: Any) -> int:
        return self._connection.scalar(select(func.count()).select_from(table)) or 0

    def _read(self, query: Select[Any]) -> Iterator[Row[Any]]:
        """In portions."""
        with self._connection.execute(query, execution_options={"yield_per": PORTION}) as rows:
            for row in rows:
                yield row
                self._done += 1
                self._advance(self._done, self._all)

    def _add(self, table: str, row: object, fault: str) -> None:
        # Names are plain columns that may have been tampered with: none may control the terminal.
        self._report.faults.append(f"{table} {_printable(row)}: {fault}")

    def _register(self) -> None:
        """Every complaint with its history, then the sum over all of them."""
        tally, opened = Tally(), True
        for row in self._read(STORED):
            self._report.complaints += 1
            number = self._complaint(row)
            opened = opened and number is not None
            tally = tally.add(number or 0)
        for case in self._connection.execute(_ORPHANS).scalars():
            self._add("history", case, "the complaint of these entries is missing")
        self._sum(tally, opened=opened)

    def _complaint(self, row: Row[Any]) -> int | None:
        """What the complaint adds to the register's sum; None when it does not open."""
        try:
            case = read_case(self._codec, row)
        except (SealBrokenError, DamagedRowError, ValidationError) as error:
            self._add("cases", row.reference, _fault(error))
            return None
        broken = history.first_fault(self._connection, self._codec, case.id, history.head_of(case))
        if broken is not None:
            self._add("cases", case.reference, _FAULTS[broken.what].format(broken.entry))
        self._signatures(case)
        if case.erased:
            day, order = case.erased.at.date(), _printable(case.erased.order)
            self._report.erased.append(f"{case.reference}: erased on {day} by order: {order}")
        return register_seal.number(self._codec, case)

    def _signatures(self, case: Case) -> None:
        """Every signed text has the digest that was signed."""
        for signed in signed_texts(case):
            if not signed.fits:
                named = f"text of supplement {signed.supplement}" if signed.supplement else "complaint's text"
                self._add("cases", case.reference, f"the {named} is not the one that was signed")

    def _sum(self, tally: Tally, *, opened: bool) -> None:
        try:
            stored = register_seal.read(self._connection, self._codec)
        except SealBrokenError as error:
            self._add("register_seal", register_seal.NAME, _fault(error))
            return
        if stored.count != tally.count:
            fault = f"the register had {stored.count} complaints and has {tally.count}"
            self._add("register_seal", register_seal.NAME, fault)
        elif opened and stored != tally:
            fault = "the sum does not fit: an older state of a complaint was put back with its history"
            self._add("register_seal", register_seal.NAME, fault)

    def _rows(self, sealed: Sealed) -> None:
        for row in self._read(sealed.query):
            try:
                sealed.open(self._codec, row)
            except (SealBrokenError, DamagedRowError, ValueError, TypeError) as error:
                self._add(sealed.table, sealed.name(row), _fault(error))

    def _moves(self) -> None:
        for old, new, proof in self._connection.execute(_MOVED):
            if not self._codec.proves(proof, MOVED, old, new):
                self._add("chats", old, "the move of this group has no proof, the bot ignores it")

    def _orders(self) -> None:
        try:
            order_rows.read(self._connection, self._codec)
        except OrdersDamagedError as error:
            self._report.faults.append(str(error))


def _printable(text: object) -> str:
    return "".join(letter if letter.isprintable() else "?" for letter in str(text))


def _fault(error: Exception) -> str:
    """ValidationError and its kind quote what they read, so only the seal's own words are repeated."""
    return str(error) if isinstance(error, SealBrokenError) else "opens, but is not of this version's shape"
