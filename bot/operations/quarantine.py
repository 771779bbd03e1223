"""`aduan quarantine`: lists, shows and discards what could not be handled, or asks for it to be sent again.

The bot may be running: this process reads, deletes rows, or marks one for it (bot/outbox/asking_again.py).
What people wrote is shown only by `show`, after a confirmation. Nothing is ever taken again as an update.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from bot.channels.messengers import writer_of
from bot.clock.zone import ZONE
from bot.config.sections import Database
from bot.database import schema, set_aside
from bot.database.key_guard import load_fitting
from bot.database.opening import keys_in_use
from bot.database.quarantine import Stage
from bot.database.sealing import Codec
from bot.database.set_aside import Entry
from bot.database.stores.choice import store_of

log = structlog.get_logger(__name__)

HEADINGS = ("id", "time", "stage", "times", "kind", "chat", "error")
LONGEST_ERROR = 70
STAGES = {Stage.ASKING: "update, the bot asks soon", Stage.ASKED: "update, asked"}
# Why a sender is not asked a second time.
TOLD: Mapping[str, str] = {
    Stage.ASKING: "the running bot asks its sender soon, a stopped one after its start",
    Stage.ASKED: "its sender was asked already",
}


class QuarantineError(Exception):
    """What was wanted cannot be done: the message says why."""


class Confirm(Protocol):
    """Asks the person at the terminal."""

    def __call__(self, question: str, /) -> bool:
        """Whether the answer is yes."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """The action, the number of an entry, and a day as 2026-11-30."""

    action: str = "list"
    entry: int | None = None
    before: str = ""


@dataclass(frozen=True, slots=True)
class OpenStore:
    """The open database, and who confirms."""

    connection: Connection
    codec: Codec
    confirm: Confirm

    def entry(self, wanted: Wanted) -> Entry:
        """The entry that is wanted. Raises QuarantineError."""
        if wanted.entry is None:
            raise QuarantineError(f"which entry? `aduan quarantine {wanted.action} NUMBER`")
        found = set_aside.find(self.connection, self.codec, wanted.entry)
        if found is None:
            raise QuarantineError(f"there is no entry {wanted.entry}; `aduan quarantine` lists them")
        return found


def attend(wanted: Wanted, paths: Database, confirm: Confirm) -> str:
    """Do what is wanted; return what to print.

    Raises QuarantineError, KeysMissingError, and MigrationNeededError when the tables are of another version.
    """
    rows = store_of(paths)
    if not rows.exists():
        raise QuarantineError(rows.not_there)
    codec, engine = load_fitting(rows, keys_in_use(paths.keys_path)), rows.writing_engine()
    try:
        with engine.connect() as connection:
            with connection.begin():
                schema.require(connection)
            return ACTIONS[wanted.action](wanted, OpenStore(connection, codec, confirm))
    except OperationalError as error:
        raise QuarantineError(f"the database cannot be used now ({error.orig}); try again") from None
    finally:
        engine.dispose()


def _list(_wanted: Wanted, store: OpenStore) -> str:
    with store.connection.begin():
        entries = set_aside.listed(store.connection, store.codec)
    if not entries:
        return "nothing is set aside"
    rows = [HEADINGS, *map(_row, entries)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADINGS))]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)
    return "\n".join(line.rstrip() for line in lines)


def _row(entry: Entry) -> tuple[str, ...]:
    """An entry as cells; a row of the store is named by its subject, which holds ids only."""
    writer = writer_of(entry.raw or b"")
    kind, chat = (writer.kind, str(writer.chat or "-")) if writer else ("-", "-")
    if entry.stage not in {Stage.UPDATE, *STAGES}:
        kind = entry.subject
    # The error and where it was raised; `show` has the other places.
    error = printable(" < ".join(entry.error.split(" < ")[:2]))[:LONGEST_ERROR]
    return str(entry.id), _time(entry.at), _stage(entry), str(entry.times), printable(kind), chat, error


def _stage(entry: Entry) -> str:
    return {str(stage): words for stage, words in STAGES.items()}.get(entry.stage, entry.stage)


def _time(at: float) -> str:
    return f"{datetime.fromtimestamp(at, ZONE):%Y-%m-%d %H:%M}"


def _show(wanted: Wanted, store: OpenStore) -> str:
    with store.connection.begin():
        entry = store.entry(wanted)
    if not store.confirm(f"Entry {entry.id} may hold what a person wrote. Show it on this screen?"):
        raise QuarantineError("not shown")
    log.info("quarantine.shown", entry=entry.id)
    head = f"{entry.id} · {_time(entry.at)} · {_stage(entry)} · {entry.subject} · {entry.times}×"
    return "\n".join((printable(head), *entry.error.split(" < "), "", _content(entry.raw)))


def _content(raw: bytes | None) -> str:
    if raw is None:
        return "(it does not open with these keys)"
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        return f"({len(raw)} bytes that are no text; they begin with {raw[:32].hex()})"
    # What is no JSON is shown as it came.
    with contextlib.suppress(ValueError, RecursionError):
        text = json.dumps(json.loads(text), ensure_ascii=False, indent=2)
    return "\n".join(map(printable, text.split("\n")))


def printable(text: str) -> str:
    """A line without characters that move the cursor or reverse the text: they are written as codes."""
    return "".join(each if each.isprintable() else f"\\u{ord(each):04x}" for each in text)


def _ask(wanted: Wanted, store: OpenStore) -> str:
    with store.connection.begin():
        entry = store.entry(wanted)
        _require_sender(entry)
        set_aside.move(store.connection, entry, Stage.ASKING)
    return (
        f"entry {entry.id}: the sender is asked to send it again, by a running bot within some seconds, "
        "by a stopped one after its next start"
    )


def _require_sender(entry: Entry) -> None:
    """Raise QuarantineError unless a person can be asked in a private chat."""
    if entry.stage in set(STAGES):
        raise QuarantineError(f"entry {entry.id}: {TOLD[entry.stage]}")
    if entry.stage != Stage.UPDATE:
        raise QuarantineError(f"entry {entry.id} is no update that a person sent; its stage is {entry.stage}")
    writer = writer_of(entry.raw or b"")
    if writer is None or not writer.chat:
        raise QuarantineError(f"entry {entry.id}: its sender cannot be read from it")
    if not writer.private:
        raise QuarantineError(f"entry {entry.id} is from the group {writer.chat}: ask the officers there")


def _discard(wanted: Wanted, store: OpenStore) -> str:
    if wanted.before:
        return _discard_older(wanted, store)
    with store.connection.begin():
        entry = store.entry(wanted)
    if not store.confirm(f"Delete entry {entry.id} ({_stage(entry)}, {_time(entry.at)}) for good?"):
        raise QuarantineError("nothing was deleted")
    with store.connection.begin():
        set_aside.discard(store.connection, entry.id)
    return f"entry {entry.id} is deleted"


def _discard_older(wanted: Wanted, store: OpenStore) -> str:
    try:
        moment = datetime.strptime(wanted.before, "%Y-%m-%d").replace(tzinfo=ZONE)
    except ValueError:
        raise QuarantineError(f"--before {wanted.before}: expected a day, as 2026-11-30") from None
    if wanted.entry is not None:
        raise QuarantineError("either the number of an entry or --before, not both")
    with store.connection.begin():
        count = set_aside.older(store.connection, moment.timestamp())
    if count and not store.confirm(f"Delete all {count} entries from before {wanted.before} for good?"):
        raise QuarantineError("nothing was deleted")
    with store.connection.begin():
        deleted = set_aside.discard_older(store.connection, moment.timestamp())
    return f"{deleted} entries are deleted"


ACTIONS: Mapping[str, Callable[[Wanted, OpenStore], str]] = {
    "list": _list,
    "show": _show,
    "ask": _ask,
    "discard": _discard,
}
