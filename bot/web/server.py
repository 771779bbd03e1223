"""Listens for the operator's tools. It serves a table of routes.

A port that is in use, or an address that this machine does not have, must not stop the bot: citizens matter
more than metrics. It is logged, and tried again. While a webhook needs the address, the operator is alerted
(bot/foundation/troubles.py).
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

import structlog

from bot.config.listening import Address
from bot.foundation.figures import figures
from bot.foundation.troubles import LISTENING
from bot.sources.refused_requests import RefusedRequests
from bot.web.connections import Connections, quiet_logger

if TYPE_CHECKING:
    from aiohttp import web

log = structlog.get_logger(__name__)

RETRY_SECONDS = 30.0
LARGEST_BODY = 64 * 1024
SHUTDOWN_SECONDS = 0.5
# How the server names itself.
NAME = "aduan"
# How long an idle connection stays open, and how long the rest of a refused body is read.
IDLE_SECONDS, LINGERING_SECONDS = 75.0, 2.0


class Route(NamedTuple):
    """One path that the server answers."""

    method: str
    path: str
    answer: Callable[[web.Request], Awaitable[web.StreamResponse]]


class WebServer:
    """Serves `routes` at `address`; without an address it serves nothing.

    `largest_body` is the limit of what a request may send, in bytes. `listening` is set while it listens.
    """

    def __init__(
        self,
        address: Address | None,
        routes: Sequence[Route],
        largest_body: int = LARGEST_BODY,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._address, self._routes, self._largest_body = address, routes, largest_body
        self._pause, self._refused = pause, RefusedRequests()
        self.listening = asyncio.Event()

    async def run(self) -> None:
        """Serve until it is cancelled; listening that failed is tried again."""
        if self._address is None:
            return
        try:
            while True:
                try:
                    await self._serve(self._address)
                except OSError as error:
                    listen = str(self._address)
                    log.error("web.not_listening", listen=listen, errno=error.errno)  # noqa: TRY400
                    figures.troubles.began(LISTENING, f"{listen}: {os.strerror(error.errno or 0)}")
                    await self._pause(RETRY_SECONDS)
        finally:
            figures.troubles.ended(LISTENING)

    async def _serve(self, address: Address) -> None:
        """Serve until it is cancelled. Raises OSError when it cannot listen."""
        from aiohttp import web

        application = web.Application(client_max_size=self._largest_body, middlewares=[_bare_errors])
        for route in self._routes:
            application.router.add_route(route.method, route.path, route.answer)
        application.on_response_prepare.append(_without_version)
        # A body is taken as it is: no messenger compresses one, and signatures are over these bytes.
        runner = web.AppRunner(
            application,
            access_log=None,
            logger=quiet_logger(self._refused),
            shutdown_timeout=SHUTDOWN_SECONDS,
            keepalive_timeout=IDLE_SECONDS,
            lingering_time=LINGERING_SECONDS,
            auto_decompress=False,
        )
        await runner.setup()
        listener: asyncio.Server | None = None
        try:
            listener = await self._listen(runner, address)
            self.listening.set()
            figures.troubles.ended(LISTENING)
            log.info("web.listening", listen=str(address))
            await asyncio.Event().wait()
        finally:
            self.listening.clear()
            if listener:
                listener.close()
            await runner.cleanup()

    async def _listen(self, runner: web.AppRunner, address: Address) -> asyncio.Server:
        if runner.server is None:
            raise RuntimeError("the runner is not set up")
        connections = Connections(runner.server, self._refused)
        return await asyncio.get_running_loop().create_server(connections, address.host, address.port)


async def _bare_errors(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """Answer an unknown path and other errors without a body."""
    from aiohttp import web

    try:
        return await handler(request)
    except web.HTTPException as error:
        figures.refused[str(error.status)] += 1
        return web.Response(status=error.status)


_bare_errors.__middleware_version__ = 1  # type: ignore[attr-defined]


async def _without_version(_request: web.Request, response: web.StreamResponse) -> None:
    """Leave out which library and version answers."""
    response.headers["Server"] = NAME
