"""What the messenger reports of accepted messages: each reaches the core, none is lost or sent twice."""

from __future__ import annotations

from functools import partial

import pytest

from bot.channels.base import BlockChanged, Confirmed, DeliveryError, Failure
from bot.database import erasure_traces, outbox_reports
from bot.database.erasure_traces import Subject
from bot.outbox.chats import note
from conversations.events import Delivery
from conversations.messages import OutgoingMessage
from tests.integration.both_stores import Place
from tests.integration.outbox_setup import send
from tests.integration.test_outbox_windows import (
    ONE_STORE,
    RESPONSE,
    _without_waits,
    response,
)
from tests.integration.window_setup import CASE, DAY, NUMBER, SITI, Call, WindowSetup, window_setup

__all__ = ["_without_waits"]

KEPT = ("response:abc:1", "accepted")
PARKED = (Failure.WINDOW, Failure.UNREACHABLE)


async def accepted(setup: WindowSetup) -> None:
    """A response that the messenger has accepted."""
    await setup.person()
    await setup.post(response())
    await setup.quiet()
    assert await setup.rows("key, state") == [KEPT]


async def test_an_accepted_response_is_kept_and_told_once_it_is_delivered(place: Place) -> None:
    async with window_setup(place) as setup:
        await accepted(setup)
        assert await setup.rows("payload IS NOT NULL") in ([(1,)], [(True,)])
        assert await setup.outcomes() == []
        await setup.restart()
        await setup.quiet()
        assert setup.words() == ["tanggapan"]
        for _ in range(2):
            await setup.reports(setup.call("tanggapan"))
        assert await setup.outcomes() == [(RESPONSE, Delivery.DELIVERED)]
        assert await setup.rows() == []
        await setup.reports(setup.call("tanggapan"))
        assert await setup.outcomes() == [(RESPONSE, Delivery.DELIVERED)]


@ONE_STORE
@pytest.mark.parametrize("failure", [Failure.TEMPORARY, Failure.THROTTLED, Failure.ACCOUNT])
async def test_a_failure_that_passes_sends_it_again(
    place: Place, failure: Failure, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.outbox.confirmations.LONGEST_WAIT", 0.0)
    async with window_setup(place) as setup:
        await accepted(setup)
        await setup.reports(setup.call("tanggapan"), failure, reason="131042 payment")
        await setup.quiet()
        assert setup.words() == ["tanggapan", "tanggapan"]
        await setup.reports(setup.call("tanggapan"))
        assert await setup.outcomes() == [(RESPONSE, Delivery.DELIVERED)]


async def test_a_window_that_closed_on_the_way_parks_it_with_a_template(place: Place) -> None:
    async with window_setup(place) as setup:
        await accepted(setup)
        setup.messenger.now += 2 * DAY
        await setup.reports(setup.call("tanggapan"), Failure.WINDOW)
        await setup.quiet()
        assert await setup.outcomes() == [(RESPONSE, Delivery.WAITING)]
        assert setup.words() == ["tanggapan", NUMBER]
        await setup.writes()
        await setup.quiet()
        await setup.reports(setup.call("tanggapan"))
        assert setup.words() == ["tanggapan", NUMBER, "tanggapan"]
        assert (await setup.outcomes())[-1] == (RESPONSE, Delivery.DELIVERED)


@ONE_STORE
async def test_a_person_who_wrote_before_the_report_of_a_closed_window_gets_it_again(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.outbox.confirmations.LONGEST_WAIT", 0.0)
    async with window_setup(place) as setup:
        await accepted(setup)
        await setup.reports(setup.call("tanggapan"), Failure.WINDOW)
        await setup.quiet()
        assert setup.words() == ["tanggapan", "tanggapan"]
        # The messenger insists: what it says counts.
        for _ in range(2):
            await setup.reports(setup.call("tanggapan"), Failure.WINDOW)
            await setup.quiet()
        assert setup.words() == ["tanggapan"] * 3 + [NUMBER]
        assert await setup.outcomes() == [(RESPONSE, Delivery.WAITING)]


@ONE_STORE
async def test_an_unreachable_person_is_parked_like_one_who_blocks_the_bot(place: Place) -> None:
    async with window_setup(place) as setup:
        await accepted(setup)
        await setup.reports(setup.call("tanggapan"), Failure.UNREACHABLE)
        assert await setup.outcomes() == [(RESPONSE, Delivery.UNREACHABLE)]
        assert await setup.rows("key, state") == [("response:abc:1", "parked")]
        await setup.writes()
        await setup.quiet()
        assert setup.words() == ["tanggapan", "tanggapan"]


@ONE_STORE
async def test_a_refusal_is_told_to_the_officer_and_the_operator(place: Place) -> None:
    async with window_setup(place) as setup:
        await accepted(setup)
        failed = setup.call("tanggapan")
        noted = await _noted(setup, failed.row)
        assert [message.template for message in noted] == ["system.operator_undelivered"]
        assert await setup.outcomes() == [(RESPONSE, Delivery.UNREACHABLE)]
        assert await setup.rows("state, payload") == [("failed", None)]
        # The messenger was wrong: a later report counts.
        await setup.reports(failed)
        assert (await setup.outcomes())[-1] == (RESPONSE, Delivery.DELIVERED)


async def _noted(setup: WindowSetup, row: int) -> tuple[OutgoingMessage, ...]:
    event = Confirmed(SITI, row, 0, delivered=False, failure=Failure.REFUSED, reason="131053 media")
    now = setup.messenger.now
    noted = await setup.database.write(lambda c: note(c, setup.codec, event, int, None, now))
    return noted.notes


@ONE_STORE
async def test_an_accepted_row_is_given_up_after_thirty_days(place: Place) -> None:
    async with window_setup(place) as setup:
        await accepted(setup)
        for days, told in ((29, []), (31, [(RESPONSE, Delivery.UNREACHABLE)])):
            now = setup.messenger.now + days * DAY
            await setup.database.write(partial(outbox_reports.expire, now=now))
            assert await setup.outcomes() == told


@ONE_STORE
@pytest.mark.parametrize("failure", [None, Failure.TEMPORARY, Failure.WINDOW, Failure.UNREACHABLE])
async def test_a_report_that_overtakes_the_mark_of_its_call_counts(
    place: Place, failure: Failure | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.outbox.confirmations.LONGEST_WAIT", 0.0)
    monkeypatch.setattr("bot.outbox.marks.GATHER_SECONDS", 0.3)
    async with window_setup(place) as setup:
        await setup.person()
        await setup.post(response())
        await setup.until(lambda: setup.messenger.accepted)
        if failure is Failure.WINDOW:
            setup.messenger.now += 2 * DAY
        await setup.reports(setup.call("tanggapan"), failure)
        await setup.quiet()
        if failure is None:
            assert setup.words() == ["tanggapan"]
            assert await setup.outcomes() == [(RESPONSE, Delivery.DELIVERED)]
            return
        if failure is not Failure.TEMPORARY:
            await setup.writes()
            await setup.quiet()
        assert setup.words(knocks=False) == ["tanggapan", "tanggapan"]
        await setup.reports(setup.call("tanggapan"))
        assert (await setup.outcomes())[-1] == (RESPONSE, Delivery.DELIVERED)
        assert await setup.rows(where="kind = 'send'") == []


@ONE_STORE
@pytest.mark.parametrize("restarted", [False, True], ids=["running", "after a restart"])
async def test_a_call_without_an_answer_is_not_made_again_once_it_is_confirmed(
    place: Place, monkeypatch: pytest.MonkeyPatch, *, restarted: bool
) -> None:
    monkeypatch.setattr("bot.outbox.failing.backoff", lambda _: 0.3)
    async with window_setup(place) as setup:
        await setup.person()
        setup.messenger.counted = True
        setup.messenger.failures += [DeliveryError(Failure.TEMPORARY, "timeout", answered=False)]
        await setup.post(response())
        await setup.until(lambda: not setup.messenger.failures)
        await setup.reports(setup.call("tanggapan"))
        if restarted:
            await setup.kill()
            await setup.restart()
        await setup.quiet()
        assert setup.words() == ["tanggapan"]
        assert await setup.outcomes() == [(RESPONSE, Delivery.DELIVERED)]
        assert await setup.rows() == []


@ONE_STORE
async def test_of_a_message_without_report_only_a_closed_window_counts(place: Place) -> None:
    async with window_setup(place) as setup:
        await setup.person()
        await setup.post(send(SITI, "layar", "screen:7:3"))
        await setup.quiet()
        layar = setup.call("layar")
        for failure in (Failure.REFUSED, Failure.UNREACHABLE, Failure.TEMPORARY):
            await setup.reports(layar, failure)
        assert not setup.outbox._reach.is_parked(SITI)
        setup.messenger.now += 2 * DAY
        await setup.reports(layar, Failure.WINDOW)
        assert setup.outbox._reach.is_parked(SITI)
        # The messenger takes what it cannot deliver: nothing is given to it until the person writes.
        setup.messenger.late = True
        await setup.post(send(SITI, "berikut"), response())
        await setup.quiet()
        assert setup.words() == ["layar", NUMBER]
        await setup.writes()
        await setup.quiet()
        assert setup.words() == ["layar", NUMBER, "tanggapan", "berikut"]


@ONE_STORE
@pytest.mark.parametrize("failure", [Failure.TEMPORARY, Failure.WINDOW, Failure.UNREACHABLE, Failure.REFUSED])
async def test_a_receipt_is_kept_until_it_is_delivered_and_told_to_no_one(
    place: Place, failure: Failure, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.outbox.confirmations.LONGEST_WAIT", 0.0)
    async with window_setup(place) as setup:
        await setup.person()
        await setup.post(send(SITI, "tanda terima", "receipt:abc"))
        await setup.quiet()
        assert await setup.rows("key, state") == [("receipt:abc", "accepted")]
        if failure is Failure.WINDOW:
            setup.messenger.now += 2 * DAY
        await setup.reports(setup.call("tanda terima"), failure)
        await setup.quiet()
        if failure in PARKED:
            assert await setup.rows("state", "kind = 'send'") == [("parked",)]
            await setup.writes()
            await setup.quiet()
        again = failure is not Failure.REFUSED
        assert setup.words(knocks=False) == ["tanda terima"] * (1 + again)
        await setup.reports(setup.call("tanda terima"))
        assert await setup.rows() == []
        assert await setup.outcomes() == []


@ONE_STORE
async def test_a_receipt_whose_delivery_is_reported_before_its_mark_is_gone(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.outbox.marks.GATHER_SECONDS", 0.3)
    async with window_setup(place) as setup:
        await setup.person()
        await setup.post(send(SITI, "tanda terima", "receipt:abc"))
        await setup.until(lambda: setup.messenger.accepted)
        await setup.reports(setup.call("tanda terima"))
        await setup.quiet()
        assert await setup.rows() == []
        assert await setup.outcomes() == []


@ONE_STORE
async def test_a_report_about_another_chats_row_changes_nothing(place: Place) -> None:
    async with window_setup(place) as setup:
        await accepted(setup)
        row = setup.call("tanggapan").row
        for failure in (None, Failure.REFUSED, Failure.TEMPORARY):
            await setup.reports(Call(SITI + 1, row, "", knock=False), failure)
        await setup.reports(Call(SITI, row + 99, "", knock=False))
        assert await setup.rows("key, state") == [KEPT]
        assert await setup.outcomes() == []


@ONE_STORE
async def test_an_erasure_finds_what_was_accepted(place: Place) -> None:
    async with window_setup(place) as setup:
        await accepted(setup)
        subject = Subject(CASE, NUMBER, SITI)
        traces = await setup.database.read(lambda c: erasure_traces.find(c, setup.codec, subject))
        assert traces.outbox == [setup.call("tanggapan").row]


async def test_what_was_sent_while_the_person_blocked_the_number_is_sent_once_more_when_they_write(
    place: Place,
) -> None:
    """The messenger drops it and reports nothing; until then the person has not read it."""
    async with window_setup(place) as setup:
        await accepted(setup)
        for hours, copies in ((0.5, 1), (1.0, 2), (2.0, 2)):
            setup.messenger.now += hours * 3600.0
            silent = await setup.database.read(
                lambda c: outbox_reports.silent(c, {SITI: setup.messenger.now})
            )
            await setup.happened(BlockChanged(SITI, blocked=False))
            await setup.quiet()
            assert setup.words() == ["tanggapan"] * copies
            assert silent == ({SITI} if hours == 1.0 else set())
        await setup.reports(setup.call("tanggapan"))
        assert await setup.outcomes() == [(RESPONSE, Delivery.DELIVERED)]
