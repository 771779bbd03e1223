"""What SQLAlchemy has compiled is kept for all stores of a process: each test opens new ones.

SQLAlchemy keeps a compiled statement for one engine, by the statement and the engine's dialect. A store has
two engines, so that each test compiled all its statements again: 28 of the 48 ms of processor time in which a
test opens a store on SQLite and one turn fills it. All engines of one kind have equal dialects in a run.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Engine, event

Key = tuple[Any, ...]


class CompiledStatements(dict[Key, Any]):
    """Finds a statement by the kind of its dialect."""

    def get(self, key: Key, default: Any = None) -> Any:
        """Return what was compiled for any dialect of this kind."""
        return super().get(_of_kind(key), default)

    def __setitem__(self, key: Key, compiled: Any) -> None:
        super().__setitem__(_of_kind(key), compiled)


def _of_kind(key: Key) -> Key:
    dialect, *statement = key
    return type(dialect), *statement


def keep() -> None:
    """Let each connection that is opened from now on use the same compiled statements."""
    compiled = CompiledStatements()

    def use(connection: Connection) -> None:
        connection.execution_options(compiled_cache=compiled)

    event.listen(Engine, "engine_connect", use)
