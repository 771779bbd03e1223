"""The connections of the web server: few at a time, and no line in the log for what a stranger sends.

1. Above the limit the oldest connection is closed for the newest one. A messenger's connection lasts as long
   as its delivery; what stays open longest sends nothing, or slowly.
2. A request that is not HTTP is answered with 400 by aiohttp, which would also log it with its traceback. It
   is counted instead. A fault of this program is logged as before.
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from bot.sources import refused_requests

if TYPE_CHECKING:
    from collections.abc import Callable

    from aiohttp import web

    from bot.sources.refused_requests import RefusedRequests

# A service may have 1,024 files open, which the database, calls and stored files need too.
MOST = 256


class Connections:
    """Makes the protocol of each new connection; at most `most` stay open."""

    def __init__(self, server: web.Server, refused: RefusedRequests, most: int = MOST) -> None:
        self._server, self._refused, self._most = server, refused, most

    def __call__(self) -> asyncio.Protocol:
        """The protocol of a new connection."""
        # In the order in which they were opened.
        opened = [each for each in self._server.connections if each.transport is not None]
        if len(opened) >= self._most:
            self._refused.note(refused_requests.CONNECTIONS)
            opened[0].force_close()
        return self._server()


def quiet_logger(refused: RefusedRequests) -> logging.Logger:
    """The log of aiohttp's server without what clients did wrong."""
    made = logging.Logger("aiohttp.server")  # noqa: LOG001 - one for each server
    made.parent = logging.getLogger("aiohttp")
    made.addFilter(_fault_of_this_program(refused))
    return made


def _fault_of_this_program(refused: RefusedRequests) -> Callable[[logging.LogRecord], bool]:
    def of_this_program(record: logging.LogRecord) -> bool:
        from aiohttp.http_exceptions import HttpProcessingError

        error = record.exc_info[1] if record.exc_info else None
        if isinstance(error, HttpProcessingError):
            refused.note(refused_requests.BROKEN)
            return False
        return True

    return of_this_program
