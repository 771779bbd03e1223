"""How long the next citizen's card waits while the group has ten long additions to show.

The group's limit is that of the messenger, six times faster: 20 messages in 10 seconds stand for 20 in a
minute. The figures are given as they would be in service.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.acceptance.bot_setup import ChatUser, Setup, opened
from tests.bot_process import UNPACED

ADDITIONS, MESSAGES, CHARACTERS = 10, 5, 3_999
FASTER = 6
PACING = {**UNPACED, "group_messages": 20, "group_seconds": 60 / FASTER}


@asynccontextmanager
async def _running() -> AsyncIterator[Setup]:
    with tempfile.TemporaryDirectory() as folder:
        async with opened(Path(folder), pacing=PACING) as setup:
            yield setup


async def _card_of_next(setup: Setup) -> float:
    """Let a new citizen file, and return the seconds from the receipt to the card, as in service."""
    citizen = setup.citizen()
    reference = await citizen.file()
    began = time.monotonic()
    await setup.card(reference)
    return (time.monotonic() - began) * FASTER


async def measure_cards() -> tuple[float, float]:
    """Return the seconds until the next card without additions, and behind them."""
    async with _running() as setup:
        _, writer, reference = await setup.filed()
        quiet = await _card_of_next(setup)
        for number in range(ADDITIONS):
            await _add(writer, reference, str(number))
        return quiet, await _card_of_next(setup)


async def _add(writer: ChatUser, reference: str, mark: str) -> None:
    """Add messages of some 20,000 characters to a case."""
    text = mark.ljust(CHARACTERS, "x")
    await writer.says(text, "Pesan ini untuk apa?")
    await writer.presses(f"Ke {reference}", "Tercatat: 1")
    for part in range(2, MESSAGES + 1):
        await writer.says(text, f"Tercatat: {part}")
    await writer.presses("Kirim", f"Tercatat {MESSAGES} pesan")
