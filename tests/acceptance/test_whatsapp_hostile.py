"""A citizen on WhatsApp with a modified client: forged presses, ids of others, odd names; the real process.

What the client sends reaches the bot as it is, signed by Meta.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from typing import Any

import pytest
import pytest_asyncio

from bot.simulator.whatsapp.people import CloudPerson
from tests.acceptance.bot_setup import LOOK_AGAIN, SECONDS
from tests.acceptance.whatsapp_setup import CloudSetup, answer_to, on_whatsapp
from tests.cloud_players import CloudCitizen, words_of
from tests.questions import ANSWERS, PHOTO

pytestmark = pytest.mark.asyncio(loop_scope="module")

Json = dict[str, Any]
SECRET = "Zebrakuning di balai desa dijual pamong"
OWNER = replace(ANSWERS, name="Kusumawardani Prabandari", story=(SECRET, PHOTO))
# aiohttp warns of a larger body.
LONG_CAPTION = 1_000_000
# A person gets 45 messages at once; a press may have two.
MOST = 8
RIGHT_TO_LEFT, NOTHING = "\u202e", "\0"
ODD_IDS = (
    "",
    "x" * 200,
    "x" * 256,
    "x" * 100_000,
    f"status:{NOTHING}:1:",
    f"{RIGHT_TO_LEFT}status:1:1:",
    "🙏:🙏:🙏:🙏",
    "status:'; DROP TABLE cases; --:1:",
    "status:1:99999999999999999999:",
    "status:1:-1:",
    "status:1:²:",
    ":::",
    "::::::::::",
    "text:",
    f"text:{NOTHING}",
    "text:/status",
    "text:" + "x" * 20_000,
    "choices::1:1.99999999999",
    "choices::1:-1",
)
ODD_NAMES = (
    "../../../etc/passwd",
    "..\\..\\win.ini",
    f"surat{RIGHT_TO_LEFT}fdp.exe",
    f"a{NOTHING}b.pdf",
    "." * 300,
)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def phones(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[CloudSetup]:
    """One bot for all tests of this file."""
    async with on_whatsapp(tmp_path_factory.mktemp("hostile")) as running:
        await running.operator()
        yield running


def pressed(choice: str, title: str = "Lanjut", kind: str = "button_reply") -> Json:
    """Return a press of a button or row with this id, which no message need have."""
    return {"type": "interactive", "interactive": {"type": kind, kind: {"id": choice, "title": title}}}


def ids_on(citizen: CloudCitizen) -> Iterator[str]:
    """The ids of all choices that a citizen was shown."""
    for shown in citizen.person.phone.of_business():
        yield from (choice.id for choice in shown.choices)


def ids_in_groups(phones: CloudSetup) -> Iterator[str]:
    """What the buttons of officers return."""
    for group in phones.groups.values():
        for stored in group.chat.messages.values():
            for row in stored.message.get("reply_markup", {}).get("inline_keyboard", []):
                yield from (button["callback_data"] for button in row if "callback_data" in button)


async def answered(phones: CloudSetup, person: CloudPerson, text: str = "/bantuan") -> None:
    """See that the bot still answers this person, after all that was sent before."""
    await phones.simulator.whatsapp.webhooks.drained()
    await phones.settled()
    since = len(person.phone.log)
    await person.say(text)
    citizen = CloudCitizen(person)
    await citizen.sees("/status", since=since)


def reads(person: CloudPerson) -> str:
    """Return all that a person has read."""
    return "\n".join(words_of(shown) for shown in person.phone.of_business())


async def test_presses_of_others_and_of_officers_reach_nothing(phones: CloudSetup) -> None:
    owner = phones.cloud_citizen(OWNER)
    reference = await owner.file()
    await phones.card_shows(reference, "Diterima")
    await owner.person.say(f"/status {reference}")
    await owner.sees("Status: Diterima")
    await phones.respond(owner, answer_to(owner))
    await phones.card_shows(reference, "Terkirim")
    await phones.rested()
    forged = [*dict.fromkeys([*ids_on(owner), *ids_in_groups(phones)])]
    assert len(forged) > 20
    before = phones.read("SELECT count(*) FROM history"), phones.read("SELECT * FROM cases")
    cards = phones.newest_id()
    for start in range(0, len(forged), MOST):
        thief = phones.cloud_person("Pencuri Data")
        await thief.say("/bantuan")
        for choice in forged[start : start + MOST]:
            thief.send(pressed(choice, kind="button_reply"))
            thief.send({"type": "button", "button": {"payload": choice, "text": "Baca"}})
        thief.send(pressed(f"text:/jawab {reference} Palsu"))
        thief.send(pressed(f"text:/tiket {reference}"))
        thief.send(pressed(f"text:/status {reference} AAAA-AAAA"))
        await answered(phones, thief)
        for word in (SECRET, OWNER.name, owner.code, answer_to(owner), owner.person.number):
            assert word not in reads(thief)
    assert (phones.read("SELECT count(*) FROM history"), phones.read("SELECT * FROM cases")) == before
    assert phones.newest_id() == cards


async def test_odd_ids_captions_and_names_stop_nothing(phones: CloudSetup) -> None:
    citizen = phones.cloud_citizen(replace(ANSWERS, story=("Lampu jalan padam.",)))
    await citizen.begin()
    await citizen.play("story")
    person, cloud = citizen.person, phones.simulator.whatsapp
    for choice in ODD_IDS:
        for kind in ("button_reply", "list_reply"):
            person.send(pressed(choice, "x", kind))
    for name in ODD_NAMES:
        await person.send_document(name=name)
    await person.send_photo(PHOTO + b"panjang", caption="k" * LONG_CAPTION)
    await person.say(f"ab{NOTHING}cd{RIGHT_TO_LEFT}ef\ud800")
    for number in ("", "0", "+62 812 3000 0001", "9" * 400, f"1{NOTHING}2"):
        contact = {"name": {"formatted_name": number}, "phones": [{"phone": number, "wa_id": number}]}
        person.send({"type": "contacts", "contacts": [{**contact, "origin": "contact_request"}]})
    await cloud.webhooks.drained()
    await phones.settled()
    async with asyncio.timeout(SECONDS):
        while phones.read("SELECT 1 FROM files WHERE state = 'waiting'"):  # noqa: ASYNC110 - the other process's
            await asyncio.sleep(LOOK_AGAIN)
    outside = [path for path in phones.folder.rglob("*") if "passwd" in path.name or "win.ini" in path.name]
    assert outside == []
    await answered(phones, person)
    # Someone else files meanwhile, as if nothing had happened.
    other = phones.cloud_citizen()
    assert await other.file()
