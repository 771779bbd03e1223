"""A complainant without an account: officers pass on what the bot would send, and say that they have."""

from __future__ import annotations

from datetime import date

import pytest

from conversations import no_account
from conversations.complaints.case import Case
from conversations.complaints.life_cycle import Status
from conversations.effects import Outcome, Send, StripButtons
from conversations.events import ButtonPressed, DeadlinePassed, Delivery, FileLost, WakeupKind
from conversations.messages import OutgoingMessage
from tests.unit.entering import CITIZEN_NAME, answers_with, entered, nothing_to_nobody, opened
from tests.unit.filed import GROUP, Desk, pressed, render_all, wording
from tests.unit.incomplete import ask_for
from tests.unit.test_desk_exits import a_desk
from tests.unit.test_desk_redirecting import passed_on
from tests.unit.transcript import LEADER, STAFF
from tests.unit.walker import walk


@pytest.fixture
def world() -> Desk:
    return Desk()


def task(world: Desk, chat: int = GROUP) -> OutgoingMessage:
    """The newest task in this chat to pass something on."""
    return [message for message in world.messages(chat) if message.template == "desk.pass_on"][-1]


def answered(world: Desk, case: Case) -> None:
    world.answered(world.budi, case)


def test_a_response_becomes_a_task_of_the_group(world: Desk) -> None:
    case = entered(world, answers={"channel": "lapor", "tracking_id": "1234567"})
    answered(world, case)
    shown = task(world)
    assert shown.reply_to == f"card:{case.id}"
    text = wording(shown)
    assert "mohon sampaikan kepada pengadu" in text
    assert "SP4N-LAPOR!</b> (ID 1234567)" in text
    assert "Sudah kami salurkan." in text
    assert "Belum Puas" not in text
    assert world.now(case).delivery is None
    nothing_to_nobody(world)
    render_all(world.chat.effects)


def test_the_card_shows_what_waits_and_sends_it_again(world: Desk) -> None:
    case = entered(world)
    answered(world, case)
    card = [m for m in world.messages(GROUP) if m.template == "desk.card"][-1]
    assert card.params["untold"] == 1
    assert "Belum disampaikan kepada pengadu: 1 pesan" in wording(card)
    assert "sedang dikirim" not in wording(card)
    assert world.press(world.budi, case, "untold") == ["desk.pass_on"]


def test_sudah_disampaikan_starts_the_objection_days(world: Desk) -> None:
    case = entered(world)
    answered(world, case)
    world.later(days=1)
    shown = world.rina.presses("passed_on")
    assert "desk.passed_on" in shown
    case = world.now(case)
    assert (case.delivery, case.untold) == (Delivery.DELIVERED, ())
    assert case.objection_until == date(2026, 3, 28)
    assert ("officer:602", "passed_on") in world.history()
    posted = [m for m in world.messages(GROUP) if m.template == "desk.posted"][-1]
    assert "Sudah disampaikan kepada pengadu" in wording(posted)
    nothing_to_nobody(world)


def test_a_second_press_is_answered(world: Desk) -> None:
    case = entered(world)
    answered(world, case)
    button = world.rina.button("passed_on")
    world.rina.presses_button(button)
    world.budi.presses_button(button)
    assert world.chat.alert.template == "desk.passed_on_before"
    assert [what for _, what in world.history()].count("passed_on") == 1
    assert world.now(case).delivered_at


def test_no_objection_counts_before_the_response_was_passed_on(world: Desk) -> None:
    case = entered(world)
    answered(world, case)
    world.later(days=60)
    world.chat.feed(DeadlinePassed(world.chat.now, 0, 0, case.id, kind=WakeupKind.OBJECTION_EXPIRED))
    assert world.now(case).status is Status.RESPONDED


def test_silence_closes_the_case_and_sends_nothing(world: Desk) -> None:
    case = entered(world)
    answered(world, case)
    world.rina.presses("passed_on")
    world.later(days=12)
    world.chat.feed(DeadlinePassed(world.chat.now, 0, 0, case.id, kind=WakeupKind.OBJECTION_EXPIRED))
    assert world.now(case).status is Status.CLOSED
    assert world.now(case).untold == ()
    nothing_to_nobody(world)


def test_a_correction_replaces_a_response_that_was_not_passed_on(world: Desk) -> None:
    case = entered(world)
    answered(world, case)
    first = world.rina.button("passed_on")
    world.press(world.budi, case, "correct")
    world.budi.says("Disalurkan hari Selasa.", reply_to=world.prompt(case))
    world.budi.presses("send")
    assert "desk.pass_on_over" in [m.template for m in world.chat.sent(GROUP)]
    assert [one.template for one in world.now(case).untold] == ["told.correction"]
    world.rina.presses_button(first)
    assert world.now(case).delivered_at is None
    nothing_to_nobody(world)


@pytest.mark.parametrize("passed", [False, True])
def test_a_recalled_response_is_not_passed_on_any_more(world: Desk, *, passed: bool) -> None:
    case = entered(world)
    answered(world, case)
    if passed:
        world.rina.presses("passed_on")
    world.press(world.budi, case, "recall")
    world.budi.presses("recall_yes")
    case = world.now(case)
    assert case.status is Status.IN_PROGRESS
    # A citizen who never got it needs no notice.
    assert [one.template for one in case.untold] == (["told.recalled"] if passed else [])
    nothing_to_nobody(world)


def test_a_question_and_the_confirmed_receipt_are_passed_on(world: Desk) -> None:
    case = entered(world)
    world.asked(world.budi, case)
    assert task(world).params["template"] == "told.question"
    nothing_to_nobody(world)


def test_a_confidential_case_is_passed_on_in_private(world: Desk) -> None:
    private = _confidential(world)
    case = world.chat.case(-1)
    assert private == case.id
    card = next(m for m in world.messages(GROUP) if m.template == "desk.card_confidential")
    assert "entry" not in card.params
    world.press(world.leader, case, "answer")
    alone = world.private(world.leader)
    alone.commands("start", world.chat.alert.link)
    alone.presses("final_response")
    alone.says("Rahasia: sudah kami periksa.")
    alone.presses("send")
    assert task(world, LEADER).params["template"] == "told.response"
    assert not [m for m in world.messages(GROUP) if m.template == "desk.pass_on"]
    assert "sudah kami periksa" not in " ".join(wording(m) for m in world.messages(GROUP))
    alone.presses("passed_on")
    assert world.now(case).delivered_at
    nothing_to_nobody(world)


def _confidential(world: Desk) -> str:
    officer = opened(world, world.rina)
    walk(officer, until="summary", answers=answers_with())
    officer.presses("add_optional")
    officer.presses("add_confidential")
    officer.presses("back")
    walk(officer, until="signing", answers=answers_with())
    officer.presses("told_orally")
    officer.presses("send")
    return world.chat.case(-1).id


def test_an_officer_who_may_not_read_it_cannot_mark_it(world: Desk) -> None:
    _confidential(world)
    case = world.chat.case(-1)
    world.press(world.budi, case, "passed_on", "1")
    assert world.chat.alert.template == "desk.leaders_only"


def test_the_citizen_follows_it_by_number_and_code(world: Desk) -> None:
    case = entered(world)
    assert world.citizen.commands("status", f"{case.reference} ABCD2345") == ["followup.case"]
    page = world.chat.sent(501)[-1]
    assert not page.params["own"]


def test_the_citizens_of_two_entries_are_not_one_person(world: Desk) -> None:
    first, second = entered(world), entered(world)
    world.budi.commands("tiket", first.reference)
    assert "desk.same_citizen" not in [m.template for m in world.chat.sent(GROUP)]
    assert second.reference != first.reference


def test_what_only_changes_looks_is_dropped(world: Desk) -> None:
    case = entered(world)
    event = pressed(world.budi, world.budi.button("take"))
    kept = Send(GROUP, OutgoingMessage("desk.now_yours", {"reference": case.reference}))
    outcome = Outcome.of(StripButtons(0, key="response:x:1"), kept)
    assert no_account.without_sends(event, world.chat.world(), outcome).effects == (kept,)


def test_a_message_about_no_case_is_an_error(world: Desk) -> None:
    entered(world)
    event: ButtonPressed = pressed(world.budi, world.budi.button("take"))
    lost = Outcome.of(Send(0, OutgoingMessage("followup.left")))
    with pytest.raises(LookupError):
        no_account.without_sends(event, world.chat.world(), lost)


def test_a_file_that_was_lost_is_reported_to_the_officer_who_entered_it(world: Desk) -> None:
    case = entered(world)
    photo = case.complaint.signature_file
    assert photo
    world.chat.feed(FileLost(world.chat.now, case.id, photo.file, 602, "too_large"))
    assert [m.template for m in world.chat.sent(602)] == ["intake.file_lost_on_behalf"]


def test_a_missing_item_is_asked_for_and_handed_in(world: Desk) -> None:
    case = entered(world)
    ask_for(world, case, "address", remark="RT belum ada.")
    assert [one.template for one in world.now(case).untold] == ["told.request"]
    assert "Lengkapi sekarang" not in wording(task(world))
    world.press(world.budi, case, "completion")
    world.budi.says("Diserahkan di loket.", reply_to=world.prompt(case))
    world.budi.presses("send")
    # The request need not be passed on any more.
    assert [one.template for one in world.now(case).untold] == ["completion.confirmed"]
    assert world.now(case).status is Status.RECEIVED
    nothing_to_nobody(world)
    render_all(world.chat.effects)


def test_a_request_that_was_taken_back_before_it_was_passed_on_leaves_no_task(world: Desk) -> None:
    case = entered(world)
    ask_for(world, case, "address")
    world.press(world.budi, case, "withdraw_request")
    world.budi.presses("recall_yes")
    assert world.now(case).status is Status.RECEIVED
    assert world.now(case).untold == ()
    nothing_to_nobody(world)


def test_nobody_is_reminded_and_the_lapse_is_passed_on(world: Desk) -> None:
    case = entered(world)
    ask_for(world, case, "address")
    world.rina.presses("passed_on")
    for days in (8, 13, 8, 3):
        world.later(days=days)
        world.chat.feed(DeadlinePassed(world.chat.now, case=case.id))
    assert world.now(case).status is Status.LAPSED
    assert [one.template for one in world.now(case).untold] == ["told.lapsed"]
    nothing_to_nobody(world)


def test_an_objection_that_was_told_reopens_the_case(world: Desk) -> None:
    case = entered(world)
    answered(world, case)
    world.rina.presses("passed_on")
    world.later(days=3)
    world.press(world.budi, case, "objection")
    assert world.budi.says("Lewat telepon: belum cair.", reply_to=world.prompt(case)) == [
        "desk.objection_preview"
    ]
    shown = world.budi.presses("send")
    assert "desk.objection_recorded" in shown
    case = world.now(case)
    assert case.status is Status.REOPENED
    assert case.due_on == date(2026, 3, 25)
    assert ("officer:601", "objected") in world.history()
    card = [m for m in world.messages(GROUP) if m.template == "desk.card"][-1]
    assert card.params["objection"] == "Lewat telepon: belum cair."
    nothing_to_nobody(world)
    render_all(world.chat.effects)


def test_an_objection_after_its_days_is_refused(world: Desk) -> None:
    case = entered(world)
    answered(world, case)
    world.rina.presses("passed_on")
    world.later(days=11)
    world.press(world.budi, case, "objection")
    assert world.chat.alert.template == "desk.told_too_late"


def test_a_citizen_with_an_account_objects_alone(world: Desk) -> None:
    case = world.file()
    answered(world, case)
    world.press(world.budi, case, "objection")
    assert world.chat.alert.template == "desk.already_answered"
    card = [m for m in world.messages(GROUP) if m.template == "desk.card"][-1]
    assert "objection" not in [button.label for row in card.buttons for button in row]


def test_a_redirected_entry_is_passed_on_and_its_receipt_goes_to_the_officer_alone() -> None:
    world = a_desk()
    case = entered(world)
    new = passed_on(world, case)
    assert (new.filed_by, new.recorded_by) == (0, case.recorded_by)
    assert [one.template for one in world.now(case).untold] == ["told.decision"]
    assert [m.template for m in world.messages(601)] == ["intake.receipt_on_behalf"]
    shown = " ".join(wording(message) for chat in STAFF.values() for message in world.messages(chat))
    assert "ABCD2345" not in shown
    assert CITIZEN_NAME not in shown
    assert "Masuk lewat: surat" in wording(world.messages(STAFF["bakesbangpol"])[0])
    nothing_to_nobody(world)
    render_all(world.chat.effects)
