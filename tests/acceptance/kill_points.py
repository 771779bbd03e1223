"""Runs the bot so that it kills itself at a named point, without a hook in the bot.

`python -m tests.acceptance.kill_points POINT:N run --config …` is killed when POINT is reached the N-th time,
`POINT@FILE` once a file exists that contains the count (the file is removed, so the next run continues). With
`any@FILE` the file names the point after the count.
`ack-first` before it, with a comma, breaks invariant 1: updates are confirmed at the messenger when fetched.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, event

from bot import cli
from bot.addresses.book import AddressBook
from bot.channels.base import Raw
from bot.channels.whatsapp.deliveries import Delivered, Part
from bot.database import schema
from bot.database.engine import Database
from bot.database.opening import NOT_YET
from bot.database.order_log import OrderLog
from bot.database.stores.store import Store
from bot.sources.polling import Polling
from bot.sources.whatsapp_webhook import OK, WhatsAppWebhook

T = TypeVar("T")

ACKNOWLEDGE_FIRST = "ack-first"
# Each kind of transaction -> the start of a statement that no other kind has; the first match counts.
WRITES = {
    "turn": ("INSERT INTO updates", "INSERT INTO history"),
    "stored": ("UPDATE files SET attachment", "UPDATE files SET state"),
    "mark": ("INSERT INTO sent_messages", "DELETE FROM outbox"),
}
# Each point of a command -> the function after which it is.
FUNCTIONS = {
    "copy.database": ("bot.operations.backup_copies", "copy_database"),
    "copy.file": ("bot.operations.backup_copies", "copy_file"),
    "copy.manifest": ("bot.operations.backup", "encoded"),
    "copy.synced": ("bot.operations.backup_copies", "sync_all"),
    "copy.renamed": ("bot.operations.backup_command", "make_backup"),
    "restore.begun": ("bot.operations.restore", "make_folder"),
    "restore.files": ("bot.operations.restore", "sync_all"),
    "restore.database": ("bot.operations.restore", "_copy_over"),
    "restore.applied": ("bot.operations.restore", "apply"),
    "restore.verified": ("bot.operations.restore", "verify"),
    "restore.renamed": ("bot.operations.restore", "Restored"),
    "move.contents": ("bot.operations.move", "part_of"),
    "move.rows": ("bot.database.stores.row_copying", "copy"),
    "migrate.upgraded": ("bot.database.schema", "upgrade"),
}
# A delivery of WhatsApp whose people are known and that no turn has taken; one that is stored, not answered.
RESOLVED, STORED = {Part.MESSAGE: "message.resolved", Part.STATUS: "status.resolved"}, "delivery.stored"
# An erasure order is in the table and in no file; it is in all copies, and nothing is erased.
ORDERED = {"_stored": "order.row", "_write": "order.files"}
# Before a revision of the tables is noted; all of them are one transaction.
REVISION, NOTED = "migrate.revision", "UPDATE alembic_version"
# The point that the file names.
ANY = "any"
POINTS = (
    *(f"{name}.{place}" for name in WRITES for place in ("before", "after")),
    *FUNCTIONS,
    REVISION,
    *RESOLVED.values(),
    STORED,
    *ORDERED.values(),
    "rename.before",
    "rename.after",
    *(f"{name}.{place}" for name in ("keys", "tables", "named") for place in ("before", "after")),
)


class KillPoint:
    """Counts how often its point is reached, and kills this process at the last time."""

    def __init__(self, description: str) -> None:
        self.point, _, armed = description.partition("@")
        self.point, _, times = self.point.partition(":")
        self._armed = Path(armed) if armed else None
        self._left = int(times or 0)
        if self.point not in (ANY, *POINTS):
            raise SystemExit(f"no such point: {self.point!r}; there are {', '.join(POINTS)}")

    def reach(self, point: str) -> None:
        """Kill this process when this is the point and the count is reached."""
        if self.point not in (ANY, point):
            return
        if self._armed:
            if not self._armed.exists():
                return
            count, *named = self._armed.read_text(encoding="ascii").split()
            if named not in ([], [point]):
                return
            self._left = self._left or int(count)
        self._left -= 1
        if self._left == 0:
            if self._armed:
                self._armed.unlink()
            os.kill(os.getpid(), signal.SIGKILL)


def kind_of(statements: list[str]) -> str:
    """Return what kind of transaction these statements are."""
    kinds = (name for name, marks in WRITES.items() if any(each.startswith(marks) for each in statements))
    return next(kinds, "other")


def watch_writes(kill_point: KillPoint) -> None:
    """Before the commit (all statements have run) and after it, of each kind of transaction."""
    transaction = Database._transaction

    def watched(self: Database, work: Callable[[Connection], T]) -> T:
        statements: list[str] = []

        def uncommitted(connection: Connection) -> T:
            def noted(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
                statements.append(statement)

            event.listen(connection, "before_cursor_execute", noted)
            try:
                result = work(connection)
            finally:
                event.remove(connection, "before_cursor_execute", noted)
            kill_point.reach(f"{kind_of(statements)}.before")
            return result

        result = transaction(self, uncommitted)
        kill_point.reach(f"{kind_of(statements)}.after")
        return result

    setattr(Database, "_transaction", watched)  # noqa: B010 - a method is not assigned to under mypy


def watch_renames(kill_point: KillPoint) -> None:
    """Before and after a kept file gets its name, the new keys theirs, and the keys their final one."""
    replace = Path.replace

    def watched(self: Path, target: Path) -> Path:
        name = {NOT_YET: "keys", ".key": "named"}.get(target.suffix, "rename")
        kill_point.reach(f"{name}.before")
        result = replace(self, target)
        kill_point.reach(f"{name}.after")
        return result

    setattr(Path, "replace", watched)  # noqa: B010 - the same


def watch_start(kill_point: KillPoint) -> None:
    """When the tables are made and not committed, and when they are and the keys have no final name."""
    prepare, open_database = schema.prepare, Database.open.__func__  # type: ignore[attr-defined]

    def prepared(connection: Connection) -> None:
        prepare(connection)
        kill_point.reach("tables.before")

    async def opened(
        cls: type[Database], store: Store, writing: Engine | None = None, *, create: bool = True
    ) -> Database:
        database: Database = await open_database(cls, store, writing, create=create)
        kill_point.reach("tables.after")
        return database

    setattr(schema, "prepare", prepared)  # noqa: B010 - the same
    setattr(Database, "open", classmethod(opened))  # noqa: B010 - the same


def watch_functions(kill_point: KillPoint) -> None:
    """After the function of a point; imported only for it, as other runs do not need these commands."""
    if kill_point.point not in FUNCTIONS:
        return
    module_name, name = FUNCTIONS[kill_point.point]
    module = import_module(module_name)
    function = getattr(module, name)

    def watched(*arguments: Any, **options: Any) -> Any:
        result = function(*arguments, **options)
        kill_point.reach(kill_point.point)
        return result

    setattr(module, name, watched)


def watch_revisions(kill_point: KillPoint) -> None:
    """Before each revision of a migration is noted."""

    def noting(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if statement.startswith(NOTED):
            kill_point.reach(REVISION)

    event.listen(Engine, "before_cursor_execute", noting)


def watch_orders(kill_point: KillPoint) -> None:
    """After an erasure order is in the table, and after it is in the files."""

    def watched(name: str, point: str) -> Callable[..., Any]:
        function = getattr(OrderLog, name)

        def reached(*arguments: Any) -> Any:
            result = function(*arguments)
            kill_point.reach(point)
            return result

        return reached

    for name, point in ORDERED.items():
        setattr(OrderLog, name, watched(name, point))


def watch_deliveries(kill_point: KillPoint) -> None:
    """Between the two writes of a delivery of WhatsApp, and before the answer to one that has updates."""
    resolve, take = AddressBook.resolve, WhatsAppWebhook._taken

    async def resolved(self: AddressBook, updates: Sequence[Delivered]) -> list[Raw]:
        raws = await resolve(self, updates)
        for part in {update.part for update in updates} & RESOLVED.keys():
            kill_point.reach(RESOLVED[part])
        return raws

    async def taken(self: WhatsAppWebhook, updates: Sequence[Delivered]) -> None:
        await take(self, updates)
        if any(update.part is Part.MESSAGE for update in updates):
            kill_point.reach(STORED)

    setattr(AddressBook, "resolve", resolved)  # noqa: B010 - the same
    setattr(WhatsAppWebhook, "_taken", taken)  # noqa: B010 - the same


def acknowledge_first() -> None:
    """Confirm what was fetched or delivered before it is stored, as a bot that queues updates in memory."""
    taken = Polling._taken

    async def confirmed_first(self: Polling, fetched: Any) -> None:
        if fetched.last is not None:
            await self._source.fetch(fetched.last + 1, 0.0)
        await taken(self, fetched)

    setattr(Polling, "_taken", confirmed_first)  # noqa: B010 - the same
    receive, storing = WhatsAppWebhook.receive, set[asyncio.Task[int]]()

    async def answered_first(self: WhatsAppWebhook, headers: Mapping[str, str], body: bytes) -> int:
        storing.add(asyncio.create_task(receive(self, headers, body)))
        return OK

    setattr(WhatsAppWebhook, "receive", answered_first)  # noqa: B010 - the same


WATCHES = (
    watch_writes,
    watch_renames,
    watch_start,
    watch_functions,
    watch_revisions,
    watch_orders,
    watch_deliveries,
)


def main() -> None:
    """Remove the first argument and run the bot with the others."""
    *faults, description = sys.argv.pop(1).split(",")
    kill_point = KillPoint(description)
    for watch in WATCHES:
        watch(kill_point)
    if ACKNOWLEDGE_FIRST in faults:
        acknowledge_first()
    cli.main()


if __name__ == "__main__":
    main()
