"""What goes wrong on the way to and from WhatsApp: nothing is lost, nothing counts twice, officers see it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace

import aiohttp
import pytest
import pytest_asyncio

from bot.simulator.api.faults import Kind, Place
from bot.simulator.whatsapp.payloads import payload
from bot.simulator.whatsapp.webhooks import as_raw
from tests.acceptance.bot_setup import LOOK_AGAIN, SECONDS, words
from tests.acceptance.whatsapp_setup import CloudSetup, on_whatsapp
from tests.cloud_players import CloudCitizen, words_of
from tests.questions import ANSWERS, PHOTO

pytestmark = pytest.mark.asyncio(loop_scope="module")

NOTICE = "— Pemberitahuan privasi"
SECRET = "Zebrakuning di balai desa"
PARTS = ("Satu kalimat.", "Dua kalimat.", PHOTO, "Tiga kalimat.", "Empat kalimat.")
PROGRAM = b"MZ\x90\x00" + b"\x00" * 200
A_DAY, MEGABYTE = 25 * 3600.0, 1024 * 1024
# What the API answers to a message -> how often the person may see it.
FAULTS: list[tuple[Kind, Place, int, int]] = [
    ("429", "before", 130429, 1),
    ("500", "before", 131056, 1),
    ("500", "before", 131000, 1),
    ("500", "before", 131016, 1),
    ("502", "before", 0, 1),
    ("drop", "before", 0, 1),
    ("500", "after", 131000, 2),
    ("502", "after", 0, 2),
    ("drop", "after", 0, 2),
    ("garbage", "after", 0, 2),
]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def phones(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[CloudSetup]:
    """One bot for all tests of this file."""
    async with on_whatsapp(tmp_path_factory.mktemp("phones")) as running:
        yield running


def stored(phones: CloudSetup) -> list[object]:
    """Return how many rows the bot has of what people may cause."""
    tables = ("updates", "waiting", "quarantine", "addresses", "conversations")
    return [phones.read(f"SELECT count(*) FROM {table}") for table in tables]  # noqa: S608 - the names above


async def test_a_delivery_without_the_right_signature_reaches_nothing(phones: CloudSetup) -> None:
    webhooks, person = phones.simulator.whatsapp.webhooks, phones.cloud_person("Penyamar")
    await webhooks.drained()
    webhooks.pause()
    await person.say(SECRET)
    raw = json.dumps(payload(phones.simulator.whatsapp.account, webhooks.waiting)).encode()
    webhooks.waiting.clear()
    webhooks.resume()
    await phones.settled()
    right, before = webhooks.sign(raw), stored(phones)
    wrong = ("none", "sha256=", right[:-1], right.upper(), right.replace("256", "1"), f"sha256={'0' * 64}")
    assert [await webhooks.post(raw, signature) for signature in wrong] == [401] * len(wrong)
    assert await webhooks.post(raw + b" ", right) == 401
    async with aiohttp.ClientSession() as session, session.post(webhooks.url, data=raw) as response:
        assert response.status == 401
    assert stored(phones) == before
    # It was refused for its signature alone.
    assert await webhooks.post(raw) == 200
    await person.wait_for("sudah kami simpan")


async def test_deliveries_that_are_repeated_shuffled_and_gathered_count_once(phones: CloudSetup) -> None:
    webhooks = phones.simulator.whatsapp.webhooks
    citizens = [phones.cloud_citizen(replace(ANSWERS, story=PARTS)) for _ in range(3)]
    webhooks.duplicate = webhooks.shuffle = webhooks.gather = True
    webhooks.in_order = False
    try:
        for citizen in citizens:
            await citizen.begin()
            await citizen.play("story")
        webhooks.pause()
        for citizen in citizens:
            for part in PARTS:
                await citizen.send(part)
        again = as_raw(payload(phones.simulator.whatsapp.account, webhooks.waiting))
        webhooks.resume()
        for citizen in citizens:
            await citizen.sees(f"Tercatat: {len(PARTS)}")
            citizen.sent_parts = len(PARTS)
        assert await webhooks.post(again) == 200
        await asyncio.gather(*(citizen.play() for citizen in citizens))
    finally:
        webhooks.duplicate = webhooks.shuffle = webhooks.gather = False
        webhooks.in_order = True
    for citizen in citizens:
        assert len(citizen.receipts) == 1
        assert citizen.was_told(f"({len(PARTS)} pesan)")
        (case,) = phones.read("SELECT id FROM cases WHERE reference = ?", citizen.reference)
        assert phones.read("SELECT count(*) FROM files WHERE owner = ?", *case) == [(1,)]


async def test_a_message_arrives_despite_a_fault(phones: CloudSetup) -> None:
    async def begins(kind: Kind, place: Place, code: int, most: int) -> str:
        citizen = phones.cloud_citizen()
        fault = phones.simulator.whatsapp.fault("messages", citizen.person, 1, place, kind, code=code)
        await citizen.begin()
        await citizen.presses("Mengerti, lanjut")
        await citizen.sees("— Layanan")
        shown = [words_of(each) for each in citizen.person.phone.of_business()]
        copies = sum(NOTICE in text for text in shown)
        return "" if fault.hits == 1 and 1 <= copies <= most else f"{kind} {place} {code}: {copies} copies"

    assert set(await asyncio.gather(*(begins(*fault) for fault in FAULTS))) == {""}


async def test_a_refused_response_waits_and_the_card_says_why(phones: CloudSetup) -> None:
    cloud = phones.simulator.whatsapp
    token, gone, closed, late = await phones.filed_on_whatsapp(4)
    operator = await phones.operator()
    cloud.fault("messages", token.person, code=190)
    await phones.respond(token, "Jawaban pertama.")
    assert "190" in words(await operator.sees("menolak pesan karena akun"))
    await phones.card_shows(token.reference, "belum ada kabar bahwa sudah sampai")
    # It waits for half a minute, and so do the messages after it.
    assert phones.read("SELECT 1 FROM outbox WHERE report IS NOT NULL")
    assert not token.was_told("Jawaban pertama.")

    cloud.fault("messages", gone.person, code=131026)
    await phones.respond(gone, "Jawaban kedua.")
    await phones.card_shows(gone.reference, "tidak dapat dihubungi lewat bot")
    await comes_back(phones, gone, "Jawaban kedua.", "/status")

    closed.person.heard = late.person.heard = cloud.clock.now() - A_DAY
    await phones.respond(closed, "Jawaban ketiga.")
    await knocked(phones, closed)
    await comes_back(phones, closed, "Jawaban ketiga.", "Baca")

    cloud.receipts.late_refusals = True
    await phones.respond(late, "Jawaban keempat.")
    await knocked(phones, late)
    cloud.receipts.late_refusals = False
    await comes_back(phones, late, "Jawaban keempat.", "apa kabarnya?")


async def knocked(phones: CloudSetup, citizen: CloudCitizen) -> None:
    """See one template and nothing else on the phone, and the waiting response on the card."""
    await phones.card_shows(citizen.reference, "menunggu")
    await citizen.sees(f"Ada kabar tentang pengaduan {citizen.reference}")
    shown = citizen.person.phone.of_business()
    assert [each.content["type"] for each in shown].count("template") == 1
    assert shown[-1].content["type"] == "template"
    await marked(phones)


async def marked(phones: CloudSetup) -> None:
    """Wait until the calls whose reports came before their marks are marked, within a moment of the call."""
    async with asyncio.timeout(SECONDS):
        while phones.read("SELECT 1 FROM outbox WHERE error = 'overtaken'"):  # noqa: ASYNC110 - the other process's
            await asyncio.sleep(LOOK_AGAIN)


async def comes_back(phones: CloudSetup, citizen: CloudCitizen, answer: str, text: str) -> None:
    """Let the person write or press; the response comes before all else, and the card says so."""
    since = len(citizen.person.phone.log)
    await (citizen.presses(text) if text == "Baca" else citizen.person.say(text))
    await citizen.sees(answer, since=since)
    first = citizen.person.phone.log[since + 1]
    assert answer in words_of(first), citizen.transcript()
    await phones.card_shows(citizen.reference, "Terkirim")


async def test_the_card_follows_the_statuses_in_any_order(phones: CloudSetup) -> None:
    receipts = phones.simulator.whatsapp.receipts
    early, unread, blocking = await phones.filed_on_whatsapp(3)
    receipts.early = receipts.skip_delivered = True
    await phones.respond(early, "Jawaban dini.")
    await phones.card_shows(early.reference, "Terkirim")
    receipts.early = receipts.skip_delivered = False

    receipts.hold()
    await phones.respond(unread, "Jawaban tertahan.")
    await unread.sees("Jawaban tertahan.")
    await phones.card_shows(unread.reference, "dikirim lewat WhatsApp, belum ada kabar bahwa sudah sampai")
    receipts.release()
    await phones.card_shows(unread.reference, "Terkirim")

    await blocking.person.block()
    await phones.respond(blocking, "Jawaban tak terbaca.")
    await phones.card_shows(blocking.reference, "belum ada kabar bahwa sudah sampai")
    await blocking.person.unblock()
    await blocking.person.say(f"/status {blocking.reference}")
    await blocking.sees("Jawaban tak terbaca.")


async def test_files_that_cannot_be_taken_are_answered_and_dead_addresses_are_asked_for_again(
    phones: CloudSetup,
) -> None:
    cloud, citizen = phones.simulator.whatsapp, phones.cloud_citizen()
    await citizen.begin()
    await citizen.play("story")
    await citizen.person.send_video(size=120 * MEGABYTE)
    await citizen.sees("Berkas ini terlalu besar")
    await citizen.person.send_document(PROGRAM, "tagihan.exe", "application/x-msdownload")
    await citizen.sees("program atau skrip")
    held = cloud.fault("download", place="before", kind="hold")
    await citizen.person.send_photo(PHOTO + b"mati")
    await held.reached()
    cloud.media.expire_links()
    held.release()
    async with asyncio.timeout(60):
        while not phones.read("SELECT 1 FROM files WHERE state = 'stored' AND size = ?", len(PHOTO) + 4):  # noqa: ASYNC110 - the database is the other process's
            await asyncio.sleep(0.02)


async def test_a_changed_number_keeps_its_complaint(phones: CloudSetup) -> None:
    for announce in ("system", "field"):
        (citizen,) = await phones.filed_on_whatsapp()
        await citizen.person.change_number(f"62899{citizen.person.number[-7:]}", announce)
        await phones.respond(citizen, f"Jawaban setelah pindah: {announce}.")
        await citizen.sees(f"Jawaban setelah pindah: {announce}.")
        since = len(citizen.person.phone.log)
        await citizen.person.say(f"/status {citizen.reference}")
        await citizen.sees("Status: Ditanggapi", since=since)
