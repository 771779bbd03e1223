"""Events that cannot be stored or raise unexpected errors: one event is set aside, no other is affected."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from bot.database.cases import file_cases
from bot.turns.setting_aside import SettingAside
from bot.turns.turn import Turn
from bot.turns.turns import Committed, Incoming
from conversations.effects import Edit, Effect, Outcome, RecordHistory, Send
from conversations.events import Event, GroupMoved
from conversations.messages import OutgoingMessage
from conversations.world import World
from tests.integration.turn_setup import GROUP, TurnSetup, case_of, said
from tests.unit.transcript import START, TERMS

BEYOND = 2**64
MANY = 201
CULPRIT = 101


class PanicError(BaseException):
    """As a compiled parser raises it: no Exception."""


class UnshowableError(Exception):
    def __str__(self) -> str:
        raise ValueError


def _outcomes(setup: TurnSetup, culprit: Outcome | None) -> None:
    """Every person is answered; the outcome of the failing event cannot be stored."""

    def then(event: Event, _world: World) -> Outcome | None:
        return culprit if getattr(event, "text", "") == "culprit" else None

    setup.core.then = then


UNSTORABLE: dict[str, Effect] = {
    "a number beyond 64 bits": Send(BEYOND, OutgoingMessage("system.own_id", {"person": 7})),
    "half of a surrogate pair": RecordHistory("a", "\ud800", "submitted", "x"),
    "another type": RecordHistory("a", "citizen:7", object(), "x"),  # type: ignore[arg-type]
}


async def _crowd(setup: TurnSetup) -> None:
    words = ["culprit" if number == CULPRIT else "baik" for number in range(1, MANY + 1)]
    await setup.take(*(said(number, word, 1000 + number) for number, word in enumerate(words, start=1)))


@pytest.mark.parametrize("name", UNSTORABLE)
async def test_of_many_events_only_the_one_that_cannot_be_stored_is_set_aside(
    setup: TurnSetup, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    takes = _counted(monkeypatch)
    _outcomes(setup, Outcome(effects=(UNSTORABLE[name],)))
    await _crowd(setup)
    assert await setup.rows("SELECT update_id FROM quarantine") == [(CULPRIT,)]
    assert await setup.value("SELECT count(*) FROM conversations") == MANY - 1
    assert await setup.value("SELECT next FROM offsets") == MANY + 1
    assert (1000 + CULPRIT, "system.try_again") in setup.sent()
    # The batch of 200, each of it alone, the failing one again to be set aside, and the last batch of one.
    assert len(takes) == 1 + 200 + 1 + 1
    assert setup.waits == []


def _counted(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    takes: list[int] = []
    take = Turn.take

    def counted(self: Turn, batch: Any) -> Committed:
        takes.append(len(batch.arrivals))
        return take(self, batch)

    monkeypatch.setattr(Turn, "take", counted)
    return takes


def _no_quarantine(monkeypatch: pytest.MonkeyPatch) -> None:
    def refusing(*_: object) -> None:
        raise OverflowError

    monkeypatch.setattr("bot.outbox.operator_notes.record", refusing)


async def test_an_event_that_the_quarantine_refuses_is_answered_and_passed(
    setup: TurnSetup, monkeypatch: pytest.MonkeyPatch
) -> None:
    _no_quarantine(monkeypatch)
    _outcomes(setup, Outcome(effects=(UNSTORABLE["a number beyond 64 bits"],)))
    await setup.take(said(1, "baik", 20), said(2, "culprit", 21), said(3, "baik", 22))
    assert await setup.value("SELECT count(*) FROM quarantine") == 0
    assert [chat for chat, _ in setup.sent()] == [20, 21, 22]
    assert await setup.value("SELECT next FROM offsets") == 4
    assert setup.waits == []


async def test_an_event_whose_answer_cannot_be_stored_is_only_acknowledged(
    setup: TurnSetup, monkeypatch: pytest.MonkeyPatch
) -> None:
    aside = SettingAside.update

    def unstorable(self: SettingAside, incoming: Incoming, error: BaseException | None) -> None:
        aside(self, incoming, error)
        self._gathered.add(Outcome(effects=(UNSTORABLE["a number beyond 64 bits"],)))

    monkeypatch.setattr(SettingAside, "update", unstorable)
    _outcomes(setup, Outcome(effects=(UNSTORABLE["a number beyond 64 bits"],)))
    await setup.take(said(1, "baik", 20), said(2, "culprit", 21), said(3, "baik", 22))
    assert [chat for chat, _ in setup.sent()] == [20, 22]
    assert await setup.rows("SELECT update_id FROM updates ORDER BY 1") == [(1,), (2,), (3,)]
    assert await setup.value("SELECT next FROM offsets") == 4
    await setup.take(said(2, "culprit", 21), said(4, "baik", 23))
    assert [chat for chat, _ in setup.sent()] == [20, 22, 23]


RAISED: dict[str, Callable[[], BaseException]] = {
    "RecursionError": RecursionError,
    "MemoryError": MemoryError,
    "a panic": PanicError,
    "an error that cannot be shown": UnshowableError,
    "an error of the database's kind": lambda: KeyError("sqlite"),
}


@pytest.mark.parametrize("where", ["needs", "further_needs", "advance"])
@pytest.mark.parametrize("name", RAISED)
async def test_an_event_that_raises_in_the_core_is_set_aside_alone(
    setup: TurnSetup, name: str, where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    healthy, raised = getattr(setup.core, where), RAISED[name]()

    def raising(event: Any, *rest: Any) -> Any:
        if getattr(event, "text", "") == "culprit":
            raise raised
        return healthy(event, *rest)

    monkeypatch.setattr(setup.core, where, raising)
    await setup.take(said(1, "baik", 20), said(2, "culprit", 21), said(3, "baik", 22))
    assert await setup.rows("SELECT update_id FROM quarantine") == [(2,)]
    assert [chat for chat, _ in setup.sent()] == [20, 21, 22, 999]
    assert await setup.value("SELECT next FROM offsets") == 4


async def test_endless_recursion_in_the_core_is_set_aside(setup: TurnSetup) -> None:
    def endless(event: Event, world: World) -> Outcome | None:
        return endless(event, world) if getattr(event, "text", "") == "culprit" else None

    setup.core.then = endless
    await setup.take(said(1, "culprit", 20), said(2, "baik", 21))
    assert await setup.rows("SELECT update_id FROM quarantine") == [(1,)]
    assert (21, "system.own_id") in setup.sent()


async def test_a_turn_whose_hand_over_fails_is_stored(setup: TurnSetup) -> None:
    handed: list[Committed] = []

    def raising(done: Committed) -> None:
        handed.append(done)
        raise LookupError

    turns = setup.turns()
    turns._on_committed = raising
    await turns.take([said(1, "baik", 20)])
    await turns.take([said(2, "baik", 21)])
    assert len(handed) == 2
    assert await setup.rows("SELECT chat, state FROM outbox ORDER BY id") == [
        (20, "pending"),
        (21, "pending"),
    ]
    assert await setup.value("SELECT next FROM offsets") == 3


async def test_a_card_that_cannot_be_made_delays_no_other_card_of_a_moved_group(
    setup: TurnSetup,
) -> None:
    filed = [case_of(name, serial) for serial, name in enumerate("abc", start=1)]
    filed[1] = filed[1].model_copy(update={"agency": "nowhere"})
    await setup.database.write(lambda c: file_cases(c, setup.codec, filed, TERMS))
    await setup.take(Incoming("clock", None, GroupMoved(START, GROUP), b""))
    cards = [row.key for done in setup.committed for row in done.rows if row.chat == GROUP]
    assert cards == ["card:a", "card:c"]
    assert await setup.value("SELECT count(*) FROM quarantine") == 0


async def test_a_waiting_message_that_cannot_be_replaced_is_set_aside_and_the_new_one_stored(
    setup: TurnSetup,
) -> None:
    first, second = (OutgoingMessage("system.own_id", {"person": number}) for number in (1, 2))
    _outcomes(setup, Outcome(effects=(Send(20, first, "screen:20"),)))
    await setup.take(said(1, "culprit", 20))
    await setup.damage("UPDATE outbox SET payload = :byte WHERE chat = 20")
    _outcomes(setup, Outcome(effects=(Edit(20, "screen:20", second),)))
    setup.committed.clear()
    await setup.take(said(2, "culprit", 20))
    assert await setup.rows("SELECT stage FROM quarantine") == [("outbox",)]
    templates = [template for _, template in setup.sent()]
    assert templates == ["system.own_id", "system.operator_quarantine", "system.message_missing"]
