"""A process in which everything fails with a marked word: what is said about it goes to the log.

`python -m tests.loud_process` configures the log as the bot does, and ends with an exception.
"""

from __future__ import annotations

import asyncio
import atexit
import contextlib
import faulthandler
import gc
import logging
import sqlite3
import sys
import threading
import warnings

import structlog
from aiohttp import web
from sqlalchemy import create_engine, text

from bot import logs
from bot.config.listening import Address
from bot.config.sections import Log
from bot.foundation.background_tasks import BackgroundTasks
from bot.web.server import Route, WebServer
from tests.integration.test_web_server import HOST, free_port
from tests.marked import MARKS

WORDS = MARKS["story"]


class MarkedError(ValueError):
    """An error whose message is what a person wrote."""


def fail(*_: object) -> None:
    raise MarkedError(WORDS)


async def fail_later() -> None:
    fail()


class Failing:
    """Fails when it is deleted, and when it is shown."""

    def __del__(self) -> None:
        fail()

    def __repr__(self) -> str:
        raise MarkedError(WORDS)


async def asked(address: Address) -> None:
    """A request to a handler that fails, and bytes that are no request."""
    for request in (f"GET /fault?{WORDS[:-1]} HTTP/1.1", f"GET /fault?{WORDS} HTTP/1.1", f"{WORDS} \x00"):
        reader, writer = await asyncio.open_connection(address.host, address.port)
        writer.write(f"{request}\r\nHost: x\r\n\r\n".encode())
        await writer.drain()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(reader.read(100), 5)
        writer.close()


async def in_the_loop() -> None:
    loop = asyncio.get_running_loop()
    loop.set_debug(True)
    loop.slow_callback_duration = 0.0
    loop.call_soon(str, WORDS)
    await asyncio.sleep(0)
    loop.slow_callback_duration = 60.0
    loop.call_soon(fail, WORDS)
    lost = asyncio.create_task(fail_later(), name=WORDS)
    await asyncio.sleep(0)
    await asyncio.wait({lost})
    del lost
    gc.collect()
    BackgroundTasks().start(fail_later())

    async def answer(request: web.Request) -> web.Response:
        raise MarkedError(str(request.url))

    address = Address(HOST, free_port())
    server = WebServer(address, [Route("GET", "/fault", answer)])
    serving = asyncio.create_task(server.run())
    await server.listening.wait()
    await asked(address)
    serving.cancel()
    await asyncio.gather(serving, return_exceptions=True)


def in_libraries() -> None:
    for name in ("aiohttp.server", "sqlalchemy.pool", "telegram.Bot", "asyncio", "other"):
        logger = logging.getLogger(name)
        logger.error("failed for %s", WORDS)
        logger.error(f"failed for {WORDS}")  # noqa: G004 - as libraries do
        logger.error("%d of %s", WORDS)  # noqa: PLE1206
        try:
            fail()
        except MarkedError:
            logger.exception("failed with %s", WORDS, stack_info=True)
    logging.getLogger("other").error(Failing())
    with contextlib.suppress(Exception), create_engine("sqlite://").connect() as connection:
        connection.execute(text("SELECT :story FROM nowhere"), {"story": WORDS})


def in_our_lines() -> None:
    log = structlog.get_logger()
    fields = {"story": WORDS, "people": [WORDS], "case": {"name": WORDS}, "sealed": WORDS.encode()}
    log.error("turn.set_aside", **fields, event_of={WORDS: 1})
    try:
        try:
            fail()
        except MarkedError as error:
            raise sqlite3.IntegrityError(WORDS) from error
    except sqlite3.IntegrityError as error:
        error.add_note(WORDS)
        log.exception("turn.refused", reason=error.__class__.__name__)
    try:
        raise ExceptionGroup(WORDS, [MarkedError(WORDS)])  # noqa: TRY301 - as a task group does
    except ExceptionGroup:
        log.exception("turn.refused")


def in_python() -> None:
    warnings.simplefilter("always")
    warnings.warn(WORDS, ResourceWarning, stacklevel=1)
    thread = threading.Thread(target=fail, name=WORDS)
    thread.start()
    thread.join()
    failing = [Failing()]
    failing.clear()
    gc.collect()
    faulthandler.enable()
    faulthandler.dump_traceback(sys.stderr)


def main() -> None:
    """Fail in each way, and end with an exception that nothing catches."""
    logs.configure(Log(format=sys.argv[1], level="debug"))  # type: ignore[arg-type]
    in_libraries()
    in_our_lines()
    in_python()
    asyncio.run(in_the_loop())
    atexit.register(fail)
    fail()


if __name__ == "__main__":
    main()
