"""What a client or a broken answer can put on the wire: it stops no one, and ends nothing."""

from __future__ import annotations

import pytest

from tests.acceptance.bot_setup import ChatUser, Setup

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
async def test_no_button_data_stops_the_others(setup: Setup, name: str) -> None:
    given = DATA[name]
    data = given if isinstance(given, str) else given.decode(errors="surrogateescape")
    siti, budi, rina = setup.user("Siti"), setup.user("Budi"), setup.officer()
    await siti.says("/id", "Nomor akun")
    listed = await rina.says("/bantuan", "Perintah")
    for user, message in ((siti, siti.new_messages()[0]), (rina, listed)):
        stored = user.chat.messages[message["message_id"]]
        setup.simulator.world.press(user.person.user, user.chat, stored, data, forgotten=False)
    await budi.says("/id", "Nomor akun")
    await siti.says("/id", "Nomor akun")
    assert setup.read("SELECT * FROM quarantine") == []


ANSWERS = {
    "odd items": b'{"ok":true,"result":[null,7,"x",[],{"update_id":true},{"update_id":-1},{}]}',
    "a number without end": b'{"ok":true,"result":[{"update_id":' + b"9" * 6000 + b"}]}",
    "no list": b'{"ok":true,"result":{"update_id":1}}',
    "no JSON": b'{"ok":true,"result":[{"message":[}]}',
    "too deep": b'{"ok":true,"result":[' + b"[" * 5000,
    "no UTF-8": b"\xff\xfe\x00" * 30,
}


@pytest.mark.parametrize("name", ANSWERS)
async def test_no_answer_of_the_messenger_ends_the_bot_or_loses_a_message(setup: Setup, name: str) -> None:
    fault = setup.simulator.replace_answer("getUpdates", ANSWERS[name], times=2)
    await setup.settled()
    await setup.simulator.until(lambda: fault.hits == 2)


async def test_ids_above_the_limits_are_set_aside_alone(setup: Setup) -> None:
    siti = setup.user("Siti")
    chat = {"id": 10**30, "type": "private", "first_name": "x"}
    user = {"id": 2**63, "is_bot": False, "first_name": "x"}
    message = {"message_id": 1, "date": 1774597320, "chat": chat, "from": user, "text": "/id"}
    setup.simulator.inject({"message": message})
    setup.simulator.inject({"message": {**message, "chat": siti.chat.public}})
    setup.simulator.inject(
        {"message": {**message, "chat": siti.chat.public, "from": siti.person.user, "date": 5}}
    )
    await siti.says("/id", "Nomor akun")
    assert setup.read("SELECT count(*) FROM quarantine WHERE update_id IS NOT NULL") == [(3,)]


async def test_an_account_without_a_first_name_is_served(setup: Setup) -> None:
    await setup.user("").says("/id", "Nomor akun")
    await setup.user("\u202e\n").says("/privasi", "Warga")
    _, _, reference = await setup.filed()
    card = await setup.card_shows(reference, "Diterima")
    officer = ChatUser(setup.person(""), setup.groups["dpmd"])
    await setup.groups["dpmd"].add(officer.person)
    # Who has no name introduces themselves before the first act that the history records.
    assert (await officer.presses("Ambil", on=card))["url"].endswith("?start=petugas-profil")
    await officer.presses("Baca lengkap", f"Pengaduan {reference}", on=card)
