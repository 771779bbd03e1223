"""The contents of dropped files are erased at once, unless another file has the same content."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection

from bot.database import gaps
from bot.database.engine import Database
from bot.database.files_table import drop_files
from bot.database.freed_files import DroppedFile, about_to_go
from bot.database.sealing import Codec
from bot.files.releasing import FreshContents
from conversations.effects import DropFile, DropFiles, Effect, KeepFile, Outcome
from conversations.events import Attachment
from tests.integration.both_stores import Place
from tests.integration.outbox_setup import OutboxSetup, eventually, outbox_setup
from tests.integration.test_files_store import erased, keep, on_disk, received, settled
from tests.integration.turn_setup import FakeCore, TurnSetup, said

OTHER = b"%PDF-1.4 berkas lain " * 50


async def drop(setup: OutboxSetup, keys: Sequence[str] = (), owners: Sequence[str] = ()) -> None:
    """What a turn does with dropped files."""

    def work(connection: Connection) -> list[DroppedFile]:
        gone = about_to_go(connection, keys, owners)
        drop_files(connection, keys, owners)
        return gone

    setup.files.release(await setup.database.write(work))


async def left(setup: OutboxSetup, count: int) -> None:
    """So many contents are on the disk, at the latest after a moment."""

    async def reached() -> bool:
        return len(on_disk(setup)) == count

    await eventually(reached)


@pytest.mark.parametrize("by_owner", [False, True])
async def test_a_dropped_file_gives_its_space_back_at_once(place: Place, *, by_owner: bool) -> None:
    async with outbox_setup(place) as setup:
        file = await received(setup)
        await keep(setup, file)
        await settled(setup)
        assert len(on_disk(setup)) == 1
        await (drop(setup, owners=["draft"]) if by_owner else drop(setup, [file.key]))
        await left(setup, 0)


async def test_a_content_that_another_file_needs_stays(place: Place) -> None:
    async with outbox_setup(place) as setup:
        first, second, other = await received(setup), await received(setup), await received(setup, OTHER)
        await keep(setup, first, second, other)
        await settled(setup)
        await drop(setup, [first.key, other.key])
        await left(setup, 1)
        assert await setup.files.open_file(second.key)
        await drop(setup, [second.key])
        await left(setup, 0)


async def test_a_file_that_is_dropped_while_it_is_fetched_leaves_nothing(place: Place) -> None:
    async with outbox_setup(place) as setup:
        file = await received(setup)
        held = setup.simulator.fault("download", kind="hold")
        await keep(setup, file)
        await held.reached()
        await drop(setup, [file.key])
        held.release(proceed=True)
        await eventually(lambda: _idle(setup))
        assert on_disk(setup) == []
        assert setup.files._dropped == set()


async def _idle(setup: OutboxSetup) -> bool:
    return not setup.files._tasks


async def test_after_a_loss_of_complaints_nothing_is_erased(place: Place) -> None:
    async with outbox_setup(place) as setup:
        file = await received(setup)
        await keep(setup, file)
        await settled(setup)
        lost = gaps.Gap("dpmd", 2026, 4, 6)
        await setup.database.write(lambda c: gaps.note(c, [lost], datetime.now(UTC)))
        await drop(setup, [file.key])
        await eventually(lambda: _released(setup))
        assert len(on_disk(setup)) == 1


async def _released(setup: OutboxSetup) -> bool:
    """Whether a batch was taken, and its transaction is over: the writer works in order."""
    if setup.files._releasing._waiting:
        return False
    await setup.database.write(lambda _: None)
    return True


async def test_a_clock_that_is_ahead_does_not_end_the_month_after_a_loss(place: Place) -> None:
    async with outbox_setup(place) as setup:
        file = await received(setup)
        await keep(setup, file)
        await settled(setup)
        # By the trusted time the loss was yesterday; by the system clock it was more than a month ago.
        yesterday = datetime.now(UTC) - timedelta(days=40)
        await setup.database.write(lambda c: gaps.note(c, [gaps.Gap("dpmd", 2026, 4, 6)], yesterday))
        trusted = yesterday + timedelta(days=1)
        await setup.files.stop()
        await setup.files.start(setup.channel, lambda: True, trusted.timestamp)
        await drop(setup, [file.key])
        await eventually(lambda: _released(setup))
        assert await setup.files.sweep() == 0
        assert len(on_disk(setup)) == 1


async def test_while_the_time_is_not_certain_contents_are_left_to_the_sweep(place: Place) -> None:
    certain: list[bool] = []
    async with outbox_setup(place) as setup:
        file = await received(setup)
        await keep(setup, file, start=False)
        await setup.files.start(setup.channel, lambda: bool(certain))
        await settled(setup)
        await drop(setup, [file.key])
        await eventually(lambda: _released(setup))
        assert len(on_disk(setup)) == 1
        certain.append(True)
        assert await setup.files.sweep() == 1


def test_a_content_that_is_being_stored_is_not_erased(tmp_path: Path) -> None:
    fresh, path = FreshContents(), "ab/" + "ab" * 32
    place = tmp_path / path
    place.parent.mkdir()
    place.write_bytes(b"content")
    fresh.add(path)
    assert erased(fresh, tmp_path, path) == 0
    assert place.exists()
    fresh.discard(path)
    assert erased(fresh, tmp_path, path) == 1
    assert not place.exists()


async def test_a_turn_names_the_files_that_it_has_dropped(database: Database, codec: Codec) -> None:
    photo = Attachment("photo", "f", "u")
    effects: dict[str, tuple[Effect, ...]] = {
        "keep": tuple(
            KeepFile(key, owner, 7, photo) for key, owner in (("a", "d1"), ("b", "d1"), ("c", "d2"))
        ),
        "one": (DropFile("a"), DropFile("unknown")),
        "all": (DropFiles("d1"),),
    }
    core = FakeCore(then=lambda event, _: Outcome(effects=effects[getattr(event, "text", "")]))
    setup = TurnSetup(database, codec, core)
    for number, name in enumerate(effects):
        await setup.take(said(number, name))
    assert [[one.key for one in done.dropped] for done in setup.committed] == [[], ["a"], ["b"]]
