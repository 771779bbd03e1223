"""A lost or old database: no number comes again, and no reply to an old card reaches another's case."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import pytest

from tests.acceptance.bot_setup import LOOK_AGAIN, OPERATOR, SECONDS, Message, Scene, Voice, opened, words
from tests.bot_process import aduan

UNMATCHED = "tidak dapat dicocokkan"
STORE = ("aduan.db", "aduan.db-wal", "aduan.db-shm")


async def _filed(scene: Scene, count: int) -> list[tuple[Voice, str, Message]]:
    """Return so many citizens with their number and card, once the bot has stored all of it."""
    found = []
    for _ in range(count):
        _, voice, reference = await scene.filed()
        found.append((voice, reference, await scene.named(scene.card(reference))))
    async with asyncio.timeout(SECONDS):
        while scene.read("SELECT id FROM outbox"):  # noqa: ASYNC110 - the database is the other process's
            await asyncio.sleep(LOOK_AGAIN)
    return found


def _copied(scene: Scene) -> Path:
    """Return a copy of the database as it is now, outside of the bot's folder."""
    copy = scene.folder.parent / f"{scene.folder.name}-copy.db"
    with (
        closing(sqlite3.connect(scene.folder / "aduan.db")) as source,
        closing(sqlite3.connect(copy)) as target,
    ):
        source.backup(target)
    return copy


def _remove(scene: Scene) -> None:
    for name in STORE:
        (scene.folder / name).unlink(missing_ok=True)


async def _operator(scene: Scene) -> Voice:
    """Return the operator, who has written to the bot before: it may not write first."""
    voice = Voice(scene.simulator.people[OPERATOR])
    await voice.says("/id", "Nomor akun")
    voice.listen()
    return voice


def _references(scene: Scene) -> list[str]:
    return [row[0] for row in scene.read("SELECT reference FROM cases ORDER BY reference")]


def _states(scene: Scene) -> list[object]:
    return [row[0] for row in scene.read("SELECT state FROM cases ORDER BY reference")]


async def _restored(scene: Scene, *, watermark: bool) -> list[tuple[Voice, str, Message]]:
    """File three complaints, and go on with a copy of the database that knows the first alone."""
    first = await _filed(scene, 1)
    copy = _copied(scene)
    lost = await _filed(scene, 2)
    assert await scene.bot.stop() == 0
    _remove(scene)
    shutil.copy(copy, scene.folder / "aduan.db")
    if not watermark:
        shutil.rmtree(scene.folder / "state")
    await scene.bot.restart()
    return [*first, *lost]


async def _replied(scene: Scene, card: Message) -> None:
    """A reply to a card of a lost complaint is answered in words, and nothing else comes of it."""
    before = _states(scene)
    marks = {voice.id: len(voice.chat.log) for voice in map(Voice, scene.simulator.people.values())}
    rina = scene.officer()
    answer = await rina.says("Sudah kami salurkan.", UNMATCHED, reply_to=card)
    assert "/tiket NOMOR" in words(answer)
    await scene.settled()
    assert _states(scene) == before
    after = {voice.id: len(voice.chat.log) for voice in map(Voice, scene.simulator.people.values())}
    assert {person: after[person] for person in marks} == marks


async def test_after_an_old_copy_was_restored_numbers_go_on_above_those_issued(tmp_path: Path) -> None:
    async with opened(tmp_path) as scene:
        operator = await _operator(scene)
        (_, _, known_card), _, (_, _, lost_card) = await _restored(scene, watermark=True)
        told = await operator.hears("Nomor DPMD-2026-0002 sampai DPMD-2026-0003 sudah pernah diberikan")
        assert "/" not in words(told)
        ((_, reference, _),) = await _filed(scene, 1)
        assert reference == "DPMD-2026-0004"
        assert _references(scene) == ["DPMD-2026-0001", "DPMD-2026-0004"]
        assert scene.read("SELECT agency, first, last FROM gaps") == [("dpmd", 2, 3)]
        await _replied(scene, lost_card)
        rina = scene.officer()
        await rina.says(
            "Sudah kami salurkan.", "tulisan ini untuk apa pada DPMD-2026-0001", reply_to=known_card
        )
        operator.listen()
        await scene.bot.stop()
        await scene.bot.restart()
        await scene.settled()
        assert [words(message) for message in operator.heard()] == []
        ((_, reference, _),) = await _filed(scene, 1)
        assert reference == "DPMD-2026-0005"


async def test_a_reply_to_a_lost_card_does_not_reach_the_case_that_bears_its_number_now(
    tmp_path: Path,
) -> None:
    """The state folder was lost as well, so that the number did come again."""
    async with opened(tmp_path) as scene:
        _, (_, lost, lost_card), _ = await _restored(scene, watermark=False)
        ((_, reference, card),) = await _filed(scene, 1)
        assert reference == lost == "DPMD-2026-0002"
        await _replied(scene, lost_card)
        await scene.officer().says("Sudah.", f"tulisan ini untuk apa pada {reference}", reply_to=card)


async def _run(scene: Scene, *arguments: str, answer: str = "") -> subprocess.CompletedProcess[str]:
    command = aduan(*arguments, "--config", str(scene.folder / "config.toml"))
    return await asyncio.to_thread(
        subprocess.run, command, input=answer, capture_output=True, text=True, timeout=30, check=False
    )


def _lying(scene: Scene) -> list[str]:
    """Return the files of the bot's folder; its log is there already."""
    return sorted(str(path) for path in scene.folder.rglob("*") if path.is_file())


async def test_a_vanished_database_stops_the_start_and_a_new_register_goes_on_above_it(
    tmp_path: Path,
) -> None:
    async with opened(tmp_path) as scene:
        operator = await _operator(scene)
        ((_, _, lost_card), _) = await _filed(scene, 2)
        assert await scene.bot.stop() == 0
        _remove(scene)
        lying, keys = _lying(scene), (scene.folder / "aduan.key").read_bytes()
        refused = await _run(scene, "run")
        assert refused.returncode == 1
        assert refused.stderr == (
            f"aduan: {scene.folder}/aduan.db is missing or empty, but its key file is there: restore the "
            "database from your backup, or run `aduan init --new-register` to make an empty register under "
            "the same keys\n"
        )
        assert _lying(scene) == lying
        begun = await _run(scene, "init", "--new-register", answer="y\n")
        assert (begun.returncode, begun.stderr) == (0, "")
        assert "above the highest known number: DPMD-2026-0002" in begun.stdout
        assert (scene.folder / "aduan.key").read_bytes() == keys
        await scene.bot.restart()
        await operator.hears("Nomor DPMD-2026-0001 sampai DPMD-2026-0002 sudah pernah diberikan")
        ((_, reference, _),) = await _filed(scene, 1)
        assert reference == "DPMD-2026-0003"
        await _replied(scene, lost_card)


async def test_a_state_folder_that_cannot_be_written_is_told_and_nobody_is_refused(tmp_path: Path) -> None:
    async with opened(tmp_path) as scene:
        operator = await _operator(scene)
        (scene.folder / "state").write_text("a file in the place of the folder")
        filed = await _filed(scene, 2)
        assert [reference for _, reference, _ in filed] == ["DPMD-2026-0001", "DPMD-2026-0002"]
        await operator.hears("Nomor registrasi tertinggi tidak dapat dicatat")
        await scene.settled()
        assert len(operator.heard()) == 1


@pytest.mark.parametrize("name", ["state", "keys"])
async def test_what_the_first_start_leaves_is_the_owner_s_alone(tmp_path: Path, name: str) -> None:
    async with opened(tmp_path) as scene:
        await _filed(scene, 1)
        place = scene.folder / {"state": f"state/{tmp_path.name}-aduan.json", "keys": "aduan.key"}[name]
        assert place.stat().st_mode & 0o777 == 0o600
        assert not (scene.folder / "aduan.key.new").exists()
