"""What people really send: markup, emoji, right-to-left, invisible and endless text, stickers, odd kinds."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Any

import pytest

from tests.acceptance.bot_setup import ChatUser, Setup, words
from tests.questions import ANSWERS, labels_of

pytestmark = pytest.mark.asyncio(loop_scope="module")

TEXTS = {
    "markup": "<b>tebal</b> & <script>alert(1)</script> {{ 7*7 }} {% raw %} &amp; </blockquote>",
    "emoji": "Kecewa 😡👨‍👩‍👧‍👦🇮🇩 sekali",
    "right to left": "קצת שלום مرحبا بالعالم terbalik",
    "zero width": "Ban\u200btuan\u200d saya\ufeff belum",
    "look like buttons": "Lanjutkan saja, Kembali nanti",
    "markdown": "*bintang* _garis_ `kode` [tautan](http://x.id) ~x~",
}


@pytest.mark.parametrize("name", TEXTS)
async def test_text_is_unchanged_in_summary_card_and_response(setup: Setup, name: str) -> None:
    text = TEXTS[name]
    citizen, siti, reference = await setup.filed(replace(ANSWERS, story=(text,), resolution=text))
    summary = next(each for each in citizen.person.messages if "— Ringkasan" in words(each))
    assert text in words(summary)
    assert text in words(await setup.card_shows(reference, "Diterima"))
    rina = setup.officer()
    preview = await rina.says(f"/jawab {reference} {text}", "Periksa dahulu")
    assert text in words(preview)
    await rina.presses("Kirim", "dikirim oleh Rina", on=preview)
    assert text in words(await siti.sees("Tanggapan atas pengaduan"))


async def test_a_name_like_markup_is_only_a_name(setup: Setup) -> None:
    evil = setup.person("</b><a href='tg://user?id=1'>x</a>")
    user = ChatUser(evil)
    await user.says("/privasi", "</b><a href='tg://user?id=1'>x</a>")


async def test_twenty_thousand_characters_are_kept_whole(setup: Setup) -> None:
    parts = tuple((f"bagian{number} " * 500)[:4000].rstrip().ljust(4000, "x") for number in range(1, 6))
    _, siti, reference = await setup.filed(replace(ANSWERS, story=parts))
    card = await setup.card_shows(reference, "Diterima")
    assert "bagian1" in words(card)
    assert "bagian2" not in words(card)
    rina = setup.officer()
    await rina.presses("Baca lengkap", "bagian1", "bagian3", "bagian5", on=card)

    def whole() -> bool:
        full = "".join("".join(words(each) for each in rina.new_messages()).split())
        return all("".join(part.split()) in full for part in parts)

    await rina.waits_for(whole, "all that was written")
    assert siti.person.keyboard == []


async def test_one_character_too_many_is_refused_with_the_limit(setup: Setup) -> None:
    _, siti = await setup.at("story")
    for number in range(1, 6):
        await siti.says("y" * 4000, f"Tercatat: {number}")
    await siti.says("z", "Batasnya 20000 karakter")
    await siti.taps("Lanjut", "— Waktu kejadian")


@pytest.mark.parametrize("text", ["\u200b\u200b", "\x00", " \n\t "], ids=["zero width", "nul", "blank"])
async def test_text_without_a_readable_sign_is_explained(setup: Setup, text: str) -> None:
    _, siti = await setup.at("loss")
    await siti.says(text, "Apa saja ruginya?")
    await siti.says("uang\x00saya", "— Penyelesaian")


Sending = Callable[[ChatUser], Coroutine[Any, Any, Any]]
KINDS: dict[str, Sending] = {
    "sticker": lambda siti: siti.person.send_sticker(),
    "poll": lambda siti: siti.person.send_poll(),
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("step", ["story", "loss", "summary", "sign"])
async def test_kinds_that_cannot_be_kept_are_explained(setup: Setup, kind: str, step: str) -> None:
    _, siti = await setup.at(step)
    await siti.shares(KINDS[kind](siti), "tidak dapat disimpan")


async def test_a_contact_of_another_person_is_no_phone_number(setup: Setup) -> None:
    _, siti = await setup.at("summary")
    await siti.shares(siti.person.send_contact("628123456789", user_id=999, first_name="Lain"))
    await siti.waits_for(siti.new_messages, "an answer to the contact")
    await siti.presses("Tambah (opsional)", "Semua boleh dikosongkan")
    await siti.presses("Nomor telepon", "Silakan bagikan nomor")
    await siti.shares(siti.person.send_contact("628123456789", user_id=999, first_name="Lain"))
    answers = await siti.waits_for(siti.new_messages, "an answer to the contact")
    assert "628123456789" not in "".join(map(words, answers))
    await siti.says("0812 3456 7890", "— Ringkasan")


async def test_a_live_location_counts_once_however_it_moves(setup: Setup) -> None:
    _, siti = await setup.at("story")
    live = await siti.shares(siti.person.send_location(-7.6, 112.8, live_period=900), "Tercatat: 1")
    for step in range(5):
        live = await siti.person.move(live, -7.6 - step / 1000, 112.8)
    await siti.says("Di sini kejadiannya.", "Tercatat: 2")
    await siti.taps("Lanjut", "(2 pesan)")
    assert not any("Perubahan" in words(each) for each in siti.person.messages)


async def test_a_file_too_large_is_refused_at_once_with_advice(setup: Setup) -> None:
    _, siti = await setup.at("story")
    await siti.shares(siti.person.send_video(size=21 << 20), "Batasnya 20 MB")
    await siti.says("Videonya terlalu besar.", "Tercatat: 1")


async def test_the_eleventh_file_is_refused_with_the_limit(setup: Setup) -> None:
    _, siti = await setup.at("story")
    for number in range(1, 11):
        await siti.shares(siti.person.send_photo(b"photo %d" % number), f"Tercatat: {number}")
    await siti.shares(siti.person.send_photo(b"photo 11"), "batas, yaitu 10 berkas")


async def test_evidence_at_a_later_question_joins_the_story(setup: Setup) -> None:
    _, siti = await setup.at("resolution")
    await siti.shares(siti.person.send_photo(), "Tercatat sebagai bukti (1)")
    await siti.says("Mohon dicairkan.", "— Nama lengkap")
    await siti.says("Siti Aminah", "— Alamat lengkap")
    assert "(bukti: 1 foto)" in words(await siti.says(ANSWERS.address, "— Ringkasan"))


async def test_a_late_item_of_an_album_still_joins(setup: Setup) -> None:
    citizen, siti = await setup.at("story")
    first, second = await siti.shares(
        siti.person.send_album([("photo", b"1"), ("photo", b"2")]), "Tercatat: 2"
    )
    await siti.says("Ceritanya.", "Tercatat: 3")
    await siti.taps("Lanjut", "— Waktu kejadian")
    assert first["media_group_id"] == second["media_group_id"]
    late = {"media_group_id": first["media_group_id"], "photo": first["photo"]}
    siti.mark_read()
    citizen.person.send(late)
    await siti.sees("Tercatat sebagai bukti (3)")
    await siti.presses("Lewati", "— Tempat kejadian")


async def test_commands_are_never_taken_for_answers(setup: Setup) -> None:
    _, siti = await setup.at("loss")
    await siti.says("/entahlah", "Perintah /entahlah tidak ada")
    await siti.says("/bantuan@AduanBot", "Bantuan")
    await siti.says("Rp1.000", "— Penyelesaian")


FORGED = [
    "x",
    "answer::999999999:x",
    "change::3:nope",
    "part_delete::1:77",
    "case:unknown:0:",
    "::::::",
    "star:zz:1:5",
    "satisfied:zz:1:1",
    "language::0:xx",
    "standard::0:none",
    "cases::0:-1",
    "take:zz:0:",
    "desk_post:zz:0:1",
    "hold_add:zz:0:",
    "answer_now:zz:0:1",
]


async def test_forged_button_data_is_answered_and_harmless(setup: Setup) -> None:
    _, siti = await setup.at("loss")
    world, stored = setup.simulator.world, next(iter(siti.chat.newest_first()))
    for data in FORGED:
        callback = world.press(siti.person.user, siti.chat, stored, data, forgotten=False)
        await siti.waits_for(lambda callback=callback: callback.answer, f"an answer to {data!r}")  # type: ignore[misc]
    await siti.says("Rp1.000", "— Penyelesaian")
    assert setup.read("SELECT * FROM quarantine") == []


# Good for the present screen, but nothing that it offers.
FORGED_ANSWERS = {"resolution": ("99", "x", "-1"), "loss_kind": ("", "huge"), "occurred": ("never",)}


@pytest.mark.parametrize("step", FORGED_ANSWERS)
async def test_answers_that_are_not_offered_are_refused(setup: Setup, step: str) -> None:
    citizen, siti = await setup.at(step)
    asked = citizen.question()
    assert asked
    world, stored = setup.simulator.world, siti.chat.messages[asked.at]
    rows = stored.message["reply_markup"]["inline_keyboard"]
    good = next(
        each["callback_data"] for row in rows for each in row if each["callback_data"].startswith("answer")
    )
    for value in FORGED_ANSWERS[step]:
        data = f"{good.rpartition(':')[0]}:{value}"
        callback = world.press(siti.person.user, siti.chat, stored, data, forgotten=False)
        answer = await siti.waits_for(lambda callback=callback: callback.answer, f"an answer to {data!r}")  # type: ignore[misc]
        assert "sudah tidak berlaku" in answer["text"]
    part = good.replace("answer", "part_delete", 1).rpartition(":")[0] + ":77"
    callback = world.press(siti.person.user, siti.chat, stored, part, forgotten=False)
    await siti.waits_for(lambda: callback.answer, "an answer to a part that is not there")
    assert setup.read("SELECT * FROM quarantine") == []


async def test_a_forgotten_message_s_button_still_works(setup: Setup) -> None:
    _, siti = await setup.at("summary")
    siti.mark_read()
    await siti.person.press("Lanjut", forgotten=True)
    signing = await siti.sees("— Tempat dan tanda tangan")
    assert "Saya nyatakan benar" in labels_of(signing)
