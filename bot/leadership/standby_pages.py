"""The pages of a process that stands by: its health, its metrics, and a webhook that takes nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from bot.config.settings import Config
from bot.foundation.figures import figures as counted
from bot.health.judgement import Problem, State
from bot.leadership.asking import Kind, Standing
from bot.web import health_page, metrics, webhook_page
from bot.web.health_page import OK, UNAVAILABLE
from bot.web.server import Route

if TYPE_CHECKING:
    from aiohttp import web


def routes(config: Config, standing: Callable[[], Standing | None]) -> Sequence[Route]:
    """The routes of /healthz and /metrics, and of the webhook where one is configured."""

    async def health(_request: web.Request) -> web.Response:
        from aiohttp import web

        now = standing()
        wrong = problems(now)
        return web.json_response(page(now, wrong), status=UNAVAILABLE if wrong else OK)

    async def figures(_request: web.Request) -> web.Response:
        return metrics.response(metrics.Seen(counted, State(), problems(standing()), leading=False))

    async def refuse(_request: web.Request) -> web.Response:
        """The messenger repeats the update, and the leader takes it."""
        from aiohttp import web

        return web.Response(status=UNAVAILABLE)

    hooks = [Route("POST", path, refuse) for path in webhook_page.paths_of(config)]
    return [Route("GET", health_page.PATH, health), Route("GET", metrics.PATH, figures), *hooks]


def problems(standing: Standing | None) -> Sequence[Problem]:
    """Why this process could not lead if it had to."""
    if standing is None:
        return ()
    if standing.kind is Kind.WRONG_CLOCK:
        side = "ahead of" if standing.ahead > 0 else "behind"
        what = f"this machine's clock is {abs(standing.ahead):.1f} s {side} the database's"
        return (Problem("clock", what),)
    if standing.kind is Kind.UNREACHABLE:
        return (Problem("database", f"the database is not reached: {standing.reason}"),)
    return ()


def page(standing: Standing | None, wrong: Sequence[Problem]) -> dict[str, Any]:
    """The page /healthz as JSON values."""
    holder = standing.holder if standing else None
    return {
        "role": "standby",
        "healthy": not wrong,
        "problems": [{"kind": kind, "words": words} for kind, words in wrong],
        "leader": str(holder) if holder else None,
    }
