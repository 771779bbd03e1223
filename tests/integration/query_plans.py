"""Which statements are executed, and which of them read a whole table (EXPLAIN QUERY PLAN)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, event

# A handful of rows, read whole: groups that moved, people who block, faults of ours; what a part of the
# same query found (anon); a query of subqueries alone; and indexes that hold only what is due.
SMALL = (
    "chats",
    "quarantine",
    "sqlite_master",
    "anon_",
    "CONSTANT ROW",
    "outbox USING INDEX ix_outbox_outcome",
    "driver",
)

Statement = tuple[str, Any]


@contextmanager
def statements_of(engine: Any) -> Iterator[list[Statement]]:
    """The statements that an engine executes meanwhile, with their parameters."""
    statements: list[Statement] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        statements.append((statement, parameters))

    event.listen(engine, "before_cursor_execute", note)
    yield statements
    event.remove(engine, "before_cursor_execute", note)


def scans(connection: Connection, asked: Statement) -> list[str]:
    """The whole tables that a statement's plan walks through."""
    statement, parameters = asked
    if not statement.lstrip().upper().startswith(("SELECT", "UPDATE", "DELETE")):
        return []
    some = parameters[0] if isinstance(parameters, list) else parameters
    plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", some).all()
    steps = [str(row[3]) for row in plan]
    return [
        f"{step}: {statement}"
        for step in steps
        if step.startswith("SCAN") and not any(step.startswith(f"SCAN {name}") for name in SMALL)
    ]
