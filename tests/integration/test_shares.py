"""One person's flood is dropped or postponed, and delays no one; no update of an honest person is lost."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.channels.base import BlockChanged, Raw, Sender, ShellEvent, UnreadableUpdateError
from bot.channels.numbers import FIRST_ON_WHATSAPP
from bot.foundation.figures import figures
from bot.sources.meters import CITIZEN, OFFICER, Meter, Verdict
from bot.sources.polling import Polling
from bot.sources.shares import Shares
from bot.turns.batches import Incoming
from conversations.events import ButtonPressed, Event, TextReceived
from tests.integration.both_stores import POSTGRES, SQLITE, Place
from tests.integration.outbox_setup import eventually
from tests.integration.turn_setup import GROUP, TurnSetup, origin

FLOODER, HONEST, START = 7, 8, 1_774_000_000.0


def update(number: int, person: int = FLOODER, at: float = START, **facts: Any) -> Raw:
    return {"update_id": number, "person": person, "chat": person, "at": at, "words": f"{number}", **facts}


def flood(count: int, first: int = 1, **facts: Any) -> list[Raw]:
    return [update(number, **facts) for number in range(first, first + count)]


@dataclass
class Messenger:
    """Gives out its queue in portions of a hundred, as the messenger does."""

    queue: list[Any]
    name: str = "telegram"
    offsets: list[int] = field(default_factory=list)
    empty: asyncio.Event = field(default_factory=asyncio.Event)

    async def fetch(self, offset: int, timeout: float) -> list[Raw]:  # noqa: ASYNC109
        assert timeout > 0
        self.offsets.append(offset)
        self.queue = [raw for raw in self.queue if raw["update_id"] >= offset]
        if not self.queue:
            self.empty.set()
            await asyncio.Event().wait()
        return list(self.queue[:100])

    def read(self, raw: Mapping[str, Any]) -> Event | ShellEvent | None:
        if raw.get("unreadable"):
            raise UnreadableUpdateError
        if raw.get("block"):
            return BlockChanged(raw["person"], blocked=True)
        here = replace(origin(raw["person"], min(raw["chat"], 0)), message=raw["update_id"])
        if raw.get("press"):
            return ButtonPressed(here, f"press{raw['update_id']}", "take", "unknown", 1, "")
        return TextReceived(here, raw["words"])

    def sender(self, raw: Mapping[str, Any]) -> Sender | None:
        if raw.get("block"):
            return None
        if raw.get("odd"):
            raise TypeError
        return Sender(raw["chat"], raw["person"], None if raw.get("press") else raw["at"])


@dataclass
class SharedTurns:
    """Turns behind shares; the clock stands still unless a test moves it."""

    setup: TurnSetup
    messenger: Messenger
    clock: float = 0.0

    def __post_init__(self) -> None:
        self.shares = self.new_shares()

    def new_shares(self, leaders: Sequence[int] = ()) -> Shares:
        setup = self.setup
        self.shares = Shares(
            setup.database,
            setup.codec,
            self.messenger,
            self.turn,
            lambda chat: chat == GROUP,
            leaders,
            lambda: self.clock,
        )
        return self.shares

    async def turn(self, incoming: Sequence[Incoming]) -> None:
        before = len(self.setup.committed)
        await self.setup.take(*incoming)
        for done in self.setup.committed[before:]:
            self.shares.accept(done.postponed)

    async def fetched(self) -> None:
        """Have everything fetched; the stored updates wait."""
        stopping = asyncio.Event()
        polling = Polling(self.messenger, self.shares.take, 0, self.shares.sift)
        running = asyncio.create_task(polling.run(stopping))
        async with asyncio.timeout(60):
            await self.messenger.empty.wait()
            stopping.set()
            await running

    async def taken(self) -> None:
        """Have the stored updates taken."""

        async def nothing_waits() -> bool:
            return await self.setup.value("SELECT count(*) FROM waiting") == 0

        running = asyncio.create_task(self.shares.run())
        await eventually(nothing_waits)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

    async def execute(self, statement: str) -> None:
        await self.setup.database.write(lambda c: c.exec_driver_sql(statement).rowcount)

    def words(self, person: int) -> list[str]:
        """The person's messages that the core has seen."""
        return [
            event.text
            for event in self.setup.core.seen
            if isinstance(event, TextReceived) and event.origin.person.id == person
        ]

    def notices(self) -> list[tuple[int, str]]:
        return [(chat, name) for chat, name in self.setup.sent() if name.startswith("system.flooded")]


@pytest.fixture
def shared(setup: TurnSetup) -> Callable[[list[Raw]], SharedTurns]:
    return lambda queue: SharedTurns(setup, Messenger(queue))


Make = Callable[[list[Raw]], SharedTurns]


async def test_a_message_behind_99_of_another_person_is_in_the_first_turn(shared: Make) -> None:
    turns = shared([*flood(99), update(100, HONEST)])
    await turns.fetched()
    assert turns.words(HONEST) == ["100"]
    assert turns.words(FLOODER) == ["1", "2", "3", "4", "5"]
    assert await turns.setup.value("SELECT count(*) FROM waiting") == 94


async def test_what_is_postponed_is_taken_in_its_order_with_what_came_later(shared: Make) -> None:
    # The messenger gives 100 at a time: the last ones come while the first ones are stored.
    others = [update(number, number) for number in range(61, 101)]
    turns = shared([*flood(60), *others, *flood(20, 101)])
    await turns.fetched()
    await turns.taken()
    assert turns.words(FLOODER) == [str(number) for number in (*range(1, 61), *range(101, 121))]
    assert turns.shares.waiting_updates == 0


async def test_postponed_updates_survive_a_kill_and_their_keys_keep_them_from_coming_twice(
    shared: Make,
) -> None:
    turns = shared(flood(30))
    await turns.fetched()
    turns.messenger.queue = flood(30)
    turns.messenger.empty.clear()
    turns.new_shares()
    await turns.shares.start()
    await turns.fetched()
    await turns.taken()
    assert turns.words(FLOODER) == [str(number) for number in range(1, 31)]


async def test_a_flood_is_passed_over_with_one_notice_and_the_offset_behind_it(shared: Make) -> None:
    before = figures.updates_dropped
    turns = shared([*flood(1000), update(1001, HONEST), *flood(500, 1002)])
    await turns.fetched()
    await turns.taken()
    assert turns.words(FLOODER) == [str(number) for number in range(1, CITIZEN.at_once + 1)]
    assert turns.words(HONEST) == ["1001"]
    assert turns.notices() == [(FLOODER, "system.flooded")]
    assert figures.updates_dropped - before == 1500 - CITIZEN.at_once
    assert turns.messenger.offsets[-1] == 1502
    # Only what was taken and the first dropped one have keys.
    assert await turns.setup.value("SELECT count(*) FROM updates") == CITIZEN.at_once + 2


async def test_a_notice_is_stored_with_the_key_of_the_first_dropped_update(shared: Make) -> None:
    turns = shared(flood(CITIZEN.at_once + 1))
    await turns.fetched()
    template = "SELECT count(*) FROM outbox"
    rows = await turns.setup.value(template)
    turns.messenger.queue = flood(1, CITIZEN.at_once + 1)
    turns.messenger.empty.clear()
    await turns.setup.take(Incoming("telegram", CITIZEN.at_once + 1, None, b"again"))
    assert await turns.setup.value(template) == rows


async def test_after_a_quiet_minute_a_person_is_read_again(shared: Make) -> None:
    last = CITIZEN.at_once + 200
    turns = shared([*flood(last), *flood(5, last + 1, at=START + 61)])
    await turns.fetched()
    await turns.taken()
    assert turns.words(FLOODER)[-5:] == [str(last + number) for number in range(1, 6)]
    assert turns.notices() == [(FLOODER, "system.flooded")]


async def test_who_goes_on_sending_stays_unread_and_gets_no_second_notice(shared: Make) -> None:
    # One message every 30 seconds, for an hour: within the budget, without a quiet minute.
    rest = [update(1000 + number, at=START + 30 * number) for number in range(120)]
    turns = shared([*flood(CITIZEN.at_once + 10), *rest])
    await turns.fetched()
    await turns.taken()
    assert len(turns.words(FLOODER)) == CITIZEN.at_once
    assert turns.notices() == [(FLOODER, "system.flooded")]


HONEST_PEOPLE = {
    "a village head with 40 messages and 15 photos within three minutes": [3.0] * 55,
    "a long letter in 20 pieces at once": [0.0] * 20,
    "a night's downtime with a message each minute": [60.0] * 250,
}


@pytest.mark.parametrize("name", HONEST_PEOPLE)
async def test_honest_people_are_read_completely(shared: Make, name: str) -> None:
    moments = [START + sum(HONEST_PEOPLE[name][:place]) for place in range(len(HONEST_PEOPLE[name]))]
    turns = shared([update(place + 1, HONEST, at) for place, at in enumerate(moments)])
    await turns.fetched()
    await turns.taken()
    assert turns.words(HONEST) == [str(place + 1) for place in range(len(moments))]
    assert turns.notices() == []


async def test_a_backlog_has_an_end_however_slowly_it_was_written(shared: Make) -> None:
    turns = shared([update(number, at=START + 10 * number) for number in range(1, 1001)])
    await turns.fetched()
    assert turns.shares.waiting_updates == CITIZEN.waiting
    assert turns.notices() == [(FLOODER, "system.flooded")]


async def test_presses_beyond_the_budget_get_one_alert(shared: Make) -> None:
    turns = shared(flood(300, press=True, chat=GROUP) + flood(300, 301, press=True, chat=GROUP))
    await turns.fetched()
    answers = [press.answer for done in turns.setup.committed for press in done.presses]
    alerts = [answer.press for answer in answers if answer.template == "system.flooded_press"]
    assert alerts == [f"press{OFFICER.at_once + 1}"]
    assert turns.notices() == []


async def test_presses_and_messages_have_budgets_of_their_own(shared: Make) -> None:
    turns = shared([*flood(300, press=True), update(301)])
    turns.clock = START
    await turns.fetched()
    await turns.taken()
    assert turns.words(FLOODER) == ["301"]


@pytest.mark.parametrize(
    ("person", "chat", "leaders", "most"),
    [
        (FLOODER, FLOODER, (), CITIZEN.at_once),
        (FLOODER, GROUP, (), OFFICER.at_once),
        (FLOODER, FLOODER, (FLOODER,), OFFICER.at_once),
        (FLOODER, -5, (), CITIZEN.at_once),
    ],
)
async def test_members_and_leaders_have_more(
    shared: Make, person: int, chat: int, leaders: tuple[int, ...], most: int
) -> None:
    turns = shared(flood(2 * most, person=person, chat=chat))
    turns.new_shares(leaders)
    await turns.fetched()
    await turns.taken()
    assert len(turns.words(person)) == most
    expected = {FLOODER: [(FLOODER, "system.flooded")], GROUP: [(GROUP, "system.flooded_group")]}
    assert turns.notices() == expected.get(chat, [])


async def test_a_member_has_more_in_private_too(shared: Make) -> None:
    turns = shared(flood(OFFICER.at_once))
    await turns.execute(
        "INSERT INTO members (chat, person, present, at, since, proof) VALUES (-1, 7, 1, 1, '', '')"
    )
    await turns.shares.start()
    await turns.fetched()
    await turns.taken()
    assert len(turns.words(FLOODER)) == OFFICER.at_once > CITIZEN.at_once


async def test_news_about_chats_are_never_dropped(shared: Make) -> None:
    turns = shared([*flood(300), update(301, block=True), *flood(50, 302)])
    await turns.fetched()
    happened = [event for done in turns.setup.committed for event in done.happened]
    assert happened == [BlockChanged(FLOODER, blocked=True)]


async def test_an_update_whose_sender_cannot_be_read_stops_no_other(shared: Make) -> None:
    turns = shared([update(1), update(2, odd=True), update(3, person=HONEST)])
    await turns.fetched()
    assert (turns.words(FLOODER), turns.words(HONEST)) == (["1", "2"], ["3"])


async def test_an_unreadable_postponed_update_is_quarantined_and_the_next_one_taken(shared: Make) -> None:
    turns = shared([*flood(5), update(6, unreadable=True), update(7)])
    await turns.fetched()
    await turns.taken()
    assert turns.words(FLOODER) == ["1", "2", "3", "4", "5", "7"]
    assert await turns.setup.value("SELECT count(*) FROM quarantine") == 1


async def test_of_several_people_one_update_each_is_taken_in_turn(shared: Make) -> None:
    queue = [update(100 * person + number, person) for person in (1, 2, 3) for number in range(20)]
    turns = shared(queue)
    await turns.fetched()
    before = len(turns.setup.core.seen)
    await turns.taken()
    later = turns.setup.core.seen[before:]
    order = [event.origin.person.id for event in later if isinstance(event, TextReceived)]
    assert [sorted(order[place : place + 3]) for place in range(0, 15, 3)] == [[1, 2, 3]] * 5


async def test_the_log_says_when_a_flood_begins_and_ends(shared: Make) -> None:
    turns = shared(flood(CITIZEN.at_once + 25))
    with capture_logs() as logs:
        await turns.fetched()
        assert turns.shares.floods == 1
        turns.clock = 61.0
        await turns.shares.start()
    said = [line for line in logs if line["event"].startswith("shares.")]
    assert [line["event"] for line in said] == ["shares.flood_began", "shares.flood_ended"]
    assert said[1]["dropped"] == 25
    assert set(said[0]) == {"event", "log_level", "chat", "person", "waiting"}
    assert turns.shares.floods == 0


async def test_idle_people_are_forgotten_while_updates_arrive_all_the_time(shared: Make) -> None:
    turns = shared(flood(CITIZEN.at_once + 1))
    await turns.fetched()
    running = asyncio.create_task(turns.shares.run())
    turns.clock = 61.0

    async def forgotten() -> bool:
        await turns.shares.take([])
        return turns.shares.floods == 0

    await eventually(forgotten)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


# How a store refuses the rows of a table, and how it takes them again.
REFUSING = {
    SQLITE: (
        "CREATE TRIGGER full BEFORE INSERT ON waiting BEGIN SELECT RAISE(ABORT, 'x'); END",
        "DROP TRIGGER full",
    ),
    POSTGRES: (
        "ALTER TABLE waiting ADD CONSTRAINT refused CHECK (id < 0)",
        "ALTER TABLE waiting DROP CONSTRAINT refused",
    ),
}


async def test_a_person_whose_updates_cannot_be_stored_is_not_locked_out(shared: Make, place: Place) -> None:
    turns = shared(flood(20))
    refuse, accept = REFUSING[place.kind]
    await turns.execute(refuse)
    await turns.fetched()
    await turns.execute(accept)
    assert set(turns.words(FLOODER)) == {"1", "2", "3", "4", "5"}
    assert turns.shares.waiting_updates == 0
    turns.messenger.queue = [update(21)]
    turns.messenger.empty.clear()
    await turns.fetched()
    assert turns.words(FLOODER)[-1] == "21"


@pytest.mark.parametrize("press", [False, True], ids=["messages", "presses"])
async def test_a_person_on_whatsapp_is_answered_once_a_minute_after_a_hundred(
    shared: Make, press: bool
) -> None:
    """Each answer costs there. On Telegram the same updates are all taken."""
    turns, taken = shared([]), dict[int, int]()
    for person in (FLOODER, FIRST_ON_WHATSAPP + 1):
        turns.clock, taken[person] = 0.0, 0
        for second in range(0, 3600, 10):
            turns.clock += 10
            raw = update(second + 1, person, START + second, press=press)
            taken[person] += len(turns.shares.sift([raw]))
    assert taken[FLOODER] == 360
    # A flood ends after a quiet minute. Here is none, and one notice tells of the dropped updates.
    assert 100 < taken[FIRST_ON_WHATSAPP + 1] <= 100 + 100 * 10 / 60 + 5
    turns.clock += 3600
    later = [update(5000 + minute, FIRST_ON_WHATSAPP + 1, START + 7200) for minute in range(100)]
    assert len(turns.shares.sift(later)) >= 60


def test_an_old_message_that_comes_again_refills_no_budget() -> None:
    meter, verdicts = Meter(CITIZEN.at_once, START, 0.0), []
    for number in range(3 * CITIZEN.at_once):
        # An edit without a date of its own, as after a reaction, and a new message.
        at = START if number % 2 else START - 86_400
        verdicts.append(meter.judge(CITIZEN, at, 0.0, 0))
    assert verdicts.count(Verdict.TAKEN) == CITIZEN.at_once
    assert verdicts[-1] is Verdict.DROPPED
