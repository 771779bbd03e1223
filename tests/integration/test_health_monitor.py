"""The monitor looks at the real store: what waits, since when, and whether the writer works."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, insert, text
from sqlalchemy.exc import OperationalError

from bot.clock.trusted_time import Certainty, TrustedTime
from bot.clock.witness import EQUAL_ANSWERS
from bot.database.engine import Database
from bot.database.outbox_rows import Kind, LaneNumber, OutboxRow
from bot.database.outbox_table import insert_rows
from bot.database.sealing import Codec
from bot.database.tables import cases, waiting
from bot.database.waiting_work import CaseCount
from bot.foundation.figures import Figures, figures
from bot.health import monitor as monitors
from bot.health.alerts import Alerts
from bot.health.judgement import CLOCK_SECONDS
from bot.health.monitor import Monitor
from bot.outbox.operator_notes import Operator, group_lost
from bot.turns.turns import Incoming
from conversations.effects import Outcome
from tests.integration.query_plans import scans, statements_of
from tests.integration.turn_setup import TurnSetup, said
from tests.unit.transcript import START

LATE = 600.0


@pytest.fixture(autouse=True)
def always_looking(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(monitors, "KEPT_SECONDS", 0.0)


def monitor(
    database: Database, codec: Codec, seen: Figures | None = None, trusted: TrustedTime | None = None
) -> Monitor:
    alerts = Alerts(database, Operator(codec), lambda _rows: None, LATE)
    return Monitor(
        database,
        ["dpmd", "baru"],
        alerts,
        lambda: START,
        folder=Path(),
        trusted=trusted or TrustedTime(),
        late_seconds=LATE,
        seen=seen or Figures(),
    )


def row(created: float, kind: Kind = Kind.SEND, chat: int = 7) -> OutboxRow:
    return OutboxRow(0, chat, 0, kind, "id", created)


async def stored(database: Database, codec: Codec, *rows: OutboxRow) -> None:
    await database.write(lambda c: insert_rows(c, codec, rows, ()))


def named(seconds: float) -> str:
    """A `Date` header."""
    return format_datetime(datetime.fromtimestamp(seconds, UTC), usegmt=True)


async def test_the_clock_is_judged_and_ages_follow_the_trusted_time(
    database: Database, codec: Codec, monkeypatch: pytest.MonkeyPatch
) -> None:
    now, month = 1_800_000_000.0, 30 * 86_400.0
    trusted = TrustedTime(lambda: now + month, lambda: 50.0)
    looking = monitor(database, codec, trusted=trusted)
    await stored(database, codec, row(now - 5))
    assert (await looking.state()).clock.certainty is Certainty.SILENT
    for _ in range(EQUAL_ANSWERS):
        trusted.answered(named(now))
    state = await looking.state()
    assert (state.clock.certainty, state.clock.ahead) == (Certainty.DIFFERS, month)
    assert state.undelivered == 5.0
    assert looking.problems(state) == []
    began = time.monotonic()
    monkeypatch.setattr("bot.health.monitor.time.monotonic", lambda: began + CLOCK_SECONDS + 1)
    wrong = looking.problems(await looking.state())
    assert "clock" in [problem.kind for problem in wrong]


async def test_a_certain_clock_is_no_problem_however_long_ago_the_start_was(
    database: Database, codec: Codec, monkeypatch: pytest.MonkeyPatch
) -> None:
    trusted = TrustedTime(lambda: 1_800_000_000.0, lambda: 50.0)
    looking = monitor(database, codec, trusted=trusted)
    trusted.answered(named(1_800_000_000.0))
    began = time.monotonic()
    monkeypatch.setattr("bot.health.monitor.time.monotonic", lambda: began + CLOCK_SECONDS + 1)
    state = await looking.state()
    assert (state.clock.certainty, state.uncertain) == (Certainty.CERTAIN, 0.0)
    assert "clock" not in [problem.kind for problem in looking.problems(state)]


async def test_a_new_store_is_healthy(database: Database, codec: Codec) -> None:
    looking = monitor(database, codec)
    state = await looking.state()
    assert looking.problems(state) == []
    assert (state.unanswered, state.undelivered, state.writer, state.work.lanes) == (0.0, 0.0, 0.0, {})
    assert state.free


async def test_the_oldest_message_is_found_and_the_removal_of_buttons_is_none(
    database: Database, codec: Codec
) -> None:
    now = time.time()
    await stored(database, codec, row(now - 9000, Kind.STRIP), row(now - 700, chat=-1), row(now - 5))
    looking = monitor(database, codec)
    state = await looking.state()
    assert state.undelivered == pytest.approx(700, abs=60)
    assert state.work.lanes == {0: 3}
    assert [problem.kind for problem in looking.problems(state)] == ["undelivered"]


async def test_waiting_cosmetic_edits_are_no_messages_and_hide_none(database: Database, codec: Codec) -> None:
    now = time.time()
    cosmetic = replace(row(now - 9000, Kind.EDIT), lane=LaneNumber.COSMETIC, message=group_lost(-1))
    await stored(database, codec, *[cosmetic] * 60)
    looking = monitor(database, codec)
    assert (await looking.state()).undelivered == 0.0
    await stored(database, codec, row(now - 700))
    assert (await looking.state()).undelivered == pytest.approx(700, abs=60)


async def test_messages_for_unreachable_chats_are_counted_and_not_late(
    database: Database, codec: Codec
) -> None:
    await stored(database, codec, row(1.0), row(1.0, chat=-1), row(1.0, chat=-1))
    await database.write(lambda c: c.execute(text("UPDATE outbox SET state = 'parked'")))
    state = await monitor(database, codec).state()
    assert (state.undelivered, state.work.parked, state.work.parked_of_groups) == (0.0, 3, 2)


async def test_an_update_that_waits_for_its_senders_membership_is_unanswered(
    database: Database, codec: Codec
) -> None:
    values = {"id": 1, "channel": "telegram", "chat": -1, "person": 7, "raw": b"", "at": time.time() - 700}
    await database.write(lambda c: c.execute(insert(waiting), [values]))
    state = await monitor(database, codec).state()
    assert state.unanswered == pytest.approx(700, abs=60)
    assert state.work.updates == 1


async def test_an_update_is_unanswered_until_its_turn_is_committed(setup: TurnSetup) -> None:
    ages: list[tuple[int, bool]] = []

    def note(_event: object, _world: object) -> Outcome:
        ages.append((len(figures.unanswered), figures.unanswered.age(time.monotonic()) > 0))
        return Outcome()

    setup.core.then = note
    await setup.take(said(1, "halo"), said(2, "pak", person=8))
    assert ages == [(2, True), (2, True)]
    assert len(figures.unanswered) == 0
    clock = Incoming("clock", None, said(3, "x").event, b"")
    await setup.take(clock)
    assert ages[2:] == [(0, False)]


async def test_notices_and_quarantined_updates_are_counted(setup: TurnSetup) -> None:
    await setup.take(said(1, "break"))
    operator = Operator(setup.codec)
    await setup.database.write(lambda c: operator.notify(c, [group_lost(-1)]))
    state = await monitor(setup.database, setup.codec).state()
    assert state.work.set_aside == {"update": 1, "notice": 1}
    assert state.work.notices == 1


def many_cases(connection: Connection, number: int) -> None:
    """Cases of dpmd: of ten, two are closed, one waits for the citizen, of the others half are overdue."""
    statuses = (
        "received",
        "in_progress",
        "assigned",
        "verified",
        "reopened",
        "closed",
        "archived",
        "incomplete",
    )
    rows = [
        {
            "id": f"c{serial}",
            "agency": "dpmd",
            "year": 2026,
            "serial": serial,
            "reference": f"DPMD-2026-{serial}",
            "status": statuses[serial % 8],
            "filed_by": serial,
            "chat": -1,
            "division": "",
            "due_on": "2026-03-01" if serial % 2 else "2026-12-31",
            "restricted": serial % 3 == 0,
            "received_at": "2026-01-01",
            "access_hash": "",
            "state": b"",
        }
        for serial in range(number)
    ]
    connection.execute(insert(cases), rows)


async def test_open_and_overdue_cases_are_counted_for_each_agency(database: Database, codec: Codec) -> None:
    await database.write(lambda c: many_cases(c, 80))
    looking = monitor(database, codec)
    # Of each eight: closed and archived are not open; in_progress, verified and incomplete are due in March,
    # and the clock of an incomplete case rests.
    expected = {"dpmd": CaseCount(60, 20), "baru": CaseCount(0, 0)}
    assert (await looking.state()).cases == expected
    # Within a minute they are not counted again.
    await database.write(lambda c: c.execute(text("DELETE FROM cases")))
    assert (await looking.state()).cases == expected
    looking._count_at = time.monotonic()
    assert (await looking.state()).cases["dpmd"] == CaseCount(0, 0)


async def test_counting_that_takes_long_is_done_less_often(
    database: Database, codec: Codec, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(monitors, "COUNTING_SHARE", 1e9)
    looking = monitor(database, codec)
    await looking.state()
    assert looking._count_at > time.monotonic() + 2 * monitors.CASES_KEPT_SECONDS


async def test_what_is_read_within_five_seconds_is_read_once(
    database: Database, codec: Codec, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(monitors, "KEPT_SECONDS", 3600.0)
    looking = monitor(database, codec)
    first = await looking.state()
    await stored(database, codec, row(1.0))
    assert await looking.state() is first


async def test_each_query_uses_an_index(database: Database, codec: Codec) -> None:
    with statements_of(database._reading) as statements:
        await monitor(database, codec).state()
    asked = [one for one in statements if one[0].startswith("SELECT")]
    assert len(asked) >= 8
    # The updates that wait for a check are few.
    found = await database.write(lambda c: [scan for one in asked for scan in scans(c, one)])
    assert [scan for scan in found if not scan.startswith("SCAN waiting")] == []


@asynccontextmanager
async def held(database: Database) -> AsyncIterator[None]:
    """The writer's thread is busy while the block runs."""
    release = threading.Event()
    work = database.write(lambda _: release.wait(60))
    task = asyncio.ensure_future(work)
    try:
        yield
    finally:
        release.set()
        await task


async def test_a_writer_that_does_not_answer_is_seen_and_asked_once(
    database: Database, codec: Codec, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(monitors, "WRITER_PATIENCE", 0.01)
    looking, asked = monitor(database, codec), []
    write = Database.write

    async def counted(self: Database, work: Callable[[Connection], Any]) -> Any:
        asked.append(work)
        return await write(self, work)

    async with held(database):
        monkeypatch.setattr(Database, "write", counted)
        first, second = await looking.state(), await looking.state()
        assert 0 < first.writer < second.writer
        assert len(asked) == 1
    monkeypatch.setattr(monitors, "WRITER_PATIENCE", 60.0)
    assert (await looking.state()).writer == 0.0


async def test_a_store_that_cannot_be_written_or_read_is_named_by_the_error(
    database: Database, codec: Codec, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refused(_self: Database, _work: object) -> None:
        raise OperationalError("Siti", {}, Exception("Siti"))

    looking = monitor(database, codec)
    monkeypatch.setattr(Database, "write", refused)
    monkeypatch.setattr(Database, "read", refused)
    problems = looking.problems(await looking.state())
    assert [problem.kind for problem in problems] == ["writer", "reader"]
    assert all("OperationalError" in problem.words for problem in problems)
    assert "Siti" not in str(problems)


async def test_a_fetch_long_ago_is_seen(database: Database, codec: Codec) -> None:
    looking = monitor(database, codec, Figures(fetched_at=time.monotonic() - 1000))
    assert [problem.kind for problem in looking.problems(await looking.state())] == ["fetching"]


async def test_a_fault_of_a_round_is_logged_and_ends_nothing(
    database: Database, codec: Codec, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(_self: Alerts, _ages: object, _wall: float) -> None:
        raise OperationalError("Siti", {}, Exception("Siti"))

    monkeypatch.setattr(Alerts, "round", broken)
    await monitor(database, codec).round()
