"""What cannot be worded, marked or waited for: its row is set apart, and the chat's next message arrives."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot.database.files_table import insert_files
from bot.files.files import Files
from bot.files.marks import FileMarks, FileOutcome
from bot.outbox.delivery import Delivery
from bot.outbox.marks import Batch
from bot.outbox.queues import Queues
from bot.wording.rendering import Renderer
from conversations.effects import KeepFile, Lane, Send
from conversations.events import Attachment
from conversations.messages import Button, OutgoingMessage
from tests.integration.outbox_setup import OPERATOR, STAFF, Stage, eventually, send, stage
from tests.integration.test_channel_sending import evidence


def _forced(thing: Any, **fields: Any) -> Any:
    """A message or button as another version may have stored it: this one would refuse to make it."""
    for name, other in fields.items():
        object.__setattr__(thing, name, other)
    return thing


def _reminder(*buttons: Button, **params: Any) -> OutgoingMessage:
    whole = {"agency": "DPMD", "until": "2026-03-25"}
    return OutgoingMessage("intake.reminder", {**whole, **params}, (buttons,) if buttons else ())


UNSENDABLE = {
    "a parameter of another type": _reminder(until=7),
    "a parameter that is nothing": _reminder(until=None),
    "a parameter too few": _forced(_reminder(), params={"agency": "DPMD"}),
    "an unknown block": _forced(_reminder(), template="intake.nothing_like_it"),
    "an unknown file": _forced(_reminder(), template="nothing.like_it"),
    "a name that is none": _forced(_reminder(), template=""),
    "an unknown button": _reminder(_forced(Button("resume_draft", "resume"), label="nothing_like_it")),
    "a button that is too long": _reminder(Button("resume_draft", "resume", "x" * 70)),
}
KEPT = "SELECT stage, subject, times FROM quarantine ORDER BY id"


@pytest.fixture
def real_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.integration.outbox_setup.Words", Renderer)


def _own_id(chat: int) -> Send:
    return Send(chat, OutgoingMessage("system.own_id", {"person": 7}))


async def _listening(stand: Stage) -> None:
    for number, name in ((OPERATOR, "Operator"), (7, "Siti")):
        await stand.simulator.person(number, name).say("/start")


@pytest.mark.usefixtures("real_words")
@pytest.mark.parametrize("name", UNSENDABLE)
async def test_a_message_without_words_is_marked_and_the_next_one_arrives(tmp_path: Path, name: str) -> None:
    async with stage(tmp_path) as stand:
        await _listening(stand)
        bad, _ = await stand.post(Send(7, UNSENDABLE[name]), _own_id(7))
        siti = stand.simulator.person(7, "Siti")
        await siti.wait_for("Nomor akun")
        await siti.wait_for("satu pesan kami")
        await stand.simulator.person(OPERATOR, "Operator").wait_for("tidak dapat diproses")
        await stand.empty()
        assert await stand.count("SELECT count(*) FROM outbox WHERE chat = 7 AND state = 'failed'", 1)
        assert await stand.rows(KEPT) == [("outbox", str(bad.id), 1)]
        calls = len(stand.simulator.calls)
        await stand.restart_outbox()
        await stand.empty()
        assert await stand.rows(KEPT) == [("outbox", str(bad.id), 1)]
        assert len(stand.simulator.calls) == calls


@pytest.mark.usefixtures("real_words")
async def test_a_card_without_words_is_kept_and_its_group_told(tmp_path: Path) -> None:
    async with stage(tmp_path) as stand:
        await _listening(stand)
        group = stand.simulator.group(STAFF, "Petugas")
        card = Send(STAFF, UNSENDABLE["a parameter too few"], "card:abc", Lane.UNASKED)
        await stand.post(card, _own_id(STAFF))
        await group.wait_for("Nomor akun")
        await group.wait_for("satu pesan untuk grup ini")
        await stand.empty()
        parked = "SELECT count(*) FROM outbox WHERE state = 'parked' AND payload IS NOT NULL"
        assert await stand.count(f"{parked} AND key = 'card:abc'", 1)


@pytest.mark.usefixtures("real_words")
async def test_a_system_message_without_words_is_not_told_to_its_chat_again_and_again(tmp_path: Path) -> None:
    async with stage(tmp_path) as stand:
        await _listening(stand)
        (bad,) = await stand.post(
            Send(7, _forced(OutgoingMessage("system.not_ready"), template="system.nothing_like_it"))
        )
        await stand.simulator.person(OPERATOR, "Operator").wait_for("tidak dapat diproses")
        await stand.empty()
        assert stand.texts(7) == []
        assert await stand.rows(KEPT) == [("outbox", str(bad.id), 1)]


async def test_a_queue_that_raises_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    waits, failures = Delivery.waits, [LookupError, MemoryError]

    def raising(self: Delivery, heads: Any) -> Any:
        if failures:
            raise failures.pop()
        return waits(self, heads)

    monkeypatch.setattr(Delivery, "waits", raising)
    monkeypatch.setattr("bot.outbox.outbox.FAULT_SECONDS", 0.01)
    async with stage(tmp_path) as stand:
        await _listening(stand)
        await stand.post(send(7, "satu"), send(7, "dua"))
        await stand.empty()
        assert stand.texts(7) == ["satu", "dua"]


async def test_what_could_not_be_queued_is_sent_after_a_restart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with stage(tmp_path) as stand:
        await _listening(stand)

        def raising(*_: object) -> None:
            raise LookupError

        with monkeypatch.context() as patched:
            patched.setattr(Queues, "accept", raising)
            with pytest.raises(LookupError):
                await stand.post(send(7, "satu"))
        await stand.restart_outbox()
        await stand.simulator.person(7, "Siti").wait_for("satu")


async def _stored_as(stand: Stage, change: str) -> None:
    """Two people's waiting rows, one of them changed, read by a start."""
    await _listening(stand)
    await stand.simulator.person(8, "Budi").say("/start")
    await stand.store(send(7, "satu"), send(8, "dua"))
    sql = f"UPDATE outbox SET {change} WHERE chat = 7"  # noqa: S608 - a test's own change
    await stand.database.write(lambda c: c.exec_driver_sql(sql))


async def test_a_mark_that_is_refused_holds_up_no_other(tmp_path: Path) -> None:
    async with stage(tmp_path) as stand:
        await _stored_as(stand, "attempts = 9223372036854775807")
        failing = stand.simulator.fault("sendMessage", chat_id=7, kind="500", times=99)
        await stand.restart_outbox()
        await failing.reached()
        await stand.simulator.person(8, "Budi").wait_for("dua")
        await eventually(lambda: stand.count("SELECT count(*) FROM outbox WHERE chat = 8", 0))


FAR = {"too far ahead": "1e18", "for ever": "9e999", "yesterday": "1.0", "before all times": "-9e999"}


@pytest.mark.parametrize("name", FAR)
async def test_an_impossible_time_to_wait_is_not_waited_for(tmp_path: Path, name: str) -> None:
    async with stage(tmp_path) as stand:
        await _stored_as(stand, f"not_before = {FAR[name]}")
        await stand.restart_outbox()
        await stand.empty()
        assert stand.texts(7) == ["satu"]


async def test_news_that_raise_end_no_marking_and_repeat_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repeated: list[Batch] = []

    def singles(batch: Batch) -> list[Batch]:
        repeated.append(batch)
        return []

    monkeypatch.setattr(Batch, "singles", singles)
    async with stage(tmp_path) as stand:

        def raising() -> None:
            raise LookupError

        stand.heard = raising  # type: ignore[method-assign]
        stand.outbox = stand.new_outbox()
        await _listening(stand)
        await stand.post(send(7, "satu", report="a"), send(7, "dua"))
        await stand.empty()
        await stand.post(send(7, "tiga"))
        await stand.empty()
        assert stand.texts(7) == ["satu", "dua", "tiga"]
        assert repeated == []


async def _kept(stand: Stage, *keys: str) -> None:
    kept = [KeepFile(key, "a", 7, Attachment("photo", key, key)) for key in keys]
    await stand.database.write(lambda c: insert_files(c, stand.codec, kept))


PATHS: dict[str, str | bytes] = {
    "too long": "a" * 5000,
    "out of the folder": "../../../../../../../../dev/zero",
    "another root": "/dev/zero",
    "a folder": "ab",
    "no text": b"\xff\x00",
    "a nul": "ab/\0",
    "empty": "",
}


@pytest.mark.parametrize("name", PATHS)
async def test_a_damaged_path_of_a_file_holds_up_neither_its_card_nor_the_group(
    tmp_path: Path, name: str
) -> None:
    async with stage(tmp_path) as stand:
        group = stand.simulator.group(STAFF, "Petugas")
        keys = await evidence(stand)
        await eventually(lambda: stand.count("SELECT count(*) FROM files WHERE state = 'pending'", 0))
        stand.simulator.world.files.by_id.clear()
        changed = "UPDATE files SET path = ?"
        await stand.database.write(lambda c: c.exec_driver_sql(changed, (PATHS[name],)))
        await stand.post(send(STAFF, "bukti", files=keys), send(STAFF, "berikut"))
        await group.wait_for("bukti")
        await group.wait_for("berikut")
        await stand.empty()


async def test_a_file_that_cannot_be_marked_holds_up_no_other(tmp_path: Path) -> None:
    async with stage(tmp_path) as stand:
        await _kept(stand, "7-1", "7-2")

        def raising() -> None:
            raise LookupError

        marks = FileMarks(stand.database, stand.codec, raising)
        marks._waiting.append(FileOutcome("7-1", "ab12", 2**64, "ab/ab12"))
        await marks.settle(FileOutcome("7-2", "ab12", 5, "ab/ab12"))
        found = await stand.rows("SELECT key, state FROM files ORDER BY key")
        assert [tuple(row) for row in found] == [("7-1", "pending"), ("7-2", "stored")]


async def test_a_file_that_should_wait_for_ever_is_fetched(tmp_path: Path) -> None:
    async with stage(tmp_path) as stand:
        await _kept(stand, "7-1")
        await stand.database.write(lambda c: c.exec_driver_sql("UPDATE files SET not_before = 1e18"))
        files = Files(stand.database, stand.codec, tmp_path / "files")
        await files.start(stand.channel)
        # The messenger does not know this file: it is lost, at once.
        await eventually(lambda: stand.count("SELECT count(*) FROM files WHERE state = 'lost'", 1))
        await files.stop()
