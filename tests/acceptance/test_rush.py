"""Sixty complaints in a minute with the messenger's limits on; both sides' windows are put down alike."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from bot.simulator.state.limits import Limits
from tests.acceptance.bot_setup import Setup, opened, words

pytestmark = pytest.mark.asyncio(loop_scope="module")

CITIZENS = 60
# A thirtieth of the real windows: 20 to a group in 2 s stand for 20 in a minute.
FASTER = 30
MESSENGER = Limits(
    overall=30 * FASTER, private_window=5 / FASTER, group_window=60 / FASTER
)  # fmt: skip
PACING = {
    "overall_per_second": 30 * FASTER,
    "private_burst": MESSENGER.private,
    "private_per_second": MESSENGER.private / MESSENGER.private_window,
    "group_messages": MESSENGER.group,
    "group_seconds": MESSENGER.group_window,
}
NUMBER = re.compile(r"^Pengaduan (\S+)")
SECONDS = 90.0


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def paced(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Setup]:
    """A bot and a messenger that keep the same limits."""
    async with opened(tmp_path_factory.mktemp("paced"), limits=MESSENGER, pacing=PACING) as running:
        yield running


def cards(setup: Setup) -> list[str]:
    """Return the numbers of the cards in the group, in the order in which they stand there."""
    texts = (words(each) for each in setup.groups["dpmd"].messages)
    return [found[1] for text in texts if (found := NUMBER.match(text))]


async def test_sixty_complaints_in_a_minute_all_arrive_in_order_without_a_429(paced: Setup) -> None:
    citizens = [paced.citizen() for _ in range(CITIZENS)]
    for citizen in citizens:
        citizen.seconds = SECONDS
    rina = paced.officer()
    filing = asyncio.gather(*(citizen.file() for citizen in citizens))
    await paced.simulator.until(lambda: len(cards(paced)) >= MESSENGER.group, SECONDS)
    await rina.says("/bantuan", "Bantuan untuk petugas")
    asked_with = len(cards(paced))
    references = await filing
    await paced.simulator.until(lambda: len(set(cards(paced))) == CITIZENS, SECONDS)

    assert asked_with < CITIZENS
    assert sorted(references) == [
        f"DPMD-2026-{n:04}".replace("2026", references[0][5:9]) for n in range(1, 61)
    ]
    assert cards(paced) == sorted(references)
    assert [call.error for call in paced.simulator.calls if call.code == 429] == []
    assert [call.error for call in paced.simulator.calls if call.outcome == "error"] == []
    for citizen in citizens:
        assert citizen.retried == []
        assert len(citizen.receipts) == 1
