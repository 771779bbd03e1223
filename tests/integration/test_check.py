"""`aduan check` against the embedded messenger: each fault is reported with its remedy."""

from __future__ import annotations

import os
import shutil
import tomllib
from collections import namedtuple
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert

from bot.config.settings import Config, read
from bot.database import reopened_topics
from bot.database.chats import note_moved
from bot.database.engine import Database
from bot.database.sealing import Codec
from bot.database.stores.choice import store_of
from bot.database.tables import chats
from bot.documents import typesetting
from bot.operations import check
from bot.operations.check_findings import Finding, Level
from bot.practice import town
from bot.simulator.server import Simulator
from bot.wording.rendering import FOLDER, Renderer
from tests.integration.both_stores import Place
from tests.paper import PNG

TODAY = date(2026, 3, 17)
DPMD, BAKESBANGPOL = town.OFFICES


def config_of(simulator: Simulator, folder: Path, **changes: Any) -> Config:
    values = tomllib.loads(town.configuration(simulator, folder))
    return read({**values, **changes})


def config_on(place: Place, simulator: Simulator, **changes: Any) -> Config:
    """The configuration with this store."""
    settings = place.settings(place.folder / "aduan.db", tables=True)
    return config_of(simulator, place.folder, database=settings.model_dump(), **changes)


async def findings(simulator: Simulator, config: Config) -> list[Finding]:
    found = await check.examine(config, TODAY)
    assert {"getUpdates", "setWebhook", "sendMessage"}.isdisjoint(call.method for call in simulator.calls)
    return list(found)


def about(found: list[Finding], part: str) -> Finding:
    (finding,) = [finding for finding in found if part in finding.what]
    return finding


async def problems(simulator: Simulator, config: Config) -> list[Finding]:
    """What the messenger's side finds wrong: the texts of a moment are another test's."""
    found = await findings(simulator, config)
    return [one for one in found if one.level is Level.PROBLEM and "texts" not in one.what]


async def test_a_well_set_up_service_has_no_problem(simulator: Simulator, tmp_path: Path) -> None:
    found = await findings(simulator, config_of(simulator, tmp_path))
    assert about(found, "the token is @AduanBot").level is Level.OK
    assert about(found, "no webhook").level is Level.OK
    assert about(found, f'agencies[dpmd].staff_chat_id: "{DPMD.title}"').level is Level.OK
    assert about(found, "agencies[dpmd].restricted_chat_id").level is Level.OK
    assert about(found, f"agencies[dpmd].leaders: {DPMD.leader[0]} is in the staff group").level is Level.OK
    assert about(found, "operator_chat_id").level is Level.OK
    assert about(found, "joint leave of 2026").level is Level.OK
    assert await problems(simulator, config_of(simulator, tmp_path)) == []


async def test_a_refused_token_is_the_only_problem_of_telegram(simulator: Simulator, tmp_path: Path) -> None:
    settings = {
        "token": "999:OTHER",
        "base_url": simulator.base_url,
        "base_file_url": simulator.base_file_url,
    }
    (problem,) = await problems(simulator, config_of(simulator, tmp_path, telegram=settings))
    assert problem.what.startswith("telegram.token: ")
    assert "OTHER" not in str(problem)


async def test_a_messenger_that_does_not_answer_is_reported_with_its_address(
    simulator: Simulator, tmp_path: Path
) -> None:
    config = config_of(simulator, tmp_path)
    await simulator.close()
    (problem,) = [
        one for one in await check.examine(config, TODAY) if one.what.startswith(simulator.base_url)
    ]
    assert problem.level is Level.PROBLEM


async def test_a_bot_that_is_no_administrator_is_a_problem(simulator: Simulator, tmp_path: Path) -> None:
    await simulator.groups[DPMD.staff].set_bot_status("member")
    (problem,) = await problems(simulator, config_of(simulator, tmp_path))
    assert "the bot is not an administrator" in problem.what
    assert "misses what officers write" in problem.advice


async def test_a_bot_that_was_removed_is_a_problem(simulator: Simulator, tmp_path: Path) -> None:
    await simulator.groups[DPMD.staff].remove_bot()
    (problem,) = await problems(simulator, config_of(simulator, tmp_path))
    assert "agencies[dpmd].staff_chat_id" in problem.what


async def test_a_group_that_can_be_read_but_not_written_to_is_a_problem(
    simulator: Simulator, tmp_path: Path
) -> None:
    simulator.fault("sendChatAction", DPMD.staff)
    (problem,) = await problems(simulator, config_of(simulator, tmp_path))
    assert f"agencies[dpmd].staff_chat_id: {DPMD.staff} cannot be reached" in problem.what


async def forum(simulator: Simulator, folder: Path, **changes: Any) -> tuple[Config, int, int]:
    """A configuration with a topic of the staff group and a division with a group of its own; both topics."""
    group = simulator.groups[DPMD.staff]
    group.chat.public["is_forum"] = True
    staff, division = await group.open_topic("Pengaduan"), await group.open_topic("Bidang")
    simulator.group(-1004000, "Bidang Ekonomi", members=[])
    agencies = tomllib.loads(town.configuration(simulator, folder))["agencies"]
    agencies[0]["staff_topic_id"] = staff
    # In place of the practice's group of this division.
    agencies[0]["divisions"][0]["chat_id"] = 0
    agencies[0]["divisions"][0]["topic_id"] = division
    agencies[0]["divisions"][1]["chat_id"] = -1004000
    return config_of(simulator, folder, agencies=agencies, **changes), staff, division


async def test_groups_and_topics_of_divisions_are_examined(simulator: Simulator, tmp_path: Path) -> None:
    config, staff, division = await forum(simulator, tmp_path)
    assert await problems(simulator, config) == []
    found = await findings(simulator, config)
    assert about(found, f"agencies[dpmd].staff_topic_id: the topic {staff}").level is Level.OK
    assert about(found, f"divisions[pemdes].topic_id: the topic {division}").level is Level.OK
    assert about(found, "divisions[ekonomi].chat_id").level is Level.OK


async def test_a_topic_that_is_gone_is_a_problem(simulator: Simulator, tmp_path: Path) -> None:
    config, _, division = await forum(simulator, tmp_path)
    await simulator.groups[DPMD.staff].delete_topic(division)
    (problem,) = await problems(simulator, config)
    assert f"divisions[pemdes].topic_id: the topic {division} cannot be reached" in problem.what


async def test_the_removed_bot_of_a_divisions_group_is_a_problem(
    simulator: Simulator, tmp_path: Path
) -> None:
    config, _, _ = await forum(simulator, tmp_path)
    await simulator.groups[-1004000].remove_bot()
    (problem,) = await problems(simulator, config)
    assert "agencies[dpmd].divisions[ekonomi].chat_id" in problem.what


async def test_a_topic_that_the_bot_created_again_is_reported_with_the_line_to_write(
    simulator: Simulator, place: Place
) -> None:
    stored = config_on(place, simulator).database
    config, _, division = await forum(simulator, place.folder, database=stored.model_dump())
    database = await Database.open(store_of(config.database))
    await database.write(lambda c: reopened_topics.keep(c, (DPMD.staff, division), 99))
    await database.close()
    found = await findings(simulator, config)
    assert about(found, "has created it again").advice == "Write in the config: topic_id = 99"


async def test_an_unknown_group_is_a_problem(simulator: Simulator, tmp_path: Path) -> None:
    agencies = tomllib.loads(town.configuration(simulator, tmp_path))["agencies"]
    agencies[1]["staff_chat_id"] = -100777
    (problem,) = await problems(simulator, config_of(simulator, tmp_path, agencies=agencies))
    assert "agencies[bakesbangpol].staff_chat_id: -100777 cannot be reached" in problem.what


async def test_a_group_that_telegram_has_moved_is_reported_with_the_line_to_write(
    simulator: Simulator, tmp_path: Path
) -> None:
    config = config_of(simulator, tmp_path)
    await simulator.groups[DPMD.restricted].migrate(-1008)
    (moved,) = await problems(simulator, config)
    assert f"the group {DPMD.restricted} has become -1008" in moved.what
    assert moved.advice == "Write in the config: restricted_chat_id = -1008"


async def test_a_group_that_the_bot_saw_move_is_reported_with_the_line_to_write(
    simulator: Simulator, place: Place
) -> None:
    config = config_on(place, simulator)
    database = await Database.open(store_of(config.database))
    codec = Codec.load(config.database.keys_path, create=True)
    await database.write(lambda connection: note_moved(connection, codec, DPMD.staff, -1009))
    forged = insert(chats).values(chat=DPMD.restricted, blocked=0, migrated_to=-6666, cards_void=1)
    await database.write(lambda connection: connection.execute(forged))
    await database.close()
    found = await findings(simulator, config)
    moved = about(found, f"the group {DPMD.staff} has become -1009")
    assert (moved.level, moved.advice) == (Level.PROBLEM, "Write in the config: staff_chat_id = -1009")
    assert not [one for one in found if "-6666" in one.what + one.advice]


async def test_agencies_without_groups_are_noted_and_none_at_all_is_a_problem(
    simulator: Simulator, tmp_path: Path
) -> None:
    agencies = tomllib.loads(town.configuration(simulator, tmp_path))["agencies"]
    agencies[0]["staff_chat_id"] = 0
    found = await findings(simulator, config_of(simulator, tmp_path, agencies=agencies))
    assert about(found, "agencies[dpmd]: no staff group is set").level is Level.NOTE
    agencies[1]["staff_chat_id"] = 0
    (problem,) = await problems(simulator, config_of(simulator, tmp_path, agencies=agencies))
    assert "no agency has a staff group" in problem.what


async def test_leaders_outside_the_group_and_a_missing_operator_are_noted(
    simulator: Simulator, tmp_path: Path
) -> None:
    await simulator.groups[DPMD.staff].remove(simulator.people[DPMD.leader[0]])
    agencies = tomllib.loads(town.configuration(simulator, tmp_path))["agencies"]
    agencies[1]["leaders"] = [424242]
    config = config_of(simulator, tmp_path, agencies=agencies, operator_chat_id=0)
    found = await findings(simulator, config)
    assert about(found, f"agencies[dpmd].leaders: {DPMD.leader[0]}").level is Level.NOTE
    assert about(found, "424242 cannot be reached").level is Level.NOTE
    assert about(found, "operator_chat_id is not set").level is Level.NOTE


async def test_an_agency_without_leaders_is_noted_with_what_citizens_miss(
    simulator: Simulator, tmp_path: Path
) -> None:
    agencies = tomllib.loads(town.configuration(simulator, tmp_path))["agencies"]
    agencies[0]["leaders"] = []
    (problem,) = await problems(simulator, config_of(simulator, tmp_path, agencies=agencies))
    assert problem.what.startswith("agencies[dpmd]: no leaders are listed")
    assert "not offered to complain confidentially" in problem.what
    agencies[0]["staff_chat_id"] = 0
    assert await problems(simulator, config_of(simulator, tmp_path, agencies=agencies)) == []


def test_missing_texts_are_named(tmp_path: Path) -> None:
    folder = tmp_path / "templates"
    shutil.copytree(FOLDER, folder)
    (folder / "en" / "system.html").write_text("", encoding="utf-8")
    missing = Renderer(folder).missing()
    assert "en/system.own_id" in missing
    assert not any(name.startswith("id/system") for name in missing)
    (finding,) = check.examine_texts(Renderer(folder))
    assert (finding.level, "system" in finding.what or "more" in finding.what) == (Level.PROBLEM, True)


# today, what is said of the next year
CALENDARS = [
    (date(2025, 3, 1), "holidays and joint leave of 2026 are known", Level.OK),
    (date(2027, 3, 1), "no joint leave (cuti bersama) is known for 2028", Level.NOTE),
]


@pytest.mark.parametrize(("today", "says", "level"), CALENDARS)
def test_a_year_without_joint_leave_is_noted(today: date, says: str, level: Level) -> None:
    assert about(list(check.examine_calendar(today)), says).level is level


async def storage(place: Place, simulator: Simulator) -> tuple[Config, Path]:
    config = config_on(place, simulator)
    await (await Database.open(store_of(config.database))).close()
    keys = config.database.keys_path
    Codec.load(keys, create=True)
    return config, keys


async def test_keys_that_can_be_read_are_in_order(simulator: Simulator, place: Place) -> None:
    config, _ = await storage(place, simulator)
    assert about(list(check.examine_storage(config)), "the keys can be read").level is Level.OK


async def test_a_damaged_key_file_is_a_problem(simulator: Simulator, place: Place) -> None:
    config, keys = await storage(place, simulator)
    keys.write_bytes(b"x")
    assert about(list(check.examine_storage(config)), "no key file").level is Level.PROBLEM


async def test_a_database_without_its_keys_is_a_problem(simulator: Simulator, place: Place) -> None:
    config, keys = await storage(place, simulator)
    keys.unlink()
    assert about(list(check.examine_storage(config)), "no one can read").level is Level.PROBLEM


async def test_a_database_of_another_version_is_a_problem(simulator: Simulator, place: Place) -> None:
    config, _ = await storage(place, simulator)
    assert about(list(check.examine_storage(config)), "of this version").level is Level.OK
    database = await Database.open(store_of(config.database))
    await database.write(
        lambda connection: connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0004'")
    )
    await database.close()
    found = about(list(check.examine_storage(config)), "another version")
    assert (found.level, "aduan migrate" in found.advice) == (Level.PROBLEM, True)


@pytest.mark.sqlite("its file")
async def test_a_file_that_is_no_database_is_a_problem(simulator: Simulator, tmp_path: Path) -> None:
    config = config_of(simulator, tmp_path)
    config.database.path.write_bytes(b"no database" * 100)
    assert about(list(check.examine_storage(config)), "cannot be read").level is Level.PROBLEM


async def test_little_disk_space_is_reported(
    simulator: Simulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = namedtuple("usage", "total used free")  # noqa: PYI024 - as shutil's own
    config = config_of(simulator, tmp_path)
    for free, level in ((check.GIGABYTE, Level.NOTE), (1, Level.PROBLEM), (10**12, Level.OK)):
        monkeypatch.setattr(shutil, "disk_usage", lambda _path, free=free: usage(free, 0, free))
        assert about(list(check.examine_storage(config)), "free in").level is level


def test_the_report_names_level_and_advice(capsys: pytest.CaptureFixture[str]) -> None:
    from bot.operations.check_findings import note, ok, problem, show

    show([ok("fine"), note("so so", "look"), problem("bad [x]", "fix")])
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == ["OK", "NOTE", "→", "PROBLEM", "→"]
    assert "bad [x]" in lines[3]
    assert os.linesep not in lines[0]


async def test_logos_that_are_missing_or_damaged_are_notes(simulator: Simulator, tmp_path: Path) -> None:
    path = tmp_path / "logo.png"
    path.write_bytes(PNG[:40])
    agencies = tomllib.loads(town.configuration(simulator, tmp_path))["agencies"]
    agencies[0]["logo"] = str(path)
    config = config_of(simulator, tmp_path, agencies=agencies)
    found = await findings(simulator, config)
    assert about(found, "documents can be typeset").level is Level.OK
    damaged, missing = about(found, "agencies[dpmd].logo"), about(found, "agencies[bakesbangpol].logo")
    assert (damaged.level, missing.level) == (Level.NOTE, Level.NOTE)
    assert f"{path} cannot be printed" in damaged.what
    assert "none is set" in missing.what
    path.write_bytes(PNG)
    assert about(await findings(simulator, config), "agencies[dpmd].logo").level is Level.OK


async def test_a_machine_that_cannot_typeset_is_a_problem(
    simulator: Simulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(typesetting, "COMMAND", ("/no/such/program",))
    (problem,) = await problems(simulator, config_of(simulator, tmp_path))
    assert problem.what == "documents cannot be typeset (FileNotFoundError)"
