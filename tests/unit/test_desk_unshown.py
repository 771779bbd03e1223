"""What a citizen added and the group refused: the card counts it until the group shows it."""

from __future__ import annotations

import pytest

from conversations.complaints.case import Case
from conversations.effects import Send
from conversations.events import Delivery, MessageReported
from tests.unit.filed import GROUP, Desk, render_all, wording
from tests.unit.following import adding, asked, responded

WAITS = "keterangan belum tampil di grup"


def added(world: Desk) -> Send:
    (sent,) = [e for e in world.chat.fresh if isinstance(e, Send) and e.key.startswith("added:")]
    return sent


def reported(world: Desk, case: Case, sent: Send, how: Delivery) -> None:
    world.chat.feed(MessageReported(world.chat.now, case.id, sent.key, how))


@pytest.mark.parametrize("what", ["addition", "answer", "objection"])
def test_the_card_shows_what_the_group_does_not_until_it_does(what: str) -> None:
    world = Desk()
    case = {"addition": adding, "answer": asked, "objection": responded}[what](world)
    if button := {"answer": "answer_now", "objection": "not_satisfied"}.get(what):
        world.citizen.presses(button)
    world.citizen.says("Tanggalnya 3 Maret")
    world.citizen.presses("send")
    sent = added(world)
    assert sent.report == case.id
    reported(world, case, sent, Delivery.UNREACHABLE)
    assert f"1 {WAITS}" in wording(world.chat.sent(GROUP)[0])
    render_all(world.chat.fresh)
    reported(world, case, sent, Delivery.DELIVERED)
    assert WAITS not in wording(world.chat.sent(GROUP)[0])


def test_several_are_counted_and_a_report_that_comes_again_changes_nothing() -> None:
    world = Desk()
    case = adding(world)
    world.citizen.says("Satu")
    world.citizen.presses("send")
    first = added(world)
    reported(world, case, first, Delivery.UNREACHABLE)
    world.citizen.commands("status", case.reference)
    world.citizen.presses("add_information")
    world.citizen.says("Dua")
    world.citizen.presses("send")
    second = added(world)
    reported(world, case, second, Delivery.UNREACHABLE)
    assert f"2 {WAITS}" in wording(world.chat.sent(GROUP)[0])
    version = world.now(case).version
    reported(world, case, second, Delivery.UNREACHABLE)
    assert world.now(case).version == version
    reported(world, case, first, Delivery.DELIVERED)
    assert f"1 {WAITS}" in wording(world.chat.sent(GROUP)[0])


def test_a_delivered_addition_needs_no_new_card() -> None:
    world = Desk()
    case = adding(world)
    world.citizen.says("Satu")
    world.citizen.presses("send")
    sent, version = added(world), world.now(case).version
    reported(world, case, sent, Delivery.DELIVERED)
    assert world.now(case).version == version
    assert world.chat.fresh == []


def test_a_confidential_case_says_so_without_its_content() -> None:
    world = Desk()
    case = world.file(confidential=True)
    world.citizen.commands("status", case.reference)
    world.citizen.presses("add_information")
    world.citizen.says("Satu rahasia")
    world.citizen.presses("send")
    reported(world, case, added(world), Delivery.UNREACHABLE)
    card = wording(world.chat.sent(GROUP)[0])
    assert WAITS in card
    assert "Satu rahasia" not in card
