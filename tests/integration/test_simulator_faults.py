"""Faults on demand: each kind, before and after the effect, at the chosen call and at no other."""

import asyncio

import aiohttp
import pytest

from bot.simulator.api.faults import Kind, Place
from tests.integration.simulator_client import Client, messenger

SITI = 5001


def texts(client: Client) -> list[str]:
    return [message["text"] for message in client.simulator.people[SITI].messages[1:]]


async def send(client: Client, text: str = "x") -> tuple[int, str]:
    url = f"{client.simulator.base_url}{client.simulator.token}/sendMessage"
    async with client.session.post(url, data={"chat_id": SITI, "text": text}) as response:
        return response.status, await response.text()


@pytest.mark.parametrize(
    ("kind", "status", "body"),
    [
        ("429", 429, '"parameters": {"retry_after": 7}'),
        ("500", 500, "Internal Server Error"),
        ("502", 502, "<title>502 Bad Gateway</title>"),
        ("garbage", 200, '{"ok":true,"result":'),
    ],
)
@pytest.mark.parametrize("when", ["before", "after"])
async def test_a_wrong_answer_comes_with_or_without_the_effect(
    kind: Kind, status: int, body: str, when: Place
) -> None:
    async with messenger() as client:
        await client.simulator.person(SITI, "Siti").say("/start")
        client.simulator.fault("sendMessage", place=when, kind=kind, retry_after=7)
        answer = await send(client, "a")
        assert answer[0] == status
        assert body in answer[1]
        assert texts(client) == (["a"] if when == "after" else [])
        assert (await send(client, "b"))[0] == 200
        assert client.simulator.calls[0].outcome == ("ok" if when == "after" else "error")


@pytest.mark.parametrize("when", ["before", "after"])
async def test_a_connection_is_cut_with_or_without_the_effect(when: Place) -> None:
    async with messenger() as client:
        await client.simulator.person(SITI, "Siti").say("/start")
        client.simulator.fault("sendMessage", place=when, kind="drop")
        with pytest.raises(aiohttp.ClientError):
            await send(client, "a")
        assert texts(client) == (["a"] if when == "after" else [])


@pytest.mark.parametrize("when", ["before", "after"])
async def test_a_held_call_waits_before_or_after_its_effect(when: Place) -> None:
    async with messenger() as client:
        await client.simulator.person(SITI, "Siti").say("/start")
        fault = client.simulator.fault("sendMessage", place=when, kind="hold")
        sending = asyncio.create_task(send(client, "a"))
        await fault.reached()
        assert texts(client) == (["a"] if when == "after" else [])
        assert not sending.done()
        fault.release()
        assert (await sending)[0] == 200
        assert texts(client) == ["a"]


async def test_a_held_call_can_be_cut_off_without_its_effect() -> None:
    async with messenger() as client:
        await client.simulator.person(SITI, "Siti").say("/start")
        fault = client.simulator.fault(kind="hold")
        sending = asyncio.create_task(send(client, "a"))
        await fault.reached()
        fault.release(proceed=False)
        with pytest.raises(aiohttp.ClientError):
            await sending
        assert texts(client) == []


async def test_a_slow_call_returns_the_right_result() -> None:
    async with messenger() as client:
        await client.simulator.person(SITI, "Siti").say("/start")
        client.simulator.fault("sendMessage", kind="slow", seconds=0.2)
        loop = asyncio.get_running_loop()
        begin = loop.time()
        assert (await send(client, "a"))[0] == 200
        assert loop.time() - begin >= 0.2


async def test_a_fault_applies_to_its_chat_and_its_count_only() -> None:
    async with messenger() as client:
        simulator = client.simulator
        await simulator.person(SITI, "Siti").say("/start")
        await simulator.person(5002, "Rudi").say("/start")
        fault = simulator.fault("sendMessage", chat_id=5002, times=2, kind="500")
        assert (await send(client))[0] == 200
        for expected in (False, False, True):
            assert (await client.call("sendMessage", chat_id=5002, text="x"))["ok"] is expected
        assert fault.hits == 2


async def test_a_download_can_fail() -> None:
    async with messenger() as client:
        photo = await client.simulator.person(SITI, "Siti").send_photo(b"\xff\xd8\xff isi")
        path = (await client.result("getFile", file_id=photo["photo"][-1]["file_id"]))["file_path"]
        url = f"{client.simulator.base_file_url}{client.simulator.token}/{path}"
        client.simulator.fault("download", kind="500")
        async with client.session.get(url) as response:
            assert response.status == 500
        async with client.session.get(url) as response:
            assert await response.read() == b"\xff\xd8\xff isi"
