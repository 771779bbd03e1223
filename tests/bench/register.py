"""`python -m tests.bench.register`: speed and memory of `aduan export` with many cases.

The cases are stored by the code that the bot files them with. The export and the export of an empty store run
as processes of their own: the second one is what the process needs without rows.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import chdir
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from bot.config.settings import Config, load
from bot.database import cases
from bot.database.engine import Database
from bot.database.sealing import Codec
from bot.database.stores.choice import store_of
from bot.turns.providers import calendars
from conversations.complaints.case import Case, Contribution, Happened, Officer, Purpose
from conversations.complaints.complaint import Part
from conversations.complaints.life_cycle import Status
from conversations.complaints.references import registration_number
from conversations.complaints.terms import Terms
from tests.integration.turn_setup import case_of
from tests.unit.filed import complaint
from tests.unit.transcript import WIB

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "config.example.toml"
TOKEN = "123456:AbCdEfGhIjKlMnOpQrStUvWxYz"
PORTION = 1000
MINUTES_A_YEAR = 364 * 24 * 60
MOST_MEGABYTES = 250
FORMS = ("xlsx", "csv")
OFFICER = Officer(id=42, name="Budi Santoso")


class Measured(NamedTuple):
    """A finished export: its seconds, and its largest resident size in megabytes."""

    seconds: float
    megabytes: float


def made_cases(count: int, agencies: tuple[str, ...]) -> Iterator[Case]:
    """Return answered cases with a story of 800 characters, spread over the year 2026."""
    start = datetime(2026, 1, 1, tzinfo=WIB)
    for number in range(count):
        at = start + timedelta(minutes=number * MINUTES_A_YEAR / count)
        agency, answered = agencies[number % len(agencies)], at + timedelta(days=2)
        part = Part(message=2, at=answered, text="Bantuan disalurkan minggu depan. " * 6)
        response = Contribution(
            purpose=Purpose.RESPONSE, by=OFFICER.name, at=answered, parts=(part,), due_on=answered.date()
        )
        changes = {
            "reference": registration_number(agency, 2026, number // len(agencies) + 1),
            "complaint": complaint(agency=agency, confidential=number % 20 == 0),
            "received_at": at,
            "status": Status.RESPONDED,
            "officer": OFFICER,
            "verified_by": OFFICER,
            "timeline": (
                Happened(status=Status.RECEIVED, at=at),
                Happened(status=Status.VERIFIED, at=answered, by=OFFICER.name),
                Happened(status=Status.RESPONDED, at=answered, by=OFFICER.name),
            ),
            "thread": (response,),
        }
        yield case_of(f"c{number:011}", 1, agency=agency).model_copy(update=changes)


async def fill(settings: Config, count: int) -> None:
    """Store the cases in portions."""
    database = await Database.open(store_of(settings.database))
    codec = Codec.load(settings.database.keys_path, create=True)
    terms = Terms(settings.rules, calendars(settings.rules))
    made = made_cases(count, tuple(agency.id for agency in settings.rules.agencies))
    done = 0
    while some := list(islice(made, PORTION)):
        await database.write(lambda c, some=some: cases.file_cases(c, codec, some, terms))  # type: ignore[misc]
        done += len(some)
        sys.stderr.write(f"\r{done} cases stored")
    sys.stderr.write("\n")
    await database.close()


def exported(folder: Path, form: str) -> Measured:
    """Run the export as a process, and return its figures."""
    command = ("export", "--period", "2026", "--format", form, "--identities", "--force")
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    begun = time.monotonic()
    process = subprocess.Popen([sys.executable, "-m", "bot.cli", *command], cwd=folder, env=environment)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"the export ended with {process.returncode}")
    return Measured(time.monotonic() - begun, usage.ru_maxrss / 1024)


def measure(folder: Path, count: int) -> list[str]:
    """Fill a store in the folder, export it, and return the figures as lines."""
    lines = []
    idle = _installed(folder / "empty", 0)
    full = _installed(folder / "full", count)
    for form in FORMS:
        empty, whole = exported(idle, form), exported(full, form)
        rate = count / (whole.seconds - empty.seconds)
        size = (full / f"register-all-2026.{form}").stat().st_size / 1024**2
        lines.append(
            f"{form}: {count} rows in {whole.seconds:.1f} s, {rate:.0f} rows/s, file {size:.1f} MB, peak "
            f"{whole.megabytes:.0f} MB, {whole.megabytes / empty.megabytes:.2f} times that of no rows "
            f"({empty.megabytes:.0f} MB)"
        )
        if whole.megabytes > MOST_MEGABYTES:
            raise RuntimeError(f"{lines[-1]}: more than {MOST_MEGABYTES} MB")
    return lines


def _installed(folder: Path, count: int) -> Path:
    folder.mkdir()
    text = EXAMPLE.read_text(encoding="utf-8").replace('token = ""', f'token = "{TOKEN}"')
    (folder / "config.toml").write_text(text, encoding="utf-8")
    with chdir(folder):
        asyncio.run(fill(load(Path("config.toml")), count))
    return folder


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.register", description=__doc__)
    parser.add_argument("--cases", type=int, default=100_000, help="how many")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for line in measure(Path(folder), wanted.cases):
            sys.stdout.write(f"{line}\n")


if __name__ == "__main__":
    main()
