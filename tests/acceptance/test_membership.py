"""Officers come and go while the bot works: who is in the group is asked at every act, also after a kill."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.simulator.people.person import Person
from tests.acceptance.bot_setup import (
    BUDI,
    OPERATOR,
    RESTRICTED,
    RINA,
    ChatUser,
    Setup,
    opened,
    words,
)
from tests.bot_process import STAFF
from tests.questions import ANSWERS, labels_of

GROUP = STAFF["dpmd"]


@pytest.fixture
async def setup(tmp_path: Path) -> AsyncIterator[Setup]:
    async with opened(tmp_path, known=False) as running:
        yield running


def person(setup: Setup, identity: int) -> Person:
    return setup.simulator.people[identity]


async def test_an_officer_who_was_removed_sends_nothing_and_their_case_is_free(setup: Setup) -> None:
    _, citizen, reference = await setup.filed()
    rina, budi = setup.officer(RINA), setup.officer(BUDI)
    card = await setup.card_shows(reference, "Diterima")
    await rina.presses("Ambil", on=card)
    card = await setup.card_shows(reference, "Petugas: Rina")
    prompt = await setup.named(await rina.presses("Jawab", "mohon balas pesan ini", on=card))
    preview = await rina.says("Sudah kami bayar.", "Periksa dahulu.", reply_to=prompt)
    send = next(
        button["callback_data"]
        for row in preview["reply_markup"]["inline_keyboard"]
        for button in row
        if button["text"] == "Kirim"
    )
    citizen.mark_read()
    budi.mark_read()
    await setup.groups["dpmd"].remove(person(setup, RINA))
    await budi.sees("tidak lagi menjadi anggota grup ini")
    await budi.waits_for(lambda: "Ambil" in labels_of(setup.cards(reference)[0]) or None, "Ambil on the card")
    # A phone that still shows the group: the press reaches the bot all the same.
    world, chat = setup.simulator.world, setup.groups["dpmd"].chat
    stored = chat.messages[preview["message_id"]]
    late = world.press(person(setup, RINA).user, chat, stored, send, forgotten=False)
    answer = await budi.waits_for(lambda: late.answer, "an answer to the press")
    assert "anggota grup petugas" in answer["text"]
    await setup.settled()
    assert not [message for message in citizen.new_messages() if "Sudah kami bayar" in words(message)]
    await budi.presses("Ambil", on=await setup.card(reference))
    await setup.card_shows(reference, "Budi")


async def test_a_press_from_outside_the_group_is_refused(setup: Setup) -> None:
    _, _, reference = await setup.filed()
    card = await setup.card_shows(reference, "Diterima")
    stranger = setup.person("Orang luar")
    world, chat = setup.simulator.world, setup.groups["dpmd"].chat
    user = ChatUser(person(setup, RINA), setup.groups["dpmd"])
    for row in card["reply_markup"]["inline_keyboard"]:
        for button in row:
            stored = chat.messages[card["message_id"]]
            press = world.press(stranger.user, chat, stored, button["callback_data"], forgotten=False)
            answer = await user.waits_for(lambda press=press: press.answer, button["text"])  # type: ignore[misc]
            assert "anggota grup petugas" in answer["text"], button["text"]
    assert setup.read("SELECT status, officer FROM cases WHERE reference = ?", reference) == [
        ("received", None)
    ]


async def test_no_identity_is_shown_while_the_messenger_does_not_confirm_membership(
    setup: Setup,
) -> None:
    _, _, reference = await setup.filed()
    card = await setup.card_shows(reference, "Diterima")
    rina = setup.officer(RINA)
    setup.simulator.fault("getChatMember", times=100, kind="500")
    rina.mark_read()
    answer = await rina.presses("Lihat Identitas", on=card)
    assert "Sebentar" in answer["text"]
    refused = await rina.sees("belum dapat diperiksa")
    assert ANSWERS.name not in words(refused)


async def test_a_slow_check_is_explained_and_asks_for_another_press(setup: Setup) -> None:
    _, _, reference = await setup.filed()
    card = await setup.card_shows(reference, "Diterima")
    rina = setup.officer(RINA)
    held = setup.simulator.fault("getChatMember", kind="hold")
    answer = await rina.presses("Lihat Identitas", on=card)
    assert "Sebentar" in answer["text"]
    held.release()
    await rina.sees("sekali lagi")
    shown = await rina.presses("Lihat Identitas", on=card)
    assert ANSWERS.name in shown["text"]


async def test_a_quick_check_is_not_noticed(setup: Setup) -> None:
    _, _, reference = await setup.filed()
    card = await setup.card_shows(reference, "Diterima")
    shown = await setup.officer(RINA).presses("Lihat Identitas", on=card)
    assert ANSWERS.name in shown["text"]
    asked = [call for call in setup.simulator.calls if call.method == "getChatMember"]
    assert [call.params["user_id"] for call in asked] == [str(RINA)]


async def test_an_act_that_waits_for_a_check_survives_a_kill(setup: Setup) -> None:
    _, _, reference = await setup.filed()
    card = await setup.card_shows(reference, "Diterima")
    held = setup.simulator.fault("getChatMember", kind="hold")
    rina, world, chat = person(setup, RINA), setup.simulator.world, setup.groups["dpmd"].chat
    data = card["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
    world.press(rina.user, chat, chat.messages[card["message_id"]], data, forgotten=False)
    await held.reached()
    assert setup.read("SELECT count(*) FROM waiting") == [(1,)]
    await setup.bot.kill()
    held.release(proceed=False)
    await setup.bot.restart()
    await setup.card_shows(reference, "Rina")
    assert setup.read("SELECT count(*) FROM waiting") == [(0,)]


async def test_a_link_of_a_member_who_left_opens_nothing(setup: Setup) -> None:
    _, _, reference = await setup.filed()
    await setup.card_shows(reference, "Diterima")
    case = setup.read("SELECT id FROM cases")[0][0]
    budi = setup.user("Orang")
    await budi.shares(budi.person.open(f"t.me/AduanBot?start=identity-{case}"), "Tautan ini sudah")


async def test_a_public_staff_group_is_named_to_the_operator_at_the_start(tmp_path: Path) -> None:
    async with opened(tmp_path) as setup:
        await setup.bot.stop()
        setup.groups["dpmd"].chat.public["username"] = "pengaduan_dpmd"
        operator = ChatUser(person(setup, OPERATOR))
        await operator.person.say("/start")
        await setup.bot.restart()
        notice = await operator.sees("@pengaduan_dpmd")
        assert str(GROUP) in words(notice)
        assert str(RESTRICTED) not in words(notice)
