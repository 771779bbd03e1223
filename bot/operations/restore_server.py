"""`aduan restore BACKUP` into a database of a server.

1. The target is held, and is empty or was begun by an interrupted restore.
2. The backup is restored to a folder next to the keys, as to any empty place, and upgraded to this version
   there: what is checked, which persons are erased again and which numbers are kept is one code.
3. That copy is moved to the server (bot/operations/move.py): until it is complete, no bot starts on it.

The folder is deleted at the end; it needs as much room as the backup.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

from bot.config.sections import Database as Settings
from bot.database.key_guard import load_fitting
from bot.database.order_log import OrderLog, in_state_folder
from bot.database.own_contents import contents_of
from bot.database.sealing import Codec
from bot.database.serials import Number
from bot.database.stores.choice import store_of
from bot.database.stores.store import Hold
from bot.foundation.modes import make_folder
from bot.operations.erasure_orders import Erase, apply
from bot.operations.migrate import migrate
from bot.operations.move import Move
from bot.operations.restore import RESTORING, Progress, Restore
from bot.operations.restored import Restored

# The mark of the target: any restore begins again what another one left.
ORIGIN = "restore"


class ServerRestore:
    """One restore to the database of a server; the options are those of Restore."""

    def __init__(
        self,
        backup: Path,
        store: Settings,
        erase: Erase,
        *,
        issued: Sequence[Number] = (),
        accept_faults: bool = False,
        progress: Progress = lambda _done, _all: None,
    ) -> None:
        self._store, self._erase = store, erase
        self._accept_faults, self._progress = accept_faults, progress
        self._folder = store.path.with_name(f"{store.path.stem}{RESTORING}")
        self._staged = _staged(store, self._folder)
        self._restore = Restore(
            backup,
            self._staged,
            erase,
            issued=issued,
            accept_faults=accept_faults,
            progress=_first_half(progress),
        )

    def run(self) -> Restored:
        """Check, restore, and return what was done. Raises as Restore.run() and Move.run() do."""
        codec = Codec.load(self._store.keys_path, create=False)
        move = self._move(codec)
        move.require_empty()
        hold = store_of(self._store).hold()
        try:
            move.require_empty()
            return self._held(move, codec, hold)
        finally:
            shutil.rmtree(self._folder, ignore_errors=True)
            hold.release()

    def _held(self, move: Move, codec: Codec, hold: Hold) -> Restored:
        # What an interrupted restore left.
        shutil.rmtree(self._folder, ignore_errors=True)
        make_folder(self._staged.path.parent)
        restored = self._restore.run()
        if restored.older:
            restored = self._upgraded(restored, codec)
        first = store_of(self._staged).hold()
        try:
            move.run(hold)
        finally:
            first.release()
        return restored

    def _upgraded(self, restored: Restored, codec: Codec) -> Restored:
        """Upgrade the copy, and erase the persons whom a restore of an older version leaves for later."""
        rows, kept = store_of(self._staged), contents_of(self._staged)
        migrate(rows, self._staged.keys_path, kept)
        load_fitting(rows, self._staged.keys_path)
        lines = OrderLog(codec, in_state_folder(self._store.watermark_path)).lines()
        erased = len(apply(rows, codec, kept, lines, self._erase).erased) if lines else 0
        return restored._replace(older=False, erased=erased)

    def _move(self, codec: Codec) -> Move:
        return Move(
            self._staged,
            self._store,
            codec,
            origin=ORIGIN,
            accept_faults=self._accept_faults,
            verified=True,
            progress=_second_half(self._progress),
        )


def _staged(store: Settings, folder: Path) -> Settings:
    """The settings of the copy: the names are those that lead to the same numbers and orders."""
    place = folder / store.path.absolute().parent.name / store.path.name
    kept = {"keys": str(store.keys_path), "state": str(store.watermark_path.parent), "files": ""}
    return Settings(url=f"sqlite:///{place}", **kept)


def _first_half(progress: Progress) -> Callable[[int, int], None]:
    return lambda done, total: progress(done, 2 * total)


def _second_half(progress: Progress) -> Callable[[int, int], None]:
    return lambda done, total: progress(total + done, 2 * total)
