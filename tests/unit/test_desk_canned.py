"""Ready answers; an edit of what was sent becomes a correction; a remark after the stars."""

from __future__ import annotations

import pytest

from conversations.complaints.agency import CannedAnswer
from conversations.complaints.case import Purpose
from conversations.effects import Send
from tests.unit.filed import CITIZEN, GROUP, Desk, render_all, wording
from tests.unit.transcript import RULES

THANKS = CannedAnswer(title="Data diperiksa", text="Terima kasih. Data Ibu sedang kami periksa.")
HOURS = CannedAnswer(title="Jam layanan", text="Loket buka Senin sampai Jumat.")


def ready(*answers: CannedAnswer) -> Desk:
    desk = Desk()
    agencies = tuple(agency.model_copy(update={"answers": answers}) for agency in RULES.agencies)
    desk.chat.rules = RULES.model_copy(update={"agencies": agencies})
    return desk


def test_a_ready_answer_is_previewed_and_sent() -> None:
    world = ready(THANKS, HOURS)
    case = world.file()
    assert world.press(world.budi, case, "answer") == ["desk.prompt", "desk.canned"]
    render_all(world.chat.fresh)
    assert world.budi.presses("choice") == ["desk.preview"]
    assert THANKS.text in wording(world.chat.sent(GROUP)[-1])
    world.budi.presses("send")
    assert world.now(case).responses[0].text == THANKS.text


def test_a_ready_answer_can_be_added_to_or_written_again() -> None:
    world = ready(THANKS)
    case = world.file()
    world.press(world.budi, case, "answer")
    world.budi.presses("choice")
    world.budi.says("Mohon tunggu sampai Senin.", reply_to=world.prompt(case))
    assert f"{THANKS.text}\nMohon tunggu" in wording(world.chat.sent(GROUP)[-1])
    world.budi.presses("rewrite")
    copied = next(m for m in world.chat.sent(GROUP) if m.template == "desk.rewriting")
    assert f"<pre>{THANKS.text}" in wording(copied)
    world.budi.says("Lain.", reply_to=world.prompt(case))
    world.budi.presses("send")
    assert world.now(case).responses[0].text == "Lain."


@pytest.mark.parametrize("value", ["601,0", "601,3", "601,", "601,x", "601,99999999999999999999"])
def test_a_forged_choice_adds_nothing(value: str) -> None:
    world = ready(THANKS, HOURS)
    case = world.file()
    world.press(world.budi, case, "answer")
    world.press(world.budi, case, "canned", value)
    assert world.chat.alert.template == "system.press_outdated"


def test_a_colleague_cannot_choose_for_the_officer_who_was_asked() -> None:
    world = ready(THANKS)
    case = world.file()
    world.press(world.budi, case, "answer")
    world.press_shown(world.rina, "choice", world.budi)
    assert world.chat.alert.template == "desk.not_yours"


def test_ready_answers_are_for_responses_only_and_not_offered_without_any() -> None:
    world = ready(THANKS)
    assert world.press(world.budi, world.file(), "ask") == ["desk.prompt"]
    plain = Desk()
    assert plain.press(plain.budi, plain.file(), "answer") == ["desk.prompt"]


def sent_and_edited(world: Desk, action: str, text: str, edited: str) -> str:
    case = world.file()
    world.press(world.budi, case, action)
    world.budi.says(text, message=4242, reply_to=world.prompt(case))
    world.budi.presses("send")
    assert world.budi.edits(4242, edited) == ["desk.edit_late_ask"]
    return wording(world.chat.sent(GROUP)[-1])


def test_an_edited_response_is_offered_as_a_correction_with_the_whole_text() -> None:
    world = Desk()
    assert "Kirim ralat?" in sent_and_edited(world, "answer", "Cair 20 Maret.", "Cair 23 Maret.")
    assert world.budi.presses("correct")[-1] == "desk.preview"
    world.budi.presses("send")
    (case,) = [world.now(c) for c in world.chat.world().cases.values()]
    assert [(r.purpose, r.text) for r in case.responses] == [
        (Purpose.RESPONSE, "Cair 20 Maret."),
        (Purpose.CORRECTION, "Cair 23 Maret."),
    ]


def test_an_edited_question_is_offered_as_another_question() -> None:
    world = Desk()
    assert "pertanyaan baru?" in sent_and_edited(world, "ask", "Di mana?", "Di balai desa mana?")
    world.budi.presses("question")
    world.budi.presses("send")
    sent = [e.message for e in world.chat.fresh if isinstance(e, Send) and e.chat == CITIZEN]
    assert "Di balai desa mana?" in wording(sent[0])


def test_the_offer_can_be_dropped() -> None:
    world = Desk()
    sent_and_edited(world, "answer", "Cair 20 Maret.", "Cair 23 Maret.")
    world.budi.presses("discard")
    (case,) = [world.now(c) for c in world.chat.world().cases.values()]
    assert len(case.responses) == 1
    assert world.chat.conversation(601, GROUP).undecided is None


def test_an_edited_note_is_refused() -> None:
    world = Desk()
    case = world.file()
    world.press(world.budi, case, "note")
    world.budi.says("Menunggu data.", message=4242, reply_to=world.prompt(case))
    assert world.budi.edits(4242, "Data ada.") == ["desk.edit_late"]


def test_a_remark_after_the_stars_reaches_the_group() -> None:
    world = Desk()
    case = world.file()
    world.answered(world.budi, case)
    world.delivered(case)
    world.citizen.presses("satisfied")
    world.citizen.presses("star")
    assert world.citizen.presses("remark") == ["followup.collect"]
    world.citizen.says("Petugasnya ramah.")
    world.citizen.presses("send")
    assert world.now(case).thread[-1].purpose is Purpose.REMARK
    (added,) = [m for m in world.chat.sent(GROUP) if m.template == "desk.added"]
    assert "saran pengadu" in wording(added)
    render_all(world.chat.fresh)
