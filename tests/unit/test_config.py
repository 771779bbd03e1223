"""The configuration: every wrong key is named with what was found and expected, and no secret is shown."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import BaseModel, SecretStr

from bot.config.errors import ConfigError
from bot.config.sections import Database
from bot.config.settings import Config, load, read

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "config.example.toml"
SECRET = "123456:AbCdEfGhIjKlMnOpQrStUvWxYz"
Settings = dict[str, Any]


@pytest.fixture(autouse=True)
def no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ADUAN_TELEGRAM__TOKEN", "ADUAN_OPERATOR_CHAT_ID"):
        monkeypatch.delenv(name, raising=False)


def example() -> Settings:
    values = tomllib.loads(EXAMPLE.read_text(encoding="utf-8"))
    values["telegram"]["token"] = SECRET
    return values


def everything() -> Settings:
    """The example with every commented setting switched on."""
    text = re.sub(r"(?m)^#(?=[a-z_]+ = )", "", EXAMPLE.read_text(encoding="utf-8"))
    return tomllib.loads(text)


def with_value(path: str, value: Any) -> Settings:
    values = example()
    way: list[Any] = [int(step) if step.isdigit() else step for step in path.split(".")]
    last = way.pop()
    place: Any = values
    for step in way:
        place = place[step] if isinstance(place, list) else place.setdefault(step, {})
    place[last] = value
    return values


def problems(values: Settings) -> list[str]:
    with pytest.raises(ConfigError) as wrong:
        read(values)
    return list(wrong.value.problems)


def inner(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for kind in get_args(annotation) if (found := inner(kind))), None)


def keys_of(model: type[BaseModel], before: str = "") -> set[str]:
    keys = set[str]()
    for name, field in model.model_fields.items():
        section = inner(field.annotation)
        keys |= keys_of(section, f"{before}{name}.") if section else {f"{before}{name}"}
    return keys


def keys_in(values: Any, before: str = "") -> set[str]:
    if isinstance(values, dict):
        return {key for name, value in values.items() for key in keys_in(value, f"{before}.{name}")}
    if isinstance(values, list) and values and isinstance(values[0], dict):
        return {key for value in values for key in keys_in(value, before)}
    return {before.lstrip(".")}


def test_the_example_holds_exactly_the_settings() -> None:
    assert keys_in(everything()) == keys_of(Config)


def test_each_agency_of_the_example_holds_every_setting_of_an_agency() -> None:
    for agency in everything()["agencies"]:
        assert keys_in({"agencies": agency}) == {key for key in keys_of(Config) if key.startswith("agencies")}


def test_what_the_example_comments_out_is_the_default() -> None:
    full = everything()
    full["telegram"]["token"] = SECRET
    for agency in full["agencies"]:
        agency.pop("restricted_chat_id")
    assert read(full) == read(example())


def test_the_example_states_the_facts_of_the_published_standards() -> None:
    dpmd, bakesbangpol = read(example()).agencies
    assert dpmd.contact.address == "Jl. Raya Raci Km. 9 Pasuruan - Bangil 67153"
    assert dpmd.contact.phones == ("(0343) 749035", "08165456650")
    assert dpmd.standard.decree == "060/024/424.079/2023"
    assert bakesbangpol.contact.phones == ("(0343) 747004", "082232130269")
    assert bakesbangpol.contact.email == "bakesbangpol@pasuruankab.go.id"
    assert bakesbangpol.standard.decree == ""
    for agency in (dpmd, bakesbangpol):
        assert agency.standard.time == "3 hari"
        assert agency.standard.product == "Tindak Lanjut Penanganan Pengaduan Pelayanan Publik"
        assert len(agency.standard.requirements) == 3
        assert len(agency.standard.procedure) == 6
        assert "www.lapor.go.id" in " ".join(agency.standard.channels)
        assert (agency.clock.days, agency.clock.unit) == (3, "working")


def test_token_database_operator_and_agencies_are_enough() -> None:
    config = read(
        {
            "telegram": {"token": "1:A", "base_url": "http://127.0.0.1:1/bot"},
            "database": {"url": "sqlite:///x/y.db"},
            "operator_chat_id": 5,
            "agencies": example()["agencies"],
        }
    )
    assert config.database.path == Path("x/y.db")
    assert config.database.keys_path == Path("x/y.key")
    assert config.database.files_path == Path("x/files")
    assert config.rules.emergency_number == "112"
    assert config.pacing.group_messages == 20


@pytest.mark.parametrize("scheme", ["sqlite", "sqlite+aiosqlite"])
def test_an_absolute_database_path_stays_absolute(scheme: str) -> None:
    config = read(with_value("database.url", f"{scheme}:////srv/aduan.db"))
    assert config.database.path == Path("/srv/aduan.db")


# the database, database.state -> the file of the highest numbers
WATERMARKS = [
    ("/srv/aduan/data/aduan.db", "", "/srv/aduan/state/data-aduan.json"),
    ("/srv/aduan/data/second.db", "", "/srv/aduan/state/data-second.json"),
    ("/srv/aduan/data/aduan.db", "/var/lib/aduan", "/var/lib/aduan/data-aduan.json"),
    ("data/aduan.db", "", f"{Path.cwd()}/state/data-aduan.json"),
    ("aduan.db", "", f"{Path.cwd().parent}/state/{Path.cwd().name}-aduan.json"),
]


@pytest.mark.parametrize(("database", "state", "expected"), WATERMARKS)
def test_the_highest_numbers_are_stored_outside_the_data_folder(
    database: str, state: str, expected: str
) -> None:
    values = with_value("database.url", f"sqlite:///{database}")
    values["database"]["state"] = state
    assert read(values).database.watermark_path == Path(expected)


# dotted key, its value, how the line begins, what it says besides
def test_the_environment_goes_before_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ADUAN_TELEGRAM__TOKEN", "7:environment")
    monkeypatch.setenv("ADUAN_OPERATOR_CHAT_ID", "-42")
    monkeypatch.setenv("ADUAN_PACING__GROUP_SECONDS", "30")
    monkeypatch.setenv("ADUAN_PRACTICE", "True")
    monkeypatch.setenv("ADUAN_TELEGRAM__BASE_URL", "http://127.0.0.1:1/bot")
    monkeypatch.setenv("ADUAN_TELEGRAM__BASE_FILE_URL", "http://127.0.0.1:1/file/bot")
    monkeypatch.setenv("ADUAN_EMERGENCY_NUMBER", "110")
    config = read(example())
    assert config.telegram.token == SecretStr("7:environment")
    assert config.telegram.base_url == "http://127.0.0.1:1/bot"
    assert (config.operator_chat_id, config.pacing.group_seconds) == (-42, 30)
    assert (config.practice, config.rules.emergency_number) == (True, "110")


def test_a_credential_goes_before_the_file_and_the_environment_before_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    (tmp_path / "ADUAN_TELEGRAM__TOKEN").write_text("7:credential\n")
    (tmp_path / "ADUAN_OPERATOR_CHAT_ID").write_text("-42\n")
    (tmp_path / "aduan.key").write_bytes(b"\xff")
    config = read(example())
    assert (config.telegram.token, config.operator_chat_id) == (SecretStr("7:credential"), -42)
    monkeypatch.setenv("ADUAN_TELEGRAM__TOKEN", "7:environment")
    assert read(example()).telegram.token == SecretStr("7:environment")


def test_a_credential_that_is_no_text_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    (tmp_path / "ADUAN_TELEGRAM__TOKEN").write_bytes(b"\xff\xfe")
    with pytest.raises(ConfigError, match="a credential cannot be read"):
        read(example())


WEBHOOK = {"public_url": "https://aduan.example.go.id/", "listen": "127.0.0.1:8080"}


def webhook(**web: str) -> Settings:
    values = example()
    values["telegram"]["updates"] = "webhook"
    values["web"] = web
    return values


def test_a_webhook_needs_a_public_address_and_a_place_to_listen() -> None:
    assert read(webhook(**WEBHOOK)).web.public_url == "https://aduan.example.go.id"
    for key in WEBHOOK:
        (line,) = problems(webhook(**{**WEBHOOK, key: ""}))
        assert line.startswith(f"web.{key}: missing; expected")


@pytest.mark.parametrize(
    "address",
    [
        "http://aduan.example.go.id",
        "https://aduan.example.go.id:8081",
        "https://aduan.example.go.id:x",
        "https://a:b@aduan.example.go.id",
        "https://aduan.example.go.id?x",
        "https://aduan.example.go.id/{x",
        "https://aduan.example.go.id/a b",
        "aduan.example.go.id",
        "https://",
    ],
)
def test_a_public_address_is_one_to_which_telegram_delivers(address: str) -> None:
    (line,) = problems(webhook(**{**WEBHOOK, "public_url": address}))
    assert line.startswith("web.public_url: ")


@pytest.mark.parametrize(
    ("secret", "fits"), [("", True), ("s" * 32, True), ("s" * 31, False), ("s " * 32, False)]
)
def test_a_secret_of_a_webhook_is_long_and_is_not_shown(secret: str, fits: bool) -> None:
    values = webhook(**WEBHOOK)
    values["telegram"]["webhook_secret"] = secret
    if fits:
        assert not secret or secret not in repr(read(values))
        return
    (line,) = problems(values)
    assert line.startswith("telegram.webhook_secret: ")
    assert secret not in line


def test_a_third_agency_is_one_more_section() -> None:
    values = example()
    values["agencies"].append({**values["agencies"][0], "id": "dinsos", "staff_chat_id": -1003})
    rules = read(values).rules
    assert [agency.prefix for agency in rules.agencies] == ["DPMD", "BAKESBANGPOL", "DINSOS"]
    assert rules.of_chat(-1003) == rules.agency("dinsos")


def test_the_token_is_in_no_representation_of_the_settings() -> None:
    assert SECRET not in repr(read(example()))


def test_the_password_of_a_database_is_in_no_representation_of_the_settings() -> None:
    settings = Database(url="postgresql+psycopg://aduan:rahasia@db.example/aduan")
    assert "rahasia" not in f"{settings!r} {settings}"


# what the file holds, what is said of it
def test_a_file_saved_by_a_windows_editor_is_read(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    text = EXAMPLE.read_text(encoding="utf-8").replace('token = ""', f'token = "{SECRET}"')
    path.write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    assert load(path) == read(example())


@pytest.mark.parametrize("key", ["base_url", "base_file_url"])
@pytest.mark.parametrize(
    "server", ["https://api.telegram.org", "http://192.168.1.5:80", "http://127.0.0.1@example.com"]
)
def test_practice_refuses_a_server_that_is_not_on_this_machine(key: str, server: str) -> None:
    values = example() | {"practice": True}
    values["telegram"] |= {
        "base_url": "http://127.0.0.1:1/bot",
        "base_file_url": "http://localhost:1/file/bot",
    }
    assert read(values).practice
    values["telegram"][key] = f"{server}/bot"
    (problem,) = problems(values)
    assert problem.startswith(f"telegram.{key}: ")
    assert "practice is true" in problem
