"""The tables of commands and of the card's buttons: all that is in them works, and nothing else does."""

from __future__ import annotations

import pytest

from conversations import private_chats
from conversations.catalogue.commands import COMMANDS, Audience, command_of, in_help
from conversations.complaints.case import Case
from conversations.complaints.life_cycle import CaseEvent, Role, Status, allowed
from conversations.desk import dialogue as desk
from conversations.desk import division_group
from conversations.desk.actions import CARD, buttons, more_buttons
from conversations.desk.card_button import Freshness
from tests.unit.filed import Desk

HANDLERS = {Audience.CITIZEN: private_chats.COMMANDS, Audience.OFFICER: desk.COMMANDS}


@pytest.mark.parametrize("audience", Audience)
def test_each_command_of_the_table_has_its_handler_and_no_other_has_one(audience: Audience) -> None:
    listed = {command.name for command in COMMANDS if command.audience is audience}
    assert HANDLERS[audience].keys() == listed


def test_each_command_of_a_divisions_group_has_its_handler_and_no_other_has_one() -> None:
    assert division_group.COMMANDS.keys() == {command.name for command in COMMANDS if command.division}


def test_a_command_is_known_by_its_other_names() -> None:
    for typed in ("bantuan", "help", "start"):
        known = command_of(Audience.OFFICER, typed)
        assert known
        assert known.name == "bantuan"
    assert command_of(Audience.OFFICER, "lapor") is None


def test_the_help_texts_name_every_command_of_the_table_that_has_help() -> None:
    world = Desk()
    world.citizen.commands("bantuan")
    shown = world.chat.sent(world.citizen.chat)[-1].params["commands"]
    assert [command["name"] for command in shown] == [entry.name for entry in in_help(Audience.CITIZEN)]
    world.budi.commands("bantuan")
    officers = world.chat.sent(world.budi.chat)[-1].params
    assert [command["name"] for command in officers["commands"]] == [
        "daftar",
        "tiket",
        "cari",
        "riwayat",
        "register",
        "rekap",
        "jawab",
        "batal",
        "petugas",
        "catat",
        "cek",
    ]
    assert officers["buttons"] == [button.label for button in CARD]


def _cards() -> list[tuple[Status, Case]]:
    case = Desk().file()
    return [(status, case.model_copy(update={"status": status})) for status in Status]


def test_a_button_with_an_event_is_shown_just_while_the_life_cycle_allows_it() -> None:
    for status, case in _cards():
        shown = {button.label for row in (*buttons(case), *more_buttons(case)) for button in row}
        for entry in CARD:
            if entry.event is not None:
                possible = allowed(status, entry.event, entry.role) and entry.shown(case)
                assert (entry.label in shown) == possible, (status, entry)


def test_every_button_of_the_card_has_a_handler_and_a_row() -> None:
    assert {entry.label for entry in CARD} <= desk.ACTIONS.keys()
    assert [entry.row for entry in CARD] == sorted(entry.row for entry in CARD)


def test_what_identifies_a_person_or_reaches_a_citizen_needs_fresh_knowledge_of_the_presser() -> None:
    strict = {name for name, action in desk.ACTIONS.items() if action.freshness is Freshness.STRICT}
    deciding = {"approve", "return_draft", "revise", "withdraw_sure", "assign", "assign_to"}
    verifying = {"verify", "classify", "reclassify_as"}
    ending = {"exit_to", "arch_to", "arch_on", "block", "block_for", "unblock"}
    shown = {"identity", "paper"}
    asked = {"data_request", "data_done", "data_refused"}
    acting = {"desk_post", "desk_write", "recall_sure"}
    assert strict == {*shown, *acting, *verifying, *deciding, *ending, *asked}
    assert desk.ACTIONS["desk_discard"].freshness is Freshness.NOT_NEEDED
    assert allowed(Status.RECEIVED, CaseEvent.VERIFIED, Role.OFFICER)
