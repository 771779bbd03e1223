"""A sent response is corrected: previewed, marked for the citizen, with a new objection window."""

from __future__ import annotations

from datetime import date

import pytest

from conversations.casefile import marked
from conversations.complaints.case import Case, Contribution, Purpose
from conversations.complaints.life_cycle import TRANSITIONS, CaseEvent, Status
from conversations.desk.actions import buttons
from conversations.effects import Send, StripButtons
from tests.unit.filed import CITIZEN, GROUP, Desk, by_link, render_all, wording
from tests.unit.transcript import START


def responded(world: Desk, text: str = "Bantuan disalurkan 20 Maret.") -> Case:
    case = world.file()
    world.answered(world.budi, case, text)
    world.delivered(case)
    return case


def corrected(world: Desk, case: Case, text: str = "Bantuan disalurkan 23 Maret.") -> None:
    world.press(world.budi, case, "correct")
    world.budi.says(text, reply_to=world.prompt(case))
    world.budi.presses("send")


# What the citizen gets: the correction, and its letter.
CORRECTED = ["followup.correction", "captions.response"]
RESPONSE = Contribution(purpose=Purpose.RESPONSE, by="Budi Santoso", at=START, parts=())


def labels(case: Case) -> set[str]:
    return {button.label for row in buttons(case) for button in row}


@pytest.mark.parametrize("status", Status)
def test_the_button_is_on_the_card_just_where_the_table_has_the_step(status: Status) -> None:
    case = Desk().file(status=status, thread=(RESPONSE,))
    assert ("correct" in labels(case)) == ((status, CaseEvent.CORRECTED) in TRANSITIONS)


def test_the_preview_begins_with_number_service_and_first_line_of_the_story() -> None:
    world = Desk()
    case = responded(world)
    world.press(world.budi, case, "correct")
    world.budi.says("Bantuan disalurkan 23 Maret.", reply_to=world.prompt(case))
    (preview,) = world.chat.sent(GROUP)
    first, second = wording(preview).splitlines()[:2]
    assert first == f"<b>{marked(case)}</b> · Penyaluran BLT Desa"
    assert second.startswith("<i>Bantuan saya bulan Februari belum cair.")
    assert "Ralat atas tanggapan pengaduan DPMD-2026-0001" in wording(preview)


@pytest.mark.parametrize(("action", "text"), [("answer", "Sudah."), ("ask", "Di mana?")])
def test_every_preview_begins_with_the_case(action: str, text: str) -> None:
    world = Desk()
    case = world.file()
    world.press(world.budi, case, action)
    world.budi.says(text, reply_to=world.prompt(case))
    assert "<i>Bantuan saya bulan Februari" in wording(world.chat.sent(GROUP)[0])


def test_the_preview_of_a_confidential_case_shows_its_story_in_private_only() -> None:
    world = Desk()
    private = by_link(world, world.file(confidential=True))
    private.says("Sudah kami periksa.")
    (preview,) = world.chat.sent(private.chat)
    assert "Bantuan saya bulan Februari" in wording(preview)
    assert not any("Bantuan saya" in wording(message) for message in world.messages(GROUP))


def test_the_citizen_reads_a_marked_correction_with_new_buttons() -> None:
    world = Desk()
    case = responded(world)
    corrected(world, case)
    message, _ = world.chat.sent(CITIZEN)
    assert "<b>Ralat atas tanggapan pengaduan DPMD-2026-0001</b>" in wording(message)
    assert "Bantuan disalurkan 23 Maret." in wording(message)
    assert [button.label for row in message.buttons for button in row] == ["satisfied", "not_satisfied"]
    (strip,) = [effect for effect in world.chat.fresh if isinstance(effect, StripButtons)]
    assert (strip.chat, strip.key) == (CITIZEN, f"response:{case.id}:1")
    send, _ = [e for e in world.chat.fresh if isinstance(e, Send) and e.chat == CITIZEN]
    assert (send.key, send.report) == (f"response:{case.id}:2", case.id)
    assert ("officer:601", "corrected") in world.history()


def test_the_objection_window_starts_again_with_the_delivery_of_the_correction() -> None:
    world = Desk()
    case = responded(world)
    assert world.now(case).objection_until == date(2026, 3, 27)  # Friday
    world.later(days=8)
    corrected(world, case)
    assert world.now(case).objection_until is None
    world.delivered(case, 2)
    assert world.now(case).objection_until == date(2026, 4, 4)  # Saturday


def test_a_correction_answers_what_the_citizen_added() -> None:
    world = Desk()
    case = responded(world)
    world.press(world.citizen, case, "add")
    world.citizen.says("Tanggal 20 belum cair.")
    world.citizen.presses("send")
    assert world.now(case).unheard
    corrected(world, case)
    assert not world.now(case).unheard


def test_an_objection_after_the_correction_reopens_the_case() -> None:
    world = Desk()
    case = responded(world)
    corrected(world, case)
    world.delivered(case, 2)
    world.citizen.presses("not_satisfied")
    world.citizen.says("Belum cair.")
    world.citizen.presses("send")
    assert world.now(case).status is Status.REOPENED


def test_a_verdict_on_the_wrong_response_does_not_count_after_the_correction() -> None:
    world = Desk()
    case = responded(world)
    old = world.citizen.button("satisfied")
    corrected(world, case)
    assert world.citizen.presses_button(old) == ["followup.verdict_over"]
    assert world.now(case).status is Status.RESPONDED


def test_a_case_that_silence_closed_can_still_be_corrected() -> None:
    world = Desk()
    case = responded(world)
    world.citizen.presses("satisfied")
    assert world.now(case).status is Status.CLOSED
    corrected(world, case)
    assert world.now(case).status is Status.RESPONDED
    assert [message.template for message in world.chat.sent(CITIZEN)] == CORRECTED


def test_a_colleague_corrects_after_taking_over() -> None:
    world = Desk()
    case = responded(world)
    world.press(world.rina, case, "correct")
    assert world.chat.alert.template == "desk.taken"
    world.press(world.rina, case, "take_over")
    world.rina.presses("take_over_yes")
    assert world.press(world.rina, case, "correct") == ["desk.prompt"]


def test_a_question_stays_possible_after_the_response() -> None:
    world = Desk()
    case = responded(world)
    world.press(world.budi, case, "ask")
    world.budi.says("Apakah sudah diterima?", reply_to=world.prompt(case))
    world.budi.presses("send")
    assert [message.template for message in world.chat.sent(CITIZEN)] == ["followup.question"]
    assert world.now(case).status is Status.RESPONDED
    assert world.citizen.presses("answer_now") == ["followup.collect"]
    world.citizen.says("Belum.")
    world.citizen.presses("send")
    assert world.now(case).thread[-1].purpose == "answer"


@pytest.mark.parametrize("way", ["reply", "status page", "held message"])
def test_a_follow_up_question_is_answered_like_any_other(way: str) -> None:
    world = Desk()
    case = responded(world)
    world.press(world.budi, case, "ask")
    world.budi.says("Apakah sudah diterima?", reply_to=world.prompt(case))
    world.budi.presses("send")
    if way == "reply":
        assert world.citizen.says("Belum.", reply_to=world.question(case)) == ["followup.tally"]
    elif way == "status page":
        world.citizen.commands("status")
        world.citizen.presses("case")
        shown = world.chat.sent(CITIZEN)[-1]
        assert shown.buttons[0][0].label == "answer_now"
        return
    else:
        assert world.citizen.says("Belum.") == ["followup.answer_this"]
        world.citizen.presses("send_answer")
    if way == "reply":
        world.citizen.presses("send")
    assert world.now(case).thread[-1].purpose == "answer"


def test_a_leader_corrects_a_confidential_response_in_private() -> None:
    world = Desk()
    case = world.file(confidential=True)
    by_link(world, case).says("Sudah kami periksa.")
    world.private(world.leader).presses("send")
    world.press(world.budi, case, "correct")
    assert world.chat.alert.template == "desk.leaders_only"
    world.press(world.leader, case, "correct")
    private = world.private(world.leader)
    assert private.commands("start", world.chat.alert.link) == ["desk.prompt"]
    private.says("Yang benar: masih diperiksa.")
    private.presses("send")
    assert [message.template for message in world.chat.sent(CITIZEN)] == CORRECTED


# the status when the officer replies to the card -> what is offered
OFFERED = {
    "before the response": (False, False, ["final_response", "question", "note", "discard"]),
    "after it": (True, False, ["correct", "question", "note", "discard"]),
    "after the verdict": (True, True, ["correct", "note", "discard"]),
}


@pytest.mark.parametrize("name", OFFERED)
def test_a_reply_to_the_card_offers_what_is_possible_now(name: str) -> None:
    answered, satisfied, expected = OFFERED[name]
    world = Desk()
    case = responded(world) if answered else world.file()
    if satisfied:
        world.citizen.presses("satisfied")
    world.budi.says("Satu hal lagi.", reply_to=world.card(case))
    (asked,) = world.chat.sent(GROUP)
    assert [button.label for row in asked.buttons for button in row] == expected
    assert ("menyelesaikan pengaduan" in wording(asked)) == (not answered)


def test_a_case_of_another_officer_offers_a_note_only() -> None:
    world = Desk()
    case = world.file()
    world.press(world.rina, case, "take")
    world.budi.says("Tolong hubungi balai desa.", reply_to=world.card(case))
    (asked,) = world.chat.sent(GROUP)
    assert [button.label for row in asked.buttons for button in row] == ["note", "discard"]


def refused_reply(world: Desk) -> Case:
    """Budi replies to the card, and Rina takes the case before he chooses."""
    case = world.file()
    world.budi.says("Sudah kami salurkan.", reply_to=world.card(case))
    world.press(world.rina, case, "take")
    assert world.budi.presses("final_response") == ["desk.what_for"]
    assert world.chat.alert.template == "desk.taken"
    return case


def test_a_refused_text_is_offered_as_a_note() -> None:
    world = Desk()
    case = refused_reply(world)
    assert "desk.note_saved" in world.budi.presses("note")
    assert world.now(case).thread[-1].text == "Sudah kami salurkan."


@pytest.mark.parametrize("act", ["answer", "command", "reply"])
def test_a_refused_text_does_not_block_the_officers_other_acts(act: str) -> None:
    world = Desk()
    refused_reply(world)
    other = world.file()
    if act == "answer":
        assert world.press(world.budi, other, "answer") == ["desk.prompt"]
    elif act == "command":
        assert world.budi.commands("jawab", f"{other.reference} Sudah.") == ["desk.preview"]
    else:
        assert world.budi.says("Sudah.", reply_to=world.card(other)) == ["desk.what_for"]


def test_everything_here_renders_in_both_languages() -> None:
    world = Desk()
    case = responded(world)
    corrected(world, case)
    refused_reply(world)
    render_all(world.chat.effects)
