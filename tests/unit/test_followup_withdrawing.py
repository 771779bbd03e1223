"""A citizen withdraws a complaint, with a reason and a confirmation; officers are informed."""

from __future__ import annotations

import pytest

from conversations.complaints.case import Case, Purpose
from conversations.complaints.life_cycle import Status
from conversations.effects import RecordHistory
from tests.unit.filed import CITIZEN, GROUP, RENDERER, Desk, prompted, render_all, wording


def labels(world: Desk) -> list[str]:
    """The buttons of what the citizen was shown last."""
    return [b.label for m in world.chat.sent(CITIZEN) for row in m.buttons for b in row]


def on_page(world: Desk, case: Case) -> None:
    """The citizen opens the page of the case and presses "Cabut Pengaduan"."""
    world.citizen.commands("status", case.reference)
    assert world.citizen.presses("withdraw") == ["followup.collect"]


def test_a_complaint_is_withdrawn_from_its_page_with_a_chosen_reason() -> None:
    world = Desk()
    case = world.file()
    on_page(world, case)
    assert labels(world) == ["withdraw_solved", "withdraw_mistake", "withdraw_not"]
    assert world.citizen.presses("withdraw_solved") == ["followup.withdraw_sure"]
    assert "tidak dapat dibuka kembali" in wording(world.chat.sent(CITIZEN)[0])
    assert world.now(case).open
    assert world.citizen.presses("withdraw_yes") == ["followup.withdrawn"]
    now = world.now(case)
    assert now.status is Status.WITHDRAWN
    assert (now.thread[-1].purpose, now.thread[-1].target) == (Purpose.WITHDRAWAL, "solved")
    notices = [m.template for m in world.chat.sent(GROUP)]
    assert notices == ["desk.withdrawn", "desk.card"]
    assert "Masalahnya sudah selesai." in wording(world.chat.sent(GROUP)[0])
    (entry,) = [e for e in world.chat.effects if isinstance(e, RecordHistory)]
    assert (entry.who, entry.what, entry.text) == ("citizen:501", "withdrawn", "solved")
    world.citizen.commands("status", case.reference)
    page = wording(world.chat.sent(CITIZEN)[0])
    assert "Dicabut" in page
    assert "Masalahnya sudah selesai." in page
    assert "withdraw" not in labels(world)
    render_all(world.chat.effects)


def test_a_reason_in_own_words_is_confirmed_before_the_withdrawal() -> None:
    world = Desk()
    case = world.file()
    on_page(world, case)
    assert world.citizen.says("Sudah saya terima kemarin.") == ["followup.tally"]
    assert labels(world) == ["withdraw_yes", "withdraw_not"]
    assert "tidak dapat dibuka kembali" in wording(world.chat.sent(CITIZEN)[0])
    assert world.now(case).open
    assert world.citizen.says("ya, cabut") == ["followup.withdrawn"]
    assert world.now(case).thread[-1].text == "Sudah saya terima kemarin."
    assert "Sudah saya terima kemarin." in wording(world.chat.sent(GROUP)[0])


@pytest.mark.parametrize("typed", ["cabut", "Mau cabut pengaduan.", "CABUT PENGADUAN", "withdraw"])
def test_a_typed_word_leads_to_the_reason_while_one_case_is_open(typed: str) -> None:
    world = Desk()
    world.file()
    world.file(status=Status.CLOSED)
    assert world.citizen.says(typed) == ["followup.collect"]


def test_with_several_open_cases_the_citizen_is_asked_which() -> None:
    world = Desk()
    first, second = world.file(), world.file()
    assert world.citizen.says("cabut") == ["followup.withdraw_which"]
    (question,) = world.chat.sent(CITIZEN)
    chosen = next(b for row in question.buttons for b in row if b.subject == first.id)
    assert world.citizen.presses_button(chosen) == ["followup.collect"]
    world.citizen.presses("withdraw_mistake")
    world.citizen.presses("withdraw_yes")
    assert world.now(first).status is Status.WITHDRAWN
    assert world.now(second).open


def test_without_an_open_case_a_typed_word_says_so() -> None:
    world = Desk()
    world.file(status=Status.CLOSED)
    assert world.citizen.says("cabut") == ["followup.withdraw_which"]
    assert "Tidak ada pengaduan" in wording(world.chat.sent(CITIZEN)[0])


def test_batal_without_a_draft_offers_the_open_cases() -> None:
    world = Desk()
    case = world.file()
    assert world.citizen.commands("batal") == ["followup.withdraw_which"]
    assert world.citizen.presses("case") == ["followup.collect"]
    assert case.reference in wording(world.chat.sent(CITIZEN)[0])
    stranger = world.chat.person(777)
    assert stranger.commands("batal") == ["intake.nothing_to_cancel"]


def test_the_citizen_can_keep_the_complaint() -> None:
    world = Desk()
    case = world.file()
    on_page(world, case)
    world.citizen.presses("withdraw_solved")
    assert world.citizen.presses("withdraw_not") == ["followup.dropped"]
    assert world.citizen.presses("withdraw_yes") == []
    assert world.chat.alert.template == "system.press_outdated"
    assert world.now(case).open


@pytest.mark.parametrize("action", ["withdraw", "withdraw_for", "withdraw_confirm"])
def test_another_account_cannot_withdraw_also_not_with_the_access_code(action: str) -> None:
    world = Desk()
    case = world.file()
    other = world.chat.person(777)
    other.commands("status", f"{case.reference} ABCD2345")
    assert "withdraw" not in [b.label for m in world.chat.sent(777) for row in m.buttons for b in row]
    assert world.press(other, case, action, "solved") == []
    assert world.chat.alert.template == "system.press_outdated"
    assert world.now(case).open


@pytest.mark.parametrize("value", ["", "other", "solved,solved"])
def test_a_forged_reason_is_refused(value: str) -> None:
    world = Desk()
    case = world.file()
    on_page(world, case)
    world.press(world.citizen, case, "withdraw_confirm", value)
    assert world.now(case).open


def test_an_answered_case_is_not_withdrawn_any_more() -> None:
    world = Desk()
    case = world.file()
    on_page(world, case)
    world.citizen.presses("withdraw_solved")
    world.answered(world.budi, case)
    assert world.citizen.presses("withdraw_yes") == ["followup.withdraw_late"]
    assert world.now(case).status is Status.RESPONDED
    assert world.press(world.citizen, case, "withdraw") == ["followup.withdraw_late"]


def test_a_late_reason_in_own_words_reaches_the_officers_as_an_addition() -> None:
    world = Desk()
    case = world.file()
    on_page(world, case)
    world.citizen.says("Sudah saya terima.")
    world.answered(world.budi, case)
    world.citizen.presses("withdraw_yes")
    now = world.now(case)
    assert now.status is Status.RESPONDED
    assert now.thread[-1].purpose is Purpose.ADDITION
    assert "desk.added" in [m.template for m in world.chat.sent(GROUP)]


def test_an_officer_s_open_text_is_refused_with_what_is_true_now() -> None:
    world = Desk()
    case = prompted(world)
    on_page(world, case)
    world.citizen.presses("withdraw_mistake")
    world.citizen.presses("withdraw_yes")
    world.budi.presses("send")
    refusal = world.chat.alert
    assert refusal.template == "desk.not_now"
    assert "Dicabut" in RENDERER.plain(refusal.template, refusal.params, "id")
    assert not world.now(case).responses


def test_the_group_reads_no_reason_of_a_confidential_case() -> None:
    world = Desk()
    case = world.file(confidential=True)
    on_page(world, case)
    world.citizen.says("Pak Lurah sudah meminta maaf.")
    world.citizen.presses("withdraw_yes")
    assert world.now(case).status is Status.WITHDRAWN
    assert not [m for m in world.messages(GROUP) if "Lurah" in str(m.params)]


def test_a_draft_continues_after_the_withdrawal() -> None:
    world = Desk()
    case = world.file()
    world.citizen.commands("start", "dpmd")
    on_page(world, case)
    world.citizen.presses("withdraw_solved")
    assert "intake.notice" in world.citizen.presses("withdraw_yes")
    assert world.now(case).status is Status.WITHDRAWN
