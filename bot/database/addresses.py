"""The people of a messenger that gives no numbers: found by hashes of its names for them, read by number.

A hash is keyed. It leads a message to a person's complaints, so it counts only where the sealed address says
the same name: whoever can write into the database, and has no keys, cannot lead one person's messages to
another's.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import structlog
from sqlalchemy import Connection, Row, bindparam, exists, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from bot.database.counters import reserve
from bot.database.sealing import Codec, SealBrokenError, context
from bot.database.tables import addresses, cases, conversations, outbox

log = structlog.get_logger(__name__)

# The first number of a person (bot/channels/numbers.py; a test compares them).
FIRST_PERSON = 2**52
# The domains of the hashes, and the counter of the numbers.
USER, WA, COUNTER = "whatsapp user_id", "whatsapp wa_id", "addresses"
# Below SQLite's old limit of 999 variables a statement, for two lists.
CHUNK = 400
# A person who was found to be another one, who was found to be another one.
MOST_STEPS = 5

_FIND = select(addresses).where(
    or_(
        addresses.c.user_hash.in_(bindparam("users", expanding=True)),
        addresses.c.wa_hash.in_(bindparam("numbers", expanding=True)),
    )
)
_ONE = select(addresses).where(addresses.c.n == bindparam("of"))
# Those that were found to be another person have no names of their own any more.
_LEADING = select(addresses).where(
    addresses.c.n.in_(bindparam("some", expanding=True)),
    addresses.c.user_hash.is_(None),
    addresses.c.wa_hash.is_(None),
)
_FORGET = update(addresses).where(addresses.c.n == bindparam("of")).values(user_hash=None, wa_hash=None)
_SAVE = insert(addresses)
_SAVE = _SAVE.on_conflict_do_update(
    index_elements=["n"],
    set_={name: getattr(_SAVE.excluded, name) for name in ("user_hash", "wa_hash", "address")},
)
_HEARD = select(addresses.c.n, addresses.c.heard).where(addresses.c.heard > bindparam("since"))
_HAS_CASE = select(exists().where(cases.c.filed_by == bindparam("person")))
_TALKS = select(exists().where(conversations.c.chat == bindparam("person")))
_CHATS = select(outbox.c.id, outbox.c.chat).where(
    outbox.c.id.in_(bindparam("rows", expanding=True)), outbox.c.chat >= FIRST_PERSON
)


@dataclass(frozen=True, slots=True)
class Person:
    """A person: the number, the messenger's names for them (empty: not known), the name of the profile.

    `heard` is the wall time of the newest message, `knocked` that of the template sent since then (0: none).
    `now` is the number under which the person is found today, 0 where it is this one; `also` are the numbers
    that were found to be this person, whose chats still have messages to send.
    """

    n: int
    user_id: str = ""
    wa_id: str = ""
    name: str = ""
    heard: float = 0.0
    knocked: float = 0.0
    now: int = 0
    also: tuple[int, ...] = ()

    @property
    def chat(self) -> int:
        """The id of the person, and of the chat with them."""
        return FIRST_PERSON + self.n

    @property
    def chats(self) -> tuple[int, ...]:
        """All chats that a message of the person opens."""
        return self.chat, *(FIRST_PERSON + number for number in self.also)


def find(
    connection: Connection, codec: Codec, user_ids: Collection[str], wa_ids: Collection[str]
) -> list[Person]:
    """The people with one of these names, and who they are today.

    A row whose address is damaged, or another's, loses its names.
    """
    users, numbers = _hashes(codec, USER, user_ids), _hashes(codec, WA, wa_ids)
    found: dict[int, Person] = {}
    for some_users, some_numbers in _chunks(users, numbers):
        for row in connection.execute(_FIND, {"users": some_users, "numbers": some_numbers}).all():
            person = _fitting(codec, row)
            if person:
                found[row.n] = person
            else:
                log.error("addresses.damaged", row=row.n)
                connection.execute(_FORGET, {"of": row.n})
    for person in [*found.values()]:
        found.update({one.n: one for one in _today(connection, codec, person)})
    return [*found.values()]


def of_number(connection: Connection, codec: Codec, number: int) -> Person | None:
    """Who the person with this number is today; None for an unknown one, or an address that does not open."""
    row = connection.execute(_ONE, {"of": number}).first()
    person = _fitting(codec, row) if row else None
    return [person, *_today(connection, codec, person)][-1] if person else None


def numbers_of(connection: Connection, codec: Codec, account: int) -> tuple[int, ...]:
    """All accounts of the person who has this one, today's first; none of 0, which is no account."""
    person = of_number(connection, codec, account - FIRST_PERSON) if account >= FIRST_PERSON else None
    if person is None:
        return (account,) if account else ()
    return person.chats


def moved(connection: Connection, codec: Codec, accounts: Iterable[int]) -> dict[int, int]:
    """Those of these accounts whose person has another one today, with that one."""
    found: dict[int, int] = {}
    numbers = sorted(account - FIRST_PERSON for account in set(accounts) if account >= FIRST_PERSON)
    for some in _portions(numbers):
        for row in connection.execute(_LEADING, {"some": some}).all():
            person = _fitting(codec, row)
            for following in _today(connection, codec, person) if person else ():
                found[FIRST_PERSON + row.n] = following.chat
    return found


def _today(connection: Connection, codec: Codec, person: Person) -> Iterator[Person]:
    """The people whom this one was found to be, one after the other."""
    for _ in range(MOST_STEPS):
        row = connection.execute(_ONE, {"of": person.now}).first() if person.now else None
        following = _fitting(codec, row) if row else None
        if following is None:
            return
        person = following
        yield person


def _fitting(codec: Codec, row: Row[Any]) -> Person | None:
    """The person of a row; None where the address does not open, or says other names than the hashes."""
    try:
        return read_person(codec, row)
    except (SealBrokenError, ValueError, TypeError, KeyError):
        return None


def read_person(codec: Codec, row: Row[Any]) -> Person:
    """The person of a row of a `select(addresses)`.

    Raises SealBrokenError for another's address, and what read_address() raises.
    """
    known = read_address(codec, row)
    hashes = (_hash(codec, USER, known.user_id), _hash(codec, WA, known.wa_id))
    if (row.user_hash, row.wa_hash) not in ((None, None), hashes):
        raise SealBrokenError("the names of a person were changed without the keys")
    return known


def read_address(codec: Codec, row: Row[Any]) -> Person:
    """The person of a row of a `select(addresses)`. Raises SealBrokenError and ValueError."""
    stored = json.loads(codec.open(row.address, context("addresses", row.n)))
    user_id, wa_id, name = (str(stored[field]) for field in ("user_id", "wa_id", "name"))
    also = tuple(int(number) for number in stored["also"])
    return Person(row.n, user_id, wa_id, name, row.heard, row.knocked or 0.0, int(stored["now"]), also)


def new_numbers(connection: Connection, count: int) -> range:
    """Numbers for people who are not known; none is used a second time."""
    first = reserve(connection, COUNTER, count)
    return range(first, first + count)


def save(connection: Connection, codec: Codec, changed: Sequence[Person]) -> None:
    """Insert people, or change their names; `heard` and `knocked` of a known one stay as they are stored."""
    if changed:
        # Two may exchange a name, which only one row may have.
        connection.execute(_FORGET, [{"of": person.n} for person in changed])
        connection.execute(_SAVE, [_columns(codec, person) for person in changed])


def _columns(codec: Codec, person: Person) -> dict[str, object]:
    names = {"user_id": person.user_id, "wa_id": person.wa_id, "name": person.name}
    numbers = {"now": person.now, "also": person.also}
    return {
        "n": person.n,
        "user_hash": _hash(codec, USER, person.user_id),
        "wa_hash": _hash(codec, WA, person.wa_id),
        "address": codec.seal(json.dumps(names | numbers).encode(), context("addresses", person.n)),
        "heard": person.heard,
        "knocked": None,
    }


def heard_since(connection: Connection, since: float) -> dict[int, float]:
    """The chats of the people who wrote after `since`, with the wall time of their newest message."""
    found = connection.execute(_HEARD, {"since": since})
    return {FIRST_PERSON + row.n: row.heard for row in found}


def standing(connection: Connection, person: Person) -> tuple[bool, bool]:
    """Whether the person has filed a complaint, and whether there is a conversation."""
    of = {"person": person.chat}
    return bool(connection.scalar(_HAS_CASE, of)), bool(connection.scalar(_TALKS, of))


def chats_of_rows(connection: Connection, rows: Collection[int]) -> dict[int, int]:
    """The chat of each of these rows of the outbox, as far as they are for people of the messenger."""
    found: dict[int, int] = {}
    for some in _portions(sorted(rows)):
        found.update({row.id: row.chat for row in connection.execute(_CHATS, {"rows": some})})
    return found


def _hash(codec: Codec, domain: str, name: str) -> str | None:
    return codec.proof(domain, name) if name else None


def _hashes(codec: Codec, domain: str, names: Iterable[str]) -> list[str]:
    return sorted(codec.proof(domain, name) for name in set(names) if name)


def _chunks(users: list[str], numbers: list[str]) -> Iterator[tuple[list[str], list[str]]]:
    for start in range(0, max(len(users), len(numbers)), CHUNK):
        yield users[start : start + CHUNK], numbers[start : start + CHUNK]


def _portions(ids: list[int]) -> Iterator[list[int]]:
    return (ids[start : start + CHUNK] for start in range(0, len(ids), CHUNK))
