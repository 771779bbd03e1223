"""Officers come and go while the bot works: who is in the group is asked at every act, also after a kill."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.simulator.people.person import Person
from tests.acceptance.scene import BUDI, OPERATOR, RESTRICTED, RINA, Scene, Voice, labels, opened, words
from tests.bot_process import STAFF
from tests.questions import ANSWERS

GROUP = STAFF["dpmd"]


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Scene]:
    async with opened(tmp_path) as running:
        yield running


def person(scene: Scene, identity: int) -> Person:
    return scene.simulator.people[identity]


async def test_an_officer_who_was_removed_sends_nothing_and_their_case_is_free(scene: Scene) -> None:
    _, citizen, reference = await scene.filed()
    rina, budi = scene.officer(RINA), scene.officer(BUDI)
    card = await scene.card_shows(reference, "Diterima")
    await rina.presses("Ambil", on=card)
    prompt = await rina.presses("Jawab", "mohon balas pesan ini", on=scene.card(reference))
    preview = await rina.says("Sudah kami bayar.", "Periksa dahulu.", reply_to=prompt)
    send = next(
        button["callback_data"]
        for row in preview["reply_markup"]["inline_keyboard"]
        for button in row
        if button["text"] == "Kirim"
    )
    citizen.listen()
    budi.listen()
    await scene.groups["dpmd"].remove(person(scene, RINA))
    await budi.hears("tidak lagi menjadi anggota grup ini")
    await budi.sees(lambda: "Ambil" in labels(scene.card(reference)) or None, "Ambil on the card")
    # A phone that still shows the group: the press reaches the bot all the same.
    world, chat = scene.simulator.world, scene.groups["dpmd"].chat
    stored = chat.messages[preview["message_id"]]
    late = world.press(person(scene, RINA).user, chat, stored, send, forgotten=False)
    answer = await budi.sees(lambda: late.answer, "an answer to the press")
    assert "anggota grup petugas" in answer["text"]
    await scene.settled()
    assert not [message for message in citizen.heard() if "Sudah kami bayar" in words(message)]
    await budi.presses("Ambil", on=scene.card(reference))
    await scene.card_shows(reference, "Budi")


async def test_whoever_presses_without_being_in_the_group_is_refused(scene: Scene) -> None:
    _, _, reference = await scene.filed()
    card = await scene.card_shows(reference, "Diterima")
    stranger = scene.person("Orang luar")
    world, chat = scene.simulator.world, scene.groups["dpmd"].chat
    voice = Voice(person(scene, RINA), scene.groups["dpmd"])
    for row in card["reply_markup"]["inline_keyboard"]:
        for button in row:
            stored = chat.messages[card["message_id"]]
            press = world.press(stranger.user, chat, stored, button["callback_data"], forgotten=False)
            answer = await voice.sees(lambda press=press: press.answer, button["text"])  # type: ignore[misc]
            assert "anggota grup petugas" in answer["text"], button["text"]
    assert scene.read("SELECT status, officer FROM cases WHERE reference = ?", reference) == [
        ("received", None)
    ]


async def test_a_messenger_that_does_not_say_who_is_in_the_group_opens_no_identity(
    scene: Scene,
) -> None:
    _, _, reference = await scene.filed()
    card = await scene.card_shows(reference, "Diterima")
    rina = scene.officer(RINA)
    scene.simulator.fault("getChatMember", times=100, kind="500")
    rina.listen()
    answer = await rina.presses("Lihat Identitas", on=card)
    assert "Sebentar" in answer["text"]
    refused = await rina.hears("belum dapat diperiksa")
    assert ANSWERS.name not in words(refused)


async def test_a_slow_check_is_said_and_asks_for_one_more_press(scene: Scene) -> None:
    _, _, reference = await scene.filed()
    card = await scene.card_shows(reference, "Diterima")
    rina = scene.officer(RINA)
    held = scene.simulator.fault("getChatMember", kind="hold")
    answer = await rina.presses("Lihat Identitas", on=card)
    assert "Sebentar" in answer["text"]
    held.release()
    await rina.hears("sekali lagi")
    shown = await rina.presses("Lihat Identitas", on=card)
    assert ANSWERS.name in shown["text"]


async def test_a_quick_check_is_not_noticed(scene: Scene) -> None:
    _, _, reference = await scene.filed()
    card = await scene.card_shows(reference, "Diterima")
    shown = await scene.officer(RINA).presses("Lihat Identitas", on=card)
    assert ANSWERS.name in shown["text"]
    asked = [call for call in scene.simulator.calls if call.method == "getChatMember"]
    assert [call.params["user_id"] for call in asked] == [str(RINA)]


async def test_an_act_that_waits_for_a_check_survives_a_kill(scene: Scene) -> None:
    _, _, reference = await scene.filed()
    card = await scene.card_shows(reference, "Diterima")
    held = scene.simulator.fault("getChatMember", kind="hold")
    rina, world, chat = person(scene, RINA), scene.simulator.world, scene.groups["dpmd"].chat
    data = card["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
    world.press(rina.user, chat, chat.messages[card["message_id"]], data, forgotten=False)
    await held.reached()
    assert scene.read("SELECT count(*) FROM waiting") == [(1,)]
    await scene.bot.kill()
    held.release(proceed=False)
    await scene.bot.restart()
    await scene.card_shows(reference, "Rina")
    assert scene.read("SELECT count(*) FROM waiting") == [(0,)]


async def test_a_link_of_a_member_who_left_opens_nothing(scene: Scene) -> None:
    _, _, reference = await scene.filed()
    await scene.card_shows(reference, "Diterima")
    case = scene.read("SELECT id FROM cases")[0][0]
    budi = scene.voice("Orang")
    await budi.shares(budi.person.open(f"t.me/AduanBot?start=identity-{case}"), "Tautan ini sudah")


async def test_a_public_staff_group_is_named_to_the_operator_at_the_start(tmp_path: Path) -> None:
    async with opened(tmp_path) as scene:
        await scene.bot.stop()
        scene.groups["dpmd"].chat.public["username"] = "pengaduan_dpmd"
        operator = Voice(person(scene, OPERATOR))
        await operator.person.say("/start")
        await scene.bot.restart()
        told = await operator.hears("@pengaduan_dpmd")
        assert str(GROUP) in words(told)
        assert str(RESTRICTED) not in words(told)
