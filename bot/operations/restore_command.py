"""What `aduan restore` does around the restore itself, and the erasure orders after `aduan migrate`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from bot.config.sections import Database as Settings
from bot.config.settings import Config
from bot.database.key_guard import load_fitting
from bot.database.order_log import OrderLog, in_state_folder
from bot.database.own_contents import contents_of
from bot.database.serials import Number
from bot.database.stores.choice import store_of
from bot.database.watermark import LARGEST_SERIAL
from bot.operations.erase import by_order
from bot.operations.erasure_orders import Erase, apply
from bot.operations.restore import Restore
from bot.operations.restore_server import ServerRestore
from bot.operations.restored import Restored, RestoreError
from conversations.complaints.references import split_reference, year_and_serial


def issued_number(typed: str, agencies: Iterable[str]) -> Number:
    """A registration number as a person types it, of one of these agencies (ids). Raises RestoreError."""
    reference, _ = split_reference(typed)
    prefixes = {agency.replace("_", "").upper(): agency for agency in agencies}
    agency = prefixes.get(reference.partition("-")[0])
    if agency is None:
        raise RestoreError(
            f"--issued: found {typed!r}, expected a registration number as DPMD-2026-0042, of an agency of "
            "the configuration"
        )
    number = Number(agency, *year_and_serial(reference))
    if number.serial > LARGEST_SERIAL:
        raise RestoreError(f"--issued: {typed!r} is above every number that can be kept ({LARGEST_SERIAL})")
    return number


def restore(
    backup: Path,
    config: Config,
    issued: Iterable[str],
    progress: Callable[[int, int], None],
    *,
    accept_faults: bool,
) -> Restored:
    """Restore a backup to the place of the configuration. Raises as Restore.run() or ServerRestore.run()."""
    agencies = [agency.id for agency in config.agencies]
    numbers = [issued_number(typed, agencies) for typed in issued]
    kind = Restore if config.database.is_file else ServerRestore
    return kind(
        backup,
        config.database,
        by_order(config),
        issued=numbers,
        accept_faults=accept_faults,
        progress=progress,
    ).run()


def erased_again(config: Config) -> str:
    """Apply the erasure orders that this database does not have yet; a line that says so, or an empty text.

    The bot must be stopped. A restored database of an older version gets them by `aduan migrate`.
    """
    store = config.database
    if not (store_of(store).exists() and store.keys_path.exists()):
        return ""
    hold = store_of(store).hold()
    try:
        erased = apply_orders_again(store, by_order(config))
    finally:
        hold.release()
    return f"{erased} complaints were erased again, as ordered after the backup\n" if erased else ""


def apply_orders_again(store: Settings, erase: Erase) -> int:
    """Apply the orders that this database does not have yet; return how many complaints were erased.

    The bot must be stopped. A restored database of an older version gets them after `aduan migrate`.
    """
    rows = store_of(store)
    codec = load_fitting(rows, store.keys_path)
    lines = OrderLog(codec, in_state_folder(store.watermark_path), store=rows).complete()
    if not lines:
        return 0
    return len(apply(rows, codec, contents_of(store), lines, erase).erased)
