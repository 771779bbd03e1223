"""The completeness loop with the real process: asked for, killed in the middle, completed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from functools import partial

import pytest
import pytest_asyncio

from tests.acceptance.bot_setup import ChatUser, Message, Setup, opened, words
from tests.questions import ANSWERS, PHOTO, labels_of

pytestmark = pytest.mark.asyncio(loop_scope="module")

REMARK = "RT dan RW belum ada."
ADDRESS = "Jl. Melati 7 RT 03/RW 04, Desa Raci, Kecamatan Bangil"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def own(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Setup]:
    """A bot of this module's own, as it is killed here."""
    async with opened(tmp_path_factory.mktemp("completeness")) as running:
        yield running


def _shows(user: ChatUser, message: Message, label: str) -> bool:
    """Whether the message has this button now."""
    return label in labels_of(user.chat.messages[message["message_id"]].message)


async def ask_for_address_and_resolution(setup: Setup, reference: str, siti: ChatUser) -> None:
    """Rina ticks two items, adds a remark and sends the request."""
    rina = setup.officer()
    card = await setup.named(await setup.card_shows(reference, "Diterima"))
    checklist = await rina.presses("Minta Kelengkapan", "apa yang belum lengkap", on=card)
    for item in ("Alamat lengkap", "Penyelesaian"):
        await rina.presses(f"☐ {item}", on=checklist)
        await rina.waits_for(partial(_shows, rina, checklist, f"☑ {item}"), f"the tick of {item}")
    preview = await rina.presses("Lanjut", "Ini yang akan dibaca pengadu", on=checklist)
    again = await rina.says(
        "RT dan RW belum ada.", "RT dan RW belum ada.", reply_to=await setup.named(preview)
    )
    siti.mark_read()
    await rina.presses("Kirim", "dikirim oleh Rina", on=again)
    await setup.card_shows(reference, "Belum lengkap: Penyelesaian, Alamat lengkap")


async def test_the_missing_items_are_completed_across_a_kill(own: Setup) -> None:
    citizen, siti, reference = await own.filed()
    await citizen.begin()
    await citizen.play("loss")
    await ask_for_address_and_resolution(own, reference, siti)
    request = await siti.sees(REMARK)
    asked = await siti.presses("Lengkapi sekarang", "Langkah 1 dari 4 — Penyelesaian", on=request)
    assert labels_of(asked)[-2:] == ["Kembali", "Nanti saja"]
    await siti.says("Mohon dijelaskan tertulis.", "Langkah 2 dari 4 — Alamat lengkap")
    await own.bot.kill()
    siti.mark_read()
    await siti.person.say(ADDRESS)
    await own.bot.restart()
    summary = await siti.sees("Langkah 3 dari 4 — Ringkasan kelengkapan")
    for answer in ("Mohon dijelaskan tertulis.", ADDRESS):
        assert answer in words(summary)
    await siti.presses("Lanjut", "Langkah 4 dari 4 — Tanda tangan", on=summary)
    await siti.presses("Saya nyatakan benar", "Sudah dinyatakan benar")
    await siti.says(ANSWERS.name, "Silakan tekan Kirim")
    rina = own.officer()
    # The complaint that was set aside continues.
    await siti.presses("Kirim", f"Kelengkapan pengaduan {reference}", "— Uraian kerugian")
    told = await rina.sees("melengkapi")
    assert reference in words(told)
    card = await own.card_shows(reference, "Dilengkapi")
    assert "Mohon dijelaskan tertulis." in words(card)
    for message in (told, card):
        assert "Melati" not in words(message)
    asked = await rina.presses("Verifikasi", "termasuk kelas apa", on=card)
    asked = await rina.presses("Sikap petugas", "siapa yang menangani", on=asked)
    await rina.presses("Tingkat 1: petugas", "memverifikasi", on=asked)
    await siti.sees("dinyatakan lengkap oleh")
    await siti.says("Rp75.000", "— Penyelesaian")
    await citizen.play()
    assert len(citizen.receipts) == 2


async def test_a_photo_in_place_of_words_and_papers_at_the_counter(own: Setup) -> None:
    _, siti, reference = await own.filed()
    await ask_for_address_and_resolution(own, reference, siti)
    request = await siti.sees("perlu dilengkapi")
    await siti.presses("Lengkapi sekarang", "— Penyelesaian", on=request)
    await siti.says("Mohon dijelaskan tertulis.", "— Alamat lengkap")
    await siti.shares(siti.person.send_photo(PHOTO), "Alamat lengkap")
    await siti.presses("Nanti saja", "belum dilengkapi", "1 jawaban sudah tersimpan")
    shown = await siti.says(f"/status {reference}", "Yang perlu dilengkapi")
    assert labels_of(shown)[0] == "Lengkapi sekarang"
    rina = own.officer()
    card = await own.card_shows(reference, "Perlu dilengkapi")
    prompt = await own.named(await rina.presses("Lengkap", "pernyataan lengkap", on=card))
    preview = await rina.says("Alamat diserahkan di loket.", "sudah lengkap", reply_to=prompt)
    siti.mark_read()
    await rina.presses("Kirim", "dikirim oleh Rina", on=preview)
    await siti.sees("Alamat diserahkan di loket.")
    await siti.says("/status", "tidak perlu dilengkapi lagi")
