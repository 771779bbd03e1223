"""A citizen comes to a complaint by command or link, accepts the notice, and leaves by /batal."""

from __future__ import annotations

import pytest

from conversations.effects import DropFiles, Edit
from tests.unit.walker import SITI, asked, citizen, draft_of, last, walk


def test_steps_are_counted_on_the_citizens_own_path() -> None:
    siti = citizen()
    walk(siti, until="notice")
    assert (last(siti).params["step"], last(siti).params["steps"]) == (1, 10)
    walk(siti, until="service")
    assert (last(siti).params["step"], last(siti).params["steps"]) == (2, 10)
    walk(siti, until="occurred_place")
    assert last(siti).params["step"] == 4


def test_accepted_notice_is_not_asked_again() -> None:
    siti = citizen()
    walk(siti, until="filed")
    siti.commands("start", "dpmd")
    assert asked(siti) == "service"
    assert (last(siti).params["step"], last(siti).params["steps"]) == (1, 9)


def test_agency_is_chosen_in_the_same_message_as_the_notice() -> None:
    siti = citizen()
    assert siti.commands("lapor") == ["intake.choose_agency"]
    siti.presses("choice", "bakesbangpol")
    edits = [effect for effect in siti.chat_log.fresh if isinstance(effect, Edit)]
    assert [edit.message.template for edit in edits] == ["intake.notice"]


def test_declining_drops_the_draft_and_names_other_ways() -> None:
    siti = citizen()
    walk(siti, until="notice")
    assert siti.presses("decline") == ["intake.declined"]
    assert siti.chat_log.conversation(SITI).draft is None


@pytest.mark.parametrize("command", ["start", "lapor"])
def test_start_during_a_draft_offers_to_resume_or_start_over(command: str) -> None:
    siti = citizen()
    walk(siti, until="name")
    assert siti.commands(command) == ["intake.resume_or_start_over"]
    assert siti.presses("resume_draft") == ["intake.ask_name"]
    siti.commands(command)
    assert siti.presses("start_over") == ["intake.confirm_start_over"]
    assert draft_of(siti).answers
    siti.presses("start_over_yes")
    assert draft_of(siti).answers == {}
    assert any(isinstance(effect, DropFiles) for effect in siti.chat_log.fresh)


def test_cancelling_is_confirmed_and_drops_the_draft() -> None:
    siti = citizen()
    walk(siti, until="name")
    assert siti.commands("batal") == ["intake.confirm_cancel"]
    assert siti.presses("cancel_no") == ["intake.ask_name"]
    siti.commands("batal")
    siti.presses("cancel_yes")
    assert siti.chat_log.conversation(SITI).draft is None
    assert any(isinstance(effect, DropFiles) for effect in siti.chat_log.fresh)
