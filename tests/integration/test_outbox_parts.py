"""Each part of a message is delivered or fails by itself: it is sent again, or the core is notified."""

from __future__ import annotations

from functools import partial

import pytest
from sqlalchemy import update

from bot.channels.base import Confirmed, DeliveryError, Failure
from bot.database.tables import outbox
from bot.outbox.chats import note
from conversations.effects import DeleteMessages
from conversations.events import Delivery
from tests.integration.both_stores import Place
from tests.integration.outbox_setup import STAFF, send
from tests.integration.test_outbox_windows import ONE_STORE, RESPONSE, _without_waits
from tests.integration.window_setup import CASE, DAY, NUMBER, SITI, Call, WindowSetup, window_setup

__all__ = ["_without_waits"]

WHOLE = ["tanggapan", "tanggapan foto", "tanggapan surat"]
SCREEN = "screen:7:{}"


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.outbox.confirmations.LONGEST_WAIT", 0.0)


async def accepted(setup: WindowSetup) -> None:
    """A response with two files that the messenger has accepted."""
    await setup.person()
    await setup.post(send(SITI, "tanggapan", RESPONSE, report=CASE, files=("foto", "surat")))
    await setup.quiet()
    assert setup.words() == WHOLE


def _sent(setup: WindowSetup, copies: int) -> bool:
    return len(setup.messenger.accepted) == copies


async def notes_of(setup: WindowSetup, call: Call, failure: Failure) -> list[str]:
    """What the operator is notified of when this call fails."""
    event = Confirmed(SITI, call.row, 0, delivered=False, failure=failure, reason="x", part=call.part)
    now = setup.messenger.now
    noted = await setup.database.write(lambda c: note(c, setup.codec, event, int, None, now))
    setup.outbox.changed(noted.event or event)
    setup.outbox.accept(noted.back)
    return [message.template.removeprefix("system.") for message in noted.notes]


async def test_a_message_is_delivered_once_all_its_parts_are(place: Place) -> None:
    async with window_setup(place) as setup:
        await accepted(setup)
        for words in reversed(WHOLE):
            assert await setup.outcomes() == []
            for _ in range(2):
                await setup.reports(setup.call(words))
        assert await setup.outcomes() == [(RESPONSE, Delivery.DELIVERED)]
        assert await setup.rows() == []


@pytest.mark.parametrize("words", WHOLE)
@pytest.mark.parametrize("restarted", [False, True], ids=["running", "after a restart"])
async def test_only_the_part_that_failed_is_sent_again(place: Place, words: str, *, restarted: bool) -> None:
    async with window_setup(place) as setup:
        await accepted(setup)
        await setup.reports(setup.call(WHOLE[1]))
        failed = setup.call(words)
        await setup.reports(failed, Failure.TEMPORARY)
        if restarted:
            await setup.kill()
            await setup.restart()
        await setup.quiet()
        again = [] if words == WHOLE[1] else [words]
        assert setup.words() == WHOLE + again
        for each in (WHOLE[0], WHOLE[2]):
            assert await setup.outcomes() == []
            await setup.reports(setup.call(each))
        assert await setup.outcomes() == [(RESPONSE, Delivery.DELIVERED)]


@ONE_STORE
async def test_parts_that_fail_after_each_other_are_each_sent_once_more(place: Place) -> None:
    async with window_setup(place) as setup:
        await accepted(setup)
        calls = [setup.call(words) for words in WHOLE]
        setup.messenger.now += 2 * DAY
        for call in calls:
            await setup.reports(call, Failure.WINDOW)
        await setup.quiet()
        assert setup.words() == [*WHOLE, NUMBER]
        await setup.writes()
        await setup.quiet()
        assert setup.words() == [*WHOLE, NUMBER, *WHOLE]
        for words in WHOLE:
            await setup.reports(setup.call(words))
        assert (await setup.outcomes())[-1] == (RESPONSE, Delivery.DELIVERED)


@ONE_STORE
@pytest.mark.parametrize("part", [0, 1, 2])
async def test_a_part_that_fails_before_the_mark_of_its_call_is_sent_again(
    place: Place, part: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.outbox.marks.GATHER_SECONDS", 0.3)
    async with window_setup(place) as setup:
        await setup.person()
        await setup.post(send(SITI, "tanggapan", RESPONSE, report=CASE, files=("foto", "surat")))
        await setup.until(lambda: len(setup.messenger.accepted) > part)
        await setup.reports(setup.call(WHOLE[part]), Failure.TEMPORARY)
        await setup.quiet()
        assert setup.words() == [*WHOLE, WHOLE[part]]
        for words in WHOLE:
            await setup.reports(setup.call(words))
        assert await setup.outcomes() == [(RESPONSE, Delivery.DELIVERED)]


@ONE_STORE
async def test_a_part_that_is_refused_fails_the_message_whatever_the_others_do(place: Place) -> None:
    async with window_setup(place) as setup:
        await accepted(setup)
        text, photo, letter = (setup.call(words) for words in WHOLE)
        await setup.reports(text)
        assert await notes_of(setup, photo, Failure.REFUSED) == ["operator_undelivered"]
        assert await setup.outcomes() == [(RESPONSE, Delivery.UNREACHABLE)]
        for call in (text, letter):
            await setup.reports(call)
        assert await setup.outcomes() == [(RESPONSE, Delivery.UNREACHABLE)]
        # The messenger was wrong about it.
        await setup.reports(photo)
        assert (await setup.outcomes())[-1] == (RESPONSE, Delivery.DELIVERED)


@ONE_STORE
async def test_a_file_that_is_refused_at_once_makes_the_response_undelivered(place: Place) -> None:
    async with window_setup(place) as setup:
        await setup.person()
        setup.messenger.unwanted = frozenset({"tanggapan foto"})
        await setup.post(send(SITI, "tanggapan", RESPONSE, report=CASE, files=("foto",)))
        await setup.quiet()
        await setup.reports(setup.call("tanggapan"))
        assert await setup.outcomes() == [(RESPONSE, Delivery.UNREACHABLE)]


@ONE_STORE
@pytest.mark.parametrize(
    ("chat", "template"), [(SITI, "system.file_missing"), (STAFF, "system.group_file_missing")]
)
async def test_a_reader_is_told_that_a_file_is_missing(place: Place, chat: int, template: str) -> None:
    async with window_setup(place) as setup:
        await setup.person()
        setup.messenger.unwanted = frozenset({"bukti foto"})
        await setup.post(send(chat, "bukti", files=("foto", "surat")))
        await setup.quiet()
        there = [call for call in setup.messenger.accepted if call.chat == chat]
        assert [call.words or call.template for call in there] == ["bukti", "bukti surat", template]


@ONE_STORE
async def test_a_question_that_fails_on_its_way_is_sent_again(place: Place) -> None:
    async with window_setup(place) as setup:
        await setup.person()
        await setup.post(send(SITI, "Kapan?", SCREEN.format(1)))
        await setup.quiet()
        await setup.reports(setup.call("Kapan?"), Failure.TEMPORARY)
        await setup.quiet()
        assert setup.words() == ["Kapan?", "Kapan?"]
        await setup.reports(setup.call("Kapan?"))
        assert await setup.rows() == []


@pytest.mark.parametrize("first", [True, False], ids=["before its failure", "while it waits"])
async def test_no_question_is_sent_again_after_the_next_one(
    place: Place, monkeypatch: pytest.MonkeyPatch, *, first: bool
) -> None:
    monkeypatch.setattr("bot.outbox.confirmations.LONGEST_WAIT", 500.0)
    async with window_setup(place) as setup:
        await setup.person()
        await setup.post(send(SITI, "Kapan?", SCREEN.format(1)), send(SITI, "Bantuan"))
        await setup.quiet()
        asked = setup.call("Kapan?")
        if not first:
            await setup.reports(asked, Failure.TEMPORARY)
        # What waits to be sent again delays nothing.
        await setup.post(send(SITI, "Di mana?", SCREEN.format(2)))
        await setup.quiet()
        await setup.reports(asked, Failure.TEMPORARY)
        assert setup.words() == ["Kapan?", "Bantuan", "Di mana?"]
        assert await setup.rows("key, state") == [(None, "accepted"), ("screen:7:2", "accepted")]
        # An answer without a question is no less needed after the next one.
        monkeypatch.setattr("bot.outbox.confirmations.LONGEST_WAIT", 0.0)
        await setup.reports(setup.call("Bantuan"), Failure.TEMPORARY)
        await setup.quiet()
        assert setup.words()[3:] == ["Bantuan"]


@ONE_STORE
async def test_a_message_that_keeps_failing_is_given_up_after_a_day(place: Place) -> None:
    async with window_setup(place) as setup:
        await accepted(setup)
        notes = list[str]()
        for _ in range(12):
            await setup.writes()
            notes += await notes_of(setup, setup.call("tanggapan foto"), Failure.TEMPORARY)
            await setup.quiet()
            setup.messenger.now += 3 * 3600
        assert notes == ["operator_undelivered"]
        assert setup.words().count("tanggapan foto") == 9
        assert await setup.outcomes() == [(RESPONSE, Delivery.UNREACHABLE)]


@ONE_STORE
async def test_an_error_of_the_account_has_no_end(place: Place) -> None:
    async with window_setup(place) as setup:
        await accepted(setup)
        for copies in range(2, 14):
            await setup.writes()
            await setup.reports(setup.call("tanggapan"), Failure.ACCOUNT, reason="131042 payment")
            await setup.quiet()
            setup.messenger.now += 3 * 3600
            assert setup.words().count("tanggapan") == copies


@ONE_STORE
async def test_failures_of_another_kind_do_not_count_as_a_closed_window(place: Place) -> None:
    async with window_setup(place) as setup:
        await accepted(setup)
        for _ in range(3):
            await setup.reports(setup.call("tanggapan"), Failure.TEMPORARY)
            await setup.quiet()
        for _ in range(2):
            await setup.reports(setup.call("tanggapan"), Failure.WINDOW)
            await setup.quiet()
        assert not setup.outbox._reach.is_parked(SITI)
        assert setup.words().count("tanggapan") == 6
        await setup.reports(setup.call("tanggapan"), Failure.WINDOW)
        assert setup.outbox._reach.is_parked(SITI)


@ONE_STORE
async def test_failed_calls_do_not_count_as_a_closed_window(place: Place) -> None:
    async with window_setup(place) as setup:
        await setup.person()
        network, window = DeliveryError(Failure.TEMPORARY, "network"), DeliveryError(Failure.WINDOW)
        setup.messenger.failures += [network, network, network, window, window]
        await setup.post(send(SITI, "tanggapan", RESPONSE, report=CASE))
        await setup.quiet()
        assert setup.words() == ["tanggapan"]
        setup.messenger.failures += [window, window, window]
        await setup.post(send(SITI, "kedua", "response:abc:2", report=CASE))
        await setup.quiet()
        assert setup.outbox._reach.is_parked(SITI)


@ONE_STORE
async def test_a_recalled_message_that_waits_to_be_sent_again_is_not_sent(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.outbox.confirmations.LONGEST_WAIT", 500.0)
    async with window_setup(place) as setup:
        await accepted(setup)
        await setup.reports(setup.call("tanggapan"), Failure.TEMPORARY)
        assert setup.outbox._queues.has(1)
        await setup.post(DeleteMessages(SITI, RESPONSE, "recalled_response:abc:1", CASE))
        assert not setup.outbox._queues.has(1)


@ONE_STORE
@pytest.mark.parametrize("error", ["confirmed", "recalled", "overtaken", None])
async def test_a_row_of_an_earlier_version_is_settled(place: Place, error: str | None) -> None:
    async with window_setup(place) as setup:
        await accepted(setup)
        await setup.database.write(lambda c: c.execute(update(outbox).values(error=error)))
        await setup.reports(setup.call("tanggapan"))
        assert await setup.outcomes() == [(RESPONSE, Delivery.DELIVERED)]


@ONE_STORE
async def test_a_person_who_writes_before_the_mark_of_a_late_refusal_gets_the_message(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.outbox.marks.GATHER_SECONDS", 0.3)
    async with window_setup(place) as setup:
        await setup.person()
        await setup.post(send(SITI, "tanggapan", RESPONSE, report=CASE))
        for copies in (1, 2, 3):
            await setup.until(partial(_sent, setup, copies))
            await setup.reports(setup.call("tanggapan"), Failure.WINDOW)
        assert setup.outbox._reach.is_parked(SITI)
        await setup.writes()
        await setup.quiet()
        assert not setup.outbox._reach.is_parked(SITI)
        assert setup.words(knocks=False) == ["tanggapan"] * 4


@ONE_STORE
async def test_a_late_refusal_of_another_message_does_not_close_the_window_again(place: Place) -> None:
    async with window_setup(place) as setup:
        await setup.person()
        await setup.post(send(SITI, "tanggapan", RESPONSE, report=CASE), send(SITI, "penilaian", "stars:abc"))
        await setup.quiet()
        for words in ("penilaian", "penilaian", "tanggapan", "tanggapan", "tanggapan"):
            await setup.reports(setup.call(words), Failure.WINDOW)
            await setup.quiet()
        assert setup.outbox._reach.is_parked(SITI)
        late = setup.call("penilaian")
        await setup.writes()
        await setup.quiet()
        await setup.reports(late, Failure.WINDOW)
        await setup.quiet()
        assert not setup.outbox._reach.is_parked(SITI)
        assert (setup.knocks(), setup.words()[-2:]) == (1, ["tanggapan", "penilaian"])
