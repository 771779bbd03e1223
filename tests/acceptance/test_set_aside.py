"""An update that the bot cannot handle, and the operator who lets its sender know, while the bot runs."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import pytest

from tests.acceptance.bot_setup import opened
from tests.commands import aduan

pytestmark = pytest.mark.asyncio

SECRET = "Zebrakuning"


async def test_the_operator_asks_a_person_to_send_it_again_next_to_the_running_bot(tmp_path: Path) -> None:
    async with opened(tmp_path) as setup:
        _, siti = await setup.at("story")
        siti.mark_read()
        broken = {"message_id": 9_000, "chat": siti.chat.public, "from": siti.person.user, "text": SECRET}
        # Without its date the bot cannot read it.
        setup.simulator.inject({"message": broken})
        await setup.settled()
        listing = await asyncio.to_thread(aduan, "quarantine", folder=tmp_path)
        (line,) = [line for line in listing.stdout.splitlines() if re.search(r"\bmessage\b", line)]
        assert str(siti.id) in line
        assert SECRET not in listing.stdout
        entry = line.split()[0]
        asked = await asyncio.to_thread(aduan, "quarantine", "ask", entry, folder=tmp_path)
        assert (asked.returncode, asked.stderr) == (0, "")
        await siti.sees("Mohon kirim ulang pesan tersebut")
        # The question of the draft is still open: nothing was taken for the person.
        await siti.says("Bantuan belum sampai.", "Tercatat: 1")
        again = await asyncio.to_thread(aduan, "quarantine", "ask", entry, folder=tmp_path)
        assert again.returncode == 1
        assert "asked" in again.stderr
        deleted = await asyncio.to_thread(
            aduan, "quarantine", "discard", entry, folder=tmp_path, answer="y\n"
        )
        assert deleted.returncode == 0
        assert setup.read("SELECT 1 FROM quarantine WHERE id = ?", entry) == []
        assert SECRET not in setup.bot.log
