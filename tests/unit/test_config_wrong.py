"""Each wrong key of a configuration is named, with what was found and what is expected."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot.config.errors import ConfigError
from bot.config.settings import load, read
from tests.paper import JPG, PNG, SVG
from tests.unit.test_config import SECRET, example, no_environment, problems, with_value

__all__ = ["no_environment"]

# A token of Meta, as one looks.
META_TOKEN = "EAAJBlCo0Bf8ZCxYz12345678"

WRONG = [
    ("telegram.token", "", "telegram.token: ", "@BotFather"),
    ("telegram.token", "with space", "telegram.token: ", "a colon"),
    ("telegram.token", "abc", "telegram.token: ", "a colon"),
    ("telegram.token", "123456789", "telegram.token: ", "a colon"),
    ("telegram.token", ":AAbbcc", "telegram.token: ", "digits"),
    ("telegram.token", "<123:AA>", "telegram.token: ", "digits"),
    ("telegram.base_url", "https://api.telegram.org", "telegram.base_url: found 'https:", "ends in /bot"),
    ("database.url", "mysql://x", "database.url: found 'mysql://x'", "sqlite:///"),
    ("database.url", "sqlite:///", "database.url: ", "and a path"),
    ("operator_chat_id", "-100", "operator_chat_id: found '-100'", "without quotes"),
    ("operator_chat_id", 1.5, "operator_chat_id: found 1.5", "whole number"),
    ("limits.files", 0, "limits.files: found 0", "1 or more"),
    ("limits.story_characters", 30_000, "limits.story_characters: found 30000", "20000 or less"),
    ("practice", "yes", "practice: found 'yes'", "true or false"),
    ("web.listen", "8080", "web.listen: found '8080'", "127.0.0.1:8080"),
    ("web.listen", "127.0.0.1", "web.listen: found '127.0.0.1'", "127.0.0.1:8080"),
    ("web.listen", "127.0.0.1:0", "web.listen: found", "a host and a port"),
    ("web.listen", "127.0.0.1:99999", "web.listen: found", "Port out of range"),
    ("web.listen", "http://127.0.0.1:8080", "web.listen: found", "a host and a port"),
    ("web.listen", 8080, "web.listen: found 8080", "a text"),
    ("agencies", [], "agencies: found []", "at least 1"),
    ("agencies.0.id", "DPMD Kabupaten", "agencies[0].id: found 'DPMD Kabupaten'", "small letters"),
    ("agencies.1.id", "dpmd", "agencies[1].id: 'dpmd' is like agencies[0].id", "of its own"),
    ("agencies.1.id", "d_pmd", "agencies[d_pmd].id: 'd_pmd' is like agencies[dpmd].id", "of its own"),
    ("agencies.0.staff_chat_id", 77, "agencies[dpmd].staff_chat_id: 77 is a person's id", "negative"),
    ("agencies.0.restricted_chat_id", 77, "agencies[dpmd].restricted_chat_id: 77 is", "negative"),
    ("agencies.0.divisions.1.chat_id", 77, "agencies[dpmd].divisions[ekonomi].chat_id: 77 is", "negative"),
    ("agencies.0.divisions.1.topic_id", -7, "agencies[dpmd].divisions[ekonomi].topic_id: found", "0 or more"),
    ("agencies.0.leaders", [5, -7], "agencies[dpmd].leaders[1]: -7 is a group's id", "/id"),
    ("agencies.0.leaders", ["5"], "agencies[dpmd].leaders[0]: found '5'", "without quotes"),
    (
        "agencies.0.services.0.division",
        "x",
        "agencies[dpmd].services[dana-desa].division: found 'x'",
        "pemdes",
    ),
    ("agencies.0.services.1.id", "dana-desa", "agencies[dpmd].services[1].id: 'dana-desa'", "twice"),
    ("agencies.0.clock.unit", "days", "agencies[dpmd].clock.unit: found 'days'", "'working' or 'calendar'"),
    ("agencies.0.closed_dates", ["soon"], "agencies[dpmd].closed_dates[0]: found 'soon'", "2026-12-24"),
    ("agencies.1.logo", "no/such.png", "agencies[bakesbangpol].logo: 'no/such.png' is no file", "1 MB"),
    ("agencies.1.logo", "README.md/\0", "agencies[bakesbangpol].logo: ", "no file"),
    ("agencies.0.logo", ".", "agencies[dpmd].logo: '.' is no file", "PNG, JPG or SVG"),
    ("agencies.0.logo", 5, "agencies[dpmd].logo: found 5", "a text"),
    ("agencies.0.stafchat_id", 1, "agencies[dpmd].stafchat_id: unknown key", "did you mean staff_chat_id?"),
    ("databse", {}, "databse: unknown key", "did you mean database?"),
    ("token", SECRET, "token: unknown key", "did you mean telegram.token?"),
    ("telegram.tokn", SECRET, "telegram.tokn: unknown key", "did you mean token?"),
    ("telegram", SECRET, "telegram: ", "a section"),
    ("emergency_number", SECRET.split(), "emergency_number: found a list", "a text"),
    ("whatsapp.phone_number_id", "+62 812", "whatsapp.phone_number_id: expected", "106540352242922"),
    ("whatsapp.phone_number_id", META_TOKEN, "whatsapp.phone_number_id: expected", "the digits"),
    ("whatsapp.number", "081234567890", "whatsapp.number: expected", "without + or 0, as 6281234567890"),
    ("whatsapp.token", f"{META_TOKEN}\n", "whatsapp.token: expected", "without spaces and line ends"),
    ("whatsapp.template", "Aduan Kabar", "whatsapp.template: expected", "small letters"),
    ("whatsapp.api_version", "25", "whatsapp.api_version: found '25'", "as v25.0"),
    ("whatsapp.base_url", "graph.facebook.com", "whatsapp.base_url: found 'graph", "without a version"),
    ("emergency_number", [META_TOKEN], "emergency_number: found a list", "a text"),
    ("operator_chat_id", META_TOKEN, "operator_chat_id: found '…'", "a whole number"),
]


@pytest.mark.parametrize(("key", "value", "begins", "says"), WRONG)
def test_a_wrong_key_is_named_with_what_was_found_and_expected(
    key: str, value: Any, begins: str, says: str
) -> None:
    (line,) = problems(with_value(key, value))
    assert line.startswith(begins)
    assert says in line
    assert SECRET not in line
    assert META_TOKEN not in line


def test_every_wrong_key_is_named_at_once() -> None:
    values = with_value("limits.files", "ten")
    values["agencies"][1].pop("short_name")
    values["telegram"].pop("token")
    named = [line.partition(":")[0] for line in problems(values)]
    assert named == ["telegram.token", "agencies[bakesbangpol].short_name", "limits.files"]


def test_without_any_section_the_token_and_the_agencies_are_asked_for() -> None:
    assert [line.partition(":")[0] for line in problems({})] == ["telegram.token", "agencies"]


@pytest.mark.parametrize("second", ["agencies.1.staff_chat_id", "agencies.0.restricted_chat_id"])
def test_one_group_serves_one_purpose(second: str) -> None:
    values = with_value("agencies.0.staff_chat_id", -1001)
    place, key = second.split(".")[1:]
    values["agencies"][int(place)][key] = -1001
    (line,) = problems(values)
    name = values["agencies"][int(place)]["id"]
    assert line.startswith(f"agencies[{name}].{key}: -1001 is agencies[dpmd].staff_chat_id already")


@pytest.mark.parametrize("first", ["agencies.0.staff_chat_id", "agencies.0.divisions.0.chat_id"])
@pytest.mark.parametrize("agency", [0, 1])
def test_the_group_of_a_division_is_no_other_agencys_and_no_staff_group(first: str, agency: int) -> None:
    values = with_value(first, -1001)
    divisions = values["agencies"][agency]["divisions"]
    divisions[1]["chat_id"] = -1001
    if agency == 0 and "divisions" in first:
        # Divisions of one agency may share a group, each with a topic of its own.
        assert read(values).groups == {-1001}
        return
    (line,) = problems(values)
    where = f"agencies[{values['agencies'][agency]['id']}].divisions[{divisions[1]['id']}].chat_id"
    assert line.startswith(f"{where}: -1001 is agencies[dpmd].")


def test_no_staff_group_is_the_group_of_another_agencys_division() -> None:
    values = with_value("agencies.0.divisions.0.chat_id", -1001)
    values["agencies"][1]["staff_chat_id"] = -1001
    (line,) = problems(values)
    assert line.startswith("agencies[bakesbangpol].staff_chat_id: -1001 is agencies[dpmd].divisions[pemdes]")


def test_groups_not_set_yet_do_not_clash() -> None:
    assert [agency.staff_chat_id for agency in read(example()).agencies] == [0, 0]


def test_a_wrong_environment_value_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ADUAN_LIMITS__FILES", "many")
    (line,) = problems(example())
    assert line == "limits.files: found 'many', expected a whole number without quotes"


@pytest.mark.parametrize("wrong", [{"staff_chat_id": "x"}, {"clock": {"unit": "days"}}, {"services": []}])
def test_when_every_agency_is_wrong_only_their_own_lines_appear(wrong: dict[str, Any]) -> None:
    values = example()
    for agency in values["agencies"]:
        agency.update(wrong)
    begins = [line.partition(".")[0] for line in problems(values)]
    assert begins == ["agencies[dpmd]", "agencies[bakesbangpol]"]


def test_without_divisions_a_services_division_is_explained() -> None:
    values = with_value("agencies.0.divisions", [])
    values["agencies"][0]["services"][0]["division"] = "pemdes"
    assert "found 'pemdes', expected none, as no divisions are listed" in problems(values)[0]


# the name in the environment, its value, the line
MISSPELT = [
    ("ADUAN_TELEGRAM_TOKEN", SECRET, "ADUAN_TELEGRAM_TOKEN in", "did you mean ADUAN_TELEGRAM__TOKEN?"),
    ("ADUAN_TOKEN", SECRET, "ADUAN_TOKEN in", "did you mean ADUAN_TELEGRAM__TOKEN?"),
    ("aduan_database_url", "x", "aduan_database_url in", "did you mean ADUAN_DATABASE__URL?"),
    ("ADUAN__OPERATOR_CHAT_ID", "1", "ADUAN__OPERATOR_CHAT_ID in", "did you mean ADUAN_OPERATOR_CHAT_ID?"),
    (
        "ADUAN_LIMITS_DRAFT__DROP_DAYS",
        "1",
        "ADUAN_LIMITS_DRAFT",
        "did you mean ADUAN_LIMITS__DRAFT_DROP_DAYS?",
    ),
    ("ADUAN_AGENCIES", "x", "ADUAN_AGENCIES in", "expected JSON"),
    ("ADUAN_OVERSIGHT", SECRET, "ADUAN_OVERSIGHT in", "expected JSON"),
    ("ADUAN_AGENCIES", "5", "agencies: found 5", "a list"),
]


@pytest.mark.parametrize(("name", "value", "begins", "says"), MISSPELT)
def test_a_wrong_name_or_value_of_the_environment_is_a_sentence(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, begins: str, says: str
) -> None:
    monkeypatch.setenv(name, value)
    (line,) = problems(example())
    assert line.startswith(begins)
    assert says in line
    assert SECRET not in line


def test_other_programs_names_in_the_environment_are_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ADUAN_SERVICE_HOST", "ADUAN_PORT_8080_TCP", "ADUAN_HOME", "TOKEN"):
        monkeypatch.setenv(name, "x")
    assert read(example())


UNREADABLE = [
    (b'[telegram]\ntoken = "1:a', "is not TOML: ", "line 2, the last); token: the quotes are not closed"),
    (b"[telegram]\ntoken = 123:AAsecret\n", "is not TOML: ", 'token: a text is written in quotes: token = "'),
    (b"emergency_number = 112 kantor\n", "is not TOML: ", 'quotes: emergency_number = "'),
    (
        b"[log]\nlevel = info # words\n",
        "is not TOML: ",
        "line 2, column 12); level: a text is written in quotes",
    ),
    (b'[log]\nlevel = "info\nformat = "json"\n', "is not TOML: ", "level: the quotes are not closed"),
    (b"[agencies\n", "is not TOML: ", "line 1"),
    (b"\xff\xfe", "cannot be read: ", "utf-8"),
    (None, "not found", "config.example.toml"),
]


@pytest.mark.parametrize(("content", "begins", "says"), UNREADABLE)
def test_an_unreadable_file_is_reported_in_words(
    tmp_path: Path, content: bytes | None, begins: str, says: str
) -> None:
    path = tmp_path / "config.toml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ConfigError) as wrong:
        load(path)
    assert str(wrong.value).startswith(f"{path}: {begins}")
    assert says in str(wrong.value)


# the file's name, what it contains -> what is wrong with it; empty: nothing
LOGOS = [
    ("a.png", PNG, ""),
    ("A.PNG", PNG, ""),
    ("a.jpg", JPG, ""),
    ("a.jpeg", JPG, ""),
    ("a.svg", SVG, ""),
    ("a.png", JPG, "is no such picture"),
    ("a.jpg", b"", "is no such picture"),
    ("a.svg", b"<html></html>", "is no such picture"),
    ("a.gif", b"GIF89a", "is no such picture"),
    ("a", PNG, "is no such picture"),
    ("a.png", PNG + bytes((1 << 20) - len(PNG)), ""),
    ("a.png", PNG + bytes((1 << 20) - len(PNG) + 1), "is too large"),
]


@pytest.mark.parametrize(("name", "content", "wrong"), LOGOS)
def test_a_logo_is_a_picture_of_at_most_one_megabyte(
    tmp_path: Path, name: str, content: bytes, wrong: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    values = with_value("agencies.1.logo", str(path))
    if not wrong:
        assert read(values).agencies[1].logo == str(path)
        return
    (problem,) = problems(values)
    assert problem.startswith(f"agencies[bakesbangpol].logo: '{path}' {wrong}; expected")


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("postgresql://aduan:rahasia@db/aduan", "postgresql+psycopg://USER@HOST"),
        ("postgresql+psycopg://aduan:sangat@rahasia@db/aduan", "%40 for @"),
        ("postgresql+psycopg://aduan:sangat/rahasia@db/aduan", "%2F for /"),
        ("postgresql+psycopg://aduan@db/aduan?password=rahasia", "`passfile`"),
        ("postgresql+psycopg://aduan:rahasia@db1,db2:5433/aduan", "?host=HOST1:PORT"),
    ],
)
def test_a_wrong_address_of_a_server_is_named_without_its_password(address: str, says: str) -> None:
    (line,) = problems(with_value("database.url", address))
    assert line.startswith("database.url: found 'postgresql")
    assert says in line
    assert "rahasia" not in line
