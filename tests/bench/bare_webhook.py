"""The least that a webhook can do: examine the signature, store the body with one fsync, answer 200.

`python -m tests.bench.bare_webhook FOLDER SECRET` prints its port and serves until its input ends.
"""

from __future__ import annotations

import asyncio
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

from aiohttp import web

from bot.channels.whatsapp import signature

LARGEST = 4 * 1024 * 1024


def application(database: sqlite3.Connection, secret: str) -> web.Application:
    """Return the server's application."""

    async def answer(request: web.Request) -> web.Response:
        body = await request.read()
        if not signature.is_authentic(request.headers, body, secret):
            return web.Response(status=401)
        with database:
            database.execute("INSERT INTO bodies VALUES (?)", (body,))
        return web.Response()

    made = web.Application(client_max_size=LARGEST)
    made.router.add_post(signature.PATH, answer)
    return made


async def main(folder: Path, secret: str) -> None:
    """Serve until the standard input ends."""
    with closing(sqlite3.connect(folder / "bare.db")) as database:
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA synchronous = FULL")
        database.execute("CREATE TABLE bodies (body BLOB)")
        runner = web.AppRunner(application(database, secret), access_log=None)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        sys.stdout.write(f"{runner.addresses[0][1]}\n")
        sys.stdout.flush()
        await asyncio.to_thread(sys.stdin.read)
        await runner.cleanup()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2]))
