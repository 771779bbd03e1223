"""The main job from the first word to the stars, for each agency, with the real process."""

from __future__ import annotations

import dataclasses
import re

import pytest

from tests.acceptance.bot_setup import BUDI, RINA, ChatUser, Message, Setup, words
from tests.questions import ANSWERS, PHOTO, labels_of

pytestmark = pytest.mark.asyncio(loop_scope="module")

NAME = "Siti Aminah"
ADDRESS = "Dusun Krajan RT 02/RW 01, Desa Raci, Kecamatan Bangil"
AGENCIES = {
    "dpmd": ("Dinas Pemberdayaan Masyarakat dan Desa", "Pembinaan BUM Desa", "DPMD"),
    "bakesbangpol": ("Badan Kesatuan Bangsa dan Politik", "Rekomendasi penelitian", "BAKESBANGPOL"),
}


async def tell_story(siti: ChatUser) -> None:
    """Several messages of all kinds; the first is answered, later ones change that answer while near."""
    await siti.says("Tadi pagi saya datang ke kantor.", "Tercatat: 1")
    await siti.shares(siti.person.send_photo(PHOTO, "Antrean panjang"), "Tercatat: 2 (berkas: 1)")
    album = [("photo", PHOTO + b"1"), ("photo", PHOTO + b"2"), ("photo", PHOTO + b"3")]
    await siti.shares(siti.person.send_album(album), "Tercatat: 5 (berkas: 4)")
    await siti.shares(siti.person.send_voice(), "Tercatat: 6 (berkas: 5)")
    await siti.shares(siti.person.send_location(-7.6, 112.8), "Tercatat: 7 (berkas: 5)")
    tallies = [each for each in siti.chat.messages.values() if "Tercatat:" in words(each.message)]
    # The count comes back into sight after a few items.
    assert len(tallies) == 2
    assert siti.person.keyboard == ["Lanjut", "Kembali", "Batalkan"]


async def file_by_hand(siti: ChatUser, agency: str) -> tuple[str, str]:
    """File as a person does, looking at each question; return number and access code."""
    full_name, service, prefix = AGENCIES[agency]
    await siti.shares(siti.person.open(f"https://t.me/AduanBot?start={agency}"), full_name)
    assert full_name in words(await siti.sees("Langkah 1 dari 10"))
    asked = await siti.presses("Mengerti, lanjut", "Langkah 2 dari 10 — Layanan")
    assert labels_of(asked)[-3:] == ["Lainnya", "Kembali", "Batalkan"]
    await siti.presses(service, f"Layanan: {service}", "Langkah 3 dari 10 — Kejadian")
    await tell_story(siti)
    await siti.taps("Lanjut", "sudah tersimpan (7 pesan)", "Langkah 4 dari 10 — Waktu kejadian")
    assert siti.person.keyboard == []
    await siti.presses("Hari ini", "— Tempat kejadian")
    await siti.says("loket 2", "Langkah 5 dari 10 — Kerugian")
    await siti.presses("Waktu/tenaga/batin", "— Uraian kerugian")
    await siti.says("setengah hari menunggu", "Langkah 6 dari 10 — Penyelesaian")
    await siti.presses("Penjelasan tertulis", "Langkah 7 dari 10 — Nama lengkap")
    await siti.says(NAME, "Langkah 8 dari 10 — Alamat lengkap")
    summary = await siti.says(ADDRESS, "Langkah 9 dari 10 — Ringkasan")
    for shown in (
        full_name,
        service,
        "Tadi pagi",
        "(bukti: 4 foto, 1 pesan suara, 1 lokasi)",
        "loket 2",
        "immateriel",
        NAME,
        ADDRESS,
    ):
        assert shown in words(summary)
    await siti.presses("Lanjut", "Langkah 10 dari 10 — Tempat dan tanda tangan")
    await siti.presses("Saya nyatakan benar", "2. Ketik nama lengkap")
    await siti.says(NAME.lower(), "Silakan tekan Kirim")
    receipt = await siti.presses("Kirim", "Tanda terima pengaduan")
    found = re.search(rf"({prefix}-\d{{4}}-\d{{4}})\s+Kode akses: ([A-Z0-9]{{8}})\s", words(receipt))
    assert found
    assert "tidak dipungut biaya" in words(receipt)
    assert labels_of(receipt) == ["Salin kode akses", "Cek Status", "Tambah Keterangan"]
    return found[1], found[2]


def nothing_personal(message: Message) -> None:
    for personal in ("Siti", "Aminah", "Krajan", "Raci", "0812"):
        assert personal not in words(message)


@pytest.mark.parametrize("agency", AGENCIES)
async def test_the_whole_path_from_the_deep_link_to_the_rating(setup: Setup, agency: str) -> None:
    siti = setup.user("Siti")
    rina, budi = setup.officer(RINA, agency), setup.officer(BUDI, agency)
    await setup.rested()
    others = {name: len(group.chat.log) for name, group in setup.groups.items() if name != agency}
    reference, _code = await file_by_hand(siti, agency)

    card = await rina.sees(f"Pengaduan {reference}")
    nothing_personal(card)
    assert "Bukti: 4 foto, 1 pesan suara, 1 lokasi" in words(card)
    labels = labels_of(card)
    assert labels[:2] == ["Ambil", "Verifikasi"]
    assert {"Jawab", "Tanya", "Bukti (6)", "Baca lengkap", "Lihat Identitas", "Catatan"} <= set(labels)
    assert not {"Lepas", "Ambil Alih", "Ralat", "Tarik"} & set(labels)

    await take(setup, rina, budi, reference, agency)
    await read(setup, siti, rina, budi, reference, agency)
    await verify(setup, siti, budi, reference, agency)
    await answer(setup, siti, rina, reference, agency)
    await judge(setup, siti, rina, reference, agency)
    await setup.rested()
    assert {name: len(setup.groups[name].chat.log) for name in others} == others


async def take(setup: Setup, rina: ChatUser, budi: ChatUser, reference: str, agency: str) -> None:
    """An officer who presses an old card sees who took the case, and when."""
    old = await setup.card(reference, agency)
    answer = await rina.presses("Ambil", on=old)
    assert "sekarang Anda tangani" in answer["text"]
    card = await setup.card_shows(reference, "Petugas: Rina", agency)
    assert "Ambil" not in labels_of(card)
    refused = await budi.presses_old("Ambil", old)
    assert refused["show_alert"]
    assert re.search(r"sudah diambil oleh Rina, .+ pukul \d\d\.\d\d WIB", refused["text"])


async def read(
    setup: Setup, siti: ChatUser, rina: ChatUser, budi: ChatUser, reference: str, agency: str
) -> None:
    card = await setup.card(reference, agency)
    shown = await budi.presses("Lihat Identitas", on=card)
    assert shown["show_alert"]
    assert NAME in shown["text"]
    assert ADDRESS in shown["text"]
    full = await rina.presses("Baca lengkap", "setengah hari menunggu", on=card)
    nothing_personal(full)
    await rina.presses("Bukti (6)", f"Bukti {reference}", on=card)
    await rina.sees_file("voice")
    await rina.waits_for(lambda: sum("photo" in each for each in rina.new_messages()) == 4, "four photos")


async def verify(setup: Setup, siti: ChatUser, budi: ChatUser, reference: str, agency: str) -> None:
    siti.mark_read()
    asked = await budi.presses("Verifikasi", "termasuk kelas apa", on=await setup.card(reference, agency))
    assert labels_of(asked)[-1] == "Batal"
    asked = await budi.presses("Sikap petugas", "siapa yang menangani", on=asked)
    await budi.presses("Tingkat 1: petugas", "memverifikasi", on=asked)
    receipt = words(await siti.sees("Tanda terima pengaduan"))
    address = {"dpmd": "Jl. Raya Raci Km. 9", "bakesbangpol": "Gedung Lettu Imam Adi"}[agency]
    assert re.search(rf"dinyatakan lengkap oleh:\s+Budi.*\n.+\n.*{address}", receipt)
    await setup.card_shows(reference, "Kelas: Sikap petugas · Tingkat 1", agency)
    card = await setup.card_shows(reference, "Status: Ditangani petugas", agency)
    assert "Verifikasi" not in labels_of(card)


async def answer(setup: Setup, siti: ChatUser, rina: ChatUser, reference: str, agency: str) -> None:
    """By the button and the prompt, with a photo and a document; Ubah, then Kirim."""
    prompt = await rina.presses("Jawab", "mohon balas pesan ini", on=await setup.card(reference, agency))
    await setup.named(prompt)
    preview = await rina.says("Konsep yang salah", "Periksa dahulu", reply_to=prompt)
    assert labels_of(preview) == ["Kirim", "Ubah", "Batal"]
    again = await setup.named(await rina.presses("Ubah", "mohon balas pesan ini", on=preview))
    await rina.says("Berkas Ibu sudah kami proses.", "Berkas Ibu sudah", reply_to=again)
    await rina.shares(rina.person.send_photo(PHOTO, None, rina.group, again), "1 foto")
    document = rina.person.send_document(name="surat.pdf", in_chat=rina.group, reply_to=again)
    await rina.shares(document, "1 foto, 1 dokumen")
    siti.mark_read()
    preview = await rina.sees("Periksa dahulu")
    await rina.presses("Kirim", "dikirim oleh Rina", on=preview)
    response = await siti.sees("Tanggapan atas pengaduan")
    assert "Berkas Ibu sudah kami proses." in words(response)
    assert "Konsep yang salah" not in words(response)
    assert labels_of(response) == ["Puas", "Belum Puas"]
    await siti.sees_file("photo")
    await siti.sees_file("document", "surat.pdf")
    card = await setup.card_shows(reference, "Tanggapan: Terkirim", agency)
    assert "dibaca" not in words(card)


async def judge(setup: Setup, siti: ChatUser, rina: ChatUser, reference: str, agency: str) -> None:
    """Belum Puas reopens with the reason; the second answer is by a reply to the card; then the stars."""
    await siti.presses("Belum Puas", "Apa alasannya?")
    await siti.says("Belum ada kabar di loket.", "Tercatat: 1")
    rina.mark_read()
    await siti.presses("Kirim", "dibuka kembali")
    await rina.sees("Belum ada kabar di loket.")
    card = await setup.card_shows(reference, "Status: Dibuka kembali", agency)
    assert "Keberatan: Belum ada kabar di loket." in words(card)
    await setup.named(card)
    what_for = await rina.says("Sudah kami kirim lewat pos.", "tulisan ini untuk apa", reply_to=card)
    assert labels_of(what_for) == ["Tanggapan akhir", "Pertanyaan", "Catatan", "Batal"]
    preview = await rina.presses("Tanggapan akhir", "Periksa dahulu", on=what_for)
    siti.mark_read()
    await rina.presses("Kirim", "dikirim oleh Rina", on=preview)
    await siti.sees("Sudah kami kirim lewat pos.")
    await setup.card_shows(reference, "Tanggapan: Terkirim", agency)
    await siti.presses("Puas", "nyatakan selesai")
    await siti.presses("⭐⭐⭐⭐", "Terima kasih atas penilaian ⭐⭐⭐⭐ ")
    card = await setup.card_shows(reference, "Penilaian: ⭐⭐⭐⭐", agency)
    assert "Status: Selesai" in words(card)


async def test_an_answer_by_command_is_sent_after_the_preview(setup: Setup) -> None:
    citizen = setup.citizen()
    reference = await citizen.file()
    siti, rina = ChatUser(citizen.person), setup.officer()
    await setup.card_shows(reference, "Diterima")
    number = reference.replace("-", " ").lower()
    preview = await rina.says(f"/jawab {number} Sudah selesai & beres <b>.", "Sudah selesai & beres <b>.")
    assert "Sudah selesai" not in "".join(map(words, siti.new_messages()))
    await rina.presses("Kirim", "dikirim oleh Rina", on=preview)
    response = await siti.sees("Tanggapan atas pengaduan")
    assert "Sudah selesai & beres <b>." in words(response)
    assert "Pengaduan ini sudah diperiksa dan dinyatakan lengkap oleh Rina." in words(response)


async def test_batal_on_the_preview_sends_nothing(setup: Setup) -> None:
    citizen = setup.citizen(dataclasses.replace(ANSWERS, name="Dewi Lestari"))
    reference = await citizen.file()
    rina = setup.officer()
    await setup.card_shows(reference, "Diterima")
    preview = await rina.says(f"/jawab {reference} Jangan dikirim.", "Periksa dahulu")
    await rina.presses("Batal", "tidak ada yang dikirim", on=preview)
    await setup.settled()
    assert not any("Jangan dikirim" in words(message) for message in citizen.person.messages)
    assert "Status: Diterima" in words(await setup.card(reference))
