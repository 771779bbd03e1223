"""A store of revision 0001, with old seals and links without a key, is carried over to this version."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path

import pytest
from pydantic import TypeAdapter
from sqlalchemy import Connection, text

from bot.database import chats, files_table, outbox_rows, outbox_table, schema
from bot.database.cases import load_cases
from bot.database.engine import Database
from bot.database.migrations import binding_seals, run
from bot.database.quarantine import Damage
from bot.database.sealing import Codec, KeysMissingError
from bot.database.stores.store import Store
from bot.operations.migrate import migrate
from bot.operations.verify import verify
from conversations.complaints.case import Officer
from conversations.complaints.life_cycle import Status
from conversations.effects import Outcome, RecordHistory
from conversations.events import Attachment
from conversations.messages import OutgoingMessage
from tests.integration.both_stores import POSTGRES, SQLITE, Place
from tests.integration.turn_setup import TurnSetup, case_of, damage, pressed
from tests.unit.transcript import START

ENTRIES = (
    ("citizen:7", "submitted", "Jalan \U0001f6a7"),
    ("officer:42", "taken", "Budi"),
    ("clock", "x", ""),
)
PHOTO = Attachment("photo", "f", "u", size=5)
SAID = OutgoingMessage("system.own_id", {"person": 7})
PHOTO_JSON = TypeAdapter(Attachment).dump_json(PHOTO)
SAID_JSON = outbox_rows._messages().dump_json(SAID)


@dataclass
class OldStore:
    """A store as revision 0001 left it: its seals are bound to table and primary key."""

    store: Store
    keys: Path
    codec: Codec

    def seal(self, plain: bytes, *row: object) -> bytes:
        return self.codec.seal(plain, ":".join(map(str, row)).encode())

    def fill(self, connection: Connection) -> None:
        run(connection, None, lambda _done, _all: None, "0001")
        for serial, name in enumerate(("a", "b", "c", "d", "e"), start=1):
            self.case(connection, name, serial)
            self.history(connection, name, ENTRIES if name != "b" else ())
        self.answers(connection)
        self.files(connection)
        connection.execute(text("INSERT INTO chats VALUES (-1, 0, -2, 0), (9, 1, NULL, 0)"))

    def case(self, connection: Connection, name: str, serial: int) -> None:
        officer = Officer(id=42, name="Budi")
        case = case_of(name, serial).model_copy(
            update={"status": Status.IN_PROGRESS, "officer": officer, "version": 3}
        )
        state = case.model_dump_json(exclude={"history_count", "history_head"}).encode()
        columns = {
            "id": name,
            "agency": "dpmd",
            "year": 2026,
            "serial": serial,
            "reference": case.reference,
            "status": "in_progress",
            "filed_by": 7,
            "chat": case.chat,
            "officer": 42,
            "due_on": case.due_on.isoformat(),
            "restricted": 0,
            "wake_on": None,
            "received_at": START.astimezone(UTC).isoformat(timespec="microseconds"),
            "access_hash": "hash",
            "state": self.seal(state, "cases", name),
        }
        _insert(connection, "cases", columns)

    def history(self, connection: Connection, name: str, entries: Sequence[tuple[str, str, str]]) -> None:
        link, at = "0" * 64, START.astimezone(UTC).isoformat(timespec="microseconds")
        for seq, (who, what, said) in enumerate(entries, start=1):
            salt = os.urandom(16)
            digest = hashlib.sha256(salt + said.encode()).hexdigest()
            linked = json.dumps([link, who, at, what, digest], sort_keys=True, separators=(",", ":"))
            link = hashlib.sha256(linked.encode("ascii")).hexdigest()
            columns = {
                "case_id": name,
                "seq": seq,
                "at": at,
                "who": who,
                "what": what,
                "text": self.seal(said.encode(), "history", name, seq, "text"),
                "salt": self.seal(salt, "history", name, seq, "salt"),
                "digest": digest,
                "link": link,
            }
            _insert(connection, "history", columns)

    def answers(self, connection: Connection) -> None:
        for number, key, report in ((1, "answer:a", "a"), (2, None, None), (3, "card:b", None)):
            columns = {
                "id": number,
                "chat": 7,
                "lane": 0,
                "key": key,
                "kind": "send",
                "at": 0,
                "language": "id",
                "revision": 2,
                "report": report,
                "state": "pending",
                "attempts": 0,
                "not_before": 0.0,
                "progress": 0,
                "created": 1.0,
                "payload": self.seal(SAID_JSON, "outbox", number),
            }
            _insert(connection, "outbox", columns)

    def files(self, connection: Connection) -> None:
        for key, sha256 in (("7-1", "ab12"), ("7-2", None)):
            columns = {
                "key": key,
                "owner": "a",
                "chat": 7,
                "state": "stored" if sha256 else "pending",
                "attempts": 0,
                "not_before": 0.0,
                "size": 5,
                "sha256": sha256,
                "reported": 1,
                "attachment": self.seal(PHOTO_JSON, "files", key),
            }
            _insert(connection, "files", columns)

    def change(self, *statements: str) -> None:
        engine = self.store.writing_engine()
        with engine.begin() as connection:
            for statement in statements:
                damage(connection, statement)
        engine.dispose()


def _insert(connection: Connection, table: str, columns: Mapping[str, object]) -> None:
    names, marks = ", ".join(columns), ", ".join(f":{name}" for name in columns)
    connection.execute(text(f"INSERT INTO {table} ({names}) VALUES ({marks})"), columns)  # noqa: S608 - ours


@pytest.fixture
def old(place: Place, monkeypatch: pytest.MonkeyPatch) -> OldStore:
    """Smaller portions than there are cases, so that several are read."""
    monkeypatch.setattr(binding_seals, "PORTION", 2)
    return old_store(place)


def old_store(place: Place) -> OldStore:
    """A store of revision 0001 with its keys."""
    keys = place.folder / "aduan.key"
    store = OldStore(place(place.folder / "aduan.db"), keys, Codec.load(keys, create=True))
    engine = store.store.writing_engine()
    with engine.begin() as connection:
        store.fill(connection)
    engine.dispose()
    return store


async def test_an_old_store_opens_and_verifies_after_the_migration(old: OldStore) -> None:
    assert migrate(old.store, old.keys) == f"{old.store}: from revision 0001 to {schema.HEAD}"
    report = verify(old.store, old.codec)
    assert str(report) == "5 complaints, 12 history entries: all seals and histories fit"
    database, codec = await Database.open(old.store), old.codec
    found = await database.write(lambda c: load_cases(c, codec, ["a", "b"]))
    assert {name: case.history_count for name, case in found.items()} == {"a": 3, "b": 0}
    assert (found["a"].status, found["a"].version, found["a"].officer) == (
        Status.IN_PROGRESS,
        3,
        Officer(id=42, name="Budi"),
    )
    rows = await database.write(lambda c: outbox_table.load_rows(c, codec))
    assert [(row.key, row.report, row.revision, row.message) for row in rows] == [
        ("answer:a", "a", 2, SAID),
        ("", "", 2, SAID),
        ("card:b", "", 2, SAID),
    ]
    jobs = await database.write(lambda c: files_table.files_by_key(c, codec, ["7-1", "7-2"]))
    assert {job.key: (job.sha256, job.attachment) for job in jobs.values()} == {
        "7-1": ("ab12", PHOTO),
        "7-2": ("", PHOTO),
    }
    assert await database.write(lambda c: chats.moves(c, codec, Damage())) == {-1: -2}
    assert await database.write(chats.blocked) == {9}
    await database.close()


async def test_new_entries_are_linked_to_the_old_ones(old: OldStore) -> None:
    migrate(old.store, old.keys)
    database = await Database.open(old.store)
    setup = TurnSetup(database, old.codec)
    records = (RecordHistory("a", "officer:42", "viewed"), RecordHistory("b", "officer:42", "viewed"))
    setup.core.then = lambda _event, _world: Outcome(effects=records)
    await setup.take(pressed(1, "a"))
    assert await setup.rows("SELECT case_id, max(seq) FROM history WHERE case_id < 'c' GROUP BY case_id") == [
        ("a", 4),
        ("b", 1),
    ]
    await database.close()
    assert verify(old.store, old.codec).faults == []


# What a text in the place of a sealed value is, of which PostgreSQL makes bytes.
A_TEXT = {
    SQLITE: "the value is not a sealed value",
    POSTGRES: "the key file does not hold the key of this value",
}


async def test_a_row_that_does_not_fit_is_kept_and_reported(old: OldStore, place: Place) -> None:
    old.change(
        "UPDATE history SET who = 'officer:666' WHERE case_id = 'c' AND seq = 2",
        "UPDATE history SET at = 'yesterday' WHERE case_id = 'e' AND seq = 1",
        "UPDATE cases SET state = :byte WHERE id = 'd'",
        "UPDATE outbox SET payload = (SELECT payload FROM outbox WHERE id = 1) WHERE id = 3",
        "UPDATE files SET attachment = 'text' WHERE key = '7-2'",
    )
    *left, last = migrate(old.store, old.keys).splitlines()
    assert left == [
        "cases DPMD-2026-0003: the history was changed before; it keeps its old links",
        "cases DPMD-2026-0004: the key file does not hold the key of this value; it stays as it is",
        "cases DPMD-2026-0005: the history was changed before; it keeps its old links",
        "outbox 3: a sealed value was changed or moved; it stays as it is",
        f"files 7-2: {A_TEXT[place.kind]}; it stays as it is",
    ]
    assert last.endswith(f"from revision 0001 to {schema.HEAD}")
    found = [fault.partition(":")[0] for fault in verify(old.store, old.codec).faults]
    assert found == [
        "cases DPMD-2026-0003",
        "cases DPMD-2026-0004",
        "cases DPMD-2026-0005",
        "outbox 3",
        "files 7-2",
    ]
    database = await Database.open(old.store)
    # People continue a complaint whose history was changed earlier.
    case = (await database.write(lambda c: load_cases(c, old.codec, ["c"])))["c"]
    assert case.history_count == 3
    await database.close()


def test_a_state_of_another_shape_stops_no_migration(old: OldStore) -> None:
    engine = old.store.writing_engine()
    with engine.begin() as connection:
        for name, state in (("a", b"[]"), ("b", b"{}"), ("c", b'{"version": "x"}'), ("d", b"\xff")):
            sealed = {"name": name, "state": old.seal(state, "cases", name)}
            connection.execute(text("UPDATE cases SET state = :state WHERE id = :name"), sealed)
    engine.dispose()
    *left, _last = migrate(old.store, old.keys).splitlines()
    assert [line.partition(": ")[2] for line in left] == [
        "its state has another shape; it stays as it is"
    ] * 4


@pytest.mark.sqlite("a text of PostgreSQL is UTF-8, and a number a number")
@pytest.mark.parametrize("change", ["link = x'ff00'", "seq = x'ff00'"])
def test_a_history_without_a_readable_end_stops_no_migration(old: OldStore, change: str) -> None:
    old.change(f"UPDATE history SET {change} WHERE case_id = 'c' AND seq = 3")  # noqa: S608 - ours
    *left, last = migrate(old.store, old.keys).splitlines()
    assert left == ["cases DPMD-2026-0003: its history has no end; it stays as it is"]
    assert last.endswith(schema.HEAD)


def test_without_the_key_file_nothing_is_changed(old: OldStore) -> None:
    old.keys.unlink()
    with pytest.raises(KeysMissingError, match=r"aduan\.key is missing"):
        migrate(old.store, old.keys)
    with old.store.reading() as connection:
        assert schema.stored_revision(connection) == "0001"


def test_a_migration_without_the_codec_is_refused(old: OldStore) -> None:
    engine = old.store.writing_engine()
    with pytest.raises(binding_seals.KeysNeededError), engine.begin() as connection:
        schema.upgrade(connection)
    with engine.begin() as connection:
        assert schema.stored_revision(connection) == "0001"
    engine.dispose()


def test_the_migration_reports_its_progress(old: OldStore) -> None:
    seen: list[tuple[int, int]] = []
    engine = old.store.writing_engine()
    with engine.begin() as connection:
        schema.upgrade(connection, old.codec, lambda done, total: seen.append((done, total)))
    engine.dispose()
    # Revision 0002, then revision 0005, which converts the files.
    assert [seen.count((total, total)) for total in (12, 2)] == [1, 1]
    for total in (12, 2):
        assert (parts := [step for step in seen if step[1] == total]) == sorted(parts)
    assert seen[-1] == (2, 2)
