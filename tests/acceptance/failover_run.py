"""Faults under load on three machines: how long each one stops the work, and what must be true afterwards."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import combinations
from pathlib import Path
from typing import NamedTuple

from bot.simulator.api.dispatch import Call
from bot.simulator.server import Simulator
from bot.simulator.state.limits import Limits
from tests.acceptance import callers
from tests.acceptance.audit import LEFT, Audit, copies, quiet
from tests.acceptance.callers import Made
from tests.acceptance.crash_run import MOST_COPIES
from tests.acceptance.failover_faults import FAULTS, Fault, LivesOnError, order
from tests.acceptance.failover_load import Load
from tests.acceptance.machines import Machines, Seen, Supervised, machines
from tests.bot_process import UNPACED
from tests.postgres_server import Server
from tests.standbys import Member

# What a person waits for an answer before it counts as lost; a fault lasts much shorter.
PATIENCE = 180.0
# How long the run waits for a turn before it goes on without one: the time is a violation anyway.
LONGEST = 60.0
QUIET_SECONDS = 120.0
# One staff group carries the load of many: its limit is that of ten.
GROUP_MESSAGES = 200


@dataclass(frozen=True)
class Plan:
    """How many times each fault happens, and how many people act at once. `patience` is in seconds."""

    times: int = 3
    people: int = 8
    seed: int = 0
    names: Sequence[str] = tuple(FAULTS)
    patience: float = 5.0
    # Whether packets may be swallowed: the machines reach the database through proxies then.
    proxies: bool = True
    # Whether the messenger has limits, and the bot keeps them.
    limits: bool = True


@dataclass
class Result:
    """The seconds until the next turn by fault, figures to print, and each violation as a sentence."""

    times: dict[str, list[float]] = field(default_factory=dict)
    figures: dict[str, int] = field(default_factory=dict)
    violations: list[str] = field(default_factory=list)


class Reign(NamedTuple):
    """One run of a machine's process that has called the messenger, with the times of its calls."""

    machine: str
    run: int
    first: float
    last: float
    # The method of the last call.
    method: str = ""


class FailoverRun:
    """One run over one bot."""

    def __init__(self, plan: Plan, all_of_them: Machines, load: Load, result: Result) -> None:
        self.plan, self.machines, self.load, self.result = plan, all_of_them, load, result
        self._random = random.Random(plan.seed)  # noqa: S311 - spreads the faults, guards nothing

    async def go(self) -> None:
        """Let every fault happen as often as planned."""
        for name in order(self.plan.names, self.plan.times):
            leader = await self.machines.whole()
            await asyncio.sleep(self._random.random())
            await self._once(name, FAULTS[name], leader)
            if self.machines.faults:
                return

    async def _once(self, name: str, fault: Fault, leader: Member) -> None:
        before = await self.machines.watch.look()
        assert before, "the database does not answer"
        begun, within = time.monotonic(), fault.within(self.plan.patience)
        try:
            async with fault.happen(self.machines, leader):
                seconds = await self._until_next_turn(fault, before, begun)
        except LivesOnError as error:
            self.result.violations.append(f"{name}: {error}")
        self.result.times.setdefault(name, []).append(seconds)
        after = await self.machines.watch.look()
        if after and (after.leader != before.leader) is not fault.hands_over:
            kept = "did not change" if fault.hands_over else "changed"
            self.result.violations.append(f"{name}: the session that leads {kept}")
        if seconds > within:
            self.result.violations.append(f"{name}: no turn for {seconds:.1f} s, at most {within:.0f}")

    async def _until_next_turn(self, fault: Fault, before: Seen, begun: float) -> float:
        """Return the seconds from the fault to the next commit of the process that leads after it."""
        stored = before.update

        def goes_on(seen: Seen) -> bool:
            nonlocal stored
            if fault.hands_over and seen.leader in (None, before.leader):
                stored = max(stored, seen.update)
                return False
            return seen.update > stored

        if not fault.hands_over:
            first = await self.machines.watch.look()
            stored = max(stored, first.update if first else 0)
        seen = await self.machines.watch.until(goes_on, LONGEST)
        return (seen or time.monotonic()) - begun


async def failover_run(folder: Path, server: Server, url: str, plan: Plan) -> Result:
    """Make one run on the empty database that the server has under `url`."""
    limits = Limits(group=GROUP_MESSAGES) if plan.limits else None
    pacing = {"group_messages": GROUP_MESSAGES} if plan.limits else UNPACED
    simulator, result = await callers.started(limits), Result()
    try:
        load = Load(simulator, plan.people, plan.seed, PATIENCE)
        async with machines(simulator, server, url, folder, proxies=plan.proxies, pacing=pacing) as running:
            run = FailoverRun(plan, running, load, result)
            await run.go()
            result.violations += await load.finish()
            if not await quiet(running.settings, QUIET_SECONDS, *LEFT):
                result.violations.append("the bot never came to rest")
            result.violations += running.faults
        result.violations += Audit(simulator, running.settings, load.journeys).run(MOST_COPIES)
        reigns = reigns_of(callers.made(simulator), running.supervised)
        result.violations += overlaps(reigns)
        result.figures = _figures(simulator, load, reigns)
    finally:
        await simulator.close()
    return result


def reigns_of(made: Sequence[Made], supervised: Sequence[Supervised]) -> list[Reign]:
    """Return the runs that have called the messenger, in the order of their first calls."""
    calls: dict[tuple[str, int], list[Call]] = {}
    for caller, call in made:
        if caller:
            run = sum(start <= call.at for start in supervised[int(caller) - 1].starts)
            calls.setdefault((caller, run), []).append(call)
    reigns = [Reign(*key, own[0].at, own[-1].at, own[-1].method) for key, own in calls.items()]
    return sorted(reigns, key=lambda each: each.first)


def overlaps(reigns: Sequence[Reign]) -> list[str]:
    """Return who called the messenger after a later leader had begun to."""
    return [
        f"machine {one.machine} called {one.method} {one.last - other.first:.2f} s after machine "
        f"{other.machine} had begun"
        for one, other in combinations(reigns, 2)
        if one.last > other.first
    ]


def _figures(simulator: Simulator, load: Load, reigns: Sequence[Reign]) -> dict[str, int]:
    sent = copies(simulator)
    return {
        "leaders one after another": len(reigns),
        "citizens": len(load.journeys),
        "complaints with a receipt": sum(bool(journey.citizen.receipts) for journey in load.journeys),
        "responses": sum(bool(journey.answer) for journey in load.journeys),
        "different messages sent": len(sent),
        "messages that came again": sum(count - 1 for count in sent.values()),
        "most copies of one": max(sent.values(), default=0),
    }
