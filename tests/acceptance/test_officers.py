"""Officers in their groups: two at once, lists, commands; and all who are none: outsiders, strange groups."""

from __future__ import annotations

import asyncio
import itertools
from dataclasses import replace

import pytest

from bot.simulator.people.groups import Group
from tests.acceptance.bot_setup import BUDI, OPERATOR, RINA, ChatUser, Setup, words
from tests.questions import ANSWERS, labels_of

pytestmark = pytest.mark.asyncio(loop_scope="module")

_groups = itertools.count(-1002000000001, -1)


async def test_of_two_officers_who_take_at_once_one_gets_it(setup: Setup) -> None:
    _, _, reference = await setup.filed()
    card = await setup.card_shows(reference, "Diterima")
    officers = [setup.officer(RINA), setup.officer(BUDI)]
    answers = await asyncio.gather(*(each.presses("Ambil", on=card) for each in officers))
    alerts = sorted(str(answer["text"]) for answer in answers)
    assert sum("sekarang Anda tangani" in text for text in alerts) == 1
    assert sum("sudah diambil oleh" in text for text in alerts) == 1
    winner = next(i for i, answer in enumerate(answers) if "sekarang" in str(answer["text"]))
    await setup.card_shows(reference, f"Petugas: {('Rina', 'Budi')[winner]}")
    assert ("Rina", "Budi")[winner] in str(answers[1 - winner]["text"])


async def test_of_two_answers_sent_at_once_exactly_one_is_sent(setup: Setup) -> None:
    citizen, siti, reference = await setup.filed()
    await setup.card_shows(reference, "Diterima")
    rina, budi = setup.officer(RINA), setup.officer(BUDI)
    previews = [
        await rina.says(f"/jawab {reference} Jawaban Rina.", "Jawaban Rina."),
        await budi.says(f"/jawab {reference} Jawaban Budi.", "Jawaban Budi."),
    ]
    siti.mark_read()
    await asyncio.gather(
        rina.presses("Kirim", on=previews[0]),
        budi.presses("Kirim", on=previews[1]),
    )
    response = await siti.sees("Tanggapan atas pengaduan")
    await setup.card_shows(reference, "Tanggapan: Terkirim")
    await setup.settled()
    said = [words(each) for each in citizen.person.messages]
    assert sum("Tanggapan atas pengaduan" in text for text in said) == 1
    loser, name = (budi, "Rina") if "Jawaban Rina." in words(response) else (rina, "Budi")
    await loser.sees(f"sudah ditanggapi oleh {name}")


async def test_a_prompt_belongs_to_the_officer_whom_it_asks(setup: Setup) -> None:
    _, _, reference = await setup.filed()
    card = await setup.card_shows(reference, "Diterima")
    rina, budi = setup.officer(RINA), setup.officer(BUDI)
    prompt = await setup.named(await rina.presses("Jawab", "mohon balas pesan ini", on=card))
    refused = await budi.says("Saya saja.", "Bagian ini menunggu Rina", reply_to=prompt)
    assert reference in words(refused)
    await rina.says("/batal", "tidak ada yang dikirim")
    await rina.says("/batal", "Tidak ada tulisan Anda")


async def test_a_plain_message_with_an_open_prompt_is_asked_about(setup: Setup) -> None:
    _, siti, reference = await setup.filed()
    card = await setup.card_shows(reference, "Diterima")
    rina = setup.officer()
    await rina.presses("Jawab", "mohon balas pesan ini", on=card)
    asked = await rina.says("Sudah kami salurkan.", f"kirim ini sebagai jawaban {reference}?")
    preview = await rina.presses("Ya", "Sudah kami salurkan.", on=asked)
    siti.mark_read()
    await rina.presses("Kirim", "dikirim oleh Rina", on=preview)
    await siti.sees("Sudah kami salurkan.")


async def test_a_long_identity_opens_in_the_private_chat_of_who_pressed(setup: Setup) -> None:
    """An alert holds 200 characters; the link works for the presser alone."""
    address = "Jl. Raya Contoh Panjang Sekali No. 123 RT 012/RW 034, " + "Perumahan Indah Permai " * 8
    _, _, reference = await setup.filed(replace(ANSWERS, address=f"{address}, Desa Raci, Kecamatan Bangil"))
    card = await setup.card_shows(reference, "Diterima")
    rina, budi = setup.officer(RINA), setup.officer(BUDI)
    opened = await rina.presses("Lihat Identitas", on=card)
    assert not opened.get("text")
    private, other = ChatUser(rina.person), ChatUser(budi.person)
    shown = await private.shares(private.person.open(opened["url"]), "Perumahan Indah Permai")
    assert shown["text"].startswith("/start identity-")
    await other.shares(other.person.open(opened["url"]), "Tautan ini sudah tidak berlaku")
    assert not any("Perumahan" in words(each) for each in (*other.new_messages(), *rina.new_messages()))


async def test_an_edited_answer_changes_its_preview(setup: Setup) -> None:
    _, siti, reference = await setup.filed()
    card = await setup.named(await setup.card_shows(reference, "Diterima"))
    rina = setup.officer()
    prompt = await setup.named(await rina.presses("Jawab", "mohon balas pesan ini", on=card))
    await rina.says("Sudah slesai.", "Sudah slesai.", reply_to=prompt)
    written = next(each for each in rina.chat.messages.values() if words(each.message) == "Sudah slesai.")
    preview = await rina.edits(written.message, "Sudah selesai.", "Sudah selesai.")
    siti.mark_read()
    await rina.presses("Kirim", "dikirim oleh Rina", on=preview)
    response = await siti.sees("Tanggapan atas pengaduan")
    assert "Sudah selesai." in words(response)


async def test_a_note_is_shown_to_officers_only(setup: Setup) -> None:
    citizen, _, reference = await setup.filed()
    card = await setup.card_shows(reference, "Diterima")
    rina = setup.officer()
    prompt = await setup.named(await rina.presses("Catatan", "Catatan tidak dikirim", on=card))
    await rina.says("Sudah menelepon balai desa.", "Catatan Rina disimpan", reply_to=prompt)
    await setup.card_shows(reference, "Catatan internal: 1")
    full = await rina.presses("Baca lengkap", "Sudah menelepon balai desa.", on=await setup.card(reference))
    assert "catatan internal" in words(full)
    await setup.settled()
    assert not any("menelepon" in words(each) for each in citizen.person.messages)


async def test_the_list_is_paged_and_filtered(setup: Setup) -> None:
    filed = [await setup.filed(replace(ANSWERS, loss_kind="Tidak ada")) for _ in range(9)]
    rina = setup.officer(BUDI)
    shown = await rina.says("/daftar", "Daftar pengaduan: terbuka")
    total = int(words(shown).partition("(")[2].partition(")")[0])
    assert total >= 9
    assert "Halaman 1 dari" in words(shown)
    assert sum(label.startswith("DPMD-") for label in labels_of(shown)) == 8
    second = await rina.presses("Lebih baru", "Halaman 2 dari", on=shown)
    assert second["message_id"] == shown["message_id"]
    assert not set(labels_of(second)) & {label for label in labels_of(shown) if label.startswith("DPMD-")}
    await rina.presses("Lebih lama", "Halaman 1 dari", on=second)
    mine = await rina.presses("Milik saya", "milik Budi", on=second)
    before = int(words(mine).partition("(")[2].partition(")")[0])
    newest = filed[-1][2]
    await rina.presses("Ambil", on=await setup.card(newest))
    mine = await rina.says("/daftar saya", f"milik Budi ({before + 1})")
    assert newest in words(mine)
    await rina.presses("Lewat tenggat", "Tidak ada pengaduan dalam daftar ini", on=mine)


async def test_a_line_of_the_list_sends_the_card_again(setup: Setup) -> None:
    _, _, reference = await setup.filed()
    old = await setup.card_shows(reference, "Diterima")
    rina = setup.officer()
    card = await rina.says(f"/tiket {reference}", f"Pengaduan {reference}")
    assert card["message_id"] > old["message_id"]
    assert "Ambil" in labels_of(card)
    await rina.waits_for(
        lambda: not labels_of(rina.chat.messages[old["message_id"]].message), "the old card stripped"
    )


async def test_an_unknown_number_is_answered_with_an_example(setup: Setup) -> None:
    rina = setup.officer()
    await rina.says("/tiket DPMD-2026-9999", "DPMD-2026-9999 tidak dikenal di grup ini")
    await rina.says("/tiket", "Mohon sebutkan nomor")
    await rina.says("/jawab", "Mohon sebutkan nomor")
    await rina.says("/tiket@AduanBot DPMD-2026-9999", "tidak dikenal")
    await rina.says("/bantuan", "Bantuan untuk petugas")


async def test_a_complaint_of_the_other_agency_is_unknown_here(setup: Setup) -> None:
    _, _, reference = await setup.filed()
    await setup.card_shows(reference, "Diterima")
    await setup.officer(RINA, "bakesbangpol").says(f"/tiket {reference}", "tidak dikenal di grup ini")


async def test_commands_for_another_bot_and_talk_are_ignored(setup: Setup) -> None:
    rina = setup.officer()
    rina.mark_read()
    for text in ("/tiket@OtherBot DPMD-2026-0001", "Rapat jam dua ya"):
        await rina.person.say(text, rina.group)
    await setup.settled()
    assert rina.new_messages() == []
    await rina.says("/tidakada", "Perintah /tidakada belum tersedia")
    name = setup.simulator.world.bot["username"]
    await rina.says(f"@{name} sudah selesai ya", "balas kartunya")


async def test_an_anonymous_administrator_is_refused_with_an_instruction(setup: Setup) -> None:
    _, _, reference = await setup.filed()
    card = await setup.card_shows(reference, "Diterima")
    group = setup.groups["dpmd"]
    boss = setup.person("Bos")
    await group.add(boss)
    group.set_anonymous(boss, True)
    user = ChatUser(boss, group)
    await user.says(f"/jawab {reference} Anonim.", "administrator anonim", "Tetap Anonim")
    assert "Anonim." not in "".join(words(each) for each in user.new_messages() if "Periksa" in words(each))
    assert "Ambil" in labels_of(card)


async def strange_group(setup: Setup, *members: ChatUser) -> Group:
    people = [each.person for each in members]
    return setup.simulator.group(next(_groups), "Grup lain", members=people, bot_status="left")


async def test_an_unknown_group_is_left_and_the_operator_gets_the_line_to_paste(setup: Setup) -> None:
    outsider = setup.user("Orang")
    group = await strange_group(setup, outsider)
    user = ChatUser(outsider.person, group)
    operator = ChatUser(setup.simulator.people[OPERATOR])
    await operator.says("/id", "Nomor akun")
    operator.mark_read()
    await group.add_bot(outsider.person)
    notice = await user.sees("belum terdaftar")
    assert "config" not in words(notice)
    assert f"staff_chat_id = {group.id}" in words(await operator.sees("belum terdaftar"))
    await user.waits_for(lambda: group.chat.bot_status == "left", "the bot leaving")


async def test_outsiders_in_an_unknown_group_get_no_answer(setup: Setup) -> None:
    _, _, reference = await setup.filed()
    outsider = setup.user("Orang")
    group = await strange_group(setup, outsider)
    group.chat.bot_status = "administrator"
    user = ChatUser(outsider.person, group)
    for text in ("/daftar", f"/tiket {reference}", f"/jawab {reference} x", "/start", "/bantuan", reference):
        await outsider.person.say(text, group)
    await setup.settled()
    assert user.new_messages() == []
    assert not [call for call in setup.simulator.calls if str(call.params.get("chat_id")) == str(group.id)]


async def test_an_outsider_who_presses_a_card_s_button_is_refused(setup: Setup) -> None:
    """A forged press from a private chat names the case; it must not open it."""
    _, _, reference = await setup.filed()
    card = await setup.card_shows(reference, "Diterima")
    rows = card["reply_markup"]["inline_keyboard"]
    by_label = {button["text"]: button["callback_data"] for row in rows for button in row}
    outsider = setup.user("Orang")
    await outsider.says("/start", "Selamat datang")
    own = next(stored for stored in outsider.chat.messages.values() if stored.by_bot)
    for label in ("Ambil", "Lihat Identitas", "Baca lengkap", "Jawab"):
        world = setup.simulator.world
        callback = world.press(outsider.person.user, outsider.chat, own, by_label[label], forgotten=False)
        answer = await outsider.waits_for(lambda callback=callback: callback.answer, "an answer")  # type: ignore[misc]
        assert "sudah tidak berlaku" in answer["text"]
    assert "Petugas:" not in words(await setup.card(reference))
    for link in ("identity", "read", "evidence", "answer"):
        case = by_label["Ambil"].split(":")[1]
        await outsider.shares(
            outsider.person.open(f"t.me/AduanBot?start={link}-{case}"), "Tautan ini sudah tidak berlaku"
        )
