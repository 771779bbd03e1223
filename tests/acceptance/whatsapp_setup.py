"""A running bot whose citizens are on WhatsApp and whose officers are on Telegram."""

from __future__ import annotations

import asyncio
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
    ChatUser,
    Setup,
    build,
    introduce,
)
from tests.bot_process import STAFF, UNPACED, BotProcess
from tests.cloud_players import CloudCitizen, words_of
from tests.players import ANSWERS, Answers
from tests.spoken import spoken_in

APP_SECRET, VERIFY_TOKEN = "a-secret-of-the-test", "a-text-of-the-test"
PUBLIC = "https://aduan.example.go.id"
LINKS = {"dpmd": "Lapor DPMD", "bakesbangpol": "Lapor Bakesbangpol"}
FIRST_NUMBER = 6281230000001
# The program whose waits after a failure are short.
QUICK = "tests.acceptance.quick_waits"
# The letter and the receipt.
DOCUMENTS = 2


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

    async def filed_on_whatsapp(self, count: int = 1) -> list[CloudCitizen]:
        """Return citizens who have filed a complaint, all at the same time, and have both documents."""
        citizens = [self.cloud_citizen() for _ in range(count)]
        for citizen in citizens:
            citizen.hasty = True
        await asyncio.gather(*(citizen.file() for citizen in citizens))
        await asyncio.gather(*(self.card_shows(citizen.reference, "Diterima") for citizen in citizens))
        # The letter and the receipt come later: a fault is for what is sent after them.
        await self.simulator.until(lambda: all(documents(each) == DOCUMENTS for each in citizens), SECONDS)
        return citizens

    async def operator(self) -> ChatUser:
        """Return the operator, who has read all so far."""
        operator = ChatUser(self.simulator.people[OPERATOR])
        await operator.says("/id", "Nomor akun")
        operator.mark_read()
        return operator

    async def respond(self, citizen: CloudCitizen, text: str) -> None:
        """Let an officer send the final response; it need not arrive."""
        rina = self.officer()
        preview = await rina.says(f"/jawab {citizen.reference} {text}", text)
        await rina.presses("Kirim", "dikirim oleh Rina", on=preview)


def answer_to(citizen: CloudCitizen) -> str:
    """Return the text of the response to a citizen."""
    return f"Jawaban untuk {citizen.reference}."


def copies(citizen: CloudCitizen) -> int:
    """Return how often the citizen has the response."""
    shown = map(words_of, citizen.person.phone.of_business())
    return sum(answer_to(citizen) in text for text in shown)


def documents(citizen: CloudCitizen) -> int:
    """Return how many documents the bot has sent."""
    return sum(shown.content["type"] == "document" for shown in citizen.person.phone.of_business())


@asynccontextmanager
async def on_whatsapp(
    folder: Path, *, program: str = "bot.cli", **settings: Any
) -> AsyncIterator[CloudSetup]:
    """Run a bot with both agencies and both messengers; with practice=True it follows their time.

    `program` is the module that runs it.
    """
    simulator = await Simulator.start(routes=practice_routes if settings.get("practice") else None)
    try:
        simulator.world.callback_lifetime = SECONDS
        settle(simulator)
        groups: dict[str, Group] = build(simulator, {**STAFF, "restricted": RESTRICTED})
        introduce(simulator, groups)
        port = free_port()
        chosen = {"agencies": AGENCIES, "pacing": UNPACED, "operator_chat_id": OPERATOR}
        chosen |= {**whatsapp_settings(simulator, port), **settings}
        bot = await BotProcess.run(simulator, folder, program=program, **chosen)
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
