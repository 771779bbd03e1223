"""Who is who on WhatsApp, with the real process: a changed number and its next owner."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.simulator.whatsapp.people import CloudPerson
from tests.acceptance.whatsapp_setup import CloudSetup, on_whatsapp
from tests.cloud_players import CloudCitizen

pytestmark = pytest.mark.asyncio


async def _reads(setup: CloudSetup, citizen: CloudCitizen, said: str, *answer: str) -> str:
    """What a person reads after a text."""
    since = len(citizen.person.phone.log)
    await citizen.person.say(said)
    return (await citizen.sees(*answer, since=since)).text


def _next_owner(setup: CloudSetup, number: str) -> CloudPerson:
    """Somebody else who was given a number that was returned."""
    cloud = setup.simulator.whatsapp
    owner = CloudPerson(cloud.account, cloud.receipts, number, "Budi", username_only=False)
    cloud.account.people.append(owner)
    return owner


async def test_a_new_number_keeps_the_complaints_and_its_next_owner_sees_none(
    tmp_path: Path,
) -> None:
    async with on_whatsapp(tmp_path) as setup:
        citizen = setup.cloud_citizen()
        reference, old = await citizen.file(), citizen.person.number
        await citizen.person.change_number("6281999999999")
        assert reference in await _reads(setup, citizen, "/status", reference)
        other = CloudCitizen(_next_owner(setup, old))
        said = await _reads(setup, other, "/status", "nomor")
        assert reference not in said
        # A status that Meta sends late is about the old number.
        await citizen.person.read()
        assert reference in await _reads(setup, citizen, "/status", reference)


async def test_what_a_citizen_cannot_do_on_whatsapp_has_an_answer(tmp_path: Path) -> None:
    async with on_whatsapp(tmp_path) as setup:
        citizen = setup.cloud_citizen()
        await citizen.begin()
        message = await citizen.person.say("/daftar")
        await citizen.sees("/daftar")
        since = len(citizen.person.phone.log)
        await citizen.person.edit(message, "Jalan rusak")
        await citizen.sees("isi pesan yang diubah", since=since)
        await citizen.person.react(message)
        await setup.simulator.whatsapp.webhooks.drained()
