"""`/privasi` and an erasure cover both numbers of a person, also what still is under the earlier one."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import text

from bot.database import addresses, forgotten_people, joining, sent_messages, wire_messages
from bot.database.cases import load_cases
from bot.database.contents import Contents
from bot.database.engine import Database
from bot.database.forgotten_people import ANSWERED_SECONDS, LATE_SECONDS
from bot.database.own_contents import contents_of
from bot.database.sealing import Codec
from bot.database.wire_messages import WireName
from bot.documents.personal_data import PersonalData
from bot.documents.typesetting import Typesetter
from bot.wording.rendering import Renderer
from conversations import keys
from conversations.messages import Document, DocumentKind
from tests.integration.both_stores import Place
from tests.integration.ended_store import MARKS, MESSAGES, WALL, EndedStore, ended, wanted
from tests.integration.opened_store import opened_texts
from tests.unit.transcript import RULES, TERMS

NOW = 1_774_597_320.0
STAYS, GOES = addresses.Person(1, "ID.2", "6282", also=(2,)), addresses.Person(2, now=1, heard=NOW)
# The words of the complaint under each number.
MARK, OTHER_MARK = "TANDALAMA", "TANDABARU"
_OTHER_TALK = text("DELETE FROM conversations WHERE chat = :chat")


@pytest.fixture
async def store(
    database: Database, codec: Codec, place: Place, monkeypatch: pytest.MonkeyPatch
) -> EndedStore:
    """Two complaints, one under each number, which were one person only after all was stored."""
    for person, mark, first in ((STAYS, OTHER_MARK, 6300), (GOES, MARK, 7400)):
        monkeypatch.setitem(MARKS, person.chat, mark)
        monkeypatch.setitem(MESSAGES, person.chat, first)
    contents: Contents = contents_of(place.settings(place.folder / "aduan.db"))
    made = EndedStore(database, codec, contents=contents)
    await made.fill(ended("aaaa00000001", 1, STAYS.chat), ended("bbbb00000002", 2, GOES.chat))
    # Of two unsent additions the older one would be held for a day, as words for no complaint.
    await made.database.write(lambda c: c.execute(_OTHER_TALK, {"chat": STAYS.chat}))
    await become_one(made)
    return made


async def become_one(store: EndedStore) -> None:
    found = {GOES.chat: STAYS.chat}
    await store.database.write(lambda c: addresses.save(c, store.codec, [STAYS, GOES]))
    await store.database.write(lambda c: joining.join(c, store.codec, TERMS, found, NOW))


async def of(store: EndedStore, name: str) -> Any:
    found = await store.database.write(lambda c: load_cases(c, store.codec, [name]))
    return found[name]


@pytest.mark.parametrize("ordered", ["before", "after"])
async def test_an_erasure_reaches_what_is_still_under_the_earlier_number(
    store: EndedStore, ordered: str
) -> None:
    """Also one that was ordered before both were found to be one person."""
    case = await of(store, "bbbb00000002")
    assert case.filed_by == STAYS.chat
    account = GOES.chat if ordered == "before" else STAYS.chat
    late = (GOES.chat, MESSAGES[GOES.chat] + 9, keys.receipt(case.id), WALL)
    await store.database.write(lambda c: sent_messages.remember(c, [late]))
    assert MARK in opened_texts(store.database.store, store.codec)
    order = wanted(case.model_copy(update={"filed_by": account}))
    done = await store.erasures().carry_out(order)
    left = opened_texts(store.database.store, store.codec)
    assert MARK not in left
    assert OTHER_MARK in left
    told = [row.chat for row in store.queued if row.message and row.message.template.startswith("erased.")]
    # No message for officers goes to the citizen, under either number.
    assert GOES.chat not in {row.chat for row in store.queued}
    assert told.count(STAYS.chat) == 1
    assert done.older == 1
    assert (await of(store, "aaaa00000001")).filed_by == STAYS.chat


@pytest.mark.parametrize("account", [STAYS.chat, GOES.chat])
async def test_the_file_of_privasi_has_both(store: EndedStore, account: int) -> None:
    """Also one that was asked for under the earlier number and is made now."""
    typesetter = Typesetter()
    maker = PersonalData(store.database, store.codec, Renderer(), typesetter)
    made = await maker.make(Document(DocumentKind.PERSONAL_JSON, str(account)), RULES, "id")
    await typesetter.close()
    assert isinstance(made.content, bytes)
    told = json.loads(made.content)
    assert [case["complaint"]["name"] for case in told["complaints"]] == [
        f"{OTHER_MARK} nama", f"{MARK} nama",
    ]  # fmt: skip
    assert len(told["conversations"]) == 1
    assert len(told["messages_waiting"]) == 4
    assert len(told["updates_set_aside"]) == 4
    assert told["whatsapp"]["number"] == "6282"
    assert told["account"] == STAYS.chat


async def test_the_earlier_number_leads_on_while_its_messages_may_be_answered(
    database: Database, codec: Codec
) -> None:
    """As long as the person is known: a row that leads to no one goes with the late updates."""
    store = EndedStore(database, codec)
    rows = [
        addresses.Person(1, "ID.2", "6282", heard=NOW),
        addresses.Person(2, now=1, heard=NOW - LATE_SECONDS - 1),
        addresses.Person(3, now=1, heard=NOW - ANSWERED_SECONDS - 1),
        addresses.Person(4, now=9, heard=NOW - LATE_SECONDS - 1),
        addresses.Person(5, now=9, heard=NOW - LATE_SECONDS + 1),
    ]
    names = [WireName(row.chat, 2**62, f"wamid.{row.n}") for row in rows]
    await database.write(lambda c: addresses.save(c, codec, rows))
    await database.write(lambda c: wire_messages.save(c, codec, names))
    await database.write(lambda c: forgotten_people.prune(c, codec, NOW))
    left = await database.write(
        lambda c: c.execute(text("SELECT n FROM addresses ORDER BY n")).scalars().all()
    )
    assert left == [1, 2, 5]
    named = await store.rows("SELECT chat FROM wire_messages ORDER BY chat")
    assert named == [(addresses.FIRST_PERSON + number,) for number in (1, 2, 5)]
