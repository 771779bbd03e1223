"""The units of systemd in docs: how well they shut programs in, and that they fit the bot and each other."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from bot.config.environment import names
from bot.config.settings import Config
from bot.foundation.exit_codes import FINAL

DOCS = Path(__file__).parents[2] / "docs"
UNIT = DOCS / "aduan.service"
POSTGRES = sorted((DOCS / "systemd").iterdir())
SERVICES = [UNIT, *(path for path in POSTGRES if path.suffix == ".service")]
MOST_EXPOSED = 3.0

# What the analysis weighs most, and what the bot relies on; compared where the tool is missing as well.
DIRECTIVES = {
    "Type": "notify",
    "User": "aduan",
    "UMask": "0077",
    "LimitCORE": "0",
    "StateDirectory": "aduan",
    "ConfigurationDirectory": "aduan",
    "LogsDirectory": "aduan",
    "NoNewPrivileges": "yes",
    "CapabilityBoundingSet": "",
    "ProtectSystem": "strict",
    "ProtectHome": "yes",
    "PrivateTmp": "yes",
    "PrivateDevices": "yes",
    "PrivateUsers": "yes",
    "ProtectKernelTunables": "yes",
    "ProtectKernelModules": "yes",
    "ProtectKernelLogs": "yes",
    "ProtectControlGroups": "yes",
    "ProtectProc": "invisible",
    "RestrictNamespaces": "yes",
    "RestrictSUIDSGID": "yes",
    "LockPersonality": "yes",
    "MemoryDenyWriteExecute": "yes",
    "RestrictAddressFamilies": "AF_INET AF_INET6 AF_UNIX",
    "SystemCallArchitectures": "native",
}


def directives(unit: Path = UNIT) -> dict[str, list[str]]:
    """Every directive with its values, in order."""
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r"^(\w+)=(.*)$", unit.read_text(encoding="utf-8"), re.MULTILINE):
        found.setdefault(name, []).append(value)
    return found


@pytest.mark.parametrize("name", DIRECTIVES)
def test_the_bot_is_shut_in(name: str) -> None:
    assert directives()[name] == [DIRECTIVES[name]]


def test_system_calls_are_those_of_services() -> None:
    assert directives()["SystemCallFilter"] == ["@system-service", "~@privileged @resources"]


def test_what_a_person_has_to_end_is_not_restarted() -> None:
    (final,) = directives()["RestartPreventExitStatus"]
    assert [int(code) for code in final.split()] == list(FINAL)
    assert directives()["Restart"] == ["always"]
    assert int(directives()["StartLimitBurst"][0]) > 0


def test_a_start_without_a_network_is_not_ended() -> None:
    assert directives()["TimeoutStartSec"] == ["infinity"]
    assert int(directives()["WatchdogSec"][0]) >= 60


def test_each_credential_is_a_setting() -> None:
    for credential in directives()["LoadCredential"]:
        assert credential.partition(":")[0] in names(Config)


def test_a_bot_on_postgres_starts_again_at_once_and_however_often() -> None:
    added = directives(DOCS / "systemd" / "postgres.conf")
    assert added["StartLimitIntervalSec"] == ["0"]
    assert int(added["RestartSec"][0]) <= 2
    named = re.findall(r"LoadCredential=(\w+):", (DOCS / "systemd" / "postgres.conf").read_text("utf-8"))
    assert set(named) <= set(names(Config))


def test_the_units_of_postgres_name_the_same_places_as_the_document() -> None:
    server = directives(DOCS / "systemd" / "aduan-postgres.service")
    backup = (DOCS / "systemd" / "aduan-basebackup.service").read_text("utf-8")
    guide = (DOCS / "postgres.md").read_text("utf-8")
    state, runtime = f"/var/lib/{server['StateDirectory'][0]}", f"/run/{server['RuntimeDirectory'][0]}"
    assert server["ExecStart"][0].endswith(f" -D {state}/data")
    assert f"{state}/data/standby.signal" in backup
    assert f"-h {runtime} " in backup
    assert f"unix_socket_directories = '{runtime}'" in guide
    for unit in (server, directives(DOCS / "systemd" / "aduan-basebackup.service")):
        assert unit["ReadWritePaths"] == ["-/mnt/backup/postgres"]
    assert "jit = off" in guide
    assert server["MemoryDenyWriteExecute"] == ["yes"]


def test_the_document_installs_each_unit() -> None:
    guide = (DOCS / "postgres.md").read_text("utf-8")
    assert [path.name for path in POSTGRES if f"(systemd/{path.name})" not in guide] == []


def test_a_segment_is_archived_once_and_never_replaced(tmp_path: Path) -> None:
    """A new primary archives again what the old one archived before the failover."""
    segment, archive = tmp_path / "segment", tmp_path / "wal"
    archive.mkdir()

    def archived(content: bytes) -> bool:
        segment.write_bytes(content)
        command: list[str | Path] = [
            DOCS / "systemd" / "archive-wal",
            segment,
            "000000010000000000000001",
            archive,
        ]
        return subprocess.run(command, capture_output=True, check=False).returncode == 0

    assert [archived(b"first"), archived(b"first"), archived(b"other")] == [True, True, False]
    assert [path.read_bytes() for path in archive.iterdir()] == [b"first"]


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not installed")
@pytest.mark.parametrize("unit", SERVICES, ids=lambda unit: unit.name)
def test_the_exposure_is_low(unit: Path) -> None:
    command = ["systemd-analyze", "security", "--offline=true", "--no-pager", str(unit)]
    report = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    level = re.search(rf"exposure level for {re.escape(unit.name)}: ([0-9.]+)", report)
    assert level, report
    assert float(level[1]) <= MOST_EXPOSED


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not installed")
def test_systemd_understands_each_line() -> None:
    units = [*SERVICES, *(path for path in POSTGRES if path.suffix == ".timer")]
    command = ["systemd-analyze", "verify", "--man=no", *map(str, units)]
    said = subprocess.run(command, capture_output=True, text=True, check=False).stderr
    # The programs are installed on the machine that runs the units.
    assert [line for line in said.splitlines() if "is not executable" not in line] == []
