"""Files between the two messengers: neither knows the other's ids, so each gets them from the store."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot.simulator.state.waiting import wait_until
from bot.simulator.whatsapp.phone import Phone
from tests.acceptance.bot_setup import RINA, SECONDS
from tests.acceptance.journey import PatientOfficer
from tests.acceptance.whatsapp_setup import CloudSetup, on_whatsapp
from tests.questions import ANSWERS, PHOTO

pytestmark = pytest.mark.asyncio

ANSWER, ANSWER_PHOTO = "Sudah kami tindak lanjuti.", PHOTO + b" dari petugas"


async def photo_in(setup: CloudSetup, agency: str) -> bytes:
    """The content of the bot's newest photo in the staff group, as soon as there is one."""
    chat = setup.groups[agency].chat

    def found() -> str:
        photos = (
            each.message["photo"][-1]["file_id"]
            for each in chat.newest_first()
            if each.by_bot and "photo" in each.message
        )
        return next(photos, "")

    file_id = await wait_until(lambda: chat.signal, found, SECONDS)
    return setup.simulator.world.files.by_id[file_id].content()


async def image_of(setup: CloudSetup, phone: Phone, since: int) -> bytes:
    """The content of the first image that the phone got since then."""

    def found() -> str:
        images = (each.content["image"]["id"] for each in phone.log[since:] if "image" in each.content)
        return next(images, "")

    media = setup.simulator.whatsapp.media.get(await wait_until(lambda: phone.signal, found, SECONDS))
    assert media
    return media.content()


async def test_officers_see_the_evidence_and_the_citizen_sees_the_officers_photo(tmp_path: Path) -> None:
    async with on_whatsapp(tmp_path) as setup:
        citizen = setup.cloud_citizen(replace(ANSWERS, story=("Bantuan saya tidak cair.", PHOTO)))
        reference = await citizen.file()
        desk = PatientOfficer(setup.simulator.people[RINA], setup.groups["dpmd"], SECONDS)
        await desk.take(reference)
        await desk.press(reference, "Bukti")
        assert await photo_in(setup, "dpmd") == PHOTO
        since = len(citizen.person.phone.log)
        prompt = await desk.asked(reference)
        await desk.send(await desk.replied(prompt, ANSWER, ANSWER_PHOTO))
        await citizen.sees(ANSWER)
        assert await image_of(setup, citizen.person.phone, since) == ANSWER_PHOTO
