"""The window's promises, in random sequences of messages, rows, hours, restarts, kills, faults and reports.

1. A row that waits for the person is not tried before they write.
2. A closed window gets one template row at most, and none unless a complaint depends on what waits.
3. When the person writes, final responses and questions go first.
4. Nothing is lost, and of each row with `report` the core is told: that it waits, and that it was delivered.

A kill between a template's call and its mark repeats the call, as for any message: the row is what counts.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, text

from bot.channels.base import DeliveryError, Failure
from conversations import keys, message_kinds
from conversations.effects import Send
from conversations.events import Delivery
from tests.integration.both_stores import Place
from tests.integration.outbox_setup import send
from tests.integration.window_setup import CASE, SITI, Call, Messenger, WindowSetup, window_setup

pytestmark = pytest.mark.sqlite("the queries are tested on both stores, the sequences on the faster one")

# The key of a row, and whether it has `report`.
KINDS = {
    "response": ("response:abc:{}", True),
    "question": ("question:abc:{}", True),
    "receipt": ("receipt:abc", False),
    "stars": ("stars:abc", False),
    "screen": ("screen:7:{}", False),
    "none": ("", False),
}
LOST_ANSWER = "lost answer"
FAULTS = {
    "refused by the network": DeliveryError(Failure.TEMPORARY, "network", answered=False),
    "throttled": DeliveryError(Failure.THROTTLED),
    "account": DeliveryError(Failure.ACCOUNT, "131042 payment"),
    LOST_ANSWER: DeliveryError(Failure.TEMPORARY, "timeout", answered=False),
}
STEPS = st.one_of(
    st.tuples(st.just("row"), st.sampled_from(sorted(KINDS))),
    st.tuples(st.just("row"), st.sampled_from(sorted(KINDS))),
    st.tuples(st.just("stored and killed"), st.sampled_from(sorted(KINDS))),
    st.tuples(st.just("called and killed"), st.sampled_from(sorted(KINDS))),
    st.tuples(st.just("row and its report at once"), st.sampled_from(["response", "question", "receipt"])),
    st.tuples(st.just("hours"), st.sampled_from(["13", "25"])),
    st.tuples(st.just("writes"), st.just("")),
    st.tuples(st.just("restart"), st.just("")),
    st.tuples(st.just("fault"), st.sampled_from(sorted(FAULTS))),
    st.tuples(st.just("accepts late"), st.just("")),
    st.tuples(st.just("report"), st.sampled_from(["delivered", "temporary"])),
)


@dataclass
class Played:
    """One sequence, and what must hold in it."""

    setup: WindowSetup
    stored: dict[int, Send] = field(default_factory=dict)
    # The rows of templates, and whether the last closed window had one, since the person wrote.
    templates: set[int] = field(default_factory=set)
    reported: set[Call] = field(default_factory=set)
    count: int = 0

    @property
    def messenger(self) -> Messenger:
        return self.setup.messenger

    async def begin(self) -> None:
        await self.setup.kill()
        await self.setup.database.write(_clear)
        self.setup.messenger = Messenger()
        self.setup.told.clear()
        await self.setup.person()
        await self.setup.restart()

    async def play(self, steps: list[tuple[str, str]]) -> None:
        await self.begin()
        for name, value in steps:
            await self._checked(name, value)
        await self._finish()

    async def _checked(self, name: str, value: str) -> None:
        waiting, before = await self._parked(), len(self.messenger.accepted)
        tried, told = len(self.messenger.refused), len(await self.setup.outcomes())
        await self._step(name, value)
        await self.setup.quiet()
        fresh = self.messenger.accepted[before:]
        if name == "writes":
            self._require_responses_first(waiting, fresh)
            self.templates = set()
        else:
            called = {call.row for call in fresh} | set(self.messenger.refused[tried:])
            assert not called & waiting, (name, "tried before the person wrote")
        self.templates |= {call.row for call in fresh if call.knock}
        assert len(self.templates) <= 1
        await self._require_told(waiting, told)
        await self._require_template(await self._parked())

    async def _step(self, name: str, value: str) -> None:
        setup = self.setup
        match name:
            case "row":
                await setup.post(*self._made(value))
            case "stored and killed" | "called and killed":
                await self._killed(name, value)
            case "row and its report at once":
                await setup.post(*self._made(value))
                # The call is made within a few turns of the loop, its mark is written later.
                for _ in range(20):
                    await asyncio.sleep(0)
                await self._report("temporary")
            case "hours":
                self.messenger.now += 3600.0 * int(value)
            case "writes":
                await setup.writes()
            case "restart":
                await setup.outbox.stop()
                await setup.restart()
            case "report":
                await self._report(value)
            case "accepts late":
                self.messenger.late_calls += 1
            case _:
                self.messenger.counted = value == LOST_ANSWER
                self.messenger.failures.append(FAULTS[value])

    async def _killed(self, when: str, kind: str) -> None:
        """Kill the senders after a commit: before the call, or at some moment of it."""
        if when == "stored and killed":
            await self.setup.store(*self._made(kind))
        else:
            await self.setup.post(*self._made(kind))
            await asyncio.sleep(0.002)
        await self.setup.kill()
        await self.setup.restart()

    def _made(self, kind: str) -> list[Send]:
        self.count += 1
        key, report = KINDS[kind]
        row = send(SITI, f"{kind} {self.count}", key.format(self.count), report=CASE if report else "")
        self.stored[self.count] = row
        return [row]

    async def _report(self, how: str) -> None:
        """The messenger reports of its oldest call that it has not reported of."""
        open_calls = [call for call in self.messenger.accepted if call not in self.reported]
        if not open_calls:
            return
        call = open_calls[0]
        self.reported.add(call)
        failed = Failure.TEMPORARY if how == "temporary" else None
        await self.setup.reports(call, Failure.WINDOW if call in self.messenger.undeliverable else failed)

    async def _parked(self) -> set[int]:
        return {row for (row,) in await self.setup.rows("id", "state = 'parked'")}

    def _require_responses_first(self, waiting: set[int], fresh: list[Call]) -> None:
        released = [call for call in fresh if call.row in waiting]
        with_report = [self._has_report(call) for call in released]
        assert with_report == sorted(with_report, reverse=True)

    def _has_report(self, call: Call) -> bool:
        return call.words.startswith(("response", "question"))

    async def _require_told(self, waiting: set[int], before: int) -> None:
        """The core is informed once of a row that waits, when it begins to wait."""
        told = await self.setup.outcomes()
        fresh = {key for key, _ in told[before:]}
        for row, key in await self.setup.rows("id, key", "state = 'parked' AND report IS NOT NULL"):
            assert dict(told)[key] is Delivery.WAITING
            assert row not in waiting or key not in fresh

    async def _require_template(self, waiting: set[int]) -> None:
        parked = await self.setup.rows("key", "state = 'parked'")
        worthy = [key for (key,) in parked if _is_worthy(key)]
        knocks = await self.setup.rows("id", "kind = 'knock'")
        if worthy:
            assert self.templates or knocks or self.messenger.failures
        if self.templates and waiting:
            assert worthy

    async def _finish(self) -> None:
        """The person writes, and the messenger delivers all: all has arrived, and the core is informed."""
        self.messenger.late_calls = 0
        for _ in range(4):
            await self.setup.writes()
            await self.setup.quiet()
            await self.setup.outcomes()
            while len(self.reported) < len(set(self.messenger.accepted)):
                await self._report("delivered")
            await self.setup.quiet()
        told = dict(await self.setup.outcomes())
        arrived = {call.words for call in self.messenger.accepted if call not in self.messenger.undeliverable}
        for row in self.stored.values():
            assert row.message.params["title"] in arrived
            if row.report:
                assert told[row.key] is Delivery.DELIVERED
        assert await self.setup.rows() == []


def _is_worthy(key: str | None) -> bool:
    parsed = keys.parse(key or "")
    return parsed is not None and parsed.kind in message_kinds.WORTH_A_TEMPLATE


def _clear(connection: Connection) -> None:
    for table in ("outbox", "addresses", "cases", "chats", "sent_messages", "told"):
        connection.execute(text(f"DELETE FROM {table}"))  # noqa: S608 - names of this file


@pytest.fixture(autouse=True)
def _without_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.outbox.marks.GATHER_SECONDS", 0.001)
    monkeypatch.setattr("bot.outbox.failing.backoff", lambda _: 0.0)
    monkeypatch.setattr("bot.outbox.failing.ACCOUNT_SECONDS", 0.0)
    monkeypatch.setattr("bot.outbox.confirmations.LONGEST_WAIT", 0.0)


def test_the_promises_of_the_window_hold_in_every_sequence(place: Place) -> None:
    with asyncio.Runner() as runner:
        opened = window_setup(place)
        setup = runner.run(opened.__aenter__())

        @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
        @example(25, [("row", "stars"), ("row", "screen"), ("hours", "25")])
        @example(25, [("row", "stars"), ("row", "response"), ("restart", ""), ("writes", "")])
        @example(25, [("row", "response"), ("report", "delivered"), ("row", "question"), ("hours", "25")])
        @example(0, [("row", "response"), ("report", "temporary"), ("hours", "25"), ("row", "receipt")])
        @example(25, [("accepts late", ""), ("row", "response"), ("report", ""), ("row", "screen")])
        @example(0, [("hours", "25"), ("accepts late", ""), ("row", "response"), ("report", "")])
        @example(0, [("fault", "throttled"), ("row and its report at once", "question")])
        @given(st.sampled_from([0, 25]), st.lists(STEPS, max_size=12))
        def sequences(hours: int, steps: list[tuple[str, str]]) -> None:
            runner.run(Played(setup).play([("hours", str(hours)), *steps]))

        try:
            sequences()
        finally:
            runner.run(opened.__aexit__(None, None, None))
