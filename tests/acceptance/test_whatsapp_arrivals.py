"""What arrives at the webhook is odd, repeated or much, with the real process: nothing is lost."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from bot.simulator.whatsapp.account import new_wamid
from bot.simulator.whatsapp.errors import CloudError
from bot.simulator.whatsapp.payloads import Update, payload
from bot.simulator.whatsapp.people import CloudPerson
from bot.simulator.whatsapp.phone import Status
from bot.simulator.whatsapp.webhooks import as_raw
from tests.acceptance.bot_setup import LOOK_AGAIN, SECONDS
from tests.acceptance.whatsapp_setup import QUICK, CloudSetup, answer_to, copies, on_whatsapp
from tests.cloud_players import words_of
from tests.questions import PHOTO

pytestmark = pytest.mark.asyncio(loop_scope="module")

Json = dict[str, Any]
MEGABYTE = 1024 * 1024
STORED = "SELECT 1 FROM files WHERE state = 'stored' AND size = ?"
# The most updates of one delivery. A turn takes five of one person.
THOUSAND, PEOPLE, EACH = 1000, 40, 10


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def phones(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[CloudSetup]:
    """One bot for all tests of this file."""
    async with on_whatsapp(tmp_path_factory.mktemp("arrivals"), program=QUICK) as running:
        # The operator's chat is there: notices arrive.
        await running.operator()
        yield running


def value_of(phones: CloudSetup, **more: Any) -> Json:
    """Return the value of a change of our number."""
    account = phones.simulator.whatsapp.account
    metadata = {"display_phone_number": account.number, "phone_number_id": account.phone_number_id}
    return {"messaging_product": "whatsapp", "metadata": metadata, **more}


def body_of(*changes: Any) -> Json:
    """Return the body of a POST with these changes."""
    return {"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": list(changes)}]}


def message_of(person: CloudPerson, **content: Any) -> Json:
    """Return a message of a person."""
    return {**person.as_sender(), "id": new_wamid(person.number), "timestamp": person.timestamp, **content}


async def test_kinds_and_fields_that_no_one_knows_are_taken_and_stop_nothing(phones: CloudSetup) -> None:
    person, webhooks = phones.cloud_person("Warga Aneh"), phones.simulator.whatsapp.webhooks
    person.heard = phones.simulator.whatsapp.clock.now()
    good = message_of(person, type="text", text={"body": "/bantuan"})
    odd: list[Json] = [
        {"type": "hologram", "hologram": {"id": "1"}},
        {"type": "text", "text": "a text"},
        {"type": "text", "text": {"body": 5}},
        {"type": "image", "image": None},
        {"type": "image", "image": {"id": 12345}},
        {"type": "interactive", "interactive": {"type": "nfm_reply", "nfm_reply": {"body": "x"}}},
        {"type": "interactive", "interactive": []},
        {"type": "button", "button": None},
        {"type": "location", "location": {"latitude": "north", "longitude": 1e400}},
        {"type": "contacts", "contacts": [None, 5]},
        {"type": "order", "order": {"product_items": []}},
        {"type": None},
        {"type": ["text"]},
        {},
    ]
    strange = [message_of(person, **content) for content in odd]
    broken: list[Any] = [
        None,
        5,
        "text",
        [],
        {},
        {"id": 7},
        {"id": "x" * 600},
        {**good, "id": new_wamid(person.number), "from": {}, "from_user_id": None},
        {**good, "id": new_wamid(person.number), "timestamp": "soon", "type": "reaction"},
        {**good, "id": new_wamid(person.number), "timestamp": 10**30, "type": "reaction"},
        {**good, "id": new_wamid(person.number), "context": ["x"], "type": "reaction"},
    ]
    statuses: list[Any] = [
        None,
        {},
        {"id": "wamid.x", "status": "vanished"},
        {"id": "wamid.x", "status": "failed"},
        {"id": "wamid.x", "status": "failed", "errors": "all"},
        {"id": "wamid.x", "status": "failed", "errors": [{"code": "131026"}]},
        {"id": "wamid.x", "status": "failed", "biz_opaque_callback_data": "1", "errors": [None]},
        {"id": "wamid.x", "status": "delivered", "biz_opaque_callback_data": "9" * 40},
        {"id": "wamid.x", "status": "delivered", "biz_opaque_callback_data": {"a": 1}},
    ]
    bodies: list[Any] = [
        None,
        [],
        {"object": "page"},
        {"entry": {}},
        {"entry": [None, {"changes": None}, {"changes": [None, {"value": None, "field": "messages"}]}]},
        body_of({"field": "account_update", "value": value_of(phones, event="DISABLED_UPDATE")}),
        body_of({"field": "message_template_status_update", "value": {"event": "PAUSED"}}),
        body_of(
            {"field": "user_id_update", "value": value_of(phones, user_id_update=[None, {"user_id": 5}])}
        ),
        body_of({"field": "messages", "value": value_of(phones, messages={"id": "x"}, statuses="x")}),
        body_of({"field": "messages", "value": value_of(phones, messages=strange)}),
        body_of({"field": "messages", "value": value_of(phones, messages=[*broken, good, *broken])}),
        body_of({"field": "messages", "value": value_of(phones, statuses=statuses)}),
    ]
    answers = [await webhooks.post(as_raw(body)) for body in bodies]
    assert answers == [200] * len(bodies)
    assert await webhooks.post(b"{" * 1000) == 200
    # The message between the broken ones has its answer.
    await person.wait_for("/status")
    await phones.settled()
    assert phones.bot.running


async def test_a_thousand_updates_in_one_delivery_are_all_answered(phones: CloudSetup) -> None:
    webhooks = phones.simulator.whatsapp.webhooks
    people = [phones.cloud_person(f"Warga {number}") for number in range(PEOPLE)]
    await webhooks.drained()
    webhooks.pause()
    for _ in range(EACH):
        for person in people:
            await person.say("/bantuan")
    account = phones.simulator.whatsapp.account
    for _ in range(THOUSAND - len(webhooks.waiting)):
        body = {"id": new_wamid(account.number), "status": "read", "timestamp": people[0].timestamp}
        webhooks.waiting.insert(0, Update("statuses", body, ""))
    raw = as_raw(payload(account, webhooks.waiting))
    webhooks.waiting.clear()
    webhooks.resume()
    late = phones.cloud_person("Warga Sesudahnya")
    first, second = await asyncio.gather(webhooks.post(raw), webhooks.post(raw))
    await late.say("/bantuan")
    assert (first, second) == (200, 200)
    await late.wait_for("/status")
    await phones.simulator.until(lambda: all(len(helps(person)) == EACH for person in people), 60.0)
    assert await webhooks.post(raw) == 200
    await phones.settled()
    await phones.rested()
    assert {len(helps(person)) for person in people} == {EACH}


def helps(person: CloudPerson) -> list[str]:
    """Return the help texts on a phone."""
    return [text for shown in person.phone.of_business() if "/status" in (text := words_of(shown))]


async def test_statuses_come_in_any_order_twice_and_of_messages_that_no_one_knows(phones: CloudSetup) -> None:
    """The card says what is true after all of them: delivered once is delivered."""
    receipts = phones.simulator.whatsapp.receipts
    reports: dict[str, list[Status]] = {
        "failed, then delivered": ["failed", "delivered"],
        "delivered, then failed": ["delivered", "failed"],
        "read first, twice": ["read", "delivered", "sent", "read", "delivered"],
    }
    citizens = await phones.filed_on_whatsapp(len(reports))
    for citizen, statuses in zip(citizens, reports.values(), strict=True):
        receipts.hold()
        await phones.respond(citizen, answer_to(citizen))
        await citizen.sees(answer_to(citizen))
        await phones.card_shows(citizen.reference, "belum ada kabar bahwa sudah sampai")
        shown = next(
            each for each in citizen.person.phone.of_business() if answer_to(citizen) in words_of(each)
        )
        receipts.held = None
        for status in statuses:
            error = CloudError(131000) if status == "failed" else None
            receipts.report(citizen.person, shown, status, error)
            await phones.simulator.whatsapp.webhooks.drained()
        await phones.card_shows(citizen.reference, "Terkirim")
        assert 1 <= copies(citizen) <= 1 + ("failed" in statuses)


async def test_a_file_that_arrives_as_another_content_is_fetched_again(phones: CloudSetup) -> None:
    cloud, citizen = phones.simulator.whatsapp, phones.cloud_citizen()
    await citizen.begin()
    await citizen.play("story")
    page = cloud.fault("download", kind="502")
    page.kind, page.body, page.content_type = "body", b"<html>Please sign in</html>", "text/html"
    cut = cloud.fault("download", kind="drop", place="after")
    await citizen.person.send_photo(PHOTO + b"utuh")
    await citizen.sees("Tercatat: 1")
    async with asyncio.timeout(SECONDS):
        while not phones.read(STORED, len(PHOTO) + 4):  # noqa: ASYNC110 - the database is the other process's
            await asyncio.sleep(LOOK_AGAIN)
    assert (page.hits, cut.hits) == (1, 1)
    assert phones.read("SELECT count(*) FROM files WHERE size = ?", len(page.body)) == [(0,)]
    # Below what WhatsApp takes, and above what the bot does.
    await citizen.person.send_document(size=25 * MEGABYTE)
    await citizen.sees("lebih besar dari 20 MB")


async def test_people_without_a_number_are_served_by_their_id_also_after_it_changed(
    phones: CloudSetup,
) -> None:
    citizen = phones.cloud_citizen(username_only=True)
    citizen.hasty = True
    reference = await citizen.file()
    await phones.card_shows(reference, "Diterima")
    await citizen.person.change_number(f"62877{citizen.person.number[-7:]}")
    await phones.respond(citizen, answer_to(citizen))
    await citizen.sees(answer_to(citizen))
    await phones.card_shows(reference, "Terkirim")
    calls = phones.simulator.whatsapp.calls
    mine = [call for call in calls if call.params.get("recipient") == citizen.person.user_id]
    assert mine
    assert not [call for call in calls if citizen.person.number in str(call.params)]
