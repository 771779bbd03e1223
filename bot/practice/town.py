"""The practice town: the people of `aduan demo`, and the configuration of the bot that serves them.

The configuration is config.example.toml with the practice's groups, people and addresses in it, so that the
practice shows what the example sets up.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from bot.clock.calendars import WorkingCalendar
from bot.clock.zone import ZONE
from conversations.complaints.mornings import morning_of

if TYPE_CHECKING:
    from bot.simulator.server import Simulator

EXAMPLE = Path(__file__).parent.parent.parent / "config.example.toml"

CITIZENS: Mapping[int, str] = {101: "Siti Aminah", 102: "Budi Santoso", 103: "Maimunah"}


@dataclass(frozen=True, slots=True)
class Office:
    """An agency's people and groups."""

    # The name of the staff group, its id, and the id of the restricted group (0: none).
    title: str
    staff: int
    restricted: int
    # The officers and the leader: ids and names.
    officers: Mapping[int, str]
    leader: tuple[int, str]
    # Whether the leader approves responses.
    approval: bool = False
    # The group of the agency's first division: its name and id (0: none), and a member.
    division: tuple[str, int] = ("", 0)
    member: tuple[int, str] = (0, "")


# In the order of the example's [[agencies]].
OFFICES = (
    Office(
        "DPMD – Pengaduan",
        -1001000000001,
        -1001000000003,
        {201: "Rina (petugas DPMD)", 202: "Agus (petugas DPMD)"},
        (209, "Ibu Kepala DPMD"),
        division=("Bidang Pemdes", -1001000000004),
        member=(205, "Hasan (Bidang Pemdes)"),
    ),
    Office(
        "Bakesbangpol – Pengaduan",
        -1001000000002,
        0,
        {301: "Dewi (petugas Bakesbangpol)", 302: "Joko (petugas Bakesbangpol)"},
        (309, "Bapak Kepala Bakesbangpol"),
        approval=True,
    ),
)
OPERATOR = OFFICES[0].leader[0]


class ExampleChangedError(Exception):
    """A line that practice fills in is not in config.example.toml any more."""


def offices() -> tuple[Office, ...]:
    """One office for each [[agencies]] of the example; those beyond OFFICES get people of the same kind."""
    agencies = tomllib.loads(EXAMPLE.read_text(encoding="utf-8"))["agencies"]
    more = (_office(place, agencies[place]["short_name"]) for place in range(len(OFFICES), len(agencies)))
    return (*OFFICES[: len(agencies)], *more)


def _office(place: int, name: str) -> Office:
    first = 100 * (place + 2)
    officers = {first + 1: f"Ratna (petugas {name})", first + 2: f"Hadi (petugas {name})"}
    return Office(f"{name} – Pengaduan", -1001000000010 - place, 0, officers, (first + 9, f"Kepala {name}"))


def settle(simulator: Simulator) -> None:
    """Put the people and groups into the embedded messenger."""
    for number, name in CITIZENS.items():
        simulator.person(number, name)
    for office in offices():
        officers = [simulator.person(number, name) for number, name in office.officers.items()]
        leader = simulator.person(*office.leader)
        simulator.group(office.staff, office.title, members=[*officers, leader])
        if office.restricted:
            simulator.group(office.restricted, f"{office.title} (terbatas)", members=[leader])
        if office.division[1]:
            member = simulator.person(*office.member)
            simulator.group(office.division[1], office.division[0], members=[member, leader])


def next_working_day(at: float) -> float:
    """The same time of the next working day, not before its reminders are sent; Unix seconds."""
    calendar = WorkingCalendar()
    moment = datetime.fromtimestamp(at, ZONE) + timedelta(days=1)
    while not calendar.is_working_day(moment.date()):
        moment += timedelta(days=1)
    return max(moment, morning_of(moment.date())).timestamp()


def configuration(simulator: Simulator, folder: Path, more: Mapping[str, str] | None = None) -> str:
    """The example, filled in for the practice, with more lines replaced. Raises ExampleChangedError."""
    general, *agencies = EXAMPLE.read_text(encoding="utf-8").split("\n[[agencies]]\n")
    servers = f'base_url = "{simulator.base_url}"\nbase_file_url = "{simulator.base_file_url}"'
    filled = _fill(
        general,
        {
            "operator_chat_id = 0": f"operator_chat_id = {OPERATOR}",
            "#practice = false": "practice = true",
            'token = ""': f'token = "{simulator.token}"\n{servers}',
            '#url = "sqlite:///data/aduan.db"': f'url = "sqlite:///{folder}/aduan.db"',
            # Inside the folder, which is emptied at each start: the numbers of a practice begin at 1.
            '#state = ""': f'state = "{folder}/state"',
            '#level = "info"': 'level = "warning"',
            # The practice messenger has no limits, and samples act faster than people.
            "#private_per_second = 1.0": "private_per_second = 30.0",
            "#group_messages = 20": "group_messages = 200",
            **(more or {}),
        },
    )
    for office, agency in zip(offices(), agencies, strict=True):
        lines = {
            "staff_chat_id = 0": f"staff_chat_id = {office.staff}",
            "leaders = []": f"leaders = [{office.leader[0]}]",
        }
        if office.division[1]:
            # The first division of the section: the line is in the example once.
            lines["#chat_id = 0"] = f"chat_id = {office.division[1]}"
        if office.approval:
            lines["#approval = false"] = "approval = true"
        if office.restricted:
            lines["#restricted_chat_id = 0"] = f"restricted_chat_id = {office.restricted}"
        filled += "\n[[agencies]]\n" + _fill(agency, lines)
    return filled


def _fill(text: str, lines: Mapping[str, str]) -> str:
    """The text with each of these lines, which it contains once, replaced."""
    for old, new in lines.items():
        if f"\n{text}\n".count(f"\n{old}\n") != 1:
            raise ExampleChangedError(f"config.example.toml: expected the line {old!r} once in each section")
        text = f"\n{text}\n".replace(f"\n{old}\n", f"\n{new}\n")[1:-1]
    return text
