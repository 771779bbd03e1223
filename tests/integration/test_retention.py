"""The configured retention: who is due, who is not, and that a doubtful time erases nobody."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.config.sections import Backup, Retention
from bot.config.settings import Config, read
from bot.database.contents import FolderContents
from bot.database.engine import Database
from bot.database.erasure_requests import waiting
from bot.database.order_log import OrderLog, in_state_folder
from bot.database.own_contents import contents_of
from bot.database.sealing import Codec
from bot.database.stores.choice import store_of
from bot.operations.erase import EraseError
from bot.operations.retention import Settings, ended_at, listed, order_of, request, years_before
from bot.sources.retention import RetentionWork
from conversations.complaints.case import Case, Happened
from conversations.complaints.follow_up import Plan
from conversations.complaints.life_cycle import Status
from tests.integration.both_stores import Place
from tests.integration.ended_store import BUDI, MARKS, SITI, EndedStore, ended
from tests.integration.opened_store import opened_texts
from tests.integration.test_check_store import settings as configured
from tests.unit.transcript import START

AFTER = START + timedelta(days=5 * 366)
OPEN_PLAN = Plan(text="x", division="desk", due_on=START.date(), by="Rina", at=START)


def _settings(place: Place, years: int = 5) -> Settings:
    paths = place.settings(place.folder / "aduan.db", tables=True)
    paths = paths.model_copy(update={"state": str(place.folder / "state")})
    return Settings(paths, Backup(), Retention(closed_years=years))


@pytest.fixture
def store(database: Database, codec: Codec, tmp_path: Path) -> EndedStore:
    return EndedStore(database, codec, contents=FolderContents(tmp_path / "files"))


async def test_the_person_goes_after_the_years_with_an_order_for_each(
    store: EndedStore, place: Place
) -> None:
    siti, budi = ended("aaaa00000001", 1, SITI), ended("bbbb00000002", 2, BUDI)
    later = (Happened(status=Status.ARCHIVED, at=AFTER - timedelta(days=1), by="Rina"),)
    await store.fill(siti, budi.model_copy(update={"timeline": later}))
    settings = _settings(place)
    assert listed(settings, AFTER) == ["DPMD-2026-0001: archived since 2026-03-17"]
    assert request(settings, AFTER) == 1
    assert request(settings, AFTER) == 0
    (noted,) = OrderLog(store.codec, in_state_folder(settings.database.watermark_path)).orders()
    assert (noted.number, noted.reference) == (siti.reference, "retensi: 5 tahun sejak selesai")
    await store.erasures().round()
    said = opened_texts(store.database.store, store.codec)
    assert MARKS[SITI] not in said
    assert MARKS[BUDI] in said
    told = [row.message for row in store.queued if row.message and row.message.template == "erased.told"]
    assert [message.params["retention"] for message in told] == [True]
    assert listed(settings, AFTER) == []


@pytest.mark.parametrize(
    "change",
    [
        {"status": Status.RESPONDED},
        {"status": Status.IN_PROGRESS},
        {"plan": OPEN_PLAN},
        {"timeline": (Happened(status=Status.ARCHIVED, at=AFTER - timedelta(days=365), by="Rina"),)},
        {"plan": OPEN_PLAN.model_copy(update={"done_at": AFTER - timedelta(days=9), "done_by": "Rina"})},
    ],
    ids=["responded", "in progress", "open plan", "ended a year ago", "plan done nine days ago"],
)
async def test_who_is_not_due(store: EndedStore, place: Place, change: dict[str, Any]) -> None:
    await store.fill(ended("aaaa00000001", 1, SITI).model_copy(update=change))
    assert listed(_settings(place), AFTER) == []
    assert request(_settings(place), AFTER) == 0


async def test_the_day_counts_exactly_and_zero_years_are_never(store: EndedStore, place: Place) -> None:
    await store.fill(ended("aaaa00000001", 1, SITI))
    due = START.replace(year=START.year + 5)
    assert listed(_settings(place), due) == []
    assert len(listed(_settings(place), due + timedelta(seconds=1))) == 1
    assert listed(_settings(place, years=0), due + timedelta(days=40_000)) == []


async def test_a_run_requests_a_few(store: EndedStore, place: Place) -> None:
    await store.fill(*(ended(f"aaaa0000000{n}", n, SITI) for n in range(1, 4)))
    assert [request(_settings(place), AFTER, most=2) for _ in range(2)] == [2, 0]
    await store.erasures().round()
    assert request(_settings(place), AFTER, most=2) == 1


async def test_what_cannot_be_noted_is_not_requested(
    store: EndedStore, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    await store.fill(ended("aaaa00000001", 1, SITI))

    def full(*_: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(OrderLog, "note", full)
    with pytest.raises(OSError, match="no space left"):
        request(_settings(place), AFTER)
    assert await store.database.write(lambda c: waiting(c, store.codec)) == []


def test_without_a_database_the_command_says_so(place: Place) -> None:
    paths = place.settings(place.folder / "aduan.db")
    with pytest.raises(EraseError, match="is not there yet"):
        listed(Settings(paths, Backup(), Retention(closed_years=5)), AFTER)


@pytest.mark.parametrize(("day", "expected"), [("2028-02-29", "2023-02-28"), ("2027-03-01", "2022-03-01")])
def test_years_are_counted_by_the_calendar(day: str, expected: str) -> None:
    assert years_before(datetime.fromisoformat(day), 5).date().isoformat() == expected


def test_a_case_without_a_timeline_counts_from_its_receipt() -> None:
    case: Case = ended("a", 1, SITI).model_copy(update={"timeline": ()})
    assert ended_at(case) == case.received_at


def _config(place: Place, years: int) -> Config:
    config = read({**configured(place.folder), "retention": {"closed_years": years}})
    return config.model_copy(update={"database": place.settings(place.folder / "aduan.db", tables=True)})


async def test_the_running_bot_starts_the_process_only_while_the_time_is_certain(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[bool] = []

    async def said(_: RetentionWork) -> dict[str, Any]:
        started.append(True)
        return {"requested": 1, "fault": ""}

    monkeypatch.setattr(RetentionWork, "_said", said)
    await RetentionWork(_config(place, 5), lambda: False).look()
    assert started == []
    await RetentionWork(_config(place, 5), lambda: True).look()
    assert started == [True]
    # Without a retention it ends at once.
    await RetentionWork(_config(place, 0)).run()


async def test_the_process_itself_requests_and_says_how_many(place: Place) -> None:
    config = _config(place, 1)
    codec = Codec.load(config.database.keys_path, create=True)
    database = await Database.open(store_of(config.database))
    old = ended("aaaa00000001", 1, SITI)
    long_ago = datetime(2001, 1, 1, tzinfo=START.tzinfo)
    steps = (Happened(status=Status.ARCHIVED, at=long_ago, by="Rina"),)
    plan = old.plan and old.plan.model_copy(update={"at": long_ago})
    old = old.model_copy(update={"received_at": long_ago, "timeline": steps, "plan": plan})
    await EndedStore(database, codec, contents=contents_of(config.database)).fill(old)
    assert await RetentionWork(config)._said() == {"requested": 1, "fault": ""}
    assert [one.order for one in await database.write(lambda c: waiting(c, codec))] == [
        order_of(config.retention)
    ]
    await database.close()
