"""CPU of reading one update and of making one call, next to what they are made of.

    python -m tests.bench.calls

Reading: the reader, the library's Update.de_json, and json.loads of the same update. Calling: the bot's own
layer, a bare aiohttp session and the library with its httpx send the same message to a process that gives one
answer to all. Rounds alternate; the figures are medians, and their ratios are comparable on a busy machine.
"""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import statistics
import time
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from multiprocessing.connection import Connection
from typing import Any

import aiohttp
from telegram import Bot, Update
from telegram.request import HTTPXRequest

from bot.channels.telegram.request import AioHttpRequest
from tests.unit.raw_updates import BOT, PHOTO, PRIVATE, SITI, message, reader

READS, READ_ROUNDS = 200, 15
CALLS, CALL_ROUNDS, AT_ONCE = 80, 20, 8
TOKEN = "123456789:AAabcdefghijklmnopqrstuvwxyzABCDEFG"
TEXT = "<b>Layanan</b> mana yang Bapak/Ibu keluhkan? Silakan pilih salah satu. " * 3
BUTTONS = {
    "inline_keyboard": [[{"text": name, "callback_data": f"a:b:1:{name}"}] for name in ("Air", "Jalan")]
}
UNDER = {**message(text=TEXT), "from": BOT, "reply_markup": BUTTONS}
ANSWER = json.dumps({"ok": True, "result": UNDER}).encode()
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(ANSWER)
UPDATES: Mapping[str, dict[str, Any]] = {
    "text": {"message": message(text="Jalan di depan rumah saya rusak sejak Januari.")},
    "press": {
        "callback_query": {"id": "q", "from": SITI, "chat_instance": "1", "data": "a:b:1:c", "message": UNDER}
    },
    "photo": {"message": message(photo=PHOTO)},
}


def main() -> None:
    """Measure and print both tables."""
    read = reader().read
    for kind, fields in UPDATES.items():
        update = {"update_id": 1, **fields}
        written = json.dumps(update)
        ways: dict[str, Callable[[], object]] = {
            "json.loads": partial(json.loads, written),
            "reader": partial(read, update),
            "Update.de_json": partial(Update.de_json, update, None),
        }
        _show(f"read a {kind}", [{name: _cpu(way) for name, way in ways.items()} for _ in range(READ_ROUNDS)])
    here, there = multiprocessing.Pipe()
    server = multiprocessing.get_context("spawn").Process(target=_serve, args=(there,), daemon=True)
    server.start()
    try:
        _show("send a message", asyncio.run(_calls(f"http://127.0.0.1:{here.recv()}/bot")))
    finally:
        server.terminate()


def _cpu(way: Callable[[], object]) -> float:
    began = time.process_time()
    for _ in range(READS):
        way()
    return (time.process_time() - began) / READS


async def _calls(base_url: str) -> list[dict[str, float]]:
    url = f"{base_url}{TOKEN}/sendMessage"
    asked = {"chat_id": PRIVATE["id"], "text": TEXT, "parse_mode": "HTML", "reply_markup": BUTTONS}
    ours, bot = (
        AioHttpRequest(),
        Bot(TOKEN, base_url=base_url, request=HTTPXRequest(connection_pool_size=AT_ONCE)),
    )
    await ours.initialize()
    async with aiohttp.ClientSession() as session:

        async def bare() -> None:
            async with session.post(url, json=asked) as response:
                json.loads(await response.read())

        ways: dict[str, Callable[[], Awaitable[object]]] = {
            "aiohttp alone": bare,
            "the bot": lambda: ours.call(url, asked),
            "the library": lambda: bot.send_message(**asked),  # type: ignore[arg-type]
        }
        measured = [
            {name: await _cpu_of_calls(way) for name, way in ways.items()} for _ in range(CALL_ROUNDS + 1)
        ]
    await ours.shutdown()
    await bot.shutdown()
    # The first round opens the connections.
    return measured[1:]


async def _cpu_of_calls(way: Callable[[], Awaitable[object]]) -> float:
    async def some() -> None:
        for _ in range(CALLS // AT_ONCE):
            await way()

    began = time.process_time()
    await asyncio.gather(*(some() for _ in range(AT_ONCE)))
    return (time.process_time() - began) / CALLS


def _show(title: str, rounds: list[dict[str, float]]) -> None:
    first = next(iter(rounds[0]))
    for name in rounds[0]:
        cpu = statistics.median(each[name] for each in rounds) * 1e6
        ratio = statistics.median(each[name] / each[first] for each in rounds)
        print(f"{title:16} {name:16} {cpu:6.0f} us  {ratio:6.2f} of {first}")  # noqa: T201 - a program


class _Answering(asyncio.Protocol):
    """Gives the same answer to each request, without reading more of it than its length."""

    transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the connection."""
        assert isinstance(transport, asyncio.Transport)
        self.transport, self._received = transport, b""

    def data_received(self, data: bytes) -> None:
        """Answer once a request is complete."""
        self._received += data
        head, end, body = self._received.partition(b"\r\n\r\n")
        length = head.lower().partition(b"content-length:")[2].split(b"\r\n")[0]
        if end and len(body) >= int(length or 0):
            self._received = b""
            self.transport.write(HEAD + ANSWER)


def _serve(there: Connection) -> None:
    async def serve() -> None:
        server = await asyncio.get_running_loop().create_server(_Answering, "127.0.0.1", 0)
        there.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(serve())


if __name__ == "__main__":
    main()
