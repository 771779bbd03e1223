"""An officer with a name like that of the reported person is asked before handling the case."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from conversations.complaints.case import Case, Officer
from conversations.complaints.life_cycle import Status
from conversations.effects import Edit, Send, TellOperator
from conversations.reading.names import names_fit
from tests.unit.filed import CITIZEN, GROUP, Desk, complaint, render_all, wording
from tests.unit.transcript import LEADER, RULES

REPORTED = "Bpk. BUDI SANTOSO, S.Sos., loket 2"
BUDI = Officer(id=601, name="Budi Santoso")
RINA = Officer(id=602, name="Rina Wati")


@pytest.mark.parametrize(
    ("reported", "officer", "fit"),
    [
        ("Budi", "Budi Santoso", True),
        ("Pak Santoso", "Budi Santoso", True),
        ("Drs. H. Budi Santoso, M.Si", "budi santoso", True),
        ("Santoso Budi S. Sos", "Budi Santoso, S.H.", True),
        ("Budi Santoso kepala seksi", "Budi Santoso", True),
        ("Moh.Ali", "Moh. Ali Rahman", True),
        ("Nur'aini", "Ibu Nur’aini 🌸", True),
        ("Budi, kepala seksi", "Budi Santoso", True),
        ("Kepala seksi, Budi", "Budi Santoso", True),
        ("budi (loket 2)", "Budi Santoso", True),
        ("Budi petugas pelayanan di kantor", "Budi Santoso", True),
        ("Bu Rina dan Pak Budi", "Budi Santoso", True),
        ("petugas bernama Budi", "Budi Santoso", True),
        ("Budi Hartono, kepala seksi", "Budi Santoso", False),
        ("Rina, atasan Hartono", "Budi Santoso", False),
        ("petugas loket", "Petugas Budi", False),
        ("Budi Hartono", "Budi Santoso", False),
        ("Kepala seksi", "Budi Santoso", False),
        ("Pak", "Pak Budi", False),
        ("Drs. H.", "Drs. H.", False),
        ("B. S.", "B. S. Santoso", False),
        ("Budiman", "Budi", False),
        ("", "Budi", False),
        ("Budi", "👍", False),
    ],
)
def test_names_fit_by_their_words(reported: str, officer: str, fit: bool) -> None:
    assert names_fit(reported, officer) is fit
    assert names_fit(officer, reported) is fit


def reporting(world: Desk, name: str = REPORTED, *, confidential: bool = False, **changes: Any) -> Case:
    said = complaint(reported_person=name, confidential=confidential)
    case = world.file(**changes).model_copy(update={"complaint": said})
    world.chat.cases[case.id] = case.model_dump_json()
    return case


def refused(world: Desk) -> str:
    return world.chat.alert.template


@pytest.mark.parametrize("action", ["take", "verify", "take_over", "answer"])
def test_the_officer_is_asked_and_after_no_the_button_works(action: str) -> None:
    world = Desk()
    held: dict[str, Any] = {"officer": RINA, "taken_at": world.chat.now} if action == "take_over" else {}
    case = reporting(world, **held)
    assert world.press(world.budi, case, action) == ["desk.meant_sure"]
    question = wording(world.chat.sent(GROUP)[0])
    assert "tg://user?id=601" in question
    assert "Apakah Anda yang dimaksud?" in question
    assert "BUDI" not in question
    assert "loket" not in question
    assert world.now(case).officer == case.officer
    assert world.now(case).status is Status.RECEIVED
    assert world.budi.presses("meant_no") == ["desk.not_meant"]
    assert world.now(case).not_meant == (601,)
    assert ("officer:601", "not_meant") in world.history()
    world.press(world.budi, case, action)
    assert "desk.meant_sure" not in [message.template for message in world.chat.sent(GROUP)]
    render_all(world.chat.effects)


def test_who_is_meant_cannot_handle_it_and_a_colleague_can() -> None:
    world = Desk()
    case = reporting(world)
    world.press(world.budi, case, "take")
    assert "desk.meant" in world.budi.presses("meant_yes")
    assert ("officer:601", "meant") in world.history()
    for action in ("take", "verify", "answer", "ask", "note", "identity"):
        world.press(world.budi, case, action)
        assert refused(world) == "desk.meant_by_it"
    assert world.budi.says("Sudah.", reply_to=world.card(case)) == ["desk.meant_by_it"]
    assert world.budi.commands("jawab", f"{case.reference} Sudah.") == ["desk.meant_by_it"]
    world.press(world.rina, case, "take")
    assert world.now(case).officer == RINA
    world.press(world.budi, case, "take_over")
    assert refused(world) == "desk.meant_by_it"
    render_all(world.chat.effects)


def test_the_leader_is_informed_without_the_reported_name() -> None:
    world = Desk()
    case = reporting(world)
    world.press(world.budi, case, "take")
    world.budi.presses("meant_yes")
    (notice,) = world.chat.sent(LEADER)
    assert notice.template == "desk.meant_leader"
    assert "BUDI" not in wording(notice)
    (said,) = [e for e in world.chat.fresh if isinstance(e, Edit) and e.message.template == "desk.meant"]
    assert "Petugas lain dimohon menekan <b>Ambil</b>" in wording(said.message)


def test_without_leaders_the_operator_is_informed() -> None:
    world = Desk()
    agencies = tuple(agency.model_copy(update={"leaders": ()}) for agency in RULES.agencies)
    world.chat.rules = RULES.model_copy(update={"agencies": agencies})
    case = reporting(world)
    world.press(world.budi, case, "take")
    world.budi.presses("meant_yes")
    (note,) = [effect for effect in world.chat.fresh if isinstance(effect, TellOperator)]
    assert note.message.template == "desk.meant_leader"


def test_a_case_that_the_officer_already_handles_is_released() -> None:
    world = Desk()
    case = reporting(world, officer=BUDI, taken_at=world.chat.now)
    world.press(world.budi, case, "verify")
    world.budi.presses("meant_yes")
    assert world.now(case).officer is None


def test_others_are_not_asked_and_cannot_answer_for_the_officer() -> None:
    world = Desk()
    case = reporting(world)
    world.press(world.budi, case, "take")
    world.press_shown(world.rina, "meant_yes", world.budi)
    assert refused(world) == "desk.not_yours"
    assert world.now(case).meant == ()
    world.press(world.rina, case, "take")
    assert world.now(case).officer == RINA


def test_an_answer_counts_once() -> None:
    world = Desk()
    case = reporting(world)
    world.press(world.budi, case, "take")
    yes = world.budi.button("meant_yes")
    world.budi.presses("meant_no")
    world.budi.presses_button(yes)
    assert refused(world) == "system.press_outdated"
    assert world.now(case).meant == ()


@pytest.mark.parametrize(("first", "second"), [("meant_yes", "meant_no"), ("meant_no", "meant_yes")])
def test_an_answer_can_be_taken_back(first: str, second: str) -> None:
    world = Desk()
    case = reporting(world)
    world.press(world.budi, case, "take")
    world.budi.presses(first)
    assert world.budi.presses("meant_undo") == ["desk.meant_sure"]
    assert (world.now(case).meant, world.now(case).not_meant) == ((), ())
    assert ("officer:601", "meant_taken_back") in world.history()
    informed = [message.template for message in world.chat.sent(LEADER)]
    assert informed == (["desk.meant_taken_back"] if first == "meant_yes" else [])
    world.budi.presses(second)
    assert (601 in world.now(case).meant) is (second == "meant_yes")
    world.press(world.budi, case, "take")
    assert (world.now(case).officer is not None) is (second == "meant_no")
    render_all(world.chat.effects)


def test_only_the_officer_takes_the_answer_back_and_only_once() -> None:
    world = Desk()
    case = reporting(world)
    world.press(world.budi, case, "take")
    world.budi.presses("meant_yes")
    undo = world.budi.button("meant_undo")
    world.press_shown(world.rina, "meant_undo", world.budi)
    assert refused(world) == "desk.not_yours"
    assert world.now(case).meant == (601,)
    world.budi.presses_button(undo)
    world.budi.presses_button(undo)
    assert refused(world) == "system.press_outdated"


@pytest.mark.parametrize("label", ["", "meant", "meant_yes,meant_no", "601"])
def test_an_invented_answer_changes_nothing(label: str) -> None:
    world = Desk()
    case = reporting(world)
    world.press(world.budi, case, "take")
    world.budi.presses_button(replace(world.budi.button("meant_no"), value=f"601,{label}"))
    assert refused(world) == "system.press_outdated"
    assert (world.now(case).meant, world.now(case).not_meant) == ((), ())


@pytest.mark.parametrize("answer", ["meant_yes", "meant_no"])
def test_a_response_by_a_command_is_asked_about_before_it_is_sent(answer: str) -> None:
    world = Desk()
    case = reporting(world)
    world.budi.commands("jawab", f"{case.reference} Sudah.")
    send = world.budi.button("send")
    assert world.budi.presses_button(send) == ["desk.meant_sure"]
    assert not world.chat.sent(CITIZEN)
    world.budi.presses(answer)
    world.budi.presses_button(send)
    assert (world.now(case).status is Status.RESPONDED) is (answer == "meant_no")


def test_a_link_that_was_given_before_does_not_show_the_identity() -> None:
    world = Desk()
    case = reporting(world)
    world.press(world.budi, case, "identity")
    link = world.chat.alert.overflow
    world.press(world.budi, case, "take")
    world.budi.presses("meant_yes")
    assert world.private(world.budi).commands("start", link) == ["desk.link_stale"]


def test_about_a_confidential_case_the_leader_is_asked_in_private() -> None:
    world = Desk()
    case = reporting(world, "Ibu Kepala Dinas", confidential=True)
    lead = world.officer(LEADER, "Kepala Dinas")
    world.press(lead, case, "take")
    assert refused(world) == "desk.asked_in_private"
    assert not world.chat.sent(GROUP)
    assert [message.template for message in world.chat.sent(LEADER)] == ["desk.meant_sure"]
    private = world.private(lead)
    assert private.presses("meant_no") == ["desk.not_meant"]
    world.press(lead, case, "take")
    assert world.now(case).officer == Officer(id=LEADER, name="Kepala Dinas")
    other = reporting(world, "Ibu Kepala Dinas", confidential=True)
    world.press(lead, other, "take")
    private.presses("meant_yes")
    assert not [e for e in world.chat.fresh if isinstance(e, Send) and e.chat == GROUP]
    world.press(lead, other, "take")
    assert refused(world) == "desk.meant_by_it"
