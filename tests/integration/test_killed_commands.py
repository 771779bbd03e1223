"""kill -9 in a backup, a restore and a migration: nothing half counts, and a second try succeeds."""

from __future__ import annotations

import shutil
import signal
from pathlib import Path

import pytest

from bot.config.sections import Database as Settings
from bot.database.backup_names import backups
from bot.database.opening import open_store
from bot.database.order_lines import Order
from bot.database.order_log import NEXT_TO_BACKUPS, OrderLog
from bot.database.schema import HEAD, RegisterMissingError, stored_revision
from bot.database.stores.sqlite import SqliteStore
from bot.operations.backup_examination import require_complete
from bot.operations.verify import verify
from tests.acceptance.kill_points import FUNCTIONS, REVISION
from tests.commands import aduan, clean_environment
from tests.forked import Ends, server
from tests.integration.backup_setup import BackedUp, backed_up
from tests.integration.both_stores import Place, write_configuration
from tests.integration.sealed_store import Store
from tests.integration.test_migration import OldStore, old_store
from tests.unit.transcript import START

pytestmark = pytest.mark.sqlite("a server's: test_move_killed.py, test_backup_server.py")

COPYING = [name for name in FUNCTIONS if name.startswith("copy.")]
RESTORING = [name for name in FUNCTIONS if name.startswith("restore.")]
STEPS = [f"{REVISION}:{number}" for number in range(1, int(HEAD))]


def configuration(folder: Path, store: Settings) -> None:
    """Write config.toml with this store; its state is in the same folder."""
    write_configuration(folder, store.model_copy(update={"state": str(folder / "state")}))


def killed(point: str, *arguments: str, folder: Path) -> int:
    """Run `aduan` so that it is killed at this point; return the exit code."""
    ends = Ends(folder / "output", folder / "output", folder=folder)
    command = (point if ":" in point else f"{point}:1", *arguments)
    return server().start("tests.acceptance.kill_points", command, clean_environment(), ends).wait()


@pytest.fixture
async def there(store: Store, tmp_path: Path) -> BackedUp:
    return await backed_up(store, tmp_path)


@pytest.mark.parametrize("point", COPYING)
async def test_a_backup_that_is_killed_is_none_and_the_next_one_succeeds(
    there: BackedUp, tmp_path: Path, point: str
) -> None:
    configuration(tmp_path, there.settings)
    assert killed(point, "backup", "--to", str(there.folder), folder=tmp_path) == -signal.SIGKILL
    made = backups(there.folder)
    assert len(made) == (point == "copy.renamed")
    for backup in made:
        require_complete(backup.path, there.store.codec)
    done = aduan("backup", "--to", str(there.folder), folder=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert len(backups(there.folder)) == len(made) + 1
    assert not list(there.folder.glob(".*"))


@pytest.mark.parametrize("point", RESTORING)
async def test_a_restore_that_is_killed_can_be_repeated(there: BackedUp, tmp_path: Path, point: str) -> None:
    made, new = there.make(), tmp_path / "new"
    OrderLog(there.store.codec, there.folder / NEXT_TO_BACKUPS).note(
        Order("gone", "DPMD-2026-0009", "Surat 1/2026", START)
    )
    (new / "data").mkdir(parents=True)
    store = Settings(url=f"sqlite:///{new / 'data' / 'aduan.db'}")
    shutil.copy(there.settings.keys_path, store.keys_path)
    configuration(new, store)
    assert killed(point, "restore", str(made.path), folder=new) == -signal.SIGKILL
    if point == "restore.renamed":
        refused = aduan("restore", str(made.path), folder=new)
        assert (refused.returncode, "exists: a backup is restored" in refused.stderr) == (1, True)
    else:
        with pytest.raises(RegisterMissingError):
            await open_store(SqliteStore(store.path), store.keys_path)
        done = aduan("restore", str(made.path), folder=new)
        assert (done.returncode, done.stderr) == (0, "")
    assert verify(SqliteStore(store.path), there.store.codec).faults == []
    assert (store.files_path / there.photo).read_bytes() == there.content(made, there.photo).read_bytes()
    assert not list((new / "data").glob("*.restoring*"))


@pytest.mark.parametrize("point", [*STEPS, "migrate.upgraded"])
def test_a_migration_that_is_killed_changed_nothing_and_can_be_repeated(
    place: Place, tmp_path: Path, point: str
) -> None:
    old: OldStore = old_store(place)
    configuration(tmp_path, place.settings(tmp_path / "aduan.db"))
    assert killed(point, "migrate", folder=tmp_path) == -signal.SIGKILL
    with old.store.reading() as connection:
        assert stored_revision(connection) == "0001"
    done = aduan("migrate", folder=tmp_path)
    assert (done.returncode, f"from revision 0001 to {HEAD}" in done.stdout) == (0, True)
    assert verify(old.store, old.codec).faults == []
