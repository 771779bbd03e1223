"""A document is made when its message is sent; what goes wrong with one delays no other message."""

from __future__ import annotations

import asyncio
import errno
import time
from pathlib import Path
from typing import Any

import pytest

from bot.channels.base import BlockChanged, DocumentNotReadyError
from bot.database.contents import FolderContents
from bot.documents.maker import DocumentMaker, Paths
from bot.outbox.pacing import Limits
from bot.simulator.people.person import Person
from bot.wording.rendering import Renderer
from conversations.effects import Send
from conversations.messages import Button, Document, DocumentKind
from tests.integration.both_stores import Place
from tests.integration.outbox_setup import (
    OPERATOR,
    STAFF,
    OutboxSetup,
    eventually,
    outbox_setup,
    paper,
    says,
    send,
)
from tests.integration.sealed_store import LoadingCore, Store
from tests.unit.transcript import RULES

WAITING = "SELECT count(*) FROM outbox WHERE state = 'pending'"
BROKEN = RuntimeError("rahasia")


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.outbox.making.backoff", lambda _tries: 0.0)
    monkeypatch.setattr("bot.outbox.failing.backoff", lambda _tries: 0.0)


async def siti(setup: OutboxSetup) -> Person:
    person = setup.simulator.person(7, "Siti")
    await person.say("/start")
    return person


def documents(setup: OutboxSetup, chat: int = 7) -> list[str]:
    """The captions of the documents in a chat."""
    messages = setup.simulator.world.chats[chat].messages.values()
    return [each.message["caption"] for each in messages if "document" in each.message]


async def test_a_document_that_cannot_be_made_delays_no_other_message(place: Place) -> None:
    async with outbox_setup(place) as setup:
        person = await siti(setup)
        setup.documents.open.clear()
        setup.documents.failures = [BROKEN]
        await setup.post(paper(7, "surat"), send(7, "pertanyaan"), send(7, "lanjutan"))
        await person.wait_for("lanjutan")
        assert documents(setup) == []
        setup.documents.open.set()
        await setup.empty()
        assert documents(setup) == ["surat"]
        assert setup.documents.asked == ["surat", "surat"]


async def test_a_large_upload_delays_no_message_of_its_chat(place: Place) -> None:
    async with outbox_setup(place) as setup:
        person = await siti(setup)
        held = setup.simulator.fault("sendDocument", kind="hold")
        await setup.post(paper(7, "berkas"))
        await held.reached()
        await setup.post(send(7, "pertanyaan"))
        await person.wait_for("pertanyaan")
        held.release()
        await setup.empty()
        assert documents(setup) == ["berkas"]


async def test_many_documents_of_one_chat_delay_those_of_others_by_one(place: Place) -> None:
    async with outbox_setup(place) as setup:
        person = await siti(setup)
        await setup.simulator.person(8, "Budi").say("/start")
        setup.documents.open.clear()
        await setup.post(*(paper(7, f"berkas {number}") for number in range(6)))
        await eventually(lambda: asyncio.sleep(0, bool(setup.documents.asked)))
        await setup.post(paper(8, "tanda terima"))
        await eventually(lambda: asyncio.sleep(0, "tanda terima" in setup.documents.asked))
        assert setup.documents.asked == ["berkas 0", "tanda terima"]
        setup.documents.open.set()
        await person.wait_for("berkas 5")


async def test_a_document_is_made_once_the_one_before_it_is_being_sent(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.outbox.making.LOOK_SECONDS", 0.0)
    async with outbox_setup(place) as setup:
        person = await siti(setup)
        held = setup.simulator.fault("sendDocument", kind="hold")
        await setup.post(*(paper(7, f"berkas {number}") for number in range(5)))
        await held.reached()
        await eventually(lambda: asyncio.sleep(0, len(setup.documents.asked) == 2))
        await setup.post(paper(8, "lain"))
        await eventually(lambda: asyncio.sleep(0, "lain" in setup.documents.asked))
        assert setup.documents.asked == ["berkas 0", "berkas 1", "lain"]
        held.release()
        await person.wait_for("berkas 4")


async def test_the_tries_are_stored_and_continue_after_a_restart(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.outbox.making.backoff", lambda tries: 0.0 if tries < 2 else 600.0)
    async with outbox_setup(place) as setup:
        await siti(setup)
        setup.documents.failures = [BROKEN] * 3
        await setup.post(paper(7, "surat"))
        await eventually(lambda: setup.count("SELECT attempts FROM outbox", 3))
        ((until,),) = await setup.rows("SELECT not_before FROM outbox")
        assert 500 < until - time.time() < 700
        await setup.kill_outbox()
        setup.documents.asked.clear()
        await setup.restart_outbox()
        await setup.post(send(7, "lanjutan"))
        await eventually(lambda: setup.count(WAITING, 1))
        assert setup.documents.asked == []


async def test_after_an_hour_it_is_given_up_and_the_operator_is_notified_once(place: Place) -> None:
    async with outbox_setup(place) as setup:
        person = await siti(setup)
        await setup.simulator.person(OPERATOR, "Operator").say("/start")
        setup.documents.failures = [BROKEN] * 1000
        await setup.post(paper(7, "surat"))
        await eventually(lambda: setup.count("SELECT count(*) FROM outbox WHERE state = 'failed'", 1))
        await setup.empty()
        assert len(setup.documents.asked) == 65
        assert setup.texts(OPERATOR) == ["system.operator_undelivered"]
        setup.documents.failures.clear()
        await setup.kill_outbox()
        await setup.restart_outbox()
        await setup.post(send(7, "lanjutan"))
        await person.wait_for("lanjutan")
        assert documents(setup) == []


@pytest.mark.parametrize("failure", [DocumentNotReadyError(), OSError(errno.ENOSPC, "full")])
async def test_what_waiting_ends_is_not_counted(place: Place, failure: Exception) -> None:
    async with outbox_setup(place) as setup:
        await siti(setup)
        setup.documents.failures = [failure] * 100
        await setup.post(paper(7, "surat"))
        await setup.empty()
        assert documents(setup) == ["surat"]
        assert len(setup.documents.asked) == 101


@pytest.mark.parametrize("sending", [False, True])
async def test_a_document_that_waits_during_a_kill_is_made_again(place: Place, *, sending: bool) -> None:
    async with outbox_setup(place) as setup:
        await siti(setup)
        if sending:
            held = setup.simulator.fault("sendDocument", kind="hold")
        else:
            setup.documents.open.clear()
        await setup.post(paper(7, "surat"))
        if sending:
            await held.reached()
        await eventually(lambda: asyncio.sleep(0, setup.documents.asked))
        await setup.kill_outbox()
        setup.simulator.dispatcher.faults.clear()
        setup.documents.open.set()
        await setup.restart_outbox()
        await setup.empty()
        assert set(documents(setup)) == {"surat"}
        assert setup.documents.asked == ["surat", "surat"]


async def test_documents_of_a_blocked_chat_are_parked_and_sent_once_later(place: Place) -> None:
    async with outbox_setup(place) as setup:
        person = await siti(setup)
        setup.documents.in_files = True
        person.chat.blocked = True
        await setup.post(paper(7, "surat"), paper(7, "tanda terima"))
        await eventually(lambda: setup.count("SELECT count(*) FROM outbox WHERE state = 'parked'", 2))
        assert list(setup.documents.folder.iterdir()) == []
        person.chat.blocked = False
        await setup.happened(BlockChanged(7, blocked=False))
        await setup.empty()
        assert sorted(documents(setup)) == ["surat", "tanda terima"]


async def test_a_chat_that_is_released_during_the_upload_gets_the_document_once(place: Place) -> None:
    async with outbox_setup(place) as setup:
        await siti(setup)
        held = setup.simulator.fault("sendDocument", kind="hold")
        await setup.post(paper(7, "surat"), paper(7, "tanda terima"))
        await held.reached()
        await setup.happened(BlockChanged(7, blocked=False))
        held.release()
        await setup.empty()
        assert sorted(documents(setup)) == ["surat", "tanda terima"]
        assert sorted(setup.documents.asked) == ["surat", "tanda terima"]


async def test_a_document_follows_its_group_when_it_moves(place: Place) -> None:
    async with outbox_setup(place) as setup:
        group = setup.simulator.group(STAFF, "Petugas", kind="group")
        await group.migrate(-1001)
        await setup.post(paper(STAFF, "lembar disposisi"))
        await setup.empty()
        assert documents(setup, -1001) == ["lembar disposisi"]
        assert setup.documents.asked == ["lembar disposisi"]


@pytest.mark.parametrize(
    ("fault", "copies"),
    [
        ({"kind": "429"}, 1),
        ({"kind": "500"}, 1),
        ({"kind": "drop"}, 1),
        ({"kind": "garbage", "place": "after"}, 2),
    ],
)
async def test_a_failed_upload_is_repeated_with_the_same_document(
    place: Place, fault: Any, copies: int
) -> None:
    async with outbox_setup(place) as setup:
        await siti(setup)
        setup.documents.in_files = True
        setup.simulator.fault("sendDocument", **fault)
        await setup.post(paper(7, "berkas"))
        await setup.empty()
        assert documents(setup) == ["berkas"] * copies
        assert setup.documents.asked == ["berkas"]
        assert list(setup.documents.folder.iterdir()) == []


async def test_a_document_that_the_messenger_refuses_is_reported_to_the_operator(place: Place) -> None:
    async with outbox_setup(place) as setup:
        person = await siti(setup)
        await setup.simulator.person(OPERATOR, "Operator").say("/start")
        body = b'{"ok":false,"error_code":413,"description":"Request Entity Too Large"}'
        setup.simulator.replace_answer("sendDocument", body)
        await setup.post(paper(7, "berkas"), send(7, "lanjutan"))
        await person.wait_for("lanjutan")
        await setup.empty()
        assert setup.texts(OPERATOR) == ["system.operator_undelivered"]


async def test_a_file_that_is_gone_is_reported_and_not_tried_for_ever(place: Place) -> None:
    async with outbox_setup(place) as setup:
        await siti(setup)
        setup.documents.in_files = True
        setup.simulator.fault("sendDocument", kind="500")
        failing = setup.simulator.fault("sendDocument", kind="hold")
        await setup.post(paper(7, "berkas"))
        await failing.reached()
        next(setup.documents.folder.iterdir()).unlink()
        failing.release(proceed=False)
        await eventually(lambda: setup.count("SELECT count(*) FROM outbox WHERE state = 'failed'", 1))


async def test_a_caption_keeps_its_markup_and_loses_it_only_when_it_is_refused(place: Place) -> None:
    async with outbox_setup(place) as setup:
        person = await siti(setup)
        setup.documents.in_files = True
        buttons = ((Button("take", "take", "abc", 1),),)
        await setup.post(paper(7, "<b>Surat</b> &amp; bukti", buttons=buttons))
        await setup.empty()
        sent = person.messages[-1]
        assert sent["caption"] == "Surat & bukti"
        assert sent["caption_entities"] == [{"type": "bold", "offset": 0, "length": 5}]
        assert sent["reply_markup"]["inline_keyboard"][0][0]["text"] == "take"
        await setup.post(paper(7, "<b>Surat</i> &amp; bukti"))
        await setup.empty()
        assert person.messages[-1]["caption"] == "Surat & bukti"
        assert "caption_entities" not in person.messages[-1]


async def test_a_picture_that_is_no_photo_for_the_messenger_is_sent_as_a_file(place: Place) -> None:
    async with outbox_setup(place) as setup:
        await siti(setup)
        setup.documents.picture = True
        await setup.post(paper(7, "rekap"))
        await setup.empty()
        assert [call.error for call in setup.simulator.calls if call.method == "sendPhoto"] == [
            "Bad Request: IMAGE_PROCESS_FAILED"
        ]
        assert documents(setup) == ["rekap"]


async def test_a_caption_says_what_is_known_once_the_document_is_made(place: Place) -> None:
    async with outbox_setup(place) as setup:
        await siti(setup)
        setup.documents.caption = {"title": "tanpa video.mp4"}
        await setup.post(paper(7, "berkas"))
        await setup.empty()
        assert documents(setup) == ["tanpa video.mp4"]


async def test_documents_leave_room_for_the_next_question(place: Place) -> None:
    # Five messages fit at once; each later one waits longer than the test does.
    limits = Limits(overall_per_second=1000, private_burst=5, private_per_second=0.01)
    async with outbox_setup(place, limits) as setup:
        person = await siti(setup)
        await setup.post(*(paper(7, f"surat {number}") for number in range(5)))
        await eventually(lambda: asyncio.sleep(0, len(documents(setup)) == 4))
        await setup.post(send(7, "pertanyaan"))
        await person.wait_for("pertanyaan")
        assert len(documents(setup)) == 4


async def test_a_document_is_sent_once_there_is_room_again(place: Place) -> None:
    limits = Limits(overall_per_second=1000, private_burst=5, private_per_second=10)
    async with outbox_setup(place, limits) as setup:
        await siti(setup)
        await setup.post(*(paper(7, f"surat {number}") for number in range(5)))
        await setup.empty()
        assert len(documents(setup)) == 5


async def test_a_stop_does_not_wait_for_a_document_that_is_being_made(place: Place) -> None:
    async with outbox_setup(place) as setup:
        await siti(setup)
        setup.documents.open.clear()
        await setup.post(paper(7, "surat"))
        begun = time.monotonic()
        await setup.outbox.stop(120.0)
        assert time.monotonic() - begun < 60.0
        assert await setup.count(WAITING, 1)


async def test_a_damaged_case_keeps_no_other_case_from_its_documents(place: Place, tmp_path: Path) -> None:
    async with outbox_setup(place) as setup:
        person = await siti(setup)
        store = Store(setup.database, setup.codec, LoadingCore())
        await store.fill()
        await store.attack("UPDATE cases SET state = :byte WHERE id = 'a'")
        paths = Paths(FolderContents(setup.folder), tmp_path / "made")
        maker = DocumentMaker(setup.database, setup.codec, Renderer(), RULES, paths)
        setup.outbox = setup.new_outbox(maker)
        try:
            for case in ("a", "b"):
                message = says(f"surat {case}", document=Document(DocumentKind.COMPLAINT, case))
                await setup.post(Send(7, message))
            await eventually(lambda: setup.count("SELECT count(*) FROM outbox WHERE state = 'failed'", 1))
            await person.wait_for("surat b")
        finally:
            await maker.close()
        assert documents(setup) == ["surat b"]
