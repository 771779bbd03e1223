"""The web server answers its routes, and no failure of listening ends it."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import aiohttp
from aiohttp import web

from bot.config.listening import Address
from bot.web import server
from bot.web.server import Route, WebServer

HOST = "127.0.0.1"


async def hello(_request: web.Request) -> web.Response:
    return web.Response(text="hello")


async def length(request: web.Request) -> web.Response:
    return web.Response(text=str(len(await request.read())))


async def fault(_request: web.Request) -> web.Response:
    raise LookupError("Siti Aminah")


ROUTES = (Route("GET", "/hello", hello), Route("POST", "/length", length), Route("GET", "/fault", fault))


def free_port() -> int:
    with socket.socket() as found:
        found.bind((HOST, 0))
        return int(found.getsockname()[1])


@asynccontextmanager
async def serving(routes: Sequence[Route] = ROUTES, port: int = 0) -> AsyncIterator[str]:
    """A running server's address."""
    port = port or free_port()
    running = WebServer(Address(HOST, port), routes)
    task = asyncio.create_task(running.run())
    try:
        await running.listening.wait()
        yield f"http://{HOST}:{port}"
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def fetched(method: str, url: str, body: bytes | None = None) -> tuple[int, str, str]:
    async with aiohttp.ClientSession() as session, session.request(method, url, data=body) as answer:
        return answer.status, await answer.text(), answer.headers["Server"]


async def test_each_route_is_answered_and_no_other_path() -> None:
    async with serving() as address:
        assert await fetched("GET", f"{address}/hello") == (200, "hello", "aduan")
        assert await fetched("POST", f"{address}/length", b"12345") == (200, "5", "aduan")
        assert (await fetched("GET", f"{address}/other"))[0] == 404
        assert (await fetched("POST", f"{address}/hello"))[0] == 405


async def test_a_body_over_the_limit_is_refused() -> None:
    async with serving() as address:
        assert (await fetched("POST", f"{address}/length", b"x" * (server.LARGEST_BODY + 1)))[0] == 413


async def test_an_error_of_a_route_shows_nothing_of_it_and_the_others_answer() -> None:
    async with serving() as address:
        status, words, _ = await fetched("GET", f"{address}/fault")
        assert (status, "Siti" in words) == (500, False)
        assert (await fetched("GET", f"{address}/hello"))[0] == 200


async def test_a_port_in_use_is_tried_again() -> None:
    waited: list[float] = []
    with socket.socket() as taken:
        taken.bind((HOST, 0))
        taken.listen()
        port = int(taken.getsockname()[1])

        async def pause(seconds: float) -> None:
            waited.append(seconds)
            taken.close()

        running = WebServer(Address(HOST, port), ROUTES, pause=pause)
        task = asyncio.create_task(running.run())
        try:
            await running.listening.wait()
            assert waited == [server.RETRY_SECONDS]
            assert (await fetched("GET", f"http://{HOST}:{port}/hello"))[0] == 200
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


async def test_without_an_address_nothing_listens() -> None:
    running = WebServer(None, ROUTES)
    await running.run()
    assert not running.listening.is_set()
