"""The configured retention: which complaints ended so long ago that their persons are erased; their orders.

`aduan retention` lists them and changes nothing. `python -m bot.operations.retention` is what the running bot
starts every hour, as a process of its own: it notes an order for each of a few complaints and stores the
requests, which the bot carries out (bot/sources/erasures.py). It reads the settings as one JSON object.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, select

from bot import logs
from bot.clock.zone import ZONE
from bot.config.sections import Backup, Database, Log, Retention
from bot.database import erasure_requests, schema
from bot.database.cases import load_cases
from bot.database.conversations import moment
from bot.database.erasure_requests import Erasing
from bot.database.key_guard import load_fitting
from bot.database.quarantine import Damage
from bot.database.sealing import Codec
from bot.database.stores.choice import store_of
from bot.database.tables import cases
from bot.operations.erase import EraseError, noting
from conversations.complaints.case import Case
from conversations.complaints.erasing import ENDED

# How many complaints one run requests: each costs a look at every row of the store.
MOST = 20
PORTION = 200
NICE = 10
# Received before, ended, and with a person: an erased complaint has no access code.
_CANDIDATES = (
    select(cases.c.id)
    .where(
        cases.c.status.in_(tuple(sorted(status.value for status in ENDED))),
        cases.c.received_at < bindparam("before"),
        cases.c.access_hash != "",
    )
    .order_by(cases.c.received_at)
)


class Settings(NamedTuple):
    """What the retention needs of the configuration."""

    database: Database
    backup: Backup
    retention: Retention


def order_of(retention: Retention) -> str:
    """The words of the order: the setting."""
    return f"retensi: {retention.closed_years} tahun sejak selesai"


def years_before(now: datetime, years: int) -> datetime:
    """The same day N years earlier; of 29 February the day before."""
    try:
        return now.replace(year=now.year - years)
    except ValueError:
        return now.replace(year=now.year - years, day=28)


def ended_at(case: Case) -> datetime:
    """When the case ended: its last step, or when its follow-up was carried out; else its receipt."""
    step = case.timeline[-1].at if case.timeline else None
    done = case.plan.done_at if case.plan else None
    return max(filter(None, (step, done)), default=case.received_at)


def expired(connection: Connection, codec: Codec, retention: Retention, now: datetime) -> Iterator[Case]:
    """The complaints whose persons are to be erased, the oldest first; none without a retention.

    A complaint with an open follow-up plan is still worked on. One that does not open is left out.
    """
    if not retention.closed_years:
        return
    before = years_before(now, retention.closed_years)
    names = list(connection.execute(_CANDIDATES, {"before": moment(before)}).scalars())
    for start in range(0, len(names), PORTION):
        found = load_cases(connection, codec, names[start : start + PORTION], damage=Damage())
        listed = sorted(found.values(), key=lambda case: (case.received_at, case.reference))
        yield from (case for case in listed if ended_at(case) < before and not _is_worked_on(case))


def _is_worked_on(case: Case) -> bool:
    return case.erased is not None or bool(case.plan and case.plan.is_open)


def listed(settings: Settings, now: datetime) -> list[str]:
    """A line for each complaint that the retention erases now. Raises EraseError without a database."""
    store = store_of(settings.database)
    if not store.exists():
        raise EraseError(store.not_there)
    codec = load_fitting(store, settings.database.keys_path)
    with store.reading() as connection:
        schema.require(connection)
        due = list(expired(connection, codec, settings.retention, now))
    return [f"{case.reference}: {case.status.value} since {ended_at(case).date()}" for case in due]


def request(settings: Settings, now: datetime, most: int = MOST) -> int:
    """Order the erasure of some complaints; return how many."""
    store = store_of(settings.database)
    codec, engine = load_fitting(store, settings.database.keys_path), store.writing_engine()
    note, text = noting(settings.database, settings.backup), order_of(settings.retention)
    try:
        with engine.connect() as connection, connection.begin():
            schema.require(connection)
            waiting = {one.case for one in erasure_requests.waiting(connection, codec)}
            due = [case for case in _some(connection, codec, settings, now, most) if case.id not in waiting]
        for case in due:
            note(case, text)
            with engine.connect() as connection, connection.begin():
                wanted = Erasing(case.id, case.reference, case.filed_by, text, retention=True)
                erasure_requests.keep(connection, codec, wanted)
    finally:
        engine.dispose()
    return len(due)


def _some(
    connection: Connection, codec: Codec, settings: Settings, now: datetime, most: int
) -> Iterator[Case]:
    for number, case in enumerate(expired(connection, codec, settings.retention, now)):
        if number >= most:
            return
        yield case


def main() -> None:
    """Request what the first line of the input describes; print how many were requested, or why not."""
    os.nice(NICE)
    given = json.loads(sys.stdin.readline())
    logs.configure(Log.model_validate(given["log"]))
    settings = Settings(
        Database.model_validate(given["database"]),
        Backup.model_validate(given["backup"]),
        Retention.model_validate(given["retention"]),
    )
    try:
        now = datetime.fromtimestamp(given["at"], ZONE)
        said = {"requested": request(settings, now), "fault": ""}
    except Exception as error:  # noqa: BLE001 - the bot logs it
        said = {"requested": 0, "fault": type(error).__name__}
    sys.stdout.write(json.dumps(said))


if __name__ == "__main__":
    main()
