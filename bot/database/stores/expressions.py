"""The expressions that the two kinds of store write differently: each compiles for the store that runs it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import String
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

# Of the largest number that an integer column of PostgreSQL holds.
DIGITS = 10


class as_stored(FunctionElement[Any]):  # noqa: N801 - a function in statements
    """A text as the store compares it: SQLite may hold bytes that are no UTF-8, PostgreSQL refuses them."""

    inherit_cache = True


class from_stored(FunctionElement[str]):  # noqa: N801 - a function in statements
    """The text of what `as_stored` has given."""

    inherit_cache = True
    type = String()


class row_order(FunctionElement[Any]):  # noqa: N801 - a function in statements
    """A value of its own in each row, in the order of their numbers; of the primary key and of the number.

    With SQLite it is the row's place in the table, which no damage of the row changes: the key may be of
    another type than a text, and compares with none.
    """

    inherit_cache = True


class second_part(FunctionElement[str]):  # noqa: N801 - a function in statements
    """What is between the first and the second colon of a text, or after the only one."""

    inherit_cache = True
    type = String()


@compiles(as_stored)
@compiles(from_stored)
def _unchanged(element: FunctionElement[Any], compiler: SQLCompiler, **options: Any) -> str:
    return compiler.process(_only(element), **options)


@compiles(as_stored, "sqlite")
def _bytes(element: as_stored, compiler: SQLCompiler, **options: Any) -> str:
    return f"CAST({compiler.process(_only(element), **options)} AS BLOB)"


@compiles(from_stored, "sqlite")
def _text(element: from_stored, compiler: SQLCompiler, **options: Any) -> str:
    return f"CAST({compiler.process(_only(element), **options)} AS TEXT)"


@compiles(row_order)
def _numbered(element: row_order, compiler: SQLCompiler, **options: Any) -> str:
    key, number = (compiler.process(column, **options) for column in element.clauses)
    return f"(lpad(CAST({number} AS text), {DIGITS}, '0') || {key})"


@compiles(row_order, "sqlite")
def _row_id(element: row_order, _compiler: SQLCompiler, **_options: Any) -> str:
    key, _number = element.clauses
    return f"{key.table.name}.rowid"


@compiles(second_part)
def _split(element: second_part, compiler: SQLCompiler, **options: Any) -> str:
    return f"split_part({compiler.process(_only(element), **options)}, ':', 2)"


@compiles(second_part, "sqlite")
def _cut(element: second_part, compiler: SQLCompiler, **options: Any) -> str:
    whole = compiler.process(_only(element), **options)
    rest = f"substr({whole}, instr({whole}, ':') + 1)"
    return f"substr({rest}, 1, instr({rest} || ':', ':') - 1)"


def _only(element: FunctionElement[Any]) -> Any:
    return next(iter(element.clauses))
