"""A running bot that waits for its first update does without the libraries that only some work needs."""

import asyncio
import gc
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from bot.commands.shared import collector_off
from bot.database.opening import open_store
from bot.database.stores.sqlite import SqliteStore

ROOT = Path(__file__).parents[2]

# Each takes memory and time of every start: they are imported when they are first used.
LATER = (
    "alembic",
    "holidays",
    "matplotlib",
    "segno",
    "sqlalchemy.orm",
    "telegram.ext",
    "typst",
    "xlsxwriter",
)
START = """
import asyncio, sys
from datetime import date
from pathlib import Path
import bot.cli, bot.logs
from bot.app import run
from bot.config.settings import load
from bot.database.opening import open_store
from bot.database.stores.sqlite import SqliteStore
from bot.opening import warm
from bot.wording.rendering import Renderer

async def start(folder):
    database, _ = await open_store(SqliteStore(folder / "aduan.db"), folder / "aduan.key")
    await database.read(lambda connection: connection.exec_driver_sql("SELECT 1").all())
    await database.close()

words = Renderer()
words.word_lists()
asyncio.run(start(Path(sys.argv[1])))
warm(words, load(Path("config.example.toml"), token=False).rules, date(2026, 11, 26))
print(*sys.modules)
"""


def _output(command: list[str]) -> set[str]:
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    return set(done.stdout.split())


async def test_no_library_that_only_some_work_needs_is_imported_at_the_start(tmp_path: Path) -> None:
    database, _ = await open_store(SqliteStore(tmp_path / "aduan.db"), tmp_path / "aduan.key")
    await database.close()
    command = [sys.executable, "-c", START, str(tmp_path)]
    imported = await asyncio.to_thread(_output, command)
    assert imported >= {"bot.app", "conversations.engine", "telegram", "sqlalchemy"}
    assert sorted(imported.intersection(LATER)) == []


def test_the_collector_is_off_only_while_the_bot_is_imported() -> None:
    with suppress(KeyboardInterrupt), collector_off():
        assert not gc.isenabled()
        raise KeyboardInterrupt
    assert gc.isenabled()
