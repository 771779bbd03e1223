"""`aduan init`: makes keys and database, or an empty register under the keys whose database is lost."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from bot.config.settings import Database as Settings
from bot.database import key_guard
from bot.database.engine import Database
from bot.database.gaps import Gap
from bot.database.lock import Lock
from bot.database.opening import open_store
from bot.database.schema import RegisterMissingError
from bot.database.sealing import Codec
from bot.database.watermark import DamagedError, read


class NotConfirmedError(Exception):
    """The operator did not agree to an empty register."""


async def initialise(settings: Settings, *, new_register: bool, confirm: Callable[[str], bool]) -> str:
    """Make what is missing; return a sentence that says what was done. Existing files stay as they are.

    Raises AlreadyRunningError, KeysMissingError, MigrationNeededError, RegisterMissingError without
    `new_register`, and NotConfirmedError when `confirm` answers no to its question.
    """
    path, keys = settings.path, settings.keys_path
    lock = Lock(path)
    try:
        complete = keys.exists()
        try:
            database, _ = await open_store(path, keys)
        except RegisterMissingError:
            if not new_register:
                raise
            return await _begin_again(settings, confirm)
        await database.close()
    finally:
        lock.release()
    if complete:
        return f"{path} and {keys} are there already; there is nothing to do"
    return f"{path} and {keys} are made. Keep a copy of the keys in another place"


async def _begin_again(settings: Settings, confirm: Callable[[str], bool]) -> str:
    path = settings.path
    question = (
        f"Make an empty register in {path}? The old complaints stay unreadable without their database. "
        f"{_numbers(settings)}"
    )
    if not confirm(question):
        raise NotConfirmedError("nothing was changed")
    codec = Codec.load(settings.keys_path, create=False)
    database = await Database.open(path)
    await database.write(partial(key_guard.note, codec=codec))
    await database.close()
    return f"{path}: an empty register, under the keys in {settings.keys_path}"


def _numbers(settings: Settings) -> str:
    """From which numbers the new register continues, according to the watermark."""
    place = settings.watermark_path
    try:
        highest = sorted(read(place).items())
    except DamagedError:
        highest = []
    if not highest:
        return f"No number is known in {place}, so numbers begin at 1 and may repeat old ones."
    known = ", ".join(Gap(agency, year, 1, serial).printed[1] for (agency, year), serial in highest)
    return f"Numbers continue above the highest known number: {known}."
