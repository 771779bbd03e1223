"""The file jobs: written in the turn, fetched and marked by bot/files/files.py (invariant 7)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, insert, literal, select, text, update

from bot.database.file_rows import (
    DAMAGED,
    FileJob,
    FileState,
    StoredFile,
    new_columns,
    read_job,
    sealed_again,
    stored_columns,
)
from bot.database.quarantine import Damage, Stage, outside
from bot.database.sealing import Codec
from bot.database.tables import cases, files
from conversations.effects import KeepFile

_KEY = files.c.key == bindparam("file")
_INSERT = insert(files)
_PENDING = select(files).where(files.c.state == FileState.PENDING.value).order_by(files.c.not_before)
_OF_UNKNOWN_STATE = select(files).where(outside(files.c.state, FileState))
_BY_KEY = select(files).where(
    files.c.key.in_(bindparam("keys", expanding=True)), files.c.reason.is_distinct_from(DAMAGED)
)
_CONTENTS = select(files.c.path, files.c.name).where(files.c.state == FileState.STORED.value)
_STORED = (
    update(files)
    .where(_KEY)
    .values(
        state=FileState.STORED.value,
        name=bindparam("content"),
        size=bindparam("length"),
        path=bindparam("place"),
        attachment=bindparam("attachment"),
    )
)
_LOST = update(files).where(_KEY).values(state=FileState.LOST.value, reason=bindparam("why"))
_LOST_NOW = _LOST.values(reported=bindparam("silent"))
_LATER = update(files).where(_KEY).values(attempts=bindparam("tries"), not_before=bindparam("until"))
_REPORTED = update(files).where(_KEY).values(reported=1)
_MOVE = (
    update(files)
    .where(_KEY)
    .values(
        owner=bindparam("owner"),
        chat=bindparam("chat"),
        attachment=bindparam("attachment"),
    )
)
_OF_CHAT = select(files).where(files.c.chat == bindparam("there"))
_DROP = delete(files).where(_KEY)
_DROP_OWNER = delete(files).where(files.c.owner == bindparam("of"))
# Written as text, because the planner uses a partial index only for exactly its own condition.
_UNREPORTED = text("reported = 0")
_IS_CASE = select(literal(1)).where(cases.c.id == files.c.owner).exists()
LOST_NEWS = select(files).where(_UNREPORTED, files.c.state == FileState.LOST.value).limit(bindparam("most"))
STORED_NEWS = (
    select(files)
    .where(_UNREPORTED, files.c.state == FileState.STORED.value, _IS_CASE)
    .limit(bindparam("most"))
)


def insert_files(connection: Connection, codec: Codec, kept: Sequence[KeepFile]) -> list[FileJob]:
    """Store new jobs.

    Raises IntegrityError when a key is taken: keys are random, so that the file under it is another one.
    """
    jobs = [FileJob(keep.key, keep.owner, keep.chat, keep.attachment) for keep in kept]
    if jobs:
        connection.execute(_INSERT, [new_columns(codec, job) for job in jobs])
    return jobs


def give_files(connection: Connection, codec: Codec, given: Mapping[str, str]) -> None:
    """Assign each file (key -> new owner) to its new owner; missing files are skipped."""
    found = connection.execute(_BY_KEY, {"keys": sorted(given)}) if given else ()
    _move(connection, codec, [(row, given[row.key], row.chat) for row in found])


def move_files(connection: Connection, codec: Codec, old: int, new: int) -> None:
    """Assign every file of a chat to another chat."""
    found = connection.execute(_OF_CHAT, {"there": old}).all()
    _move(connection, codec, [(row, row.owner, new) for row in found])


def _move(connection: Connection, codec: Codec, moved: Iterable[tuple[Row[Any], str, int]]) -> None:
    rows = [
        {"file": row.key, "owner": owner, "chat": chat, "attachment": sealed_again(codec, row, owner, chat)}
        for row, owner, chat in moved
    ]
    if rows:
        connection.execute(_MOVE, rows)


def drop_files(connection: Connection, keys: Sequence[str], owners: Sequence[str]) -> None:
    """Delete files by key or by owner; their contents become orphans, which are swept."""
    if keys:
        connection.execute(_DROP, [{"file": key} for key in keys])
    if owners:
        connection.execute(_DROP_OWNER, [{"of": owner} for owner in owners])


def pending_files(connection: Connection, codec: Codec, damage: Damage) -> list[FileJob]:
    """All files that are still to be fetched, the earliest first. A damaged job is marked lost."""
    rows = [*connection.execute(_PENDING), *connection.execute(_OF_UNKNOWN_STATE)]
    return list(_opened(connection, codec, rows, damage))


def files_by_key(
    connection: Connection, codec: Codec, keys: Iterable[str], damage: Damage | None = None
) -> dict[str, FileJob]:
    """The files of these keys that are known and open. One that does not open is marked lost."""
    wanted, damage = sorted(set(keys)), damage or Damage()
    found = connection.execute(_BY_KEY, {"keys": wanted}).all() if wanted else ()
    return {job.key: job for job in _opened(connection, codec, found, damage)}


def readable_files(connection: Connection, codec: Codec, keys: Iterable[str]) -> dict[str, FileJob]:
    """The files of these keys that are known and open. Writes nothing: one that does not open is left out."""
    wanted, damage = sorted(set(keys)), Damage()
    found = connection.execute(_BY_KEY, {"keys": wanted}).all() if wanted else ()
    opened = (
        damage.open(Stage.FILE, row.key, row.attachment, partial(read_job, codec, row)) for row in found
    )
    return {job.key: job for job in opened if job}


def _opened(
    connection: Connection, codec: Codec, rows: Iterable[Row[Any]], damage: Damage
) -> Iterator[FileJob]:
    for row in rows:
        job = damage.open(Stage.FILE, row.key, row.attachment, partial(read_job, codec, row))
        if job:
            yield job
        else:
            _lose(connection, row)


def _lose(connection: Connection, row: Row[Any]) -> None:
    """Mark a damaged file lost. The core is informed if the row still says whose file it was."""
    whose = isinstance(row.key, str) and isinstance(row.owner, str) and isinstance(row.chat, int)
    connection.execute(_LOST_NOW, {"file": row.key, "why": DAMAGED, "silent": int(not whose)})


def stored_contents(connection: Connection) -> list[tuple[str, str]]:
    """Path and name of each content that some file needs; any other in the store is an orphan."""
    return [(str(row.path), str(row.name)) for row in connection.execute(_CONTENTS)]


def mark_stored(connection: Connection, codec: Codec, stored: Sequence[StoredFile]) -> None:
    """Mark files stored; one that was dropped meanwhile is skipped."""
    by_key = {one.key: one for one in stored}
    found = connection.execute(_BY_KEY, {"keys": sorted(by_key)}) if stored else ()
    rows = [stored_columns(codec, row, by_key[row.key]) for row in found]
    if rows:
        connection.execute(_STORED, rows)


def mark_lost(connection: Connection, key: str, reason: str) -> None:
    """Mark a file that will not be fetched; `reason` is a short code."""
    connection.execute(_LOST, {"file": key, "why": reason})


def mark_file_later(connection: Connection, key: str, attempts: int, until: float) -> bool:
    """Store the next try, no earlier than `until` (wall time); return whether the file is still wanted."""
    return bool(connection.execute(_LATER, {"file": key, "tries": attempts, "until": until}).rowcount)


def settle_file(connection: Connection, key: str) -> None:
    """Mark a file reported: the core has been informed."""
    connection.execute(_REPORTED, {"file": key})
