"""The event loop of the service."""

import asyncio
import sys
from importlib.util import find_spec

import pytest

from bot.foundation import event_loop


async def _module_of_loop() -> str:
    return type(asyncio.get_running_loop()).__module__


@pytest.mark.skipif(not find_spec("uvloop"), reason="uvloop has no package for this machine")
def test_the_service_runs_on_uvloop() -> None:
    assert event_loop.run(_module_of_loop()) == "uvloop"


def test_without_uvloop_it_runs_on_the_loop_of_asyncio(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "uvloop", None)
    assert event_loop.run(_module_of_loop()).startswith("asyncio.")


def test_a_fault_of_the_work_is_passed_on() -> None:
    async def fails() -> None:
        raise ValueError("no work")

    with pytest.raises(ValueError, match="no work"):
        event_loop.run(fails())
