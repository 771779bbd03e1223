"""In the composed bot each part that deletes or reminds asks whether the time is certain."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from operator import attrgetter
from typing import Any

import pytest

from bot import app
from bot.clock import trusted_time
from bot.practice import town
from bot.simulator.server import Simulator
from tests.integration.both_stores import Place
from tests.integration.running_service import practice_config, service

CITIZEN = next(iter(town.CITIZENS))
# The parts that get the question, and those that get wall time.
ASKING = ("Files.start", "Scheduler", "RetentionWork")
TIMED = ("Scheduler", "Operator", "Erasures", "AskingAgain", "TurnContext")


def _recorded(
    monkeypatch: pytest.MonkeyPatch, names: tuple[str, ...], argument: str
) -> dict[str, Callable[[], Any]]:
    """What the service gives these parts as this argument, by part."""
    given: dict[str, Callable[[], Any]] = {}
    for name in names:
        made = attrgetter(name)(app)

        def make(*args: Any, _made: Any = made, _name: str = name, **named: Any) -> Any:
            given[_name] = inspect.signature(_made).bind(*args, **named).arguments[argument]
            return _made(*args, **named)

        monkeypatch.setattr(f"{app.__name__}.{name}", make)
    return given


async def test_every_part_that_deletes_or_reminds_asks_whether_the_time_is_certain(
    simulator: Simulator, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    read, usable = trusted_time.read_date, False
    monkeypatch.setattr(trusted_time, "read_date", lambda date: read(date) if usable else None)
    given = _recorded(monkeypatch, ASKING, "is_certain")
    async with service(practice_config(simulator, place)):
        siti = simulator.person(CITIZEN, "Siti")
        await siti.say("/start")
        await siti.wait_for("Selamat datang")
        assert {name: asked() for name, asked in given.items()} == dict.fromkeys(ASKING, False)
        # The next answer that names the time is enough.
        usable = True
        await siti.say("/bantuan")
        await simulator.until(lambda: all(asked() for asked in given.values()))


async def test_every_part_that_stores_a_time_gets_the_trusted_one(
    simulator: Simulator, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = _recorded(monkeypatch, TIMED, "wall")
    monkeypatch.setattr(trusted_time.TrustedTime, "wall", lambda _self: 1_790_000_000.0)
    async with service(practice_config(simulator, place)):
        await simulator.until(lambda: any(call.method == "getUpdates" for call in simulator.calls))
    assert {name: wall() for name, wall in given.items()} == dict.fromkeys(TIMED, 1_790_000_000.0)
