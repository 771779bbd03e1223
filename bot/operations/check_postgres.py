"""The part of `aduan check` about a server of PostgreSQL: whether it is fit, its clock, who works on it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sqlalchemy.exc import DBAPIError

from bot.leadership.asking import LARGEST_DIFFERENCE
from bot.operations.check_findings import Finding, note, ok, problem

if TYPE_CHECKING:
    from bot.database.stores.postgres import PostgresStore
    from bot.database.stores.postgres_facts import Facts

POOLED = "Let database.url name the server itself: a pooler gives the lock of the bot to others."
READING = "Name all servers in database.url: HOST1,HOST2 after the @. The bot waits for one that writes."
COMMITS = (
    "Aduan sets it to 'on' for its own sessions. Set it so for the role as well: ALTER ROLE … SET "
    "synchronous_commit = 'on'."
)
SET_CLOCK = "Set the clock right and turn on NTP: sudo timedatectl set-ntp true. Until then it does not lead."
# Of `synchronous_commit`: a commit may return before it is stored, here or on the replica.
UNSAFE = ("off", "local", "remote_write")


def examine_server(store: PostgresStore) -> Iterator[Finding]:
    """Whether the server can be used, and who works on it."""
    try:
        facts, ahead, holder = store.examined()
    except DBAPIError:
        return  # reported with the tables, in words
    yield from _server(store, facts)
    if abs(ahead) > LARGEST_DIFFERENCE:
        side = "ahead of" if ahead > 0 else "behind"
        yield problem(f"this machine's clock is {abs(ahead):.1f} seconds {side} the database's", SET_CLOCK)
    if facts.synchronous_commit in UNSAFE:
        yield note(f"synchronous_commit of this role is '{facts.synchronous_commit}'", COMMITS)
    if holder:
        yield ok(f"a process works on the database: {holder}")


def _server(store: PostgresStore, facts: Facts) -> Iterator[Finding]:
    wrong = [
        problem(f"{store}: {what}", f"{advice[:1].upper()}{advice[1:]}.") for what, advice in facts.unfit()
    ]
    if facts.is_pooled:
        wrong.append(problem(f"{store}: database.url leads to a pooler of connections", POOLED))
    if facts.reading:
        wrong.append(problem(f"{store}: the server takes no writing now", READING))
    yield from wrong
    if not wrong:
        yield ok(f"{store}: the server and the database are fit")
