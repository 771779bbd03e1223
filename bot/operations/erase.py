"""`aduan erase NUMBER --order TEXT`: removes the person from one complaint, on the order of the agency.

It first tells what would go, and changes nothing without a confirmation. A running bot carries out the
erasure itself, because it has messages in memory: the command stores a request and waits. A stopped bot's
store is erased by the command. Interrupted at any place, the next start of the bot continues, and so does the
same command.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection

from bot.clock.zone import ZONE
from bot.config.sections import Backup
from bot.config.sections import Database as Settings
from bot.config.settings import Config
from bot.database import erasure, erasure_requests, erasure_survey, erasure_traces, schema
from bot.database.engine import Database
from bot.database.erasure import EraseError, Moment
from bot.database.erasure_requests import Erasing
from bot.database.erasure_survey import Survey
from bot.database.erasure_traces import Subject
from bot.database.key_guard import load_fitting
from bot.database.opening import open_store
from bot.database.order_lines import Order as NotedOrder
from bot.database.order_log import OrderLog, files_of
from bot.database.own_contents import contents_of
from bot.database.sealing import Codec
from bot.database.stores.choice import store_of
from bot.database.stores.store import AlreadyRunningError, Hold
from bot.operations.erasure_orders import Erase
from bot.sources.erasures import Erasures
from bot.turns.providers import calendars
from conversations.complaints.case import Case
from conversations.complaints.references import split_reference
from conversations.complaints.terms import Terms

# How long the command waits for the running bot.
WAIT_SECONDS, LOOK_SECONDS = 120.0, 0.2
__all__ = ["Done", "EraseError", "Order", "by_order", "erase", "noting"]


class Order(NamedTuple):
    """What is ordered: the number as typed, and the words that name the order."""

    number: str
    text: str


class Done(NamedTuple):
    """The result in a sentence, and whether the person is gone now."""

    sentence: str
    erased: bool


def erase(
    order: Order,
    config: Config,
    confirm: Callable[[str], bool],
    say: Callable[[str], None],
) -> Done:
    """Tell what would be erased, ask, and erase it.

    Raises EraseError, KeysMissingError, OrdersDamagedError, OrderReferenceError, OSError, and
    MigrationNeededError when the tables are those of another version.
    """
    reference = _checked(order, config)
    surveyed, pending = _survey(config, reference)
    case = surveyed.case
    if case.erased and not pending:
        return Done(already(case), erased=True)
    if not case.erased:
        erasure.require_ended(case)
        say(described(surveyed))
        if not confirm(f"Erase the person from {reference} for good?"):
            return Done("Nothing was changed. To erase: the same command with --yes", erased=False)
        noting(config.database, config.backup)(case, order.text)
    wanted = pending or Erasing(case.id, reference, case.filed_by, order.text)
    older = asyncio.run(_carry_out(config, wanted))
    return Done(_told(reference, older), erased=True)


def _told(reference: str, older: int) -> str:
    said = f"{reference}: the person is erased; the line of the register is left."
    if older:
        said += (
            f" {older} messages to officers are older than 48 hours: the bot cannot delete them, and has "
            "asked in their chats to do so."
        )
    return said


def _checked(order: Order, config: Config) -> str:
    """The registration number."""
    reference, _ = split_reference(order.number)
    if not reference:
        raise EraseError(f"found {order.number!r}, expected a registration number as DPMD-2026-0042")
    if not order.text.strip():
        raise EraseError("--order: name the order, for example --order 'Keputusan Kepala Dinas 12/2027'")
    if not (store := store_of(config.database)).exists():
        raise EraseError(store.not_there)
    return reference


def noting(database: Settings, backup: Backup) -> Callable[[Case, str], None]:
    """What notes an order in every copy of the log, before it is carried out: restored copies need it."""

    def note(case: Case, text: str) -> None:
        store = store_of(database)
        codec = load_fitting(store, database.keys_path)
        noted = NotedOrder(case.id, case.reference, text.strip(), datetime.now(ZONE))
        OrderLog(codec, *files_of(database, backup), store=store).note(noted)

    return note


def by_order(config: Config) -> Erase:
    """What erases a complaint of a restored copy by an order of the log."""
    terms = Terms(config.rules, calendars(config.rules))

    def erase_again(connection: Connection, codec: Codec, order: NotedOrder) -> Iterable[str]:
        wanted = Erasing(order.case, order.number, 0, order.reference)
        moment = Moment(datetime.now(ZONE), time.time())
        return erasure.erase_restored(connection, codec, terms, wanted, moment)

    return erase_again


def _survey(config: Config, reference: str) -> tuple[Survey, Erasing | None]:
    """What would be erased, and the erasure of this case that is not finished."""
    store = store_of(config.database)
    codec = load_fitting(store, config.database.keys_path)
    with store.reading() as connection:
        schema.require(connection)
        case = erasure.find_case(connection, codec, reference)
        subject = Subject(case.id, case.reference, case.filed_by)
        traces = erasure_traces.find(connection, codec, subject)
        waiting = {one.case: one for one in erasure_requests.waiting(connection, codec)}
        return erasure_survey.survey(connection, codec, case, traces), waiting.get(case.id)


def already(case: Case) -> str:
    """That the case was erased before, when and why."""
    if case.erased is None:
        return ""
    day = case.erased.at.astimezone(ZONE).date()
    return f"{case.reference}: erased already on {day} by order: {case.erased.order}"


def described(surveyed: Survey) -> str:
    """What would be erased, in numbers; no text and no name."""
    case, traces = surveyed.case, surveyed.traces
    lines = [
        f"{case.reference} ({case.agency}, {case.status.value}, received {case.received_at.date()})",
        f"  texts: {surveyed.texts} (the complaint, what completed it, {len(case.thread)} contributions)",
        f"  files: {surveyed.files} ({surveyed.bytes} bytes)",
        f"  history: {surveyed.history} texts; {case.history_count} entries stay, without words and account",
        f"  index of words: {surveyed.words} rows",
        f"  conversations to be cleaned: {len(traces.talks)}",
        f"  messages waiting to be sent: {len(traces.outbox)}",
        f"  keys of sent messages: {len(traces.messages)}",
        f"  quarantined updates: {len(traces.quarantine)}; waiting for a check: {len(traces.waiting)}",
    ]
    if surveyed.shared:
        lines.append(f"  {surveyed.shared} files stay, because a linked complaint has them too")
    if surveyed.links:
        named = ", ".join(surveyed.links)
        lines.append(f"  linked complaints, which are NOT erased by this command: {named}")
    lines.append("  left: number, agency, service, days, status, the steps with the officers' names")
    return "\n".join(lines)


async def _carry_out(config: Config, wanted: Erasing) -> int:
    """Erase here, or let the running bot do it; the number of messages that cannot be deleted."""
    try:
        hold = store_of(config.database).hold()
    except AlreadyRunningError:
        await asyncio.to_thread(_request, config, wanted)
        await asyncio.to_thread(_wait, config, wanted)
        return 0
    try:
        return await _erase_here(config, wanted, hold)
    finally:
        hold.release()


async def _erase_here(config: Config, wanted: Erasing, hold: Hold) -> int:
    keys = config.database.keys_path
    database, codec = await open_store(store_of(config.database), keys, hold.engine)
    try:
        await database.write(lambda connection: erasure_requests.keep(connection, codec, wanted))
        done = await _erasures(config, database, codec).carry_out(wanted)
        return done.older
    finally:
        await database.close()


def _erasures(config: Config, database: Database, codec: Codec) -> Erasures:
    terms = Terms(config.rules, calendars(config.rules))
    return Erasures(database, codec, terms, contents_of(config.database), lambda: datetime.now(ZONE))


def _request(config: Config, wanted: Erasing) -> None:
    store = store_of(config.database)
    codec, engine = load_fitting(store, config.database.keys_path), store.writing_engine()
    try:
        with engine.connect() as connection, connection.begin():
            erasure_requests.keep(connection, codec, wanted)
    finally:
        engine.dispose()


def _wait(config: Config, wanted: Erasing) -> None:
    """Wait until the running bot has finished. Raises EraseError when it does not, or may not."""
    end = time.monotonic() + WAIT_SECONDS
    while True:
        surveyed, pending = _survey(config, wanted.reference)
        if pending is None:
            if surveyed.case.erased is None:
                erasure.require_ended(surveyed.case)
                raise EraseError(f"{wanted.reference} was not erased; the log of the bot says why")
            return
        if time.monotonic() > end:
            raise EraseError(
                f"the running bot has not erased {wanted.reference} within {WAIT_SECONDS:.0f} s; the request "
                "stays stored, and the same command says how it ended"
            )
        time.sleep(LOOK_SECONDS)
