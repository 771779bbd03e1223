"""The highest registration number issued of each agency and year, in a file outside of the data folder.

The database may be lost, or restored from a backup without the last complaints. Their numbers are on receipts
and cards by then, and must not be issued to other people. So each number is written here after its
complaint's commit and before a person reads it. The content: {"dpmd": {"2026": 42}}.
"""

from __future__ import annotations

import contextlib
import json
import re
import secrets
import threading
from collections.abc import Iterable, Mapping
from pathlib import Path

from bot.database.serials import Number
from bot.foundation import disk

# (agency, year) -> serial number.
Highest = dict[tuple[str, int], int]

LARGEST_FILE = 1_000_000
# Above any agency's complaints in a year, and below the register's own limit (bot/database/serials.py):
# numbering must not continue from a damaged number.
LARGEST_SERIAL = 999_999
_AGENCY = re.compile(r"[a-z][a-z0-9_]{1,15}")
_YEAR = re.compile(r"20[0-9]{2}")


class DamagedError(Exception):
    """The file exists and does not hold registration numbers."""


def read(path: Path) -> Highest:
    """The numbers of a file; none without the file. Raises DamagedError."""
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise DamagedError(f"{path}: too large")
        return _checked(json.loads(path.read_text("utf-8")))
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (OSError, ValueError, RecursionError) as error:
        raise DamagedError(f"{path}: {type(error).__name__}") from error


def _checked(content: object) -> Highest:
    """The numbers, if each part has its shape. Raises ValueError."""
    found: Highest = {}
    for agency, years in _entries(content):
        for year, serial in _entries(years):
            if not isinstance(serial, int) or not _is_number(agency, year, serial):
                raise ValueError("no registration number")
            found[agency, int(year)] = serial
    return found


def _is_number(agency: str, year: str, serial: object) -> bool:
    known = _AGENCY.fullmatch(agency) and _YEAR.fullmatch(year)
    # Exactly int: true and 42.0 are no serial numbers.
    return bool(known) and type(serial) is int and 0 <= serial <= LARGEST_SERIAL


def _entries(content: object) -> Iterable[tuple[str, object]]:
    if not isinstance(content, dict):
        raise ValueError("no table")  # noqa: TRY004 - as json says of a wrong content
    return content.items()


class Watermark:
    """The file, and what it holds. Its methods may run in several threads."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._highest: Highest = {}
        self._lock = threading.Lock()

    def load(self) -> Path | None:
        """Read the file. A damaged one counts as empty: it gets another name, which is returned."""
        with self._lock:
            self._remove_leftovers()
            return self._read()

    @property
    def highest(self) -> Mapping[tuple[str, int], int]:
        """The highest number of each agency and year that was issued, as far as the file knows."""
        return dict(self._highest)

    def raise_to(self, numbers: Iterable[Number]) -> None:
        """Keep these if they are higher; when it returns they are on the disk. Raises OSError."""
        with self._lock:
            self._raise_to(numbers)

    def follow(self, numbers: Iterable[Number]) -> Path | None:
        """Keep these if they are higher than in the file, which another process may have written.

        Returns the other name that a damaged file got. Raises OSError.
        """
        with self._lock:
            damaged = self._read()
            self._raise_to(numbers)
            return damaged

    def _read(self) -> Path | None:
        try:
            self._highest = read(self.path)
        except DamagedError:
            self._highest = {}
            return self._set_aside()
        return None

    def _raise_to(self, numbers: Iterable[Number]) -> None:
        raised = dict(self._highest)
        for agency, year, serial in numbers:
            # A number that cannot be read back would make the whole file damaged.
            if not _is_number(agency, str(year), serial):
                continue
            raised[agency, year] = max(serial, raised.get((agency, year), 0))
        if raised != self._highest:
            disk.write(self.path.parent, self.path.name, [_encoded(raised)])
            # Set after the write: a number that was not written is tried again with the next one.
            self._highest = raised

    def _set_aside(self) -> Path:
        aside = self.path.with_name(f"{self.path.name}.damaged-{secrets.token_hex(4)}")
        # Without the right to rename, the file stays and is overwritten later.
        with contextlib.suppress(OSError):
            self.path.rename(aside)
            return aside
        return self.path

    def _remove_leftovers(self) -> None:
        """Delete incomplete files of a process that was killed."""
        with contextlib.suppress(OSError):
            for left in self.path.parent.glob(f"{self.path.name}.*{disk.TEMPORARY}"):
                left.unlink()


def _encoded(highest: Mapping[tuple[str, int], int]) -> bytes:
    content: dict[str, dict[str, int]] = {}
    for (agency, year), serial in sorted(highest.items()):
        content.setdefault(agency, {})[str(year)] = serial
    return json.dumps(content, indent=1).encode()
