"""Officers end a complaint without a response, with a reason, and take a mistaken end back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from conversations.complaints.case import Case, Purpose
from conversations.complaints.completion import Request
from conversations.complaints.life_cycle import OPEN, Status
from conversations.complaints.rules import Redirect
from conversations.complaints.wakeups import next_wakeup
from conversations.effects import RecordHistory
from conversations.events import Delivery, MessageReported
from tests.unit.filed import CITIZEN, GROUP, LANGUAGES, RENDERER, Desk, LeanChat, render_all, wording
from tests.unit.transcript import RULES, Actor

LAPOR = Redirect(id="lapor", name="SP4N-LAPOR!", contact="www.lapor.go.id", tracking="ID LAPOR!")
OMBUDSMAN = Redirect(id="ombudsman", name="Ombudsman", contact="telepon 137")
WITH_REDIRECTS = RULES.model_copy(update={"redirects": (LAPOR, OMBUDSMAN)})
# button -> the purpose, and the status that follows
EXITS = {
    "reject": (Purpose.REJECTION, Status.REJECTED),
    "not_complaint": (Purpose.NOT_A_COMPLAINT, Status.CLOSED),
}
REASON = "Uraiannya tidak menyebut pelayanan."


def a_desk() -> Desk:
    return Desk(LeanChat(rules=WITH_REDIRECTS))


def decided(world: Desk, case: Case, button: str, reason: str = REASON, actor: Actor | None = None) -> None:
    """An officer presses the button of "Lainnya", writes the reason and sends it."""
    officer = actor or world.budi
    world.press(officer, case, button)
    officer.says(reason, reply_to=world.reply_to(f"prompt:{case.id}:{officer.identity.id}"))
    officer.presses("send")


def referred(world: Desk, case: Case, code: str = "o.lapor") -> None:
    """An officer refers the case to a body outside."""
    world.press(world.budi, case, "redirect")
    world.budi.presses("destination", f"{world.budi.identity.id},{code}")
    world.budi.says(REASON, reply_to=world.prompt(case))
    world.budi.presses("send")


def reported(world: Desk, case: Case) -> None:
    """The newest decision reached the citizen."""
    key = f"decision:{case.id}:{len(world.now(case).thread)}"
    world.chat.feed(MessageReported(world.chat.now, case.id, key, Delivery.DELIVERED))


def citizens(world: Desk) -> list[Any]:
    return [message.template for message in world.messages(CITIZEN)]


@pytest.mark.parametrize("button", EXITS)
def test_a_decision_is_previewed_as_the_citizen_reads_it_and_then_sent(button: str) -> None:
    purpose, status = EXITS[button]
    world = a_desk()
    case = world.file()
    assert world.press(world.budi, case, "more") == ["desk.more"]
    assert world.press(world.budi, case, button) == ["desk.prompt"]
    assert world.budi.says(REASON, reply_to=world.prompt(case)) == ["desk.preview_decision"]
    previews = [RENDERER.plain(m.template, m.params, "id") for m in world.chat.sent(GROUP)]
    assert world.now(case).open
    assert not world.messages(CITIZEN)
    world.budi.presses("send")
    now = world.now(case)
    assert now.status is status
    assert now.timeline[-1].by == "Budi Santoso"
    assert (now.thread[-1].purpose, now.thread[-1].text) == (purpose, REASON)
    (message,) = world.messages(CITIZEN)
    assert message.template == "followup.decision"
    assert RENDERER.plain(message.template, message.params, "id") in previews[0]
    assert REASON in wording(message)
    assert "(0343) 749035" in wording(message)
    render_all(world.chat.effects)


@pytest.mark.parametrize("status", sorted(OPEN))
def test_each_open_case_can_be_ended(status: Status) -> None:
    for button, (_, after) in EXITS.items():
        world = a_desk()
        case = world.file(status=status)
        decided(world, case, button)
        assert world.now(case).status is after


def test_the_history_has_who_what_and_the_reason() -> None:
    world = a_desk()
    case = world.file()
    referred(world, case)
    (entry,) = [e for e in world.chat.effects if isinstance(e, RecordHistory)]
    assert (entry.who, entry.what, entry.text) == ("officer:601", "redirected", f"o.lapor: {REASON}")


@pytest.mark.parametrize("sent", ["photo", "sticker", "blank", "dash"])
def test_a_decision_without_words_is_not_sent(sent: str) -> None:
    world = a_desk()
    case = world.file()
    world.press(world.budi, case, "reject")
    prompt = world.prompt(case)
    acts: dict[str, Callable[[], object]] = {
        "photo": lambda: world.budi.sends(reply_to=prompt),
        "sticker": world.budi.sticks,
        "dash": lambda: world.budi.says("- ...", reply_to=prompt),
        "blank": lambda: world.budi.says("  \n ", reply_to=prompt),
    }
    acts[sent]()
    assert "send" not in [b.label for m in world.chat.sent(GROUP) for row in m.buttons for b in row]
    world.press(world.budi, case, "desk_post", str(world.budi.identity.id))
    assert world.now(case).open
    assert not world.messages(CITIZEN)


def test_a_photo_becomes_part_of_the_decision_when_the_reason_follows() -> None:
    world = a_desk()
    case = world.file()
    world.press(world.budi, case, "reject")
    world.budi.sends(reply_to=world.prompt(case))
    assert world.budi.says(REASON, reply_to=world.prompt(case)) == ["desk.preview_decision"]
    world.budi.presses("send")
    (message,) = world.messages(CITIZEN)
    assert len(message.files) == 1


def test_a_reason_of_twenty_thousand_characters_is_taken_and_a_longer_one_refused() -> None:
    world = a_desk()
    case = world.file()
    world.press(world.budi, case, "reject")
    assert world.budi.says("a" * 20_001, reply_to=world.prompt(case)) == ["desk.problem"]
    assert world.budi.says("a" * 20_000, reply_to=world.prompt(case)) == ["desk.preview_decision"]
    world.budi.presses("send")
    assert world.now(case).status is Status.REJECTED


def test_a_referral_asks_for_the_destination_and_sends_a_text_to_copy() -> None:
    world = a_desk()
    case = world.file()
    assert world.press(world.budi, case, "redirect") == ["desk.choose_destination"]
    (choice,) = world.chat.sent(GROUP)
    assert [b.params.get("text") for row in choice.buttons for b in row][:3] == [
        *("BAKESBANGPOL", "SP4N-LAPOR!", "Ombudsman")
    ]
    referred(world, case)
    assert world.now(case).status is Status.REDIRECTED
    assert citizens(world) == ["followup.decision", "followup.ready_text"]
    decision, ready = (wording(message) for message in world.messages(CITIZEN))
    assert "www.lapor.go.id" in decision
    assert "tidak terhubung" in decision
    assert "Bantuan saya bulan Februari belum cair." in ready
    assert "Siti" not in ready
    assert "Krajan" not in ready
    assert "SP4N-LAPOR!" in wording(world.messages(GROUP)[-1])
    world.citizen.commands("status", case.reference)
    assert "SP4N-LAPOR!" in wording(world.chat.sent(CITIZEN)[-1])
    render_all(world.chat.effects)


@pytest.mark.parametrize("code", ["o.unknown", "a.dpmd", "a.nowhere", "x", "o.", "a.bakesbangpol,extra"])
def test_a_forged_destination_is_refused(code: str) -> None:
    world = a_desk()
    case = world.file()
    world.press(world.budi, case, "exit_to", f"{world.budi.identity.id},{code}")
    assert world.chat.alert.template == "system.press_outdated"
    assert world.chat.conversation(601, GROUP).writing is None


def test_another_officer_does_not_choose_the_destination() -> None:
    world = a_desk()
    case = world.file()
    world.press(world.budi, case, "redirect")
    world.press_shown(world.rina, "destination", world.budi)
    assert world.chat.alert.template == "desk.not_yours"


def test_without_a_destination_the_officer_reads_what_to_do() -> None:
    world = Desk(LeanChat(rules=RULES.model_copy(update={"agencies": RULES.agencies[:1]})))
    case = world.file()
    world.press(world.budi, case, "redirect")
    assert world.chat.alert.template == "desk.no_destination"


def test_the_number_of_the_other_body_is_recorded_and_shown_to_the_citizen() -> None:
    world = a_desk()
    case = world.file()
    referred(world, case)
    assert world.press(world.rina, case, "track") == ["desk.prompt"]
    prompt = world.reply_to(f"prompt:{case.id}:602")
    assert world.rina.says("8123\n456", reply_to=prompt) == ["desk.no_tracking_number"]
    world.rina.presses("rewrite")
    prompt = world.reply_to(f"prompt:{case.id}:602")
    assert world.rina.says("8123456", reply_to=prompt) == ["desk.preview_decision"]
    world.rina.presses("send")
    assert world.now(case).tracking == "8123456"
    assert world.now(case).status is Status.REDIRECTED
    assert "8123456" in wording(world.chat.sent(CITIZEN)[-1])
    world.citizen.commands("status", case.reference)
    assert "ID LAPOR!: <code>8123456</code>" in wording(world.chat.sent(CITIZEN)[-1])
    render_all(world.chat.effects)


def test_only_a_referral_outside_has_a_number_to_record() -> None:
    world = a_desk()
    case = world.file()
    decided(world, case, "reject")
    world.press(world.budi, case, "track")
    assert world.chat.alert.template == "desk.not_now"


def test_of_two_conflicting_decisions_the_first_counts_and_the_other_officer_is_told() -> None:
    world = a_desk()
    case = world.file()
    for officer, button in ((world.budi, "reject"), (world.rina, "not_complaint")):
        world.press(officer, case, button)
        officer.says(REASON, reply_to=world.reply_to(f"prompt:{case.id}:{officer.identity.id}"))
    world.budi.presses("send", "601")
    world.rina.presses("send", "602")
    assert world.now(case).status is Status.REJECTED
    refusal = world.chat.alert
    assert refusal.template == "desk.not_now"
    assert refusal.params["name"] == "Budi Santoso"
    assert "oleh Budi Santoso, " in RENDERER.plain(refusal.template, refusal.params, "id")
    assert citizens(world) == ["followup.decision"]


@pytest.mark.parametrize("button", ["take", "verify", "answer", "redirect", "reject", "not_complaint"])
def test_an_old_card_of_an_ended_case_says_what_is_true_now(button: str) -> None:
    world = a_desk()
    case = world.file()
    decided(world, case, "reject")
    world.press(world.rina, case, button)
    assert world.chat.alert.template == "desk.not_now"
    assert world.chat.alert.params["name"] == "Budi Santoso"


def test_an_ended_case_offers_only_reading_and_taking_the_decision_back() -> None:
    world = a_desk()
    case = world.file()
    decided(world, case, "reject")
    card = next(m for m in reversed(world.messages(GROUP)) if m.template == "desk.card")
    assert {b.label for row in card.buttons for b in row} == {
        *("evidence", "read_all", "identity", "note", "history", "more")
    }
    world.press(world.budi, case, "more")
    (more,) = world.chat.sent(GROUP)
    assert [b.label for row in more.buttons for b in row] == ["reinstate", "papers", "block"]


@pytest.mark.parametrize("button", [*EXITS, "redirect"])
def test_a_mistaken_decision_is_taken_back_with_a_reason_and_a_new_clock(button: str) -> None:
    world = a_desk()
    case = world.file()
    referred(world, case) if button == "redirect" else decided(world, case, button)
    world.later(days=3)  # a Friday
    decided(world, case, "reinstate", "Kami keliru.", world.rina)
    now = world.now(case)
    assert now.status is Status.REOPENED
    assert now.due_on == date(2026, 3, 25)  # Wednesday
    message = world.messages(CITIZEN)[-1]
    assert "Kami keliru." in wording(message)
    assert "25 Maret 2026" in wording(message)
    world.answered(world.rina, case)
    assert world.now(case).status is Status.RESPONDED
    render_all(world.chat.effects)


def test_a_response_is_not_taken_back_as_a_decision() -> None:
    world = a_desk()
    case = world.file()
    world.answered(world.budi, case)
    world.delivered(case)
    world.citizen.presses("satisfied")
    assert world.now(case).status is Status.CLOSED
    world.press(world.budi, case, "reinstate")
    assert world.chat.alert.template == "desk.not_now"


def test_an_answered_question_is_closed_without_the_clock_and_can_be_declared_a_complaint() -> None:
    world = a_desk()
    case = world.file()
    decided(world, case, "not_complaint", "Kantor buka pukul 08.00.")
    reported(world, case)
    assert world.now(case).objection_until == date(2026, 3, 27)  # Friday
    world.later(days=9)
    assert world.citizen.presses("is_complaint") == ["followup.collect"]
    world.citizen.says("Saya mengadukan kantor yang tutup.")
    assert "followup.sent" in world.citizen.presses("send")
    now = world.now(case)
    assert now.status is Status.REOPENED
    assert now.due_on == date(2026, 3, 31)  # Tuesday
    assert now.objection_until is None
    world.press(world.budi, case, "reinstate")
    assert world.chat.alert.template == "desk.not_now"


def test_after_the_objection_days_an_answered_question_stays_closed() -> None:
    world = a_desk()
    case = world.file()
    decided(world, case, "not_complaint")
    reported(world, case)
    world.later(days=11)
    assert world.citizen.presses("is_complaint") == ["followup.verdict_over"]
    assert world.now(case).status is Status.CLOSED


def test_the_button_of_an_answered_question_is_on_its_page_too() -> None:
    world = a_desk()
    case = world.file()
    decided(world, case, "not_complaint")
    reported(world, case)
    world.citizen.commands("status", case.reference)
    (page,) = world.chat.sent(CITIZEN)
    assert "is_complaint" in [b.label for row in page.buttons for b in row]
    for language in LANGUAGES:
        assert RENDERER.text(page, language)


def test_an_answered_question_has_no_response_to_correct() -> None:
    world = a_desk()
    case = world.file()
    decided(world, case, "not_complaint")
    world.press(world.budi, case, "correct")
    assert world.chat.alert.template == "desk.not_now"
    card = next(m for m in reversed(world.messages(GROUP)) if m.template == "desk.card")
    assert "correct" not in {b.label for row in card.buttons for b in row}


def test_the_officer_reads_when_the_decision_has_reached_the_citizen() -> None:
    world = a_desk()
    case = world.file()
    decided(world, case, "reject")
    reported(world, case)
    (posted,) = world.chat.sent(GROUP)
    assert "Sudah sampai" in wording(posted)


def test_a_decision_that_cannot_be_delivered_is_a_task_for_the_group() -> None:
    world = a_desk()
    case = world.file()
    decided(world, case, "reject")
    world.chat.feed(MessageReported(world.chat.now, case.id, f"decision:{case.id}:1", Delivery.UNREACHABLE))
    (task,) = world.chat.sent(GROUP)
    assert task.template == "desk.unreachable"
    assert "pemberitahuan keputusan" in wording(task)


def in_private(world: Desk, case: Case, button: str) -> Actor:
    """The leader comes to the private chat by the button of a confidential case."""
    world.press(world.leader, case, button)
    private = world.private(world.leader)
    private.commands("start", world.chat.alert.link)
    return private


def test_the_reason_about_a_confidential_case_is_written_in_private() -> None:
    world = a_desk()
    case = world.file(confidential=True)
    private = in_private(world, case, "reject")
    assert private.says(REASON) == ["desk.preview_decision"]
    private.presses("send")
    assert world.now(case).status is Status.REJECTED
    assert not [m for m in world.messages(GROUP) if REASON in wording(m)]
    assert world.press(world.budi, case, "reinstate") == []
    assert world.chat.alert.template == "desk.leaders_only"


def test_the_destination_of_a_confidential_case_is_chosen_in_private() -> None:
    world = a_desk()
    case = world.file(confidential=True)
    private = in_private(world, case, "redirect")
    chosen = private.button("destination", f"{private.identity.id},o.ombudsman")
    world.leader.presses_button(chosen)
    assert world.chat.alert.template == "system.press_outdated"
    assert private.presses_button(chosen) == ["desk.prompt"]
    assert private.says(REASON) == ["desk.preview_decision"]
    private.presses("send")
    assert world.now(case).status is Status.REDIRECTED
    assert citizens(world) == ["followup.decision", "followup.ready_text"]
    render_all(world.chat.effects)


def test_who_filed_a_case_and_who_may_be_meant_cannot_decide_about_it() -> None:
    world = a_desk()
    own = world.file(filed_by=601)
    world.press(world.budi, own, "reject")
    assert world.chat.alert.template == "desk.own_case"
    meant = world.file(meant=(601,))
    world.press(world.budi, meant, "redirect")
    assert world.chat.alert.template == "desk.meant_by_it"


def test_the_case_of_another_officer_is_decided_by_that_officer_or_a_leader() -> None:
    world = a_desk()
    case = world.file()
    world.press(world.rina, case, "take")
    world.press(world.budi, case, "reject")
    assert world.chat.alert.template == "desk.taken"
    decided(world, case, "reject", actor=world.leader)
    assert world.now(case).status is Status.REJECTED


def test_what_was_asked_for_and_drafted_ends_with_the_decision() -> None:
    """Neither the clock of the request nor a draft for approval acts on an ended case."""
    world = a_desk()
    until = date(2026, 4, 16)
    request = Request(items=("name",), at=world.chat.now, officer=601, until=until, name="Budi", days_kept=2)
    case = world.file(status=Status.INCOMPLETE, request=request)
    decided(world, case, "reject")
    now = world.now(case)
    assert now.request is None
    assert now.pending is None
    assert next_wakeup([now], world.chat.world().terms) is None


def test_the_group_reads_no_tracking_number_of_a_confidential_case() -> None:
    world = a_desk()
    case = world.file(confidential=True)
    private = in_private(world, case, "redirect")
    private.presses("destination", f"{private.identity.id},o.lapor")
    private.says(REASON)
    private.presses("send")
    private = in_private(world, case, "track")
    private.says("8123456")
    private.presses("send")
    assert world.now(case).tracking == "8123456"
    assert not [m for m in world.messages(GROUP) if "8123456" in str(m.params)]
    world.citizen.commands("status", case.reference)
    assert "8123456" in wording(world.chat.sent(CITIZEN)[-1])
