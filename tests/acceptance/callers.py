"""Tells which machine has made each call to the embedded messenger: each one calls an address of its own."""

from __future__ import annotations

from contextvars import ContextVar
from typing import Any, NamedTuple

from aiohttp import web

from bot.simulator.api.dispatch import Call
from bot.simulator.server import Simulator
from bot.simulator.state.limits import Limits

PREFIX = "machine"
_caller: ContextVar[str] = ContextVar("caller", default="")


class Made(NamedTuple):
    """A call and the number of the machine that made it, as a text; empty for the common address."""

    caller: str
    call: Call


class _Noted(list[Call]):
    """The calls, and who made each of them."""

    def __init__(self) -> None:
        super().__init__()
        self.callers: list[str] = []

    def append(self, call: Call) -> None:
        self.callers.append(_caller.get())
        super().append(call)


async def started(limits: Limits | None) -> Simulator:
    """Start a messenger that notes who calls."""

    def routes(simulator: Simulator) -> list[web.RouteDef]:
        async def answer(request: web.Request) -> web.StreamResponse:
            _caller.set(request.match_info["caller"])
            return await simulator._api(request)

        return [web.route("*", f"/{PREFIX}{{caller}}/bot{{token}}/{{method}}", answer)]

    simulator = await Simulator.start(limits=limits, routes=routes)
    simulator.dispatcher.calls = _Noted()
    return simulator


def settings_of(simulator: Simulator, number: int) -> dict[str, Any]:
    """Return the section `telegram` of a machine's configuration."""
    return {
        "token": simulator.token,
        "base_url": f"{simulator.address}/{PREFIX}{number}/bot",
        "base_file_url": simulator.base_file_url,
    }


def made(simulator: Simulator) -> list[Made]:
    """Return every call with its caller, oldest first."""
    calls = simulator.dispatcher.calls
    assert isinstance(calls, _Noted)
    return [Made(*each) for each in zip(calls.callers, calls, strict=True)]
