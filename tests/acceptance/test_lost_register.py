"""A lost or old database: no number comes again, and no reply to an old card reaches another's case."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.acceptance.bot_setup import OPERATOR, ChatUser, Message, Setup, opened, words
from tests.commands import aduan

UNMATCHED = "tidak dapat dicocokkan"
STORE = ("aduan.db", "aduan.db-wal", "aduan.db-shm")


async def _filed(setup: Setup, count: int) -> list[tuple[ChatUser, str, Message]]:
    """Return so many citizens with their number and card, once the bot has stored all of it."""
    found = []
    for _ in range(count):
        before = setup.newest_id()
        _, user, reference = await setup.filed()
        # The card of a lost complaint with the same number is still in the group.
        card = await setup.card_shows(reference, "", after=before)
        found.append((user, reference, await setup.named(card)))
    await setup.rested()
    return found


def _copied(setup: Setup) -> Path:
    """Return a copy of the database as it is now, outside of the bot's folder."""
    copy = setup.folder.parent / f"{setup.folder.name}-copy.db"
    with (
        closing(sqlite3.connect(setup.folder / "aduan.db")) as source,
        closing(sqlite3.connect(copy)) as target,
    ):
        source.backup(target)
    return copy


def _remove(setup: Setup) -> None:
    for name in STORE:
        (setup.folder / name).unlink(missing_ok=True)


async def _operator(setup: Setup) -> ChatUser:
    """Return the operator, who has written to the bot before: it may not write first."""
    user = ChatUser(setup.simulator.people[OPERATOR])
    await user.says("/id", "Nomor akun")
    user.mark_read()
    return user


def _references(setup: Setup) -> list[str]:
    return [row[0] for row in setup.read("SELECT reference FROM cases ORDER BY reference")]


def _states(setup: Setup) -> list[object]:
    return [row[0] for row in setup.read("SELECT state FROM cases ORDER BY reference")]


async def _restored(setup: Setup, *, watermark: bool) -> list[tuple[ChatUser, str, Message]]:
    """File three complaints, and go on with a copy of the database that knows the first alone."""
    first = await _filed(setup, 1)
    copy = _copied(setup)
    lost = await _filed(setup, 2)
    assert await setup.bot.stop() == 0
    _remove(setup)
    shutil.copy(copy, setup.folder / "aduan.db")
    if not watermark:
        shutil.rmtree(setup.folder / "state")
    await setup.bot.restart()
    return [*first, *lost]


async def _replied(setup: Setup, card: Message) -> None:
    """A reply to a card of a lost complaint is answered in words, and nothing else comes of it."""
    before = _states(setup)
    marks = {user.id: len(user.chat.log) for user in map(ChatUser, setup.simulator.people.values())}
    rina = setup.officer()
    answer = await rina.says("Sudah kami salurkan.", UNMATCHED, reply_to=card)
    assert "/tiket NOMOR" in words(answer)
    await setup.settled()
    assert _states(setup) == before
    after = {user.id: len(user.chat.log) for user in map(ChatUser, setup.simulator.people.values())}
    assert {person: after[person] for person in marks} == marks


async def test_numbers_of_a_restored_copy_continue_above_those_issued(tmp_path: Path) -> None:
    async with opened(tmp_path) as setup:
        operator = await _operator(setup)
        (_, _, known_card), _, (_, _, lost_card) = await _restored(setup, watermark=True)
        notice = await operator.sees("Nomor DPMD-2026-0002 sampai DPMD-2026-0003 sudah pernah diberikan")
        assert "/" not in words(notice)
        ((_, reference, _),) = await _filed(setup, 1)
        assert reference == "DPMD-2026-0004"
        assert _references(setup) == ["DPMD-2026-0001", "DPMD-2026-0004"]
        assert setup.read("SELECT agency, first, last FROM gaps") == [("dpmd", 2, 3)]
        await _replied(setup, lost_card)
        rina = setup.officer()
        await rina.says(
            "Sudah kami salurkan.", "tulisan ini untuk apa pada DPMD-2026-0001", reply_to=known_card
        )
        operator.mark_read()
        await setup.bot.stop()
        await setup.bot.restart()
        await setup.settled()
        assert [words(message) for message in operator.new_messages()] == []
        ((_, reference, _),) = await _filed(setup, 1)
        assert reference == "DPMD-2026-0005"


async def test_a_reply_to_a_lost_card_does_not_reach_the_case_with_its_number(
    tmp_path: Path,
) -> None:
    """The state folder was lost as well, so that the number did come again."""
    async with opened(tmp_path) as setup:
        _, (_, lost, lost_card), _ = await _restored(setup, watermark=False)
        ((_, reference, card),) = await _filed(setup, 1)
        assert reference == lost == "DPMD-2026-0002"
        await _replied(setup, lost_card)
        await setup.officer().says("Sudah.", f"tulisan ini untuk apa pada {reference}", reply_to=card)


def _lying(setup: Setup) -> list[str]:
    """Return the files of the bot's folder; its log is there already."""
    return sorted(str(path) for path in setup.folder.rglob("*") if path.is_file())


async def test_a_vanished_database_stops_the_start_and_a_new_register_continues_above_it(
    tmp_path: Path,
) -> None:
    async with opened(tmp_path) as setup:
        operator = await _operator(setup)
        ((_, _, lost_card), _) = await _filed(setup, 2)
        assert await setup.bot.stop() == 0
        _remove(setup)
        lying, keys = _lying(setup), (setup.folder / "aduan.key").read_bytes()
        refused = await asyncio.to_thread(aduan, "run", folder=setup.folder)
        assert refused.returncode == 4
        assert refused.stderr == (
            f"aduan: {setup.folder}/aduan.db is missing or empty, but its key file is there: restore the "
            "database from your backup, or run `aduan init --new-register` to make an empty register under "
            "the same keys\n"
        )
        assert _lying(setup) == lying
        begun = await asyncio.to_thread(aduan, "init", "--new-register", folder=setup.folder, answer="y\n")
        assert (begun.returncode, begun.stderr) == (0, "")
        assert "above the highest known number: DPMD-2026-0002" in begun.stdout
        assert (setup.folder / "aduan.key").read_bytes() == keys
        await setup.bot.restart()
        await operator.sees("Nomor DPMD-2026-0001 sampai DPMD-2026-0002 sudah pernah diberikan")
        ((_, reference, _),) = await _filed(setup, 1)
        assert reference == "DPMD-2026-0003"
        await _replied(setup, lost_card)


async def test_a_read_only_state_folder_is_reported_and_no_complaint_is_refused(tmp_path: Path) -> None:
    async with opened(tmp_path) as setup:
        operator = await _operator(setup)
        (setup.folder / "state").write_text("a file in the place of the folder")
        filed = await _filed(setup, 2)
        assert [reference for _, reference, _ in filed] == ["DPMD-2026-0001", "DPMD-2026-0002"]
        await operator.sees("Nomor registrasi tertinggi tidak dapat dicatat")
        await setup.settled()
        assert len(operator.new_messages()) == 1


@pytest.mark.parametrize("name", ["state", "keys"])
async def test_only_the_owner_can_read_the_files_of_the_first_start(tmp_path: Path, name: str) -> None:
    async with opened(tmp_path) as setup:
        await _filed(setup, 1)
        place = setup.folder / {"state": f"state/{tmp_path.name}-aduan.json", "keys": "aduan.key"}[name]
        assert place.stat().st_mode & 0o777 == 0o600
        assert not (setup.folder / "aduan.key.new").exists()
