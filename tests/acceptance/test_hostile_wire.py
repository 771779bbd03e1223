"""What a client or a broken answer can put on the wire: it stops no one, and ends nothing."""

from __future__ import annotations

import pytest

from tests.acceptance.bot_setup import Scene, Voice

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
async def test_no_button_data_stops_the_others(scene: Scene, name: str) -> None:
    given = DATA[name]
    data = given if isinstance(given, str) else given.decode(errors="surrogateescape")
    siti, budi, rina = scene.voice("Siti"), scene.voice("Budi"), scene.officer()
    await siti.says("/id", "Nomor akun")
    listed = await rina.says("/bantuan", "Perintah")
    for voice, message in ((siti, siti.heard()[0]), (rina, listed)):
        stored = voice.chat.messages[message["message_id"]]
        scene.simulator.world.press(voice.person.user, voice.chat, stored, data, forgotten=False)
    await budi.says("/id", "Nomor akun")
    await siti.says("/id", "Nomor akun")
    assert scene.read("SELECT * FROM quarantine") == []


ANSWERS = {
    "odd items": b'{"ok":true,"result":[null,7,"x",[],{"update_id":true},{"update_id":-1},{}]}',
    "a number without end": b'{"ok":true,"result":[{"update_id":' + b"9" * 6000 + b"}]}",
    "no list": b'{"ok":true,"result":{"update_id":1}}',
    "no JSON": b'{"ok":true,"result":[{"message":[}]}',
    "too deep": b'{"ok":true,"result":[' + b"[" * 5000,
    "no UTF-8": b"\xff\xfe\x00" * 30,
}


@pytest.mark.parametrize("name", ANSWERS)
async def test_no_answer_of_the_messenger_ends_the_bot_or_costs_a_message(scene: Scene, name: str) -> None:
    fault = scene.simulator.spoil("getUpdates", ANSWERS[name], times=2)
    await scene.settled()
    assert fault.hits == 2


async def test_ids_beyond_all_bounds_are_set_aside_alone(scene: Scene) -> None:
    siti = scene.voice("Siti")
    chat = {"id": 10**30, "type": "private", "first_name": "x"}
    user = {"id": 2**63, "is_bot": False, "first_name": "x"}
    message = {"message_id": 1, "date": 1774597320, "chat": chat, "from": user, "text": "/id"}
    scene.simulator.inject({"message": message})
    scene.simulator.inject({"message": {**message, "chat": siti.chat.public}})
    scene.simulator.inject(
        {"message": {**message, "chat": siti.chat.public, "from": siti.person.user, "date": 5}}
    )
    await siti.says("/id", "Nomor akun")
    assert scene.read("SELECT count(*) FROM quarantine WHERE update_id IS NOT NULL") == [(3,)]


async def test_an_account_without_a_first_name_is_served_like_all(scene: Scene) -> None:
    await scene.voice("").says("/id", "Nomor akun")
    await scene.voice("\u202e\n").says("/privasi", "Warga")
    _, _, reference = await scene.filed()
    card = await scene.card_shows(reference, "Diterima")
    officer = Voice(scene.person(""), scene.groups["dpmd"])
    await scene.groups["dpmd"].add(officer.person)
    await officer.presses("Ambil", on=card)
    await scene.card_shows(reference, "Petugas: Petugas")
