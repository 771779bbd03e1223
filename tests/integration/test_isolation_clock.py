"""The clock and the start: a kind of row, a row or a step that fails delays no other."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, literal, text, update

from bot.database import arrivals, cases, chats, files_table, serials
from bot.database import tables as t
from bot.database.conversations import save_conversations
from bot.database.engine import Database
from bot.database.quarantine import Damage, Fault, Stage
from bot.database.starting import Start
from bot.sources import due
from bot.sources.scheduler import Scheduler
from conversations.complaints.draft import Draft
from conversations.conversation import Conversation
from conversations.effects import KeepFile
from conversations.events import Attachment, DeadlinePassed, FileLost
from tests.integration.both_stores import OTHER_TYPE, named
from tests.integration.driver import disk_full
from tests.integration.turn_setup import GROUP, TurnSetup, case_of, damage, said
from tests.unit.transcript import START, TERMS

DAY = timedelta(days=1)
# What is damaged -> how, and what is found of two people's drafts and a lost file.
DAMAGES = {
    "a person that is a text": ("UPDATE conversations SET person = 'x' WHERE person = 20", [21, "7-1"]),
    "a file of another complaint": ("UPDATE files SET owner = 'other'", [20, 21]),
}
DAMAGED = pytest.mark.parametrize("name", named(DAMAGES, {"a person that is a text": OTHER_TYPE}))


class Clock:
    """Rounds of the clock, with what was reported and which people and files it found."""

    def __init__(self, setup: TurnSetup) -> None:
        self.reported: list[Fault] = []
        self.scheduler = Scheduler(
            setup.database,
            setup.codec,
            setup.turns().take,
            lambda: START + DAY,
            lambda: 1_000_000.0,
            60.0,
            self._report,
        )

    async def _report(self, faults: Collection[Fault]) -> None:
        self.reported += faults

    async def found(self) -> list[object]:
        events = [incoming.event for incoming in await self.scheduler.due()]
        woken = [event.person for event in events if isinstance(event, DeadlinePassed)]
        return [*woken, *(event.file for event in events if isinstance(event, FileLost))]


async def _fill(setup: TurnSetup, *persons: int, chat: int = 0) -> None:
    """A draft of each person that is due, and a lost file."""
    draft = Draft(id="d", screen="story", started_at=START, touched_at=START)
    talks = [Conversation(chat=chat or person, person=person, draft=draft) for person in persons]
    kept = KeepFile("7-1", "draft", 7, Attachment("photo", "file", "unique"))

    def work(connection: Connection) -> None:
        save_conversations(connection, setup.codec, talks, TERMS)
        files_table.insert_files(connection, setup.codec, [kept])
        files_table.mark_lost(connection, "7-1", "too_large")

    await setup.database.write(work)


async def test_an_unreadable_kind_of_row_delays_no_other(
    setup: TurnSetup, monkeypatch: pytest.MonkeyPatch
) -> None:
    await _fill(setup, 20, 21)
    for broken in range(len(due.SOURCES)):
        sources = list(due.SOURCES)
        sources[broken] = replace(sources[broken], query=text("SELECT * FROM no_such_table"))
        monkeypatch.setattr("bot.sources.scheduler.SOURCES", tuple(sources))
        found = await Clock(setup).found()
        expected = {20, 21, "7-1"} - ({"7-1"} if broken == 1 else {20, 21} if broken == 3 else set())
        assert set(found) == expected


@DAMAGED
async def test_a_damaged_row_affects_no_other(setup: TurnSetup, name: str) -> None:
    await _fill(setup, 20, 21, chat=GROUP)
    statement, others = DAMAGES[name]
    await setup.damage(statement)
    clock = Clock(setup)
    assert await clock.found() == others
    assert await clock.found() == others
    assert [fault.stage for fault in clock.reported] == [Stage.CLOCK]


@DAMAGED
async def test_a_row_that_cannot_be_set_aside_delays_no_other(
    setup: TurnSetup, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    def raising(_row: Any) -> Any:
        raise LookupError

    await _fill(setup, 20, 21)
    statement, others = DAMAGES[name]
    await setup.damage(statement)
    sources = [replace(source, give_up=raising) for source in due.SOURCES]
    monkeypatch.setattr("bot.sources.scheduler.SOURCES", sources)
    assert await Clock(setup).found() == others


async def _twice(
    database: Database, damaging: str, work: Callable[[Connection, Damage], object]
) -> list[int]:
    """How many faults a step of the start finds, and how many the next start does."""
    await database.write(lambda c: damage(c, damaging))
    start, again = Start(database), Start(database)
    await start.step("damaged", work, None)
    await again.step("damaged", work, None)
    return [len(start.faults), len(again.faults)]


@pytest.mark.parametrize("number", ["-9223372036854775807", pytest.param("'x'", marks=OTHER_TYPE)])
async def test_a_damaged_offset_is_found_once(setup: TurnSetup, number: str) -> None:
    await setup.take(said(5, "halo"))
    found = await _twice(
        setup.database,
        f"UPDATE offsets SET next = {number}",  # noqa: S608 - one of the two above
        lambda c, d: arrivals.offset(c, "telegram", 1_000_000.0, d),
    )
    assert found == [1, 0]


@pytest.mark.parametrize("chat", ["5", pytest.param("'x'", marks=OTHER_TYPE)])
async def test_a_damaged_move_is_found_once(setup: TurnSetup, chat: str) -> None:
    await setup.database.write(lambda c: chats.note_moved(c, setup.codec, GROUP, -1009))
    found = await _twice(
        setup.database,
        f"UPDATE chats SET migrated_to = {chat}",  # noqa: S608 - one of the two above
        lambda c, d: chats.moves(c, setup.codec, d),
    )
    assert found == [1, 0]


NUMBERS = {"huge": 2**31 - 1, "beyond 32 bits": 2**63 - 1, "a text": "x", "below zero": -5}


@pytest.mark.parametrize("name", named(NUMBERS, {"beyond 32 bits": OTHER_TYPE, "a text": OTHER_TYPE}))
async def test_a_damaged_serial_number_is_read_again_from_its_reference(setup: TurnSetup, name: str) -> None:
    filed = [case_of("a", 1), case_of("b", 2)]
    damaging = update(t.cases).where(t.cases.c.id == "b").values(serial=literal(NUMBERS[name]))

    def work(connection: Connection) -> int:
        cases.file_cases(connection, setup.codec, filed, TERMS)
        connection.execute(damaging)
        return serials.next_serials(connection, ["dpmd"], START.year)["dpmd", START.year]

    # While it is damaged it is not counted; the next case would get its number.
    assert await setup.database.write(work) == 2
    start = Start(setup.database)
    await start.step("serials", serials.repair_serials, None)
    assert [(fault.stage, fault.subject) for fault in start.faults] == [(Stage.CASE, "b")]
    assert await setup.rows("SELECT serial FROM cases ORDER BY id") == [(1,), (2,)]


async def test_a_step_of_the_start_that_fails_on_data_is_skipped_and_recorded(database: Database) -> None:
    def raising(_connection: Connection, _damage: Damage) -> int:
        raise LookupError

    start = Start(database)
    assert await start.step("numbers", raising, 5) == 5
    assert [(fault.stage, fault.subject) for fault in start.faults] == [(Stage.START, "numbers")]


async def test_a_start_on_a_full_disk_ends(database: Database) -> None:
    def raising(_connection: Connection, _damage: Damage) -> int:
        raise disk_full()

    with pytest.raises(type(disk_full())):
        await Start(database).step("numbers", raising, 5)
