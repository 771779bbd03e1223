"""A store with damaged rows is moved only on demand, and without what no other store can hold."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest

from bot.database.own_contents import contents_of
from bot.database.stores.choice import store_of
from bot.database.watermark import read
from bot.operations.move_checks import MoveError
from bot.operations.verify import verify
from tests.integration.move_setup import ACROSS, Moving
from tests.integration.move_setup import moving as filled

HUGE = 2**40


@pytest.fixture
async def there(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Moving]:
    kinds = getattr(request, "param", ACROSS[0])
    async with filled(lambda: request.getfixturevalue("postgres_server"), tmp_path, kinds) as made:
        yield made


def damage(there: Moving, statement: str, *values: object) -> None:
    with closing(sqlite3.connect(there.source.path)) as connection:
        assert connection.execute(statement, values).rowcount == 1
        connection.commit()


# Statement, value, and how the row and its fault are named.
DAMAGED: dict[str, tuple[str, object, str]] = {
    "U+0000": (
        "UPDATE sent_messages SET key = ?",
        "a\x00b",
        "sent_messages 7:1: key holds a text with the character U+0000",
    ),
    "no UTF-8": (
        "UPDATE outbox SET key = CAST(? AS TEXT) WHERE id = 1",
        b"\xff",
        "outbox 1: key holds a text that is not UTF-8",
    ),
    "bytes for text": (
        "UPDATE history SET what = ? WHERE case_id = 'b'",
        b"x",
        "history b:1: what holds no text",
    ),
    "text for bytes": ("UPDATE cases SET state = ? WHERE id = 'b'", "x", "cases b: state holds no bytes"),
    "text for a number": (
        "UPDATE outbox SET attempts = ? WHERE id = 1",
        "x",
        "outbox 1: attempts holds no whole number",
    ),
    "large number": (
        "UPDATE cases SET serial = ? WHERE id = 'b'",
        HUGE,
        "cases b: serial holds a number that is too large",
    ),
    "half a number": (
        "UPDATE outbox SET lane = ? WHERE id = 1",
        1.5,
        "outbox 1: lane holds no whole number",
    ),
    "text for a float": (
        "UPDATE outbox SET created = ? WHERE id = 1",
        "x",
        "outbox 1: created holds no number",
    ),
}


@pytest.mark.parametrize("case", DAMAGED)
async def test_a_value_that_no_other_store_holds_is_named_before_anything_is_written(
    there: Moving, case: str
) -> None:
    statement, value, said = DAMAGED[case]
    there.change(
        there.source,
        "INSERT INTO sent_messages (chat, message_id, key, sent) VALUES (7, 1, 'card:a', 1)",
    )
    damage(there, statement, value)
    with pytest.raises(MoveError, match="nothing was changed") as refused:
        there.move()
    assert said in str(refused.value)
    assert "With --accept-faults the copy lacks 1 rows" in str(refused.value)
    assert store_of(there.target).is_blank()


async def test_on_demand_such_rows_are_left_out_and_named(there: Moving) -> None:
    damage(there, "UPDATE outbox SET key = ? WHERE id = 1", "a\x00b")
    said = there.move(accept_faults=True)
    assert "Left out, as no other store can hold them:\noutbox 1: key holds a text with" in said
    assert "counts, values" not in said
    before, after = there.rows(there.source), there.rows(there.target)
    assert [row[0] for row in after.pop("outbox")] == [row[0] for row in before.pop("outbox") if row[0] != 1]
    assert after == before
    assert verify(store_of(there.target), there.codec).faults == []


async def test_a_history_entry_that_is_left_out_is_named_as_missing(there: Moving) -> None:
    damage(there, "UPDATE history SET what = ? WHERE case_id = 'b'", b"\xff")
    said = there.move(accept_faults=True)
    assert "history b:1: what holds no text" in said
    assert "cases DPMD-2026-0002: the history was cut: entry 1 is missing" in said
    faults = verify(store_of(there.target), there.codec).faults
    assert [fault for fault in faults if "DPMD-2026-0001" in fault] == []
    assert faults != []


async def test_a_complaint_that_is_left_out_leaves_its_history_and_number(there: Moving) -> None:
    damage(there, "UPDATE cases SET state = 'x' WHERE id = 'b'")
    said = there.move(accept_faults=True)
    assert "has 1 complaints" in said
    assert "history b: the complaint of these entries is missing" in said
    assert read(there.target.watermark_path)["dpmd", 2026] == 57


@pytest.mark.parametrize("there", ACROSS, indirect=True, ids="-to-".join)
async def test_what_does_not_open_is_moved_as_it_is_on_demand(there: Moving) -> None:
    there.change(there.source, "UPDATE conversations SET language = 'en', person = 9")
    contents_of(there.source).erase(there.letter)
    with pytest.raises(MoveError, match=r"conversations 7:9: .*files 8-1: its content is missing"):
        there.move()
    assert store_of(there.target).is_blank()
    said = there.move(accept_faults=True)
    assert "Faults of the source that the copy has too" in said
    assert "conversations 7:9" in said
    assert there.everything(there.target) == there.everything(there.source)


async def test_damaged_pages_are_not_moved(there: Moving) -> None:
    content = bytearray(there.source.path.read_bytes())
    content[8192:8200] = b"\xff" * 8
    there.source.path.write_bytes(content)
    with pytest.raises(MoveError, match="the database is damaged"):
        there.move(accept_faults=True)
    assert store_of(there.target).is_blank()


async def test_a_damaged_file_of_numbers_is_refused(there: Moving) -> None:
    there.source.watermark_path.write_text("{")
    with pytest.raises(MoveError, match="cannot be read"):
        there.move()
    assert store_of(there.target).is_blank()
