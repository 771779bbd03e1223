"""The running bot makes a backup each day in a process of its own, and reports the first failure."""

from __future__ import annotations

import asyncio
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import structlog

from bot.clock.zone import ZONE
from bot.config.sections import Backup as Settings
from bot.config.settings import Config, read
from bot.database.backup_names import Backup, backups, name_of
from bot.operations.check_backup import examine_backup
from bot.operations.check_findings import Level
from bot.sources import daily_backup
from bot.sources.daily_backup import DailyBackup, seconds_left
from conversations.messages import OutgoingMessage
from tests.integration.backup_setup import BackedUp, backed_up
from tests.integration.sealed_store import Store
from tests.integration.test_check_store import settings

pytestmark = pytest.mark.sqlite("the backup of a file; its time and its reports are the same with a server")

HOUR = 3600.0


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-11-{text}").replace(tzinfo=ZONE)


# The newest backup, now -> hours until the next one is due; the time is 02:00.
DUE: dict[str, tuple[str, str, float]] = {
    "none was made yet": ("", "26 13:00", 0),
    "made this night": ("26 02:00", "26 13:00", 13),
    "made by hand after the night's": ("26 12:00", "26 13:00", 13),
    "the night's is not made yet": ("25 02:00", "26 01:00", 1),
    "the bot was off at night": ("25 02:00", "26 07:00", 0),
    "the bot was off for days": ("20 02:00", "26 01:59", 0),
    "exactly at the time": ("25 02:00", "26 02:00", 0),
    "the clock was a month ahead": ("28 13:00", "26 13:00", 0),
    "the clock was some hours ahead": ("26 16:00", "26 13:00", 13),
}


@pytest.mark.parametrize("name", DUE)
def test_a_backup_is_due_once_a_day_also_after_the_bot_was_off(name: str) -> None:
    newest, now, hours = DUE[name]
    backup = Backup(Path(), 1, at(newest), good=True) if newest else None
    assert seconds_left(backup, "02:00", at(now)) == hours * HOUR


class Daily:
    """The daily backup of a store, and what it told the operator."""

    def __init__(self, there: BackedUp, config: Config) -> None:
        self.there, self.told = there, list[OutgoingMessage]()
        database = there.settings
        backup = Settings(folder=str(there.folder), keep_days=1)
        changed = config.model_copy(update={"database": database, "backup": backup})
        self.daily = DailyBackup(changed, self.notify)

    async def notify(self, message: OutgoingMessage) -> None:
        self.told.append(message)


@pytest.fixture
async def daily(store: Store, tmp_path: Path) -> Daily:
    return Daily(await backed_up(store, tmp_path), read(settings(tmp_path)))


async def test_the_process_makes_a_backup_and_deletes_old_ones(daily: Daily) -> None:
    with structlog.testing.capture_logs() as logs:
        assert [await daily.daily.make() for _ in range(2)] == [True, True]
    assert await daily.daily.seconds_left() > 0
    found = backups(daily.there.folder)
    assert [(backup.number, backup.good) for backup in found] == [(1, True), (2, True)]
    assert [(line["event"], line["path"]) for line in logs] == [
        ("backup.made", str(backup.path)) for backup in found
    ]
    assert daily.told == []


async def test_a_failure_is_told_once_until_a_backup_succeeds(daily: Daily) -> None:
    keys = daily.there.settings.keys_path
    away = keys.rename(keys.with_name("away"))
    assert [await daily.daily.make() for _ in range(2)] == [False, False]
    (told,) = daily.told
    assert (told.template, told.params["path"]) == (
        "system.operator_backup_failed",
        str(daily.there.folder),
    )
    assert "aduan.key is missing" in str(told.params["reason"])
    away.rename(keys)
    assert await daily.daily.make()
    keys.rename(away)
    await daily.daily.make()
    assert len(daily.told) == 2


async def test_a_store_with_faults_is_told_and_tried_again_the_next_day(daily: Daily) -> None:
    await daily.there.store.attack("UPDATE cases SET status = 'closed'")
    assert await daily.daily.make()
    assert "DPMD-2026-0001" in str(daily.told[0].params["reason"])
    assert await daily.daily.seconds_left() > 0


COMMANDS = {
    "it ends without a result": (sys.executable, "-c", "pass"),
    "it cannot be started": ("/nowhere",),
    "it hangs": (sys.executable, "-c", "input(); input()"),
}


@pytest.mark.parametrize("name", COMMANDS)
async def test_a_process_that_fails_is_a_failed_backup(
    daily: Daily, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(daily_backup, "COMMAND", COMMANDS[name])
    monkeypatch.setattr(daily_backup, "PATIENCE_SECONDS", 0.5 if name == "it hangs" else 60.0)
    assert not await daily.daily.make()
    assert len(daily.told) == 1


async def test_the_process_ends_with_the_bot(daily: Daily, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(daily_backup, "COMMAND", ("sleep", "60"))
    started, ended = asyncio.Event(), list[Any]()
    start, end = asyncio.create_subprocess_exec, daily_backup._ended

    async def noted(*arguments: Any, **options: Any) -> Any:
        process = await start(*arguments, **options)
        started.set()
        return process

    async def seen(process: Any) -> None:
        await end(process)
        ended.append(process.returncode)

    monkeypatch.setattr(asyncio, "create_subprocess_exec", noted)
    monkeypatch.setattr(daily_backup, "_ended", seen)
    running = asyncio.create_task(daily.daily.run())
    await started.wait()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert ended == [-9]


async def test_without_a_folder_no_backup_is_made(daily: Daily, tmp_path: Path) -> None:
    without = DailyBackup(read(settings(tmp_path)), daily.notify)
    await without.run()
    assert daily.told == []


NOW = at("26 13:00")


def _configured(folder: Path, place: Path) -> Config:
    config = read(settings(folder / "data"))
    return config.model_copy(update={"backup": Settings(folder=str(place))})


def _made(folder: Path, *taken: str) -> None:
    for number, when in enumerate(taken, start=1):
        moment, _, faulty = when.partition("!")
        path = folder / (name_of(number, at(moment)) + (".faulty" if faulty else ""))
        path.mkdir(parents=True)
        (path / "manifest.json").touch()
    folder.chmod(0o700)


# When backups were taken ("!x": faulty) -> what `aduan check` says of them.
AGES: dict[str, tuple[tuple[str, ...], tuple[tuple[Level, str], ...]]] = {
    "of this night": (("25 02:00", "26 02:00"), ((Level.OK, "the newest backup is"),)),
    "too old": (("24 02:00",), ((Level.NOTE, "the newest good backup is of 2026-11-24 02:00"),)),
    "of the future": (("27 02:00",), ((Level.NOTE, "the newest good backup is of 2026-11-27 02:00"),)),
    "none": ((), ((Level.NOTE, "has no good backup yet"),)),
    "with faults": (
        ("25 12:59", "26 02:00!x"),
        ((Level.OK, "the newest backup is"), (Level.NOTE, "the store had faults when this backup was made")),
    ),
}


@pytest.mark.parametrize("name", AGES)
def test_check_says_how_old_the_newest_backup_is(tmp_path: Path, name: str) -> None:
    taken, expected = AGES[name]
    folder = tmp_path / "backups"
    folder.mkdir(mode=0o700)
    _made(folder, *taken)
    *found, place = examine_backup(_configured(tmp_path, folder), NOW)
    assert "is on the same disk as the data" in place.what
    assert len(found) == len(expected)
    for finding, (level, words) in zip(found, expected, strict=True):
        assert (finding.level, words in finding.what) == (level, True), finding


def test_check_says_that_no_backup_is_configured_or_reachable(tmp_path: Path) -> None:
    (none,) = examine_backup(read(settings(tmp_path)), NOW)
    assert (none.level, "no backup is configured" in none.what) == (Level.NOTE, True)
    _, inside = examine_backup(_configured(tmp_path, tmp_path / "data" / "backups"), NOW)
    assert "is inside of the data folder" in inside.what


def test_check_says_that_others_may_open_the_backups(tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    _made(folder, "26 02:00")
    folder.chmod(0o755)
    *_, last = examine_backup(_configured(tmp_path, folder), NOW)
    assert last.what == f"{folder}: others on this machine may open the backups"


def test_a_backup_on_another_disk_is_as_it_should_be(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _made(tmp_path / "backups", "26 02:00")
    monkeypatch.setattr("bot.operations.check_backup._disk", hash)
    (only,) = examine_backup(_configured(tmp_path, tmp_path / "backups"), NOW)
    assert only.level is Level.OK
    assert timedelta(0) < NOW - backups(tmp_path / "backups")[-1].taken
