"""A running bot whose citizens are on WhatsApp and whose officers are on Telegram."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from bot.channels.whatsapp.signature import PATH
from bot.practice.whatsapp import settle
from bot.simulator.control.routes import practice_routes
from bot.simulator.people.groups import Group
from bot.simulator.server import Simulator
from bot.simulator.whatsapp.people import CloudPerson
from tests.acceptance.bot_setup import (
    AGENCIES,
    OPERATOR,
    RESTRICTED,
    SECONDS,
    Setup,
    build,
    introduce,
)
from tests.bot_process import STAFF, UNPACED, BotProcess
from tests.cloud_players import CloudCitizen
from tests.players import ANSWERS, Answers
from tests.spoken import spoken_in

APP_SECRET, VERIFY_TOKEN = "a-secret-of-the-test", "a-text-of-the-test"
PUBLIC = "https://aduan.example.go.id"
LINKS = {"dpmd": "Lapor DPMD", "bakesbangpol": "Lapor Bakesbangpol"}
FIRST_NUMBER = 6281230000001


def free_port() -> int:
    """Return a port of this machine that no one uses now."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def whatsapp_settings(simulator: Simulator, port: int) -> dict[str, Any]:
    """Return the sections of a configuration for the embedded Cloud API."""
    cloud = simulator.whatsapp
    return {
        "whatsapp": {
            "phone_number_id": cloud.phone_number_id,
            "business_account_id": cloud.business_account_id,
            "number": cloud.display_number.translate({ord(each): None for each in "+ -"}),
            "token": cloud.token,
            "app_secret": APP_SECRET,
            "verify_token": VERIFY_TOKEN,
            "base_url": cloud.base_url,
        },
        "web": {"listen": f"127.0.0.1:{port}", "public_url": PUBLIC},
    }


async def connect(simulator: Simulator, port: int) -> None:
    """Let the embedded Cloud API deliver to the bot that listens on this port."""
    await simulator.whatsapp.connect(f"http://127.0.0.1:{port}{PATH}", APP_SECRET, VERIFY_TOKEN)


class CloudSetup(Setup):
    """A running bot whose citizens may be on WhatsApp."""

    def cloud_person(self, name: str = "Siti", **facts: Any) -> CloudPerson:
        """Return a new person on WhatsApp."""
        number = FIRST_NUMBER + len(self.simulator.whatsapp.people)
        return self.simulator.whatsapp.person(str(number), name, **facts)

    def cloud_citizen(self, answers: Answers = ANSWERS, agency: str = "dpmd", **facts: Any) -> CloudCitizen:
        """Return a new scripted citizen on WhatsApp."""
        person = self.cloud_person(answers.name.split()[0], **facts)
        return CloudCitizen(person, answers, LINKS[agency], seconds=SECONDS)


@asynccontextmanager
async def on_whatsapp(folder: Path, **settings: Any) -> AsyncIterator[CloudSetup]:
    """Run a bot with both agencies and both messengers; with practice=True it follows their time."""
    simulator = await Simulator.start(routes=practice_routes if settings.get("practice") else None)
    try:
        simulator.world.callback_lifetime = SECONDS
        settle(simulator)
        groups: dict[str, Group] = build(simulator, {**STAFF, "restricted": RESTRICTED})
        introduce(simulator, groups)
        port = free_port()
        chosen = {"agencies": AGENCIES, "pacing": UNPACED, "operator_chat_id": OPERATOR}
        chosen |= {**whatsapp_settings(simulator, port), **settings}
        bot = await BotProcess.run(simulator, folder, **chosen)
        setup = CloudSetup(simulator, bot, folder, groups)
        try:
            await connect(simulator, port)
            yield setup
        finally:
            if bot.running:
                await bot.stop()
        # Each test is also one of the log: it holds nothing that people wrote, and no name of theirs.
        assert spoken_in(simulator, bot.log) == set()
    finally:
        await simulator.close()
