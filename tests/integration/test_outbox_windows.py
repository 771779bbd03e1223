"""Outside the window nothing free is sent: one template, the rows wait, and a message releases them."""

from __future__ import annotations

import pytest

from bot.channels.base import BlockChanged, DeliveryError, Failure
from bot.database import windows
from bot.database.chats import is_blocked
from bot.database.waiting_work import read_waiting
from conversations.effects import DeleteMessages, Edit, Effect, Weight
from conversations.events import Delivery
from tests.integration.both_stores import Place
from tests.integration.outbox_setup import OPERATOR, says, send
from tests.integration.window_setup import CASE, DAY, NUMBER, SITI, WindowSetup, window_setup

ONE_STORE = pytest.mark.sqlite("the senders are the same on both stores")
RESPONSE, QUESTION = "response:abc:1", "question:abc:1"


@pytest.fixture(autouse=True)
def _without_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.outbox.marks.GATHER_SECONDS", 0.001)
    monkeypatch.setattr("bot.outbox.failing.backoff", lambda _: 0.0)
    monkeypatch.setattr("bot.outbox.failing.ACCOUNT_SECONDS", 0.0)


def response(words: str = "tanggapan", key: str = RESPONSE) -> Effect:
    return send(SITI, words, key, report=CASE)


async def closed(setup: WindowSetup) -> None:
    """Siti wrote two days ago."""
    await setup.person(heard=setup.messenger.now - 2 * DAY)


def operator_notes(setup: WindowSetup) -> int:
    return sum(call.chat == OPERATOR for call in setup.messenger.accepted)


async def test_a_closed_window_gets_one_template_and_a_message_releases_the_response_first(
    place: Place,
) -> None:
    async with window_setup(place) as setup:
        await closed(setup)
        await setup.post(send(SITI, "penilaian", "stars:abc"), response())
        await setup.quiet()
        assert setup.words() == [NUMBER]
        assert await setup.outcomes() == [(RESPONSE, Delivery.WAITING)]
        await setup.post(send(SITI, "pertanyaan", QUESTION, report=CASE))
        await setup.quiet()
        assert setup.words() == [NUMBER]
        await setup.writes()
        await setup.quiet()
        assert setup.words() == [NUMBER, "tanggapan", "pertanyaan", "penilaian"]
        for words in ("tanggapan", "pertanyaan", "penilaian"):
            await setup.reports(setup.call(words))
        told = await setup.outcomes()
        assert told[-2:] == [(RESPONSE, Delivery.DELIVERED), (QUESTION, Delivery.DELIVERED)]
        assert await setup.rows(where="kind <> 'knock'") == []
        assert not await setup.database.write(lambda c: is_blocked(c, SITI))


@ONE_STORE
@pytest.mark.parametrize("key", ["", "stars:abc", "judge:abc", "screen:7:3", "tally:abc", "reminder:abc"])
async def test_what_can_wait_gets_no_template(place: Place, key: str) -> None:
    async with window_setup(place) as setup:
        await closed(setup)
        await setup.post(send(SITI, "pengingat", key))
        await setup.quiet()
        assert setup.words() == []
        assert await setup.rows() == [("send", "parked")]
        await setup.writes()
        await setup.quiet()
        assert setup.words() == ["pengingat"]


@ONE_STORE
async def test_what_is_stored_while_the_chat_is_parked_may_be_worth_a_template(place: Place) -> None:
    async with window_setup(place) as setup:
        await closed(setup)
        await setup.post(send(SITI, "penilaian", "stars:abc"))
        await setup.quiet()
        assert setup.knocks() == 0
        await setup.post(send(SITI, "tanda terima", "receipt:abc"))
        await setup.quiet()
        assert setup.knocks() == 1


async def test_a_kill_before_the_template_sends_it_after_the_start_and_only_once(place: Place) -> None:
    async with window_setup(place) as setup:
        await closed(setup)
        await setup.store(response())
        await setup.restart()
        setup.messenger.failures += [DeliveryError(Failure.WINDOW)]
        await setup.quiet()
        assert setup.knocks() == 1
        # The mark of the template is lost: it is kept until its report, and not sent again.
        await setup.kill()
        await setup.restart()
        await setup.quiet()
        assert setup.knocks() == 1
        await setup.reports(setup.call(NUMBER))
        assert await setup.rows() == [("send", "parked")]


@ONE_STORE
async def test_a_start_releases_nothing_that_waits_for_its_person(place: Place) -> None:
    async with window_setup(place) as setup:
        await closed(setup)
        await setup.post(response(), send(SITI, "penilaian", "stars:abc"))
        await setup.quiet()
        tried = list(setup.messenger.refused)
        await setup.restart()
        await setup.quiet()
        assert setup.messenger.refused == tried
        assert setup.words() == [NUMBER]


@ONE_STORE
async def test_a_message_of_the_person_drops_a_template_that_still_waits(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.outbox.failing.ACCOUNT_SECONDS", 500.0)
    async with window_setup(place) as setup:
        await closed(setup)
        setup.messenger.failures += [
            DeliveryError(Failure.WINDOW),
            DeliveryError(Failure.ACCOUNT, "132015 paused"),
        ]
        await setup.post(response())
        await setup.until(lambda: not setup.messenger.failures and not setup.outbox._queues._sending)
        assert (await setup.rows())[-1] == ("knock", "pending")
        await setup.writes()
        await setup.quiet()
        assert setup.words() == ["tanggapan"]


@ONE_STORE
async def test_a_template_that_is_refused_leaves_the_rows_waiting(place: Place) -> None:
    async with window_setup(place) as setup:
        await closed(setup)
        setup.messenger.failures += [DeliveryError(Failure.WINDOW), DeliveryError(Failure.REFUSED, "132000")]
        await setup.post(response())
        await setup.quiet()
        assert await setup.rows("kind, state", "report IS NOT NULL") == [("send", "parked")]
        await setup.post(response("lagi", "response:abc:2"))
        await setup.quiet()
        assert (setup.knocks(), operator_notes(setup)) == (0, 1)
        await setup.writes()
        await setup.quiet()
        assert setup.words() == ["tanggapan", "lagi"]


@ONE_STORE
async def test_a_person_who_writes_during_the_call_gets_the_message(place: Place) -> None:
    async with window_setup(place) as setup:
        await closed(setup)
        setup.messenger.open.clear()
        setup.messenger.failures += [DeliveryError(Failure.WINDOW)]
        await setup.post(response())
        await setup.until(lambda: setup.messenger.begun)
        # The chat is not parked yet: nothing releases it.
        await setup.writes()
        setup.messenger.open.set()
        await setup.quiet()
        assert setup.words() == ["tanggapan"]
        assert await setup.outcomes() == []


@ONE_STORE
async def test_an_error_of_the_account_keeps_the_rows_in_order_and_tells_the_operator_once(
    place: Place,
) -> None:
    async with window_setup(place) as setup:
        await setup.person()
        setup.messenger.failures += [DeliveryError(Failure.ACCOUNT, "131042 payment") for _ in range(70)]
        await setup.post(response(), send(SITI, "penilaian", "stars:abc"))
        await setup.quiet()
        assert setup.words() == ["tanggapan", "penilaian"]
        assert operator_notes(setup) == 1
        assert await setup.outcomes() == []


@ONE_STORE
async def test_an_unreachable_person_is_reported_so_after_waiting(place: Place) -> None:
    async with window_setup(place) as setup:
        await closed(setup)
        await setup.post(response())
        await setup.quiet()
        await setup.outcomes()
        await setup.reports(setup.call(NUMBER), Failure.UNREACHABLE)
        assert await setup.outcomes() == [(RESPONSE, Delivery.WAITING), (RESPONSE, Delivery.UNREACHABLE)]
        await setup.post(response("lagi", "response:abc:2"))
        await setup.quiet()
        assert (await setup.outcomes())[-1] == ("response:abc:2", Delivery.UNREACHABLE)
        assert setup.knocks() == 1
        await setup.writes()
        await setup.quiet()
        assert setup.words() == [NUMBER, "tanggapan", "lagi"]


@ONE_STORE
async def test_what_waits_for_its_person_is_not_counted_as_stuck(place: Place) -> None:
    async with window_setup(place) as setup:
        await closed(setup)
        await setup.post(response(), send(SITI, "penilaian", "stars:abc"))
        await setup.quiet()
        work = await setup.database.read(read_waiting)
        assert (work.parked, work.for_person, work.accepted) == (0, 2, 1)
        assert work.message_since is None
        setup.messenger.now += 5 * DAY
        setup.messenger.failures += [DeliveryError(Failure.THROTTLED, retry_after=500.0)]
        await setup.writes()
        work = await setup.database.read(read_waiting)
        # Their age counts from the person's message.
        assert work.message_since == setup.messenger.now


@ONE_STORE
async def test_a_recalled_response_that_waits_is_dropped_and_one_that_was_sent_stays(place: Place) -> None:
    async with window_setup(place) as setup:
        await closed(setup)
        await setup.post(response())
        await setup.quiet()
        await setup.outcomes()
        await setup.post(DeleteMessages(SITI, RESPONSE, "recalled_response:abc:1", CASE))
        await setup.quiet()
        assert (await setup.outcomes())[-1] == ("recalled_response:abc:1", Delivery.DELIVERED)
        await setup.writes()
        await setup.post(response("kedua", "response:abc:2"))
        await setup.quiet()
        assert setup.words() == [NUMBER, "kedua"]
        await setup.post(DeleteMessages(SITI, "response:abc:2", "recalled_response:abc:2", CASE))
        await setup.quiet()
        assert (await setup.outcomes())[-1] == ("recalled_response:abc:2", Delivery.UNREACHABLE)
        # Its delivery failed after that: a recalled message is not sent again.
        await setup.reports(setup.call("kedua"), Failure.TEMPORARY)
        await setup.quiet()
        assert setup.words() == [NUMBER, "kedua"]
        assert (await setup.outcomes())[-1] == ("response:abc:2", Delivery.UNREACHABLE)


@ONE_STORE
async def test_a_recalled_response_that_is_not_sent_yet_is_dropped(place: Place) -> None:
    async with window_setup(place) as setup:
        await setup.person()
        setup.messenger.failures += [DeliveryError(Failure.THROTTLED, retry_after=500.0)]
        await setup.post(send(SITI, "layar"), response())
        await setup.until(lambda: not setup.messenger.failures and not setup.outbox._queues._sending)
        await setup.post(DeleteMessages(SITI, RESPONSE, "recalled_response:abc:1", CASE))
        assert await setup.rows("kind, key") == [("send", None), ("delete", "recalled_response:abc:1")]
        assert not setup.outbox._queues.has(2)


def progress(words: str) -> Edit:
    return Edit(SITI, "tally:abc", says(words), weight=Weight.PROGRESS)


@ONE_STORE
async def test_of_several_changes_of_progress_the_newest_is_sent_after_quiet(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.outbox.effect_rows.PROGRESS_SECONDS", 0.3)
    async with window_setup(place) as setup:
        await setup.person()
        await setup.post(send(SITI, "Tercatat: 1", "tally:abc"))
        await setup.quiet()
        await setup.reports(setup.call("Tercatat: 1"))
        for count in range(2, 5):
            setup.messenger.now += 0.1
            await setup.post(progress(f"Tercatat: {count}"))
        assert len(await setup.rows()) == 1
        await setup.quiet()
        assert setup.words() == ["Tercatat: 1", "Tercatat: 4"]


@ONE_STORE
async def test_a_later_message_makes_progress_outdated_and_never_waits_for_it(place: Place) -> None:
    async with window_setup(place) as setup:
        await setup.person()
        await setup.post(progress("Tercatat: 3"))
        await setup.post(send(SITI, "Kapan itu terjadi?", "screen:7:3"))
        await setup.quiet()
        assert setup.words() == ["Kapan itu terjadi?"]
        await setup.reports(setup.call("Kapan itu terjadi?"))
        assert await setup.rows() == []
        # The same in one turn, and after a restart.
        await setup.store(progress("Tercatat: 4"), send(SITI, "Di mana?", "screen:7:4"))
        await setup.restart()
        await setup.quiet()
        assert setup.words() == ["Kapan itu terjadi?", "Di mana?"]


@ONE_STORE
async def test_a_changed_content_takes_the_place_of_the_message_that_waits(place: Place) -> None:
    async with window_setup(place) as setup:
        await closed(setup)
        await setup.post(send(SITI, "status lama", "cases:7"))
        await setup.quiet()
        await setup.post(Edit(SITI, "cases:7", says("status baru")))
        await setup.writes()
        await setup.quiet()
        await setup.post(Edit(SITI, "cases:7", says("status terakhir")))
        await setup.quiet()
        assert setup.words() == ["status baru", "status terakhir"]


@ONE_STORE
async def test_a_second_release_loses_and_repeats_nothing(place: Place) -> None:
    async with window_setup(place) as setup:
        await closed(setup)
        await setup.post(response())
        await setup.quiet()
        await setup.writes()
        await setup.happened(BlockChanged(SITI, blocked=False))
        await setup.quiet()
        assert setup.words() == [NUMBER, "tanggapan"]


@pytest.mark.parametrize(
    ("heard", "again"),
    [(-DAY - 60, False), (-DAY + 60, True), (60.0, True)],
    ids=["its window was over", "its window ends after the template", "written after the template"],
)
async def test_a_message_allows_another_template_where_its_window_ends_after_the_last(
    place: Place, heard: float, *, again: bool
) -> None:
    async with window_setup(place) as setup:
        await closed(setup)
        now = setup.messenger.now
        assert await setup.database.write(lambda c: windows.begin_knock(c, SITI, now))
        assert not await setup.database.write(lambda c: windows.begin_knock(c, SITI, now))
        await setup.database.write(lambda c: windows.note_heard(c, SITI, now + heard))
        assert await setup.database.write(lambda c: windows.begin_knock(c, SITI, now + 2 * DAY)) is again
