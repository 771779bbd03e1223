"""The changes of revision 0002 to stored rows: seals that hold the plain columns, keyed histories.

1. Each case: its old history is verified; its links are made again with the key; the number of entries and
   the newest link go into its state, which is sealed together with the plain columns.
2. A history that does not verify keeps its old links, so that `aduan verify` finds it; its case goes on from
   the newest one.
3. Outbox rows and files are sealed again, moves of groups get their proof.
4. A row that does not open stays as it is. Every such row is a sentence for the operator.

The old and the new rules are written out here: later changes of the program do not change this step. States
are read as JSON, not through the models, for the same reason. Rows are read in portions.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, Row

from bot.database.sealing import Codec, SealBrokenError, binding, context
from conversations.complaints.references import Entry, chain_link

PORTION = 500
CHAIN_START = "0" * 64
MODULUS = 2**256
BOUND = (
    *("id", "agency", "year", "serial", "reference", "filed_by", "received_at"),
    *("status", "chat", "officer", "due_on", "restricted", "access_hash"),
)

_cases = sa.table("cases", *(sa.column(name) for name in (*BOUND, "state")))
_history = sa.table(
    "history", *(sa.column(name) for name in ("case_id", "seq", "at", "who", "what", "digest", "link"))
)
_outbox = sa.table(
    "outbox", *(sa.column(name) for name in ("id", "chat", "key", "report", "revision", "payload"))
)
_files = sa.table("files", *(sa.column(name) for name in ("key", "owner", "chat", "sha256", "attachment")))
_chats = sa.table("chats", *(sa.column(name) for name in ("chat", "migrated_to", "proof")))
_register_seal = sa.table("register_seal", sa.column("name"), sa.column("value"))

_SAVE_CASE = sa.update(_cases).where(_cases.c.id == sa.bindparam("row")).values(state=sa.bindparam("sealed"))
_SAVE_LINK = (
    sa.update(_history)
    .where(_history.c.case_id == sa.bindparam("row"), _history.c.seq == sa.bindparam("place"))
    .values(link=sa.bindparam("new"))
)
_SAVE_ROW = (
    sa.update(_outbox).where(_outbox.c.id == sa.bindparam("row")).values(payload=sa.bindparam("sealed"))
)
_SAVE_FILE = (
    sa.update(_files).where(_files.c.key == sa.bindparam("row")).values(attachment=sa.bindparam("sealed"))
)
_SAVE_PROOF = (
    sa.update(_chats).where(_chats.c.chat == sa.bindparam("row")).values(proof=sa.bindparam("shown"))
)


class KeysNeededError(Exception):
    """A store with data is migrated without its keys."""


def carry_over(
    connection: Connection, codec: Codec | None, advance: Callable[[int, int], None], left: list[str]
) -> None:
    """Bring all rows over; `left` gets a sentence for each that stays as it was.

    Raises KeysNeededError: an empty store alone is migrated without a codec.
    """
    tables = (_cases, _outbox, _files, _chats)
    rows = sum(connection.scalar(sa.select(sa.func.count()).select_from(table)) or 0 for table in tables)
    if not rows:
        return
    if codec is None:
        raise KeysNeededError("the rows of this database can be carried over only with its key file")
    Carrying(connection, codec, advance, left, rows).run()


class Carrying:
    """One store on its way to revision 0002; `total` are the rows that it has."""

    def __init__(
        self,
        connection: Connection,
        codec: Codec,
        advance: Callable[[int, int], None],
        left: list[str],
        total: int,
    ) -> None:
        self._connection, self._codec, self._left = connection, codec, left
        self._advance, self._done, self._total = advance, 0, total
        self._count, self._sum = 0, 0

    def run(self) -> None:
        """All tables, then the register's sum."""
        for cases in self._portions(_cases, _cases.c.id):
            self._cases(cases)
        for rows in self._portions(_outbox, _outbox.c.id):
            self._write(_SAVE_ROW, (self._row(row) for row in rows if row.payload is not None))
        for files in self._portions(_files, _files.c.key):
            self._write(_SAVE_FILE, map(self._file, files))
        for chats in self._portions(_chats, _chats.c.chat):
            self._write(_SAVE_PROOF, map(self._move, chats))
        self._seal_register()

    def _portions(self, table: Any, key: Any) -> Iterator[Sequence[Row[Any]]]:
        """In the order of the key, each after the last one's: rows are changed in between."""
        query = sa.select(table).order_by(key).limit(PORTION)
        rows = self._connection.execute(query).all()
        while rows:
            yield rows
            self._done += len(rows)
            self._advance(self._done, self._total)
            last = getattr(rows[-1], key.name)
            rows = self._connection.execute(query.where(key > last)).all()

    def _write(self, statement: Any, rows: Any) -> None:
        if listed := [row for row in rows if row is not None]:
            self._connection.execute(statement, listed)

    def _opened(self, sealed: bytes, old: bytes, row: str) -> bytes | None:
        try:
            return self._codec.open(sealed, old)
        except SealBrokenError as error:
            self._left.append(f"{row}: {error}; it stays as it is")
            return None

    def _cases(self, cases: Sequence[Row[Any]]) -> None:
        names = [row.id for row in cases]
        query = sa.select(_history).where(_history.c.case_id.in_(names))
        histories: dict[str, list[Row[Any]]] = {name: [] for name in names}
        for entry in self._connection.execute(query.order_by(_history.c.case_id, _history.c.seq)):
            histories[entry.case_id].append(entry)
        links: list[dict[str, object]] = []
        self._write(_SAVE_CASE, [self._case(row, histories[row.id], links) for row in cases])
        self._write(_SAVE_LINK, links)

    def _case(
        self, row: Row[Any], entries: Sequence[Row[Any]], links: list[dict[str, object]]
    ) -> dict[str, object] | None:
        """The case's new state; the new links of its entries are added to `links`."""
        self._count += 1
        state = self._state(row)
        if state is None:
            return None
        if _verifies(entries):
            new = _linked(self._codec.chain_key, row.id, entries)
            links += [{"row": row.id, "place": seq, "new": link} for seq, link in enumerate(new, 1)]
            count, head = len(new), new[-1] if new else ""
        else:
            count, head = entries[-1].seq, entries[-1].link
            if not (isinstance(count, int) and isinstance(head, str)):
                self._left.append(f"cases {row.reference}: its history has no end; it stays as it is")
                return None
            self._left.append(
                f"cases {row.reference}: the history was changed before; it keeps its old links"
            )
        proof = self._codec.proof("register", row.id, state["version"], count, head)
        self._sum = (self._sum + int(proof, 16)) % MODULUS
        known = {**state, "history_count": count, "history_head": head}
        text = json.dumps(known, ensure_ascii=False, separators=(",", ":"))
        bound = binding("cases", *(getattr(row, name) for name in BOUND))
        return {"row": row.id, "sealed": self._codec.seal(text.encode(), bound)}

    def _state(self, row: Row[Any]) -> dict[str, Any] | None:
        """The case as JSON; None when it does not open, or is not the state of a case."""
        plain = self._opened(row.state, context("cases", row.id), f"cases {row.reference}")
        if plain is None:
            return None
        try:
            state: dict[str, Any] = json.loads(plain)
            return {**state, "version": int(state["version"])}
        except (ValueError, KeyError, TypeError):
            self._left.append(f"cases {row.reference}: its state has another shape; it stays as it is")
            return None

    def _row(self, row: Row[Any]) -> dict[str, object] | None:
        plain = self._opened(row.payload, context("outbox", row.id), f"outbox {row.id}")
        bound = binding("outbox", row.id, row.chat, row.key or "", row.report or "", row.revision)
        return None if plain is None else {"row": row.id, "sealed": self._codec.seal(plain, bound)}

    def _file(self, row: Row[Any]) -> dict[str, object] | None:
        plain = self._opened(row.attachment, context("files", row.key), f"files {row.key}")
        bound = binding("files", row.key, row.owner, row.chat, row.sha256 or "")
        return None if plain is None else {"row": row.key, "sealed": self._codec.seal(plain, bound)}

    def _move(self, row: Row[Any]) -> dict[str, object] | None:
        if row.migrated_to is None:
            return None
        return {"row": row.chat, "shown": self._codec.proof("moved", row.chat, row.migrated_to)}

    def _seal_register(self) -> None:
        plain = json.dumps({"count": self._count, "total": f"{self._sum:064x}"}).encode()
        sealed = self._codec.seal(plain, context("register_seal", "cases"))
        self._connection.execute(sa.insert(_register_seal), {"name": "cases", "value": sealed})


def _verifies(entries: Sequence[Row[Any]]) -> bool:
    """Whether the links are those of revision 0001: SHA-256 without a key."""
    link = CHAIN_START
    for place, entry in enumerate(entries, start=1):
        try:
            link = _old_link(link, entry)
        except (TypeError, ValueError):
            return False
        if entry.seq != place or entry.link != link:
            return False
    return True


def _old_link(previous: str, entry: Row[Any]) -> str:
    moment = datetime.fromisoformat(entry.at).astimezone(UTC).isoformat(timespec="microseconds")
    linked = [previous, entry.who, moment, entry.what, entry.digest]
    return hashlib.sha256(json.dumps(linked, separators=(",", ":")).encode("ascii")).hexdigest()


def _linked(key: bytes, case: str, entries: Sequence[Row[Any]]) -> list[str]:
    links = [CHAIN_START]
    for entry in entries:
        when = datetime.fromisoformat(entry.at)
        known = Entry(case, entry.seq, entry.who, when, entry.what, entry.digest)
        links.append(chain_link(key, links[-1], known))
    return links[1:]
