"""The changes of revision 0005 to stored rows: keyed hashes in place of SHA-256, which is sealed.

The old and the new rules are written out here: later changes of the program do not change this step. A row
that does not open gets the new name too, as its plain hash must not stay; it is a sentence for the operator.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, Row

from bot.database.migrations.binding_seals import KeysNeededError
from bot.database.sealing import Codec, SealBrokenError, binding

PORTION = 500

_COLUMNS = ("key", "owner", "chat", "name", "path", "attachment")
_files = sa.table("files", *(sa.column(name) for name in _COLUMNS))
_COUNT = sa.select(sa.func.count()).select_from(_files)
_PORTION = sa.select(_files).order_by(_files.c.key).limit(PORTION)
_SAVE = (
    sa.update(_files)
    .where(_files.c.key == sa.bindparam("row"))
    .values(name=sa.bindparam("new"), path=sa.bindparam("place"), attachment=sa.bindparam("sealed"))
)


def carry_over(
    connection: Connection, codec: Codec | None, advance: Callable[[int, int], None], left: list[str]
) -> None:
    """Convert every row; `left` gets a sentence for each that does not open. Raises KeysNeededError."""
    done, total = 0, connection.scalar(_COUNT) or 0
    if total and codec is None:
        raise KeysNeededError("the rows of this database can be carried over only with its key file")
    rows = connection.execute(_PORTION).all()
    while rows and codec:
        connection.execute(_SAVE, [_converted(codec, row, left) for row in rows])
        done += len(rows)
        advance(done, total)
        rows = connection.execute(_PORTION.where(_files.c.key > rows[-1].key)).all()


def _converted(codec: Codec, row: Row[Any], left: list[str]) -> dict[str, object]:
    name = codec.file_name(str(row.name)) if row.name else None
    place = f"{name[:2]}/{name}" if name and row.path else None
    return {"row": row.key, "new": name, "place": place, "sealed": _sealed(codec, row, name, left)}


def _sealed(codec: Codec, row: Row[Any], name: str | None, left: list[str]) -> bytes:
    old = binding("files", row.key, row.owner, row.chat, row.name or "")
    try:
        attachment = json.loads(codec.open(row.attachment, old))
    except SealBrokenError as error:
        sentence = f"files {row.key}: {error}; it stays as it is"
        # An earlier revision of the same migration may have named it.
        left += [sentence] * (sentence not in left)
        damaged: bytes = row.attachment
        return damaged
    hidden = {"attachment": attachment, "sha256": row.name or ""}
    new = binding("files", row.key, row.owner, row.chat, name or "")
    return codec.seal(json.dumps(hidden, ensure_ascii=False, separators=(",", ":")).encode(), new)
