"""Officers come and go while the bot works: who is in the group is asked at every act, also after a kill."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.simulator.people import Person
from tests.acceptance.stage import BUDI, OPERATOR, RESTRICTED, RINA, House, Voice, labels, opened, words
from tests.bot_process import STAFF
from tests.questions import ANSWERS

GROUP = STAFF["dpmd"]


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with opened(tmp_path) as running:
        yield running


def person(house: House, identity: int) -> Person:
    return house.simulator.people[identity]


async def test_an_officer_who_was_removed_sends_nothing_and_their_case_is_free(house: House) -> None:
    _, citizen, reference = await house.filed()
    rina, budi = house.officer(RINA), house.officer(BUDI)
    card = await house.card_shows(reference, "Diterima")
    await rina.presses("Ambil", on=card)
    prompt = await rina.presses("Jawab", "mohon balas pesan ini", on=house.card(reference))
    preview = await rina.says("Sudah kami bayar.", "Periksa dahulu.", reply_to=prompt)
    send = next(
        button["callback_data"]
        for row in preview["reply_markup"]["inline_keyboard"]
        for button in row
        if button["text"] == "Kirim"
    )
    citizen.listen()
    budi.listen()
    await house.groups["dpmd"].remove(person(house, RINA))
    await budi.hears("tidak lagi menjadi anggota grup ini")
    await budi.sees(lambda: "Ambil" in labels(house.card(reference)) or None, "Ambil on the card")
    # A phone that still shows the group: the press reaches the bot all the same.
    world, chat = house.simulator.world, house.groups["dpmd"].chat
    stored = chat.messages[preview["message_id"]]
    late = world.press(person(house, RINA).user, chat, stored, send, forgotten=False)
    answer = await budi.sees(lambda: late.answer, "an answer to the press")
    assert "anggota grup petugas" in answer["text"]
    await house.settled()
    assert not [message for message in citizen.heard() if "Sudah kami bayar" in words(message)]
    await budi.presses("Ambil", on=house.card(reference))
    await house.card_shows(reference, "Budi")


async def test_whoever_presses_without_being_in_the_group_is_refused(house: House) -> None:
    _, _, reference = await house.filed()
    card = await house.card_shows(reference, "Diterima")
    stranger = house.person("Orang luar")
    world, chat = house.simulator.world, house.groups["dpmd"].chat
    voice = Voice(person(house, RINA), house.groups["dpmd"])
    for row in card["reply_markup"]["inline_keyboard"]:
        for button in row:
            stored = chat.messages[card["message_id"]]
            press = world.press(stranger.user, chat, stored, button["callback_data"], forgotten=False)
            answer = await voice.sees(lambda press=press: press.answer, button["text"])  # type: ignore[misc]
            assert "anggota grup petugas" in answer["text"], button["text"]
    assert house.read("SELECT status, officer FROM cases WHERE reference = ?", reference) == [
        ("received", None)
    ]


async def test_a_messenger_that_does_not_say_who_is_in_the_group_opens_no_identity(house: House) -> None:
    _, _, reference = await house.filed()
    card = await house.card_shows(reference, "Diterima")
    rina = house.officer(RINA)
    house.simulator.fault("getChatMember", times=100, kind="500")
    rina.listen()
    answer = await rina.presses("Lihat Identitas", on=card)
    assert "Sebentar" in answer["text"]
    refused = await rina.hears("belum dapat diperiksa")
    assert ANSWERS.name not in words(refused)


async def test_a_slow_check_is_said_and_asks_for_one_more_press(house: House) -> None:
    _, _, reference = await house.filed()
    card = await house.card_shows(reference, "Diterima")
    rina = house.officer(RINA)
    held = house.simulator.fault("getChatMember", kind="hold")
    answer = await rina.presses("Lihat Identitas", on=card)
    assert "Sebentar" in answer["text"]
    held.release()
    await rina.hears("sekali lagi")
    shown = await rina.presses("Lihat Identitas", on=card)
    assert ANSWERS.name in shown["text"]


async def test_a_quick_check_is_not_noticed(house: House) -> None:
    _, _, reference = await house.filed()
    card = await house.card_shows(reference, "Diterima")
    shown = await house.officer(RINA).presses("Lihat Identitas", on=card)
    assert ANSWERS.name in shown["text"]
    asked = [call for call in house.simulator.calls if call.method == "getChatMember"]
    assert [call.params["user_id"] for call in asked] == [str(RINA)]


async def test_an_act_that_waits_for_a_check_survives_a_kill(house: House) -> None:
    _, _, reference = await house.filed()
    card = await house.card_shows(reference, "Diterima")
    held = house.simulator.fault("getChatMember", kind="hold")
    rina, world, chat = person(house, RINA), house.simulator.world, house.groups["dpmd"].chat
    data = card["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
    world.press(rina.user, chat, chat.messages[card["message_id"]], data, forgotten=False)
    await held.reached()
    assert house.read("SELECT count(*) FROM waiting") == [(1,)]
    await house.bot.kill()
    held.release(proceed=False)
    await house.bot.restart()
    await house.card_shows(reference, "Rina")
    assert house.read("SELECT count(*) FROM waiting") == [(0,)]


async def test_a_link_of_a_member_who_left_opens_nothing(house: House) -> None:
    _, _, reference = await house.filed()
    await house.card_shows(reference, "Diterima")
    case = house.read("SELECT id FROM cases")[0][0]
    budi = house.voice("Orang")
    await budi.shares(budi.person.open(f"t.me/AduanBot?start=identity-{case}"), "Selamat datang")


async def test_a_public_staff_group_is_named_to_the_operator_at_the_start(tmp_path: Path) -> None:
    async with opened(tmp_path) as house:
        await house.bot.stop()
        house.groups["dpmd"].chat.public["username"] = "pengaduan_dpmd"
        operator = Voice(person(house, OPERATOR))
        await operator.person.say("/start")
        await house.bot.restart()
        told = await operator.hears("@pengaduan_dpmd")
        assert str(GROUP) in words(told)
        assert str(RESTRICTED) not in words(told)
