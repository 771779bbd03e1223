"""The plans that PostgreSQL makes with default statistics for each statement of the uses of a bot.

Named are the statements whose plan walks through a whole table, and the parts of the largest tables that the
slowest ones look at.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from typing import Any, NamedTuple

from psycopg import sql
from sqlalchemy import Connection

from tests.bench.growth_uses import USES, FilledChat
from tests.integration.query_plans import Statement, statements_of

# A table with fewer rows is read whole without a notable cost, with any indexes.
SMALL_ROWS = 1_000
SLOWEST = 5
ROWS = (
    "SELECT relname, reltuples::bigint FROM pg_class"
    " WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
)
PARAMETER = re.compile(r"%\((\w+)\)s")
# A session makes plans for the values given; after CUSTOM of them also one for all values, which it keeps if
# that one is not estimated to cost more. What is kept is what a bot has.
MODES = ("custom", "generic", "kept")
CUSTOM = 5


class Planned(NamedTuple):
    """A statement and the mode of its plan.

    `scans` are the large tables that the plan reads whole, `pages` those of 8 kB that it looked at.
    """

    statement: str
    mode: str
    scans: Sequence[str]
    milliseconds: float
    pages: int


def plans(chat: FilledChat) -> list[Planned]:
    """The plans of all statements of all uses, each statement once."""
    with ExitStack() as stack:
        engines = chat.database._connection.engine, chat.database._reading
        asked = [stack.enter_context(statements_of(engine)) for engine in engines]
        for turn, use in enumerate(USES.values()):
            use(chat, turn)
        each = {re.sub(r"_\d+", "_n", text): (text, values) for found in asked for text, values in found}
    return chat.write(lambda connection: [*planned(connection, [*each.values()])])


def planned(connection: Connection, each: Sequence[Statement]) -> Iterator[Planned]:
    """The plans of these statements; those of writing are executed, and taken back."""
    large = {name for name, rows in connection.exec_driver_sql(ROWS).all() if rows >= SMALL_ROWS}
    for text, values in each:
        if not text.lstrip().upper().startswith(("SELECT", "UPDATE", "DELETE")):
            continue
        some: Mapping[str, Any] = (values[0] if isinstance(values, list) else values) or {}
        for mode in MODES:
            found = _explained(connection, mode, text, some)
            whole = found["Plan"]
            scans = [node["Relation Name"] for node in _nodes(whole) if node["Node Type"] == "Seq Scan"]
            pages = whole["Shared Hit Blocks"] + whole["Shared Read Blocks"]
            read = [one for one in scans if one in large]
            yield Planned(text, mode, read, found["Execution Time"], pages)


def _explained(connection: Connection, mode: str, text: str, values: Mapping[str, Any]) -> Any:
    """The plan of a prepared statement, executed; the savepoint takes the changes back."""
    names = list(dict.fromkeys(PARAMETER.findall(text)))
    numbered = PARAMETER.sub(lambda found: f"${names.index(found[1]) + 1}", text).replace("%%", "%")
    given = ", ".join(sql.Literal(values[name]).as_string() for name in names)
    raw: Any = connection.connection.driver_connection
    with connection.begin_nested() as savepoint:
        chosen = "auto" if mode == "kept" else f"force_{mode}_plan"
        raw.execute(f"SET LOCAL plan_cache_mode = {chosen}")
        raw.execute(f"PREPARE explained AS {numbered}")
        executed = f"EXECUTE explained ({given})" if names else "EXECUTE explained"
        for _ in range(CUSTOM):
            raw.execute(f"EXPLAIN {executed}")
        found = raw.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {executed}").fetchone()[0][0]
        raw.execute("DEALLOCATE explained")
        savepoint.rollback()
    return found


def _nodes(node: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield node
    for part in node.get("Plans", ()):
        yield from _nodes(part)


def report(found: Sequence[Planned], cases: int) -> list[str]:
    """What is to be known of the plans."""
    scanning = [one for one in found if one.scans]
    counts = ", ".join(f"{sum(one.mode == mode for one in scanning)} {mode}" for mode in MODES)
    summary = (
        f"{cases:,} cases: of {len({one.statement for one in found})} statements of uses, a table of"
        f" {SMALL_ROWS:,} or more rows is read whole by so many plans: {counts}."
    )
    lines = [
        summary,
        *(f"- {', '.join(sorted({*one.scans}))}, {one.mode}: {_short(one.statement)}" for one in scanning),
    ]
    lines += ["", "| slowest plans | ms | pages of 8 kB |", "|---|---|---|"]
    slowest = sorted(found, key=lambda one: -one.milliseconds)[:SLOWEST]
    rows = [
        f"| {one.mode}: `{_short(one.statement)}` | {one.milliseconds:.2f} | {one.pages:,} |"
        for one in slowest
    ]
    return [*lines, *rows]


def _short(statement: str, most: int = 150) -> str:
    """The statement in a line, without the list of its columns and the types of its parameters."""
    line = PARAMETER.sub("?", re.sub(r"\s+", " ", statement))
    line = re.sub(r'::\w+|( COLLATE "C")', "", line)
    return re.sub(r"SELECT .{80,}? FROM", "SELECT … FROM", line)[:most].replace("|", "\\|")
