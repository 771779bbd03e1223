"""What goes wrong on the way: throttled, broken, blocked, moved, unreadable. Nothing is lost."""

from __future__ import annotations

import asyncio
import itertools
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from bot.simulator.api.dispatch import Call
from bot.simulator.api.faults import Kind, Place
from tests.acceptance.bot_setup import OPERATOR, RINA, ChatUser, Setup, opened, words
from tests.questions import ANSWERS, PHOTO, labels_of

pytestmark = pytest.mark.asyncio(loop_scope="module")

_groups = itertools.count(-1003000000001, -1)
BAKESBANGPOL = replace(ANSWERS, agency="Badan Kesatuan Bangsa dan Politik", service="Rekomendasi penelitian")
FAULTS: list[tuple[str, Kind, Place]] = [
    ("sendMessage", "500", "before"),
    ("sendMessage", "502", "before"),
    ("sendMessage", "drop", "before"),
    ("sendMessage", "drop", "after"),
    ("sendMessage", "500", "after"),
    ("sendMessage", "garbage", "after"),
    ("editMessageText", "502", "before"),
    ("editMessageText", "drop", "after"),
    ("answerCallbackQuery", "500", "before"),
    ("getFile", "502", "before"),
    ("download", "drop", "before"),
]


def sent_to(setup: Setup, chat: int, since: int) -> list[Call]:
    calls = setup.simulator.calls[since:]
    return [call for call in calls if str(call.params.get("chat_id")) == str(chat)]


async def test_a_throttled_message_waits_for_retry_after_and_arrives_once(setup: Setup) -> None:
    siti = setup.user("Siti")
    since = len(setup.simulator.calls)
    setup.simulator.fault("sendMessage", siti.id, kind="429", retry_after=1)
    await siti.says("/start dpmd", "— Pemberitahuan privasi")
    calls = [call for call in sent_to(setup, siti.id, since) if call.method == "sendMessage"]
    assert [call.code for call in calls] == [429, 200]
    assert calls[1].at - calls[0].at >= 1.0
    await siti.presses("Mengerti", "— Layanan")


@pytest.mark.parametrize(("method", "kind", "place"), FAULTS)
async def test_a_whole_complaint_is_handled_despite_a_fault(
    setup: Setup, method: str, kind: Kind, place: Place
) -> None:
    siti = setup.user("Siti")
    scope = siti.id if method.startswith(("send", "edit")) else None
    fault = setup.simulator.fault(method, scope, 1, place, kind)
    await siti.says("/start dpmd", "— Pemberitahuan privasi")
    await siti.person.press("Mengerti", wait=False)
    await siti.sees("— Layanan")
    siti.mark_read()
    await siti.person.press("Pendampingan Dana Desa", wait=False)
    await siti.sees("— Kejadian")
    await siti.says("Bantuan tidak cair.", "Tercatat: 1")
    await siti.shares(siti.person.send_photo(PHOTO), "Tercatat: 2")
    await siti.taps("Lanjut", "— Waktu kejadian")
    await setup.simulator.until(lambda: fault.hits == 1)
    questions = [words(each) for each in siti.person.messages if "— Layanan" in words(each)]
    assert len(questions) <= 2


@pytest.mark.parametrize("kind", ["500", "502", "drop", "garbage"])
async def test_fetching_continues_after_a_fault(setup: Setup, kind: Kind) -> None:
    fault = setup.simulator.fault("getUpdates", kind=kind)
    siti = setup.user("Siti")
    # Two, because the fetch that waits already is not hit: the next one is.
    await siti.says("/id", "Nomor akun")
    await siti.says("/id", "Nomor akun")
    await setup.simulator.until(lambda: fault.hits == 1)
    await siti.says("/start dpmd", "— Pemberitahuan privasi")


async def test_files_are_kept_in_the_end_despite_a_fault(setup: Setup) -> None:
    _, siti = await setup.at("story")
    setup.simulator.fault("download", kind="500")
    await siti.shares(siti.person.send_photo(PHOTO + b"lasting"), "Tercatat: 1")
    # The second try comes ten seconds after the first.
    async with asyncio.timeout(60):
        while not setup.read("SELECT 1 FROM files WHERE chat = ? AND state = 'stored'", siti.id):  # noqa: ASYNC110
            await asyncio.sleep(0.02)


async def test_an_officers_lost_file_leaves_the_preview_and_the_officer_is_informed(setup: Setup) -> None:
    _, _, reference = await setup.filed()
    rina = setup.officer()
    prompt = await setup.named(
        await rina.presses("Jawab", "mohon balas pesan ini", on=await setup.card_shows(reference, "Diterima"))
    )
    await rina.says("Sudah cair.", "Periksa dahulu", reply_to=prompt)
    refused = {"ok": False, "error_code": 400, "description": "Bad Request: wrong file_id"}
    setup.simulator.replace_answer("getFile", json.dumps(refused).encode())
    await rina.shares(rina.person.send_photo(PHOTO, None, rina.group, prompt), "tidak ikut terkirim")
    await rina.waits_for(
        lambda: next(
            (
                each
                for each in rina.new_messages()
                if "Periksa dahulu" in words(each) and "Lampiran" not in words(each)
            ),
            None,
        ),
        "the preview without the file",
    )
    await rina.says("/batal", "tidak ada yang dikirim")


async def answered(setup: Setup, reference: str, text: str) -> None:
    rina = setup.officer()
    preview = await rina.says(f"/jawab {reference} {text}", text)
    await rina.presses("Kirim", "dikirim oleh Rina", on=preview)


@pytest.mark.parametrize("announced", [True, False], ids=["by an update", "at sending"])
async def test_a_blocked_citizen_is_shown_on_the_card_until_the_return(setup: Setup, announced: bool) -> None:
    _, siti, reference = await setup.filed()
    await setup.card_shows(reference, "Diterima")
    if announced:
        await siti.person.block()
    else:
        siti.chat.blocked = True
    rina = setup.officer()
    await answered(setup, reference, "Sudah kami proses.")
    card = await setup.card_shows(reference, "pengadu tidak dapat dihubungi lewat bot")
    assert "Terkirim" not in words(card)
    rina.mark_read()
    task = await rina.waits_for(
        lambda: next(
            (each for each in rina.person.world.chats[rina.chat.id].messages.values()
             if each.by_bot and f"pengadu {reference} ·" in words(each.message)), None
        ),
        "the task",
    )  # fmt: skip
    assert "Lihat Identitas" in labels_of(task.message)
    siti.mark_read()
    await siti.person.unblock()
    assert "Sudah kami proses." in words(await siti.sees("Tanggapan atas pengaduan"))
    # The letter is sent apart from the messages.
    first = next(each for each in siti.new_messages() if "document" not in each)
    assert "Sudah kami proses." in words(first)
    await setup.card_shows(reference, "Tanggapan: Terkirim")


async def moved(setup: Setup, agency: str, *, silently: bool) -> None:
    group = setup.groups[agency]
    before = len(setup.simulator.world.pending)
    await group.migrate(next(_groups))
    if silently:
        while len(setup.simulator.world.pending) > before:
            setup.simulator.world.pending.pop()


@pytest.mark.parametrize("silently", [False, True], ids=["by its message", "by the error"])
async def test_a_group_that_moved_keeps_its_cards_and_its_officers(setup: Setup, silently: bool) -> None:
    _, _, before = await setup.filed(link="bakesbangpol", answers=BAKESBANGPOL)
    await setup.named(await setup.card_shows(before, "Diterima", "bakesbangpol"))
    await moved(setup, "bakesbangpol", silently=silently)
    _, siti, after = await setup.filed(link="bakesbangpol", answers=BAKESBANGPOL)
    rina = setup.officer(RINA, "bakesbangpol")
    card = await setup.card_shows(after, "Diterima", "bakesbangpol")
    await rina.presses("Ambil", on=card)
    await setup.card_shows(after, "Petugas: Rina", "bakesbangpol")
    old = await setup.card_shows(before, "Diterima", "bakesbangpol")
    asked = await rina.presses("Verifikasi", "termasuk kelas apa", on=old)
    asked = await rina.presses("Sikap petugas", "siapa yang menangani", on=asked)
    await rina.presses("Tingkat 1: petugas", "memverifikasi", on=asked)
    await setup.card_shows(before, "Terverifikasi", "bakesbangpol")
    preview = await rina.says(f"/jawab {after} Dari grup baru.", "Dari grup baru.")
    siti.mark_read()
    await rina.presses("Kirim", "dikirim oleh Rina", on=preview)
    await siti.sees("Dari grup baru.")
    listed = await rina.says("/daftar", "Daftar pengaduan")
    assert before in words(listed)


UNREADABLE: list[Callable[[int], dict[str, object]]] = [
    lambda _: {"message": {"message_id": "nothing", "date": "never", "chat": 7}},
    lambda person: {"message": {"message_id": 1, "date": 1, "chat": {"id": person, "type": "private"}}},
    lambda _: {"something_new": {"of": "next year"}},
    lambda _: {"callback_query": {"id": "1"}},
]


@pytest.mark.parametrize("number", range(len(UNREADABLE)))
async def test_an_unreadable_update_delays_no_one(setup: Setup, number: int) -> None:
    siti, budi = setup.user("Siti"), setup.user("Budi")
    siti.mark_read()
    budi.mark_read()
    await siti.person.say("/id")
    setup.simulator.inject(UNREADABLE[number](siti.id))
    await budi.person.say("/id")
    await siti.sees("Nomor akun")
    await budi.sees("Nomor akun")
    await siti.says("/start dpmd", "— Pemberitahuan privasi")


async def test_the_operator_is_informed_once_of_unreadable_updates(tmp_path: Path) -> None:
    async with opened(tmp_path) as setup:
        operator = ChatUser(setup.simulator.people[OPERATOR])
        await operator.says("/id", "Nomor akun")
        operator.mark_read()
        for _ in range(3):
            setup.simulator.inject({"message": {"message_id": "x"}})
            await setup.settled()
        assert "karantina" in words(await operator.sees("tidak dapat diproses"))
        assert len([each for each in operator.new_messages() if "karantina" in words(each)]) == 1


async def test_updates_with_lower_ids_are_taken(setup: Setup) -> None:
    siti = setup.user("Siti")
    await siti.says("/id", "Nomor akun")
    await setup.settled()
    setup.simulator.rebase_updates(1_000)
    # The fetch that waits asked for higher ones; the next asks for all.
    await siti.person.say("/start dpmd")
    await siti.sees("— Pemberitahuan privasi")
    await siti.presses("Mengerti", "— Layanan")


@pytest.mark.parametrize("kind", ["429", "500", "drop"])
async def test_a_card_arrives_despite_a_fault(setup: Setup, kind: Kind) -> None:
    fault = setup.simulator.fault("sendMessage", setup.groups["dpmd"].id, 2, "before", kind)
    citizen, _, reference = await setup.filed()
    await setup.card_shows(reference, "Diterima")
    assert fault.hits == 2
    assert citizen.reference == reference


async def test_a_deleted_account_is_shown_on_the_card(setup: Setup) -> None:
    _, siti, reference = await setup.filed()
    await setup.card_shows(reference, "Diterima")
    await siti.person.delete_account()
    await answered(setup, reference, "Sudah kami proses.")
    await setup.card_shows(reference, "belum sampai, pengadu tidak dapat dihubungi")


async def test_cards_wait_for_a_bot_that_was_removed_from_its_group(setup: Setup) -> None:
    group = setup.groups["dpmd"]
    await group.remove_bot()
    _, _, reference = await setup.filed()
    await setup.settled()
    assert not any(reference in words(each) for each in group.messages)
    await group.add_bot(status="administrator")
    await setup.card_shows(reference, "Diterima")
    await setup.officer().presses("Ambil", on=await setup.card(reference))
    await setup.card_shows(reference, "Petugas: Rina")
