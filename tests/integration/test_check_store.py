"""What `aduan check` finds in the store: orphaned complaints, and updates that were set aside."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from bot import practice
from bot.checks import check
from bot.checks.findings import Level
from bot.config import Config, read
from bot.database.cases import file_cases
from bot.database.conversations import save_conversations
from bot.database.engine import Database
from bot.database.quarantine import Fault, Stage, record
from bot.database.sealing import Codec
from bot.simulator.server import Simulator
from conversations.conversation import Conversation, Draft
from tests.integration.test_check import about
from tests.integration.turning import case_of
from tests.unit.transcript import START


def settings(folder: Path) -> dict[str, Any]:
    """The practice's, with no messenger behind them: only the store is looked at."""
    values = tomllib.loads(practice.configuration(Simulator("1:A", "Bot", None), folder))
    return {**values, "practice": False, "telegram": {"token": "1:A"}}


async def fill(config: Config) -> None:
    """A store with a complaint, a draft and an update that could not be handled."""
    codec = Codec.load(config.database.keys_path, create=True)
    draft = Draft(id="d", agency="dpmd", screen="story", started_at=START, touched_at=START)
    writing = Conversation(chat=7, person=7, draft=draft)
    bad = Fault(Stage.UPDATE, "LookupError", b"raw", channel="telegram", update_id=1)

    def work(connection: Connection) -> None:
        file_cases(connection, codec, [case_of("a", 1)])
        save_conversations(connection, codec, [writing], config.rules.limits)
        record(connection, codec, [bad], 1.0)

    database = await Database.open(config.database.path)
    await database.write(work)
    await database.close()


async def test_complaints_and_drafts_of_an_agency_that_left_the_configuration_are_a_problem(
    tmp_path: Path,
) -> None:
    config = read(settings(tmp_path))
    await fill(config)
    assert [one for one in check.examine_storage(config) if "agencies" in one.what] == []
    renamed = settings(tmp_path)
    renamed["agencies"][0]["id"] = "dpmd_baru"
    found = about(list(check.examine_storage(read(renamed))), "agencies")
    assert found.level is Level.PROBLEM
    assert found.what == ("agencies: no entry has the id 'dpmd', but 1 complaints and 1 drafts belong to it")


async def test_updates_that_were_set_aside_are_counted(tmp_path: Path) -> None:
    config = read(settings(tmp_path))
    await fill(config)
    found = about(list(check.examine_storage(config)), "set aside")
    assert (found.level, found.what[:2], "30 days" in found.advice) == (Level.NOTE, "1 ", True)
