"""/tiket: the card, and the numbers of the same citizen's other cases that the asker may read."""

from __future__ import annotations

from datetime import timedelta

import pytest

from conversations.desk.tickets import MOST_SHOWN
from conversations.effects import Send
from tests.unit.filed import GROUP, Desk, render_all, wording
from tests.unit.transcript import RESTRICTED, Actor

BOTH = ["desk.card", "desk.same_citizen"]
OTHER_CITIZEN = 502


def _others(world: Desk, actor: Actor, reference: str) -> list[tuple[str, str]]:
    """Number and status of the other cases that are shown with this one."""
    actor.commands("tiket", reference)
    shown = [message for message in world.chat.sent(actor.chat) if message.template == "desk.same_citizen"]
    return [(case["reference"], case["status"]) for message in shown for case in message.params["cases"]]


def test_other_cases_of_the_citizen_are_shown_by_number_and_status_alone() -> None:
    world = Desk()
    world.file(status="closed")
    world.file(filed_by=OTHER_CITIZEN)
    case = world.file()
    assert world.budi.commands("tiket", case.reference) == BOTH
    text = wording(world.chat.sent(GROUP)[1])
    assert "DPMD-2026-0001 · Selesai" in text
    assert "0002" not in text
    assert "Siti" not in text
    assert "Bantuan" not in text
    render_all(world.chat.effects)


def test_a_case_of_a_list_is_shown_with_them_too() -> None:
    world = Desk()
    world.file(status="closed")
    world.file()
    world.budi.commands("daftar")
    assert world.budi.presses("case") == BOTH


def test_a_reply_to_the_message_is_about_the_case_that_was_asked_for() -> None:
    world = Desk()
    world.file(status="closed")
    case = world.file()
    world.budi.commands("tiket", case.reference)
    sends = [effect for effect in world.chat.fresh if isinstance(effect, Send)]
    assert world.chat.world().references[case.reference] in sends[1].key


def test_the_only_case_of_a_citizen_is_shown_alone() -> None:
    world = Desk()
    assert world.budi.commands("tiket", world.file().reference) == ["desk.card"]


def test_cases_of_no_account_are_not_those_of_one_citizen() -> None:
    world = Desk()
    world.file(filed_by=OTHER_CITIZEN)
    world.file(filed_by=OTHER_CITIZEN)
    assert _others(world, world.budi, "1") == [("DPMD-2026-0002", "received")]


@pytest.mark.parametrize("asked", ["1", "2"])
def test_a_confidential_case_is_not_connected_with_an_ordinary_one(asked: str) -> None:
    world = Desk()
    world.file(confidential=True)
    world.file()
    for actor in (world.budi, world.leader):
        assert _others(world, actor, asked) == []


def test_a_restricted_case_is_not_connected_with_an_ordinary_one() -> None:
    world = Desk()
    world.file()
    world.file(restricted=True, chat=RESTRICTED)
    world.file(restricted=True, chat=RESTRICTED, confidential=True)
    member = world.officer(603, "Pak Irban", RESTRICTED)
    assert _others(world, world.budi, "1") == []
    assert _others(world, member, "2") == [("DPMD-2026-0003", "received")]


def test_a_case_of_another_agency_or_about_the_asker_is_not_shown() -> None:
    world = Desk()
    world.file(meant=(601,))
    world.file(agency="bakesbangpol", chat=-100_2)
    world.file()
    assert _others(world, world.budi, "3") == []
    assert _others(world, world.rina, "3") == [("DPMD-2026-0001", "received")]


def test_many_other_cases_are_cut() -> None:
    world = Desk()
    for number in range(MOST_SHOWN + 3):
        world.file(received_at=world.chat.now + timedelta(minutes=number))
    assert len(_others(world, world.budi, "1")) == MOST_SHOWN
    assert "Yang lebih lama tidak ditampilkan" in wording(world.chat.sent(GROUP)[1])
