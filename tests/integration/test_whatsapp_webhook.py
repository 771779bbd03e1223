"""WhatsApp's deliveries: who may deliver, who wrote, and that nothing is lost or taken twice."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import aiohttp
import pytest
from pydantic import SecretStr
from sqlalchemy import Connection, insert, update
from structlog.testing import capture_logs

from bot.addresses.batch import number_of
from bot.addresses.book import AddressBook
from bot.channels.base import BlockChanged, Confirmed
from bot.channels.whatsapp import signature
from bot.channels.whatsapp.ports import Address
from bot.config.listening import Address as Listening
from bot.database import arrivals, chats, outbox_reports
from bot.database.outbox_rows import Kind, OutboxRow, columns
from bot.database.tables import addresses, outbox
from bot.sources import whatsapp_webhook as module
from bot.sources.inputs import Inputs
from bot.sources.whatsapp_webhook import LARGEST_BODY, Subscription, WhatsAppWebhook
from bot.web.server import Route, WebServer
from conversations.effects import Outcome
from conversations.events import ButtonPressed, Event, TextReceived
from conversations.world import World
from tests.integration.test_webhook import free_port
from tests.integration.turn_setup import TurnSetup
from tests.unit.transcript import TERMS
from tests.unit.whatsapp_bodies import (
    OURS,
    SENT,
    SITI,
    SITI_CONTACT,
    SITI_ID,
    SITI_NUMBER,
    body,
    message,
    reader,
    said,
    status,
    value,
)

SECRET = "rahasia aplikasi"
NOW = SENT + 5.0
DAY = 24 * 3600.0
PATIENCE = 60.0
sqlite = pytest.mark.sqlite("the queue in front of the store")


class Channel:
    name = "whatsapp"

    def read(self, raw: Any, /) -> Any:
        return reader().read(raw)


@dataclass
class Incoming:
    """The incoming half of WhatsApp over a store, with a core that only listens."""

    setup: TurnSetup
    now: float = NOW
    book: AddressBook = field(init=False)
    webhook: WhatsAppWebhook = field(init=False)

    def __post_init__(self) -> None:
        def note(event: Event, _world: World) -> Outcome | None:
            return None if isinstance(event, TextReceived) else Outcome()

        self.setup.core.then = note
        self.book = AddressBook(self.setup.database, self.setup.codec, TERMS, lambda: self.now)
        subscription = Subscription(OURS, SecretStr(SECRET), SecretStr("token"))
        webhook = WhatsAppWebhook(subscription, self.book)
        self.webhook = webhook.connected(Inputs(Channel()).read, self.setup.turns().take)

    async def delivers(self, payload: bytes) -> int:
        return await self.webhook.receive({signature.HEADER: signature.signature(payload, SECRET)}, payload)

    @property
    def seen(self) -> list[Event]:
        return self.setup.core.seen

    @property
    def texts(self) -> list[tuple[int, str]]:
        return [(one.origin.chat, one.text) for one in self.seen if isinstance(one, TextReceived)]


@asynccontextmanager
async def running(webhook: WhatsAppWebhook) -> AsyncIterator[asyncio.Event]:
    """Run it for the block, and stop it."""
    stopping = asyncio.Event()
    task = asyncio.create_task(webhook.run(stopping))
    while not webhook.alive():  # noqa: ASYNC110 - it opens within its first step
        await asyncio.sleep(0)
    try:
        async with asyncio.timeout(PATIENCE):
            yield stopping
    finally:
        stopping.set()
        await asyncio.wait_for(task, PATIENCE)


@pytest.fixture
async def incoming(setup: TurnSetup) -> AsyncIterator[Incoming]:
    made = Incoming(setup)
    await made.book.start()
    async with running(made.webhook):
        yield made


def from_(user_id: str, wa_id: str, wamid: str, text: str = "x") -> bytes:
    written = message(wamid, text={"body": text}, **{"from": wa_id}, from_user_id=user_id)
    return body(value(messages=[{name: found for name, found in written.items() if found}]))


async def test_a_person_is_found_again_after_a_start_and_their_names_are_sealed(incoming: Incoming) -> None:
    assert await incoming.delivers(said(message("wamid.1"))) == 200
    again = Incoming(incoming.setup)
    await again.book.start()
    async with running(again.webhook):
        assert await again.delivers(from_(SITI_ID, "", "wamid.2", "y")) == 200
    assert incoming.texts == [(SITI, "Jalan rusak"), (SITI, "y")]
    assert await again.book.address(SITI) == Address(SITI_ID, SITI_NUMBER)
    assert again.book.heard(SITI) == SENT
    assert await again.book.address(SITI + 1) is None
    (row,) = await incoming.setup.rows("SELECT * FROM addresses")
    assert SITI_NUMBER not in str(row)
    assert SITI_ID not in str(row)


async def test_a_changed_number_keeps_the_person_and_a_reused_one_is_another(incoming: Incoming) -> None:
    told = {"type": "user_changed_number", "wa_id": "62811", "user_id": "ID.2", "previous_user_id": SITI_ID}
    notice = {"from": SITI_NUMBER, "id": "wamid.2", "timestamp": str(SENT), "type": "system", "system": told}
    payloads = [
        said(message("wamid.1")),
        body(value(messages=[notice])),
        from_("ID.2", "62811", "wamid.3"),
        from_("ID.9", SITI_NUMBER, "wamid.4"),
        from_("ID.7", "62811", "wamid.5"),
        from_("ID.2", "", "wamid.6"),
    ]
    assert [await incoming.delivers(payload) for payload in payloads] == [200] * 6
    assert [chat - SITI for chat, _ in incoming.texts] == [0, 0, 2, 3, 0]
    assert await incoming.book.address(SITI) == Address("ID.2", "")


async def test_new_names_release_what_waits_for_a_person_who_could_not_be_reached(incoming: Incoming) -> None:
    await incoming.delivers(said(message("wamid.1")))
    change = {"wa_id": "62811", "user_id": {"previous": SITI_ID, "current": "ID.2"}, "timestamp": str(SENT)}
    payload = body(value(user_id_update=[change]), field="user_id_update")
    parked = partial(chats.note_blocked, chat=SITI, blocked=True)
    for closes, released in ((partial(chats.note_closed, chat=SITI), 0), (parked, 1)):
        await incoming.setup.database.write(closes)
        assert await incoming.delivers(payload) == 200
        happened = [event for done in incoming.setup.committed for event in done.happened]
        assert happened == [BlockChanged(SITI, blocked=False)] * released


async def test_a_message_releases_what_was_accepted_long_ago_and_never_delivered(incoming: Incoming) -> None:
    await incoming.delivers(said(message("wamid.1")))
    until = SENT - outbox_reports.SILENT_SECONDS + outbox_reports.REPORT_SECONDS
    row = {"id": 99, "chat": SITI, "lane": 0, "kind": "send", "at": 0, "language": "id", "revision": 0}
    row |= {"report": "abc", "state": "accepted", "attempts": 0, "not_before": until - 1, "progress": 1}
    stored = insert(outbox).values({**row, "created": 0.0})
    await incoming.setup.database.write(partial(Connection.execute, statement=stored))
    await incoming.delivers(said(message("wamid.2")))
    happened = [event for done in incoming.setup.committed for event in done.happened]
    assert happened == [BlockChanged(SITI, blocked=False)]


async def test_two_rows_that_are_one_person_by_a_notice_are_merged(incoming: Incoming) -> None:
    change = {"wa_id": "62811", "user_id": {"previous": SITI_ID, "current": "ID.2"}, "timestamp": str(SENT)}
    late = body(value(user_id_update=[change]), field="user_id_update")
    payloads = [said(message("wamid.1")), from_("ID.2", "62811", "wamid.2"), late]
    payloads += [from_("ID.2", "62811", "wamid.3"), said(message("wamid.4"))]
    assert [await incoming.delivers(payload) for payload in payloads] == [200] * 5
    assert [chat - SITI for chat, _ in incoming.texts] == [0, 1, 0, 0]
    merged = Address("ID.2", "62811")
    assert [await incoming.book.address(SITI + step) for step in (0, 1)] == [merged, merged]
    again = AddressBook(incoming.setup.database, incoming.setup.codec, TERMS, lambda: NOW)
    assert [await again.address(SITI + step) for step in (0, 1)] == [merged, merged]


async def test_a_message_opens_the_chats_of_both_rows_that_are_one_person(incoming: Incoming) -> None:
    await incoming.delivers(from_(SITI_ID, "", "wamid.1"))
    await incoming.delivers(from_("", SITI_NUMBER, "wamid.2"))
    merged, earlier = SITI, SITI + 1
    number = incoming.book.next_message()
    incoming.book.note_sent(earlier, number, "wamid.B")
    await incoming.delivers(said(message("wamid.3")))
    # The messages of the earlier number wait until the person writes, and have a report of their own.
    incoming.now += 2 * DAY
    assert incoming.book.heard(earlier) == 0.0
    for chat in (merged, earlier):
        await incoming.setup.database.write(partial(chats.note_closed, chat=chat))
    await incoming.delivers(said(message("wamid.4", timestamp=str(int(incoming.now)))))
    await incoming.delivers(body(value(statuses=[status("wamid.B")])))
    happened = [event for done in incoming.setup.committed for event in done.happened]
    released = [BlockChanged(chat, blocked=False) for chat in (merged, earlier)]
    assert happened[-3:] == [*released, Confirmed(earlier, 17, number, delivered=True)]
    again = AddressBook(incoming.setup.database, incoming.setup.codec, TERMS, lambda: incoming.now)
    await again.start()
    assert [book.heard(earlier) for book in (incoming.book, again)] == [incoming.now] * 2


async def test_a_hash_that_leads_to_another_address_leads_nowhere(incoming: Incoming) -> None:
    """Who writes into the database without the keys cannot lead a message to another's complaints."""
    await incoming.delivers(said(message("wamid.1")))
    await incoming.delivers(from_("ID.2", "62811", "wamid.2"))
    moved = update(addresses).where(addresses.c.n == 2).values(user_hash="x")
    hashed = incoming.setup.codec.proof("whatsapp user_id", "ID.2")
    led = update(addresses).where(addresses.c.n == 1).values(user_hash=hashed)
    for statement in (moved, led):
        await incoming.setup.database.write(partial(Connection.execute, statement=statement))
    await incoming.delivers(from_("ID.2", "", "wamid.3"))
    assert [chat - SITI for chat, _ in incoming.texts] == [0, 1, 2]


async def test_a_damaged_address_stops_nobody(incoming: Incoming) -> None:
    await incoming.delivers(said(message("wamid.1")))
    await incoming.setup.damage("UPDATE addresses SET address = :byte")
    assert await incoming.delivers(said(message("wamid.2"))) == 200
    assert [chat - SITI for chat, _ in incoming.texts] == [0, 1]


async def test_an_update_is_taken_once_however_often_and_with_whom_it_comes(incoming: Incoming) -> None:
    one, two = message("wamid.1", text={"body": "a"}), message("wamid.2", text={"body": "b"})
    for payload in (said(one), said(two, one), said(two), said(one, one)):
        assert await incoming.delivers(payload) == 200
    assert incoming.texts == [(SITI, "a"), (SITI, "b")]
    key = number_of(incoming.setup.codec, "wamid.1")
    assert 0 < key < 2**63
    assert (key,) in await incoming.setup.rows("SELECT update_id FROM updates WHERE channel = 'whatsapp'")


async def test_deliveries_at_the_same_time_make_one_person(incoming: Incoming) -> None:
    many = [said(message(f"wamid.{number}", text={"body": str(number)})) for number in range(20)]
    answers = await asyncio.gather(*(incoming.delivers(payload) for payload in (*many, *many)))
    assert answers == [200] * 40
    assert sorted(incoming.texts) == sorted((SITI, str(number)) for number in range(20))


@sqlite
async def test_a_batch_of_a_thousand_is_stored_before_its_200(incoming: Incoming) -> None:
    one_by_one = [
        message(
            f"wamid.{number}", **{"from": f"62{10_000 + number % 300}"}, from_user_id=f"ID.{number % 300}"
        )
        for number in range(1000)
    ]
    assert await incoming.delivers(body(value(messages=one_by_one))) == 200
    assert len(incoming.texts) == 1000
    assert await incoming.setup.value("SELECT count(*) FROM addresses") == 300
    assert await incoming.setup.value("SELECT count(*) FROM updates") == 1000


WRONG: dict[str, dict[str, str]] = {
    "missing": {},
    "of another secret": {signature.HEADER: signature.signature(said(message()), "x")},
    "of another length": {signature.HEADER: "sha256=00"},
}


@sqlite
@pytest.mark.parametrize("name", WRONG)
async def test_a_wrong_signature_reaches_nothing(incoming: Incoming, name: str) -> None:
    with capture_logs() as logs:
        assert await incoming.webhook.receive(WRONG[name], said(message())) == 401
    assert (logs, incoming.seen) == ([], [])
    for table in ("addresses", "updates", "quarantine", "conversations"):
        assert await incoming.setup.value(f"SELECT count(*) FROM {table}") == 0  # noqa: S608 - of this list


@sqlite
async def test_the_web_server_answers_subscriptions_and_deliveries(incoming: Incoming) -> None:
    listening = Listening("127.0.0.1", free_port())
    routes = [
        Route("GET", "/whatsapp", incoming.webhook.subscribe),
        Route("POST", "/whatsapp", incoming.webhook.answer),
    ]
    server = WebServer(listening, routes, LARGEST_BODY)
    serving = asyncio.create_task(server.run())
    payload, url = said(message()), f"http://{listening}/whatsapp"
    asked = {"hub.mode": "subscribe", "hub.challenge": "42"}
    requests: list[tuple[str, dict[str, Any], int, bytes]] = [
        ("GET", {"params": {**asked, "hub.verify_token": "token"}}, 200, b"42"),
        ("GET", {"params": {**asked, "hub.verify_token": "x"}}, 403, b""),
        ("GET", {}, 403, b""),
        ("POST", {"data": payload}, 401, b""),
        ("POST", {"data": io.BytesIO(b"x" * (LARGEST_BODY + 1))}, 413, b""),
        ("POST", {"data": b"\x1f\x8bno gzip", "headers": {"Content-Encoding": "gzip"}}, 401, b""),
        ("POST", {"data": payload, "headers": _signed(payload)}, 200, b""),
    ]
    async with asyncio.timeout(PATIENCE), aiohttp.ClientSession() as session:
        await server.listening.wait()
        for method, more, code, answer in requests:
            async with session.request(method, url, **more) as response:
                assert (response.status, await response.read()) == (code, answer)
    serving.cancel()
    await asyncio.gather(serving, return_exceptions=True)
    assert incoming.texts == [(SITI, "Jalan rusak")]


def _signed(payload: bytes) -> dict[str, str]:
    return {signature.HEADER: signature.signature(payload, SECRET)}


@sqlite
async def test_another_number_is_acknowledged_and_logged_once(incoming: Incoming) -> None:
    payload = body(value("555", messages=[message()]))
    with capture_logs() as logs:
        assert [await incoming.delivers(payload) for _ in range(3)] == [200] * 3
    assert [entry["event"] for entry in logs] == ["whatsapp.another_number"]
    assert incoming.seen == []


@sqlite
async def test_a_damaged_update_is_quarantined_alone_and_gets_200(incoming: Incoming) -> None:
    payload = said(message("wamid.1")).replace(b'"messages": [', b'"messages": [{"id": 7}, ')
    assert [await incoming.delivers(one) for one in (payload, payload, b"no json")] == [200] * 3
    assert incoming.texts == [(SITI, "Jalan rusak")]
    assert await incoming.setup.value("SELECT count(*) FROM quarantine") == 2


@sqlite
async def test_an_update_that_cannot_be_resolved_does_not_stop_the_others(
    incoming: Incoming, monkeypatch: pytest.MonkeyPatch
) -> None:
    writing = incoming.setup.database.write
    failed = list[int]()

    async def write(work: Callable[[Connection], Any]) -> Any:
        updates = getattr(getattr(work, "__self__", None), "_updates", ())
        if any(update.key == "wamid.2" for update in updates):
            failed.append(len(updates))
            raise LookupError("rahasia")
        return await writing(work)

    monkeypatch.setattr(incoming.setup.database, "write", write)
    several = (message(f"wamid.{number}", text={"body": str(number)}) for number in range(1, 4))
    assert await incoming.delivers(said(*several)) == 200
    assert incoming.texts == [(SITI, "1"), (SITI, "3")]
    assert failed == [3, 1]
    monkeypatch.undo()
    assert await incoming.setup.value("SELECT count(*) FROM quarantine") == 1


@sqlite
async def test_a_store_that_waits_is_answered_with_503_and_takes_nothing_twice(
    incoming: Incoming, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "ANSWER_SECONDS", 0.02)
    writing, release = incoming.setup.database.write, asyncio.Event()

    async def held(work: Callable[[Connection], Any]) -> Any:
        await release.wait()
        return await writing(work)

    monkeypatch.setattr(incoming.setup.database, "write", held)
    assert await incoming.delivers(said(message())) == 503
    monkeypatch.setattr(module, "ANSWER_SECONDS", PATIENCE)
    repeated = asyncio.create_task(incoming.delivers(said(message())))
    release.set()
    assert await repeated == 200
    assert incoming.texts == [(SITI, "Jalan rusak")]


@sqlite
async def test_a_store_that_cannot_be_written_is_answered_with_503(
    incoming: Incoming, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full(_work: Any) -> Any:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(incoming.setup.database, "write", full)
    assert await incoming.delivers(said(message())) == 503
    monkeypatch.undo()
    assert await incoming.delivers(said(message())) == 200
    assert incoming.texts == [(SITI, "Jalan rusak")]


@sqlite
async def test_too_many_waiting_updates_are_refused_at_once(
    incoming: Incoming, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_WAITING", 0)
    assert await incoming.delivers(said(message())) == 503


async def test_a_kill_between_the_people_and_the_turn_loses_nothing(incoming: Incoming) -> None:
    killed = asyncio.Event()

    async def take(_incoming: Any) -> None:
        killed.set()
        await asyncio.Event().wait()

    dying = Incoming(incoming.setup)
    dying.webhook.connected(Inputs(Channel()).read, take)
    run = asyncio.create_task(dying.webhook.run(asyncio.Event()))
    while not dying.webhook.alive():  # noqa: ASYNC110 - it opens within its first step
        await asyncio.sleep(0)
    delivery = asyncio.create_task(dying.delivers(said(message())))
    await asyncio.wait_for(killed.wait(), PATIENCE)
    run.cancel()
    delivery.cancel()
    await asyncio.gather(run, delivery, return_exceptions=True)
    assert await incoming.setup.value("SELECT count(*) FROM updates") == 0
    assert [await incoming.delivers(said(message())) for _ in range(2)] == [200, 200]
    assert incoming.texts == [(SITI, "Jalan rusak")]
    assert await incoming.setup.value("SELECT count(*) FROM addresses") == 1


# What is stored of the chat, and when the message was sent -> whether messages that wait are released.
RELEASED: dict[str, tuple[str, float, bool]] = {
    "nothing waits": ("", NOW, False),
    "the person was unreachable": ("UPDATE chats SET blocked = 1", NOW, True),
    "the window was closed": ("UPDATE chats SET blocked = 2", NOW, True),
    "a template was sent": ("UPDATE addresses SET knocked = 1", NOW, True),
    "the last message was long ago": ("UPDATE addresses SET heard = heard - 172800", NOW, True),
    "a message that was delivered late": ("UPDATE chats SET blocked = 2", NOW - 2 * DAY, False),
    "a date in the future": ("UPDATE chats SET blocked = 2", NOW + DAY, True),
}


@pytest.mark.parametrize("name", RELEASED)
async def test_a_message_releases_what_waits_before_it_is_taken(incoming: Incoming, name: str) -> None:
    change, sent, released = RELEASED[name]
    await incoming.delivers(said(message("wamid.1")))
    await incoming.setup.database.write(lambda c: chats.note_blocked(c, SITI, blocked=False))
    if change:
        await incoming.setup.damage(f"{change} WHERE :byte IS NOT NULL")
    await incoming.delivers(said(message("wamid.2", timestamp=str(int(sent)))))
    happened = [event for done in incoming.setup.committed for event in done.happened]
    assert happened == [BlockChanged(SITI, blocked=False)] * released
    (heard, knocked) = (await incoming.setup.rows("SELECT heard, knocked FROM addresses"))[0]
    assert (heard, knocked) == (max(SENT, min(sent, NOW)) if sent <= NOW else NOW, None)


@sqlite
async def test_an_impossible_date_is_now(incoming: Incoming) -> None:
    for number, sent in enumerate(("", "x", "-5", "0", "9" * 30, "12", None, 17)):
        await incoming.delivers(said(message(f"wamid.{number}", timestamp=sent)))
    assert {event.origin.at.timestamp() for event in incoming.seen if isinstance(event, TextReceived)} == {
        NOW
    }


async def test_a_reply_a_press_and_a_status_find_our_message(incoming: Incoming) -> None:
    await incoming.delivers(said(message("wamid.1")))
    number = incoming.book.next_message()
    incoming.book.note_sent(SITI, number, "wamid.B")
    chosen = {"type": "button_reply", "button_reply": {"id": "a:b:3:", "title": "x"}}
    pressed = {"type": "interactive", "interactive": chosen, "context": {"id": "wamid.B"}}
    payload = said(message("wamid.2", context={"id": "wamid.B"}), message("wamid.3", **pressed))
    # Before it is stored, and after a start.
    for book in (incoming, Incoming(incoming.setup)):
        payload = payload.replace(b"wamid.2", b"wamid.4").replace(b"wamid.3", b"wamid.5")
        async with running(book.webhook) if book is not incoming else _nothing():
            assert await book.delivers(payload) == 200
            assert await book.delivers(body(value(statuses=[status("wamid.B")]))) == 200
        await incoming.book.stop()
        payload = payload.replace(b"wamid.4", b"wamid.6").replace(b"wamid.5", b"wamid.7")
    replies = [event.origin.reply_to for event in incoming.seen if isinstance(event, TextReceived)]
    assert replies == [0, number, number]
    presses = [event for event in incoming.seen if isinstance(event, ButtonPressed)]
    assert [(press.press, press.origin.message) for press in presses] == [("", number)] * 2
    happened = [event for done in incoming.setup.committed for event in done.happened]
    assert happened == [Confirmed(SITI, 17, number, delivered=True)]
    again = AddressBook(incoming.setup.database, incoming.setup.codec, TERMS, lambda: 0.0)
    await again.start()
    assert await again.wire_id(SITI, number) == "wamid.B"
    assert await again.wire_id(SITI, number + 1) == ""
    assert again.next_message() > number
    (row,) = await incoming.setup.rows("SELECT * FROM wire_messages")
    assert "wamid" not in str(row)


@asynccontextmanager
async def _nothing() -> AsyncIterator[None]:
    yield


async def test_a_status_of_a_stranger_is_named_by_its_row(incoming: Incoming) -> None:
    unknown = {"recipient_id": "6299", "recipient_user_id": "ID.99"}
    assert await incoming.delivers(body(value(statuses=[status(**unknown)]))) == 200
    happened = [event for done in incoming.setup.committed for event in done.happened]
    assert happened == [Confirmed(0, 17, 0, delivered=True)]
    assert await incoming.setup.value("SELECT count(*) FROM addresses") == 0


async def test_a_status_names_no_row_of_another_messenger(incoming: Incoming) -> None:
    sent = [OutboxRow(17 + place, chat, 0, Kind.LEAVE, "", NOW) for place, chat in enumerate((-5, SITI))]
    rows = [columns(incoming.setup.codec, row) for row in sent]
    await incoming.setup.database.write(lambda c: c.execute(insert(outbox).values(rows)) and None)
    unknown = {"recipient_id": "6299", "recipient_user_id": "ID.99"}
    for row in sent:
        delivered = status(f"wamid.{row.id}", biz_opaque_callback_data=str(row.id), **unknown)
        assert await incoming.delivers(body(value(statuses=[delivered]))) == 200
    happened = [event for done in incoming.setup.committed for event in done.happened]
    assert [event.chat for event in happened if isinstance(event, Confirmed)] == [0, SITI]


async def test_keys_are_kept_as_long_as_the_messenger_repeats(setup: TurnSetup) -> None:
    def work(connection: Connection) -> None:
        for days in (1, 3, 7, 9):
            arrivals.take(connection, "whatsapp", [days], NOW - days * DAY)
            arrivals.take(connection, "telegram", [days], NOW - days * DAY)
        arrivals.prune(connection, NOW)

    await setup.database.write(work)
    kept = await setup.rows("SELECT channel, update_id FROM updates ORDER BY 1, 2")
    assert kept == [("telegram", 1), ("whatsapp", 1), ("whatsapp", 3), ("whatsapp", 7)]


async def test_windows_are_open_for_a_day_and_closed_when_the_messenger_says_so(incoming: Incoming) -> None:
    await incoming.delivers(said(message("wamid.1")))
    assert incoming.book.heard(SITI) == SENT
    incoming.book.note_closed(SITI)
    assert incoming.book.heard(SITI) == 0
    await incoming.delivers(said(message("wamid.2", timestamp=str(SENT + 1))))
    assert incoming.book.heard(SITI) == SENT + 1
    incoming.now += DAY
    assert incoming.book.heard(SITI) == 0


def test_the_contact_of_the_tests_is_the_sender() -> None:
    assert json.loads(said(message()))["entry"][0]["changes"][0]["value"]["contacts"] == [SITI_CONTACT]
