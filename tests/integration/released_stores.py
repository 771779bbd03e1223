"""Stores of every released revision of the tables, with rows of that time. Old seals are written out here."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC

from sqlalchemy import Connection, text

from bot.database.migrations import run
from bot.database.schema import HEAD
from conversations.complaints.draft import Draft
from conversations.conversation import Conversation
from tests.integration.both_stores import Place
from tests.integration.test_migration import OldStore, old_store
from tests.unit.transcript import START

REVISIONS = [f"{number:04}" for number in range(1, int(HEAD) + 1)]
MOMENT = START.astimezone(UTC).isoformat(timespec="microseconds")
GROUP, OFFICER, WALL = -1001000000001, 42, 1_773_700_000.0
WAITING = b'{"update_id": 501}'


def _first(store: OldStore, connection: Connection) -> None:
    draft = Draft(id="d", agency="dpmd", screen="story", started_at=START, touched_at=START)
    talk = Conversation(chat=7, person=7, name="Siti", draft=draft)
    state = store.seal(talk.model_dump_json().encode(), "conversations", 7, 7)
    _add(connection, "conversations", chat=7, person=7, language="id", wake_at=MOMENT, state=state)
    _add(connection, "offsets", channel="telegram", next=501, at=WALL)
    _add(connection, "updates", channel="telegram", update_id=500, at=WALL)
    _add(connection, "counters", name="outbox", next=4)
    _add(connection, "sent_messages", chat=GROUP, message_id=9, key="card:a", sent=WALL)
    raw = store.seal(b"raw", "quarantine", 1)
    _add(connection, "quarantine", id=1, at=WALL, channel="telegram", update_id=499, error="X", raw=raw)


def _apart(store: OldStore, connection: Connection) -> None:
    proof = store.codec.proof("members", GROUP, OFFICER, 1, WALL, MOMENT)
    member = {"chat": GROUP, "person": OFFICER, "present": 1, "at": WALL, "since": MOMENT, "proof": proof}
    _add(connection, "members", **member)
    raw = store.seal(WAITING, "waiting", 1, "telegram", GROUP, OFFICER)
    waiting = {"id": 1, "channel": "telegram", "chat": GROUP, "person": OFFICER, "at": WALL, "raw": raw}
    _add(connection, "waiting", **waiting)
    _add(connection, "gaps", agency="dpmd", year=2026, first=6, last=8, at=MOMENT)
    _add(connection, "told", kind="operator_numbers_unwritable", at=WALL)
    _add(connection, "installation", name="account:telegram", value="0:1")


def _woken(_store: OldStore, connection: Connection) -> None:
    connection.execute(text("UPDATE conversations SET wake_kind = 'draft_reminder' WHERE chat = 7"))


def _found(store: OldStore, connection: Connection) -> None:
    word = store.codec.word("dpmd", 0, "jalan")
    _add(connection, "case_words", word=word, received=int(START.timestamp()), case_id="a")


# The revision -> the rows of what it added.
ADDED: dict[str, Callable[[OldStore, Connection], None]] = {
    "0001": _first,
    "0002": _apart,
    "0003": _woken,
    "0004": _found,
}


def released(place: Place, revision: str) -> OldStore:
    """A store that has come up to this revision, with the rows that each one added."""
    store = old_store(place)
    engine = store.store.writing_engine()
    for step in REVISIONS[: int(revision)]:
        with engine.begin() as connection:
            run(connection, store.codec, lambda _done, _all: None, step)
            if step in ADDED:
                ADDED[step](store, connection)
    engine.dispose()
    return store


def _add(connection: Connection, table: str, **columns: object) -> None:
    names, marks = ", ".join(columns), ", ".join(f":{name}" for name in columns)
    connection.execute(text(f"INSERT INTO {table} ({names}) VALUES ({marks})"), columns)  # noqa: S608 - ours
