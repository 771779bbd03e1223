"""An act whose sender's membership is unknown is stored and waits alone until the messenger has answered."""

from __future__ import annotations

import asyncio

import pytest

from bot.channels.base import DeliveryError, Failure
from bot.sources import membership_checks
from conversations.events import ButtonPressed, MembershipChanged
from tests.integration.membership_setup import (
    NOW,
    OFFICER,
    CheckedTurns,
    Messenger,
    press,
)
from tests.integration.turn_setup import GROUP, TurnSetup


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(membership_checks, "WAITS", (0.0, 0.0, 0.0))


async def test_an_act_waits_until_the_messenger_has_said_who_its_sender_is(setup: TurnSetup) -> None:
    checked = CheckedTurns(setup, Messenger([True]))
    await checked.take([press(1)])
    assert checked.events() == []
    assert await setup.value("SELECT next FROM offsets") == 2
    await checked.nothing_waits()
    news, pressed = checked.events()
    assert news == MembershipChanged(NOW, GROUP, (OFFICER,))
    assert isinstance(pressed, ButtonPressed)
    await checked.checks.stop()


async def test_what_is_known_is_not_asked_again(setup: TurnSetup) -> None:
    checked = CheckedTurns(setup, Messenger([True]))
    for number in (1, 2, 3):
        await checked.take([press(number)])
        await checked.nothing_waits()
    assert checked.messenger.asked == [(GROUP, OFFICER)]
    await checked.checks.stop()


async def test_one_check_serves_all_that_a_person_does_meanwhile_in_order(setup: TurnSetup) -> None:
    checked = CheckedTurns(setup, Messenger([True]))
    await checked.take([press(1), press(2), press(3), press(4, 8)])
    await checked.nothing_waits()
    assert sorted(checked.messenger.asked) == [(GROUP, OFFICER), (GROUP, 8)]
    mine = [
        e.press for e in checked.events() if isinstance(e, ButtonPressed) and e.origin.person.id == OFFICER
    ]
    assert mine == ["press1", "press2", "press3"]
    await checked.checks.stop()


async def test_a_messenger_that_does_not_answer_ends_the_waiting(setup: TurnSetup) -> None:
    checked = CheckedTurns(setup, Messenger([DeliveryError(Failure.TEMPORARY, "timed out")]))
    await checked.take([press(1)])
    await checked.nothing_waits()
    assert len(checked.messenger.asked) == 3
    assert [type(event) for event in checked.events()] == [ButtonPressed]
    await checked.checks.stop()


@pytest.mark.parametrize(
    "error",
    [
        DeliveryError(Failure.REFUSED, "CHAT_ADMIN_REQUIRED"),
        DeliveryError(Failure.THROTTLED, "slow", retry_after=600.0),
        RuntimeError("a fault of ours"),
    ],
    ids=str,
)
async def test_a_permanent_failure_is_asked_once(setup: TurnSetup, error: Exception) -> None:
    checked = CheckedTurns(setup, Messenger([error]))
    await checked.take([press(1)])
    await checked.nothing_waits()
    assert len(checked.messenger.asked) == 1
    await checked.checks.stop()


async def test_a_passing_failure_is_tried_again(setup: TurnSetup) -> None:
    checked = CheckedTurns(setup, Messenger([DeliveryError(Failure.TEMPORARY, "timed out"), False]))
    await checked.take([press(1)])
    await checked.nothing_waits()
    assert checked.events()[0] == MembershipChanged(NOW, GROUP, (), (OFFICER,))
    await checked.checks.stop()


async def test_waiting_acts_survive_a_restart(setup: TurnSetup) -> None:
    checked = CheckedTurns(setup, Messenger([True]))
    await setup.take(press(1), press(13), press(3))
    assert await setup.value("SELECT count(*) FROM waiting") == 3
    assert list(await checked.checks.start()) == []
    await checked.nothing_waits()
    assert [e.press for e in checked.events() if isinstance(e, ButtonPressed)] == ["", ""]
    assert await setup.rows("SELECT subject FROM quarantine") != []
    await checked.checks.stop()


async def test_a_damaged_waiting_row_delays_no_other(setup: TurnSetup) -> None:
    checked = CheckedTurns(setup, Messenger([True]))
    await setup.take(press(1), press(2))
    await setup.damage("UPDATE waiting SET raw = :byte WHERE id = 1")
    (fault,) = await checked.checks.start()
    assert fault.subject == "1"
    await checked.nothing_waits()
    assert [e.press for e in checked.events() if isinstance(e, ButtonPressed)] == [""]
    await checked.checks.stop()


async def test_a_press_whose_check_takes_long_is_answered_meanwhile(
    setup: TurnSetup, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(membership_checks, "PATIENCE_SECONDS", 0.0)
    monkeypatch.setattr(membership_checks, "WAITS", (0.05,))
    checked = CheckedTurns(setup, Messenger([True]))
    await checked.take([press(1)])
    await checked.nothing_waits()
    assert checked.answered == ["system.checking"]
    assert [e.press for e in checked.events() if isinstance(e, ButtonPressed)] == [""]
    await checked.checks.stop()


async def test_a_press_that_waited_over_a_restart_has_no_alert_to_show(setup: TurnSetup) -> None:
    checked = CheckedTurns(setup, Messenger([True]))
    await setup.take(press(1))
    await checked.checks.start()
    await checked.nothing_waits()
    assert [e.press for e in checked.events() if isinstance(e, ButtonPressed)] == [""]
    await checked.checks.stop()


async def test_many_outsiders_take_few_connections(setup: TurnSetup) -> None:
    checked = CheckedTurns(setup, Messenger([False]))
    at_once, most = 0, 0

    async def slow(chat: int, person: int) -> bool:
        nonlocal at_once, most
        assert chat == GROUP
        assert person
        at_once += 1
        most = max(most, at_once)
        await asyncio.sleep(0)
        at_once -= 1
        return False

    checked.messenger.is_member = slow  # type: ignore[method-assign]
    await checked.take([press(number, 100 + number) for number in range(1, 50)])
    await checked.nothing_waits()
    assert most <= membership_checks.CALLS_AT_ONCE
    await checked.checks.stop()
