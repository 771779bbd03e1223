"""The operator is notified of a wrong clock once, and once when it is right; both over restarts."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import insert

from bot.channels.base import DeliveryError, Failure
from bot.clock.zone import ZONE
from bot.database import kept_time
from bot.database.engine import Database
from bot.database.tables import installation
from bot.sources.time_watch import KEEP_SECONDS, QUIET_SECONDS, TimeWatch, difference
from bot.wording.rendering import LANGUAGES, Renderer
from conversations.messages import OutgoingMessage
from tests.integration.both_stores import NO_NULL
from tests.unit.wrong_clocks import DAY, MINUTE, MONTH, TRUE, WRONG, Machine

HALF_MINUTE = 30.0
DIFFERS, UNNAMED, CERTAIN = "operator_time_differs", "operator_time_unnamed", "operator_time_certain"


class Watched:
    """A watch on a machine; `reached` says whether the messenger answers, `header` with which Date."""

    def __init__(self, database: Database) -> None:
        self.database, self.sent = database, list[OutgoingMessage]()
        self.asked = 0
        self.restart()

    def restart(self, wrong: float = 0.0, true: float = TRUE) -> None:
        """Start the bot on a machine whose clock is wrong by some seconds."""
        self.machine, self.reached, self.header = Machine(wrong), True, "right"
        self.machine.true = true
        self.watch = TimeWatch(self.database, self.machine.time, self._ask, self._notify, self.machine.steady)

    async def _ask(self) -> None:
        self.asked += 1
        if not self.reached:
            raise DeliveryError(Failure.TEMPORARY, "no route")
        if self.header == "right":
            self.machine.answer(every=0.0)
        else:
            self.machine.time.answered(self.header)

    async def _notify(self, message: OutgoingMessage) -> None:
        self.sent.append(message)

    async def look(self, minutes: float) -> None:
        """Look every half minute."""
        for _ in range(round(minutes * MINUTE / HALF_MINUTE)):
            self.machine.pass_by(HALF_MINUTE)
            await self.watch.look()

    @property
    def notices(self) -> list[str]:
        return [message.template.removeprefix("system.") for message in self.sent]

    async def kept(self) -> kept_time.KeptTime:
        return await self.database.write(kept_time.load)


@pytest.fixture
async def watched(database: Database) -> Watched:
    return Watched(database)


async def test_a_right_clock_is_certain_before_the_first_turn_and_never_reported(watched: Watched) -> None:
    await watched.watch.start()
    assert watched.machine.time.is_certain()
    assert watched.asked == 1
    await watched.look(60)
    assert watched.notices == []


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
async def test_a_wrong_clock_is_known_before_the_first_turn_and_reported_once(
    watched: Watched, wrong: float
) -> None:
    watched.restart(wrong)
    await watched.watch.start()
    assert abs(watched.machine.error) <= 1
    await watched.look(3)
    assert watched.notices == []
    await watched.look(60)
    assert watched.notices == [DIFFERS]
    params = watched.sent[0].params
    here, likely = (datetime.fromisoformat(str(params[name])) for name in ("here", "likely"))
    assert round((here - likely).total_seconds()) == wrong
    assert params["ahead"] is (wrong > 0)
    watched.machine.wrong = 0.0
    await watched.look(60)
    assert watched.notices == [DIFFERS, CERTAIN]


async def test_neither_notice_is_repeated_by_a_restart(watched: Watched) -> None:
    for _ in range(2):
        watched.restart(MONTH)
        await watched.watch.start()
        await watched.look(60)
    assert watched.notices == [DIFFERS]
    for _ in range(2):
        watched.restart()
        await watched.watch.start()
        await watched.look(60)
    assert watched.notices == [DIFFERS, CERTAIN]


async def test_answers_without_a_time_are_reported(watched: Watched) -> None:
    watched.header = ""
    await watched.watch.start()
    await watched.look(60)
    watched.header = "right"
    await watched.look(60)
    assert watched.notices == [UNNAMED, CERTAIN]


async def test_a_messenger_that_is_out_of_reach_is_not_reported(watched: Watched) -> None:
    await watched.watch.start()
    watched.reached = False
    await watched.look(60)
    assert not watched.machine.time.is_certain()
    watched.reached = True
    await watched.look(1)
    assert watched.machine.time.is_certain()
    assert watched.notices == []


async def test_a_pause_of_the_machine_is_over_before_it_is_reported(watched: Watched) -> None:
    await watched.watch.start()
    watched.machine.pass_by(DAY)
    watched.machine.paused = DAY
    await watched.look(60)
    assert watched.machine.time.is_certain()
    assert watched.notices == []


async def test_the_messenger_is_asked_only_while_it_is_quiet(watched: Watched) -> None:
    await watched.watch.start()
    for _ in range(20):
        watched.machine.answer(every=0.0)
        await watched.look(1)
    assert watched.asked == 1
    await watched.look(2 * QUIET_SECONDS / MINUTE + 2)
    assert watched.asked == 3


async def test_the_certain_time_is_kept_once_an_hour_and_never_a_wrong_one(watched: Watched) -> None:
    await watched.watch.start()
    await watched.look(1)
    first = (await watched.kept()).certain
    assert abs(first - watched.machine.true) < MINUTE
    await watched.look(KEEP_SECONDS / MINUTE / 2)
    assert (await watched.kept()).certain == first
    await watched.look(KEEP_SECONDS / MINUTE)
    assert (await watched.kept()).certain > first
    watched.machine.wrong = MONTH
    await watched.look(3 * KEEP_SECONDS / MINUTE)
    assert (await watched.kept()).certain < watched.machine.true


@pytest.mark.parametrize("damaged", ["", "soon", "nan", "inf", "-1", pytest.param("\x00", marks=NO_NULL)])
async def test_a_damaged_kept_time_does_not_end_the_start(watched: Watched, damaged: str) -> None:
    stored = insert(installation).values(name=kept_time.CERTAIN, value=damaged)
    await watched.database.write(lambda c: c.execute(stored))
    await watched.watch.start()
    assert watched.machine.time.is_certain()


DIFFERENCES = {
    180.0: ("3 menit", "3 minutes"),
    60.0: ("1 menit", "1 minute"),
    3600.0: ("1 jam", "1 hour"),
    5400.0: ("1 jam 30 menit", "1 hour 30 minutes"),
    DAY: ("1 hari", "1 day"),
    DAY + 2 * 3600 + 300: ("1 hari 2 jam", "1 day 2 hours"),
    MONTH: ("30 hari", "30 days"),
}


@pytest.mark.parametrize(("seconds", "words"), DIFFERENCES.items())
@pytest.mark.parametrize("sign", [1, -1])
def test_the_notice_says_the_difference_in_words(seconds: float, words: tuple[str, str], sign: int) -> None:
    now = datetime.fromtimestamp(TRUE, ZONE).isoformat()
    params = {"here": now, "likely": now, **difference(sign * seconds)}
    message = OutgoingMessage("system.operator_time_differs", params)
    sides = {"id": ("lebih lambat", "lebih cepat"), "en": ("behind", "ahead of")}
    for language, expected in zip(LANGUAGES, words, strict=True):
        text = Renderer().text(message, language)
        assert f" {expected} {sides[language][sign > 0]}</b>" in text
