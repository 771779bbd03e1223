"""What a citizen adds after the response is heard: silence does not close the case before it is answered."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from conversations.complaints.case import Case, Purpose
from conversations.complaints.life_cycle import Status
from conversations.effects import StripButtons
from conversations.events import DeadlinePassed
from tests.unit.filed import CITIZEN, GROUP, Desk, render_all, wording
from tests.unit.following import responded
from tests.unit.walker import labels

# What is added after the response.
ADDED: dict[str, Callable[[Desk], object]] = {
    "a text": lambda world: world.citizen.says("belum beres pak, saya belum terima apa-apa"),
    "a voice note": lambda world: world.citizen.sends("voice"),
    "a photo with a caption": lambda world: world.citizen.sends(caption="Ini buktinya"),
    "a place": lambda world: world.citizen.locates(),
}


def added(world: Desk, say: Callable[[Desk], object] = ADDED["a text"]) -> Case:
    """A responded case to which the citizen has added something."""
    case = responded(world)
    world.citizen.commands("status", case.reference)
    world.citizen.presses("add_information")
    say(world)
    assert world.citizen.presses("send") == ["followup.sent"]
    return world.now(case)


def clock(world: Desk, case: Case, **time: float) -> None:
    world.later(**time)
    world.chat.feed(DeadlinePassed(world.chat.now, case=case.id))


def card_labels(world: Desk, case: Case) -> list[str]:
    world.budi.commands("tiket", case.reference)
    return labels(world.chat.sent(GROUP)[-1])


@pytest.mark.parametrize("what", ADDED)
def test_silence_does_not_close_a_case_with_an_unanswered_addition(what: str) -> None:
    world = Desk()
    case = added(world, ADDED[what])
    assert "tidak ditutup sebelum petugas menjawabnya" in wording(world.chat.sent(CITIZEN)[0])
    clock(world, case, days=11)
    assert world.now(case).status is Status.RESPONDED
    assert {"answer", "explained"} <= set(card_labels(world, case))
    assert "Ada keterangan sesudah tanggapan" in wording(world.chat.sent(GROUP)[-1])


def test_an_addition_before_the_response_does_not_count() -> None:
    world = Desk()
    case = world.file()
    world.citizen.commands("status", case.reference)
    world.citizen.presses("add_information")
    world.citizen.says("Satu lagi")
    world.citizen.presses("send")
    world.answered(world.budi, case)
    world.delivered(case)
    assert not {"answer", "explained"} & set(card_labels(world, case))
    clock(world, case, days=11)
    assert world.now(case).status is Status.CLOSED


def test_the_next_answer_restarts_the_objection_days() -> None:
    world = Desk()
    case = added(world)
    world.later(days=5)
    world.answered(world.budi, case, "Sudah kami periksa lagi.")
    assert StripButtons(CITIZEN, key=f"response:{case.id}:1") in world.chat.effects
    world.delivered(case, 2)
    now = world.now(case)
    assert (now.status, len(now.responses)) == (Status.RESPONDED, 2)
    assert now.objection_until == date(2026, 4, 1)
    assert not {"answer", "explained"} & set(card_labels(world, case))
    clock(world, case, days=11)
    assert world.now(case).status is Status.CLOSED


def test_already_explained_restarts_the_objection_days_and_informs_the_citizen() -> None:
    world = Desk()
    case = added(world)
    world.later(days=5)
    world.press(world.budi, case, "explained")
    assert world.chat.alert.template == "desk.now_explained"
    assert [message.template for message in world.chat.sent(CITIZEN)] == ["followup.explained"]
    assert world.now(case).objection_until == date(2026, 4, 1)
    world.press(world.budi, case, "explained")
    assert world.chat.alert.template == "desk.already_explained"
    assert world.citizen.presses("not_satisfied") == ["followup.collect"]
    clock(world, case, days=11)
    assert world.now(case).status is Status.CLOSED


def test_a_second_addition_after_already_explained_is_heard_too() -> None:
    world = Desk()
    case = added(world)
    world.press(world.budi, case, "explained")
    world.citizen.commands("status", case.reference)
    world.citizen.presses("add_information")
    world.citizen.says("Tetap belum")
    world.citizen.presses("send")
    clock(world, case, days=30)
    assert world.now(case).status is Status.RESPONDED


def test_another_officer_does_not_explain_a_colleague_s_case() -> None:
    world = Desk()
    case = added(world)
    world.press(world.rina, case, "explained")
    assert world.chat.alert.template == "desk.taken"
    assert world.now(case).unheard


def test_the_addition_can_still_become_an_objection() -> None:
    world = Desk()
    case = added(world)
    world.citizen.presses("not_satisfied")
    world.citizen.says("Belum")
    world.citizen.presses("send")
    assert world.now(case).status is Status.REOPENED
    assert [entry.purpose for entry in world.now(case).thread][-1] is Purpose.OBJECTION
    render_all(world.chat.effects)
