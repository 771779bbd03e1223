"""Taking and verifying a case from its card, and who may act on it."""

from __future__ import annotations

import pytest

from conversations.complaints.case import Officer
from conversations.complaints.life_cycle import Status
from conversations.effects import Edit
from conversations.engine import needs
from conversations.events import ButtonPressed
from tests.unit.filed import CITIZEN, Desk, wording
from tests.unit.transcript import RESTRICTED, STAFF


def test_a_second_officer_sees_who_took_the_case_and_when() -> None:
    world = Desk()
    case = world.file()
    world.press(world.budi, case, "take")
    assert world.now(case).officer == Officer(id=601, name="Budi Santoso")
    world.press(world.rina, case, "take")
    assert world.chat.alert.template == "desk.taken"
    assert world.chat.alert.alert
    assert world.chat.alert.params["name"] == "Budi Santoso"
    assert world.chat.alert.params["since"].startswith("2026-03-17T09:00")
    assert world.now(case).officer == Officer(id=601, name="Budi Santoso")
    assert world.history().count(("officer:602", "taken")) == 0


def test_taking_edits_the_card() -> None:
    world = Desk()
    case = world.file()
    world.press(world.budi, case, "take")
    (edit,) = [effect for effect in world.chat.fresh if isinstance(effect, Edit)]
    assert edit.key == f"card:{case.id}"
    assert "Budi Santoso" in wording(edit.message)
    assert world.now(case).status is Status.RECEIVED


def test_taking_a_verified_case_starts_it() -> None:
    world = Desk()
    case = world.file()
    world.press(world.rina, case, "verify")
    assert world.now(case).status is Status.VERIFIED
    world.press(world.budi, case, "take")
    assert world.now(case).status is Status.IN_PROGRESS


def test_verifying_completes_the_receipt_with_the_officers_name() -> None:
    world = Desk()
    case = world.file()
    world.press(world.budi, case, "verify")
    assert world.now(case).verified_by == Officer(id=601, name="Budi Santoso")
    receipt, paper = world.chat.sent(CITIZEN)
    assert "dengan nama petugas Budi Santoso:" in wording(paper)
    assert "dinyatakan lengkap oleh:\n\n<b>Budi Santoso</b>\nDinas dpmd" in wording(receipt)
    assert ("officer:601", "verified") in world.history()


def test_verifying_a_taken_case_starts_it() -> None:
    world = Desk()
    case = world.file()
    world.press(world.budi, case, "take")
    world.press(world.rina, case, "verify")
    assert world.now(case).status is Status.IN_PROGRESS


def test_a_second_verification_names_the_first() -> None:
    world = Desk()
    case = world.file()
    world.press(world.budi, case, "verify")
    world.press(world.rina, case, "verify")
    assert world.chat.alert.params["name"] == "Budi Santoso"
    assert not world.chat.sent(CITIZEN)


def test_an_older_card_still_acts_where_the_action_is_right() -> None:
    world = Desk()
    case = world.file(version=7)
    world.press(world.budi, case, "take", version=2)
    assert world.now(case).officer


@pytest.mark.parametrize("action", ["take", "verify", "identity", "read_all", "evidence", "answer", "note"])
def test_another_agencys_group_cannot_act(action: str) -> None:
    world = Desk()
    case = world.file()
    stranger = world.officer(700, "Orang Lain", STAFF["bakesbangpol"])
    world.press(stranger, case, action)
    assert world.chat.alert.template == "system.press_outdated"
    assert world.now(case) == case
    assert len(world.chat.fresh) == 1


def test_a_restricted_case_is_unknown_in_the_staff_group() -> None:
    world = Desk()
    case = world.file(restricted=True, chat=RESTRICTED)
    world.press(world.budi, case, "read_all")
    assert world.chat.alert.template == "system.press_outdated"
    inside = world.officer(603, "Pak Irban", RESTRICTED)
    assert world.press(inside, case, "read_all") == ["desk.full"]


def test_outsiders_get_no_answer() -> None:
    world = Desk()
    case = world.file()
    outsider = world.officer(700, "Orang Lain", -999)
    assert world.press(outsider, case, "take") == []
    assert outsider.commands("tiket", case.reference) == []
    assert world.now(case).officer is None


def test_a_press_needs_only_its_own_case() -> None:
    world = Desk()
    case = world.file()
    press = ButtonPressed(world.budi.origin(), "p", "take", case.id, 1, "")
    assert needs(press, world.chat.world()).cases == {case.id}
