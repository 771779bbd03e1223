"""Forwarded words keep their origin, and quotes the quoted text, for everybody who reads them."""

from __future__ import annotations

from tests.unit.filed import GROUP, Desk, wording
from tests.unit.walker import citizen, draft_of, last, walk

MARK = "Diteruskan dari Budi, Selasa, 17 Maret 2026 pukul 09.00"


def test_a_forwarded_story_says_whose_words_it_holds() -> None:
    siti = citizen()
    walk(siti, until="story")
    siti.says("Dana desa dipotong.", forwarded=MARK)
    siti.says("Itu kata tetangga saya.")
    walk(siti, until="summary")
    assert f"[{MARK}]\nDana desa dipotong.\nItu kata tetangga saya." in wording(last(siti))
    walk(siti, until="filed")
    case = siti.chat_log.case()
    assert case.complaint.account.startswith(f"[{MARK}]\nDana desa dipotong.")


def test_a_forwarded_photo_needs_a_text_all_the_same() -> None:
    siti = citizen()
    walk(siti, until="story")
    siti.sends(forwarded=MARK)
    assert siti.says("Lanjut") == ["intake.story_needs_text"]
    siti.says("Foto dari Pak Budi.")
    walk(siti, until="filed")
    assert siti.chat_log.case().complaint.account == f"[{MARK}]\nFoto dari Pak Budi."


def test_a_forwarded_answer_keeps_its_origin_and_a_name_stays_a_name() -> None:
    siti = citizen()
    walk(siti, until="loss", answers={"loss_kind": "material"})
    siti.says("Rp300.000", forwarded=MARK)
    walk(siti, until="name")
    siti.says("Siti Aminah", forwarded=MARK)
    answers = draft_of(siti).answers
    assert answers["loss"] == f"[{MARK}]\nRp300.000"
    assert answers["name"] == "Siti Aminah"


def test_what_is_added_later_shows_its_origin_to_the_officers() -> None:
    world = Desk()
    case = world.file()
    world.press(world.citizen, case, "add")
    world.citizen.says("Sudah cair semua.", forwarded=MARK)
    world.citizen.says("Tidak benar.", quoted="Bantuan dicairkan\nhari Senin")
    world.citizen.presses("send")
    (message,) = (m for m in world.chat.sent(GROUP) if m.template == "desk.added")
    said = f"[{MARK}]\nSudah cair semua.\n> Bantuan dicairkan\n> hari Senin\nTidak benar."
    assert message.params["text"] == said


def test_the_citizen_sees_what_an_officer_forwards_and_quotes() -> None:
    world = Desk()
    case = world.file()
    world.press(world.budi, case, "answer")
    reply = world.prompt(case)
    world.budi.says("Cair Senin.", reply_to=reply, forwarded="Diteruskan dari Kas Desa", quoted="kapan?")
    assert "[Diteruskan dari Kas Desa]\n> kapan?\nCair Senin." in world.chat.sent(GROUP)[0].params["text"]


def test_markup_in_an_origin_or_quote_is_shown_as_text() -> None:
    siti = citizen()
    walk(siti, until="story")
    siti.says("Begini.", forwarded="Diteruskan dari <b>Budi", quoted="</pre><a href='x'>")
    walk(siti, until="summary")
    text = wording(last(siti))
    assert "&lt;b&gt;Budi" in text
    assert "<a href" not in text
