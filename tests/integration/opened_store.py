"""Everything that a store says to a reader with its keys, and what it has as bytes to one without."""

from __future__ import annotations

import base64
from pathlib import Path

from sqlalchemy import Connection, LargeBinary, select

from bot.database import outbox_rows
from bot.database.cases import STORED, read_case
from bot.database.file_rows import read_job
from bot.database.members import read_waiting
from bot.database.sealing import Codec, context
from bot.database.stores.sqlite import SqliteStore
from bot.database.stores.store import Store
from bot.database.tables import (
    conversations,
    files,
    history,
    installation,
    metadata,
    outbox,
    quarantine,
    waiting,
)


def opened_texts(store: Store, codec: Codec) -> str:
    """Every plain column, and every sealed one opened; what does not open raises."""
    with store.reading() as connection:
        return "\n".join((*_plain(connection), *_sealed(connection, codec)))


def _plain(connection: Connection) -> list[str]:
    said = []
    for table in metadata.sorted_tables:
        open_columns = [column for column in table.c if not isinstance(column.type, LargeBinary)]
        said += [" ".join(map(str, row)) for row in connection.execute(select(*open_columns))]
    return said


def _sealed(connection: Connection, codec: Codec) -> list[str]:
    said = [read_case(codec, row).model_dump_json() for row in connection.execute(STORED)]
    said += [
        codec.open(row.state, context("conversations", row.chat, row.person)).decode()
        for row in connection.execute(select(conversations))
    ]
    said += [repr(read_job(codec, row)) for row in connection.execute(select(files))]
    for row in connection.execute(select(history).where(history.c.text.is_not(None))):
        said.append(codec.open(row.text, context("history", row.case_id, row.seq, "text")).decode())
    for row in connection.execute(select(outbox).where(outbox.c.payload.is_not(None))):
        said.append(repr(outbox_rows.read_row(codec, row)))
    for row in connection.execute(select(quarantine)):
        said.append(codec.open(row.raw, context("quarantine", row.id)).decode("utf-8", "replace"))
    said += [repr(read_waiting(codec, row)) for row in connection.execute(select(waiting))]
    for row in connection.execute(select(installation).where(installation.c.name.like("erasure:%"))):
        sealed = base64.b64decode(row.value)
        said.append(codec.open(sealed, context("erasure:", row.name.removeprefix("erasure:"))).decode())
    return said


def sealed_values(store: Store) -> set[bytes]:
    """Every sealed value as it is stored."""
    found = set[bytes]()
    with store.reading() as connection:
        for table in metadata.sorted_tables:
            sealed = [column for column in table.c if isinstance(column.type, LargeBinary)]
            for row in connection.execute(select(*sealed)) if sealed else ():
                found.update(value for value in row if value)
    return found


def stored_bytes(store: Store) -> bytes:
    """What a reader without the keys has: the files of the database, or every value of its rows."""
    if isinstance(store, SqliteStore):
        return b"".join(each.read_bytes() for each in store.path.parent.glob(f"{store.path.name}*"))
    with store.reading() as connection:
        rows = [row for table in metadata.sorted_tables for row in connection.execute(select(table))]
    values = [value for row in rows for value in row]
    return b"\n".join(value if isinstance(value, bytes) else str(value).encode() for value in values)


def bytes_of(folder: Path) -> bytes:
    """Every file below the folder, its key file left out."""
    return b"".join(each.read_bytes() for each in sorted(folder.rglob("*")) if each.is_file())
