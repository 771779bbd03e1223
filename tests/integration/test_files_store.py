"""Kept files: fetched despite failures, sealed on disk, lost only with a reason, removed when unused."""

from __future__ import annotations

import asyncio
import hashlib
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, create_engine, text

from bot.database import gaps
from bot.database.contents import FolderContents
from bot.database.files_table import drop_files, insert_files
from bot.files.content_names import rename_contents
from bot.files.files import Files
from bot.files.releasing import FreshContents
from bot.files.tries import TRIES
from conversations.effects import KeepFile
from conversations.events import Attachment, FileReceived
from tests.integration.both_stores import Place
from tests.integration.outbox_setup import OutboxSetup, eventually, outbox_setup
from tests.made_files import zipped

SECRET = b"%PDF-1.4 bukti rahasia " * 50


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.files.tries.FIRST_WAIT", 0.0)


async def received(setup: OutboxSetup, data: bytes = SECRET, size: int | None = None) -> KeepFile:
    await setup.simulator.person(7, "Siti").send_document(data, size=size)
    event = setup.channel.read((await setup.updates())[-1])
    assert isinstance(event, FileReceived)
    return KeepFile(f"7-{event.origin.message}", "draft", 7, event.attachment)


async def keep(setup: OutboxSetup, *keeps: KeepFile, start: bool = True) -> None:
    jobs = await setup.database.write(lambda c: insert_files(c, setup.codec, keeps))
    if start:
        await setup.files.start(setup.channel)
    setup.files.accept(jobs)


async def settled(setup: OutboxSetup) -> None:
    await eventually(lambda: setup.count("SELECT count(*) FROM files WHERE state = 'pending'", 0))


def on_disk(setup: OutboxSetup) -> list[Path]:
    return [path for path in setup.folder.rglob("*") if path.is_file()]


def erased(fresh: FreshContents, folder: Path, path: str) -> int:
    """The number of contents that were erased: 1, or 0 while it is fresh."""
    with create_engine("sqlite://").connect() as connection:
        return fresh.erase_others(FolderContents(folder), [path], connection)


def leave_half(stored: Path) -> None:
    """What a killed process had written of the same content."""
    Path(f"{stored}.0123456789abcdef.part").write_bytes(b"half of the same content")


async def test_a_file_is_stored_under_its_contents_name_and_sealed(place: Place) -> None:
    async with outbox_setup(place) as setup:
        file = await received(setup)
        await keep(setup, file)
        await settled(setup)
        (row,) = await setup.rows("SELECT state, name, size, path FROM files")
        name = setup.codec.file_name(hashlib.sha256(SECRET).hexdigest())
        assert tuple(row) == ("stored", name, len(SECRET), f"{name[:2]}/{name}")
        (path,) = on_disk(setup)
        assert path == setup.folder / row.path
        assert b"rahasia" not in path.read_bytes()
        assert path.stat().st_mode & 0o077 == 0
        assert await setup.files.open_file(file.key) == SECRET


@pytest.mark.parametrize("kind", ["500", "drop", "garbage", "429"])
@pytest.mark.parametrize("method", ["getFile", "download"])
async def test_a_fetch_that_fails_is_tried_again(place: Place, method: str, kind: str) -> None:
    async with outbox_setup(place) as setup:
        file = await received(setup)
        if (method, kind) == ("download", "garbage"):
            kind = "502"
        setup.simulator.fault(method, kind=kind, retry_after=0)  # type: ignore[arg-type]
        await keep(setup, file)
        await settled(setup)
        assert await setup.files.open_file(file.key) == SECRET


async def test_a_job_survives_a_kill(place: Place) -> None:
    async with outbox_setup(place) as setup:
        file = await received(setup)
        held = setup.simulator.fault("download", kind="hold")
        await keep(setup, file)
        await held.reached()
        await setup.files.stop()
        held.release(proceed=False)
        setup.files = Files(setup.database, setup.codec, FolderContents(setup.folder))
        await setup.files.start(setup.channel)
        await settled(setup)
        assert await setup.files.open_file(file.key) == SECRET


async def test_a_file_too_large_by_its_update_is_lost_without_a_call(place: Place) -> None:
    async with outbox_setup(place) as setup:
        await keep(setup, await received(setup, size=21 * 1024 * 1024))
        await settled(setup)
        (row,) = await setup.rows("SELECT state, reason FROM files")
        assert tuple(row) == ("lost", "too_large")
        assert setup.sent("getFile") == []


async def test_a_file_too_large_by_get_file_is_lost(place: Place) -> None:
    async with outbox_setup(place) as setup:
        file = await received(setup, size=21 * 1024 * 1024)
        small = Attachment("document", file.attachment.file_id, "u", size=5)
        await keep(setup, KeepFile(file.key, "draft", 7, small))
        await settled(setup)
        assert (await setup.rows("SELECT reason FROM files"))[0].reason == "too_large"


async def test_the_configured_limit_applies(place: Place) -> None:
    async with outbox_setup(place) as setup:
        setup.files = Files(setup.database, setup.codec, FolderContents(setup.folder), largest=100_000)
        file = await received(setup, b"x" * 100_001)
        await keep(setup, file)
        await settled(setup)
        (row,) = await setup.rows("SELECT state, reason FROM files")
        assert tuple(row) == ("lost", "too_large")
        assert setup.sent("getFile") == []


async def test_more_bytes_than_announced_are_refused_while_they_arrive(place: Place) -> None:
    async with outbox_setup(place) as setup:
        setup.files = Files(setup.database, setup.codec, FolderContents(setup.folder), largest=100_000)
        file = await received(setup, b"x" * 300_000)
        small = Attachment("document", file.attachment.file_id, "u", size=5)
        await keep(setup, KeepFile(file.key, "draft", 7, small))
        await settled(setup)
        assert (await setup.rows("SELECT reason FROM files"))[0].reason == "too_large"
        assert on_disk(setup) == []


@pytest.mark.parametrize(("file_id", "reason"), [("unknown", "unreachable"), ("empty", "empty")])
async def test_a_file_that_cannot_be_fetched_is_lost_with_its_reason(
    place: Place, file_id: str, reason: str
) -> None:
    async with outbox_setup(place) as setup:
        if file_id == "empty":
            file_id = (await received(setup, b"")).attachment.file_id
        await keep(setup, KeepFile("7-5", "draft", 7, Attachment("document", file_id, "u")))
        await settled(setup)
        assert (await setup.rows("SELECT reason FROM files"))[0].reason == reason


async def test_after_many_tries_a_file_is_given_up(place: Place) -> None:
    async with outbox_setup(place) as setup:
        setup.simulator.fault("getFile", kind="500", times=99)
        await keep(setup, await received(setup))
        await settled(setup)
        (row,) = await setup.rows("SELECT state, reason, attempts FROM files")
        assert tuple(row) == ("lost", "unreachable", TRIES - 1)


async def test_only_unused_files_are_removed(place: Place) -> None:
    async with outbox_setup(place) as setup:
        kept, dropped = await received(setup), await received(setup, SECRET + b"2")
        await keep(setup, kept)
        await keep(setup, dropped, start=False)
        await settled(setup)
        half = setup.folder / "ab" / f"ab{'0' * 62}.0123456789abcdef.part"
        half.parent.mkdir(exist_ok=True)
        half.write_bytes(b"half a file of a killed process")
        strange = [setup.folder / "ab" / "holiday.jpg", setup.folder / "ab" / "letter.part"]
        for each in strange:
            each.write_bytes(b"somebody else's")
        await setup.database.write(lambda c: drop_files(c, [dropped.key], []))
        assert await setup.files.sweep() == 2
        assert len({*on_disk(setup)} - {*strange}) == 1
        assert all(each.exists() for each in strange)
        assert await setup.files.open_file(kept.key) == SECRET
        assert await setup.files.open_file(dropped.key) is None


async def test_a_clean_up_keeps_files_being_stored_and_removes_leftovers_of_a_kill(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with outbox_setup(place) as setup:
        file = await received(setup)
        swept: list[int] = []
        marking = setup.database.write

        async def sweep_before_the_mark(work: Callable[[Connection], Any]) -> Any:
            monkeypatch.setattr(setup.database, "write", marking)
            # Others write as well meanwhile, and the content may still be half-written then.
            if stored := [path for path in on_disk(setup) if path.suffix != ".part"]:
                leave_half(stored[0])
                swept.append(await setup.files.sweep())
            else:
                monkeypatch.setattr(setup.database, "write", sweep_before_the_mark)
            return await marking(work)

        await keep(setup, file)
        monkeypatch.setattr(setup.database, "write", sweep_before_the_mark)
        await settled(setup)
        assert swept == [1]
        assert await setup.files.open_file(file.key) == SECRET


async def stored_again_during_a_sweep(setup: OutboxSetup, monkeypatch: pytest.MonkeyPatch) -> None:
    """An orphan's content is stored again between the look of a sweep and its deletions; it is kept."""
    first, second = await received(setup), await received(setup)
    await keep(setup, first)
    await settled(setup)
    await setup.database.write(lambda c: drop_files(c, [first.key], []))
    reached, stored = threading.Event(), threading.Event()

    def slow(*args: Any) -> dict[str, str]:
        reached.set()
        assert stored.wait(60)
        return rename_contents(*args)

    monkeypatch.setattr("bot.files.files.rename_contents", slow)
    sweeping = asyncio.create_task(setup.files.sweep())
    await asyncio.to_thread(reached.wait, 60)
    await keep(setup, second)
    await settled(setup)
    stored.set()
    assert await sweeping == 0
    assert await setup.files.open_file(second.key) == SECRET


async def test_a_clean_up_keeps_a_content_that_was_an_orphan_s_and_is_stored_again_meanwhile(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with outbox_setup(place) as setup:
        await stored_again_during_a_sweep(setup, monkeypatch)


def test_a_content_is_fresh_until_the_last_file_that_has_it_is_marked(tmp_path: Path) -> None:
    fresh, path = FreshContents(), f"ab/ab{'0' * 62}"
    (tmp_path / "ab").mkdir()
    (tmp_path / path).write_bytes(b"sealed")
    fresh.add(path)
    fresh.add(path)
    fresh.discard(path)
    assert erased(fresh, tmp_path, path) == 0
    fresh.discard(path)
    assert erased(fresh, tmp_path, path) == 1
    assert not (tmp_path / path).exists()


async def test_the_same_content_is_stored_once_while_one_file_needs_it(place: Place) -> None:
    async with outbox_setup(place) as setup:
        first, second = await received(setup), await received(setup)
        await keep(setup, first, second)
        await settled(setup)
        await setup.database.write(lambda c: drop_files(c, [first.key], []))
        assert await setup.files.sweep() == 0
        assert await setup.files.open_file(second.key) == SECRET


async def test_storing_a_file_wakes_the_task_that_informs_the_core(place: Place) -> None:
    async with outbox_setup(place) as setup:
        reminded: list[bool] = []
        setup.files = Files(
            setup.database, setup.codec, FolderContents(setup.folder), lambda: reminded.append(True)
        )
        await keep(setup, await received(setup))
        await settled(setup)
        await eventually(lambda: true(reminded))


async def true(value: object) -> bool:
    return bool(value)


async def test_a_clean_up_keeps_the_files_of_lost_complaints(
    place: Place,
) -> None:
    async with outbox_setup(place) as setup:
        file = await received(setup)
        await keep(setup, file)
        await settled(setup)
        lost = gaps.Gap("dpmd", 2026, 4, 6)
        now = datetime.now(UTC)
        await setup.database.write(lambda c: drop_files(c, [file.key], []))
        await setup.database.write(lambda c: gaps.note(c, [lost], now - timedelta(days=29)))
        assert await setup.files.sweep() == 0
        assert len(on_disk(setup)) == 1
        await setup.database.write(lambda c: c.execute(text("UPDATE gaps SET at = '2026-01-01'")))
        assert await setup.files.sweep() == 1


async def test_a_clean_up_erases_nothing_while_the_time_is_not_certain(place: Place) -> None:
    async with outbox_setup(place) as setup:
        certain: list[bool] = []
        file = await received(setup)
        await setup.files.start(setup.channel, lambda: bool(certain))
        await keep(setup, file, start=False)
        await settled(setup)
        await setup.database.write(lambda c: drop_files(c, [file.key], []))
        assert await setup.files.sweep() == 0
        certain.append(True)
        assert await setup.files.sweep() == 1


@pytest.mark.parametrize("column", ["path", "name"])
async def test_a_content_is_kept_while_one_of_its_rows_is_readable(place: Place, column: str) -> None:
    async with outbox_setup(place) as setup:
        await keep(setup, await received(setup))
        await settled(setup)
        await setup.database.write(lambda c: c.execute(text(f"UPDATE files SET {column} = 'zz'")))  # noqa: S608
        assert await setup.files.sweep() == 0
        assert len(on_disk(setup)) == 1


@pytest.mark.parametrize("name", ["undangan.apk", "foto.jpg"])
async def test_a_program_is_refused_whatever_its_name_and_leaves_nothing(place: Place, name: str) -> None:
    async with outbox_setup(place) as setup:
        app = zipped({"AndroidManifest.xml": b"x", "classes.dex": b"dex\n035"})
        await setup.simulator.person(7, "Siti").send_document(app, name)
        event = setup.channel.read((await setup.updates())[-1])
        assert isinstance(event, FileReceived)
        await keep(setup, KeepFile("7-1", "draft", 7, event.attachment))
        await settled(setup)
        (row,) = await setup.rows("SELECT state, reason FROM files")
        assert tuple(row) == ("lost", "program")
        assert on_disk(setup) == []
