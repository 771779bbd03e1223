"""Filing, step by step: back, skip, change of every answer, additions, representation, ways out."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.acceptance.bot_setup import LEADER, ChatUser, Setup, words
from tests.questions import ANSWERS, PHOTO, SHARE, labels_of

pytestmark = pytest.mark.asyncio(loop_scope="module")

KEPT = "Tetap seperti semula"
# From the summary, each "Kembali" leads to: the question, and the answer that it still shows.
BACKWARDS = [
    ("— Alamat lengkap", "Dusun Krajan"),
    ("— Nama lengkap", "Siti Aminah"),
    ("— Penyelesaian", "Penjelasan tertulis"),
    ("— Uraian kerugian", "Rp150.000"),
    ("— Kerugian", "materiel"),
    ("— Tempat kejadian", "loket pelayanan"),
    ("— Waktu kejadian", "2026"),
]


async def test_every_step_has_a_way_back_that_keeps_the_answers(setup: Setup) -> None:
    _, siti = await setup.at("summary")
    for question, answer in BACKWARDS:
        asked = await siti.presses("Kembali", question)
        assert f"Jawaban saat ini: {answer}" in words(asked) or answer in words(asked)
        assert KEPT in labels_of(asked)
    story = await siti.presses("Kembali", "— Kejadian")
    assert "Yang sudah tercatat: Bantuan saya" in words(story)
    assert KEPT in labels_of(await siti.taps("Kembali", "— Layanan"))
    await siti.presses("Kembali", "— Pemberitahuan privasi")
    await siti.presses("Kembali", "Pengaduan ini tentang apa?")
    await siti.presses("Dinas Pemberdayaan", "— Ringkasan")


async def test_a_kept_answer_leads_to_the_next_question(setup: Setup) -> None:
    _, siti = await setup.at("summary")
    await siti.presses("Kembali", "— Alamat lengkap")
    await siti.presses("Kembali", "— Nama lengkap")
    await siti.presses(KEPT, "— Ringkasan")


async def test_skipped_answers_are_shown_as_skipped(setup: Setup) -> None:
    skipping = replace(ANSWERS, occurred=None, occurred_place=None, loss_kind="Tidak ada")
    citizen, _ = await setup.at("summary", skipping)
    asked = citizen.question()
    assert asked
    summary = words(asked.message)
    assert "Waktu kejadian: (dilewati)" in summary
    assert "Tempat kejadian: (dilewati)" in summary
    assert "Uraian kerugian" not in summary


CHANGES = [
    # button in the menu, question, answer, what the summary shows then
    ("Layanan", "— Layanan", "Lainnya dari daftar", "Layanan: Lainnya dari daftar"),
    ("Waktu kejadian", "— Waktu kejadian", "12 Maret 2026", "Waktu kejadian: Kamis, 12 Maret 2026"),
    ("Tempat kejadian", "— Tempat kejadian", "balai desa", "Tempat kejadian: balai desa"),
    ("Uraian kerugian", "— Uraian kerugian", "Rp20.000", "Uraian kerugian: Rp20.000"),
    ("Penyelesaian", "— Penyelesaian", "uang kembali", "Penyelesaian: uang kembali"),
    ("Nama lengkap", "— Nama lengkap", "Siti Aminah Putri", "Nama lengkap: Siti Aminah Putri"),
    ("Alamat lengkap", "— Alamat lengkap", "Jl. Mawar No. 5 RT 02 RW 01, Desa Pogar, Kec. Bangil", "Mawar"),
]  # fmt: skip


async def test_every_answer_is_changed_from_the_summary_and_back_to_it(setup: Setup) -> None:
    _, siti = await setup.at("summary")
    for button, question, answer, shown in CHANGES:
        menu = await siti.presses("Ubah", "Jawaban mana yang ingin diubah?")
        assert labels_of(menu)[-1] == "Kembali"
        assert KEPT in labels_of(await siti.presses(button, question, on=menu))
        assert shown in words(await siti.says(answer, "— Ringkasan"))


async def test_a_changed_kind_of_loss_asks_for_it_or_drops_it(setup: Setup) -> None:
    _, siti = await setup.at("summary")
    await siti.presses("Ubah", "Jawaban mana")
    await siti.presses("Jenis kerugian", "— Kerugian")
    summary = await siti.presses("Tidak ada", "— Ringkasan")
    assert "Uraian kerugian" not in words(summary)
    await siti.presses("Ubah", "Jawaban mana")
    await siti.presses("Jenis kerugian", "— Kerugian")
    summary = await siti.presses("Keduanya", "— Ringkasan")
    assert "materiel dan immateriel" in words(summary)
    assert "Rp150.000" in words(summary)


async def test_parts_of_the_story_are_added_replaced_and_deleted(setup: Setup) -> None:
    _, siti = await setup.at("summary", replace(ANSWERS, story=("Bagian satu", PHOTO)))
    await siti.presses("Ubah", "Jawaban mana")
    parts = await siti.presses("Uraian kejadian", "Bagian mana yang ingin diubah?")
    assert "1. Bagian satu" in words(parts)
    assert "2. [foto]" in words(parts)
    await siti.presses("Ganti bagian 1", "Bagian 1 saat ini: Bagian satu")
    await siti.says("Bagian baru", "Tercatat: 2")
    assert "Uraian kejadian: Bagian baru (bukti: 1 foto)" in words(await siti.taps("Lanjut", "— Ringkasan"))
    await siti.presses("Ubah", "Jawaban mana")
    await siti.presses("Uraian kejadian", "Bagian mana")
    await siti.presses("Tambah bagian", "— Kejadian")
    await siti.says("Bagian tiga", "Tercatat: 3")
    await siti.taps("Lanjut", "— Ringkasan")
    await siti.presses("Ubah", "Jawaban mana")
    await siti.presses("Uraian kejadian", "Bagian mana")
    parts = await siti.presses("Hapus bagian 2", "2. Bagian tiga")
    assert "[foto]" not in words(parts)
    back = await siti.presses("Kembali", "— Ringkasan", on=parts)
    assert "bukti" not in words(back)


async def test_a_story_without_a_word_is_asked_for_one(setup: Setup) -> None:
    _, siti = await setup.at("story")
    await siti.shares(siti.person.send_photo(), "Tercatat: 1")
    await siti.taps("Lanjut", "pengaduan harus tertulis")
    await siti.says("Foto antrean.", "Tercatat: 2")
    await siti.taps("Lanjut", "— Waktu kejadian")


async def test_additions_are_given_in_any_order(setup: Setup) -> None:
    adding = replace(ANSWERS, phone=SHARE, reported_person="petugas loket 2", confidential=True)
    citizen, siti, reference = await setup.filed(adding)
    assert f"Nomor telepon: +62812{citizen.person.id:08d}" in "".join(map(words, citizen.person.messages))
    card = await setup.card_shows(reference, "RAHASIA")
    for hidden in ("Bantuan saya", "petugas loket", "Rp150.000", "Penjelasan tertulis"):
        assert hidden not in words(card)
    rina = setup.officer()
    refused = await rina.presses("Baca lengkap", on=card)
    assert "pimpinan" in refused["text"]
    leader = setup.officer(LEADER)
    opened = await leader.presses("Baca lengkap", on=card)
    private = ChatUser(leader.person)
    await private.shares(private.person.open(opened["url"]), "Bantuan saya tidak cair")
    assert siti.person.keyboard == []


async def test_a_handler_complained_of_does_not_read_it(setup: Setup) -> None:
    adding = replace(ANSWERS, reported_person="Ibu Rina", reported_handles="Ya")
    ordinary = setup.officer()
    _, _, reference = await setup.filed(adding)
    card = await setup.card_shows(reference, "Diterima", "restricted")
    assert "Rina" not in words(card)
    await setup.settled()
    assert not any(reference in words(each) for each in ordinary.new_messages())
    assert "tidak dikenal di grup ini" in words(await ordinary.says(f"/tiket {reference}", "tidak dikenal"))


async def test_without_a_restricted_chat_the_citizen_is_warned_before_sending(setup: Setup) -> None:
    adding = replace(
        ANSWERS,
        agency="Badan Kesatuan Bangsa dan Politik",
        service="Rekomendasi penelitian",
        reported_person="Kepala Badan",
        reported_handles="Tidak tahu",
    )
    citizen, siti = await setup.at("handler_reported", adding, "bakesbangpol")
    warning = citizen.question()
    assert warning
    assert "Ombudsman" in words(warning.message)
    assert "Inspektorat" in words(warning.message)
    await siti.presses("Kembali", "— Ringkasan")
    await siti.presses("Lanjut", "Ombudsman")
    await siti.presses("Tetap kirim", "— Tempat dan tanda tangan")


async def test_a_representative_gives_both_names_and_the_letter(setup: Setup) -> None:
    representing = replace(ANSWERS, represented_name="Sumiati Rahayu", power_of_attorney=PHOTO)
    _, _, reference = await setup.filed(representing)
    card = await setup.card_shows(reference, "Diterima")
    assert "Sumiati Rahayu" not in words(card)
    assert "Bukti" not in words(card)
    rina = setup.officer()
    opened = await rina.presses("Lihat Identitas", on=card)
    private = ChatUser(rina.person)
    await private.shares(private.person.open(opened["url"]), "Nama yang diwakili: Sumiati Rahayu")
    await private.sees_file("photo")
    assert not any("Sumiati Rahayu" in words(each) for each in rina.new_messages())


async def test_the_letter_may_be_sent_later_and_representing_taken_back(setup: Setup) -> None:
    _, siti = await setup.at("name")
    await siti.presses("Mewakili orang lain", "sebagai penerima kuasa?")
    await siti.presses("Untuk saya sendiri", "— Nama lengkap", "Siapa nama lengkap Anda?")
    await siti.presses("Mewakili orang lain", "sebagai penerima kuasa?")
    await siti.says("Siti Aminah", "— Orang yang diwakili")
    await siti.says("Sumiati Rahayu", "— Alamat orang yang diwakili")
    await siti.says(ANSWERS.represented_address, "— Surat kuasa")
    await siti.presses("Kirim nanti", "— Alamat lengkap")
    summary = await siti.says(ANSWERS.address, "— Ringkasan")
    assert "Surat kuasa: dikirim nanti" in words(summary)


async def test_a_photo_of_the_signature_signs(setup: Setup) -> None:
    citizen, siti = await setup.at("sign")
    await siti.shares(siti.person.send_photo(), "Ditandatangani dengan foto")
    await citizen.play()
    assert citizen.reference


async def test_another_name_does_not_sign_but_may_be_changed(setup: Setup) -> None:
    _, siti = await setup.at("sign")
    wrong = await siti.says("Orang Lain", "Mana yang benar?")
    await siti.presses("Ubah nama", "— Nama lengkap", on=wrong)
    await siti.says("Orang Lain", "— Ringkasan")
    await siti.presses("Lanjut", "— Tempat dan tanda tangan")
    await siti.presses("Ubah tempat", "Di kota atau kecamatan mana")
    await siti.says("Pandaan", "Pandaan,")
    await siti.presses("Saya nyatakan benar", "Sudah dinyatakan benar")
    await siti.says("orang lain", "Silakan tekan Kirim")
    receipt = await siti.presses("Kirim", "Tanda terima pengaduan")
    assert "Tempat: Pandaan" in words(receipt)


async def test_two_messages_written_at_once_are_one_answer(setup: Setup) -> None:
    citizen, siti = await setup.at("resolution")
    siti.mark_read()
    citizen.person.send({"text": "Mohon dicairkan"})
    citizen.person.send({"text": "dan dijelaskan."})
    await siti.sees("Ditambahkan pada")
    await siti.sees("— Nama lengkap")
    await siti.says("Siti Aminah", "— Alamat lengkap")
    shown = words(await siti.says(ANSWERS.address, "— Ringkasan"))
    assert "Mohon dicairkan\ndan dijelaskan." in shown


async def test_an_edited_message_corrects_its_answer(setup: Setup) -> None:
    citizen, siti = await setup.at("address")
    name = next(each for each in citizen.person.messages if words(each) == "Siti Aminah")
    await siti.edits(name, "Siti Aminah Sari", "Perubahan sudah dicatat pada Nama lengkap")
    summary = await siti.says(ANSWERS.address, "— Ringkasan")
    assert "Nama lengkap: Siti Aminah Sari" in words(summary)
    story = next(each for each in citizen.person.messages if words(each) == ANSWERS.story[0])
    await siti.edits(story, "Sudah dua bulan.", "Perubahan sudah dicatat pada Uraian", "kejadian: Sudah dua")


async def test_an_edit_after_sending_is_offered_as_an_addition(setup: Setup) -> None:
    citizen, siti, reference = await setup.filed()
    rina = setup.officer()
    story = next(each for each in citizen.person.messages if words(each) == ANSWERS.story[0])
    await siti.edits(story, "Uraian yang baru.", "sudah ditandatangani")
    await siti.presses("Tambah Keterangan", "Tercatat: 1")
    await siti.presses("Kirim", "diteruskan kepada petugas")
    assert reference in words(await rina.sees("Uraian yang baru."))
    assert "Bantuan saya tidak cair" in words(await setup.card(reference))


async def test_start_during_a_draft_offers_to_continue_or_start_over(setup: Setup) -> None:
    _, siti = await setup.at("loss")
    offered = await siti.says("/start", "yang belum selesai")
    assert labels_of(offered) == ["Lanjutkan pengaduan", "Buat pengaduan lain", "Mulai dari awal"]
    await siti.presses("Lanjutkan pengaduan", "— Uraian kerugian")
    await siti.shares(siti.person.open("https://t.me/AduanBot?start=bakesbangpol"), "yang belum selesai")
    await siti.presses("Mulai dari awal", "akan dihapus")
    notice = await siti.presses("Ya, mulai dari awal", "— Pemberitahuan privasi")
    assert "Badan Kesatuan Bangsa" in words(notice)


async def test_an_outdated_button_says_so_instead_of_acting(setup: Setup) -> None:
    citizen, siti = await setup.at("summary")
    old = citizen.question()
    assert old
    await siti.presses("Lanjut", "— Tempat dan tanda tangan")
    answer = await siti.presses_old("Ubah", old.message)
    assert "sudah tidak berlaku" in answer["text"]
    await siti.sees("— Tempat dan tanda tangan")
    await setup.settled()
    await siti.presses("Saya nyatakan benar", "Sudah dinyatakan benar")


async def test_a_second_press_of_send_files_nothing_more(setup: Setup) -> None:
    citizen, siti = await setup.at("send")
    asked = citizen.question()
    assert asked
    await siti.presses("Kirim", "Tanda terima")
    answer = await siti.presses_old("Kirim", asked.message)
    assert f"sudah terkirim dengan nomor {citizen.reference}" in answer["text"]
    await setup.settled()
    assert len(citizen.receipts) == 1


async def test_batal_asks_for_confirmation_and_deletes_the_draft(setup: Setup) -> None:
    _, siti = await setup.at("story")
    await siti.says("/batal", "Batalkan pengaduan ini?")
    assert siti.person.keyboard == []
    await siti.presses("Tidak, lanjutkan", "— Kejadian")
    await siti.taps("Batalkan", "Batalkan pengaduan ini?")
    await siti.presses("Ya, batalkan", "sudah dibatalkan")
    await siti.says("/batal", "tidak ada pengaduan yang sedang diisi")
    await siti.presses("Buat Pengaduan", "Pengaduan ini tentang apa?")


async def test_declining_the_notice_shows_the_other_ways_to_complain(setup: Setup) -> None:
    _, siti = await setup.at("notice")
    declined = await siti.presses("Saya tidak setuju", "Datang ke loket")
    for way in ("(0343) 749035", "Jl. Raya Raci Km. 9", "tanpa dipungut biaya"):
        assert way in words(declined)


async def test_answers_over_the_limit_are_refused_with_the_limit(setup: Setup) -> None:
    _, siti = await setup.at("loss")
    await siti.says("x" * 2001, "Batasnya 2000 karakter")
    await siti.says("x" * 2000, "— Penyelesaian")


async def test_an_old_occurrence_gets_a_warning_and_is_accepted(setup: Setup) -> None:
    _, siti = await setup.at("occurred")
    await siti.says("12 Januari 2020", "sudah lebih dari 30 hari", "— Tempat kejadian")
