"""Citizens on WhatsApp, with the real process and the embedded Cloud API; officers are on Telegram."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.acceptance.bot_setup import RINA, SECONDS, ChatUser, words
from tests.acceptance.journey import STARS, PatientOfficer
from tests.acceptance.whatsapp_setup import CloudSetup, on_whatsapp
from tests.cloud_players import CloudCitizen
from tests.questions import ANSWERS, PHOTO

pytestmark = pytest.mark.asyncio

STORY = ("Bantuan saya tidak cair sejak Januari.", PHOTO, "Mohon penjelasan.")
AGENCIES = {
    "dpmd": replace(ANSWERS, story=STORY),
    "bakesbangpol": replace(
        ANSWERS,
        agency="Badan Kesatuan Bangsa dan Politik",
        service="Rekomendasi penelitian",
        story=STORY,
    ),
}


def officer(setup: CloudSetup, agency: str) -> PatientOfficer:
    return PatientOfficer(setup.simulator.people[RINA], setup.groups[agency], SECONDS)


async def answered(setup: CloudSetup, reference: str, agency: str) -> str:
    """An officer takes the case and answers with a text and a photo; return the text."""
    desk, answer = officer(setup, agency), f"Pengaduan {reference} sudah kami tindak lanjuti."
    await desk.take(reference)
    prompt = await desk.asked(reference)
    await desk.send(await desk.replied(prompt, answer, PHOTO + reference.encode()))
    return answer


async def rated(citizen: CloudCitizen) -> None:
    """The citizen accepts the response and rates it."""
    await citizen.presses("Puas")
    await citizen.sees("kami nyatakan selesai")
    await citizen.presses(STARS)
    await citizen.sees(f"Terima kasih atas penilaian {STARS}")


@pytest.mark.parametrize("agency", AGENCIES)
async def test_a_complaint_is_filed_answered_and_rated(tmp_path: Path, agency: str) -> None:
    async with on_whatsapp(tmp_path) as setup:
        citizen = setup.cloud_citizen(AGENCIES[agency], agency)
        reference = await citizen.file()
        assert "WhatsApp" in words(await setup.card(reference, agency))
        answer = await answered(setup, reference, agency)
        await citizen.sees(answer)
        await setup.card_shows(reference, "Terkirim", agency)
        await rated(citizen)
        await setup.card_shows(reference, f"Penilaian: {STARS}", agency)
        await setup.rested()
        assert not [call for call in setup.simulator.whatsapp.calls if call.code]


async def test_a_person_with_a_username_only_files(tmp_path: Path) -> None:
    async with on_whatsapp(tmp_path) as setup:
        citizen = setup.cloud_citizen(AGENCIES["dpmd"], username_only=True)
        reference = await citizen.file()
        await citizen.sees(await answered(setup, reference, "dpmd"))


async def test_one_complaint_is_followed_from_both_messengers(tmp_path: Path) -> None:
    async with on_whatsapp(tmp_path) as setup:
        citizen = setup.cloud_citizen(AGENCIES["dpmd"])
        reference = await citizen.file()
        other = setup.user("Budi")
        await other.says(f"/status {reference} {citizen.code}", reference)
        telegram, _, second = await setup.filed()
        assert isinstance(other, ChatUser)
        since = len(citizen.person.phone.log)
        await citizen.person.say(f"/status {second} {telegram.code}")
        await citizen.sees(second, since=since)
