"""The arithmetic of the webhook's benchmark, and the bare handler that it compares with."""

from __future__ import annotations

from pathlib import Path

import aiohttp
import pytest

from bot.channels.whatsapp import signature
from tests.acceptance.whatsapp_setup import APP_SECRET
from tests.bench.webhook import bare_handler
from tests.bench.webhook_figures import Batch, Measured


def test_a_row_has_the_times_the_ratio_of_the_pairs_and_the_shares_of_the_limits() -> None:
    batch = Batch(50, [100.0, 200.0, 900.0], [20.0, 40.0, 90.0], [10.0, 50.0, 30.0])
    assert batch.ratio == pytest.approx(10.0)
    assert batch.row() == "| 50 | 3 | 200.0 | 900.0 | 4.00 | 50.0 | 30.0 | 10.0 | 80% | 90% |"


def test_the_table_has_a_row_for_each_size_and_the_comparison_with_polling() -> None:
    batches = [Batch(1, [30.0], [10.0], [5.0]), Batch(1000, [800.0], [500.0], [40.0])]
    head, rule, first, last, _, words = Measured(batches, [60.0, 20.0]).lines()
    assert len({line.count("|") for line in (head, rule, first, last)}) == 1
    assert first.startswith("| 1 | 1 | 30.0 |")
    assert last.startswith("| 1,000 | 1 | 800.0 | 800.0 | 0.80 |")
    assert "median 40.0 ms" in words
    assert words.endswith("takes 0.75 of its median.")


async def test_the_bare_handler_takes_signed_bodies_only(tmp_path: Path) -> None:
    body = b'{"object": "whatsapp_business_account"}'
    async with bare_handler(tmp_path) as address, aiohttp.ClientSession() as session:
        for signed, status in ((signature.signature(body, APP_SECRET), 200), ("sha256=00", 401)):
            headers = {signature.HEADER: signed}
            async with session.post(address, data=body, headers=headers) as response:
                assert response.status == status
