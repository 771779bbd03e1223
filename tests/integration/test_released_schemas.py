"""A store of each released revision is migrated and opens, and the bot goes on; a newer one is refused."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.config.settings import Database as Settings
from bot.database import arrivals, cases, members
from bot.database.conversations import load_conversations
from bot.database.engine import Database
from bot.database.quarantine import Damage
from bot.database.schema import HEAD
from bot.database.stores.sqlite import SqliteStore
from bot.operations.migrate import migrate
from bot.operations.verify import verify
from conversations.conversation import ConversationKey
from tests.commands import aduan
from tests.integration.released_stores import GROUP, OFFICER, REVISIONS, WAITING, WALL, released
from tests.integration.test_killed_commands import configuration
from tests.integration.turn_setup import TurnSetup, pressed, said


@pytest.mark.parametrize("revision", REVISIONS)
async def test_a_store_of_each_revision_opens_and_the_bot_goes_on(tmp_path: Path, revision: str) -> None:
    store = released(tmp_path, revision)
    said_so = migrate(SqliteStore(store.path), store.keys)
    assert (f"from revision {revision} to {HEAD}" in said_so) == (revision != HEAD)
    database, codec = await Database.open(SqliteStore(store.path)), store.codec
    damage, key = Damage(), ConversationKey(7, 7)
    talks = await database.write(lambda c: load_conversations(c, codec, {key}, damage))
    assert (talks[key].name, talks[key].draft is not None) == ("Siti", True)
    found = await database.write(lambda c: cases.load_cases(c, codec, list("abcde"), damage=damage))
    assert sorted(found) == list("abcde")
    assert await database.write(lambda c: arrivals.offset(c, "telegram", WALL, damage)) == 501
    assert await database.write(lambda c: arrivals.taken(c, "telegram", [499, 500, 501])) == {500}
    if revision >= "0002":
        known = await database.write(lambda c: members.load_members(c, codec, [OFFICER], WALL, damage))
        assert known[GROUP, OFFICER].present
        (waiting,) = await database.write(lambda c: members.load_waiting(c, codec, damage))
        assert waiting.raw == WAITING
    assert damage.faults == {}
    setup = TurnSetup(database, codec)
    await setup.take(said(600, "file new", person=8))
    await setup.take(pressed(601, "a"))
    filed = await setup.rows("SELECT serial FROM cases WHERE id = 'new'")
    # A gap of then still holds its numbers.
    assert filed == [(9 if revision >= "0002" else 6,)]
    await database.close()
    assert verify(SqliteStore(store.path), codec).faults == []


COMMANDS = {
    "run": ("run",),
    "init": ("init",),
    "migrate": ("migrate",),
    "verify": ("verify",),
    "export": ("export",),
    "archive": ("archive", "DPMD-2026-0001"),
    "reindex": ("reindex",),
    "backup": ("backup", "--to", "backups"),
    "report": ("report", "dpmd", "--output", "r.pdf"),
    "erase": ("erase", "DPMD-2026-0001", "--order", "Surat 1/2026", "--yes"),
}
REFUSED = (
    "aduan: the database is at revision 0099, which this program does not know ({head} is its newest): "
    "install the version of Aduan that was used last; nothing was changed\n"
)


def _newer(folder: Path) -> Path:
    store = released(folder, HEAD)
    with closing(sqlite3.connect(store.path)) as writing:
        writing.execute("UPDATE alembic_version SET version_num = '0099'")
        writing.execute("CREATE TABLE of_a_later_version (a)")
        writing.commit()
    configuration(folder, Settings(url=f"sqlite:///{store.path}"))
    return store.path


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_refuses_a_newer_store_with_one_sentence(tmp_path: Path, name: str) -> None:
    path = _newer(tmp_path)
    before = path.read_bytes()
    done = aduan(*COMMANDS[name], folder=tmp_path)
    assert done.returncode != 0
    assert done.stderr.endswith(REFUSED.format(head=HEAD))
    assert "Traceback" not in done.stderr
    assert path.read_bytes() == before


def test_check_names_a_newer_store_and_advises_no_migration(tmp_path: Path) -> None:
    _newer(tmp_path)
    done = aduan("check", folder=tmp_path, ADUAN_TELEGRAM__BASE_URL="http://127.0.0.1:9/bot")
    assert done.returncode == 1
    assert "at revision 0099, which this program does not know" in done.stdout
    assert "aduan migrate" not in done.stdout
