"""The real bot behind a web server: a complaint is filed by webhook, with kills in between."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.simulator.server import Simulator
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
from tests.acceptance.restarting_bot import KILLED, WITH_KILL_POINTS
from tests.bot_process import STAFF, UNPACED, BotProcess
from tests.commands import aduan
from tests.players import Citizen

pytestmark = pytest.mark.asyncio

PUBLIC = "https://aduan.example.go.id"
# The question that is open, and the one to which the citizen goes on -> where the bot kills itself meanwhile.
KILLS = {
    ("loss", "address"): "turn.before",
    # The turn is committed, and the messenger has no 200 yet: it delivers the update again.
    ("sign", "receipt"): "turn.after",
}


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


@asynccontextmanager
async def behind_a_web_server(folder: Path) -> AsyncIterator[Setup]:
    """Run a bot that gets its updates by webhook."""
    simulator = await Simulator.start()
    try:
        simulator.world.callback_lifetime = SECONDS
        port = free_port()
        simulator.dispatcher.receiver.proxies[PUBLIC] = f"http://127.0.0.1:{port}"
        groups = build(simulator, {**STAFF, "restricted": RESTRICTED})
        introduce(simulator, groups)
        bot = await BotProcess.run(
            simulator,
            folder,
            agencies=AGENCIES,
            pacing=UNPACED,
            operator_chat_id=OPERATOR,
            telegram={"updates": "webhook"},
            web={"listen": f"127.0.0.1:{port}", "public_url": PUBLIC},
        )
        try:
            yield Setup(simulator, bot, folder, groups)
        finally:
            await bot.stop()
    finally:
        await simulator.close()


async def killed_while_playing(setup: Setup, citizen: Citizen, until: str, point: str) -> None:
    """Have the bot kill itself at a point during the next answers, and start it again."""
    armed = setup.folder / "armed"
    plain = setup.bot.command
    setup.bot.command = [*WITH_KILL_POINTS, f"{point}@{armed}", *plain[plain.index("run") :]]
    await setup.bot.stop()
    await setup.bot.restart()
    armed.write_text("1", encoding="ascii")
    playing = asyncio.create_task(citizen.play(until))
    assert await setup.bot.ended() == KILLED
    # Messages of others that arrive while it is down wait at the messenger.
    other = setup.user()
    await other.person.say("/id")
    setup.bot.command = plain
    await setup.bot.restart()
    await playing
    await other.sees("Nomor akun")


async def test_a_complaint_filed_by_webhook_survives_kills_and_a_change_to_polling(tmp_path: Path) -> None:
    async with behind_a_web_server(tmp_path) as setup:
        citizen = setup.citizen()
        siti = ChatUser(citizen.person)
        await citizen.begin()
        for (step, following), point in KILLS.items():
            await citizen.play(step)
            await killed_while_playing(setup, citizen, following, point)
        assert len(citizen.receipts) == 1
        ((reference,),) = setup.read("SELECT reference FROM cases")
        await setup.card(reference)
        await setup.settled()
        # An answer may be visible before the messenger has got the 200 for its update.
        await setup.simulator.until(lambda: not setup.simulator.world.pending)
        assert setup.read("SELECT count(*) FROM quarantine") == [(0,)]
        calls = setup.simulator.calls
        assert not any(call.method == "getUpdates" for call in calls)
        found = await asyncio.to_thread(aduan, "check", folder=tmp_path)
        assert f"the webhook {PUBLIC}/telegram is set" in found.stdout
        await setup.bot.stop()
        await siti.person.say("/status")
        setup.bot.environment["ADUAN_TELEGRAM__UPDATES"] = "polling"
        await setup.bot.restart()
        await siti.sees(reference)
        assert setup.read("SELECT count(*) FROM cases") == [(1,)]
        assert not any(call.params.get("drop_pending_updates") for call in calls)


async def test_the_check_says_in_words_why_a_webhook_fails(tmp_path: Path) -> None:
    async with behind_a_web_server(tmp_path) as setup:
        await setup.bot.kill()
        await setup.user().person.say("/id")
        proxies = setup.simulator.dispatcher.receiver.proxies
        proxies[PUBLIC] += "/elsewhere"
        await setup.bot.restart()
        webhook = setup.simulator.dispatcher.profile
        await setup.simulator.until(
            lambda: webhook.webhook and "404" in webhook.webhook.error.get("last_error_message", ""), SECONDS
        )
        found = await asyncio.to_thread(aduan, "check", folder=tmp_path)
        assert "PROBLEM the webhook fails: Wrong response from the webhook: 404 Not Found" in found.stdout
        assert "pass /telegram on unchanged" in found.stdout
