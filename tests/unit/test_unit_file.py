"""docs/aduan.service: how well it shuts the bot in, and that it fits the bot."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from bot.config.environment import names
from bot.config.settings import Config
from bot.foundation.exit_codes import FINAL

UNIT = Path(__file__).parents[2] / "docs" / "aduan.service"
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


def directives() -> dict[str, list[str]]:
    """Every directive with its values, in order."""
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r"^(\w+)=(.*)$", UNIT.read_text(encoding="utf-8"), re.MULTILINE):
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


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not installed")
def test_the_exposure_is_low() -> None:
    command = ["systemd-analyze", "security", "--offline=true", "--no-pager", str(UNIT)]
    report = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    level = re.search(r"exposure level for aduan\.service: ([0-9.]+)", report)
    assert level, report
    assert float(level[1]) <= MOST_EXPOSED
