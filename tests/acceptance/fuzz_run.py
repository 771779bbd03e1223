"""Mutated updates and answers between the acts of honest people, all through the real process.

1. Honest citizens file step by step, officers take and answer, citizens judge and ask for the status. Before
   and after each of their acts hostile updates arrive, and some answers of getUpdates are replaced.
2. How long each of their acts waits is measured (response_turns.py).
3. At the end the bot has to come to rest; then it is stopped and checked (fuzz_audit.py).
"""

from __future__ import annotations

import asyncio
import itertools
import random
import time
from collections import Counter
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.acceptance.bot_setup import BUDI, LEADER, OPERATOR, RESTRICTED, RINA, ChatUser, Setup, opened
from tests.acceptance.faulty_answers import AnswerFaults
from tests.acceptance.fuzz_audit import MutatedAudit
from tests.acceptance.hostile import HostileUsers
from tests.acceptance.impersonation import is_impersonation
from tests.acceptance.journey import Journey, PatientOfficer
from tests.acceptance.mutations import ANONYMOUS, CHANNEL_BOT, DATA, TELEGRAM, Mutator, Update
from tests.acceptance.response_turns import (
    Acts,
    Counted,
    HonestCitizen,
    honest_answers,
    mark_of,
    slow,
    turns_of,
)
from tests.bot_process import STAFF
from tests.players import Citizen

PATIENCE = 60.0
# Buttons that the bot has made since are looked for again after so many updates.
LOOK_AGAIN_AFTER = 50
CITIZENS_AT_ONCE = 2
UPDATES_EACH = 100
# Moments before and after an honest act in one complaint, fewer than there are: the rest is sent last.
MOMENTS_EACH = 40
# One in six faulty answers is followed by others at once; never more than three in a row.
BURST, LONGEST_BURST = 6, 3
CONTENT_TYPES = ("application/json", "application/json", "text/html", "image/png")
# What is done after filing -> the chat that shows the answer, 0 for the citizen's own.
CHATS = {**dict.fromkeys(("take", "prompt", "reply", "deliver"), STAFF["dpmd"]), "judge": 0, "star": 0}
REST_SECONDS, LOOK_SECONDS = 90.0, 3.0
MOST_GROWTH = 1.5
LOG_SHOWN = 2_000
# Mutated updates in one faulty answer, at most.
MOST_IN_ANSWER = 4


@dataclass(frozen=True)
class Plan:
    """How many updates and answers are mutated, from which seed."""

    updates: int = 2_000
    answers: int = 500
    seed: int = 0

    @property
    def citizens(self) -> int:
        """Return how many honest complaints go with them."""
        return max(1, self.updates // UPDATES_EACH)


class Run:
    """One run over one bot."""

    def __init__(self, plan: Plan, setup: Setup, hostile: HostileUsers) -> None:
        self.plan, self.setup, self.hostile, self.random = plan, setup, hostile, hostile.draws
        self.acts = Acts(self.send_mutations, setup.simulator.calls)
        self.marks = [mark_of(number) for number in range(plan.citizens)]
        self.journeys = [self._journey(number) for number in range(plan.citizens)]
        people = [RINA, BUDI, LEADER, OPERATOR, *(each.citizen.person.id for each in self.journeys)]
        self.honest = frozenset((*people, STAFF["dpmd"], RESTRICTED))
        others = (ANONYMOUS, CHANNEL_BOT, TELEGRAM, setup.simulator.world.bot["id"], 0, *range(1, 40))
        self.mutator = Mutator(self.random, (*hostile.ids, *hostile.ids, *sorted(self.honest), *others))
        self.faults = AnswerFaults(self.random, lambda count: list(itertools.islice(self._updates, count)))
        self.answers: Counter[str] = Counter()
        self.sent = self._made = 0
        self._updates = self._mutated()
        self._left = ["update"] * plan.updates + ["answer"] * plan.answers
        self.random.shuffle(self._left)
        self._moments = MOMENTS_EACH * plan.citizens
        self._desk = asyncio.Lock()

    def _journey(self, number: int) -> Journey[Citizen]:
        answers = honest_answers(number)
        citizen = HonestCitizen(self.setup.person(answers.name.split()[0]), answers, "dpmd", PATIENCE)
        citizen.acts = self.acts
        officer = self.setup.officer((RINA, BUDI)[number % 2])
        assert officer.group
        return Journey(
            citizen, PatientOfficer(officer.person, officer.group, PATIENCE), self._before(citizen)
        )

    def _before(self, citizen: Citizen) -> Callable[[str], Any]:
        """Measure what an officer does, and what the citizen does after filing."""

        async def before(act: str) -> None:
            self.acts.end(citizen.person.id)
            if act in CHATS:
                self.acts.begin(citizen.person.id, f"handling: {act}", CHATS[act])

        return before

    async def go(self) -> list[str]:
        """Let every person act until all mutations are sent; return the first who got no answer."""
        together = asyncio.Semaphore(CITIZENS_AT_ONCE)
        going = [asyncio.create_task(self._go(each, together)) for each in self.journeys]
        try:
            await asyncio.gather(*going)
            while self._left or self.setup.simulator.dispatcher.faults.waiting:
                self.send_mutations()
                await self._asks(self.journeys[-1].citizen)
        except AssertionError as failure:
            return [str(failure)]
        finally:
            for each in going:
                each.cancel()
            await asyncio.gather(*going, return_exceptions=True)
        return []

    async def _go(self, journey: Journey[Citizen], together: asyncio.Semaphore) -> None:
        async with together:
            await journey.file()
            await journey.officer.card(journey.citizen.reference)
            async with self._desk:
                await journey.handle()
                self.acts.end(journey.citizen.person.id)
            await journey.judge()
            await self._asks(journey.citizen)

    async def _asks(self, citizen: Citizen) -> None:
        """Ask for the status and see this complaint."""
        user = ChatUser(citizen.person)
        self.acts.begin(user.id, "citizen: /status")
        await user.says("/status")
        # The list before this one loses its buttons only now.
        await user.sees(citizen.reference, unless=lambda message: "edit_date" in message)
        self.acts.end(user.id)

    def send_mutations(self) -> None:
        """Send the next share of the mutated updates and answers."""
        share = -(-len(self._left) // max(1, self._moments))
        self._moments -= 1
        for _ in range(share):
            if not self._left:
                return
            if self._left.pop() == "update":
                self.setup.simulator.inject(next(self._updates))
                self.sent += 1
            else:
                self._replace_answer()

    def _mutated(self) -> Any:
        """Every mutated update, one after another."""
        while True:
            for real in self._real():
                changed = self.mutator.mutated(real)
                if not is_impersonation(changed, self.honest):
                    changed.pop("update_id", None)
                    yield changed

    def _real(self) -> list[Update]:
        if self._made % LOOK_AGAIN_AFTER == 0:
            self.mutator.data = (*DATA, *self.hostile.seen())
        self._made += 1
        act = self.hostile.act()
        try:
            act.send(None)
        except StopIteration as end:
            made: list[Update] = end.value
            return made
        raise AssertionError("an act of a hostile person waits for something")

    def _replace_answer(self) -> None:
        """Replace the next answer, sometimes several in a row; those above the limit come later."""
        in_a_row = LONGEST_BURST if self.random.randrange(BURST) == 0 else 1
        waiting = len(self.setup.simulator.dispatcher.faults.waiting)
        self._left.append("answer")
        for _ in range(min(in_a_row, self._left.count("answer"), LONGEST_BURST - waiting)):
            self._left.remove("answer")
            kind = self.faults.kind()
            self.answers[kind] += 1
            fault = self.setup.simulator.replace_answer("getUpdates", self.faults.answer(kind), place="after")
            fault.content_type = self.random.choice(CONTENT_TYPES)
        self.random.shuffle(self._left)


@dataclass
class Result:
    """Figures, the turns of each honest act, what was mutated, and every violation as a sentence."""

    figures: dict[str, object] = field(default_factory=dict)
    turns: Counted = field(default_factory=list)
    changes: Counter[str] = field(default_factory=Counter)
    answers: Counter[str] = field(default_factory=Counter)
    violations: list[str] = field(default_factory=list)


async def fuzz_run(folder: Path, plan: Plan) -> Result:
    """Make one run and return its result."""
    result = Result()
    async with opened(folder) as setup:
        await setup.simulator.people[OPERATOR].say("/start")
        draws = random.Random(plan.seed)  # noqa: S311 - chooses mutations, guards nothing
        run = Run(plan, setup, await HostileUsers.created(setup, draws))
        pid, before = setup.bot.pid, memory(setup.bot.pid)
        result.violations += await _unless_ended(setup, run.go)
        result.violations += await _unless_ended(setup, lambda: _at_rest(setup))
        grown = memory(pid) / before if setup.bot.running else 0.0
        if grown > MOST_GROWTH:
            result.violations.append(f"the memory grew {grown:.2f} times")
        if setup.bot.running and (code := await setup.bot.stop()):
            result.violations.append(f"the bot ended with {code}")
        audit = MutatedAudit(setup, run.journeys, run.marks, plan.updates + MOST_IN_ANSWER * plan.answers)
        result.turns = turns_of(run.acts, folder)
        result.violations += [*audit.run(), *slow(result.turns)]
        result.changes, result.answers = run.mutator.changes, run.answers
        result.figures = {
            "mutated updates": run.sent,
            "mutated answers": run.answers.total(),
            "honest complaints": len(run.journeys),
            "calls of the bot": len(setup.simulator.calls),
            "log lines": setup.bot.log.count("\n"),
            "memory before, MB": before // 1024,
            "memory grew, times": f"{grown:.2f}",
            **{f"set aside: {stage}": count for stage, count in sorted(audit.stages.items())},
        }
    return result


async def _unless_ended(setup: Setup, work: Callable[[], Coroutine[Any, Any, list[str]]]) -> list[str]:
    """Return the violations that the work finds; it is broken off when the bot ends by itself."""
    if not setup.bot.running:
        return []
    doing, ended = asyncio.create_task(work()), asyncio.create_task(setup.bot.ended())
    try:
        await asyncio.wait({doing, ended}, return_when=asyncio.FIRST_COMPLETED)
        if not doing.done():
            return [f"the bot ended by itself: {setup.bot.log[-LOG_SHOWN:]}"]
        return doing.result()
    finally:
        doing.cancel()
        ended.cancel()
        await asyncio.gather(doing, ended, return_exceptions=True)


def memory(pid: int) -> int:
    """Return the resident memory of a process in KiB."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(status.partition("VmRSS:")[2].split()[0])


async def _at_rest(setup: Setup) -> list[str]:
    """Wait until the bot calls for nothing but updates and writes nothing more; report if it never does."""
    until = time.monotonic() + REST_SECONDS
    while time.monotonic() < until:
        before = _activity(setup)
        await asyncio.sleep(LOOK_SECONDS)
        if _activity(setup) == before:
            return []
    return ["the bot never came to rest"]


def _activity(setup: Setup) -> tuple[int, int]:
    calls = sum(call.method != "getUpdates" for call in setup.simulator.calls)
    return calls, len(setup.bot.log)
