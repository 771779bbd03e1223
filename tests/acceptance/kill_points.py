"""Runs the bot so that it kills itself at a named point; the bot itself has no hook for this.

`python -m tests.acceptance.kill_points POINT:N run --config …` dies at the N-th time that POINT is reached,
`POINT@FILE` once a file is there that says how often (the file is taken away, so the next run lives).
`ack-first` before it, with a comma, breaks invariant 1: updates are confirmed at the messenger when fetched.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, event

from bot import cli
from bot.database import schema
from bot.database.engine import Database
from bot.database.opening import NOT_YET
from bot.sources.polling import Polling

T = TypeVar("T")

ACKNOWLEDGE_FIRST = "ack-first"
# Each kind of transaction -> how a statement begins that no other kind has; the first that fits counts.
WRITES = {
    "turn": ("INSERT INTO updates", "INSERT INTO history"),
    "stored": ("UPDATE files SET attachment", "UPDATE files SET state"),
    "mark": ("INSERT INTO sent_messages", "DELETE FROM outbox"),
}
POINTS = (
    *(f"{name}.{place}" for name in WRITES for place in ("before", "after")),
    "rename.before",
    "rename.after",
    *(f"{name}.{place}" for name in ("keys", "tables", "named") for place in ("before", "after")),
)


class Killer:
    """Counts how often its point is reached, and kills this process at the last time."""

    def __init__(self, description: str) -> None:
        self.point, _, armed = description.partition("@")
        self.point, _, times = self.point.partition(":")
        self._armed = Path(armed) if armed else None
        self._left = int(times or 0)
        if self.point not in POINTS:
            raise SystemExit(f"no such point: {self.point!r}; there are {', '.join(POINTS)}")

    def reach(self, point: str) -> None:
        """Die here when this is the point and the time."""
        if point != self.point:
            return
        if self._armed:
            if not self._armed.exists():
                return
            self._left = self._left or int(self._armed.read_text(encoding="ascii"))
        self._left -= 1
        if self._left == 0:
            if self._armed:
                self._armed.unlink()
            os.kill(os.getpid(), signal.SIGKILL)


def kind_of(statements: list[str]) -> str:
    """Return what kind of transaction these statements are."""
    kinds = (name for name, marks in WRITES.items() if any(each.startswith(marks) for each in statements))
    return next(kinds, "other")


def watch_writes(killer: Killer) -> None:
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
            killer.reach(f"{kind_of(statements)}.before")
            return result

        result = transaction(self, uncommitted)
        killer.reach(f"{kind_of(statements)}.after")
        return result

    setattr(Database, "_transaction", watched)  # noqa: B010 - a method is not assigned to under mypy


def watch_renames(killer: Killer) -> None:
    """Before and after a kept file gets its name, the new keys theirs, and the keys their final one."""
    replace = Path.replace

    def watched(self: Path, target: Path) -> Path:
        name = {NOT_YET: "keys", ".key": "named"}.get(target.suffix, "rename")
        killer.reach(f"{name}.before")
        result = replace(self, target)
        killer.reach(f"{name}.after")
        return result

    setattr(Path, "replace", watched)  # noqa: B010 - the same


def watch_start(killer: Killer) -> None:
    """When the tables are made and not committed, and when they are and the keys have no final name."""
    prepare, open_database = schema.prepare, Database.open.__func__  # type: ignore[attr-defined]

    def prepared(connection: Connection) -> None:
        prepare(connection)
        killer.reach("tables.before")

    async def opened(cls: type[Database], path: Path, *, create: bool = True) -> Database:
        database: Database = await open_database(cls, path, create=create)
        killer.reach("tables.after")
        return database

    setattr(schema, "prepare", prepared)  # noqa: B010 - the same
    setattr(Database, "open", classmethod(opened))  # noqa: B010 - the same


def break_law_1() -> None:
    """Confirm what was fetched before it is stored, as a bot does that queues updates in memory."""
    taken = Polling._taken

    async def confirmed_first(self: Polling, updates: Any) -> None:
        if updates:
            await self._source.fetch(int(updates[-1].update_id) + 1, 0.0)
        await taken(self, updates)

    setattr(Polling, "_taken", confirmed_first)  # noqa: B010 - the same


def main() -> None:
    """Take our own argument off and run the bot with the others."""
    *faults, description = sys.argv.pop(1).split(",")
    killer = Killer(description)
    for watch in (watch_writes, watch_renames, watch_start):
        watch(killer)
    if ACKNOWLEDGE_FIRST in faults:
        break_law_1()
    cli.main()


if __name__ == "__main__":
    main()
