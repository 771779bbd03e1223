"""After an officer said that they are meant, the leader assigns the case to another one."""

from __future__ import annotations

from typing import Any

import pytest

from conversations.complaints.case import Case, Officer
from conversations.complaints.life_cycle import Status
from conversations.conversation import OfficerProfile
from conversations.effects import TellOperator
from conversations.messages import Button
from tests.unit.filed import GROUP, Desk, render_all, wording
from tests.unit.transcript import LEADER, LONG_SINCE, Actor

BUDI, RINA = 601, 602


def meant(world: Desk, **changes: Any) -> Case:
    """Budi has said that the case is about him; Rina has acted before, and is still in the group."""
    for person in (BUDI, RINA, LEADER):
        world.chat.members[GROUP, person] = LONG_SINCE
    world.rina.commands("daftar")
    case = world.file(**changes)
    reported = case.complaint.model_copy(update={"reported_person": "Pak Budi Santoso"})
    case = case.model_copy(update={"complaint": reported})
    world.chat.cases[case.id] = case.model_dump_json()
    world.press(world.budi, case, "take")
    world.budi.presses("meant_yes")
    return case


def leader(world: Desk) -> Actor:
    """The leader in the private chat, where the notice is."""
    return world.private(world.leader)


def _offered(world: Desk) -> list[str]:
    [message] = world.chat.sent(LEADER)
    return [button.params["text"] for row in message.buttons for button in row if button.label == "choice"]


def test_the_leader_assigns_the_case_to_an_officer_who_acted_before() -> None:
    world = Desk()
    world.introduced(RINA, OfficerProfile(name="Rina Wati, S.Sos.", position="Analis"))
    case = meant(world)
    assert leader(world).presses("assign") == ["desk.assign_whom"]
    assert _offered(world) == ["Rina Wati, S.Sos."]
    assert leader(world).presses("choice") == ["desk.assigned_done"]
    known = Officer(id=RINA, name="Rina Wati, S.Sos.", position="Analis")
    assert world.now(case).officer == known
    told = [message for message in world.chat.sent(GROUP) if message.template == "desk.assigned_to"]
    assert told[0].params["officer"] == {"id": RINA, "name": "Rina Wati, S.Sos."}
    assert "Ibu Kepala" in wording(told[0])
    assert (f"officer:{LEADER}", "appointed") in world.history()
    render_all(world.chat.effects)


def test_a_verified_case_is_started() -> None:
    world = Desk()
    case = meant(world)
    world.chat.cases[case.id] = (
        world.now(case).model_copy(update={"status": Status.VERIFIED}).model_dump_json()
    )
    leader(world).presses("assign")
    leader(world).presses("choice")
    assert world.now(case).status is Status.IN_PROGRESS


def test_who_is_meant_who_filed_and_who_has_left_are_not_listed() -> None:
    world = Desk()
    third = world.officer(603, "Joko")
    third.commands("daftar")
    fourth = world.officer(604, "Sri")
    fourth.commands("daftar")
    namesake = world.officer(605, "Budi")
    namesake.commands("daftar")
    for person in (604, 605):
        world.chat.members[GROUP, person] = LONG_SINCE
    case = meant(world, filed_by=604)
    leader(world).presses("assign")
    assert _offered(world) == ["Rina Wati"]
    assert case.id


def test_who_has_not_introduced_themselves_is_listed_after_an_act() -> None:
    world = Desk()
    world.chat.members[GROUP, 606] = LONG_SINCE
    world.chat.members[GROUP, 607] = LONG_SINCE
    dewi = world.officer(606, "Dewi", introduced=False)
    world.press(dewi, world.file(), "take")
    world.officer(607, "Petugas", introduced=False).commands("daftar")
    meant(world)
    leader(world).presses("assign")
    assert _offered(world) == ["Dewi", "Rina Wati"]


def test_without_a_known_officer_the_leader_reads_what_to_do() -> None:
    world = Desk()
    meant(world)
    del world.chat.members[GROUP, RINA]
    leader(world).presses("assign")
    assert _offered(world) == []
    assert "minta seorang petugas menekan" in wording(world.chat.sent(LEADER)[-1])


def test_a_case_that_was_taken_meanwhile_is_not_assigned() -> None:
    world = Desk()
    case = meant(world)
    leader(world).presses("assign")
    world.press(world.officer(603, "Joko"), case, "take")
    leader(world).presses("choice")
    assert world.chat.alert.template == "desk.taken"
    assert world.chat.alert.params["name"] == "Joko"
    leader(world).presses("assign")
    assert world.chat.alert.template == "desk.taken"


def test_an_officer_who_has_left_meanwhile_is_listed_no_more() -> None:
    world = Desk()
    case = meant(world)
    leader(world).presses("assign")
    del world.chat.members[GROUP, RINA]
    assert leader(world).presses("choice") == ["desk.assign_whom"]
    assert world.now(case).officer is None


def test_batal_assigns_nobody() -> None:
    world = Desk()
    case = meant(world)
    leader(world).presses("assign")
    leader(world).presses("discard")
    assert world.now(case).officer is None


@pytest.mark.parametrize("value", [f"dpmd,{RINA}", f"dpmd,{LEADER}"])
def test_an_officer_cannot_assign(value: str) -> None:
    world = Desk()
    case = meant(world)
    private = world.private(world.rina)
    private.presses_button(Button("choice", "assign_to", case.id, 1, value, params={"text": "x"}))
    assert world.chat.alert.template == "desk.leaders_assign"
    assert world.now(case).officer is None


@pytest.mark.parametrize("value", ["", "dpmd", "nothing,602", "dpmd,999", "dpmd,²", "dpmd,602,1"])
def test_a_made_up_value_assigns_nobody(value: str) -> None:
    world = Desk()
    case = meant(world)
    leader(world).presses_button(Button("choice", "assign_to", case.id, 1, value, params={"text": "x"}))
    assert world.now(case).officer is None


def test_the_operator_reads_the_remedy_and_has_no_button() -> None:
    world = Desk()
    case = world.file()
    reported = case.complaint.model_copy(update={"reported_person": "Ibu Kepala"})
    world.chat.cases[case.id] = case.model_copy(update={"complaint": reported}).model_dump_json()
    world.press(world.leader, case, "take")
    world.leader.presses("meant_yes")
    [note] = [effect for effect in world.chat.fresh if isinstance(effect, TellOperator)]
    assert note.message.buttons == ()
    assert "Mohon pastikan petugas lain menekan" in wording(note.message)


def test_who_is_meant_cannot_save_an_open_text_as_a_note() -> None:
    world = Desk()
    case = world.file()
    world.budi.commands("jawab", f"{case.reference} Tidak benar.")
    reported = case.complaint.model_copy(update={"reported_person": "Budi Santoso"})
    now = world.now(case).model_copy(update={"complaint": reported})
    world.chat.cases[case.id] = now.model_dump_json()
    send = world.budi.button("send")
    world.budi.presses_button(send)
    world.budi.presses("meant_yes")
    world.budi.presses_button(send)
    [edited] = world.chat.sent(GROUP)
    assert [button.label for row in edited.buttons for button in row] == ["discard"]
    world.press(world.budi, case, "desk_note", str(BUDI))
    assert world.chat.alert.template == "desk.meant_by_it"
    assert world.now(case).thread == ()
