"""An act whose sender's membership is not known waits alone, stored, and is taken once it is told."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from bot.channels.base import DeliveryError, Failure, UnreadableUpdateError
from bot.database.engine import Database
from bot.database.members import KnownMember, load_members, note_members, prune
from bot.database.quarantine import Damage
from bot.database.sealing import Codec
from bot.sources import membership_checks
from bot.sources.membership_checks import MembershipChecks
from bot.turns.batches import Incoming
from conversations.effects import AnswerPress, Outcome
from conversations.engine import Needs
from conversations.events import ButtonPressed, Event, MembershipChanged, TextReceived
from conversations.world import ORDINARY_AGE, Membership, Standing, World
from tests.integration.outbox_setup import eventually
from tests.integration.turn_setup import GROUP, Bench, FakeCore, origin
from tests.unit.transcript import START

OFFICER, WALL = 7, 1_000_000.0
TOLD = datetime.fromtimestamp(WALL, START.tzinfo)


class Guarded(FakeCore):
    """Every press in the group needs a member."""

    def needs(self, event: Event, world: World, /) -> Needs:
        if isinstance(event, MembershipChanged):
            return Needs(members=frozenset((*event.joined, *event.left)))
        assert isinstance(event, ButtonPressed | TextReceived)
        return replace(super().needs(event, world), members=frozenset({event.origin.person.id}))

    def standing(self, event: Event, _world: World, /) -> Standing | None:
        return Standing(GROUP, event.origin.person.id) if isinstance(event, ButtonPressed) else None


def press(number: int, person: int = OFFICER) -> Incoming:
    event = ButtonPressed(origin(person, GROUP), f"press{number}", "take", "unknown", 1, "")
    return Incoming("telegram", number, event, {"update_id": number, "person": person})


@dataclass
class Messenger:
    """Knows who is in the group; `answers` are given one after the other, the last one for ever."""

    answers: list[bool | Exception]
    asked: list[tuple[int, int]] = field(default_factory=list)

    async def is_member(self, chat: int, person: int) -> bool:
        self.asked.append((chat, person))
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer

    def read(self, raw: Any) -> Event:
        if raw["update_id"] == 13:
            raise UnreadableUpdateError
        event = press(raw["update_id"], raw["person"]).event
        assert isinstance(event, ButtonPressed)
        return event


@dataclass
class TurnContext:
    """Turns with checks before them."""

    bench: Bench
    messenger: Messenger
    answered: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.bench.core = Guarded()
        self.checks = self.new_checks()

    def new_checks(self) -> MembershipChecks:
        bench = self.bench
        return MembershipChecks(
            bench.database, bench.codec, self.messenger, self.take, self.answer, lambda: TOLD
        )

    def answer(self, press: AnswerPress, _language: str) -> None:
        self.answered.append(press.template)

    async def take(self, incoming: Sequence[Incoming]) -> None:
        before = len(self.bench.committed)
        await self.bench.take(*incoming)
        for done in self.bench.committed[before:]:
            self.checks.accept(done.parked)

    async def nothing_waits(self) -> None:
        async def empty() -> bool:
            return await self.bench.value("SELECT count(*) FROM waiting") == 0

        await eventually(empty)

    def heard(self) -> list[Event]:
        return self.bench.core.seen


@pytest.fixture
def bench(database: Database, codec: Codec) -> Bench:
    return Bench(database, codec)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(membership_checks, "WAITS", (0.0, 0.0, 0.0))


async def test_an_act_waits_until_the_messenger_has_said_who_its_sender_is(bench: Bench) -> None:
    house = TurnContext(bench, Messenger([True]))
    await house.take([press(1)])
    assert house.heard() == []
    assert await bench.value("SELECT next FROM offsets") == 2
    await house.nothing_waits()
    told, pressed = house.heard()
    assert told == MembershipChanged(TOLD, GROUP, (OFFICER,))
    assert isinstance(pressed, ButtonPressed)
    await house.checks.stop()


async def test_what_is_known_is_not_asked_again(bench: Bench) -> None:
    house = TurnContext(bench, Messenger([True]))
    for number in (1, 2, 3):
        await house.take([press(number)])
        await house.nothing_waits()
    assert house.messenger.asked == [(GROUP, OFFICER)]
    await house.checks.stop()


async def test_one_check_serves_all_that_a_person_does_meanwhile_in_order(bench: Bench) -> None:
    house = TurnContext(bench, Messenger([True]))
    await house.take([press(1), press(2), press(3), press(4, 8)])
    await house.nothing_waits()
    assert sorted(house.messenger.asked) == [(GROUP, OFFICER), (GROUP, 8)]
    mine = [e.press for e in house.heard() if isinstance(e, ButtonPressed) and e.origin.person.id == OFFICER]
    assert mine == ["press1", "press2", "press3"]
    await house.checks.stop()


async def test_a_messenger_that_does_not_answer_ends_the_waiting(bench: Bench) -> None:
    house = TurnContext(bench, Messenger([DeliveryError(Failure.TEMPORARY, "timed out")]))
    await house.take([press(1)])
    await house.nothing_waits()
    assert len(house.messenger.asked) == 3
    assert [type(event) for event in house.heard()] == [ButtonPressed]
    await house.checks.stop()


@pytest.mark.parametrize(
    "error",
    [
        DeliveryError(Failure.REFUSED, "CHAT_ADMIN_REQUIRED"),
        DeliveryError(Failure.THROTTLED, "slow", retry_after=600.0),
        RuntimeError("a fault of ours"),
    ],
    ids=str,
)
async def test_what_another_try_does_not_end_is_asked_once(bench: Bench, error: Exception) -> None:
    house = TurnContext(bench, Messenger([error]))
    await house.take([press(1)])
    await house.nothing_waits()
    assert len(house.messenger.asked) == 1
    await house.checks.stop()


async def test_a_passing_failure_is_tried_again(bench: Bench) -> None:
    house = TurnContext(bench, Messenger([DeliveryError(Failure.TEMPORARY, "timed out"), False]))
    await house.take([press(1)])
    await house.nothing_waits()
    assert house.heard()[0] == MembershipChanged(TOLD, GROUP, (), (OFFICER,))
    await house.checks.stop()


async def test_what_waits_survives_a_restart(bench: Bench) -> None:
    house = TurnContext(bench, Messenger([True]))
    await bench.take(press(1), press(13), press(3))
    assert await bench.value("SELECT count(*) FROM waiting") == 3
    assert list(await house.checks.start()) == []
    await house.nothing_waits()
    assert [e.press for e in house.heard() if isinstance(e, ButtonPressed)] == ["", ""]
    assert await bench.rows("SELECT subject FROM quarantine") != []
    await house.checks.stop()


async def test_a_damaged_waiting_row_holds_up_no_other(bench: Bench) -> None:
    house = TurnContext(bench, Messenger([True]))
    await bench.take(press(1), press(2))
    await bench.database.write(lambda c: c.execute(text("UPDATE waiting SET raw = x'00' WHERE id = 1")))
    (fault,) = await house.checks.start()
    assert fault.subject == "1"
    await house.nothing_waits()
    assert [e.press for e in house.heard() if isinstance(e, ButtonPressed)] == [""]
    await house.checks.stop()


async def test_a_press_whose_check_takes_long_is_answered_meanwhile(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(membership_checks, "PATIENCE_SECONDS", 0.0)
    monkeypatch.setattr(membership_checks, "WAITS", (0.05,))
    house = TurnContext(bench, Messenger([True]))
    await house.take([press(1)])
    await house.nothing_waits()
    assert house.answered == ["system.checking"]
    assert [e.press for e in house.heard() if isinstance(e, ButtonPressed)] == [""]
    await house.checks.stop()


async def _known(bench: Bench, wall: float = WALL) -> Membership | None:
    found = await bench.database.write(lambda c: load_members(c, bench.codec, [OFFICER], wall, Damage()))
    return found.get((GROUP, OFFICER))


async def _told(bench: Bench, at: datetime, *, present: bool) -> None:
    persons = ((OFFICER,), ()) if present else ((), (OFFICER,))
    event = MembershipChanged(at, GROUP, *persons)
    bench.core = Guarded()
    bench.core.then = lambda *_: Outcome()
    await bench.take(Incoming("clock", None, event, b""))


async def test_older_news_changes_nothing(bench: Bench) -> None:
    await _told(bench, TOLD, present=False)
    await _told(bench, TOLD - timedelta(hours=1), present=True)
    known = await _known(bench)
    assert known
    assert not known.present


async def test_knowledge_ages_by_the_messengers_date(bench: Bench) -> None:
    await _told(bench, TOLD - timedelta(hours=2), present=True)
    known = await _known(bench)
    assert known
    assert known.age == pytest.approx(7200)
    assert known.age > ORDINARY_AGE


async def test_since_counts_from_the_return(bench: Bench) -> None:
    await _told(bench, TOLD - timedelta(minutes=3), present=True)
    first = await _known(bench)
    await _told(bench, TOLD - timedelta(minutes=2), present=False)
    await _told(bench, TOLD - timedelta(minutes=1), present=True)
    again = await _known(bench)
    await _told(bench, TOLD, present=True)
    later = await _known(bench)
    assert first
    assert again
    assert later
    assert first.since < again.since == later.since == START


@pytest.mark.parametrize(
    "change", ["present = 1", "person = 7, chat = -4", "at = 999999.5", "since = '1999-01-01'", "proof = ''"]
)
async def test_a_database_writer_without_the_keys_makes_nobody_an_officer(bench: Bench, change: str) -> None:
    await _told(bench, TOLD, present=False)
    await bench.database.write(lambda c: c.execute(text(f"UPDATE members SET {change}")))  # noqa: S608
    found = await bench.database.write(lambda c: load_members(c, bench.codec, [OFFICER], WALL, Damage()))
    assert found == {}


@pytest.mark.parametrize("ahead", [50 * 60.0, 4 * 3600.0, 10 * 86_400.0])
async def test_what_a_clock_noted_that_ran_ahead_makes_nobody_an_officer(bench: Bench, ahead: float) -> None:
    wrong = KnownMember(GROUP, OFFICER, present=True, at=WALL + ahead, since=START)
    await bench.database.write(lambda c: note_members(c, bench.codec, [wrong]))
    known = await _known(bench)
    assert known
    assert known.age == math.inf
    await _told(bench, TOLD, present=False)
    for later in (0.0, 30.0, ahead, 2 * ahead):
        known = await _known(bench, WALL + later)
        assert known
        assert not known.present


async def test_news_from_a_messenger_whose_clock_is_ahead_count_from_now(bench: Bench) -> None:
    await _told(bench, TOLD + timedelta(days=3), present=True)
    known = await _known(bench)
    assert known
    assert (known.present, known.age) == (True, 0.0)
    await _told(bench, TOLD, present=False)
    known = await _known(bench)
    assert known
    assert not known.present


async def test_a_damaged_row_is_written_again_by_the_next_news(bench: Bench) -> None:
    await _told(bench, TOLD, present=True)
    await bench.database.write(lambda c: c.execute(text("UPDATE members SET at = 'x'")))
    assert await _known(bench) is None
    await _told(bench, TOLD, present=False)
    known = await _known(bench)
    assert known
    assert not known.present


async def test_who_is_in_other_groups_is_not_stored(bench: Bench) -> None:
    event = MembershipChanged(TOLD, -555, (1, 2, 3), (4,))
    bench.core = Guarded()
    bench.core.then = lambda *_: Outcome()
    await bench.take(Incoming("clock", None, event, b""))
    assert await bench.value("SELECT count(*) FROM members") == 0


async def test_who_is_out_for_a_day_is_forgotten(bench: Bench) -> None:
    await _told(bench, TOLD, present=False)
    for later, left in ((23 * 3600.0, 1), (25 * 3600.0, 0)):
        await bench.database.write(lambda c, at=WALL + later: prune(c, at))  # type: ignore[misc]
        assert await bench.value("SELECT count(*) FROM members") == left


async def test_a_press_that_waited_over_a_restart_has_no_alert_to_show(bench: Bench) -> None:
    house = TurnContext(bench, Messenger([True]))
    await bench.take(press(1))
    await house.checks.start()
    await house.nothing_waits()
    assert [e.press for e in house.heard() if isinstance(e, ButtonPressed)] == [""]
    await house.checks.stop()


async def test_many_outsiders_take_few_connections(bench: Bench) -> None:
    house = TurnContext(bench, Messenger([False]))
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

    house.messenger.is_member = slow  # type: ignore[method-assign]
    await house.take([press(number, 100 + number) for number in range(1, 50)])
    await house.nothing_waits()
    assert most <= membership_checks.CALLS_AT_ONCE
    await house.checks.stop()
