"""The page /healthz: 200 while the bot is at work, 503 with what is wrong, in words. It names no person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.health.judgement import Problem, State, clock_words
from bot.health.monitor import Monitor
from bot.web.server import Route

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aiohttp import web

PATH = "/healthz"
OK, UNAVAILABLE = 200, 503


def routes(monitor: Monitor, role: str = "") -> Sequence[Route]:
    """The route of the page; `role` is what this process is among several, empty when it is the only one."""

    async def answer(_request: web.Request) -> web.Response:
        from aiohttp import web

        state = await monitor.state()
        wrong = monitor.problems(state)
        return web.json_response(page(state, wrong, role), status=UNAVAILABLE if wrong else OK)

    return (Route("GET", PATH, answer),)


def page(state: State, wrong: Sequence[Problem], role: str = "") -> dict[str, Any]:
    """The page as JSON values; times are in seconds."""
    return {
        **({"role": role} if role else {}),
        "healthy": not wrong,
        "problems": [{"kind": kind, "words": words} for kind, words in wrong],
        "seconds_since_fetch": None if state.fetched is None else round(state.fetched, 1),
        "oldest_unanswered_update_seconds": round(state.unanswered, 1),
        "oldest_undelivered_message_seconds": round(state.undelivered, 1),
        "messages_waiting": sum(state.work.lanes.values()),
        "messages_for_unreachable_groups": state.work.parked_of_groups,
        "notices_that_reached_no_one": state.work.notices,
        "disk_free_bytes": state.free,
        "clock": clock_words(state.clock),
    }
