"""Changes by a database writer without the key are noticed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from functools import partial

import pytest
from sqlalchemy import Connection, text, update

from bot.database import files_table, outbox_table, tables
from bot.database.history import HistoryBrokenError
from bot.database.quarantine import Damage, DamagedRowError
from bot.database.sealing import SealBrokenError
from bot.operations.verify import verify
from conversations.effects import Edit, GiveFiles, KeepFile, Outcome, Send
from tests.integration.both_stores import OTHER_TYPE, named
from tests.integration.sealed_store import (
    CASE_A,
    LETTER,
    PHOTO,
    Store,
    cut,
    message,
    noted,
    taken,
)


async def test_an_untouched_store_opens_and_verifies(store: Store) -> None:
    assert set(await store.load()) == {"a", "b"}
    rows = await store.database.write(lambda c: outbox_table.load_rows(c, store.codec))
    assert [row.chat for row in rows if row.message] == [7, 8]
    found = await store.database.write(lambda c: files_table.files_by_key(c, store.codec, ["7-1", "8-1"]))
    assert [job.attachment for job in found.values()] == [PHOTO, LETTER]
    report = verify(store.database.store, store.codec)
    assert str(report) == "2 complaints, 2 history entries: all seals and histories fit"


ON_ROWS = {
    "an answer to another chat": "UPDATE outbox SET chat = 8 WHERE chat = 7",
    "the payload of another answer": (
        "UPDATE outbox SET payload = (SELECT payload FROM outbox WHERE chat = 8) WHERE chat = 7"
    ),
    "the places of two answers": "UPDATE outbox SET chat = 15 - chat",
    "an answer under another key": "UPDATE outbox SET key = 'answer:b' WHERE chat = 7",
    "an answer reported for another complaint": "UPDATE outbox SET report = 'b' WHERE chat = 7",
    "key and report cut elsewhere": "UPDATE outbox SET key = 'answer', report = 'a:a' WHERE chat = 7",
    "a later revision": "UPDATE outbox SET revision = 9 WHERE chat = 7",
    "a payload that is a text": "UPDATE outbox SET payload = 'ya' WHERE chat = 7",
    "a chat that is a text": "UPDATE outbox SET chat = x'37' WHERE chat = 7",
    "a file of another complaint": "UPDATE files SET owner = 'b' WHERE key = '7-1'",
    "a file with another content": "UPDATE files SET name = 'bb22' WHERE key = '7-1'",
    "a file of another chat": "UPDATE files SET chat = 8 WHERE key = '7-1'",
    "the name of another file": (
        "UPDATE files SET attachment = (SELECT attachment FROM files WHERE key = '8-1') WHERE key = '7-1'"
    ),
}


@pytest.mark.parametrize("name", named(ON_ROWS, {"a chat that is a text": OTHER_TYPE}))
async def test_an_answer_or_a_file_with_another_destination_does_not_open(store: Store, name: str) -> None:
    await store.attack(ON_ROWS[name])

    damage = Damage()

    def read(connection: Connection) -> None:
        outbox_table.load_rows(connection, store.codec, damage)
        files_table.files_by_key(connection, store.codec, ["7-1", "8-1"], damage)

    await store.database.write(read)
    assert {fault.error_name for fault in damage.faults.values()} <= {"SealBrokenError", "DamagedRowError"}
    assert damage.faults
    table = ON_ROWS[name].split()[1]
    assert store.faults()
    assert all(fault.startswith(f"{table} ") for fault in store.faults())


async def test_an_answers_earlier_revision_does_not_open(store: Store) -> None:
    before = await store.value("SELECT payload FROM outbox WHERE chat = 7")
    await store.do(lambda _: Outcome(effects=(Edit(7, "answer:a", message(70)),)))
    rows = await store.database.write(lambda c: outbox_table.load_rows(c, store.codec))
    assert [(row.revision, row.message) for row in rows if row.chat == 7] == [(1, message(70))]
    await store.set(tables.outbox, tables.outbox.c.chat == 7, payload=before)
    damage = Damage()
    rows = await store.database.write(lambda c: outbox_table.load_rows(c, store.codec, damage))
    assert [row for row in rows if row.chat == 7] == []
    assert [fault.error_name for fault in damage.faults.values()] == ["SealBrokenError"]


async def test_two_rows_that_differ_in_their_names_alone_cannot_be_swapped(store: Store) -> None:
    kept = (KeepFile("9-1", "a", 7, PHOTO), KeepFile("9-2", "a", 7, LETTER))
    await store.do(lambda _: Outcome(effects=(Send(9, message(1)), Send(9, message(2)), *kept)))
    await store.attack(
        "UPDATE outbox SET payload = (SELECT payload FROM outbox WHERE id = 4) WHERE id = 3",
        "UPDATE files SET attachment = (SELECT attachment FROM files WHERE key = '9-2') WHERE key = '9-1'",
    )
    assert [fault.partition(":")[0] for fault in store.faults()] == ["outbox 3", "files 9-1"]


async def test_a_file_is_sealed_again_for_its_new_owner_and_its_content(store: Store) -> None:
    await store.do(lambda _: Outcome(effects=(GiveFiles(("7-1",), "b"),)))
    found = await store.database.write(lambda c: files_table.files_by_key(c, store.codec, ["7-1"]))
    assert (found["7-1"].owner, found["7-1"].sha256, found["7-1"].attachment) == ("b", "aa11", PHOTO)


ON_COLUMNS: dict[str, object] = {
    "status": "closed",
    "filed_by": 8,
    "chat": -666,
    "officer": 666,
    # Not in the seal: the state has it as well.
    "division": "pemdes",
    "access_hash": "known",
    "restricted": 1,
    "due_on": "2030-01-01",
    "agency": "bakesbangpol",
    "reference": "DPMD-2026-0009",
    "serial": 9,
    "year": 2025,
    "received_at": "2025-01-01T00:00:00.000000+00:00",
}


@pytest.mark.parametrize("column", ON_COLUMNS)
async def test_a_complaint_with_a_changed_column_does_not_open(store: Store, column: str) -> None:
    await store.set(tables.cases, tables.cases.c.id == "a", **{column: ON_COLUMNS[column]})
    with pytest.raises((SealBrokenError, DamagedRowError)):
        await store.load()
    (fault,) = store.faults()
    assert fault.startswith("cases DPMD-2026-000")


async def test_every_plain_column_of_a_complaint_is_bound_except_those_of_the_clock(store: Store) -> None:
    await store.attack("UPDATE cases SET wake_at = '2026-01-01', wake_kind = 'x'")
    assert set(await store.load()) == {"a", "b"}
    assert {*ON_COLUMNS, "id", "wake_at", "wake_kind", "state"} == {column.name for column in tables.cases.c}


async def test_an_older_state_under_the_same_columns_is_found(store: Store) -> None:
    await store.change(taken)
    before = await store.value("SELECT state FROM cases WHERE id = 'a'")
    await store.change(noted)
    await store.load()
    await store.set(tables.cases, tables.cases.c.id == "a", state=before)
    with pytest.raises(HistoryBrokenError):
        await store.load()
    assert (
        "cases DPMD-2026-0001: the history was changed: entry 3 was added without the keys" in store.faults()
    )


async def test_a_whole_older_row_is_found(store: Store) -> None:
    put_back = await store.copy(CASE_A, tables.cases)
    await store.change(taken)
    await store.database.write(put_back)
    with pytest.raises(HistoryBrokenError):
        await store.load()
    assert store.faults()


def _rewrite(connection: Connection, column: str, value: str) -> None:
    """Change the first entry, and compute all links again as revision 0001 did: without a key."""
    first = (tables.history.c.case_id == "a") & (tables.history.c.seq == 1)
    connection.execute(update(tables.history).where(first).values({column: value}))
    link = "0" * 64
    for row in connection.execute(text("SELECT * FROM history WHERE case_id = 'a' ORDER BY seq")).all():
        linked = [link, row.who, row.at, row.what, row.digest]
        link = hashlib.sha256(json.dumps(linked, separators=(",", ":")).encode()).hexdigest()
        connection.execute(
            text("UPDATE history SET link = :link WHERE case_id = 'a' AND seq = :seq"),
            {"link": link, "seq": row.seq},
        )


def _continue(connection: Connection) -> None:
    added = "INSERT INTO history SELECT case_id, 3, at, who, what, text, salt, digest, link FROM history"
    connection.execute(text(f"{added} WHERE case_id = 'a' AND seq = 2"))


CHANGED = "was changed or put back at entry 1"
ON_HISTORY: dict[str, tuple[Callable[[Connection], None], str]] = {
    "the newest entry cut": (cut, "was cut: entry 2 is missing"),
    "an entry added": (_continue, "was changed: entry 3 was added without the keys"),
    "another person": (partial(_rewrite, column="who", value="officer:666"), CHANGED),
    "another act": (partial(_rewrite, column="what", value="rejected"), CHANGED),
    "another time": (partial(_rewrite, column="at", value="2025-01-01T00:00:00.000000+00:00"), CHANGED),
    "another text": (
        partial(_rewrite, column="digest", value=hashlib.sha256(b"s" * 16 + b"Tidak ada").hexdigest()),
        CHANGED,
    ),
}


@pytest.mark.parametrize("name", ON_HISTORY)
async def test_a_history_that_was_cut_or_rewritten_is_found(store: Store, name: str) -> None:
    forge, fault = ON_HISTORY[name]
    await store.change(taken)
    await store.database.write(forge)
    with pytest.raises(HistoryBrokenError):
        await store.load()
    assert store.faults() == [f"cases DPMD-2026-0001: the history {fault}"]


async def test_a_middle_entry_that_was_rewritten_alone_is_found_by_verify(store: Store) -> None:
    await store.change(taken)
    await store.attack("UPDATE history SET who = 'citizen:666' WHERE case_id = 'a' AND seq = 1")
    assert store.faults() == [f"cases DPMD-2026-0001: the history {CHANGED}"]
