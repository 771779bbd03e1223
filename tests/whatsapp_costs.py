"""How many messages a complaint on WhatsApp costs: `python -m tests.whatsapp_costs` prints the table.

A real bot serves one scripted citizen through the embedded Cloud API; docs/whatsapp.md has the result.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from bot.simulator.whatsapp.cloud import CloudCall
from tests.acceptance.test_whatsapp import answered, rated
from tests.acceptance.whatsapp_setup import on_whatsapp
from tests.questions import ANSWERS, PHOTO, Answers

# The shortest path, and one with three parts of a story, a photo among them.
SHORT = replace(ANSWERS, story=("Bantuan saya tidak cair sejak Januari.",))
LONG = replace(ANSWERS, story=("Bantuan saya tidak cair sejak Januari.", PHOTO, "Mohon penjelasan."))


def kinds(calls: Sequence[CloudCall]) -> Counter[str]:
    """The messages of these calls by type; marks that a message was read cost nothing."""
    sent = [call.params for call in calls if call.method == "messages" and call.outcome == "ok"]
    return Counter(str(params["type"]) for params in sent if params.get("status") != "read")


async def measure(answers: Answers) -> Mapping[str, Counter[str]]:
    """The messages of filing, of the response and of the rating, by type."""
    with tempfile.TemporaryDirectory() as folder:
        async with on_whatsapp(Path(folder)) as setup:
            calls, citizen = setup.simulator.whatsapp.calls, setup.cloud_citizen(answers)
            reference = await citizen.file()
            await setup.rested()
            filed = len(calls)
            await citizen.sees(await answered(setup, reference, "dpmd"))
            await setup.rested()
            told = len(calls)
            await rated(citizen)
            await setup.rested()
            parts = {"filing": calls[:filed], "response": calls[filed:told], "rating": calls[told:]}
            return {part: kinds(of_part) for part, of_part in parts.items()}


async def main() -> None:
    """Print the messages of each part."""
    for name, answers in (("short", SHORT), ("with a photo", LONG)):
        for part, found in (await measure(answers)).items():
            print(f"{name:14}{part:10}{found.total():3}  {dict(found)}")  # noqa: T201


if __name__ == "__main__":
    asyncio.run(main())
