"""A citizen's message without an open question is held until the citizen chooses its purpose."""

from __future__ import annotations

import pytest

from conversations.complaints.life_cycle import Status
from conversations.effects import DropFile, Edit, GiveFiles
from tests.unit.filed import CITIZEN, Desk


def test_unaddressed_messages_are_held_and_asked_about_once() -> None:
    world = Desk()
    case = world.file()
    assert world.citizen.says("Masih belum ada kabar") == ["followup.what_for"]
    world.citizen.sends()
    (edit,) = [effect for effect in world.chat.fresh if isinstance(effect, Edit)]
    assert edit.key == f"held:{CITIZEN}"
    assert case.reference in {b.params.get("reference") for row in edit.message.buttons for b in row}
    assert world.citizen.presses("add_to_case") == ["followup.tally"]
    assert [e.owner for e in world.chat.fresh if isinstance(e, GiveFiles)] == [case.id]
    world.citizen.presses("send")
    assert len(world.now(case).thread[0].parts) == 2
    assert world.chat.conversation(CITIZEN).held == ()


def test_unaddressed_messages_become_the_story_of_a_new_complaint() -> None:
    world = Desk()
    assert world.citizen.says("Jalan desa rusak") == ["followup.begin_with_this"]
    world.citizen.sends()
    world.citizen.presses("file_complaint", "")
    draft = world.chat.conversation(CITIZEN).draft
    assert draft
    assert [part.kind for part in draft.story] == ["text", "photo"]
    assert [e.owner for e in world.chat.fresh if isinstance(e, GiveFiles)] == [draft.id]


def test_unaddressed_messages_can_be_discarded() -> None:
    world = Desk()
    world.citizen.sends()
    assert world.citizen.presses("discard") == ["followup.let_go"]
    assert [effect for effect in world.chat.fresh if isinstance(effect, DropFile)]
    world.citizen.presses("discard")
    assert world.chat.alert.template == "system.press_outdated"


def test_at_most_five_open_cases_are_offered() -> None:
    world = Desk()
    for _ in range(7):
        world.file()
    world.file(status=Status.CLOSED)
    world.citizen.says("Jalan rusak")
    (message,) = world.chat.sent(CITIZEN)
    offered = [b.params["reference"] for row in message.buttons for b in row if b.label == "add_to_case"]
    assert offered == [f"DPMD-2026-000{number}" for number in range(7, 2, -1)]


def test_an_edit_of_what_was_filed_is_offered_as_an_addition() -> None:
    world = Desk()
    case = world.file()
    assert world.citizen.edits(11, "Bantuan bulan Maret juga") == ["followup.edit_filed"]
    assert world.now(case) == case
    assert world.citizen.presses("add_information") == ["followup.tally"]
    world.citizen.presses("send")
    assert world.now(case).thread[0].text == "Bantuan bulan Maret juga"
    assert world.now(case).complaint == case.complaint


def test_an_edit_of_an_unknown_message_is_explained() -> None:
    world = Desk()
    world.file()
    assert world.citizen.edits(4711, "Halo") == ["followup.edit_unknown"]


@pytest.mark.parametrize("act", ["sticks", "locates"])
def test_every_unaddressed_message_gets_an_answer(act: str) -> None:
    world = Desk()
    assert len(getattr(world.citizen, act)()) == 1


def test_typed_menu_words_act_like_their_buttons() -> None:
    world = Desk()
    assert world.citizen.says("Bantuan") == ["followup.help"]
    assert world.citizen.says("Cek Status") == ["followup.ask_reference"]
