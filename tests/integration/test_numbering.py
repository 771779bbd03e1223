"""Numbers over lost and old databases: no number is issued twice, and each gap is noted once."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Connection, select

from bot.database import cases, hourly, serials
from bot.database.engine import Database
from bot.database.outbox_rows import OutboxRow
from bot.database.outbox_table import load_rows
from bot.database.sealing import Codec
from bot.database.serials import Number
from bot.database.tables import gaps
from bot.database.watermark import Watermark, read
from bot.outbox.operator_notes import Operator
from bot.turns.numbering import Numbering
from bot.turns.turns import Committed, Turns
from tests.integration.both_stores import NOT_UTF_8, OTHER_TYPE, named
from tests.integration.turn_setup import TurnSetup, case_of, said
from tests.unit.transcript import START, TERMS

OPERATOR = 999
GAP = "system.operator_numbers_gap"
UNWRITABLE = "system.operator_numbers_unwritable"
DAMAGED = "system.operator_numbers_damaged"


class Register:
    """A register with its watermark, started as often as a test wants."""

    def __init__(self, database: Database, codec: Codec, folder: Path) -> None:
        self.database, self.codec = database, codec
        self.path = folder / "state" / "data-aduan.json"
        self.accepted: list[OutboxRow] = []
        self.wall = 1_000_000.0

    def numbering(self) -> Numbering:
        operator = Operator(self.codec, OPERATOR)
        accept = self.accepted.extend
        return Numbering(
            self.database, Watermark(self.path), operator, accept, lambda: START, lambda: self.wall
        )

    async def start(self) -> Numbering:
        numbering = self.numbering()
        await numbering.start()
        return numbering

    def mark(self, content: object) -> None:
        self.path.parent.mkdir(exist_ok=True)
        self.path.write_text(json.dumps(content))

    async def file(self, *serials: int) -> None:
        filed = [case_of(f"case{serial}", serial) for serial in serials]
        await self.database.write(lambda connection: cases.file_cases(connection, self.codec, filed, TERMS))

    async def gaps(self) -> list[tuple[object, ...]]:
        query = select(gaps.c.agency, gaps.c.year, gaps.c.first, gaps.c.last).order_by(gaps.c.first)
        return [tuple(row) for row in await self.database.write(lambda c: c.execute(query).all())]

    async def next(self) -> int:
        found = await self.database.write(lambda c: serials.next_serials(c, ["dpmd"], START.year))
        return found["dpmd", START.year]

    async def notices(self) -> list[tuple[str, object]]:
        rows = await self.database.write(lambda c: load_rows(c, self.codec))
        messages = [row.message for row in rows if row.chat == OPERATOR]
        return [(message.template, dict(message.params)) for message in messages if message]


@pytest.fixture
def register(database: Database, codec: Codec, tmp_path: Path) -> Register:
    return Register(database, codec, tmp_path)


async def test_a_first_start_notes_and_writes_nothing(register: Register) -> None:
    await register.start()
    assert (await register.gaps(), await register.notices()) == ([], [])
    assert not register.path.parent.exists()


async def test_a_register_that_is_behind_notes_the_gap_and_continues_above_it(register: Register) -> None:
    await register.file(1, 2)
    register.mark({"dpmd": {"2026": 5}})
    await register.start()
    assert await register.gaps() == [("dpmd", 2026, 3, 5)]
    assert await register.next() == 6
    assert await register.notices() == [(GAP, {"first": "DPMD-2026-0003", "last": "DPMD-2026-0005"})]


async def test_a_gap_is_noted_and_reported_once(register: Register) -> None:
    register.mark({"dpmd": {"2026": 5}})
    await register.start()
    await register.start()
    assert await register.gaps() == [("dpmd", 2026, 1, 5)]
    assert len(await register.notices()) == 1


async def test_a_second_loss_is_a_second_gap(register: Register) -> None:
    register.mark({"dpmd": {"2026": 5}})
    await register.start()
    register.mark({"dpmd": {"2026": 7}})
    await register.start()
    assert await register.gaps() == [("dpmd", 2026, 1, 5), ("dpmd", 2026, 6, 7)]
    assert await register.next() == 8


async def test_an_agency_that_left_the_configuration_keeps_its_numbers(register: Register) -> None:
    register.mark({"dinsos": {"2025": 5}})
    await register.start()
    assert await register.gaps() == [("dinsos", 2025, 1, 5)]
    assert await register.next() == 1


async def test_a_register_that_is_ahead_raises_the_file(register: Register) -> None:
    """A kill came between the commit and the file, or the file was lost."""
    await register.file(1, 2)
    register.mark({"dpmd": {"2026": 1}, "dinsos": {"2025": 5}})
    await register.start()
    assert read(register.path) == {("dpmd", 2026): 2, ("dinsos", 2025): 5}
    assert await register.gaps() == [("dinsos", 2025, 1, 5)]


async def test_a_damaged_file_is_reported_and_written_again(register: Register) -> None:
    await register.file(1, 2)
    register.mark(["no numbers"])
    await register.start()
    (notice,) = await register.notices()
    assert notice[0] == DAMAGED
    (aside,) = register.path.parent.glob("*.damaged-*")
    assert notice[1] == {"path": str(aside)}
    assert read(register.path) == {("dpmd", 2026): 2}


async def test_a_file_that_cannot_be_written_is_reported_once_an_hour(register: Register) -> None:
    await register.file(1)
    register.path.parent.write_text("a file in the place of the folder")
    numbering = await register.start()
    assert [template for template, _ in await register.notices()] == [UNWRITABLE]
    assert register.accepted == []
    await numbering.issued([Number("dpmd", 2026, 2)])
    assert len(await register.notices()) == 1
    register.wall += hourly.HOUR
    await numbering.issued([Number("dpmd", 2026, 3)])
    assert [template for template, _ in await register.notices()] == [UNWRITABLE] * 2
    assert [row.chat for row in register.accepted] == [OPERATOR]
    register.path.parent.unlink()
    await numbering.issued([Number("dpmd", 2026, 4)])
    assert read(register.path) == {("dpmd", 2026): 4}


@pytest.mark.parametrize(("later", "due"), [(0.0, False), (3599.0, False), (3600.0, True), (-1.0, True)])
async def test_a_wrong_clock_suppresses_no_notice(database: Database, later: float, due: bool) -> None:
    assert await database.write(lambda connection: hourly.is_due(connection, "kind", 5000.0))
    assert await database.write(lambda connection: hourly.is_due(connection, "other", 5000.0))
    assert await database.write(lambda connection: hourly.is_due(connection, "kind", 5000.0 + later)) == due


class Watched(TurnSetup):
    """A setup whose turns note numbers; `order` tells what came first."""

    order: list[str]

    def watched(self, issued: Callable[[list[Number]], None]) -> Turns:
        self.order = []
        turns = self.turns()

        async def note(filed: object) -> None:
            assert isinstance(filed, tuple)
            self.order.append("noted")
            issued(list(filed))

        def committed(done: Committed) -> None:
            self.order.append("handed out")
            self.committed.append(done)

        turns._issued, turns._on_committed = note, committed
        return turns


@pytest.fixture
def setup(database: Database, codec: Codec) -> Watched:
    return Watched(database, codec)


async def test_numbers_are_noted_after_the_commit_and_before_the_hand_over(setup: Watched) -> None:
    noted: list[Number] = []
    turns = setup.watched(noted.extend)
    await turns.take([said(1, "file a"), said(2, "file b", person=8)])
    assert noted == [Number("dpmd", 2026, 1), Number("dpmd", 2026, 2)]
    assert setup.order == ["noted", "handed out"]
    assert await setup.value("SELECT count(*) FROM cases") == 2


async def test_a_turn_that_files_nothing_notes_nothing(setup: Watched) -> None:
    await setup.watched(lambda _numbers: None).take([said(1, "halo")])
    assert setup.order == ["handed out"]


async def test_a_turn_that_is_rolled_back_notes_only_what_was_stored(setup: Watched) -> None:
    noted: list[Number] = []
    turns = setup.watched(noted.extend)
    await turns.take([said(1, "file a")])
    await turns.take([said(2, "file a", person=8), said(3, "file c", person=9)])
    assert noted == [Number("dpmd", 2026, 1), Number("dpmd", 2026, 2)]


async def test_the_citizen_is_answered_though_the_number_cannot_be_noted(
    setup: Watched, register: Register
) -> None:
    register.path.parent.write_text("a file in the place of the folder")
    numbering = await register.start()
    turns = setup.turns()
    turns._issued = numbering.issued
    await turns.take([said(1, "file a")])
    assert setup.sent() == [(7, "system.own_id")]


def _locked(_connection: Connection) -> None:
    raise OSError("disk full")


async def test_a_receipt_is_sent_though_the_operator_cannot_be_informed(
    register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbering = await register.start()
    register.path.parent.write_text("a file in the place of the folder")
    monkeypatch.setattr(hourly, "is_due", lambda connection, *_: _locked(connection))
    await numbering.issued([Number("dpmd", 2026, 1)])
    assert register.accepted == []


# One row of a register, damaged in a way that a start reads.
ODD_ROWS = {
    "a year that is a text": ("cases", "year = 'x'"),
    "a year with a bit more": ("cases", "year = 10218"),
    "an agency that is none": ("cases", "agency = 'dpm!'"),
    "an agency that is bytes": ("cases", "agency = x'ff00'"),
    "a number that is a text": ("cases", "serial = 'x'"),
    "a gap's agency": ("gaps", "agency = x'ff00'"),
    "a gap's year": ("gaps", "year = 'x'"),
    "a gap's end": ("gaps", "last = 'x'"),
    "a gap's end before its start": ("gaps", "last = -1"),
    "a gap of no agency": ("gaps", "agency = 'dpm!'"),
    "a gap of another year": ("gaps", "year = 10218"),
}
ODD_MARKS = {name: OTHER_TYPE for name, (_, change) in ODD_ROWS.items() if "'x'" in change}
ODD_MARKS |= {name: NOT_UTF_8 for name, (_, change) in ODD_ROWS.items() if "x'ff00'" in change}


@pytest.mark.parametrize("name", named(ODD_ROWS, ODD_MARKS))
async def test_a_damaged_row_neither_ends_a_start_nor_changes_the_file(register: Register, name: str) -> None:
    table, change = ODD_ROWS[name]
    await register.file(1, 2)
    register.mark({"dpmd": {"2026": 5}})
    await register.start()
    first = "id = 'case1'" if table == "cases" else "first = 3"
    await register.database.write(
        lambda c: c.exec_driver_sql(f"UPDATE {table} SET {change} WHERE {first}")  # noqa: S608 - ours
    )
    for _ in range(2):
        await register.start()
        assert read(register.path)["dpmd", 2026] == 5
    assert [path.name for path in register.path.parent.iterdir()] == [register.path.name]


async def test_a_mark_beyond_all_numbers_is_damaged_and_reported(register: Register) -> None:
    await register.file(1)
    register.mark({"dpmd": {"2026": 5_000_000}})
    await register.start()
    assert await register.gaps() == []
    assert read(register.path)["dpmd", 2026] == 1


async def test_the_highest_mark_still_has_numbers_after_it(register: Register) -> None:
    register.mark({"dpmd": {"2026": 999_999}})
    await register.start()
    for serial in (1_000_000, 1_000_001):
        following = await register.database.write(lambda c: serials.next_serials(c, ["dpmd"], 2026))
        assert following["dpmd", 2026] == serial
        await register.file(serial)
