"""What `aduan check` finds in the store: orphaned complaints, and updates that were set aside."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection

from bot.config.settings import Config, read
from bot.database.cases import file_cases
from bot.database.conversations import save_conversations
from bot.database.engine import Database
from bot.database.gaps import Gap, note
from bot.database.quarantine import Fault, Stage, record
from bot.database.sealing import Codec
from bot.database.stores.choice import store_of
from bot.operations import check
from bot.operations.check_findings import Level
from bot.practice import town
from bot.simulator.server import Simulator
from conversations.complaints.case import Case
from conversations.complaints.draft import Draft
from conversations.complaints.life_cycle import Status
from conversations.conversation import Conversation
from tests.integration.both_stores import Place
from tests.integration.test_check import about
from tests.integration.turn_setup import case_of
from tests.unit.transcript import START, TERMS


def settings(folder: Path) -> dict[str, Any]:
    """The practice's, with no messenger behind them: only the store is looked at."""
    values = tomllib.loads(town.configuration(Simulator("1:A", "Bot", None), folder))
    return {**values, "practice": False, "telegram": {"token": "1:A"}}


def stored(place: Place) -> dict[str, Any]:
    """These settings with a store of the given kind."""
    store = place.settings(place.folder / "aduan.db", tables=True).model_dump()
    return {**settings(place.folder), "database": store}


async def fill(config: Config) -> None:
    """A store with a complaint, a draft and an update that could not be handled."""
    codec = Codec.load(config.database.keys_path, create=True)
    draft = Draft(id="d", agency="dpmd", screen="story", started_at=START, touched_at=START)
    writing = Conversation(chat=7, person=7, draft=draft)
    bad = Fault(Stage.UPDATE, "LookupError", b"raw", channel="telegram", update_id=1)

    def work(connection: Connection) -> None:
        file_cases(connection, codec, [case_of("a", 1)], TERMS)
        save_conversations(connection, codec, [writing], TERMS)
        record(connection, codec, [bad], 1.0)

    database = await Database.open(store_of(config.database))
    await database.write(work)
    await database.close()


async def test_complaints_and_drafts_of_an_agency_that_left_the_configuration_are_a_problem(
    place: Place,
) -> None:
    config = read(stored(place))
    await fill(config)
    assert [one for one in check.examine_storage(config) if "agencies" in one.what] == []
    renamed = stored(place)
    renamed["agencies"][0]["id"] = "dpmd_baru"
    found = about(list(check.examine_storage(read(renamed))), "agencies")
    assert found.level is Level.PROBLEM
    assert found.what == ("agencies: no entry has the id 'dpmd', but 1 complaints and 1 drafts belong to it")


async def test_updates_that_were_set_aside_are_counted(place: Place) -> None:
    config = read(stored(place))
    await fill(config)
    found = about(list(check.examine_storage(config)), "set aside")
    assert (found.level, found.what[:2], "30 days" in found.advice) == (Level.NOTE, "1 ", True)


async def test_numbers_of_a_lost_copy_are_noted_from_first_to_last(place: Place) -> None:
    config = read(stored(place))
    await fill(config)
    assert [one for one in check.examine_storage(config) if "issued" in one.what] == []
    database = await Database.open(store_of(config.database))
    lost = [Gap("dpmd", 2026, 43, 47), Gap("bakesbangpol", 2025, 2, 2)]
    await database.write(lambda connection: note(connection, lost, START))
    await database.close()
    found = list(check.examine_storage(config))
    several = about(found, "numbers DPMD-2026-0043 to -0047 were issued by a copy of this register")
    single = about(found, "number BAKESBANGPOL-2025-0002 was issued by a copy of this register that is lost")
    assert (several.level, single.level) == (Level.NOTE, Level.NOTE)


def test_a_state_folder_that_cannot_be_written_is_a_problem(tmp_path: Path) -> None:
    config = read(settings(tmp_path))
    assert about(list(check.examine_storage(config)), "the highest numbers are kept in").level is Level.OK
    assert not config.database.watermark_path.parent.exists()
    folder = config.database.watermark_path.parent
    folder.write_text("a file in the place of the folder")
    folder.chmod(0o700)
    found = about(list(check.examine_storage(config)), "database.state")
    assert (found.level, "cannot be written" in found.what) == (Level.PROBLEM, True)


def test_a_state_folder_of_another_user_is_a_problem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = read(settings(tmp_path))
    monkeypatch.setattr(os, "access", lambda path, mode: (Path(path), mode) != (tmp_path, os.W_OK | os.X_OK))
    assert about(list(check.examine_storage(config)), "database.state").level is Level.PROBLEM


def test_a_damaged_file_of_the_highest_numbers_is_noted_and_left(tmp_path: Path) -> None:
    config = read(settings(tmp_path))
    place = config.database.watermark_path
    place.parent.mkdir()
    place.write_text("no numbers")
    assert about(list(check.examine_storage(config)), str(place)).level is Level.NOTE
    assert place.read_text() == "no numbers"


async def test_open_confidential_complaints_that_no_one_can_read_are_a_problem(place: Place) -> None:
    config = read(stored(place))
    await fill(config)
    codec, database = (
        Codec.load(config.database.keys_path, create=False),
        await Database.open(store_of(config.database)),
    )
    open_case, closed = case_of("b", 2), case_of("c", 3)
    secret = [
        _confidential(open_case),
        _confidential(closed).model_copy(update={"status": Status.CLOSED}),
    ]
    await database.write(lambda connection: file_cases(connection, codec, secret, TERMS))
    await database.close()
    assert [one for one in check.examine_storage(config) if "no one can read" in one.what] == []
    unled = stored(place)
    unled["agencies"][0]["leaders"] = []
    found = about(list(check.examine_storage(read(unled))), "no one can read these")
    assert found.level is Level.PROBLEM
    assert found.what.endswith(f": {open_case.reference}")
    assert "leaders" in found.advice


def _confidential(case: Case) -> Case:
    return case.model_copy(update={"complaint": case.complaint.model_copy(update={"confidential": True})})
