"""The part of `aduan check` about the address on which the bot listens: the bot's, free, or another's.

A webhook whose address another program uses takes nothing, while the bot runs and sends as before.
"""

from __future__ import annotations

import errno
import os
import socket
from collections.abc import Mapping

import aiohttp

from bot.config.listening import Address
from bot.config.settings import Config
from bot.foundation.troubles import LISTENING
from bot.health.cut_off import watched
from bot.operations.check_findings import Finding, note, ok, problem
from bot.operations.graph_reader import PATIENCE
from bot.web.health_page import PATH
from bot.web.server import NAME

ANOTHER = (
    "Another program uses it: `ss -ltnp` names it. Stop it, or set web.listen to another port, to which the "
    "web server has to pass on then."
)
# The error of taking the address -> what to do.
ADVICE: Mapping[int, str] = {
    errno.EADDRINUSE: ANOTHER,
    errno.EADDRNOTAVAIL: "Set web.listen to an address of this machine, as 127.0.0.1:8080.",
    errno.EACCES: "Set web.listen to a port above 1023, as 127.0.0.1:8080.",
}
UNKNOWN = "Set web.listen to a host of this machine, as 127.0.0.1:8080."


async def examine_listening(config: Config) -> list[Finding]:
    """Whether the bot can use its address; nothing without one."""
    address = config.web.address
    if address is None:
        return []
    number = _refused(address)
    if number is None:
        return [ok(f"web.listen: {address} is free; the bot listens there when it runs")]
    if number == errno.EADDRINUSE and await _server_at(address) == NAME:
        return [ok(f"web.listen: the bot answers at {address}")]
    said = os.strerror(number) if number in errno.errorcode else "unknown host"
    return [_unusable(config, f"the bot cannot use {address} ({said})", ADVICE.get(number, UNKNOWN))]


def _refused(address: Address) -> int | None:
    """The number of the error with which this machine refuses the address; None when it gives it."""
    try:
        family = socket.getaddrinfo(*address, type=socket.SOCK_STREAM)[0][0]
        with socket.socket(family) as tried:
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            tried.bind(address)
    except OSError as error:
        return error.errno or 0
    return None


async def _server_at(address: Address) -> str:
    """The name of the server that answers there; empty when nothing answers HTTP."""
    try:
        async with (
            aiohttp.ClientSession() as session,
            session.get(f"http://{address}{PATH}", timeout=PATIENCE, allow_redirects=False) as response,
        ):
            return response.headers.get("Server", "")
    except (aiohttp.ClientError, OSError):
        return ""


def _unusable(config: Config, what: str, advice: str) -> Finding:
    if LISTENING in watched(config):
        return problem(f"web.listen: {what}: citizens' messages by webhook do not come in", advice)
    return note(f"web.listen: {what}: there is no health page and there are no metrics", advice)
