"""One backup with all that belongs to it: into the folder of the settings, or another one; then the old ones.

`python -m bot.operations.backup_command` is what the running bot starts every day, as a process of its own:
no turn waits for it. It reads the settings as one JSON object, and writes the result as one.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from bot import logs
from bot.clock.zone import ZONE
from bot.config.sections import Backup, Database, Log
from bot.operations.backup import Made, make_backup
from bot.operations.backup_folder import BackupBusyError, BackupError, rotated

# The bot is served first.
NICE = 10


def back_up(
    store: Database,
    settings: Backup,
    to: Path | None,
    now: datetime,
    progress: Callable[[int, int], None] = lambda _done, _all: None,
) -> Made:
    """Make a backup; in the folder of the settings, delete old ones after it. Raises as make_backup()."""
    folder = to or (Path(settings.folder) if settings.folder else None)
    if folder is None:
        raise BackupError("name a folder with --to, or as backup.folder in the configuration")
    made = make_backup(store, folder, now, progress)
    if to is None:
        rotated(folder, settings.keep_days)
    return made


def main() -> None:
    """Make the backup that the first line of the input describes; a failure is a result as well."""
    os.nice(NICE)
    wanted = json.loads(sys.stdin.readline())
    logs.configure(Log.model_validate(wanted["log"]))
    store, settings = Database.model_validate(wanted["database"]), Backup.model_validate(wanted["backup"])
    try:
        made = back_up(store, settings, None, datetime.now(ZONE))
        said = {"path": str(made.path), "busy": False, "faults": list(made.faults)}
    except Exception as error:  # noqa: BLE001 - the bot reports it
        ours = isinstance(error, OSError) or type(error).__module__.startswith("bot.")
        reason = str(error) if ours else type(error).__name__
        said = {"path": "", "busy": isinstance(error, BackupBusyError), "faults": [reason]}
    sys.stdout.write(json.dumps(said))


if __name__ == "__main__":
    main()
