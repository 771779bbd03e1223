"""Kept files: evidence is not given up for an outage, a full disk or a busy moment; memory stays small."""

from __future__ import annotations

import asyncio
import tracemalloc
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from sqlalchemy import Connection

from bot.channels.base import DeliveryError, Failure
from bot.database.contents import FolderContents
from bot.database.files_table import drop_files, mark_lost
from bot.files import tries
from bot.files.marks import FileMarks, FileOutcome
from bot.files.tries import TRIES
from bot.foundation.disk import write
from bot.simulator.api.errors import bad_request
from bot.simulator.state.files import FileStore, StoredFile
from conversations.effects import KeepFile
from conversations.events import Attachment
from tests.integration.both_stores import Place
from tests.integration.outbox_setup import eventually, outbox_setup
from tests.integration.test_files_store import SECRET, keep, on_disk, received, settled, true

SMALL = Attachment("document", "small", "u", size=5)


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.files.tries.FIRST_WAIT", 0.0)


def test_a_file_that_cannot_be_fetched_is_tried_for_three_days(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    failed = DeliveryError(Failure.TEMPORARY, "Internal Server Error")
    waits = [tries.wait_after(failed, attempts) for attempts in range(TRIES - 1)]
    assert waits[:3] == [10.0, 20.0, 40.0]
    assert max(waits) == 3600.0
    assert 72 * 3600 < sum(waits) < 74 * 3600


async def test_a_long_network_outage_loses_no_evidence(place: Place) -> None:
    async with outbox_setup(place) as setup:
        file = await received(setup)
        outage = setup.simulator.fault("getFile", kind="drop", times=TRIES + 1)
        await keep(setup, file)
        await settled(setup)
        assert outage.hits == TRIES + 1
        assert await setup.files.open_file(file.key) == SECRET


async def test_faults_of_our_disk_and_database_lose_no_evidence(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    failures = iter(range(TRIES + 1))

    def full(kept: FolderContents, path: str, pieces: Iterable[bytes]) -> None:
        if next(failures, None) is not None:
            raise OSError(28, "No space left on device")
        write(kept.folder, path, pieces)

    monkeypatch.setattr(FolderContents, "write", full)
    async with outbox_setup(place) as setup:
        file = await received(setup)
        await keep(setup, file)
        await settled(setup)
        (row,) = await setup.rows("SELECT state, attempts FROM files")
        assert tuple(row) == ("stored", 0)


async def test_a_token_that_is_not_valid_for_days_loses_no_evidence(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with outbox_setup(place) as setup:
        file = await received(setup)
        giving, refusals = setup.channel.fetch_file, iter(range(TRIES + 1))

        @asynccontextmanager
        async def refused(file_id: str) -> AsyncIterator[AsyncIterator[bytes]]:
            if next(refusals, None) is not None:
                raise DeliveryError(Failure.ACCOUNT, "190: Invalid OAuth access token")
            async with giving(file_id) as pieces:
                yield pieces

        monkeypatch.setattr(setup.channel, "fetch_file", refused)
        assert not await setup.files.is_coming(file.key)
        await keep(setup, file)
        assert await setup.files.is_coming(file.key)
        await settled(setup)
        assert await setup.files.open_file(file.key) == SECRET
        assert not await setup.files.is_coming(file.key)


async def test_temporarily_unavailable_is_no_refusal(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    async with outbox_setup(place) as setup:
        file = await received(setup)
        giving, asked = FileStore.link, list[str]()

        def unavailable_twice(store: FileStore, stored: StoredFile) -> dict[str, Any]:
            asked.append(stored.file_id)
            if len(asked) < 3:
                raise bad_request("wrong file_id or the file is temporarily unavailable")
            return giving(store, stored)

        monkeypatch.setattr(FileStore, "link", unavailable_twice)
        await keep(setup, file)
        await settled(setup)
        assert await setup.files.open_file(file.key) == SECRET


async def test_a_loss_is_stored_after_many_failures_of_the_store(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.files.marks.RETRY_SECONDS", 0.0)
    failures = iter(range(3))

    def busy(connection: Connection, key: str, reason: str) -> None:
        if next(failures, None) is not None:
            raise OSError(5, "Input/output error")
        mark_lost(connection, key, reason)

    monkeypatch.setattr("bot.files.marks.mark_lost", busy)
    async with outbox_setup(place) as setup:
        await keep(setup, await received(setup, size=21 * 1024 * 1024))
        await settled(setup)
        assert (await setup.rows("SELECT reason FROM files"))[0].reason == "too_large"


async def test_a_dropped_file_is_not_asked_for_again(place: Place) -> None:
    async with outbox_setup(place) as setup:
        file = await received(setup)
        held = setup.simulator.fault("getFile", kind="hold")
        await keep(setup, file)
        await held.reached()
        await setup.database.write(lambda c: drop_files(c, [file.key], []))
        held.release(proceed=False)
        await eventually(lambda: true(not setup.files._tasks))
        assert setup.sent("getFile") == []


async def test_files_that_end_together_are_one_commit(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    async with outbox_setup(place) as setup:
        await keep(setup, *(KeepFile(f"7-{n}", "draft", 7, SMALL) for n in range(3)), start=False)
        await setup.files.stop()
        commits, writing = list[Any](), setup.database.write

        async def counted(work: Callable[[Connection], Any]) -> Any:
            commits.append(work)
            return await writing(work)

        monkeypatch.setattr(setup.database, "write", counted)
        marks = FileMarks(setup.database, setup.codec, lambda: None)
        await asyncio.gather(*(marks.settle(FileOutcome(f"7-{n}", reason="empty")) for n in range(3)))
        assert len(commits) == 1
        assert await setup.count("SELECT count(*) FROM files WHERE state = 'lost'", 3)


class Mailbag:
    """A channel that hands out large files, and nothing else."""

    def __init__(self, megabytes: int) -> None:
        self._megabytes = megabytes

    @asynccontextmanager
    async def fetch_file(self, file_id: str) -> AsyncIterator[AsyncIterator[bytes]]:
        yield self._pieces(file_id)

    async def _pieces(self, file_id: str) -> AsyncIterator[bytes]:
        for _ in range(self._megabytes * 16):
            yield file_id.encode() * (65536 // len(file_id))
            await asyncio.sleep(0)


async def test_three_videos_need_little_more_memory_than_one(place: Place) -> None:
    megabytes, most = 8, 15 * 2**20
    async with outbox_setup(place) as setup:
        videos = [Attachment("video", f"v{n}", f"u{n}", size=megabytes * 2**20) for n in range(3)]
        await keep(
            setup, *(KeepFile(f"7-{n}", "draft", 7, video) for n, video in enumerate(videos)), start=False
        )
        await setup.files.stop()
        tracemalloc.start()
        try:
            await setup.files.start(Mailbag(megabytes))  # type: ignore[arg-type]
            await settled(setup)
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        assert await setup.count("SELECT count(*) FROM files WHERE state = 'stored'", 3)
        assert peak < most
        assert all(path.stat().st_size >= megabytes * 2**20 for path in on_disk(setup))
