"""The arithmetic of the long run, and that its messenger forgets."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot.simulator.server import Simulator
from tests.bench.long_figures import Sample, growth, loaded, stored, table, tenth
from tests.bench.long_people import ACTS, GROUP_MESSAGES, VISITS, Crowd, tidy

FIRST = Sample(100, 5.0, 10.0, 30.0, 90.0, 80.0, 4.0, 1.0, 6, 30, 20)
RUN = [replace(FIRST, updates=100 * number, rss=90.0 + number) for number in range(1, 101)]


def test_a_tenth_has_the_samples_of_its_updates() -> None:
    assert [sample.updates for sample in tenth(RUN, 1)] == list(range(100, 1001, 100))
    assert [sample.updates for sample in tenth(RUN, 10)] == list(range(9100, 10_001, 100))
    assert tenth(RUN[:1], 5) == RUN[:1]


def test_growth_is_the_slope_after_the_first_fifth() -> None:
    assert growth(RUN, "rss") == pytest.approx(1000.0)
    warm = [replace(sample, rss=min(sample.rss, 105.0)) for sample in RUN]
    assert growth(warm, "rss") == pytest.approx(0.0)
    assert growth(RUN[:1], "rss") == 0.0


def test_the_table_compares_the_tenths() -> None:
    lines = table(RUN)
    assert lines[0].startswith("| 10000 updates |")
    assert "| RSS MB | 95.5 | 105.5 | 135.5 | 185.5 | 1.94 | 190.0 |" in lines
    assert "| threads | 6 | 6 | 6 | 6 | 1.00 | 6 |" in lines


def test_samples_are_read_as_they_were_stored(tmp_path: Path) -> None:
    stored(RUN, tmp_path / "build" / "run.json", visits={"complaint": 3})
    assert loaded(tmp_path / "build" / "run.json") == RUN


def test_every_visit_has_its_act() -> None:
    assert set(VISITS) == set(ACTS)


async def test_the_messenger_forgets_what_nobody_looks_at() -> None:
    simulator = await Simulator.start()
    try:
        crowd = Crowd.gathered(simulator)
        for number in range(GROUP_MESSAGES + 5):
            await crowd.officers[0].say(str(number), crowd.group)
        tidy(simulator, crowd.group)
        kept = list(crowd.group.chat.messages)
        assert len(kept) == GROUP_MESSAGES
        assert kept[-1] == crowd.group.chat.last_message_id
    finally:
        await simulator.close()
