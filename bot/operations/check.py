"""`aduan check`: reports whether complaints can come in and be answered. It changes nothing.

1. This machine: texts, calendar, database, keys, disk, documents and their logos.
2. The messenger: token, groups, the bot's rights in them, leaders, operator.
3. WhatsApp, where it is configured: token, number, account, app, webhook, template.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy.exc import DBAPIError

from bot.clock.calendars import WorkingCalendar
from bot.clock.zone import ZONE
from bot.config.sections import Database as Settings
from bot.config.settings import Config
from bot.database import moving, reopened_topics, schema
from bot.database.chats import MOVED
from bot.database.kept_agencies import ADVICE, orphaned_agencies
from bot.database.key_guard import KeysForeignError, KeysIncompleteError, load_fitting
from bot.database.opening import NotInitialisedError, keys_in_use, pending
from bot.database.pages import RESTORE
from bot.database.quarantine import KEPT_SECONDS
from bot.database.reopened_topics import Place
from bot.database.sealing import Codec, KeysDamagedError, KeysMissingError
from bot.database.stores.choice import store_of
from bot.database.stores.server_errors import server_meaning
from bot.database.stores.store import Store
from bot.database.unread_cases import ADVICE as UNREAD_ADVICE
from bot.database.unread_cases import unread_cases
from bot.health.cut_off import watched
from bot.operations.check_backup import examine_backup
from bot.operations.check_certificate import examine_certificate
from bot.operations.check_clock import examine_kept_time
from bot.operations.check_documents import examine_documents
from bot.operations.check_findings import Finding, note, ok, problem
from bot.operations.check_listening import examine_listening
from bot.operations.check_modes import examine_modes
from bot.operations.check_numbers import examine_gaps, examine_watermark
from bot.operations.check_orders import examine_orders
from bot.operations.check_postgres import examine_server
from bot.operations.check_telegram import examine_telegram
from bot.operations.check_unread import examine_unread
from bot.operations.check_web import examine_web
from bot.operations.check_whatsapp import examine_whatsapp
from bot.wording.rendering import Renderer

if TYPE_CHECKING:
    from bot.database.stores.postgres import PostgresStore

GIGABYTE = 1 << 30
LITTLE_SPACE = 2 * GIGABYTE
NO_SPACE = GIGABYTE // 5
# What a disk of this machine is needed for, by whether the database is a file on it.
FULL_DISK = {
    True: "while the disk is full the bot waits and stores nothing",
    False: "while the disk is full no document can be made",
}
NEEDS_DISK = {
    True: "photos and videos of citizens are kept there",
    False: "documents are made there, and the number of each complaint is kept",
}
LISTED = 5
DAY_SECONDS = 86_400
REACH = "Start the server, or correct database.url; the bot waits for it."


async def examine(config: Config, today: date, file: Path | None = None) -> Sequence[Finding]:
    """All findings, this machine's first; `file` is the configuration."""
    here = [*examine_texts(Renderer()), *examine_calendar(today), *examine_storage(config)]
    here += [*examine_modes(config, file), *examine_web(config.web)]
    here += await examine_listening(config)
    if watched(config) and not config.practice:
        here += await examine_certificate(config.web.public_url)
    here += await examine_documents(config.agencies)
    store = store_of(config.database)
    moved = moved_groups(store, _codec(config.database.keys_path))
    here += await examine_telegram(config, moved, created_topics(store))
    return [*here, *await examine_whatsapp(config)]


def examine_texts(renderer: Renderer) -> Iterator[Finding]:
    """Whether every message and button has its words in every language."""
    missing = renderer.missing()
    if missing:
        more = f" and {len(missing) - LISTED} more" if len(missing) > LISTED else ""
        yield problem(
            f"texts are missing: {', '.join(missing[:LISTED])}{more}",
            "Put the missing blocks back into templates/, or install this version again.",
        )
    else:
        yield ok("every message and button has its words in every language")


def examine_calendar(today: date) -> Iterator[Finding]:
    """Whether due dates of this and the next year can be counted."""
    calendar = WorkingCalendar()
    for year in (today.year, today.year + 1):
        if calendar.missing_joint_leave(year):
            yield note(
                f"no joint leave (cuti bersama) is known for {year}: due dates may come too early",
                "When it is decreed, update the holidays package or list the days in closed_dates.",
            )
        elif estimated := calendar.estimated_dates(year):
            days = ", ".join(day.isoformat() for day in estimated)
            yield note(
                f"holidays of {year} that are still estimated: {days}",
                "Compare them with the decree (SKB 3 Menteri) and list other days in closed_dates.",
            )
        else:
            yield ok(f"holidays and joint leave of {year} are known")


def examine_storage(config: Config) -> Iterator[Finding]:
    """The database, its keys, its numbers and the room on the disk."""
    store, keys = store_of(config.database), config.database.keys_path
    if not config.database.is_file:
        yield from examine_server(cast("PostgresStore", store))
    yield _database(store, keys)
    yield from _keys(store, keys_in_use(keys))
    yield from examine_watermark(config.database.watermark_path)
    yield from examine_backup(config, datetime.now(ZONE))
    yield _space(config.database)
    if _is_there(store):
        yield from _contents(config, store)


def _contents(config: Config, store: Store) -> Iterator[Finding]:
    """The rows of the store that need the operator."""
    yield from examine_gaps(partial(_read, store))
    yield from examine_kept_time(partial(_read, store))
    yield from examine_unread(partial(_read, store), config.groups)
    try:
        codec = _codec(keys_in_use(config.database.keys_path))
        if codec:
            yield from examine_orders(config, store, codec)
        missing = orphaned_agencies(partial(_read, store), codec, config.agencies)
        unread = unread_cases(partial(_read, store), codec, config.rules) if codec else []
        aside = _read(store, "SELECT count(*) FROM quarantine WHERE stage NOT IN ('notice', 'asked')")[0][0]
    except DBAPIError:
        return  # reported above
    for agency in missing:
        yield problem(str(agency), ADVICE)
    if unread:
        yield problem(f"no one can read these open complaints: {', '.join(unread)}", UNREAD_ADVICE)
    if aside:
        kept = f"They are deleted after {KEPT_SECONDS / DAY_SECONDS:.0f} days."
        advice = (
            f"`aduan quarantine` lists them, and the log says where each failed (set_aside, damaged). {kept}"
        )
        yield note(f"{aside} updates or rows could not be handled and are set aside", advice)


def _codec(path: Path) -> Codec | None:
    try:
        return Codec.load(path, create=False)
    except (OSError, KeysMissingError, KeysDamagedError):
        return None


def _database(store: Store, keys: Path) -> Finding:
    try:
        revision = None if store.is_blank() else _revision(store)
    except DBAPIError as error:
        return _unreadable(store, error)
    if revision is None:
        return _no_database(store, keys)
    try:
        schema.require_known(revision)
    except schema.SchemaNewerError as error:
        return problem(f"{store}: {error}", "Or restore the newest backup that this version has made.")
    if damaged := store.damage():
        return problem(f"{store}: the database is damaged ({'; '.join(damaged)})", f"{RESTORE}.")
    if revision == schema.HEAD:
        return ok(f"{store}: the tables are those of this version")
    return problem(f"{store}: the tables are of another version", "Make a backup, then run `aduan migrate`.")


def _unreadable(store: Store, error: DBAPIError) -> Finding:
    if said := server_meaning(error):
        return problem(f"{store}: {said}", REACH)
    return problem(f"{store}: cannot be read ({error.orig})", f"{RESTORE}.")


def _revision(store: Store) -> str | None:
    """The revision of the tables, empty for tables without one; None without tables."""
    with store.reading() as connection:
        return None if schema.is_empty(connection) else schema.stored_revision(connection) or ""


def _no_database(store: Store, keys: Path) -> Finding:
    if keys.exists():
        return problem(
            f"{store} {store.empty}, but its key file {keys} is there",
            f"{_sentence(store.comes_back)}, or run `aduan init --new-register` to make an empty register "
            "under the same keys.",
        )
    if pending(keys).exists():
        return note(
            f"{store}: the first start was interrupted", "Start the bot: it completes the first start."
        )
    if store.shared:
        what, _, advice = str(NotInitialisedError(store, keys)).partition(": ")
        return problem(what, f"{_sentence(advice)}.")
    return ok(f"{store}: not there yet; {store.made_by} makes it")


def _keys(store: Store, keys: Path) -> Iterator[Finding]:
    if not keys.exists():
        if _is_there(store):
            yield problem(
                f"{keys}: missing; without it no one can read the complaints",
                "Put the copy of the key file back, or set database.keys to its path.",
            )
        return
    try:
        load_fitting(store, keys)
    except (OSError, DBAPIError) as error:
        if server_meaning(error):
            return  # reported with the database
        yield problem(
            f"{keys}: cannot be compared with the database ({error})", "Let the bot's user read both."
        )
    except moving.MoveUnfinishedError as error:
        what, _, advice = str(error).partition(". ")
        yield problem(what, f"{advice}. Until then the bot does not start.")
    except KeysDamagedError:
        yield problem(f"{keys}: damaged or no key file", "Put the copy from your backup in its place.")
    except (KeysForeignError, KeysIncompleteError) as error:
        what, _, advice = str(error).partition("; ")
        yield problem(what, f"{_sentence(advice)}. Until then the bot does not start.")
    else:
        yield ok(f"{keys}: the keys can be read. Keep a copy in another place")


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]


def _space(settings: Settings) -> Finding:
    folder = next(folder for folder in settings.path.absolute().parents if folder.exists())
    free = shutil.disk_usage(folder).free
    room = f"{free / GIGABYTE:.1f} GB are free in {folder}"
    if free < NO_SPACE:
        return problem(room, f"Free some space: {FULL_DISK[settings.is_file]}.")
    if free < LITTLE_SPACE:
        return note(room, f"Free some space soon: {NEEDS_DISK[settings.is_file]}.")
    return ok(room)


def moved_groups(store: Store, codec: Codec | None) -> dict[int, int]:
    """The groups that moved to another id, old -> new; none without the keys that prove it."""
    if codec is None or not _is_there(store):
        return {}
    try:
        found = _read(store, "SELECT chat, migrated_to, proof FROM chats WHERE migrated_to IS NOT NULL")
    except DBAPIError:
        return {}
    return {int(old): int(new) for old, new, proof in found if codec.proves(proof, MOVED, old, new)}


def created_topics(store: Store) -> dict[Place, int]:
    """The topics that the bot has created again, by group and earlier id."""
    if not _is_there(store):
        return {}
    try:
        return reopened_topics.read(_read(store, reopened_topics.QUERY))
    except DBAPIError:
        return {}


def _is_there(store: Store) -> bool:
    try:
        return store.exists()
    except DBAPIError:
        return False  # reported with the database


def _read(store: Store, query: str) -> list[Any]:
    with store.reading() as connection:
        return list(connection.exec_driver_sql(query).all())
