"""The files of `/privasi`: all of one account, as PDF and JSON, and nothing of anybody else."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bot.database import addresses, quarantine
from bot.database.contents import FolderContents
from bot.database.engine import Database
from bot.database.quarantine import Fault, Stage
from bot.database.sealing import Codec
from bot.documents.personal_data import PersonalData
from bot.documents.typesetting import Typesetter
from bot.wording.rendering import Renderer
from conversations.messages import Document, DocumentKind
from tests.integration.ended_store import BUDI, MARKS, OFFICER, SITI, WALL, EndedStore, ended
from tests.paper import text_of
from tests.unit.transcript import RULES


@pytest.fixture
async def store(database: Database, codec: Codec, tmp_path: Path) -> EndedStore:
    made = EndedStore(database, codec, contents=FolderContents(tmp_path / "files"))
    await made.fill(ended("aaaa00000001", 1, SITI), ended("bbbb00000002", 2, BUDI))
    return made


async def _made(store: EndedStore, kind: DocumentKind, account: int, language: str = "id") -> bytes:
    typesetter = Typesetter()
    try:
        maker = PersonalData(store.database, store.codec, Renderer(), typesetter)
        made = await maker.make(Document(kind, str(account)), RULES, language)
    finally:
        await typesetter.close()
    assert isinstance(made.content, bytes)
    return made.content


async def _data(store: EndedStore, account: int) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(await _made(store, DocumentKind.PERSONAL_JSON, account))
    return found


async def test_the_json_has_all_of_the_account_and_nothing_of_others(store: EndedStore) -> None:
    told = await _data(store, SITI)
    said = json.dumps(told)
    assert MARKS[BUDI] not in said
    assert str(BUDI) not in said
    assert f"{MARKS[SITI]} catatan" not in said
    (case,) = told["complaints"]
    assert case["complaint"]["name"] == f"{MARKS[SITI]} nama"
    assert [entry["parts"][0]["text"] for entry in case["thread"]] == [f"{MARKS[SITI]} jawab"]
    assert [(file["state"], len(file["sha256"])) for file in case["files"]] == [("stored", 64)]
    assert [entry["what"] for entry in case["history"]] == ["submitted", "response"]
    assert case["history"][0]["text"] == f"{MARKS[SITI]} naskah"
    assert [talk["name"] for talk in told["conversations"]] == [f"{MARKS[SITI]} akun"]
    assert len(told["messages_waiting"]) == 2
    assert len(told["updates_set_aside"]) == 2
    assert told["officer_acts"] == []


async def test_an_officer_gets_acts_and_no_complaint(store: EndedStore) -> None:
    told = await _data(store, OFFICER)
    assert told["complaints"] == []
    assert [act["complaint"] for act in told["officer_acts"]] == ["DPMD-2026-0001", "DPMD-2026-0002"]
    # What the officer has typed about a case and waits to be taken is the officer's own.
    assert len(told["updates_set_aside"]) == 2
    assert MARKS[SITI] not in json.dumps({**told, "conversations": [], "updates_set_aside": []})


@pytest.mark.parametrize("account", [SITI, 12345])
@pytest.mark.parametrize("language", ["id", "en"])
async def test_the_pdf_can_be_read(store: EndedStore, account: int, language: str) -> None:
    said = text_of(await _made(store, DocumentKind.PERSONAL_DATA, account, language))
    assert str(account) in said
    assert (f"{MARKS[SITI]} alamat" in said) is (account == SITI)
    assert MARKS[BUDI] not in said


async def test_a_person_on_whatsapp_gets_number_and_names_there(store: EndedStore) -> None:
    siti = addresses.Person(1, "ID.1", "6281234567890", "Siti")
    raw = b'{"whatsapp": "message", "chat": %d, "at": 1.0, "body": {"type": "text"}}' % siti.chat
    fault = Fault(Stage.UPDATE, "KeyError", raw, channel="whatsapp", update_id=5)
    await store.database.write(lambda c: addresses.save(c, store.codec, [siti]))
    await store.database.write(lambda c: quarantine.keep(c, store.codec, [fault], WALL))
    told = await _data(store, siti.chat)
    assert told["whatsapp"] == {"user_id": "ID.1", "number": "6281234567890", "name": "Siti"}
    assert [entry["update"] for entry in told["updates_set_aside"]] == [raw.decode()]
    assert (await _data(store, SITI))["whatsapp"] is None
    said = text_of(await _made(store, DocumentKind.PERSONAL_DATA, siti.chat))
    assert "+6281234567890" in said
    assert "Telegram" not in said
