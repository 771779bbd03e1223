"""An officer ticks what is missing, previews the request and sends it: the clock is paused."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from conversations import casefile
from conversations.complaints.case import Case, transition
from conversations.complaints.complaint import QUESTIONS, Step
from conversations.complaints.completion import SIGNATURE, askable
from conversations.complaints.life_cycle import TRANSITIONS, CaseEvent, Status
from conversations.effects import RecordHistory, Send
from conversations.events import Delivery, MessageReported
from conversations.messages import OutgoingMessage
from tests.unit.filed import CITIZEN, GROUP, LANGUAGES, Desk, complaint, render_all, wording
from tests.unit.incomplete import ask_for, requested, tick, ticking
from tests.unit.transcript import LEADER, WIB


def shown(world: Desk) -> OutgoingMessage:
    return world.chat.sent(GROUP)[-1]


def labels(message: OutgoingMessage) -> list[tuple[str, str]]:
    buttons = [button for row in message.buttons for button in row]
    return [(button.label, button.params.get("field", "")) for button in buttons]


def test_the_items_are_the_questions_of_this_complaint_and_the_signature() -> None:
    world = Desk()
    case = world.file()
    assert world.press(world.budi, case, "request") == ["desk.checklist"]
    items = [field for label, field in labels(shown(world)) if label == "unticked"]
    assert items == list(askable(case.answers))
    steps = {QUESTIONS[name].step for name in items if name != SIGNATURE}
    assert steps == set(Step) - {Step.NOTICE, Step.ENTRY, Step.SUMMARY, Step.SIGNING}
    assert not {"power_of_attorney", "represented_name", "phone"} & set(items)


def test_of_a_representative_the_power_of_attorney_can_be_asked_for() -> None:
    world = Desk()
    case = world.file(complaint=complaint(represents=True, represented_name="Sumiati"))
    world.press(world.budi, case, "request")
    assert ("unticked", "power_of_attorney") in labels(shown(world))


def test_ticks_turn_in_the_same_message_and_only_for_the_officer_who_opened_it() -> None:
    world = Desk()
    case = world.file()
    ticking(world, case, "address", "loss")
    assert {field for label, field in labels(shown(world)) if label == "ticked"} == {"address", "loss"}
    tick(world.budi, "loss")
    assert {field for label, field in labels(shown(world)) if label == "ticked"} == {"address"}
    button = world.budi.button("unticked")
    world.rina.presses_button(button)
    assert world.chat.alert.template == "desk.not_yours"
    assert world.budi.presses("next") == ["desk.request_preview"]
    assert shown(world).params["items"] == ["address"]


def test_a_plain_message_while_the_list_is_open_may_be_the_remark() -> None:
    world = Desk()
    case = world.file()
    ticking(world, case, "address")
    assert world.budi.says("RT belum ada.") == ["desk.send_as"]
    assert "permintaan kelengkapan" in wording(shown(world))
    assert world.budi.presses("yes") == ["desk.request_preview"]
    assert shown(world).params["text"] == "RT belum ada."
    world.budi.presses("rewrite")
    assert "RT belum ada." in wording(shown(world))
    assert world.budi.commands("batal") == ["desk.discarded"]
    assert world.now(case).status is Status.RECEIVED


def test_a_remark_before_any_tick_is_kept_with_the_list() -> None:
    world = Desk()
    case = world.file()
    world.press(world.budi, case, "request")
    assert world.budi.says("RT belum ada.", reply_to=world.reply_to(f"preview:{case.id}:601")) == [
        "desk.checklist"
    ]
    tick(world.budi, "address")
    world.budi.presses("next")
    assert shown(world).params["text"] == "RT belum ada."


def test_nothing_ticked_is_said_and_batal_closes_the_list() -> None:
    world = Desk()
    case = world.file()
    world.press(world.budi, case, "request")
    world.budi.presses("next")
    assert world.chat.alert.template == "desk.nothing_ticked"
    assert world.budi.presses("discard") == ["desk.discarded"]
    assert world.chat.conversation(601, GROUP).writing is None
    world.budi.presses_button(world.budi.button("unticked"))
    assert world.chat.alert.template == "system.press_outdated"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_preview_is_word_for_word_what_the_citizen_reads(language: str) -> None:
    world = Desk()
    case = world.file()
    ticking(world, case, "address")
    world.budi.presses("next")
    world.budi.says("RT dan RW <belum> ada.", reply_to=world.reply_to(f"preview:{case.id}:601"))
    preview = wording(shown(world), language)
    world.budi.presses("send")
    request = next(m for m in world.messages(CITIZEN) if m.template == "completion.request")
    assert wording(request, language) in preview
    assert "RT dan RW &lt;belum&gt; ada." in preview
    assert [button.label for row in request.buttons for button in row] == ["complete_now"]
    render_all(world.chat.effects)


def test_the_request_pauses_the_case_and_is_in_the_history_with_its_reason() -> None:
    world = Desk()
    case = requested(world, "address", "signature", remark="RT belum ada.")
    now = world.now(case)
    assert now.status is Status.INCOMPLETE
    assert now.request
    assert (now.request.items, now.request.until) == (("address", "signature"), date(2026, 4, 16))
    assert now.officer
    assert now.officer.id == 601
    [record] = [
        effect
        for effect in world.chat.effects
        if isinstance(effect, RecordHistory) and effect.what == "completion_requested"
    ]
    assert record.who == "officer:601"
    assert record.text == "address, signature\nRT belum ada."
    card = next(m for m in reversed(world.messages(GROUP)) if m.template == "desk.card")
    assert "Belum lengkap: Alamat lengkap, Tanda tangan" in wording(card)
    assert "Tenggat dihentikan" in wording(card)
    assert not now.is_overdue(date(2026, 12, 31))


def test_of_two_requests_at_the_same_time_one_is_sent_and_the_other_officer_reads_by_whom() -> None:
    world = Desk()
    case = world.file()
    ticking(world, case, "address")
    ticking(world, case, "loss", officer=world.rina)
    world.budi.presses("next", "601,next")
    world.rina.presses("next", "602,next")
    world.budi.presses("send", "601")
    world.rina.presses("send", "602")
    alert = world.chat.alert
    assert (alert.template, alert.params["name"]) == ("desk.already_requested", "Budi Santoso")
    assert [button.label for row in shown(world).buttons for button in row] == ["discard"]
    requests = [m for m in world.messages(CITIZEN) if m.template == "completion.request"]
    assert [m.params["items"] for m in requests] == [["address"]]
    tick(world.rina, "address")
    assert world.chat.alert.template in {"desk.already_requested", "system.press_outdated"}


ALLOWED = {Status.RECEIVED, Status.VERIFIED, Status.IN_PROGRESS}


@pytest.mark.parametrize("status", Status)
def test_the_card_offers_it_where_the_life_cycle_allows_it(status: Status) -> None:
    world = Desk()
    case = world.file(status=status)
    answered = world.press(world.budi, case, "request")
    assert (answered == ["desk.checklist"]) is (status in ALLOWED)


def test_of_a_confidential_case_it_is_asked_in_private() -> None:
    world = Desk()
    case = world.file(confidential=True)
    world.press(world.budi, case, "request")
    assert world.chat.alert.template == "desk.leaders_only"
    world.press(world.leader, case, "request")
    leader = world.private(world.leader)
    assert leader.commands("start", world.chat.alert.link) == ["desk.checklist"]
    tick(leader, "address")
    assert leader.presses("next") == ["desk.request_preview"]
    assert leader.says("RT belum ada.") == ["desk.request_preview"]
    assert "desk.posted" in leader.says("kirim")
    assert world.now(case).status is Status.INCOMPLETE
    group = [wording(message) for message in world.messages(GROUP)]
    assert not any("Alamat" in text or "RT belum" in text for text in group)
    assert leader.identity.id == LEADER


def test_an_undelivered_request_is_a_task_for_the_group() -> None:
    world = Desk()
    case = requested(world, "address")
    key = f"request:{case.id}:1"
    world.chat.feed(MessageReported(world.chat.now, case.id, key, Delivery.UNREACHABLE))
    assert [message.template for message in world.chat.sent(GROUP)] == ["desk.unreachable"]
    world.chat.feed(MessageReported(world.chat.now, case.id, key, Delivery.DELIVERED))
    assert [message.template for message in world.chat.sent(GROUP)] == ["desk.posted"]
    render_all(world.chat.effects)


# received, asked, completed -> due; the Monday is 16 March 2026, and no day is a holiday here.
CLOCKS = {
    "the example of the product: Monday, Tuesday, Friday": ((16, 9), (17, 9), (20, 9), date(2026, 3, 25)),
    "on the day of receipt": ((16, 9), (16, 10), (20, 9), date(2026, 3, 25)),
    "on the second day": ((16, 9), (18, 9), (20, 9), date(2026, 3, 24)),
    "on the due date": ((16, 9), (19, 9), (23, 9), date(2026, 3, 24)),
    "after the due date": ((16, 9), (23, 9), (25, 9), date(2026, 3, 25)),
    "completed at the weekend": ((16, 9), (17, 9), (21, 9), date(2026, 3, 25)),
}


@pytest.mark.parametrize("name", CLOCKS)
def test_the_clock_keeps_the_days_that_are_not_over(name: str) -> None:
    received, asked, completed, due = CLOCKS[name]
    world = Desk()
    at = [datetime(2026, 3, day, hour, tzinfo=WIB) for day, hour in (received, asked, completed)]
    world.chat.now = at[0]
    case = world.file(due_on=date(2026, 3, 19))
    world.chat.now = at[1]
    ask_for(world, case, "address")
    world.chat.now = at[2]
    by_officer(world, case)
    assert world.now(case).due_on == due
    assert world.now(case).status is Status.RECEIVED


def by_officer(world: Desk, case: Case) -> None:
    world.press(world.budi, case, "completion")
    world.budi.says("Diterima di loket.", reply_to=world.prompt(case))
    world.budi.presses("send")


@pytest.mark.parametrize(("verified", "due"), [(True, date(2026, 3, 25)), (False, date(2026, 3, 26))])
def test_a_clock_that_starts_at_the_verification_goes_on_only_if_it_has_started(
    due: date, *, verified: bool
) -> None:
    world = Desk()
    agencies = tuple(
        agency.model_copy(update={"clock": agency.clock.model_copy(update={"starts_at": "verification"})})
        for agency in world.chat.rules.agencies
    )
    world.chat.rules = world.chat.rules.model_copy(update={"agencies": agencies})
    world.chat.now = datetime(2026, 3, 16, 9, tzinfo=WIB)  # Monday
    case = world.file(due_on=date(2026, 3, 19))
    if verified:
        world.press(world.budi, case, "verify")
    world.later(days=1)
    ask_for(world, world.now(case), "address")
    world.later(days=3)
    by_officer(world, case)
    # On Monday the officer confirms it: three days were left, or three days begin.
    world.later(days=3)
    world.press(world.budi, case, "verify")
    assert world.now(case).due_on == due


def test_an_officer_confirms_that_the_papers_came() -> None:
    world = Desk()
    case = requested(world, "address")
    assert world.press(world.rina, case, "completion") == []
    assert world.chat.alert.template == "desk.taken"
    world.press(world.budi, case, "completion")
    world.budi.says("Diterima di loket.", reply_to=world.prompt(case))
    preview = wording(shown(world))
    world.budi.presses("send")
    confirmed = next(m for m in world.messages(CITIZEN) if m.template == "completion.confirmed")
    assert wording(confirmed) in preview
    now = world.now(case)
    assert (now.status, now.request) == (Status.RECEIVED, None)
    assert now.supplements[-1].by == "Budi Santoso"
    assert ("officer:601", "completed") in world.history()
    assert "dinyatakan Budi Santoso" in wording(
        next(m for m in reversed(world.messages(GROUP)) if m.template == "desk.card")
    )
    render_all(world.chat.effects)


def test_a_request_by_mistake_is_withdrawn_and_has_changed_no_due_date() -> None:
    world = Desk()
    case = world.file(due_on=date(2026, 3, 20))
    ask_for(world, case, "address")
    assert world.press(world.budi, case, "withdraw_request") == ["desk.withdraw_sure"]
    question = wording(shown(world))
    world.press_shown(world.rina, "recall_yes", world.budi)
    assert world.chat.alert.template == "desk.not_yours"
    world.budi.presses("recall_yes")
    withdrawn = next(m for m in world.messages(CITIZEN) if m.template == "completion.withdrawn")
    assert wording(withdrawn) in question
    assert (world.now(case).status, world.now(case).due_on) == (Status.RECEIVED, date(2026, 3, 20))
    assert ("officer:601", "request_withdrawn") in world.history()
    world.budi.presses("recall_yes")
    assert world.chat.alert.template == "desk.not_now"


def test_a_request_that_is_withdrawn_later_gives_the_paused_days_back() -> None:
    world = Desk()
    case = world.file(due_on=date(2026, 3, 20))
    ask_for(world, case, "address")
    world.later(days=1)
    world.press(world.budi, case, "withdraw_request")
    world.budi.presses("recall_yes")
    # Three days were left on Tuesday; from Wednesday on they are Wednesday, Thursday, Friday.
    assert world.now(case).due_on == date(2026, 3, 20)
    ask_for(world, world.now(case), "address")
    world.later(days=2)
    world.press(world.budi, case, "withdraw_request")
    world.budi.presses("recall_yes")
    assert world.now(case).due_on == date(2026, 3, 24)


def test_not_withdrawing_leaves_the_request() -> None:
    world = Desk()
    case = requested(world, "address")
    world.press(world.budi, case, "withdraw_request")
    assert world.budi.presses("discard") == ["desk.discarded"]
    assert world.now(case).status is Status.INCOMPLETE


@pytest.mark.parametrize("event", [event for status, event in TRANSITIONS if status is Status.INCOMPLETE])
def test_the_request_ends_when_the_case_leaves_the_status(event: CaseEvent) -> None:
    world = Desk()
    case = world.now(requested(world, "address"))
    step = TRANSITIONS[Status.INCOMPLETE, event]
    moved = transition(case, event, next(iter(step.who)), world.chat.now)
    assert moved.request is None


def test_an_incomplete_case_has_no_answer_button_and_its_card_offers_the_ways_on() -> None:
    world = Desk()
    case = requested(world, "address")
    card = next(m for m in reversed(world.messages(GROUP)) if m.template == "desk.card")
    offered = {label for label, _ in labels(card)}
    assert {"completion", "withdraw_request", "ask", "note"} <= offered
    assert not {"answer", "verify", "request"} & offered
    assert casefile.group_of(world.now(case), world.chat.rules) == GROUP
    assert any(isinstance(effect, Send) for effect in world.chat.effects)
