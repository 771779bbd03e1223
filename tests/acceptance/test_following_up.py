"""Citizens follow up: status, access codes, questions next to a draft, additions, pages, language."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.acceptance.bot_setup import ChatUser, Setup, words
from tests.questions import ANSWERS, PHOTO, labels_of

pytestmark = pytest.mark.asyncio(loop_scope="module")

PERSONAL = ("Siti", "Aminah", "Krajan", "Bantuan saya", "Rp150.000")


async def ask(setup: Setup, reference: str, question: str) -> None:
    """An officer asks the citizen something."""
    rina = setup.officer()
    card = await setup.named(await setup.card_shows(reference, reference))
    what_for = await rina.says(question, "tulisan ini untuk apa", reply_to=card)
    preview = await rina.presses("Pertanyaan", "Petugas bertanya tentang", on=what_for)
    await rina.presses("Kirim", "dikirim oleh Rina", on=preview)


async def test_a_question_sets_a_draft_aside_and_returns_to_it(setup: Setup) -> None:
    citizen, siti, reference = await setup.filed()
    await citizen.begin()
    await citizen.play("loss")
    siti.mark_read()
    await ask(setup, reference, "Nomor rekeningnya berapa?")
    question = await siti.sees("Nomor rekeningnya berapa?")
    await siti.presses("Jawab sekarang", "Silakan jawab pertanyaan petugas", on=question)
    await siti.says("Rekening atas nama saya sendiri.", "Tercatat: 1")
    await siti.shares(siti.person.send_photo(PHOTO), "Tercatat: 2")
    rina = setup.officer()
    await siti.presses("Kirim", "diteruskan kepada petugas", "— Uraian kerugian")
    await rina.sees("Rekening atas nama saya sendiri.")
    await rina.sees_file("photo")
    await siti.says("Rp75.000", "— Penyelesaian")
    await citizen.play()
    assert len(citizen.receipts) == 2


async def test_a_draft_continues_while_a_question_waits(setup: Setup) -> None:
    citizen, siti, reference = await setup.filed()
    await citizen.begin()
    await citizen.play("loss")
    siti.mark_read()
    await ask(setup, reference, "Kapan tepatnya?")
    question = await siti.sees("Kapan tepatnya?")
    await siti.says("Rp75.000", "— Penyelesaian")
    await setup.named(question)
    await siti.says("Hari Senin pagi.", "Tercatat: 1", reply_to=question)
    await siti.presses("Batalkan", "Tidak ada yang dikirim", "— Penyelesaian")
    await siti.presses("Jawab sekarang", "Silakan jawab", on=question)
    await siti.says("/batal", "Tidak ada yang dikirim", "— Penyelesaian")


async def test_five_wrong_codes_lock_for_an_hour(setup: Setup) -> None:
    citizen, _, reference = await setup.filed()
    stranger = setup.user("Orang")
    await stranger.says(f"/status {reference}", "kode akses")
    for left in range(4, 0, -1):
        await stranger.says("AAAA2222", "tidak cocok", f"Sisa kesempatan: {left}")
    await stranger.says("AAAA2222", "Terlalu banyak percobaan yang salah")
    await stranger.says(f"/status {reference}", "Terlalu banyak percobaan yang salah")
    await stranger.says("/status", "Terlalu banyak percobaan yang salah")
    assert citizen.code not in "".join(words(each) for each in stranger.person.messages)


async def test_an_unknown_number_gets_the_same_answer_as_a_wrong_code(setup: Setup) -> None:
    _, _, reference = await setup.filed()
    unknown = reference[:-4] + "9999"
    answers = []
    for number in (reference, unknown):
        stranger = setup.user("Orang")
        asked = await stranger.says(f"/status {number}", "Mohon tuliskan kode akses")
        refused = await stranger.says("AAAA2222", "Sisa kesempatan")
        answers.append([words(each).replace(number, "N") for each in (asked, refused)])
    assert answers[0] == answers[1]


async def test_the_right_code_shows_the_status_and_nothing_personal(setup: Setup) -> None:
    citizen, _, reference = await setup.filed()
    stranger = setup.user("Orang")
    await stranger.says("/status", "tuliskan nomor registrasi")
    await stranger.says("tidak hafal", "Nomor itu belum terbaca")
    await stranger.says(reference.lower().replace("-", " "), "kode akses")
    shown = await stranger.says(citizen.code.lower(), f"Pengaduan {reference}")
    assert "Status: Diterima" in words(shown)
    assert labels_of(shown) == []
    for personal in PERSONAL:
        assert personal not in words(shown)


async def test_status_lists_the_own_complaints_with_their_timeline(setup: Setup) -> None:
    citizen, siti, first = await setup.filed()
    second = await citizen.file()
    listed = await siti.says("/status", "Pengaduan Anda (2)")
    assert labels_of(listed)[:2] == [second, first]
    shown = await siti.presses(first, "Perjalanan pengaduan", on=listed)
    assert "Tenggat tanggapan:" in words(shown)
    full = await siti.presses("Baca lengkap", "Ditandatangani di Bangil", on=shown)
    assert "Siti Aminah" in words(full)


async def test_additions_reach_the_group_and_the_card(setup: Setup) -> None:
    citizen, siti, reference = await setup.filed()
    await setup.card_shows(reference, "Diterima")
    rina = setup.officer()
    await siti.presses("Tambah Keterangan", "Silakan kirim keterangan tambahan")
    await siti.presses("Batalkan", "Tidak ada yang dikirim")
    await siti.says("Tadi saya datang lagi.", "Pesan ini untuk apa?")
    await siti.presses(f"Ke {reference}", "Tercatat: 1")
    await siti.shares(siti.person.send_location(-7.6, 112.8), "Tercatat: 2")
    await siti.presses("Kirim", "Tercatat 2 pesan", "Tenggat tanggapan tetap")
    await rina.sees("Tadi saya datang lagi.")
    await setup.card_shows(reference, "Keterangan tambahan: 1")
    assert citizen.reference == reference


async def test_text_without_a_dialogue_becomes_a_new_complaint(setup: Setup) -> None:
    siti = setup.user("Siti")
    await siti.says("Jalan desa saya rusak parah.", "pengaduan belum dibuat")
    await siti.says("Sudah dua tahun.", "2 pesan Anda sudah kami simpan")
    await siti.presses("Buat Pengaduan", "Pengaduan ini tentang apa?")
    await siti.presses("Dinas Pemberdayaan", "— Pemberitahuan privasi")
    await siti.presses("Mengerti", "— Layanan")
    story = await siti.presses("Pendampingan Dana Desa", "— Kejadian")
    assert "Jalan desa saya rusak parah." in words(story)
    assert "Sudah dua tahun." in words(story)


async def test_a_reply_to_the_response_becomes_a_verdict(setup: Setup) -> None:
    _, siti, reference = await setup.filed()
    rina = setup.officer()
    preview = await rina.says(f"/jawab {reference} Sudah beres.", "Sudah beres.")
    siti.mark_read()
    await rina.presses("Kirim", "dikirim oleh Rina", on=preview)
    response = await setup.named(await siti.sees("Tanggapan atas pengaduan"))
    judged = await siti.says("Belum ada yang datang!", "belum diteruskan", reply_to=response)
    await siti.presses("Belum Puas", "Tercatat: 1", on=judged)
    await siti.presses("Kirim", "dibuka kembali")
    await setup.card_shows(reference, "Keberatan: Belum ada yang datang!")


@pytest.mark.parametrize("word", ["/batal", "Batalkan", "Kembali"])
async def test_giving_up_a_status_query_is_answered(setup: Setup, word: str) -> None:
    user = setup.user()
    await user.says("/status", "tuliskan nomor registrasi")
    await user.says(word, "Untuk memeriksa pengaduan lagi: /status")
    await user.says("Jalan desa rusak", "pengaduan belum dibuat")


PAGES = [
    ("/bantuan", "Bantuan", ("/lapor", "dihapus", "112")),
    ("/privasi", "Privasi", ("Nomor akun", "luar negeri")),
    ("/standar dpmd", "Standar pelayanan pengaduan", ("060/024/424.079/2023", "3 hari", "www.lapor.go.id")),
    ("/id", "Nomor akun (ID) Anda", ()),
    ("/tidakada", "tidak ada. Yang tersedia", ("/lapor", "/status")),
    ("/start", "Selamat datang", ("tidak dipungut biaya", "/bahasa")),
    ("/batal", "tidak ada pengaduan yang sedang diisi", ("/lapor",)),
    ("/status", "Belum ada pengaduan yang terkirim dari akun ini", ("nomor registrasi",)),
]


@pytest.mark.parametrize(("command", "title", "said"), PAGES)
async def test_pages_answer_every_account(
    setup: Setup, command: str, title: str, said: tuple[str, ...]
) -> None:
    user = setup.user()
    page = await user.says(command, title)
    for text in said:
        assert text in words(page)


async def test_the_standard_asks_which_agency(setup: Setup) -> None:
    user = setup.user()
    asked = await user.says("/standar", "instansi mana")
    assert len(labels_of(asked)) == 2
    page = await user.presses("Badan Kesatuan", "Badan Kesatuan Bangsa dan Politik", "Persyaratan")
    assert "Nomor SK" not in words(page)
    assert "082232130269" in words(page)


async def test_pages_during_a_draft_keep_the_question_open(setup: Setup) -> None:
    _, siti = await setup.at("loss")
    for command in ("/bantuan", "/standar dpmd", "/privasi", "/status"):
        await siti.says(command)
        await siti.waits_for(siti.new_messages, f"an answer to {command}")
    await siti.says("/status")
    await siti.sees("tuliskan nomor registrasi")
    await siti.presses("Batalkan", "— Uraian kerugian")
    await siti.says("Rp5.000", "— Penyelesaian")


async def test_english_applies_to_later_messages_and_the_command_menu(setup: Setup) -> None:
    siti = setup.user("Jane")
    await siti.says("/bahasa", "Bahasa apa yang Anda inginkan?")
    await siti.presses("English", "/bahasa")
    await siti.says("/lapor", "What is this complaint about?")
    notice = await siti.presses("Dinas Pemberdayaan", "Step 1 of 10")
    assert "Langkah" not in words(notice)
    scope = f"chat:{siti.id}"
    await siti.waits_for(
        lambda: [key for key in setup.simulator.my_commands if str(siti.id) in str(key)], scope
    )
    await siti.presses("I understand", "Step 2 of 10")


async def test_the_response_comes_in_the_citizen_s_language(setup: Setup) -> None:
    citizen, siti, reference = await setup.filed(replace(ANSWERS, loss_kind="Tidak ada"))
    await siti.says("/bahasa", "Bahasa apa")
    await siti.presses("English", "/bahasa")
    rina = setup.officer()
    preview = await rina.says(f"/jawab {reference} Done.", "Done.")
    siti.mark_read()
    await rina.presses("Kirim", "dikirim oleh Rina", on=preview)
    response = await siti.sees("Done.")
    assert reference in words(response)
    assert "Apakah" not in words(response)
    assert citizen.person.user["language_code"] == "id"


CITIZENS_MENU = ["start", "lapor", "status", "batal", "bantuan", "standar", "privasi", "bahasa"]


async def test_commands_are_set_by_scope_and_language(setup: Setup) -> None:
    def menus() -> list[list[str]]:
        return [[each["command"] for each in menu] for menu in setup.simulator.my_commands.values()]

    await setup.simulator.until(lambda: menus().count(CITIZENS_MENU) >= 2)
    await setup.simulator.until(lambda: any("jawab" in menu and "lapor" not in menu for menu in menus()))
    assert setup.simulator.menu_button["type"] == "commands"


async def test_private_replies_to_officers_of_no_case_stay_private(setup: Setup) -> None:
    """An officer in the private chat is a citizen like any other."""
    rina = ChatUser(setup.officer().person)
    await rina.says("/daftar", "tidak ada. Yang tersedia")
