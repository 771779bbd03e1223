"""Which statements are executed, and which of them read a whole table, as the store's plan says.

PostgreSQL reads small tables whole and sorts few rows, where that is cheaper; the plan is the one that it
would make otherwise.
"""

from __future__ import annotations

import re
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
    return [
        f"{step}: {statement}"
        for step in plan(connection, statement, some)
        if step.startswith("SCAN") and not any(step.startswith(f"SCAN {name}") for name in SMALL)
    ]


def plan(connection: Connection, statement: str, parameters: Any = ()) -> list[str]:
    """The steps of a statement's plan; one that reads a whole table begins with SCAN and the table's name."""
    if connection.dialect.name == "sqlite":
        found = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters or ())
        return [str(row[3]) for row in found]
    connection.exec_driver_sql("SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off")
    found = connection.exec_driver_sql(f"EXPLAIN (COSTS OFF) {statement}", parameters or ())
    return [re.sub(r"^\W*Seq Scan on", "SCAN", row[0]).strip() for row in found]
