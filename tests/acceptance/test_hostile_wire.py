"""What a client or a broken answer can put on the wire: it stops no one, and ends nothing."""

from __future__ import annotations

import pytest

from tests.acceptance.stage import House, Voice

pytestmark = pytest.mark.asyncio(loop_scope="module")

DATA: dict[str, str | bytes] = {
    "no UTF-8": b"\xff\xfe",
    "half of a pair as bytes": b"\xed\xa0\x80",
    "half of a pair": "\ud800",
    "a page beyond 64 bits": f"cases::0:{10**30}",
    "a page longer than int() reads": f"cases::0:{'9' * 5000}",
    "a list's page beyond 64 bits": f"list::0:open,{10**30}",
    "a version beyond 64 bits": f"cases::{10**30}:0",
}


@pytest.mark.parametrize("name", DATA)
async def test_no_button_data_stops_the_others(house: House, name: str) -> None:
    given = DATA[name]
    data = given if isinstance(given, str) else given.decode(errors="surrogateescape")
    siti, budi, rina = house.voice("Siti"), house.voice("Budi"), house.officer()
    await siti.says("/id", "Nomor akun")
    listed = await rina.says("/bantuan", "Perintah")
    for voice, message in ((siti, siti.heard()[0]), (rina, listed)):
        stored = voice.chat.messages[message["message_id"]]
        house.simulator.world.press(voice.person.user, voice.chat, stored, data, forgotten=False)
    await budi.says("/id", "Nomor akun")
    await siti.says("/id", "Nomor akun")
    assert house.read("SELECT * FROM quarantine") == []


ANSWERS = {
    "odd items": b'{"ok":true,"result":[null,7,"x",[],{"update_id":true},{"update_id":-1},{}]}',
    "a number without end": b'{"ok":true,"result":[{"update_id":' + b"9" * 6000 + b"}]}",
    "no list": b'{"ok":true,"result":{"update_id":1}}',
    "no JSON": b'{"ok":true,"result":[{"message":[}]}',
    "too deep": b'{"ok":true,"result":[' + b"[" * 5000,
    "no UTF-8": b"\xff\xfe\x00" * 30,
}


@pytest.mark.parametrize("name", ANSWERS)
async def test_no_answer_of_the_messenger_ends_the_bot_or_costs_a_message(house: House, name: str) -> None:
    fault = house.simulator.spoil("getUpdates", ANSWERS[name], times=2)
    await house.settled()
    assert fault.hits == 2


async def test_ids_beyond_all_bounds_are_set_aside_alone(house: House) -> None:
    siti = house.voice("Siti")
    chat = {"id": 10**30, "type": "private", "first_name": "x"}
    user = {"id": 2**63, "is_bot": False, "first_name": "x"}
    message = {"message_id": 1, "date": 1774597320, "chat": chat, "from": user, "text": "/id"}
    house.simulator.inject({"message": message})
    house.simulator.inject({"message": {**message, "chat": siti.chat.public}})
    house.simulator.inject(
        {"message": {**message, "chat": siti.chat.public, "from": siti.person.user, "date": 5}}
    )
    await siti.says("/id", "Nomor akun")
    assert house.read("SELECT count(*) FROM quarantine WHERE update_id IS NOT NULL") == [(3,)]


async def test_an_account_without_a_first_name_is_served_like_all(house: House) -> None:
    await house.voice("").says("/id", "Nomor akun")
    await house.voice("\u202e\n").says("/privasi", "Warga")
    _, _, reference = await house.filed()
    card = await house.card_shows(reference, "Diterima")
    officer = Voice(house.person(""), house.groups["dpmd"])
    await house.groups["dpmd"].add(officer.person)
    await officer.presses("Ambil", on=card)
    await house.card_shows(reference, "Petugas: Petugas")
