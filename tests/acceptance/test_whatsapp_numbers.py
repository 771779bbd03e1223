"""A person changes the number and writes before WhatsApp's notice of that: the real process joins both."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from bot.simulator.server import Simulator
from tests.acceptance.audit import LEFT, quiet, settings_in
from tests.acceptance.bot_setup import RINA, SECONDS
from tests.acceptance.journey import PatientOfficer
from tests.acceptance.restarting_bot import RestartingBot, restarting_bot
from tests.acceptance.whatsapp_setup import (
    LINKS,
    CloudSetup,
    connect,
    free_port,
    on_whatsapp,
    whatsapp_settings,
)
from tests.bot_process import STAFF
from tests.cloud_players import CloudCitizen
from tests.commands import aduan
from tests.questions import ANSWERS, PHOTO

pytestmark = pytest.mark.asyncio

OLD, NEW = "6281230000001", "6281999999999"
# The head of the list of own complaints.
LISTED = "Pengaduan Anda"
BRIEF = replace(ANSWERS, story=("Bantuan saya tidak cair sejak Januari.",))


async def reads(citizen: CloudCitizen, said: str, *answer: str) -> str:
    """What a person reads after a text."""
    since = len(citizen.person.phone.log)
    await citizen.person.say(said)
    return (await citizen.sees(*answer, since=since)).text


async def verified(folder: Path) -> str:
    """What `aduan verify` says of the store."""
    config = ("--config", str(folder / "config.toml"))
    shown = await asyncio.to_thread(lambda: aduan("verify", *config, folder=folder))
    assert shown.returncode == 0, shown
    return shown.stdout


async def answered(setup: CloudSetup, reference: str) -> str:
    """An officer takes the complaint and answers; return the text."""
    desk, answer = PatientOfficer(setup.simulator.people[RINA], setup.groups["dpmd"], SECONDS), "Sudah cair."
    await desk.take(reference)
    await desk.send(await desk.replied(await desk.asked(reference), answer, PHOTO))
    return answer


@pytest.mark.parametrize("notice", ["system", "field"])
async def test_a_notice_after_a_second_complaint_shows_both(tmp_path: Path, notice: str) -> None:
    async with on_whatsapp(tmp_path) as setup:
        citizen, webhooks = setup.cloud_citizen(BRIEF), setup.simulator.whatsapp.webhooks
        first = await citizen.file()
        card = await setup.card(first)
        news = await citizen.person.change_number(NEW, announce="later")
        second = await citizen.file()
        assert first != second
        # Until the notice comes, nothing says that both are one person.
        assert first not in await reads(citizen, "/status", LISTED, second)
        webhooks.push(news[notice == "field"])
        await webhooks.drained()
        await reads(citizen, "/status", LISTED, first, second)
        assert setup.read("SELECT count(DISTINCT filed_by), count(*) FROM cases") == [(1, 2)]
        assert await setup.card(first) == card
        await citizen.sees(await answered(setup, first))
        assert "2 complaints" in await verified(tmp_path)


async def test_a_draft_of_the_former_number_is_continued_under_the_new_one(tmp_path: Path) -> None:
    async with on_whatsapp(tmp_path) as setup:
        citizen, webhooks = setup.cloud_citizen(BRIEF), setup.simulator.whatsapp.webhooks
        await citizen.begin()
        await citizen.play("name")
        news = await citizen.person.change_number(NEW, announce="later")
        await reads(citizen, "Ini nomor baru saya", "pengaduan belum dibuat")
        webhooks.push(news[0])
        await webhooks.drained()
        await reads(citizen, "/lapor", "Lanjutkan")
        since = len(citizen.person.phone.log)
        await citizen.presses("Lanjutkan")
        citizen.done, citizen.since = {}, since
        await citizen.play()
        await reads(citizen, "/status", LISTED, citizen.reference)


@pytest.mark.parametrize("point", ["joined.before", "joined.after"])
async def test_killed_while_both_become_one(tmp_path: Path, point: str) -> None:
    simulator, port = await Simulator.start(), free_port()
    rina = simulator.person(801, "Rina")
    for name, chat in STAFF.items():
        simulator.group(chat, name, members=[rina])
    phone, webhooks = simulator.whatsapp.person(OLD, "Siti"), simulator.whatsapp.webhooks
    webhooks.scale = 0.05
    citizen = CloudCitizen(phone, BRIEF, LINKS["dpmd"], SECONDS)
    try:
        settings = whatsapp_settings(simulator, port)
        async with restarting_bot(simulator, tmp_path, f"{point}@", **settings) as bot:
            await bot.wait_until_polling(SECONDS)
            await connect(simulator, port)
            first = await citizen.file()
            (news, _) = await citizen.person.change_number(NEW, announce="later")
            second = await citizen.file()
            bot.arm()
            webhooks.push(news)
            await killed_once(simulator, bot)
            await webhooks.drained()
            await reads(citizen, "/status", LISTED, first, second)
            assert await quiet(settings_in(tmp_path), SECONDS, *LEFT), bot.process.log
            assert (bot.kills, bot.fault) == (1, "")
        assert "2 complaints" in await verified(tmp_path)
    finally:
        await simulator.close()


async def killed_once(simulator: Simulator, bot: RestartingBot) -> None:
    """Return when the bot was killed and asks for updates again."""
    await simulator.until(lambda: bot.kills or bot.fault, SECONDS)
    await bot.wait_until_polling(SECONDS)
