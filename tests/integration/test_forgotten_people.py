"""Who a number of ours is on WhatsApp goes when nothing needs it any more, and not before."""

from __future__ import annotations

from collections.abc import Collection
from functools import partial
from typing import Any

import pytest
from sqlalchemy import Connection, text

from bot.addresses.book import AddressBook
from bot.channels.whatsapp.ports import Address
from bot.database import addresses, forgotten_people, sent_messages, wire_messages
from bot.database.addresses import Person
from bot.database.contents import FolderContents
from bot.database.conversations import load_conversations
from bot.database.forgotten_people import DAY_SECONDS, LATE_SECONDS
from bot.database.wire_messages import KEPT, WireName
from conversations.complaints.life_cycle import Status
from conversations.conversation import Conversation, ConversationKey
from conversations.effects import Outcome, Send
from conversations.messages import OutgoingMessage
from tests.integration.ended_store import EndedStore, wanted
from tests.integration.turn_setup import TurnSetup, case_of, said
from tests.unit.transcript import START, TERMS

NOW = 1_774_597_320.0
LONG_AGO, LATELY = NOW - 2 * DAY_SECONDS, NOW - DAY_SECONDS / 2
SITI = Person(1, "ID.1", "6281234567890", "Siti", heard=LONG_AGO)
NOTICE = OutgoingMessage("system.own_id", {"person": SITI.chat})


async def _save(setup: TurnSetup, *people: Person) -> None:
    def work(connection: Connection) -> None:
        addresses.save(connection, setup.codec, people)
        names = [WireName(person.chat, 2**62 + 1, f"wamid.{person.n}") for person in people]
        wire_messages.save(connection, setup.codec, names)

    await setup.database.write(work)


async def _left(setup: TurnSetup, table: str = "addresses", column: str = "n") -> list[Any]:
    await setup.database.write(lambda c: forgotten_people.prune(c, setup.codec, NOW))
    return [row[0] for row in await setup.rows(f"SELECT {column} FROM {table} ORDER BY 1")]  # noqa: S608 - ours


async def _store(setup: TurnSetup, outcome: Outcome) -> None:
    setup.core.then = lambda _event, _world: outcome
    await setup.take(said(len(setup.core.seen) + 1, "kata", person=9))


async def test_a_person_without_anything_goes_with_the_names_of_messages(setup: TurnSetup) -> None:
    await _save(setup, SITI, Person(2, "ID.2", heard=LATELY))
    assert await _left(setup) == [2]
    assert await _left(setup, "wire_messages", "chat") == [SITI.chat + 1]
    book = AddressBook(setup.database, setup.codec, TERMS, lambda: NOW)
    assert [await book.address(SITI.chat + step) for step in (0, 1)] == [None, Address("ID.2")]


# What the store has of the person.
NEEDED: dict[str, Outcome] = {
    "a complaint": Outcome(cases=(case_of("a", 1, filed_by=SITI.chat),)),
    "a conversation": Outcome((Conversation(chat=SITI.chat, person=SITI.chat),)),
    "a message that waits": Outcome(effects=(Send(SITI.chat, NOTICE),)),
}


@pytest.mark.parametrize("name", NEEDED)
async def test_a_person_who_is_needed_stays(setup: TurnSetup, name: str) -> None:
    await _save(setup, SITI)
    await _store(setup, NEEDED[name])
    assert await _left(setup) == [1]


@pytest.mark.parametrize(
    ("state", "left"), [("parked", [1]), ("accepted", [1]), ("sent", []), ("failed", [])]
)
async def test_a_message_that_was_sent_keeps_nobody(setup: TurnSetup, state: str, left: list[int]) -> None:
    await _save(setup, SITI)
    await _store(setup, NEEDED["a message that waits"])
    await setup.database.write(
        lambda c: c.execute(text("UPDATE outbox SET state = :state"), {"state": state})
    )
    assert await _left(setup) == left


async def test_an_earlier_name_leads_on_while_updates_may_be_late(setup: TurnSetup) -> None:
    leads = [
        Person(2, "ID.0", heard=LONG_AGO, now=1),
        Person(3, "ID.00", heard=NOW - LATE_SECONDS - 1, now=1),
    ]
    await _save(setup, Person(1, "ID.1", heard=LATELY), *leads)
    assert await _left(setup) == [1, 2]


async def test_an_erasure_forgets_the_number_after_its_notice(
    database: Any, codec: Any, tmp_path: Any
) -> None:

    store = EndedStore(database, codec, contents=FolderContents(tmp_path / "files"))
    first = await store.database.write(lambda c: addresses.new_numbers(c, 1))
    assert first[0] == SITI.n
    await _save(store, SITI)
    case = case_of("aaaa00000001", 1, filed_by=SITI.chat)
    closed = case.model_copy(update={"status": Status.CLOSED})
    talk = Conversation(chat=SITI.chat, person=SITI.chat, name="Siti", turn=7)
    await _store(store, Outcome((talk,), (closed,)))
    await store.erasures().carry_out(wanted(closed))
    assert await _talks(store) == set()
    assert await _left(store) == [1]
    await store.database.write(lambda c: c.execute(text("UPDATE outbox SET state = 'sent', payload = NULL")))
    assert await _left(store) == []
    again = await store.database.write(lambda c: addresses.new_numbers(c, 1))
    assert again[0] != SITI.n


async def _talks(setup: TurnSetup) -> Collection[ConversationKey]:
    key = ConversationKey(SITI.chat, SITI.chat)
    return set(await setup.database.write(lambda c: load_conversations(c, setup.codec, [key])))


GOING_ON: dict[str, Conversation] = {
    "something goes on": Conversation(chat=SITI.chat, person=SITI.chat, asked_reference="DPMD-2026-0001"),
    "another complaint was opened": Conversation(chat=SITI.chat, person=SITI.chat, opened=("b",)),
    "a lock after wrong codes": Conversation(chat=SITI.chat, person=SITI.chat, locked_until=START),
}


@pytest.mark.sqlite("one rule of the core")
@pytest.mark.parametrize("name", GOING_ON)
async def test_a_conversation_in_which_something_goes_on_stays(setup: TurnSetup, name: str) -> None:
    await _store(setup, Outcome((GOING_ON[name],)))
    await setup.database.write(lambda c: forgotten_people.forget_conversation(c, GOING_ON[name]))
    assert len(await _talks(setup)) == 1


@pytest.mark.sqlite("one rule of the core")
async def test_a_conversation_with_another_complaint_or_on_telegram_stays(setup: TurnSetup) -> None:
    talk = Conversation(chat=SITI.chat, person=SITI.chat)
    on_telegram = Conversation(chat=7, person=7)
    await _store(setup, Outcome((talk, on_telegram), (case_of("b", 2, filed_by=SITI.chat),)))
    for one in (talk, on_telegram):
        await setup.database.write(partial(forgotten_people.forget_conversation, talk=one))
    assert await setup.value("SELECT count(*) FROM conversations") == 2


async def test_old_names_of_a_chat_go_at_its_next_message_unless_a_key_needs_them(setup: TurnSetup) -> None:
    now, names = 2**62 + 2 * KEPT, partial(wire_messages.save, codec=setup.codec)
    old, keyed, young = now - KEPT - 2, now - KEPT - 1, now - KEPT

    def work(connection: Connection) -> None:
        sent_messages.remember(connection, [(1, keyed, "question:x", NOW)])
        names(connection, names=[WireName(1, each, f"{each}") for each in (old, keyed, young)])
        names(connection, names=[WireName(2, old, "another chat"), WireName(1, now, "new")])

    await setup.database.write(work)
    left = await setup.rows("SELECT chat, message FROM wire_messages ORDER BY 1, 2")
    assert left == [(1, keyed), (1, young), (1, now), (2, old)]
