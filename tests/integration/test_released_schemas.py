"""A store of each released revision is migrated and opens, and the bot goes on; a newer one is refused."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from bot.database import arrivals, cases, members
from bot.database.conversations import load_conversations
from bot.database.engine import Database
from bot.database.quarantine import Damage
from bot.database.schema import HEAD
from bot.database.stores.sqlite import SqliteStore
from bot.database.tables import metadata
from bot.operations.migrate import migrate
from bot.operations.verify import verify
from conversations.conversation import ConversationKey
from tests.commands import aduan
from tests.integration.both_stores import Place
from tests.integration.released_stores import GROUP, OFFICER, REVISIONS, WAITING, WALL, released
from tests.integration.test_killed_commands import configuration
from tests.integration.turn_setup import TurnSetup, pressed, said


@pytest.mark.parametrize("revision", REVISIONS)
async def test_a_store_of_each_revision_opens_and_the_bot_goes_on(place: Place, revision: str) -> None:
    store = released(place, revision)
    said_so = migrate(store.store, store.keys)
    assert (f"from revision {revision} to {HEAD}" in said_so) == (revision != HEAD)
    database, codec = await Database.open(store.store), store.codec
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
    assert verify(store.store, codec).faults == []


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


def _newer(place: Place) -> None:
    released(place, HEAD).change("UPDATE alembic_version SET version_num = '0099'")
    configuration(place.folder, place.settings(place.folder / "aduan.db"))


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_refuses_a_newer_store_with_one_sentence(place: Place, name: str) -> None:
    _newer(place)
    before = _rows(place)
    done = aduan(*COMMANDS[name], folder=place.folder)
    assert done.returncode != 0
    assert done.stderr.endswith(REFUSED.format(head=HEAD))
    assert "Traceback" not in done.stderr
    assert _rows(place) == before


def _rows(place: Place) -> list[object]:
    """What is in the store: of a file all bytes, of a server every row."""
    store = place(place.folder / "aduan.db")
    if isinstance(store, SqliteStore):
        return [store.path.read_bytes()]
    with store.reading() as connection:
        return [connection.execute(select(table)).all() for table in metadata.sorted_tables]


def test_check_names_a_newer_store_and_advises_no_migration(place: Place) -> None:
    _newer(place)
    done = aduan("check", folder=place.folder, ADUAN_TELEGRAM__BASE_URL="http://127.0.0.1:9/bot")
    assert done.returncode == 1
    assert "at revision 0099, which this program does not know" in done.stdout
    assert "aduan migrate" not in done.stdout
