"""When a question was first shown: its id, that it was not sent yet, or that it is not known."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from bot.channels.base import BlockChanged
from bot.database import sent_messages
from bot.database.showings import first_showings
from bot.simulator.api.faults import Kind
from bot.simulator.people.person import Person
from conversations.world import UNSENT
from tests.integration.both_stores import Place
from tests.integration.outbox_setup import OutboxSetup, edit, eventually, outbox_setup, send

SITI = 7
QUESTION = "screen:7:1"


async def shown(setup: OutboxSetup, key: str = QUESTION) -> int | None:
    """The first showing as a turn that begins now would load it; None where it is unknown."""
    in_flight = setup.outbox.in_flight()
    found = await setup.database.write(lambda c: first_showings(c, [key], in_flight))
    return found.get((SITI, key))


async def started(setup: OutboxSetup) -> Person:
    siti = setup.simulator.person(SITI, "Siti")
    await siti.say("/start")
    return siti


async def test_a_question_that_was_sent_once_has_its_id(place: Place) -> None:
    async with outbox_setup(place) as setup:
        siti = await started(setup)
        await setup.post(send(SITI, "Nama?", QUESTION))
        await setup.empty()
        first = max(siti.chat.messages)
        assert await shown(setup) == first
        await setup.post(send(SITI, "Nama lagi?", QUESTION))
        await setup.empty()
        assert await shown(setup) == first


async def test_a_question_that_waits_was_not_sent(place: Place) -> None:
    async with outbox_setup(place) as setup:
        await started(setup)
        await setup.store(send(SITI, "Nama?", QUESTION))
        assert await shown(setup) == UNSENT


async def test_while_its_call_runs_the_showing_is_unknown(place: Place) -> None:
    async with outbox_setup(place) as setup:
        await started(setup)
        held = setup.simulator.fault("sendMessage", kind="hold", place="after")
        await setup.post(send(SITI, "Nama?", QUESTION))
        await held.reached()
        assert await shown(setup) is None
        held.release()
        await setup.empty()
        assert await shown(setup)


async def test_a_question_that_was_throttled_was_not_sent(place: Place) -> None:
    async with outbox_setup(place) as setup:
        await started(setup)
        setup.simulator.fault("sendMessage", kind="429", retry_after=60)
        await setup.post(send(SITI, "Nama?", QUESTION))
        await eventually(lambda: setup.count("SELECT count(*) FROM outbox WHERE not_before > 0", 1))
        assert await shown(setup) == UNSENT


async def test_a_question_that_was_throttled_is_shown_in_the_end(place: Place) -> None:
    async with outbox_setup(place) as setup:
        await started(setup)
        setup.simulator.fault("sendMessage", kind="429", retry_after=1)
        await setup.post(send(SITI, "Nama?", QUESTION))
        await setup.empty()
        assert await shown(setup)


def _fails(kind: Kind) -> Callable[[OutboxSetup], Awaitable[None]]:
    async def arrive(setup: OutboxSetup) -> None:
        failed = setup.simulator.fault("sendMessage", kind=kind, place="after")
        await setup.post(send(SITI, "Nama?", QUESTION))
        await failed.reached()

    return arrive


async def _killed_before_the_mark(setup: OutboxSetup) -> None:
    await setup.post(send(SITI, "Nama?", QUESTION))
    await setup.simulator.people[SITI].wait_for("Nama?")
    await setup.kill_outbox()
    await setup.restart_outbox()


async def _killed_during_the_call(setup: OutboxSetup) -> None:
    held = setup.simulator.fault("sendMessage", kind="hold", place="after")
    await setup.post(send(SITI, "Nama?", QUESTION))
    await held.reached()
    await setup.kill_outbox()
    held.release(proceed=False)
    await setup.restart_outbox()


async def _killed_twice(setup: OutboxSetup) -> None:
    await _killed_before_the_mark(setup)
    await setup.kill_outbox()
    await setup.restart_outbox()


async def _blocked_before_the_restart(setup: OutboxSetup) -> None:
    await setup.store(send(SITI, "Nama?", QUESTION))
    await setup.happened(BlockChanged(SITI, blocked=True))
    await setup.kill_outbox()
    await setup.restart_outbox()
    await setup.happened(BlockChanged(SITI, blocked=False))


UNKNOWN: dict[str, Callable[[OutboxSetup], Awaitable[None]]] = {
    "connection cut": _fails("drop"),
    "answer unreadable": _fails("garbage"),
    "error of a gateway": _fails("502"),
    "killed before the mark": _killed_before_the_mark,
    "killed during the call": _killed_during_the_call,
    "killed twice": _killed_twice,
    "blocked before the restart": _blocked_before_the_restart,
}


@pytest.mark.parametrize("arrive", UNKNOWN.values(), ids=UNKNOWN)
async def test_a_question_that_may_have_arrived_before_stays_unknown(
    arrive: Callable[[OutboxSetup], Awaitable[None]], place: Place
) -> None:
    async with outbox_setup(place) as setup:
        await started(setup)
        await arrive(setup)
        assert await shown(setup) is None
        await setup.empty()
        assert await shown(setup) is None
        # Edits and replies find the copy that was stored.
        newest = await setup.database.write(lambda c: sent_messages.newest(c, [QUESTION]))
        assert newest[SITI, QUESTION] == max(setup.simulator.people[SITI].chat.messages)
        await setup.kill_outbox()
        await setup.restart_outbox()
        assert await shown(setup) is None
        await setup.post(send(SITI, "Alamat?", "screen:7:2"))
        await setup.empty()
        assert await shown(setup, "screen:7:2")


async def test_between_a_failed_call_and_its_mark_the_showing_is_unknown(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.outbox.marks.GATHER_SECONDS", 60.0)
    async with outbox_setup(place) as setup:
        await started(setup)
        setup.simulator.fault("sendMessage", kind="drop", place="after", times=99)
        await setup.post(send(SITI, "Nama?", QUESTION))

        async def failed() -> bool:
            return bool(setup.outbox._marks.tried)

        await eventually(failed)
        assert await setup.count("SELECT count(*) FROM outbox WHERE attempts = 0", 1)
        assert await shown(setup) is None


async def test_a_question_whose_mark_was_lost_is_unknown(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with outbox_setup(place) as setup:
        siti = await started(setup)

        def refused(*_: Any) -> None:
            raise ValueError

        monkeypatch.setattr("bot.outbox.marks.Batch.write", refused)
        await setup.post(send(SITI, "Nama?", QUESTION))
        await siti.wait_for("Nama?")

        async def lost() -> bool:
            return bool(setup.outbox._marks._lost)

        await eventually(lost)
        assert await shown(setup) is None


async def test_a_copy_of_a_question_that_has_vanished_is_not_its_first_showing(place: Place) -> None:
    async with outbox_setup(place) as setup:
        siti = await started(setup)
        await setup.post(send(SITI, "Nama?", QUESTION))
        await setup.empty()
        first = await shown(setup)
        siti.chat.messages.pop(first or 0)
        await setup.post(edit(SITI, QUESTION, "Nama lengkap?"))
        await siti.wait_for("Nama lengkap?")
        await setup.empty()
        assert await shown(setup) is None


async def test_the_first_row_of_many_waits_while_others_are_sent(place: Place) -> None:
    async with outbox_setup(place) as setup:
        await started(setup)
        setup.simulator.person(8, "Budi")
        await setup.simulator.people[8].say("/start")
        held = setup.simulator.fault("sendMessage", SITI, kind="hold")
        await setup.post(send(SITI, "Tercatat"), send(SITI, "Nama?", QUESTION), send(8, "Lain", "screen:8:1"))
        await held.reached()
        # It waits behind a message of the same chat.
        assert await shown(setup) == UNSENT
        held.release()
        await setup.empty()
