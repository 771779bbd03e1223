"""Records what the real bot calls for each act of one citizen, who waits for its end or thinks a while."""

from __future__ import annotations

from bot.simulator.state.limits import Limits
from tests.bench.citizens import about
from tests.bench.load import running
from tests.bench.recording import Recording, recorded


async def record(thinking: float = 0.0) -> Recording:
    """Run the real bot with one citizen, and return its calls by act.

    Without thinking the pacing is off, and each act follows when the bot has nothing left to do: that gives
    every call that it can make. With thinking it is the bot as it is configured, under Telegram's limits:
    what it drops is not recorded, and what it calls after the next act belongs to that one.
    """
    kind, limits = ("paced", Limits()) if thinking else ("aduan", None)
    async with running(kind, {}, limits) as setup:
        citizen = setup.citizen(0)
        marks = [setup.first_call]
        pause = about(thinking, seed=0)

        async def think() -> None:
            await (pause() if thinking else setup.finished(1))
            marks.append(len(setup.simulator.calls))

        citizen.think = think
        await citizen.file()
        await setup.finished(1)
        marks[-1] = len(setup.simulator.calls)
        return recorded(setup.simulator.calls, marks, citizen.person.id)
