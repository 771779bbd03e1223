"""A wrong clock closes, deletes and reminds of nothing; once it is right, what is due is done once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import insert

from bot.clock.business_time import BusinessClock
from bot.clock.zone import ZONE
from bot.database import arrivals, digests, members, tables
from bot.database.cases import file_cases
from bot.database.conversations import save_conversations
from bot.database.engine import Database
from bot.database.quarantine import Fault, Stage, record
from bot.database.sealing import Codec
from bot.outbox.operator_notes import Operator
from bot.sources.scheduler import Scheduler
from bot.turns.turns import TurnContext, Turns
from conversations.complaints.case import Case, Happened
from conversations.complaints.complaint import Part
from conversations.complaints.completion import Request
from conversations.complaints.draft import Draft
from conversations.complaints.life_cycle import Status
from conversations.conversation import Conversation
from conversations.events import DeadlinePassed, Event, MorningCame
from tests.integration.test_turns_wakeups import EngineCore
from tests.integration.turn_setup import GROUP, PROVIDERS, TurnSetup, case_of, said
from tests.unit.transcript import RULES, TERMS
from tests.unit.wrong_clocks import DAY, MINUTE, MONTH, TRUE, WRONG, Machine

START = datetime.fromtimestamp(TRUE, ZONE)
# When everything in the store is due, and what is sent then: no reminder that is older than the end.
DONE: Mapping[str, int] = {
    "intake.dropped": 1,
    "followup.held_expired": 1,
    "followup.closed_by_silence": 1,
    # Of the open case.
    "mornings.reminder": 1,
    "mornings.digest": 1,
    "completion.lapsed": 1,
    "desk.lapsed": 1,
    "desk.card": 3,
}
LATER = 12 * DAY
DRAFTING, HOLDING = 7, 8


class Bot:
    """Turns and scheduler of a bot on this machine, over a store in which much is due soon."""

    def __init__(self, database: Database, codec: Codec) -> None:
        self.setup = TurnSetup(database, codec, EngineCore())
        self.start()

    def start(self) -> None:
        """Start the bot, on a machine with a right clock."""
        setup, self.machine = self.setup, Machine()
        time = self.machine.time
        self.clock = BusinessClock(time)
        context = TurnContext(
            core=setup.core,
            operator=Operator(setup.codec, 999, frozenset()),
            rules=RULES,
            providers=PROVIDERS,
            now=self.clock.now,
            wall=time.wall,
        )
        self.turns = Turns(setup.database, context, setup.committed.append)
        self.scheduler = Scheduler(
            setup.database,
            setup.codec,
            self.turns.take,
            self.clock.now,
            time.wall,
            60.0,
            _unreported,
            time.is_certain,
        )

    async def fill(self) -> None:
        """Store what the clock will be due to do, and what it deletes."""
        database, codec = self.setup.database, self.setup.codec
        part = Part(message=1, at=START, text="Halo")
        talks = [
            Conversation(
                chat=DRAFTING,
                person=DRAFTING,
                draft=Draft(id="d", screen="story", started_at=START, touched_at=START),
            ),
            Conversation(chat=HOLDING, person=HOLDING, held=(part,), held_at=START),
        ]
        await database.write(lambda c: save_conversations(c, codec, talks, TERMS))
        await database.write(lambda c: file_cases(c, codec, _cases(), TERMS))
        await database.write(lambda c: digests.prepare(c, RULES, START))
        await database.write(lambda c: arrivals.take(c, "telegram", [1], TRUE))
        aside = [Fault(Stage.UPDATE, "LookupError", b"raw", channel="telegram", update_id=1)]
        await database.write(lambda c: record(c, codec, aside, TRUE))
        absent = {"chat": GROUP, "person": 5, "present": 0, "at": TRUE, "since": "", "proof": ""}
        await database.write(lambda c: c.execute(insert(tables.members), absent))

    async def rounds(self, count: int = 3) -> None:
        """Let the scheduler look; an hour passes between its deletions."""
        for _ in range(count):
            while await self.scheduler.round():
                pass
            self.machine.pass_by(1)

    def done(self) -> Counter[str]:
        """How often the clock came to each conversation, case and group."""
        return Counter(filter(None, map(_subject, self.setup.core.seen)))

    def sent(self) -> Counter[str]:
        """The messages that were stored to be sent, by name."""
        return Counter(template for _, template in self.setup.sent())

    async def kept(self) -> Mapping[str, object]:
        """What is in the store that the clock changes."""
        counted = {
            name: await self.setup.value(f"SELECT count(*) FROM {name}")  # noqa: S608 - ours
            for name in ("updates", "quarantine", "members")
        }
        return {
            **counted,
            "cases": await self.setup.rows("SELECT id, status, wake_at FROM cases ORDER BY id"),
            "talks": await self.setup.rows("SELECT chat, wake_at FROM conversations ORDER BY chat"),
            "digests": await self.setup.rows("SELECT name, value FROM installation ORDER BY name"),
        }


def _subject(event: Event) -> str:
    if isinstance(event, MorningCame):
        return f"morning of {event.agency}, restricted: {event.restricted}"
    return f"{event.chat} {event.case}" if isinstance(event, DeadlinePassed) else ""


async def _unreported(faults: Collection[Fault]) -> None:
    assert not faults


def _cases() -> list[Case]:
    until = (START + timedelta(days=10)).date()
    begun = {"timeline": (Happened(status=Status.RECEIVED, at=START),), "received_at": START}
    request = Request(items=("address",), at=START, officer=602, name="Rina", until=until, days_kept=3)
    changes: tuple[dict[str, object], ...] = (
        {"status": Status.RESPONDED, "objection_until": until},
        {"status": Status.INCOMPLETE, "request": request},
        {"status": Status.RECEIVED, "due_on": date(2026, 3, 25)},
    )
    return [
        case_of(name, serial).model_copy(update={**begun, **change})
        for serial, (name, change) in enumerate(zip("abc", changes, strict=True), 1)
    ]


@pytest.fixture
async def bot(database: Database, codec: Codec) -> Bot:
    made = Bot(database, codec)
    await made.fill()
    return made


# How the clock comes to be wrong.
def _at_the_start(machine: Machine, wrong: float) -> None:
    machine.wrong = wrong
    machine.answer(3)


def _before_any_answer(machine: Machine, wrong: float) -> None:
    machine.wrong = wrong


def _in_the_middle(machine: Machine, wrong: float) -> None:
    machine.answer()
    machine.wrong = wrong


def _out_of_reach(machine: Machine, wrong: float) -> None:
    machine.answer()
    machine.pass_by(11 * MINUTE)
    machine.wrong = wrong


def _no_date(machine: Machine, wrong: float) -> None:
    machine.wrong = wrong
    machine.header(None, times=12)


def _one_that_agrees(machine: Machine, wrong: float) -> None:
    """An answer of the messenger is forged so that it agrees with the clock that jumped."""
    machine.answer(3)
    machine.wrong = wrong
    machine.answer(wrong=wrong)


WAYS: Mapping[str, Callable[[Machine, float], None]] = {
    "at the start": _at_the_start,
    "before any answer": _before_any_answer,
    "in the middle": _in_the_middle,
    "out of reach": _out_of_reach,
    "without Date": _no_date,
    "one forged answer": _one_that_agrees,
}


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
async def test_a_wrong_clock_does_nothing_for_good(bot: Bot, way: Callable[[Machine, float], None]) -> None:
    before = await bot.kept()
    for label, wrong in WRONG.items():
        bot.start()
        way(bot.machine, wrong)
        await bot.rounds()
        assert bot.done() == {}, label
        assert await bot.kept() == before, label


@pytest.mark.parametrize("text", [None, "Thu, 01 Jan 2099 00:00:00 GMT"], ids=["no Date", "2099"])
async def test_a_right_clock_does_nothing_for_good_while_no_one_confirms_it(
    bot: Bot, text: str | None
) -> None:
    before = await bot.kept()
    bot.machine.pass_by(LATER)
    bot.machine.header(text, times=12)
    await bot.rounds()
    assert bot.done() == {}
    assert await bot.kept() == before


@pytest.mark.parametrize("wrong", [DAY, -DAY, MONTH, -MONTH])
async def test_what_was_put_off_is_done_once_when_the_clock_is_right(bot: Bot, wrong: float) -> None:
    _in_the_middle(bot.machine, wrong)
    await bot.rounds()
    bot.machine.pass_by(LATER)
    bot.machine.answer(3)
    await bot.rounds()
    assert bot.done() == {}
    bot.machine.wrong = 0.0
    await bot.rounds()
    assert set(bot.done().values()) == {1}
    assert bot.sent() == DONE
    assert await bot.setup.value("SELECT count(*) FROM updates") == 0
    statuses = await bot.setup.rows("SELECT status FROM cases ORDER BY id")
    assert [status for (status,) in statuses] == ["closed", "lapsed", "received"]


async def test_a_clock_that_is_ten_seconds_wrong_holds_back_nothing(bot: Bot) -> None:
    bot.machine.wrong = 10.0
    bot.machine.pass_by(LATER)
    bot.machine.answer()
    await bot.rounds()
    assert bot.sent() == DONE


@pytest.mark.parametrize("way", [_at_the_start, _in_the_middle, _out_of_reach])
async def test_what_people_do_meanwhile_is_dated_rightly(
    bot: Bot, way: Callable[[Machine, float], None]
) -> None:
    seen: list[float] = []
    bot.setup.core.then = lambda _event, world: seen.append(world.now.timestamp())
    for number, (label, wrong) in enumerate(WRONG.items(), 5):
        bot.start()
        way(bot.machine, wrong)
        await bot.turns.take([said(number, "/start")])
        taken = await bot.setup.value(f"SELECT at FROM updates WHERE update_id = {number}")  # noqa: S608
        for stored in (seen[-1], float(str(taken))):
            assert abs(stored - bot.machine.true) <= 1, label


async def test_the_year_of_a_number_is_the_messenger_s(bot: Bot) -> None:
    bot.machine.wrong = 300 * DAY
    bot.machine.answer(3)
    assert bot.clock.now().year == 2026
    assert datetime.fromtimestamp(bot.machine.true + bot.machine.wrong, ZONE).year == 2027


def test_the_absent_member_of_these_tests_is_one_that_is_deleted() -> None:
    assert LATER > members.ABSENT_KEPT
