"""A day after a person's last message: one template for news, nothing free, all of it after the answer."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.simulator.control.staging import advance_time
from bot.simulator.whatsapp.payloads import payload
from bot.simulator.whatsapp.phone import Shown
from bot.simulator.whatsapp.webhooks import as_raw
from tests.acceptance.bot_setup import SECONDS
from tests.acceptance.whatsapp_setup import CloudSetup, on_whatsapp
from tests.cloud_players import CloudCitizen, words_of

pytestmark = pytest.mark.asyncio

DAY_AND_HOUR = 25 * 3600


def since(citizen: CloudCitizen, place: int) -> list[Shown]:
    """Return what the bot has sent since then."""
    return [shown for shown in citizen.person.phone.log[place:] if shown.direction == "business"]


async def officer_sends(setup: CloudSetup, reference: str, command: str, text: str) -> None:
    """Let an officer write to the citizen; it need not arrive."""
    rina = setup.officer()
    preview = await rina.says(f"/{command} {reference} {text}", text)
    await rina.presses("Kirim", "dikirim oleh Rina", on=preview)


async def test_after_a_day_one_template_tells_of_news_and_a_reminder_sends_none(tmp_path: Path) -> None:
    async with on_whatsapp(tmp_path, practice=True) as setup:
        siti, budi = setup.cloud_citizen(), setup.cloud_citizen()
        siti.hasty = True
        await budi.begin()
        await budi.play("story")
        await budi.person.say("Bantuan belum saya terima.")
        await budi.sees("Tercatat: 1")
        reference = await siti.file()
        await setup.card_shows(reference, "Diterima")
        await setup.rested()
        read, drafted = len(siti.person.phone.log), len(budi.person.phone.log)
        cloud, before = setup.simulator.whatsapp, len(setup.simulator.whatsapp.calls)
        await advance_time(setup.simulator, {"seconds": DAY_AND_HOUR})

        def refused(person: str) -> bool:
            calls = cloud.calls[before:]
            return any(each.code == 131047 and person in str(each.params.get("to")) for each in calls)

        await setup.simulator.until(lambda: refused(budi.person.number), 60.0)
        await officer_sends(setup, reference, "jawab", "Bantuan cair besok.")
        await setup.card_shows(reference, "menunggu")
        await siti.sees(f"Ada kabar tentang pengaduan {reference}")
        assert [shown.content["type"] for shown in since(siti, read)] == ["template"]
        assert since(budi, drafted) == []

        await siti.presses("Baca")
        await siti.sees("Bantuan cair besok.", since=read)
        answered = next(at for at, shown in enumerate(siti.person.phone.log) if shown.text == "Baca")
        assert "Bantuan cair besok." in words_of(siti.person.phone.log[answered + 1])
        await setup.card_shows(reference, "Terkirim")
        await budi.person.say("Lanjut")
        await budi.sees("Langkah 4", since=drafted)
        templates = [call for call in cloud.calls if call.params.get("type") == "template"]
        assert len(templates) == 1


async def test_what_is_repeated_for_a_week_counts_once(tmp_path: Path) -> None:
    async with on_whatsapp(tmp_path) as setup:
        webhooks, citizen = setup.simulator.whatsapp.webhooks, setup.cloud_citizen()
        citizen.hasty = True
        await citizen.begin()
        await citizen.play("story")
        await webhooks.drained()
        webhooks.pause()
        await citizen.person.say("Bantuan belum saya terima sejak Mei.")
        again = as_raw(payload(setup.simulator.whatsapp.account, webhooks.waiting))
        webhooks.resume()
        await citizen.sees("Tercatat: 1")
        await setup.rested()
        seen = len(citizen.person.phone.log)
        age_keys(setup, 7 * 86_400)
        # A start forgets keys that are old enough.
        await setup.bot.stop()
        await setup.bot.restart()
        await setup.settled()
        assert await webhooks.post(again) == 200
        await setup.settled()
        await setup.rested()
        assert since(citizen, seen) == []


def age_keys(setup: CloudSetup, seconds: float) -> None:
    """Let the keys of all updates be older: the bot's clock goes on."""
    with closing(sqlite3.connect(setup.folder / "aduan.db", timeout=SECONDS)) as database, database:
        database.execute("UPDATE updates SET at = at - ?", (seconds,))
