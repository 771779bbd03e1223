"""Files are fetched in turn of their chats, and the disk keeps a reserve for the database."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.database.contents import FolderContents
from bot.database.outbox_rows import OutboxRow
from bot.files.files import Files
from bot.files.room import Room
from bot.files.slots import Slots
from bot.foundation.disk import free_bytes
from bot.outbox.operator_notes import Operator
from bot.sources.no_room import NoRoomNotices
from conversations.effects import KeepFile
from conversations.events import Attachment
from tests.integration.both_stores import Place
from tests.integration.outbox_setup import OPERATOR, OutboxSetup, eventually, outbox_setup
from tests.integration.test_files_store import SECRET, keep, received, settled
from tests.unit.transcript import RULES

RESERVE = 1000
FLOODER, HONEST = 7, 8


@dataclass
class Fetching:
    """Fetches that hold their place until they are let go; `begun` are their chats."""

    slots: Slots = field(default_factory=Slots)
    begun: list[int] = field(default_factory=list)
    ends: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(0))
    tasks: list[asyncio.Task[None]] = field(default_factory=list)
    at_once: int = 0
    most: int = 0

    def start(self, chat: int, *, large: bool = False) -> asyncio.Task[None]:
        task = asyncio.create_task(self._fetch(chat, large))
        self.tasks.append(task)
        return task

    async def _fetch(self, chat: int, large: bool) -> None:
        async with self.slots.place(chat, large=large):
            self.begun.append(chat)
            self.at_once += 1
            self.most = max(self.most, self.at_once)
            try:
                await self.ends.acquire()
            finally:
                self.at_once -= 1

    async def end(self, count: int) -> None:
        """End some of the running fetches, and let the next ones begin."""
        for _ in range(count):
            self.ends.release()
            for _ in range(5):
                await asyncio.sleep(0)

    async def all(self) -> None:
        await self.end(len(self.tasks))
        await asyncio.gather(*self.tasks)


async def test_a_photo_waits_for_one_file_of_a_person_who_sent_200() -> None:
    fetching = Fetching()
    for _ in range(200):
        fetching.start(FLOODER)
    await fetching.end(0)
    await asyncio.sleep(0)
    fetching.start(HONEST)
    await fetching.end(2)
    assert fetching.begun[:5] == [FLOODER, FLOODER, FLOODER, FLOODER, HONEST]
    await fetching.all()
    assert (len(fetching.begun), fetching.most) == (201, 3)


async def test_large_files_leave_two_places_for_others_and_wait_for_each_other() -> None:
    fetching = Fetching()
    for _ in range(50):
        fetching.start(FLOODER, large=True)
    await asyncio.sleep(0)
    fetching.start(HONEST)
    fetching.start(HONEST, large=True)
    for _ in range(5):
        await asyncio.sleep(0)
    assert fetching.begun == [FLOODER, HONEST]
    await fetching.end(3)
    assert fetching.begun.count(HONEST) == 2
    await fetching.all()


async def test_a_fetch_that_is_cancelled_gives_its_place_back() -> None:
    slots = Slots(1)
    first = slots.place(FLOODER, large=False)
    await first.__aenter__()
    waiting = asyncio.create_task(slots.place(FLOODER, large=False).__aenter__())
    await asyncio.sleep(0)
    # It gets its place, and is cancelled before it can go on.
    await first.__aexit__(None, None, None)
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    async with asyncio.timeout(60), slots.place(HONEST, large=False):
        pass


@dataclass
class Disk:
    """A disk whose free space the test sets; looking again waits for `looks`."""

    left: int
    looks: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(0))
    rows: list[OutboxRow] = field(default_factory=list)
    looked: int = 0

    def free(self) -> int:
        return self.left

    async def pause(self, _seconds: float) -> None:
        self.looked += 1
        await self.looks.acquire()

    def told(self) -> list[tuple[int, str]]:
        return [(row.chat, row.message.template) for row in self.rows if row.message]


@asynccontextmanager
async def on_disk(place: Place, disk: Disk) -> AsyncIterator[OutboxSetup]:
    async with outbox_setup(place) as setup:
        operator = Operator(setup.codec, OPERATOR)
        notices = NoRoomNotices(setup.database, operator, RULES, RESERVE, disk.rows.extend)
        room = Room(disk, RESERVE, notices, disk.pause)
        setup.files = Files(setup.database, setup.codec, FolderContents(setup.folder), room=room)
        yield setup


async def test_below_the_reserve_no_file_is_fetched_and_its_sender_is_informed_once(place: Place) -> None:
    disk = Disk(RESERVE + len(SECRET) - 1)
    async with on_disk(place, disk) as setup:
        with capture_logs() as logs:
            await keep(setup, await received(setup), await received(setup))
            await eventually(lambda: _true(len(disk.told()) == 2 and disk.looked == 2))
        assert sorted(disk.told()) == sorted([(7, "system.no_room"), (OPERATOR, "system.operator_no_room")])
        assert [call.method for call in setup.simulator.calls if call.method == "getFile"] == []
        assert await setup.count("SELECT sum(attempts) FROM files", 0)
        assert [line["event"] for line in logs if line["event"] == "files.no_room"] == ["files.no_room"]
        assert setup.files.room.waiting_files == 2


async def test_files_are_fetched_by_themselves_when_there_is_room_again(place: Place) -> None:
    disk = Disk(0)
    async with on_disk(place, disk) as setup:
        file = await received(setup)
        await keep(setup, file)
        await eventually(lambda: _true(disk.looked == 1))
        disk.left = RESERVE + len(SECRET)
        disk.looks.release()
        await settled(setup)
        assert await setup.files.open_file(file.key) == SECRET
        assert await setup.count("SELECT count(*) FROM told", 0)


async def test_a_restart_repeats_no_notice_within_the_hour(place: Place) -> None:
    disk = Disk(0)
    async with on_disk(place, disk) as setup:
        await keep(setup, await received(setup))
        await eventually(lambda: _true(disk.looked == 1))
        await setup.files.stop()
        notices = NoRoomNotices(setup.database, Operator(setup.codec, OPERATOR), RULES, 1, disk.rows.extend)
        room = Room(disk, RESERVE, notices, disk.pause)
        setup.files = Files(setup.database, setup.codec, FolderContents(setup.folder), room=room)
        await setup.files.start(setup.channel)
        await eventually(lambda: _true(disk.looked == 2))
        assert len(disk.told()) == 2


async def test_the_hour_between_notices_is_counted_in_the_trusted_time(place: Place) -> None:
    disk, trusted = Disk(0), [1_800_000_000.0]
    async with outbox_setup(place) as setup:
        operator = Operator(setup.codec, OPERATOR, wall=lambda: trusted[0])
        notices = NoRoomNotices(setup.database, operator, RULES, RESERVE, disk.rows.extend)
        await notices.full(7, 0)
        await notices.full(7, 0)
        assert len(disk.told()) == 2
        trusted[0] += 3700
        await notices.full(7, 0)
        assert len(disk.told()) == 4


async def test_a_group_is_informed_in_its_own_words(place: Place) -> None:
    disk = Disk(0)
    async with on_disk(place, disk) as setup:
        small = Attachment("document", "x", "u", size=5)
        await keep(setup, KeepFile("x", "draft", -5, small))
        await eventually(lambda: _true(disk.looked == 1))
        assert (-5, "system.no_room_group") in disk.told()


async def test_a_file_that_is_too_large_is_refused_without_room_too(place: Place) -> None:
    async with on_disk(place, Disk(0)) as setup:
        await keep(setup, await received(setup, size=21 * 1024 * 1024))
        await settled(setup)
        assert [tuple(row) for row in await setup.rows("SELECT state, reason FROM files")] == [
            ("lost", "too_large")
        ]


async def test_a_notice_that_cannot_be_stored_is_tried_again(tmp_path: Path) -> None:
    class Failing:
        def __init__(self) -> None:
            self.tries = 0

        async def full(self, _chat: int, _free: int) -> None:
            self.tries += 1
            raise OSError(28, "No space left on device")

        async def again(self) -> None:
            raise OSError(28, "No space left on device")

    disk, notices = Disk(0), Failing()
    room = Room(disk, RESERVE, notices, disk.pause)
    waiting = asyncio.create_task(room.wait(7, 5))
    await eventually(lambda: _true(disk.looked == 1))
    disk.looks.release()
    await eventually(lambda: _true(disk.looked == 2))
    disk.left = 2 * RESERVE
    disk.looks.release()
    await waiting
    assert notices.tries == 2


async def test_a_disk_that_does_not_say_its_room_stops_no_file() -> None:
    class Failing:
        def free(self) -> int:
            raise OSError

    class OfServer:
        def free(self) -> None:
            return None

    for place in (Failing(), OfServer()):
        await Room(place, RESERVE).wait(7, 5)


def test_the_room_of_a_folder_that_does_not_exist_is_that_of_its_disk(tmp_path: Path) -> None:
    assert free_bytes(tmp_path / "later" / "files") == pytest.approx(free_bytes(tmp_path), rel=0.1)


async def _true(found: bool) -> bool:
    return found
