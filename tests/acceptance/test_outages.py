"""The messenger fails for longer, or another process holds the database: all waits, nothing is lost.

An hour is not waited for: the waits grow to 72 seconds at most (`test_no_wait_is_longer_than_72_seconds`).
What holds for a run of failures holds for an hour of them, and the bot works within that time afterwards.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing

import pytest
import pytest_asyncio

from bot.outbox import delivery
from bot.simulator.api.faults import Kind
from bot.sources import polling
from bot.turns import turns
from tests.acceptance.bot_setup import Setup, opened, words

pytestmark = pytest.mark.asyncio(loop_scope="module")

# The failed calls that make an outage: with the waits of the bot, some seconds.
FAILURES = 5
MANY = 1_000_000


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def own(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Setup]:
    """A bot of this module's own: an outage stops everybody."""
    async with opened(tmp_path_factory.mktemp("outage")) as running:
        yield running


@pytest.mark.parametrize("kind", ["502", "drop"])
async def test_an_outage_of_the_messenger_loses_nothing(own: Setup, kind: Kind) -> None:
    filer, siti = await own.at("sign")
    storyteller, budi = await own.at("story")
    outage = own.simulator.fault(None, kind=kind, times=MANY)
    siti.mark_read()
    budi.mark_read()
    await siti.person.say("Siti Aminah")
    await budi.person.say("Cerita pertama.")
    await budi.person.say("Cerita kedua.")
    await own.simulator.until(lambda: outage.hits >= FAILURES)
    own.simulator.dispatcher.faults.clear()
    await siti.sees("Silakan tekan Kirim")
    await budi.sees("Tercatat: 2")
    await filer.play()
    await storyteller.play()
    assert (len(filer.receipts), len(storyteller.receipts)) == (1, 1)


async def test_a_database_that_another_process_holds_delays_and_loses_nothing(own: Setup) -> None:
    _, siti = await own.at("story")
    siti.mark_read()
    with closing(sqlite3.connect(own.folder / "aduan.db", isolation_level=None, timeout=30)) as other:
        other.execute("BEGIN IMMEDIATE")
        since = len(own.bot.log)
        await siti.person.say("Cerita pertama.")
        async with asyncio.timeout(60):
            while "turn.waits" not in own.bot.log[since:]:  # noqa: ASYNC110 - the log is a file
                await asyncio.sleep(0.05)
        assert not any("Tercatat" in words(each) for each in siti.new_messages())
        other.execute("ROLLBACK")
    await siti.sees("Tercatat: 1")


async def test_no_wait_is_longer_than_72_seconds() -> None:
    assert max(polling.LONGEST_WAIT, turns.LONGEST_WAIT) <= 30.0
    assert all(delivery.backoff(tries) <= 72.0 for tries in range(10_000))
