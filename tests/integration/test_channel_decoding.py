"""getUpdates returns every readable update, although one of them is damaged."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from typing import Any

import pytest

from bot.channels.base import FetchError, Raw, UnreadableUpdate
from bot.sources.polling import Polling
from bot.turns.batches import Incoming
from conversations.events import ButtonPressed, TextReceived
from conversations.messages import Button
from tests.integration.both_stores import Place
from tests.integration.outbox_setup import OutboxSetup, outbox_setup, send
from tests.unit.raw_updates import fetched

BROKEN = b'{"update_id":%d,"message":{]}'
NAMELESS = b'{"updates_id":%d,"message":{]}'


def plain(*raws: dict[str, Any]) -> list[bytes]:
    return [json.dumps(raw).encode() for raw in raws]


async def said(setup: OutboxSetup, *words: str) -> list[dict[str, Any]]:
    siti = setup.simulator.person(7, "Siti")
    for word in words:
        await siti.say(word)
    return await setup.updates()


@pytest.mark.parametrize(
    ("data", "read"),
    [
        (b"\xff\xfe", ("", "")),
        (b"\xed\xa0\x80", ("", "")),
        (b"\xf0\x9f\x98", ("", "")),
        (b"take:\xff:1:", ("take", "\ufffd")),
    ],
)
async def test_a_press_with_undecodable_data_is_read_and_delays_no_other(
    place: Place, data: bytes, read: tuple[str, str]
) -> None:
    async with outbox_setup(place) as setup:
        siti = setup.simulator.person(7, "Siti")
        await siti.say("/start")
        await setup.post(send(7, "pilih", buttons=((Button("take", "take"),),)))
        await siti.wait_for("pilih")
        shown = next(iter(siti.chat.newest_first()))
        text = data.decode(errors="surrogateescape")
        setup.simulator.world.press(siti.user, siti.chat, shown, text, forgotten=False)
        await siti.say("lanjut")
        _, press, last = [setup.channel.read(raw) for raw in await setup.updates()]
        assert isinstance(press, ButtonPressed)
        assert (press.action, press.subject) == read
        assert isinstance(last, TextReceived)


async def test_invalid_utf_8_is_sent_as_the_messengers_server_writes_it(place: Place) -> None:
    async with outbox_setup(place) as setup:
        siti = setup.simulator.person(7, "Siti \U0001f600")
        await siti.say("/start")
        shown = next(iter(siti.chat.newest_first()))
        setup.simulator.world.press(siti.user, siti.chat, shown, "\udcff\udc80", forgotten=False)
        payload = await setup.channel._get_updates({}, 5)
        assert b'"data": "\xff\x80"' in payload
        assert rb"\ud83d\ude00" in payload


async def test_a_damaged_update_is_passed_under_its_id_and_the_others_are_fetched(place: Place) -> None:
    async with outbox_setup(place) as setup:
        raws = await said(setup, "satu", "dua")
        number = raws[0]["update_id"]
        damaged = BROKEN % number
        setup.simulator.replace_answer("getUpdates", fetched(damaged, *plain(raws[1])))
        setup.simulator.replace_answer("getUpdates", fetched(damaged), times=2)
        (odd,) = await setup.channel.fetch(0, 0)
        assert isinstance(odd, UnreadableUpdate)
        assert (odd.update_id, odd.raw) == (number, fetched(damaged))
        assert await setup.channel.fetch(number + 1, 0) == raws[1:]


async def test_updates_before_the_damaged_one_are_fetched_singly(place: Place) -> None:
    async with outbox_setup(place) as setup:
        raws = await said(setup, "satu", "dua")
        setup.simulator.replace_answer("getUpdates", fetched(*plain(raws[0]), BROKEN % 5))
        assert await setup.channel.fetch(0, 0) == raws[:1]
        asked = [call for call in setup.simulator.calls if call.method == "getUpdates"]
        assert [call.params["limit"] for call in asked[-2:]] == ["100", "1"]
        assert asked[-2].params["offset"] == asked[-1].params["offset"]


async def test_one_faulty_answer_sets_no_update_aside(place: Place) -> None:
    async with outbox_setup(place) as setup:
        raws = await said(setup, "satu")
        setup.simulator.replace_answer("getUpdates", fetched(BROKEN % raws[0]["update_id"]), times=2)
        assert await setup.channel.fetch(0, 0) == raws


@pytest.mark.parametrize("lengths", [(-9, -9), (-9, -5)], ids=["alike", "each elsewhere"])
async def test_answers_cut_off_on_their_way_lose_no_update(place: Place, lengths: Sequence[int]) -> None:
    async with outbox_setup(place) as setup:
        raws = await said(setup, "satu")
        whole = fetched(*plain(raws[0]))
        for length in (-9, *lengths):
            setup.simulator.replace_answer("getUpdates", whole[:length])
        with pytest.raises(FetchError):
            await setup.channel.fetch(0, 0)
        assert await setup.channel.fetch(0, 0) == raws


async def test_answers_damaged_in_different_ways_lose_no_update(place: Place) -> None:
    async with outbox_setup(place) as setup:
        raws = await said(setup, "satu")
        for item in (BROKEN, BROKEN, BROKEN.replace(b"{]", b"{{]")):
            setup.simulator.replace_answer("getUpdates", fetched(item % raws[0]["update_id"]))
        with pytest.raises(FetchError):
            await setup.channel.fetch(0, 0)
        assert await setup.channel.fetch(0, 0) == raws


async def test_a_damaged_update_without_an_id_is_passed_before_the_next_ones(place: Place) -> None:
    async with outbox_setup(place) as setup:
        raws = await said(setup, "satu", "dua", "tiga")
        _, *others = plain(*raws)
        setup.simulator.replace_answer("getUpdates", fetched(NAMELESS % 5, *others))
        setup.simulator.replace_answer("getUpdates", fetched(NAMELESS % 5), times=2)
        (odd,) = await setup.channel.fetch(0, 0)
        assert isinstance(odd, UnreadableUpdate)
        assert odd.update_id == raws[0]["update_id"]
        assert await setup.channel.fetch(raws[1]["update_id"], 0) == raws[1:]


UNREADABLE = {
    "an update without an id": fetched(NAMELESS % 5),
    "a portal's page": b"<html>captive portal</html>",
    "an object": b'{"ok":true,"result":{}}',
    "nothing": b'{"ok":true,"result":null}',
    "no result": b'{"ok":true}',
    "no text": b"\xff" * 100,
    "too deep": b"[" * 50_000,
    "empty": b"",
}


@pytest.mark.parametrize("name", UNREADABLE)
async def test_an_unreadable_answer_is_a_failed_fetch(place: Place, name: str) -> None:
    async with outbox_setup(place) as setup:
        setup.simulator.replace_answer("getUpdates", UNREADABLE[name], times=3)
        with pytest.raises(FetchError) as caught:
            await setup.channel.fetch(5, 0)
        assert caught.value.kind == "temporary"


async def test_polling_takes_all_updates_around_invalid_items(place: Place) -> None:
    async with outbox_setup(place) as setup:
        raws = await said(setup, "satu", "dua")
        first, second = plain(*raws)
        big = b'{"update_id":%d,"message":{"message_id":%b}}' % (raws[1]["update_id"] + 1, b"9" * 30)
        setup.simulator.replace_answer(
            "getUpdates", fetched(first, b"null", b"7", b'{"update_id":"x"}', second, big)
        )
        taken: list[Incoming] = []
        enough, stopping = asyncio.Event(), asyncio.Event()

        async def take(incoming: Sequence[Incoming]) -> None:
            taken.extend(incoming)
            enough.set()

        polling = asyncio.create_task(Polling(setup.channel, take, 0).run(stopping))
        await asyncio.wait_for(enough.wait(), 60)
        stopping.set()
        await polling
        assert [one.event is not None for one in taken] == [True, False, False, False, True, False]
        assert [one.update_id for one in taken] == [
            raws[0]["update_id"],
            None,
            None,
            None,
            raws[1]["update_id"],
            raws[1]["update_id"] + 1,
        ]


def readable(raw: Raw) -> dict[str, Any]:
    assert isinstance(raw, dict)
    return raw


@pytest.mark.parametrize(("group", "shown"), [(False, "Warga"), (True, "Petugas")])
async def test_an_account_without_a_first_name_is_a_person(place: Place, group: bool, shown: str) -> None:
    async with outbox_setup(place) as setup:
        nameless = setup.simulator.person(7, "")
        chat = setup.simulator.group(-100, "Petugas", members=(nameless,)) if group else None
        await nameless.say("/start", chat)
        event = setup.channel.read(readable((await setup.channel.fetch(0, 0))[-1]))
        assert event is not None
        assert getattr(event, "origin").person.name == shown  # noqa: B009 - events have no common type
