"""A drill: a backup under load, kill -9, a restore to an emptied place; the bot continues where people were.

What was filed after the backup is lost from the register, and its numbers do not come again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from pathlib import Path

from bot.database.backup_names import good_ones
from bot.database.sealing import Codec
from bot.database.stores.sqlite import SqliteStore
from bot.operations.backup_examination import require_complete
from bot.operations.verify import verify
from tests.acceptance.bot_setup import LOOK_AGAIN, OPERATOR, SECONDS, ChatUser, Setup, opened
from tests.commands import aduan
from tests.marked import MARKS, find_marks
from tests.players import PHOTO, Answers

# People who file while the backup is made, with marked words in their answers.
AT_ONCE = 4
STORE = ("aduan.db", "aduan.db-wal", "aduan.db-shm", "files")
MARKED = Answers(
    story=(f"Bantuan {MARKS['story']} tidak cair.", PHOTO),
    name=f"Siti {MARKS['name']}",
    address=f"Dusun {MARKS['address']} RT 01 RW 02, Desa Raci, Kecamatan Bangil",
)


async def _backup(setup: Setup, to: Path) -> Path:
    done = await asyncio.to_thread(
        aduan, "backup", "--to", str(to), "--config", "config.toml", folder=setup.folder
    )
    assert (done.returncode, done.stderr) == (0, "")
    return Path(done.stdout.partition(": ")[0])


def _move_away(setup: Setup, to: Path) -> None:
    to.mkdir()
    for name in STORE:
        if (setup.folder / name).exists():
            (setup.folder / name).rename(to / name)


def _serials(references: Iterable[str]) -> list[int]:
    return sorted(int(reference.rpartition("-")[2]) for reference in references)


async def test_a_drill_loses_only_what_came_after_the_backup(tmp_path: Path) -> None:
    data, backups = tmp_path / "data", tmp_path / "backups"
    data.mkdir()
    async with opened(data) as setup:
        operator = ChatUser(setup.simulator.people[OPERATOR])
        await operator.says("/id", "Nomor akun")
        await setup.filed(MARKED)
        waiting, user = await setup.at("resolution", MARKED)
        filing = asyncio.gather(*(setup.filed(MARKED) for _ in range(AT_ONCE)))
        backup = await _backup(setup, backups)
        filed = [reference for _, _, reference in (*await filing, await setup.filed(MARKED))]
        assert _serials(filed) == [2, 3, 4, 5, 6]
        await setup.bot.kill()
        assert find_marks([backups]) == []
        _move_away(setup, tmp_path / "away")

        done = await asyncio.to_thread(aduan, "restore", str(backup), folder=data)
        assert (done.returncode, done.stderr) == (0, "")
        codec = Codec.load(data / "aduan.key", create=False)
        report = verify(SqliteStore(data / "aduan.db"), codec)
        assert report.faults == []
        assert 1 <= report.complaints < 6

        operator.mark_read()
        await setup.bot.restart()
        await operator.sees("DPMD-2026-0006 sudah pernah diberikan")
        reference = await waiting.file()
        assert _serials([reference]) == [7]
        await setup.officer().presses("Ambil", on=await setup.card(reference))
        await setup.card_shows(reference, "Petugas: Rina")
        await user.says("/status", reference)
        await setup.rested()
        assert verify(SqliteStore(data / "aduan.db"), codec).faults == []


async def test_the_running_bot_makes_the_daily_backup_by_itself(tmp_path: Path) -> None:
    data, backups = tmp_path / "data", tmp_path / "backups"
    data.mkdir()
    async with opened(data, backup={"folder": str(backups)}) as setup:
        await setup.filed()
        async with asyncio.timeout(SECONDS):
            while not good_ones(backups):  # noqa: ASYNC110 - a process of its own makes it
                await asyncio.sleep(LOOK_AGAIN)
        codec = Codec.load(data / "aduan.key", create=False)
        require_complete(good_ones(backups)[0].path, codec)
        await setup.settled()
