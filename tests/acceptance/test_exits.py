"""Complaints that end without a response, and archived ones, through the messenger with both agencies."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.acceptance.bot_setup import BUDI, RINA, Setup, opened, words
from tests.questions import labels_of

pytestmark = pytest.mark.asyncio(loop_scope="module")

EIGHT_DAYS = 8 * 24 * 3600.0


async def test_a_complaint_is_passed_on_and_answered_by_the_other_agency(setup: Setup) -> None:
    citizen, siti, reference = await setup.filed()
    card = await setup.card_shows(reference, "Diterima")
    rina = setup.officer(RINA)
    more = await rina.presses("Lainnya", "Tindakan lain", on=card)
    choice = await rina.presses("Bukan Kewenangan", "diteruskan ke mana?", on=more)
    assert "SP4N-LAPOR!" in labels_of(choice)
    prompt = await setup.named(await rina.presses("Bakesbangpol", "mohon balas pesan ini", on=choice))
    preview = await rina.says("Ormas ditangani Bakesbangpol.", "Periksa dahulu", reply_to=prompt)
    siti.mark_read()
    before = setup.newest_id("bakesbangpol")
    await rina.presses("Kirim", "dikirim oleh Rina", on=preview)
    decision = await siti.sees("bukan kewenangan kami")
    assert "Ormas ditangani Bakesbangpol." in words(decision)
    receipt = await siti.sees("Tanda terima pengaduan")
    number = next(word for word in words(receipt).split() if word.startswith("BAKESBANGPOL-"))
    other = await setup.card_shows(number, f"Diteruskan dari: {reference}", "bakesbangpol", after=before)
    await setup.card_shows(reference, number)
    assert not {"Siti", "Krajan"} & set(words(other).split())
    budi = setup.officer(BUDI, "bakesbangpol")
    answer = await budi.says(f"/jawab {number} Sudah kami tangani.", "Sudah kami tangani.")
    siti.mark_read()
    await budi.presses("Kirim", "dikirim oleh Budi", on=answer)
    await siti.sees(f"Tanggapan atas pengaduan {number}")
    await siti.says(f"/status {reference}", number)
    # The label has room for 20 characters.
    await siti.presses(number.replace("BAKESBANGPOL", "BAKESBANGP"), f"diteruskan dari {reference}")
    stranger = setup.user("Orang")
    await stranger.says(f"/status {number} {words(receipt).split('Kode akses: ')[1][:8]}", "Ditanggapi")
    assert len(citizen.receipts) == 2


async def test_a_duplicate_follows_the_status_of_another_citizen_s_complaint(setup: Setup) -> None:
    _, _, first = await setup.filed()
    _, siti, second = await setup.filed()
    card = await setup.card_shows(second, "Diterima")
    rina = setup.officer(RINA)
    more = await rina.presses("Lainnya", "Tindakan lain", on=card)
    prompt = await setup.named(await rina.presses("Duplikat", "mohon balas pesan ini", on=more))
    preview = await rina.says(f"{first} Masalah yang sama.", "Periksa dahulu", reply_to=prompt)
    siti.mark_read()
    await rina.presses("Kirim", "dikirim oleh Rina", on=preview)
    await siti.sees(f"sama dengan {first}")
    await siti.says(f"/status {second}", f"Status {first}: Diterima")
    answer = await rina.says(f"/jawab {first} Isi yang tertutup.", "Isi yang tertutup.")
    await rina.presses("Kirim", "dikirim oleh Rina", on=answer)
    page = await siti.says(f"/status {second}", f"Status {first}: Ditanggapi")
    assert "Isi yang tertutup." not in words(page)


async def test_a_withdrawn_complaint_ends_the_officer_s_work(setup: Setup) -> None:
    _, siti, reference = await setup.filed()
    await setup.card_shows(reference, "Diterima")
    rina = setup.officer(RINA)
    preview = await rina.says(f"/jawab {reference} Hampir selesai.", "Hampir selesai.")
    await siti.says("cabut", f"Mengapa {reference} dicabut?")
    rina.mark_read()
    await siti.presses("Sudah selesai", "tidak dapat dibuka kembali")
    await siti.presses("Ya, cabut", "sudah dicabut")
    await rina.sees(f"mencabut {reference}")
    await setup.card_shows(reference, "Dicabut")
    refused = await rina.presses("Kirim", on=preview)
    assert "Dicabut" in refused["text"]
    await siti.says(f"/status {reference}", "Dicabut")


async def test_an_archived_complaint_is_reminded_on_its_day_and_marked_done(tmp_path: Path) -> None:
    async with opened(tmp_path, practice=True) as setup:
        _, siti, reference = await setup.filed()
        rina = setup.officer(RINA)
        answer = await rina.says(f"/jawab {reference} Sudah disalurkan.", "Sudah disalurkan.")
        siti.mark_read()
        await rina.presses("Kirim", "dikirim oleh Rina", on=answer)
        await siti.sees("Tanggapan atas pengaduan")
        await siti.presses("Puas", "selesai")
        card = await setup.card_shows(reference, "Selesai")
        who = await rina.presses("Arsipkan", "siapa yang menindaklanjuti", on=card)
        when = await rina.presses("Meja pengaduan", "Kapan tindak lanjut", on=who)
        prompt = await setup.named(await rina.presses("1 minggu", "mohon balas pesan ini", on=when))
        preview = await rina.says("Memeriksa penyaluran.", "Periksa dahulu", reply_to=prompt)
        await rina.presses("Simpan", "Pengaduan ini diarsipkan", on=preview)
        await setup.card_shows(reference, "Diarsipkan")
        rina.mark_read()
        setup.simulator.world.offset = EIGHT_DAYS
        reminder = await rina.sees("Hari ini tindak lanjut")
        assert "Memeriksa penyaluran." in words(reminder)
        done = await rina.presses("Tandai selesai", on=reminder)
        assert "ditandai selesai" in done["text"]
        await setup.card_shows(reference, "Selesai: Rina")
