"""A Cloud API that gives no answer, a strange one, or none of its own; with the real process.

The waits after a failure are short here (quick_waits.py).
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import web

from bot.simulator.whatsapp.faults import CloudFault
from bot.simulator.whatsapp.templates import Template
from tests.acceptance.whatsapp_setup import QUICK, CloudSetup, answer_to, copies, on_whatsapp
from tests.cloud_players import CloudCitizen, words_of

pytestmark = pytest.mark.asyncio(loop_scope="module")

PAGE = b"<!doctype html><title>502</title><h1>Bad Gateway</h1>"
A_DAY = 25 * 3600.0


@dataclass(eq=False)
class Odd(CloudFault):
    """A fault that answers with this status, body and headers."""

    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()

    async def apply(self, result: Any = None) -> web.Response:
        """Return the answer."""
        self._reached.set()
        body = self.body if isinstance(self.body, bytes) else self.body(result)
        return web.Response(status=self.status, body=body, headers=self.headers)


def _without_id(result: Any) -> bytes:
    return json.dumps({key: value for key, value in result.items() if key != "messages"}).encode()


def _with_odd_id(result: Any) -> bytes:
    return json.dumps({**result, "messages": [{"id": ["x" * 600]}]}).encode()


AWAY = (("Location", "https://elsewhere.example.org/"),)
# What is answered, before or after the effect -> how often the response may be read.
ODD: dict[str, tuple[Odd, int]] = {
    "a page of a proxy": (Odd("body", body=PAGE, status=502), 1),
    "a page with the status 200": (Odd("body", body=PAGE), 1),
    "a page after the effect": (Odd("body", place="after", body=PAGE), 2),
    "a redirect": (Odd("body", body=b"", status=302, headers=AWAY), 1),
    "a redirect that keeps the method": (Odd("body", body=b"{}", status=307, headers=AWAY), 1),
    "no content": (Odd("body", body=b"", status=204), 1),
    "an empty object": (Odd("body", body=b"{}"), 1),
    "a list": (Odd("body", body=b"[1]"), 1),
    "half of an object": (Odd("body", place="after", body=b'{"messages": [{"id"'), 2),
    "deep nesting": (Odd("body", body=b"[" * 100_000), 1),
    "an error that is a text": (Odd("body", body=b'{"error": "down"}', status=500), 1),
    "an error without a code": (Odd("body", body=b'{"error": {"message": "down"}}', status=500), 1),
    "a code that is a text": (Odd("body", body=b'{"error": {"code": "190"}}', status=400), 1),
    # It was accepted: it is not sent again, and its status settles it.
    "200 without messages": (Odd("body", place="after", body=_without_id), 1),
    "200 with an odd id": (Odd("body", place="after", body=_with_odd_id), 1),
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def phones(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[CloudSetup]:
    """One bot for all tests of this file."""
    async with on_whatsapp(tmp_path_factory.mktemp("outages"), program=QUICK) as running:
        yield running


async def test_an_answer_that_is_none_of_the_api_loses_nothing(phones: CloudSetup) -> None:
    operator = await phones.operator()
    citizens = await phones.filed_on_whatsapp(len(ODD))
    for (fault, _), citizen in zip(ODD.values(), citizens, strict=True):
        whom: Any = citizen.person.user_id
        phones.simulator.whatsapp.faults.add(replace(fault, method="messages", chat_id=whom))
        await phones.respond(citizen, answer_to(citizen))
    for (name, (_, most)), citizen in zip(ODD.items(), citizens, strict=True):
        await citizen.sees(answer_to(citizen))
        await phones.card_shows(citizen.reference, "Terkirim")
        assert 1 <= copies(citizen) <= most, name
    await phones.rested()
    assert operator.new_messages() == []


async def test_a_call_whose_answer_never_comes_is_made_again_unless_a_status_says_that_it_arrived(
    phones: CloudSetup,
) -> None:
    cloud, (lost, shown) = phones.simulator.whatsapp, await phones.filed_on_whatsapp(2)
    held = [
        cloud.fault("messages", lost.person, place="before", kind="hold"),
        cloud.fault("messages", shown.person, place="after", kind="hold"),
    ]
    for citizen in (lost, shown):
        await phones.respond(citizen, answer_to(citizen))
    await asyncio.gather(*(fault.reached() for fault in held))
    # Others are answered meanwhile.
    other = phones.cloud_citizen()
    await other.begin()
    for citizen in (lost, shown):
        await phones.card_shows(citizen.reference, "Terkirim")
    for fault in held:
        fault.release(proceed=False)
    await phones.rested()
    assert copies(lost) == copies(shown) == 1


async def test_an_hour_without_the_api_is_told_and_all_arrives_in_order(phones: CloudSetup) -> None:
    operator, cloud = await phones.operator(), phones.simulator.whatsapp
    (citizen,) = await phones.filed_on_whatsapp()
    cloud.fault("messages", citizen.person, 10_000, kind="502")
    await phones.respond(citizen, answer_to(citizen))
    since = len(citizen.person.phone.log)
    await citizen.person.say("/bantuan")
    await operator.sees("Sudah satu jam ada pesan")
    await phones.card_shows(citizen.reference, "belum ada kabar bahwa sudah sampai")
    assert copies(citizen) == 0
    cloud.faults.clear()
    await citizen.sees("/status", since=since)
    await phones.card_shows(citizen.reference, "Terkirim")
    assert copies(citizen) == 1
    # Documents have a queue of their own.
    shown = [each for each in citizen.person.phone.log[since:] if each.direction == "business"]
    texts = [words_of(each) for each in shown if each.content["type"] != "document"]
    assert answer_to(citizen) in texts[0]


async def test_a_template_that_is_paused_gone_or_other_waits_until_it_is_right(phones: CloudSetup) -> None:
    operator, cloud = await phones.operator(), phones.simulator.whatsapp
    right = dict(cloud.templates.known)
    (name, language), template = next((key, each) for key, each in right.items() if key[1] == "id")
    two = "Ada kabar tentang {{1}} dari {{2}}, silakan dibaca."
    wrong: dict[int, dict[tuple[str, str], Template]] = {
        132015: {(name, language): replace(template, status="PAUSED")},
        132001: {},
        132000: {(name, language): replace(template, body=two)},
    }
    try:
        for code, present in wrong.items():
            (citizen,) = await phones.filed_on_whatsapp()
            citizen.person.heard = cloud.clock.now() - A_DAY
            cloud.templates.known = present
            await phones.respond(citizen, answer_to(citizen))
            await operator.sees(f"{code}: ")
            await phones.card_shows(citizen.reference, "menunggu")
            cloud.templates.known = right
            await baca(phones, citizen)
    finally:
        cloud.templates.known = right


async def baca(phones: CloudSetup, citizen: CloudCitizen) -> None:
    """Press the button of the one template; the response comes and the card says so."""
    await citizen.sees(f"Ada kabar tentang pengaduan {citizen.reference}")
    assert copies(citizen) == 0
    await citizen.presses("Baca")
    await citizen.sees(answer_to(citizen))
    await phones.card_shows(citizen.reference, "Terkirim")
    kinds = [shown.content["type"] for shown in citizen.person.phone.of_business()]
    assert kinds.count("template") == copies(citizen) == 1


async def test_a_revoked_token_keeps_all_until_another_one_is_configured(phones: CloudSetup) -> None:
    operator, account = await phones.operator(), phones.simulator.whatsapp.account
    (citizen,) = await phones.filed_on_whatsapp()
    old, account.token = account.token, "EAA-another-token-of-the-test"
    await phones.respond(citizen, answer_to(citizen))
    await operator.sees("190: ")
    since = len(citizen.person.phone.log)
    await citizen.person.say("/bantuan")
    await phones.simulator.whatsapp.webhooks.drained()
    await phones.card_shows(citizen.reference, "belum ada kabar bahwa sudah sampai")
    assert len(citizen.person.phone.log) == since + 1
    await phones.bot.stop()
    config = phones.folder / "config.toml"
    config.write_text(config.read_text(encoding="utf-8").replace(old, account.token), encoding="utf-8")
    await phones.bot.restart()
    await citizen.sees(answer_to(citizen), since=since)
    await citizen.sees("/status", since=since)
    await phones.card_shows(citizen.reference, "Terkirim")
    assert copies(citizen) == 1
    assert old not in phones.bot.log
