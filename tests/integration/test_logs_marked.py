"""What fails inside the bot fails with marked words, and the log holds none of them."""

from __future__ import annotations

import asyncio
import io
import logging
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from sqlalchemy import Connection, update
from sqlalchemy.exc import IntegrityError

from bot import logs
from bot.config.sections import Log
from bot.database import quarantine
from bot.database.engine import Database
from bot.database.files_table import insert_files
from bot.database.tables import cases
from bot.sources.scheduler import Scheduler
from conversations.effects import KeepFile, Outcome
from conversations.events import Attachment
from tests.integration.both_stores import Place
from tests.integration.driver import disk_full
from tests.integration.outbox_setup import OPERATOR, OutboxSetup, Words, outbox_setup, paper, send
from tests.integration.turn_setup import TurnSetup, said
from tests.marked import MARKS, find_in_bytes
from tests.unit.transcript import START

ROOT = Path(__file__).parents[2]
STORY = MARKS["story"]


class MarkedError(ValueError):
    """An error whose message is what a person wrote."""


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """The log at its lowest level, searched at the end of the test."""
    written = io.StringIO()
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    with monkeypatch.context() as patched:
        patched.setattr(sys, "stderr", written)
        logs.configure(Log(format="json", level="debug"))
        # The loggers of the modules were used before: they write to the stream of then.
        for module in [each for name, each in sys.modules.items() if name.startswith("bot.")]:
            if hasattr(module, "log"):
                patched.setattr(module, "log", structlog.get_logger())
        yield written
    root.handlers = handlers
    root.setLevel(level)
    structlog.reset_defaults()
    assert written.getvalue()
    assert find_in_bytes(written.getvalue().encode()) == []


def fail(*_: object, **__: object) -> Any:
    raise MarkedError(STORY)


def events(log: io.StringIO) -> set[str]:
    """The events of the log."""
    return {line.partition('"event": "')[2].partition('"')[0] for line in log.getvalue().splitlines()}


async def test_a_core_that_fails(log: io.StringIO, setup: TurnSetup) -> None:
    setup.core.then = fail
    await setup.take(said(1, STORY))
    assert {"turn.set_aside", "turn.taken"} <= events(log)


async def test_a_database_that_refuses_the_data(
    log: io.StringIO, setup: TurnSetup, monkeypatch: pytest.MonkeyPatch
) -> None:
    failures: list[Exception] = [IntegrityError("INSERT", {"story": STORY}, Exception(STORY))]
    await _with_failing_writes(setup, monkeypatch, failures)
    assert "turn.refused" in events(log)


async def test_a_database_on_a_full_disk(
    log: io.StringIO, setup: TurnSetup, monkeypatch: pytest.MonkeyPatch
) -> None:
    await _with_failing_writes(setup, monkeypatch, [disk_full()])
    assert "turn.waits" in events(log)


async def _with_failing_writes(
    setup: TurnSetup, monkeypatch: pytest.MonkeyPatch, failures: list[Exception]
) -> None:
    write = Database.write

    async def failing(self: Database, work: Callable[[Connection], Any]) -> Any:
        if failures:
            raise failures.pop()
        return await write(self, work)

    monkeypatch.setattr(Database, "write", failing)
    await setup.take(said(1, STORY))


async def test_a_quarantine_that_fails(
    log: io.StringIO, setup: TurnSetup, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quarantine, "keep", fail)
    await setup.take(said(1, "break"))
    assert "quarantine.not_kept" in events(log)


async def test_what_follows_a_commit_and_fails(log: io.StringIO, setup: TurnSetup) -> None:
    turns = setup.turns()
    turns._on_committed = fail
    await turns.take([said(1, STORY)])
    assert "turn.not_handed_on" in events(log)


async def test_a_row_of_the_clock_that_is_damaged(log: io.StringIO, setup: TurnSetup) -> None:
    await setup.take(said(1, f"file {STORY}"))
    damaged = {"wake_at": "2020", "wake_kind": STORY, "state": b"x"}
    await setup.database.write(lambda c: c.execute(update(cases).values(**damaged)))
    setup.core.then = lambda _event, _world: Outcome()

    async def report(faults: object) -> None:
        raise MarkedError(str(faults))

    await Scheduler(
        setup.database, setup.codec, setup.turns().take, lambda: START, lambda: 1_000_000.0, 60.0, report
    ).round()


async def test_words_that_cannot_be_rendered(
    log: io.StringIO, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with outbox_setup(place) as setup:
        monkeypatch.setattr(Words, "text", fail)
        await _sent(setup)
    assert {"outbox.fault", "outbox.undeliverable", "outbox.not_delivered"} <= events(log)


async def test_a_document_that_cannot_be_made(log: io.StringIO, place: Place) -> None:
    async with outbox_setup(place) as setup:
        setup.documents.failures.append(MarkedError(STORY))
        await setup.simulator.person(7, STORY).say("/start")
        await setup.post(paper(7, STORY))
        await setup.empty()
    assert {"outbox.document_not_made", "outbox.document_made", "outbox.delivered"} <= events(log)


async def _sent(setup: OutboxSetup) -> None:
    for chat in (OPERATOR, 7):
        await setup.simulator.person(chat, STORY).say("/start")
    await setup.post(send(7, STORY), send(7, STORY, "card:a"))
    await setup.empty()


async def test_a_file_that_cannot_be_fetched(
    log: io.StringIO, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with outbox_setup(place) as setup:
        await setup.files.start(setup.channel)
        monkeypatch.setattr(setup.channel, "fetch_file", fail)
        sent = KeepFile("7-1", "a", 7, Attachment("document", STORY, STORY, name=f"{STORY}.pdf"))
        jobs = await setup.database.write(lambda c: insert_files(c, setup.codec, [sent]))
        setup.files.accept(jobs)
        await _until(lambda: "files.not_fetched" in events(log))


async def _until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not condition():  # noqa: ASYNC110 - the log has no signal
            await asyncio.sleep(0.01)


@pytest.mark.parametrize("form", ["json", "console"])
def test_a_process_in_which_everything_fails(form: str) -> None:
    done = subprocess.run(
        [sys.executable, "-X", "dev", "-m", "tests.loud_process", form],
        cwd=ROOT,
        capture_output=True,
        check=False,
        timeout=120,
    )
    said = done.stderr.decode()
    assert find_in_bytes(done.stderr + done.stdout) == [], said
    for event in (
        *("python.uncaught", "python.uncaught_in_thread", "python.unraisable", "python.warning"),
        *("background.fault", "turn.refused", "failed for %s", "Task exception was never retrieved"),
        *("Exception in callback", "aiohttp.server", "web.refused", " answer", "Current thread"),
    ):
        assert event in said, event
    assert done.returncode == 1
