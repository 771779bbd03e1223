"""Verifikasi with the agency's classes and levels: one press for each question, and one officer wins."""

from __future__ import annotations

import pytest

from conversations.complaints.agency import ComplaintClass, Division
from conversations.complaints.case import Case
from conversations.complaints.life_cycle import Status
from conversations.desk.actions import CARD
from conversations.effects import RecordHistory, StripButtons
from conversations.messages import Button
from tests.unit.filed import CITIZEN, GROUP, Desk, LeanChat, render_all, wording
from tests.unit.transcript import LEADER, RULES

CLASSES = (ComplaintClass(id="prosedur", name="Prosedur"), ComplaintClass(id="biaya", name="Pungutan liar"))
DIVISIONS = (Division(id="pemdes", name="Bina Pemerintahan Desa"),)


def desk(*, classes: bool = True, divisions: bool = True) -> Desk:
    """A desk whose agency has classes and divisions."""
    lists = {"classes": CLASSES if classes else (), "divisions": DIVISIONS if divisions else ()}
    agencies = tuple(agency.model_copy(update=lists) for agency in RULES.agencies)
    return Desk(LeanChat(rules=RULES.model_copy(update={"agencies": agencies})))


def _labels(case: Case) -> set[str]:
    return {entry.label for entry in CARD if entry.is_shown(case)}


def _records(world: Desk) -> list[str]:
    return [e.text for e in world.chat.effects if isinstance(e, RecordHistory) and e.what == "classified"]


def test_class_and_level_are_chosen_and_the_last_answer_verifies() -> None:
    world = desk()
    case = world.file()
    assert world.press(world.rina, case, "verify") == ["desk.ask_class"]
    assert world.rina.presses("choice", "602,biaya,") == ["desk.ask_level"]
    assert world.now(case).status is Status.RECEIVED
    assert not world.chat.sent(CITIZEN)
    world.rina.presses("level_2")
    now = world.now(case)
    assert (now.status, now.classified, now.level) == (Status.VERIFIED, "biaya", 2)
    sent = [message.template for message in world.chat.sent(CITIZEN)]
    assert sent == ["followup.receipt_confirmed", "captions.receipt"]
    assert world.history() == [("officer:602", "verified"), ("officer:602", "classified")]
    assert _records(world) == ["Pungutan liar (2)"]
    render_all(world.chat.effects)


def test_the_card_and_the_full_text_show_class_and_level() -> None:
    world = desk()
    case = world.file()
    world.press(world.rina, case, "verify")
    world.rina.presses("choice", "602,biaya,")
    world.rina.presses("level_1")
    world.rina.commands("tiket", case.reference)
    assert "Kelas: Pungutan liar · Tingkat 1: ditangani petugas" in wording(world.chat.sent(GROUP)[-1])
    world.press(world.rina, case, "read_all")
    assert "Kelas: Pungutan liar · Tingkat 1: ditangani petugas" in wording(world.chat.sent(GROUP)[-1])


def test_without_divisions_only_the_class_is_asked() -> None:
    world = desk(divisions=False)
    case = world.file()
    assert world.press(world.rina, case, "verify") == ["desk.ask_class"]
    world.rina.presses("choice", "602,prosedur,")
    assert (world.now(case).classified, world.now(case).level) == ("prosedur", 1)
    assert world.now(case).status is Status.VERIFIED


def test_without_classes_only_the_level_is_asked() -> None:
    world = desk(classes=False)
    case = world.file()
    assert world.press(world.rina, case, "verify") == ["desk.ask_level"]
    world.rina.presses("level_2")
    assert (world.now(case).classified, world.now(case).level) == ("", 2)


def test_of_two_officers_who_verify_one_wins_and_the_other_reads_who() -> None:
    world = desk(divisions=False)
    case = world.file()
    world.press(world.rina, case, "verify")
    world.press(world.budi, case, "verify")
    world.rina.presses("choice", "602,biaya,")
    world.budi.presses("choice", "601,prosedur,")
    assert world.chat.alert.template == "desk.already_verified"
    assert world.chat.alert.params["name"] == "Rina Wati"
    assert any(isinstance(effect, StripButtons) for effect in world.chat.fresh)
    assert world.now(case).classified == "biaya"
    assert not world.chat.sent(CITIZEN)


def test_only_the_officer_who_was_asked_can_answer() -> None:
    world = desk()
    case = world.file()
    world.press(world.rina, case, "verify")
    world.press_shown(world.budi, "choice", world.rina)
    assert world.chat.alert.template == "desk.not_yours"
    assert world.chat.alert.params["name"] == "Rina Wati"
    assert world.now(case).status is Status.RECEIVED


def test_batal_leaves_the_case_unverified() -> None:
    world = desk()
    case = world.file()
    world.press(world.rina, case, "verify")
    world.rina.presses("discard")
    assert any(isinstance(effect, StripButtons) for effect in world.chat.fresh)
    assert world.now(case).status is Status.RECEIVED
    assert world.press(world.rina, case, "verify") == ["desk.ask_class"]


@pytest.mark.parametrize(
    "value", ["602,nothing,", "602,nothing,1", "602,biaya,9", "602,,1", "602,biaya,-1", "602", "602,biaya,²"]
)
def test_a_made_up_answer_changes_nothing(value: str) -> None:
    world = desk()
    case = world.file()
    world.press(world.rina, case, "verify")
    world.press(world.rina, case, "classify", value)
    assert world.now(case).status is Status.RECEIVED


def test_class_and_level_can_be_changed_while_the_case_is_open() -> None:
    world = desk()
    case = world.file()
    assert "reclassify" not in _labels(case)
    world.press(world.rina, case, "verify")
    world.rina.presses("choice", "602,biaya,")
    world.rina.presses("level_1")
    assert "reclassify" in _labels(world.now(case))
    assert world.budi.presses("reclassify") == ["desk.ask_class"]
    world.budi.presses("choice", "601,prosedur,")
    world.budi.presses("level_2")
    now = world.now(case)
    assert (now.classified, now.level) == ("prosedur", 2)
    assert now.verified_by
    assert now.verified_by.name == "Rina Wati"
    assert _records(world) == ["Pungutan liar (1)", "Prosedur (2)"]
    assert not world.chat.sent(CITIZEN)


def test_after_the_response_the_class_stays() -> None:
    world = desk()
    case = world.file()
    world.answered(world.budi, case)
    now = world.now(case)
    assert (now.status, now.classified, now.level) == (Status.RESPONDED, "", 1)
    assert "reclassify" not in _labels(now)
    world.press(world.budi, case, "reclassify")
    assert world.chat.alert.template == "desk.already_answered"


def test_the_class_of_a_case_that_an_answer_verified_can_be_set_when_it_is_open_again() -> None:
    world = desk()
    case = world.file()
    world.answered(world.budi, case)
    world.chat.cases[case.id] = (
        world.now(case).model_copy(update={"status": Status.REOPENED}).model_dump_json()
    )
    assert "reclassify" in _labels(world.now(case))
    world.press(world.budi, case, "reclassify")
    world.budi.presses("choice", "601,biaya,")
    world.budi.presses("level_1")
    assert world.now(case).classified == "biaya"


def test_a_confidential_case_is_classified_in_private_and_its_class_stays_out_of_the_group() -> None:
    world = desk()
    case = world.file(confidential=True)
    world.press(world.leader, case, "verify")
    assert world.chat.alert.template == "desk.asked_in_private"
    private = world.private(world.leader)
    assert private.presses("choice", f"{LEADER},biaya,") == ["desk.ask_level"]
    private.presses("level_1")
    assert world.now(case).classified == "biaya"
    assert all("Pungutan" not in wording(message) for message in world.messages(GROUP))


def test_who_filed_the_case_cannot_verify_it_nor_change_its_class() -> None:
    world = desk()
    case = world.file(filed_by=602)
    world.press(world.rina, case, "verify")
    assert world.chat.alert.template == "desk.own_case"
    world.press(world.rina, case, "classify", "602,biaya,1")
    assert world.chat.alert.template == "desk.own_case"
    assert world.now(case).status is Status.RECEIVED


def test_a_similar_name_is_asked_before_the_class() -> None:
    world = desk()
    case = world.file()
    reported = case.complaint.model_copy(update={"reported_person": "Rina Wati"})
    world.chat.cases[case.id] = case.model_copy(update={"complaint": reported}).model_dump_json()
    assert world.press(world.rina, case, "verify") == ["desk.meant_sure"]
    assert world.press(world.rina, case, "classify", "602,biaya,1") == ["desk.meant_sure"]
    world.rina.presses("meant_no")
    assert world.press(world.rina, case, "verify") == ["desk.ask_class"]


def test_the_status_names_who_checked_and_the_office() -> None:
    world = Desk()
    case = world.file()
    world.press(world.rina, case, "verify")
    world.citizen.commands("status", case.reference)
    page = wording(world.chat.sent(CITIZEN)[-1])
    assert "Diperiksa oleh: Rina Wati" in page
    assert "Kantor: Jl. Raya Raci Km. 9" in page


def test_the_longest_buttons_fit_the_messenger() -> None:
    longest = Button("level_1", "reclassify_as", "case00000001", 9999, f"{2**52},{'x' * 12},2")
    data = f"{longest.action}:{longest.subject}:{longest.version}:{longest.value}"
    assert len(data) <= 64
