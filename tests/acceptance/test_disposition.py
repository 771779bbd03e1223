"""A complaint goes to a division and back: in the division's own group, and in a topic of the staff group."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from bot.simulator.people.groups import Group
from tests.acceptance.bot_setup import AGENCIES, BUDI, RINA, ChatUser, Setup, opened, words
from tests.questions import labels_of

pytestmark = pytest.mark.asyncio(loop_scope="module")

ECONOMY = -1001000000031
JOKO = 831
TOPIC = 1


def divisions() -> list[dict[str, Any]]:
    """The divisions of the test: one with a group of its own, one with a topic of the staff group."""
    return [
        {"id": "pemdes", "name": "Bidang Bina Pemerintahan Desa", "topic_id": TOPIC},
        {"id": "ekonomi", "name": "Bidang Pemberdayaan Ekonomi", "chat_id": ECONOMY},
        {"id": "masyarakat", "name": "Bidang Pemberdayaan Masyarakat"},
    ]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def setup(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Setup]:
    folder: Path = tmp_path_factory.mktemp("disposition")
    agencies = {**AGENCIES, "dpmd": {**AGENCIES["dpmd"], "divisions": divisions()}}
    async with opened(folder, agencies=agencies) as running:
        joko = running.simulator.person(JOKO, "Joko")
        running.groups["ekonomi"] = running.simulator.group(ECONOMY, "Bidang Ekonomi", members=[joko])
        staff = running.groups["dpmd"]
        staff.chat.public["is_forum"] = True
        assert await staff.open_topic("Bidang Pemdes") == TOPIC
        yield running


async def assigned(setup: Setup, reference: str, division: str) -> ChatUser:
    """Rina gives the case to the division."""
    card = await setup.card_shows(reference, "Diterima")
    rina = setup.officer()
    chosen = await rina.presses("Disposisi", "didisposisikan ke bidang mana?", on=card)
    label = next(each for each in labels_of(chosen) if division in each)
    prompt = await setup.named(await rina.presses(label, "instruksi disposisi", on=chosen))
    preview = await rina.says("Mohon telusuri.", "Periksa dahulu", reply_to=prompt)
    await rina.presses("Kirim", "didisposisikan ke", on=preview)
    return rina


async def test_a_division_reports_from_its_own_group(setup: Setup) -> None:
    _, siti, reference = await setup.filed()
    # Files go in their own lane: the receipt's document may come after any later message.
    await siti.sees_documents("Tanda terima")
    joko = ChatUser(setup.simulator.people[JOKO], setup.groups["ekonomi"])
    siti.mark_read()
    joko.mark_read()
    rina = await assigned(setup, reference, "Ekonomi")
    await siti.sees("didisposisikan ke Bidang Pemberdayaan Ekonomi")
    card = await setup.named(await joko.sees(f"Disposisi {reference}"))
    assert "Mohon telusuri." in words(card)
    await joko.presses("Terima", on=card)
    await setup.card_shows(reference, "diterima Joko")

    prompt = await setup.named(await joko.presses("Tanya", "mohon balas pesan ini", on=card))
    preview = await joko.says("Tanggal berapa?", "Tanggal berapa?", reply_to=prompt)
    siti.mark_read()
    await joko.presses("Kirim", "dikirim oleh Joko", on=preview)
    await siti.presses("Jawab sekarang", "Silakan", on=await siti.sees("Tanggal berapa?"))
    collected = await siti.says("Tanggal 3.", "Tercatat")
    joko.mark_read()
    rina.mark_read()
    await siti.presses("Kirim", on=collected)
    await joko.sees("Tanggal 3.")
    await rina.sees("Tanggal 3.")

    prompt = await setup.named(
        await joko.presses("Lapor", "laporan bidang", on=division_card(setup, reference))
    )
    preview = await joko.says("Sudah kami periksa.", "Sudah kami periksa.", reply_to=prompt)
    await joko.shares(
        joko.person.send_photo(caption="Foto", in_chat=joko.group, reply_to=prompt), "Lampiran: 1 foto"
    )
    rina.mark_read()
    siti.mark_read()
    await joko.presses("Kirim", "kembali ke meja pengaduan", on=preview)
    report = await rina.sees("Sudah kami periksa.")
    await rina.sees_file("photo")
    await joko.sees("Dilaporkan ke meja pengaduan oleh Joko")
    await joko.waits_for(
        lambda: not labels_of(division_card(setup, reference)), "the division's card without buttons"
    )
    await rina.presses("Jawab", "mohon balas pesan ini", on=report)
    await rina.says("/batal", "tidak ada yang dikirim")
    assert siti.new_messages() == []


def division_card(setup: Setup, reference: str) -> dict[str, Any]:
    """The newest card in the division's group."""
    newest = setup.groups["ekonomi"].chat.newest_first()
    return next(each.message for each in newest if words(each.message).startswith(f"Disposisi {reference}"))


def in_topic(group: Group, text: str) -> list[int]:
    """The topics of the bot's messages that contain this text; 0 for the general one."""
    stored = (each for each in group.chat.messages.values() if each.by_bot)
    return [each.message.get("message_thread_id", 0) for each in stored if text in words(each.message)]


async def test_a_division_works_in_its_topic_which_is_repaired(setup: Setup) -> None:
    _, _, reference = await setup.filed()
    group = setup.groups["dpmd"]
    await group.close_topic(TOPIC)
    await assigned(setup, reference, "Pemerintahan Desa")
    budi = setup.officer(BUDI)
    card = await setup.named(await budi.waits_for(lambda: find(group, f"Disposisi {reference}"), "the card"))
    assert card["message_thread_id"] == TOPIC
    prompt = await setup.named(await budi.presses("Lapor", "laporan bidang", on=card))
    preview = await budi.says("Sudah diperiksa.", "Sudah diperiksa.", reply_to=prompt)
    assert {prompt["message_thread_id"], preview["message_thread_id"]} == {TOPIC}
    # Talk in a topic that the bot has opened again is no reply to the bot.
    budi.mark_read()
    await budi.person.say("Rapat pukul 9.", group, thread=TOPIC)
    await budi.presses("Kirim", "kembali ke meja pengaduan", on=preview)
    await setup.settled()
    assert in_topic(group, "tidak dapat dicocokkan") == []
    report = "laporan Bidang Bina Pemerintahan Desa"
    reported = await budi.waits_for(lambda: in_topic(group, report), "the report")
    assert reported[0] == 0

    await group.delete_topic(TOPIC)
    _, _, second = await setup.filed()
    await assigned(setup, second, "Pemerintahan Desa")
    card = await budi.waits_for(lambda: find(group, f"Disposisi {second}"), "the card")
    assert group.chat.topics[card["message_thread_id"]].name == "Bidang Bina Pemerintahan Desa"
    await setup.simulator.people[RINA].say(f"/tiket {second}", group, thread=card["message_thread_id"])
    await budi.waits_for(
        lambda: card["message_thread_id"] in in_topic(group, f"Pengaduan {second}") or None, "the answer"
    )


def find(group: Group, text: str) -> dict[str, Any] | None:
    """The newest message of the bot that begins with this text."""
    newest = (each.message for each in group.chat.newest_first() if each.by_bot)
    return next((each for each in newest if words(each).startswith(text)), None)
