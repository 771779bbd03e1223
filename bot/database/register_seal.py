"""One sealed sum over all cases: it shows when a case was replaced by an older copy with its history.

The sum has one summand for each case, an HMAC over its id, version and history. Each turn that files or
changes cases subtracts the old summands and adds the new ones. `aduan verify` compares it with all cases.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

import structlog
from sqlalchemy import Connection, bindparam, select
from sqlalchemy.dialects.postgresql import insert

from bot.database.sealing import Codec, SealBrokenError, context
from bot.database.tables import register_seal
from conversations.complaints.case import Case

log = structlog.get_logger(__name__)

NAME = "cases"
_CONTEXT = context("register_seal", NAME)
MODULUS = 2**256

_READ = select(register_seal.c.value).where(register_seal.c.name == bindparam("which"))
_SAVE = insert(register_seal)
_SAVE = _SAVE.on_conflict_do_update(index_elements=["name"], set_={"value": _SAVE.excluded.value})


@dataclass(frozen=True, slots=True)
class Tally:
    """The number of cases, and the sum of their numbers modulo 2**256."""

    count: int = 0
    total: int = 0

    def add(self, number: int) -> Tally:
        """With one case more."""
        return Tally(self.count + 1, (self.total + number) % MODULUS)

    def subtract(self, number: int) -> Tally:
        """With one case less."""
        return Tally(self.count - 1, (self.total - number) % MODULUS)


def number_of(codec: Codec, case: str, version: int, count: int, head: str) -> int:
    """The summand of a case; `count` and `head` are those of its history."""
    return int(codec.proof("register", case, version, count, head), 16)


def number(codec: Codec, case: Case) -> int:
    """The summand of this state of a case."""
    return number_of(codec, case.id, case.version, case.history_count, case.history_head)


def read(connection: Connection, codec: Codec) -> Tally:
    """The stored sum; zero in a store without cases. Raises SealBrokenError."""
    sealed = connection.scalar(_READ, {"which": NAME})
    if sealed is None:
        return Tally()
    stored = json.loads(codec.open(sealed, _CONTEXT))
    return Tally(stored["count"], int(stored["total"], 16))


def save(connection: Connection, codec: Codec, tally: Tally) -> None:
    """Store the sum."""
    plain = json.dumps({"count": tally.count, "total": f"{tally.total:064x}"}).encode()
    sealed = codec.seal(plain, _CONTEXT)
    connection.execute(_SAVE, {"name": NAME, "value": sealed})


def change(connection: Connection, codec: Codec, after: Iterable[Case], before: Iterable[Case]) -> None:
    """Add the summands of the new states and subtract those of the old ones, in the same transaction.

    A sum that does not open stays as it is and is logged: complaints are still accepted, and `aduan verify`
    reports it.
    """
    try:
        tally = read(connection, codec)
    except SealBrokenError:
        log.error("register_seal.broken")  # noqa: TRY400 - the place says nothing
        return
    for case in before:
        tally = tally.subtract(number(codec, case))
    for case in after:
        tally = tally.add(number(codec, case))
    save(connection, codec, tally)
