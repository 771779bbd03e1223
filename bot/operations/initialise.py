"""`aduan init`: makes keys and database, or an empty register under the keys whose database is lost."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from bot.config.sections import Database as Settings
from bot.database import key_guard
from bot.database.engine import Database
from bot.database.gaps import Gap
from bot.database.opening import open_store
from bot.database.schema import RegisterMissingError
from bot.database.sealing import Codec
from bot.database.stores.choice import store_of
from bot.database.stores.store import Hold, Store
from bot.database.watermark import DamagedError, read


class NotConfirmedError(Exception):
    """The operator did not agree to an empty register."""


async def initialise(settings: Settings, *, new_register: bool, confirm: Callable[[str], bool]) -> str:
    """Make what is missing; return a sentence that says what was done. Existing files stay as they are.

    Raises AlreadyRunningError, KeysMissingError, MigrationNeededError, RegisterMissingError without
    `new_register`, and NotConfirmedError when `confirm` answers no to its question.
    """
    store, keys = store_of(settings), settings.keys_path
    hold = store.hold()
    try:
        complete = keys.exists()
        try:
            database, _ = await open_store(store, keys, hold.engine, by_init=True)
        except RegisterMissingError:
            if not new_register:
                raise
            return await _begin_again(settings, store, hold, confirm)
        await database.close()
    finally:
        hold.release()
    if complete:
        return f"{store} and {keys} are there already; there is nothing to do"
    copied = (
        ", and copy them to the same place on each machine that shall run the bot" if store.shared else ""
    )
    return f"{store} and {keys} are made. Keep a copy of the keys in another place{copied}"


async def _begin_again(settings: Settings, store: Store, hold: Hold, confirm: Callable[[str], bool]) -> str:
    question = (
        f"Make an empty register in {store}? The old complaints stay unreadable without their database. "
        f"{_numbers(settings)}"
    )
    if not confirm(question):
        raise NotConfirmedError("nothing was changed")
    codec = Codec.load(settings.keys_path, create=False)
    database = await Database.open(store, hold.engine)
    await database.write(partial(key_guard.note, codec=codec))
    await database.close()
    return f"{store}: an empty register, under the keys in {settings.keys_path}"


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
