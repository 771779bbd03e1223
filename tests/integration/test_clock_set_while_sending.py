"""What failed is tried again within seconds, although the clock is set meanwhile or at a restart."""

from __future__ import annotations

import time

import pytest

from tests.integration.both_stores import Place
from tests.integration.outbox_setup import eventually, outbox_setup, send
from tests.integration.test_files_store import SECRET, keep, received, settled
from tests.unit.wrong_clocks import DAY

real_time = time.time
WAITING = "SELECT count(*) FROM outbox WHERE not_before > 0"
wrong_clocks = pytest.mark.parametrize("wrong", [DAY, -DAY])


def set_clock(monkeypatch: pytest.MonkeyPatch, wrong: float) -> None:
    """Set the system clock; what is steady goes on."""
    monkeypatch.setattr(time, "time", lambda: real_time() + wrong)


@wrong_clocks
async def test_a_message_that_failed_is_sent_within_seconds_after_the_clock_was_set(
    place: Place, monkeypatch: pytest.MonkeyPatch, wrong: float
) -> None:
    async with outbox_setup(place) as setup:
        siti = setup.simulator.person(7, "Siti")
        await siti.say("/start")
        setup.simulator.fault("sendMessage", kind="500", times=1)
        set_clock(monkeypatch, wrong)
        await setup.post(send(7, "jawaban"))
        await eventually(lambda: setup.count(WAITING, 1))
        set_clock(monkeypatch, 0.0)
        await siti.wait_for("jawaban", timeout=10)


@wrong_clocks
async def test_a_message_that_failed_under_a_wrong_clock_is_sent_after_a_restart(
    place: Place, monkeypatch: pytest.MonkeyPatch, wrong: float
) -> None:
    async with outbox_setup(place) as setup:
        siti = setup.simulator.person(7, "Siti")
        await siti.say("/start")
        setup.simulator.fault("sendMessage", kind="500", times=1)
        set_clock(monkeypatch, wrong)
        await setup.post(send(7, "jawaban"))
        await eventually(lambda: setup.count(WAITING, 1))
        await setup.outbox.stop()
        set_clock(monkeypatch, 0.0)
        await setup.restart_outbox()
        await siti.wait_for("jawaban", timeout=10)


@wrong_clocks
async def test_a_file_that_failed_is_fetched_after_the_clock_was_set(
    place: Place, monkeypatch: pytest.MonkeyPatch, wrong: float
) -> None:
    monkeypatch.setattr("bot.files.tries.FIRST_WAIT", 0.2)
    async with outbox_setup(place) as setup:
        file = await received(setup)
        setup.simulator.fault("getFile", kind="500", times=2)
        set_clock(monkeypatch, wrong)
        await keep(setup, file)
        await eventually(lambda: setup.count("SELECT count(*) FROM files WHERE attempts > 0", 1))
        set_clock(monkeypatch, 0.0)
        await settled(setup)
        assert await setup.files.open_file(file.key) == SECRET
