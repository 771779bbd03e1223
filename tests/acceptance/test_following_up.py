"""Citizens follow up: status, access codes, questions beside a draft, additions, pages, language."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.acceptance.scene import Scene, Voice, labels, words
from tests.questions import ANSWERS, PHOTO

pytestmark = pytest.mark.asyncio(loop_scope="module")

PERSONAL = ("Siti", "Aminah", "Krajan", "Bantuan saya", "Rp150.000")


async def ask(scene: Scene, reference: str, question: str) -> None:
    """An officer asks the citizen something."""
    rina = scene.officer()
    card = await scene.named(await scene.card_shows(reference, reference))
    what_for = await rina.says(question, "tulisan ini untuk apa", reply_to=card)
    preview = await rina.presses("Pertanyaan", "Petugas bertanya tentang", on=what_for)
    await rina.presses("Kirim", "dikirim oleh Rina", on=preview)


async def test_a_question_sets_a_draft_aside_and_returns_to_it(scene: Scene) -> None:
    citizen, siti, reference = await scene.filed()
    await citizen.begin()
    await citizen.play("loss")
    siti.listen()
    await ask(scene, reference, "Nomor rekeningnya berapa?")
    question = await siti.hears("Nomor rekeningnya berapa?")
    await siti.presses("Jawab sekarang", "Silakan jawab pertanyaan petugas", on=question)
    await siti.says("Rekening atas nama saya sendiri.", "Tercatat: 1")
    await siti.shares(siti.person.send_photo(PHOTO), "Tercatat: 2")
    rina = scene.officer()
    await siti.presses("Kirim", "diteruskan kepada petugas", "— Uraian kerugian")
    await rina.hears("Rekening atas nama saya sendiri.")
    await rina.hears_file("photo")
    await siti.says("Rp75.000", "— Penyelesaian")
    await citizen.play()
    assert len(citizen.receipts) == 2


async def test_a_draft_goes_on_while_a_question_waits(scene: Scene) -> None:
    citizen, siti, reference = await scene.filed()
    await citizen.begin()
    await citizen.play("loss")
    siti.listen()
    await ask(scene, reference, "Kapan tepatnya?")
    question = await siti.hears("Kapan tepatnya?")
    await siti.says("Rp75.000", "— Penyelesaian")
    await scene.named(question)
    await siti.says("Hari Senin pagi.", "Tercatat: 1", reply_to=question)
    await siti.presses("Batalkan", "Tidak ada yang dikirim", "— Penyelesaian")
    await siti.presses("Jawab sekarang", "Silakan jawab", on=question)
    await siti.says("/batal", "Tidak ada yang dikirim", "— Penyelesaian")


async def test_five_wrong_codes_lock_for_an_hour(scene: Scene) -> None:
    citizen, _, reference = await scene.filed()
    stranger = scene.voice("Orang")
    await stranger.says(f"/status {reference}", "kode akses")
    for left in range(4, 0, -1):
        await stranger.says("AAAA2222", "tidak cocok", f"Sisa kesempatan: {left}")
    await stranger.says("AAAA2222", "Terlalu banyak percobaan yang salah")
    await stranger.says(f"/status {reference}", "Terlalu banyak percobaan yang salah")
    await stranger.says("/status", "Terlalu banyak percobaan yang salah")
    assert citizen.code not in "".join(words(each) for each in stranger.person.messages)


async def test_an_unknown_number_gets_the_same_answer_as_a_wrong_code(scene: Scene) -> None:
    _, _, reference = await scene.filed()
    unknown = reference[:-4] + "9999"
    answers = []
    for number in (reference, unknown):
        stranger = scene.voice("Orang")
        asked = await stranger.says(f"/status {number}", "Mohon tuliskan kode akses")
        refused = await stranger.says("AAAA2222", "Sisa kesempatan")
        answers.append([words(each).replace(number, "N") for each in (asked, refused)])
    assert answers[0] == answers[1]


async def test_the_right_code_shows_the_status_and_nothing_personal(scene: Scene) -> None:
    citizen, _, reference = await scene.filed()
    stranger = scene.voice("Orang")
    await stranger.says("/status", "tuliskan nomor registrasi")
    await stranger.says("apa ya", "Nomor itu belum terbaca")
    await stranger.says(reference.lower().replace("-", " "), "kode akses")
    shown = await stranger.says(citizen.code.lower(), f"Pengaduan {reference}")
    assert "Status: Diterima" in words(shown)
    assert labels(shown) == []
    for personal in PERSONAL:
        assert personal not in words(shown)


async def test_status_lists_the_own_complaints_with_their_timeline(scene: Scene) -> None:
    citizen, siti, first = await scene.filed()
    second = await citizen.file()
    listed = await siti.says("/status", "Pengaduan Anda (2)")
    assert labels(listed)[:2] == [f"{second} · Diterima", f"{first} · Diterima"]
    shown = await siti.presses(f"{first} · Diterima", "Perjalanan pengaduan", on=listed)
    assert "Tenggat tanggapan:" in words(shown)
    full = await siti.presses("Baca lengkap", "Ditandatangani di Bangil", on=shown)
    assert "Siti Aminah" in words(full)


async def test_additions_reach_the_group_and_the_card(scene: Scene) -> None:
    citizen, siti, reference = await scene.filed()
    await scene.card_shows(reference, "Diterima")
    rina = scene.officer()
    await siti.presses("Tambah Keterangan", "Silakan kirim tambahan keterangan")
    await siti.presses("Batalkan", "Tidak ada yang dikirim")
    await siti.says("Tadi saya datang lagi.", "Pesan ini untuk apa?")
    await siti.presses(f"Tambah keterangan ke {reference}", "Tercatat: 1")
    await siti.shares(siti.person.send_location(-7.6, 112.8), "Tercatat: 2")
    await siti.presses("Kirim", "Tercatat 2 pesan", "Tenggat tanggapan tetap")
    await rina.hears("Tadi saya datang lagi.")
    await scene.card_shows(reference, "Keterangan tambahan: 1")
    assert citizen.reference == reference


async def test_words_to_nobody_become_a_new_complaint_with_them(scene: Scene) -> None:
    siti = scene.voice("Siti")
    await siti.says("Jalan desa saya rusak parah.", "pengaduan belum dibuat")
    await siti.says("Sudah dua tahun.", "2 pesan Anda sudah kami simpan")
    await siti.presses("Buat Pengaduan", "Pengaduan ini tentang apa?")
    await siti.presses("Dinas Pemberdayaan", "— Pemberitahuan privasi")
    await siti.presses("Saya mengerti", "— Layanan")
    story = await siti.presses("Pendampingan Dana Desa", "— Kejadian")
    assert "Jalan desa saya rusak parah." in words(story)
    assert "Sudah dua tahun." in words(story)


async def test_a_reply_to_the_response_is_judged_not_lost(scene: Scene) -> None:
    _, siti, reference = await scene.filed()
    rina = scene.officer()
    preview = await rina.says(f"/jawab {reference} Sudah beres.", "Sudah beres.")
    siti.listen()
    await rina.presses("Kirim", "dikirim oleh Rina", on=preview)
    response = await scene.named(await siti.hears("Tanggapan atas pengaduan"))
    judged = await siti.says("Belum ada yang datang!", "belum diteruskan", reply_to=response)
    await siti.presses("Belum puas", "Tercatat: 1", on=judged)
    await siti.presses("Kirim", "dibuka kembali")
    await scene.card_shows(reference, "Keberatan: Belum ada yang datang!")


@pytest.mark.parametrize("word", ["/batal", "Batalkan", "Kembali"])
async def test_whoever_gives_up_asking_is_answered(scene: Scene, word: str) -> None:
    voice = scene.voice()
    await voice.says("/status", "tuliskan nomor registrasi")
    await voice.says(word, "Untuk memeriksa pengaduan lagi: /status")
    await voice.says("Jalan desa rusak", "pengaduan belum dibuat")


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
async def test_pages_answer_anybody(scene: Scene, command: str, title: str, said: tuple[str, ...]) -> None:
    voice = scene.voice()
    page = await voice.says(command, title)
    for text in said:
        assert text in words(page)


async def test_the_standard_asks_which_agency(scene: Scene) -> None:
    voice = scene.voice()
    asked = await voice.says("/standar", "instansi mana")
    assert len(labels(asked)) == 2
    page = await voice.presses("Badan Kesatuan", "Badan Kesatuan Bangsa dan Politik", "Persyaratan")
    assert "Nomor SK" not in words(page)
    assert "082232130269" in words(page)


async def test_pages_in_mid_form_leave_the_question_listening(scene: Scene) -> None:
    _, siti = await scene.at("loss")
    for command in ("/bantuan", "/standar dpmd", "/privasi", "/status"):
        await siti.says(command)
        await siti.sees(siti.heard, f"an answer to {command}")
    await siti.says("/status")
    await siti.hears("tuliskan nomor registrasi")
    await siti.presses("Batalkan", "— Uraian kerugian")
    await siti.says("Rp5.000", "— Penyelesaian")


async def test_english_holds_from_then_on_also_for_the_command_menu(scene: Scene) -> None:
    siti = scene.voice("Jane")
    await siti.says("/bahasa", "Bahasa apa yang Anda inginkan?")
    await siti.presses("English", "/bahasa")
    await siti.says("/lapor", "What is this complaint about?")
    notice = await siti.presses("Dinas Pemberdayaan", "Step 1 of 10")
    assert "Langkah" not in words(notice)
    scope = f"chat:{siti.id}"
    await siti.sees(lambda: [key for key in scene.simulator.my_commands if str(siti.id) in str(key)], scope)
    await siti.presses("I understand", "Step 2 of 10")


async def test_the_response_comes_in_the_citizen_s_language(scene: Scene) -> None:
    citizen, siti, reference = await scene.filed(replace(ANSWERS, loss_kind="Tidak ada"))
    await siti.says("/bahasa", "Bahasa apa")
    await siti.presses("English", "/bahasa")
    rina = scene.officer()
    preview = await rina.says(f"/jawab {reference} Done.", "Done.")
    siti.listen()
    await rina.presses("Kirim", "dikirim oleh Rina", on=preview)
    response = await siti.hears(reference)
    assert "Done." in words(response)
    assert "Apakah" not in words(response)
    assert citizen.person.user["language_code"] == "id"


CITIZENS_MENU = ["start", "lapor", "status", "batal", "bantuan", "standar", "privasi", "bahasa"]


async def test_commands_stand_ready_by_scope_and_language(scene: Scene) -> None:
    def menus() -> list[list[str]]:
        return [[each["command"] for each in menu] for menu in scene.simulator.my_commands.values()]

    await scene.simulator.until(lambda: menus().count(CITIZENS_MENU) >= 2)
    await scene.simulator.until(lambda: any("jawab" in menu and "lapor" not in menu for menu in menus()))
    assert scene.simulator.menu_button["type"] == "commands"


async def test_private_replies_to_officers_of_no_case_stay_private(scene: Scene) -> None:
    """An officer in the private chat is a citizen like any other."""
    rina = Voice(scene.officer().person)
    await rina.says("/daftar", "tidak ada. Yang tersedia")
