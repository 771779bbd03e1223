"""Records what the real bot calls for each act of one citizen, who acts again only when the bot is idle."""

from __future__ import annotations

from tests.bench.load import running
from tests.bench.recording import Recording, recorded


async def record() -> Recording:
    """Run the real bot with one citizen, and return its calls by act."""
    async with running("aduan", {}) as setup:
        citizen = setup.citizen(0)
        marks = [setup.first_call]

        async def think() -> None:
            await setup.finished(1)
            marks.append(len(setup.simulator.calls))

        citizen.think = think
        await citizen.file()
        return recorded(setup.simulator.calls, marks, citizen.person.id)
