"""A row that cannot be rendered, marked or waited for is set aside, and the chat's next message arrives."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from bot.database.contents import FolderContents
from bot.database.files_table import insert_files
from bot.database.tables import files
from bot.files.files import Files
from bot.files.marks import FileMarks, FileOutcome
from bot.outbox.delivery import Delivery
from bot.outbox.mark_batch import Batch
from bot.outbox.queues import Queues
from bot.wording.rendering import Renderer
from conversations.effects import KeepFile, Lane, Send
from conversations.events import Attachment
from conversations.messages import Button, OutgoingMessage
from tests.integration.both_stores import NO_NULL, OTHER_TYPE, POSTGRES, SQLITE, Place, named
from tests.integration.outbox_setup import OPERATOR, STAFF, OutboxSetup, eventually, outbox_setup, send
from tests.integration.test_channel_sending import evidence


def _forced(thing: Any, **fields: Any) -> Any:
    """A message or button as another version may have stored it; this version refuses to make it."""
    for name, other in fields.items():
        object.__setattr__(thing, name, other)
    return thing


def _reminder(*buttons: Button, **params: Any) -> OutgoingMessage:
    whole = {"agency": "DPMD", "service": "", "until": "2026-03-25"}
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


async def _listening(setup: OutboxSetup) -> None:
    for number, name in ((OPERATOR, "Operator"), (7, "Siti")):
        await setup.simulator.person(number, name).say("/start")


@pytest.mark.usefixtures("real_words")
@pytest.mark.parametrize("name", UNSENDABLE)
async def test_a_message_without_a_template_is_set_aside_and_the_next_one_arrives(
    place: Place, name: str
) -> None:
    async with outbox_setup(place) as setup:
        await _listening(setup)
        bad, _ = await setup.post(Send(7, UNSENDABLE[name]), _own_id(7))
        siti = setup.simulator.person(7, "Siti")
        await siti.wait_for("Nomor akun")
        await siti.wait_for("satu pesan kami")
        await setup.simulator.person(OPERATOR, "Operator").wait_for("tidak dapat diproses")
        await setup.empty()
        assert await setup.count("SELECT count(*) FROM outbox WHERE chat = 7 AND state = 'failed'", 1)
        assert await setup.rows(KEPT) == [("outbox", str(bad.id), 1)]
        calls = len(setup.simulator.calls)
        await setup.restart_outbox()
        await setup.empty()
        assert await setup.rows(KEPT) == [("outbox", str(bad.id), 1)]
        assert len(setup.simulator.calls) == calls


@pytest.mark.usefixtures("real_words")
async def test_a_card_without_a_template_is_kept_and_its_group_informed(place: Place) -> None:
    async with outbox_setup(place) as setup:
        await _listening(setup)
        group = setup.simulator.group(STAFF, "Petugas")
        card = Send(STAFF, UNSENDABLE["a parameter too few"], "card:abc", Lane.UNASKED)
        await setup.post(card, _own_id(STAFF))
        await group.wait_for("Nomor akun")
        await group.wait_for("satu pesan untuk grup ini")
        await setup.empty()
        parked = "SELECT count(*) FROM outbox WHERE state = 'parked' AND payload IS NOT NULL"
        assert await setup.count(f"{parked} AND key = 'card:abc'", 1)


@pytest.mark.usefixtures("real_words")
async def test_a_system_message_without_a_template_is_reported_once(place: Place) -> None:
    async with outbox_setup(place) as setup:
        await _listening(setup)
        (bad,) = await setup.post(
            Send(7, _forced(OutgoingMessage("system.try_again"), template="system.nothing_like_it"))
        )
        await setup.simulator.person(OPERATOR, "Operator").wait_for("tidak dapat diproses")
        await setup.empty()
        assert setup.texts(7) == []
        assert await setup.rows(KEPT) == [("outbox", str(bad.id), 1)]


async def test_a_queue_that_raises_continues(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    waits, failures = Delivery.waits, [LookupError, MemoryError]

    def raising(self: Delivery, heads: Any) -> Any:
        if failures:
            raise failures.pop()
        return waits(self, heads)

    monkeypatch.setattr(Delivery, "waits", raising)
    monkeypatch.setattr("bot.outbox.outbox.FAULT_SECONDS", 0.01)
    async with outbox_setup(place) as setup:
        await _listening(setup)
        await setup.post(send(7, "satu"), send(7, "dua"))
        await setup.empty()
        assert setup.texts(7) == ["satu", "dua"]


async def test_a_row_that_could_not_be_queued_is_sent_after_a_restart(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with outbox_setup(place) as setup:
        await _listening(setup)

        def raising(*_: object) -> None:
            raise LookupError

        with monkeypatch.context() as patched:
            patched.setattr(Queues, "accept", raising)
            with pytest.raises(LookupError):
                await setup.post(send(7, "satu"))
        await setup.restart_outbox()
        await setup.simulator.person(7, "Siti").wait_for("satu")


async def _stored_as(setup: OutboxSetup, change: str) -> None:
    """Two people's waiting rows, one of them changed, read by a start."""
    await _listening(setup)
    await setup.simulator.person(8, "Budi").say("/start")
    await setup.store(send(7, "satu"), send(8, "dua"))
    sql = f"UPDATE outbox SET {change} WHERE chat = 7"  # noqa: S608 - a test's own change
    await setup.database.write(lambda c: c.exec_driver_sql(sql))


async def test_a_refused_mark_delays_no_other(place: Place) -> None:
    async with outbox_setup(place) as setup:
        # The largest number of the column: one more is refused, by the driver or by the server.
        largest = {SQLITE: 2**63 - 1, POSTGRES: 2**31 - 1}[place.kind]
        await _stored_as(setup, f"attempts = {largest}")
        failing = setup.simulator.fault("sendMessage", chat_id=7, kind="500", times=99)
        await setup.restart_outbox()
        await failing.reached()
        await setup.simulator.person(8, "Budi").wait_for("dua")
        await eventually(lambda: setup.count("SELECT count(*) FROM outbox WHERE chat = 8", 0))


FAR = {"too far ahead": "1e18", "for ever": "inf", "yesterday": "1.0", "before all times": "-inf"}
INFINITE = {SQLITE: "9e999", POSTGRES: "float8 'inf'"}


@pytest.mark.parametrize("name", FAR)
async def test_an_impossible_waiting_time_is_ignored(place: Place, name: str) -> None:
    async with outbox_setup(place) as setup:
        await _stored_as(setup, f"not_before = {FAR[name].replace('inf', INFINITE[place.kind])}")
        await setup.restart_outbox()
        await setup.empty()
        assert setup.texts(7) == ["satu"]


async def test_a_callback_that_raises_neither_ends_nor_repeats_marking(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    repeated: list[Batch] = []

    def singles(batch: Batch) -> list[Batch]:
        repeated.append(batch)
        return []

    monkeypatch.setattr(Batch, "singles", singles)
    async with outbox_setup(place) as setup:

        def raising() -> None:
            raise LookupError

        setup.on_news = raising  # type: ignore[method-assign]
        setup.outbox = setup.new_outbox()
        await _listening(setup)
        await setup.post(send(7, "satu", report="a"), send(7, "dua"))
        await setup.empty()
        await setup.post(send(7, "tiga"))
        await setup.empty()
        assert setup.texts(7) == ["satu", "dua", "tiga"]
        assert repeated == []


async def _kept(setup: OutboxSetup, *keys: str) -> None:
    kept = [KeepFile(key, "a", 7, Attachment("photo", key, key)) for key in keys]
    await setup.database.write(lambda c: insert_files(c, setup.codec, kept))


PATHS: dict[str, str | bytes] = {
    "too long": "a" * 5000,
    "out of the folder": "../../../../../../../../dev/zero",
    "another root": "/dev/zero",
    "a folder": "ab",
    "no text": b"\xff\x00",
    "a nul": "ab/\0",
    "empty": "",
}


@pytest.mark.parametrize("name", named(PATHS, {"no text": OTHER_TYPE, "a nul": NO_NULL}))
async def test_a_damaged_path_of_a_file_delays_neither_its_card_nor_the_group(
    place: Place, name: str
) -> None:
    async with outbox_setup(place) as setup:
        group = setup.simulator.group(STAFF, "Petugas")
        keys = await evidence(setup)
        await eventually(lambda: setup.count("SELECT count(*) FROM files WHERE state = 'pending'", 0))
        setup.simulator.world.files.by_id.clear()
        await setup.database.write(lambda c: c.execute(update(files), {"path": PATHS[name]}))
        await setup.post(send(STAFF, "bukti", files=keys), send(STAFF, "berikut"))
        await group.wait_for("bukti")
        await group.wait_for("berikut")
        await setup.empty()


async def test_a_file_that_cannot_be_marked_delays_no_other(place: Place) -> None:
    async with outbox_setup(place) as setup:
        await _kept(setup, "7-1", "7-2")

        def raising() -> None:
            raise LookupError

        marks = FileMarks(setup.database, setup.codec, raising)
        marks._waiting.append(FileOutcome("7-1", "ab12", 2**64, "ab/ab12"))
        await marks.settle(FileOutcome("7-2", "ab12", 5, "ab/ab12"))
        found = await setup.rows("SELECT key, state FROM files ORDER BY key")
        assert [tuple(row) for row in found] == [("7-1", "pending"), ("7-2", "stored")]


async def test_a_file_with_an_endless_wait_is_fetched(place: Place, tmp_path: Path) -> None:
    async with outbox_setup(place) as setup:
        await _kept(setup, "7-1")
        await setup.database.write(lambda c: c.exec_driver_sql("UPDATE files SET not_before = 1e18"))
        files = Files(setup.database, setup.codec, FolderContents(tmp_path / "files"))
        await files.start(setup.channel)
        # The messenger does not know this file: it is lost, at once.
        await eventually(lambda: setup.count("SELECT count(*) FROM files WHERE state = 'lost'", 1))
        await files.stop()
