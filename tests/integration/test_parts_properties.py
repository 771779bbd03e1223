"""The promises about parts, in random sequences of messages, statuses, failures, hours, restarts and kills.

1. Each part is delivered at least once, or the failure of its message is visible: to the core where there is
   `report`, in the store and to the operator otherwise. A question may be dropped after the next one.
2. Nothing repeats for ever: each further copy of a part has a cause.
3. The parts of a message are sent in their order.
4. At the end no row waits for anything.

Statuses come in any order, several times, before the mark of their call, or never.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from functools import partial

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bot.channels.base import DeliveryError, Failure
from bot.database import outbox_reports
from conversations.events import Delivery
from tests.integration.both_stores import Place
from tests.integration.outbox_setup import send
from tests.integration.test_window_properties import _clear, _without_waits
from tests.integration.window_setup import CASE, DAY, SITI, Call, Messenger, WindowSetup, window_setup

__all__ = ["_without_waits"]

pytestmark = pytest.mark.sqlite("the queries are tested on both stores, the sequences on the faster one")

FILES = ("foto", "surat")
# The key of a row, and whether it has `report`.
KINDS = {
    "response": ("response:abc:{}", True),
    "receipt": ("receipt:abc", False),
    "screen": ("screen:7:{}", False),
    "help": ("", False),
}
FAILURES = ["temporary", "throttled", "account", "window", "unreachable", "refused"]
FAULTS = {
    "network": DeliveryError(Failure.TEMPORARY, "network", answered=False),
    "lost answer": DeliveryError(Failure.TEMPORARY, "timeout", answered=False),
    "window": DeliveryError(Failure.WINDOW, "131047"),
}
ROW = st.tuples(st.sampled_from(sorted(KINDS)), st.integers(0, 2))
STEPS = st.one_of(
    st.tuples(st.just("row"), ROW),
    st.tuples(st.just("row, and reports at once"), ROW),
    st.tuples(st.just("row, and a kill"), ROW),
    st.tuples(st.just("report"), st.tuples(st.sampled_from(["delivered", *FAILURES]), st.integers(0, 9))),
    st.tuples(
        st.just("report"),
        st.tuples(st.sampled_from(["delivered", "temporary", "nothing"]), st.integers(0, 9)),
    ),
    st.tuples(st.just("fault"), st.tuples(st.sampled_from(sorted(FAULTS)), st.just(0))),
    st.tuples(st.just("hours"), st.tuples(st.just(""), st.sampled_from([2, 25]))),
    st.tuples(st.just("writes"), st.tuples(st.just(""), st.just(0))),
    st.tuples(st.just("restart"), st.tuples(st.just(""), st.just(0))),
)
Step = tuple[str, tuple[str, int]]


@dataclass
class Played:
    """One sequence, and what must hold in it."""

    setup: WindowSetup
    # The words of each part of a message, and its key where it has `report`.
    stored: list[tuple[list[str], str]] = field(default_factory=list)
    arrived: set[str] = field(default_factory=set)
    failed: Counter[str] = field(default_factory=Counter)
    # Calls whose message never arrives, and those whose status never comes.
    gone: set[Call] = field(default_factory=set)
    silent: set[Call] = field(default_factory=set)
    # Reasons for a further copy of any part.
    causes: int = 0

    @property
    def messenger(self) -> Messenger:
        return self.setup.messenger

    async def play(self, steps: list[Step]) -> None:
        await self.setup.kill()
        await self.setup.database.write(_clear)
        self.setup.messenger = Messenger()
        self.setup.told.clear()
        await self.setup.person()
        await self.setup.restart()
        for name, (what, number) in steps:
            await self._step(name, what, number)
            await self.setup.quiet()
            await self.setup.outcomes()
        await self._finish()

    async def _step(self, name: str, what: str, number: int) -> None:
        match name:
            case "row":
                await self._row(what, number)
            case "row, and reports at once":
                await self._row(what, number)
                for _ in range(20):
                    await asyncio.sleep(0)
                for call in self._calls():
                    await self._report(call, "temporary")
            case "row, and a kill":
                await self._row(what, number)
                await asyncio.sleep(0.002)
                await self.setup.kill()
                await self.setup.restart()
                self.causes += 1
            case "report":
                calls = self._calls()
                for call in calls[-1 - number % len(calls) :][:1] if calls else ():
                    await self._report(call, what)
            case "hours":
                self.messenger.now += 3600.0 * number
            case _:
                self.causes += 1
                await self._happens(name, what)

    async def _happens(self, name: str, what: str) -> None:
        """What may be the cause of a further copy."""
        match name:
            case "fault":
                self.messenger.counted = what == "lost answer"
                self.messenger.failures.append(FAULTS[what])
            case "writes":
                await self.setup.writes()
            case _:
                await self.setup.outbox.stop()
                await self.setup.restart()

    async def _row(self, kind: str, files: int) -> None:
        words, (key, report) = f"{kind} {len(self.stored)}", KINDS[kind]
        key = key.format(len(self.stored) + 1)
        row = send(SITI, words, key, report=CASE if report else "", files=FILES[:files])
        self.stored.append(([words, *(f"{words} {file}" for file in FILES[:files])], key if report else ""))
        await self.setup.post(row)

    def _calls(self) -> list[Call]:
        return [call for call in self.messenger.accepted if call.chat == SITI]

    async def _report(self, call: Call, how: str) -> None:
        """A status, maybe not the first one: a message arrives or fails, and stays so."""
        if how in ("delivered", "nothing") and call not in self.gone:
            self.arrived.add(call.words)
            self.silent |= {call} if how == "nothing" else set()
            if call not in self.silent:
                await self.setup.reports(call)
        elif how in FAILURES and (call in self.gone or call.words not in self.arrived):
            self.gone.add(call)
            self.failed[call.words] += 1
            await self.setup.reports(call, Failure(how), reason=f"{how} x")

    async def _finish(self) -> None:
        """The person writes; what is sent from now on is delivered, and reported twice."""
        for _ in range(6):
            await self.setup.writes()
            await self.setup.quiet()
            reported = set[Call]()
            while fresh := [call for call in self._calls() if call not in reported]:
                for call in fresh * 2:
                    await self._report(call, "delivered")
                reported |= set(fresh)
                await self.setup.quiet()
            await self.setup.outcomes()
            self.messenger.now += 2 * 3600
        self._require_order()
        self._require_causes()
        await self._require_arrived()

    def _require_order(self) -> None:
        calls = [call.words for call in self._calls()]
        for parts, _ in self.stored:
            first = [calls.index(words) for words in parts if words in calls]
            assert first == sorted(first)

    def _require_causes(self) -> None:
        copies = Counter(call.words for call in self._calls())
        for parts, _ in self.stored:
            # A failed part may wait while a mark is on its way, and is then sent twice.
            causes = 1 + self.causes + 2 * sum(self.failed[words] for words in parts) + 6
            assert all(copies[words] <= causes for words in parts)

    async def _require_arrived(self) -> None:
        waiting = await self.setup.rows("key, state, error", "kind = 'send' AND state <> 'failed'")
        assert self.silent or not waiting, waiting
        given_up = len(await self.setup.rows("id", "kind = 'send' AND state = 'failed'"))
        missing = [
            (place, key) for place, (parts, key) in enumerate(self.stored) if not {*parts} <= self.arrived
        ]
        told = dict(await self.setup.outcomes())
        unseen = [place for place, key in missing if not key and not self._is_answered(place)]
        assert all(told[key] is Delivery.UNREACHABLE for _, key in missing if key)
        assert len(unseen) <= given_up
        for place, (_, key) in enumerate(self.stored):
            if key and (place, key) not in missing:
                assert told[key] is Delivery.DELIVERED or any(self.failed.values())
        await self.setup.database.write(partial(outbox_reports.expire, now=self.messenger.now + 31 * DAY))
        assert {state for (state,) in await self.setup.rows("state")} <= {"failed"}

    def _is_answered(self, place: int) -> bool:
        """Whether it is a question after which another one was asked."""
        questions = [at for at, (parts, _) in enumerate(self.stored) if parts[0].startswith("screen")]
        return place in questions[:-1]


def test_the_promises_about_parts_hold_in_every_sequence(place: Place) -> None:
    with asyncio.Runner() as runner:
        opened = window_setup(place)
        setup = runner.run(opened.__aenter__())

        @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
        @example([("row", ("response", 2)), ("report", ("delivered", 0)), ("report", ("temporary", 1))])
        @example([("row, and reports at once", ("response", 2)), ("report", ("temporary", 2))])
        @example([("row", ("screen", 0)), ("report", ("temporary", 0)), ("row", ("screen", 1))])
        @example([("row", ("help", 1)), ("hours", ("", 25)), ("report", ("window", 0)), ("writes", ("", 0))])
        @example([("fault", ("lost answer", 0)), ("row", ("receipt", 1)), ("restart", ("", 0))])
        @example([("row", ("response", 0)), ("report", ("nothing", 0))])
        @given(st.lists(STEPS, max_size=12))
        def sequences(steps: list[Step]) -> None:
            runner.run(Played(setup).play(steps))

        try:
            sequences()
        finally:
            runner.run(opened.__aexit__(None, None, None))
