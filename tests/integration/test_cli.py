"""The commands as a person meets them: exit codes and sentences, never a traceback."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import tomllib
from importlib.metadata import version
from pathlib import Path

import pytest
from telegram.error import NetworkError

from bot.config.sections import Database
from bot.config.settings import load, read
from bot.database.schema import HEAD
from bot.database.stores.file_lock import Lock
from bot.database.stores.sqlite import SqliteStore
from bot.operations.check_telegram import examine_telegram
from bot.operations.migrate import migrate
from bot.practice import demo, town
from bot.simulator.server import Simulator
from tests.commands import aduan, clean_environment
from tests.forked import Ends, Forked, server

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "config.example.toml"
SECRET = "123456:AbCdEfGhIjKlMnOpQrStUvWxYz"


def test_the_version_is_printed(tmp_path: Path) -> None:
    for asked in ("version", "--version"):
        command = [sys.executable, "-m", "bot.cli", asked]
        environment = clean_environment(PYTHONPATH=str(ROOT))
        printed = subprocess.check_output(command, cwd=tmp_path, env=environment, text=True)
        assert printed == f"{version('aduan')}\n"


@pytest.mark.parametrize("command", ["run", "init", "check", "migrate"])
def test_without_a_configuration_each_command_says_what_to_do(tmp_path: Path, command: str) -> None:
    done = aduan(command, folder=tmp_path)
    assert done.returncode == 2
    assert done.stderr == (
        "Berkas konfigurasi config.toml belum ada. Salin config.example.toml menjadi config.toml, lalu isi.\n"
        "config.toml: not found. Copy config.example.toml and fill it in\n"
    )


def test_a_wrong_configuration_stops_the_start_with_every_wrong_key(tmp_path: Path) -> None:
    text = EXAMPLE.read_text(encoding="utf-8").replace("staff_chat_id = 0", "staff_chat_id = 12", 1)
    (tmp_path / "own.toml").write_text(text.replace("operator_chat_id = 0", 'operator_chat_id = "1"'))
    done = aduan("run", "--config", "own.toml", folder=tmp_path)
    assert done.returncode == 2
    assert "own.toml: telegram.token: expected" in done.stderr
    assert "own.toml: operator_chat_id: found '1'" in done.stderr
    assert "Traceback" not in done.stderr


def test_commands_that_do_not_call_the_messenger_need_no_token(tmp_path: Path) -> None:
    # As in /etc/aduan, where only root can read the token.
    (tmp_path / "config.toml").write_text(EXAMPLE.read_text(encoding="utf-8"))
    for command in (("init",), ("verify",), ("backup", "--to", "copies"), ("retention",), ("quarantine",)):
        done = aduan(*command, folder=tmp_path)
        assert (done.returncode, done.stderr) == (0, ""), done
    (tmp_path / "config.toml").write_text("[telegram]\ntoken = 7\n")
    assert "telegram.token: expected" in aduan("verify", folder=tmp_path).stderr


def test_the_token_may_come_from_the_environment_and_is_never_printed(tmp_path: Path) -> None:
    environment = {"ADUAN_TELEGRAM__TOKEN": SECRET, "ADUAN_TELEGRAM__BASE_URL": "http://127.0.0.1:9/bot"}
    done = aduan("check", "--config", str(EXAMPLE), folder=tmp_path, **environment)
    assert done.returncode == 1
    assert "PROBLEM http://127.0.0.1:9/bot: no answer" in done.stdout
    assert SECRET not in done.stdout + done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("token", "says"),
    [
        ("123:short", "PROBLEM telegram.token: too short"),
        (f"1:{'A' * 35}", "PROBLEM telegram.token: too short"),
        (f"123456789:{'A' * 35}", "NOTE    telegram.token: it looks like a token"),
    ],
)
async def test_the_tokens_form_is_checked_while_telegram_cannot_be_asked(
    monkeypatch: pytest.MonkeyPatch, token: str, says: str
) -> None:
    async def offline(_self: object) -> None:
        raise NetworkError("ClientConnectorDNSError")

    monkeypatch.setattr("bot.operations.check_telegram.Bot.initialize", offline)
    values = tomllib.loads(EXAMPLE.read_text())
    values["telegram"]["token"] = token
    first, second = await examine_telegram(read(values), {}, {})
    assert f"{first.level:<8}{first.what}".startswith(says)
    assert "no answer (the server's name cannot be looked up" in second.what


def test_a_start_without_a_network_says_what_it_waits_for(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(EXAMPLE.read_text().replace('token = ""', 'token = "1:A"'))
    environment = {"ADUAN_TELEGRAM__BASE_URL": "http://127.0.0.1:9/bot", "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(
        [sys.executable, "-m", "bot.cli", "run"],
        cwd=tmp_path,
        env={**os.environ, **environment},
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr
    try:
        said = [process.stderr.readline(), process.stderr.readline()]
    finally:
        process.terminate()
        process.communicate(timeout=60)
    assert "app.starting" in said[0]
    assert "http://127.0.0.1:9/bot" in said[0]
    assert "telegram.unreachable" in said[1]
    assert "127.0.0.1:9" in said[1]
    assert "the server cannot be reached" in said[1]


def test_migrate_before_the_first_start_only_names_the_right_command(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(EXAMPLE.read_text().replace('token = ""', 'token = "1:A"'))
    done = aduan("migrate", folder=tmp_path)
    assert (done.returncode, done.stdout) == (
        0,
        "data/aduan.db is not there yet; the first `aduan run` makes it\n",
    )
    assert [path.name for path in tmp_path.iterdir()] == ["config.toml"]


def test_migrate_makes_the_tables_and_says_so(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(EXAMPLE.read_text().replace('token = ""', 'token = "1:A"'))
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "aduan.db").touch()
    done = aduan("migrate", folder=tmp_path)
    assert (done.returncode, done.stdout) == (0, f"data/aduan.db: from revision none to {HEAD}\n")
    assert "up to date already" in aduan("migrate", folder=tmp_path).stdout


def test_a_running_bot_s_database_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "data" / "aduan.db"
    (tmp_path / "config.toml").write_text(EXAMPLE.read_text().replace('token = ""', 'token = "1:A"'))
    path.parent.mkdir()
    path.touch()
    lock = Lock(path)
    try:
        done = aduan("migrate", folder=tmp_path)
    finally:
        lock.release()
    assert done.returncode == 1
    assert done.stderr.startswith("aduan: ")
    assert path.stat().st_size == 0


def test_a_folder_that_cannot_be_made_is_reported_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file")
    (tmp_path / "config.toml").write_text(EXAMPLE.read_text().replace('token = ""', 'token = "1:A"'))
    done = aduan("run", folder=tmp_path)
    assert done.returncode == 1
    assert done.stderr.startswith("aduan: ")
    assert "Traceback" not in done.stderr


def test_a_start_imports_neither_the_other_commands_nor_their_packages(tmp_path: Path) -> None:
    listed = "import sys, bot.cli; print(*sys.modules)"
    names = subprocess.run(
        [sys.executable, "-c", listed], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    assert {
        "telegram",
        "sqlalchemy",
        "aiohttp",
        "pydantic",
        "rich",
        "bot.operations.check",
        "bot.practice.demo",
    }.isdisjoint(names)


async def test_practice_is_the_example_with_its_groups_people_and_addresses(tmp_path: Path) -> None:
    simulator = await Simulator.start()
    try:
        town.settle(simulator)
        config = read(tomllib.loads(town.configuration(simulator, tmp_path)))
    finally:
        await simulator.close()
    assert config.practice
    assert config.telegram.base_url == simulator.base_url
    assert config.database == Database(url=f"sqlite:///{tmp_path}/aduan.db", state=f"{tmp_path}/state")
    assert [agency.staff_chat_id in simulator.groups for agency in config.agencies] == [True, True]
    assert [len(agency.leaders) for agency in config.agencies] == [1, 1]
    assert [bool(agency.restricted_chat_id) for agency in config.agencies] == [True, False]
    assert [agency.approval for agency in config.agencies] == [False, True]
    assert config.agencies[0].divisions[0].chat_id in simulator.groups
    # Two officers and a leader of each agency, and a member of the division.
    assert len(simulator.people) == len(town.CITIZENS) + 2 * 3 + 1


async def test_a_third_agency_of_the_example_gets_a_group_and_people(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    third = EXAMPLE.read_text().rpartition("\n[[agencies]]\n")[2].replace("bakesbangpol", "dinsos")
    example = tmp_path / "example.toml"
    plain = third.replace("Bakesbangpol", "Dinsos").replace("#restricted_chat_id = 0\n", "")
    example.write_text(f"{EXAMPLE.read_text()}\n[[agencies]]\n{plain}")
    monkeypatch.setattr(town, "EXAMPLE", example)
    simulator = await Simulator.start()
    try:
        town.settle(simulator)
        config = read(tomllib.loads(town.configuration(simulator, tmp_path)))
    finally:
        await simulator.close()
    *_, dinsos = config.agencies
    assert len(config.agencies) == 3
    assert dinsos.staff_chat_id in simulator.groups
    assert all(leader in simulator.people for leader in dinsos.leaders)
    assert len(simulator.people) == len(town.CITIZENS) + 3 * 3 + 1


def test_a_changed_example_is_reported_with_the_missing_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    changed = tmp_path / "example.toml"
    changed.write_text(EXAMPLE.read_text().replace("leaders = []", "leaders = [1]"))
    monkeypatch.setattr(town, "EXAMPLE", changed)
    messenger = Simulator("1:A", "Bot", None)
    with pytest.raises(town.ExampleChangedError, match="leaders"):
        town.configuration(messenger, tmp_path)


async def _demo(folder: Path) -> tuple[Forked, Ends]:
    """Start the practice and wait for what it prints first."""
    ends = Ends(folder / "printed", folder / "errors", folder=folder)
    process = server().start("bot.cli", ("demo", "--port", "0", "--no-browser"), clean_environment(), ends)
    async with asyncio.timeout(60):
        while not (ends.output.exists() and "\n" in ends.output.read_text()):
            assert process.poll() is None, ends.errors.read_text()
            await asyncio.sleep(0.05)
    return process, ends


async def _end_of(process: Forked) -> int:
    async with asyncio.timeout(60):
        while (code := process.poll()) is None:  # noqa: ASYNC110 - the same
            await asyncio.sleep(0.05)
    return code


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
async def test_practice_prints_its_address_first_and_ends_cleanly(
    tmp_path: Path, number: signal.Signals
) -> None:
    process, ends = await _demo(tmp_path)
    try:
        assert ends.output.read_text().startswith("Practice page: http://127.0.0.1:")
        (config,) = (tmp_path / demo.FOLDER).glob("*/config.toml")
        database = tmp_path / load(config).database.path
        async with asyncio.timeout(60):
            while not database.exists():  # noqa: ASYNC110 - another process makes it
                await asyncio.sleep(0.05)
    finally:
        process.send_signal(number)
        code = await _end_of(process)
    assert code == 0, ends.errors.read_text()
    assert not list((tmp_path / demo.FOLDER).glob("*/*-wal"))


def test_a_taken_port_is_reported_in_a_sentence(tmp_path: Path) -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = aduan("demo", "--port", str(taken.getsockname()[1]), folder=tmp_path)
    assert done.returncode == 1
    assert done.stderr.startswith("aduan: ")
    assert "is in use" in done.stderr
    assert "aduan demo --port" in done.stderr
    assert not (tmp_path / "data").exists()


def test_no_text_browser_is_started_in_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    assert not demo._has_screen()
    monkeypatch.setenv("DISPLAY", ":0")
    assert demo._has_screen()


def test_an_export_says_what_is_wrong_and_what_was_written(tmp_path: Path) -> None:
    text = EXAMPLE.read_text(encoding="utf-8")
    (tmp_path / "config.toml").write_text(text.replace('token = ""', f'token = "{SECRET}"'))
    missing = aduan("export", folder=tmp_path)
    assert (missing.returncode, missing.stdout) == (1, "")
    assert missing.stderr.endswith("is not there yet; the first `aduan run` makes it\n")
    assert aduan("init", folder=tmp_path).returncode == 0
    done = aduan("export", "dpmd", "--period", "2026-Q4", "--format", "csv", folder=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == ("register-dpmd-2026-Q4.csv: 0 complaints received from 2026-10-01 to 2026-12-31\n")


@pytest.mark.sqlite("its file")
def test_migrating_an_up_to_date_database_leaves_it_as_it_is(tmp_path: Path) -> None:
    path, keys = tmp_path / "a.db", tmp_path / "a.key"
    path.touch()
    assert migrate(SqliteStore(path), keys).endswith(HEAD)
    before = path.read_bytes()
    assert "up to date already" in migrate(SqliteStore(path), keys)
    assert path.read_bytes() == before
