"""A template that is not delivered: what waits behind it is not forgotten, and officers learn of it."""

from __future__ import annotations

from functools import partial

import pytest

from bot.channels.base import Confirmed, DeliveryError, Failure
from bot.channels.whatsapp.failures import kind_of
from bot.database import outbox_reports
from bot.outbox.chats import note
from conversations.events import Delivery
from tests.integration.both_stores import Place
from tests.integration.test_outbox_windows import (
    ONE_STORE,
    RESPONSE,
    _without_waits,
    closed,
    operator_notes,
    response,
)
from tests.integration.window_setup import DAY, NUMBER, SITI, WindowSetup, window_setup

__all__ = ["_without_waits"]

pytestmark = ONE_STORE
SECOND = "response:abc:2"
# The code of an error in a status -> whether the template is sent again until the operator has acted.
CODES = {
    132000: True,
    132001: True,
    132007: True,
    132015: True,
    132016: True,
    131042: True,
    131049: False,
    131047: False,
    130472: False,
    131053: False,
}


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.outbox.confirmations.LONGEST_WAIT", 0.0)


async def knocked(setup: WindowSetup) -> None:
    """A response waits for its person, who was sent a template."""
    await closed(setup)
    await setup.post(response())
    await setup.quiet()
    assert setup.words() == [NUMBER]
    assert await setup.outcomes() == [(RESPONSE, Delivery.WAITING)]


async def fails(setup: WindowSetup, code: int) -> list[str]:
    """The messenger reports this error of the template; what the operator is notified of."""
    call = setup.call(NUMBER)
    event = Confirmed(SITI, call.row, 0, delivered=False, failure=kind_of(code), reason=f"{code}: x")
    now = setup.messenger.now
    noted = await setup.database.write(lambda c: note(c, setup.codec, event, int, None, now))
    setup.outbox.changed(noted.event or event)
    setup.outbox.accept(noted.back)
    await setup.quiet()
    return [message.template.removeprefix("system.") for message in noted.notes]


@pytest.mark.parametrize("code", [code for code, again in CODES.items() if again])
async def test_a_template_that_waits_for_the_operator_is_sent_again(place: Place, code: int) -> None:
    async with window_setup(place) as setup:
        await knocked(setup)
        assert await fails(setup, code) == ["operator_account"]
        setup.messenger.now += 3 * DAY
        assert await fails(setup, code) == ["operator_account"]
        assert setup.words() == [NUMBER] * 3
        await setup.reports(setup.call(NUMBER))
        assert await setup.outcomes() == [(RESPONSE, Delivery.WAITING)]
        await setup.writes()
        await setup.quiet()
        assert setup.words(knocks=False) == ["tanggapan"]


@pytest.mark.parametrize("code", [code for code, again in CODES.items() if not again])
async def test_a_template_that_is_not_delivered_is_told_on_the_card(place: Place, code: int) -> None:
    async with window_setup(place) as setup:
        await knocked(setup)
        assert await fails(setup, code) == ["operator_undelivered"]
        unreached = [(RESPONSE, Delivery.WAITING), (RESPONSE, Delivery.UNREACHABLE)]
        assert await setup.outcomes() == unreached
        # No other template, and no later answer that seems to wait for the reply to one.
        await setup.post(response("kedua", SECOND))
        await setup.quiet()
        assert await setup.outcomes() == [*unreached, (SECOND, Delivery.UNREACHABLE)]
        assert setup.words() == [NUMBER]
        await setup.writes()
        await setup.quiet()
        assert setup.words(knocks=False) == ["tanggapan", "kedua"]
        # The next closed window has a template again.
        setup.messenger.now += 2 * DAY
        await setup.post(response("ketiga", "response:abc:3"))
        await setup.quiet()
        assert (setup.knocks(), (await setup.outcomes())[-1]) == (2, ("response:abc:3", Delivery.WAITING))


async def test_a_template_that_is_refused_at_once_is_told_on_the_card(place: Place) -> None:
    async with window_setup(place) as setup:
        await closed(setup)
        setup.messenger.failures += [DeliveryError(Failure.WINDOW), DeliveryError(Failure.REFUSED, "100")]
        await setup.post(response())
        await setup.quiet()
        assert await setup.outcomes() == [(RESPONSE, Delivery.UNREACHABLE)]
        assert operator_notes(setup) == 1
        assert setup.news > 1


async def test_a_template_that_keeps_failing_is_given_up_after_a_day(place: Place) -> None:
    async with window_setup(place) as setup:
        await knocked(setup)
        notes = list[str]()
        while not notes:
            notes = await fails(setup, 131000)
            setup.messenger.now += 3 * 3600
            assert setup.knocks() < 12
        assert (notes, setup.knocks()) == (["operator_undelivered"], 9)
        assert (await setup.outcomes())[-1] == (RESPONSE, Delivery.UNREACHABLE)


async def test_a_template_without_a_report_is_given_up_after_thirty_days(place: Place) -> None:
    async with window_setup(place) as setup:
        await knocked(setup)
        for days, reported in ((29, Delivery.WAITING), (31, Delivery.UNREACHABLE)):
            now = setup.messenger.now + days * DAY
            await setup.database.write(partial(outbox_reports.expire, now=now))
            assert (await setup.outcomes())[-1] == (RESPONSE, reported)
