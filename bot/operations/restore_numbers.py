"""`aduan restore` without a backup: after the database of a server was restored by the server's own tools.

The restored state does not know the last complaints, whose numbers are on receipts and cards. The command
asks for the last number of each agency, and does at once what a start does with the file of the highest
numbers (bot/turns/numbering.py): the numbers in between become gaps in the database, where each machine reads
them.
Persons whose erasure was ordered after that state are erased again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from bot.clock.zone import ZONE
from bot.config.settings import Config
from bot.database import gaps
from bot.database.engine import Database
from bot.database.gaps import Gap
from bot.database.opening import open_store
from bot.database.sealing import Codec
from bot.database.serials import Number
from bot.database.stores.choice import store_of
from bot.database.stores.store import Hold
from bot.database.watermark import DamagedError, Watermark, read
from bot.operations.check_numbers import issued_words
from bot.operations.erase import by_order
from bot.operations.restore_command import apply_orders_again, issued_number
from bot.operations.restored import RestoreError
from bot.outbox.operator_notes import Operator
from bot.turns.numbering import Numbering
from conversations.complaints.agency import Agency

NEXT = (
    "Where other machines run this bot, give the same command there: their database.state may know higher "
    "numbers. Then start the bot"
)
# Asks a question with a default answer; None without a terminal.
Ask = Callable[[str, str], str | None]


def continue_numbers(config: Config, issued: Iterable[str], ask: Ask) -> str:
    """Let numbers continue above all that were issued; return what was done.

    `issued` are registration numbers as typed; without any, `ask` asks for that of each agency. Raises
    RestoreError for a file, AlreadyRunningError, and what open_store() raises.
    """
    if config.database.is_file:
        raise RestoreError(
            "name the backup to restore, such as /mnt/backup/aduan/aduan-000007-2026-11-26-020000; nothing "
            "was changed"
        )
    hold = store_of(config.database).hold()
    try:
        lines = asyncio.run(_continued(config, list(issued), ask, hold))
        if erased := apply_orders_again(config.database, by_order(config)):
            lines.append(f"{erased} complaints were erased again, as ordered after this state")
    finally:
        hold.release()
    return ".\n".join([*lines, NEXT])


async def _continued(config: Config, issued: Sequence[str], ask: Ask, hold: Hold) -> list[str]:
    store = store_of(config.database)
    database, codec = await open_store(store, config.database.keys_path, hold.engine)
    try:
        known = await database.read(gaps.issued)
        numbers = list(_named(config, issued) if issued else _asked(config, known, ask))
        await asyncio.to_thread(_raise_file, config, numbers)
        await _numbering(config, database, codec).start()
        now = await database.read(gaps.issued)
    finally:
        await database.close()
    reached = {(number.agency, number.year): number.serial for number in now}
    lines = [f"{issued_words(gap)} issued by the state that is lost" for gap in gaps.missing(known, reached)]
    last = ", ".join(_printed(number) for number in sorted(now)) or "no number: the first one is 1"
    return [*lines, f"{store}: numbers continue above {last}"]


def _named(config: Config, issued: Iterable[str]) -> Iterator[Number]:
    agencies = [agency.id for agency in config.agencies]
    return (issued_number(typed, agencies) for typed in issued)


def _asked(config: Config, known: Iterable[Number], ask: Ask) -> Iterator[Number]:
    """The last number of each agency, as the person at the terminal reads it on a card or receipt."""
    highest = _highest(config, known)
    for agency in config.agencies:
        default = highest.get(agency.id, "")
        answer = ask(_question(agency), default)
        if answer is None:
            raise RestoreError(
                "name the newest registration number of each agency, as on the newest card in its staff "
                "group, with --issued; nothing was changed"
            )
        if answer and answer != default:
            yield issued_number(answer, [agency.id])


def _question(agency: Agency) -> str:
    return f"{agency.short_name}: the newest registration number on a card or receipt"


def _highest(config: Config, known: Iterable[Number]) -> Mapping[str, str]:
    """The highest number of each agency that the database or this machine's file knows, as it is printed."""
    try:
        marked = read(config.database.watermark_path)
    except DamagedError:
        marked = {}
    numbers = [*known, *(Number(agency, year, serial) for (agency, year), serial in marked.items())]
    return {number.agency: _printed(number) for number in sorted(numbers)}


def _printed(number: Number) -> str:
    return Gap(number.agency, number.year, number.serial, number.serial).printed[1]


def _raise_file(config: Config, numbers: Iterable[Number]) -> None:
    watermark = Watermark(config.database.watermark_path)
    watermark.load()
    watermark.raise_to(numbers)


def _numbering(config: Config, database: Database, codec: Codec) -> Numbering:
    operator = Operator(codec, config.operator_chat_id, config.leaders)
    watermark = Watermark(config.database.watermark_path)
    # The bot is stopped: it sends what is stored at its next start.
    return Numbering(database, watermark, operator, lambda _rows: None, lambda: datetime.now(ZONE))
