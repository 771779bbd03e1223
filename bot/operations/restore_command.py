"""What `aduan restore` does around the restore itself, and the erasure orders after `aduan migrate`."""

from __future__ import annotations

from collections.abc import Iterable

from bot.config.settings import Database as Settings
from bot.database.cases import Number
from bot.database.key_guard import load_fitting
from bot.operations.erasure_orders import Erase, OrderLog, apply, in_state_folder
from bot.operations.restore import RestoreError
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
    return Number(agency, *year_and_serial(reference))


def apply_orders_again(store: Settings, erase: Erase) -> int:
    """Apply the orders that this database does not have yet; return how many complaints were erased.

    The bot must be stopped. A restored database of an older version gets them after `aduan migrate`.
    """
    codec = load_fitting(store.path, store.keys_path)
    lines = OrderLog(codec, in_state_folder(store.watermark_path)).lines()
    return len(apply(store.path, codec, store.files_path, lines, erase).erased) if lines else 0
