"""Classes of errors: those that end by waiting, and permanent ones."""

from __future__ import annotations

import errno
import sqlite3
from pathlib import Path

import pytest
from jinja2 import TemplateNotFound
from sqlalchemy.exc import IntegrityError

from bot.foundation.disk import read
from bot.foundation.faults import is_infrastructure
from tests.integration.driver import disk_full


def _of_sqlite(code: int) -> sqlite3.Error:
    error = sqlite3.OperationalError("said")
    error.sqlite_errorcode = code
    return error


ERRORS: dict[str, tuple[BaseException, bool]] = {
    "a full disk": (disk_full(), True),
    "another process": (_of_sqlite(sqlite3.SQLITE_BUSY_SNAPSHOT), True),
    "a damaged page": (_of_sqlite(sqlite3.SQLITE_CORRUPT), False),
    "a number used before": (IntegrityError("INSERT", {}, _of_sqlite(sqlite3.SQLITE_CONSTRAINT)), False),
    "no room for a file": (OSError(errno.ENOSPC, "said"), True),
    "too many open files": (OSError(errno.EMFILE, "said"), True),
    "a network that is silent": (TimeoutError(), True),
    "a name that is too long": (OSError(errno.ENAMETOOLONG, "said"), False),
    "a folder in a file's place": (IsADirectoryError(errno.EISDIR, "said"), False),
    "a template that is not there": (TemplateNotFound("x"), False),
    "a value of another type": (TypeError(), False),
    "a core that calls itself for ever": (RecursionError(), False),
}


@pytest.mark.parametrize("name", ERRORS)
def test_only_temporary_errors_are_waited_for(name: str) -> None:
    error, waits = ERRORS[name]
    assert is_infrastructure(error) is waits


@pytest.mark.parametrize("path", ["../secret", "ab/../../secret", "secret", ""])
def test_a_path_that_no_content_was_written_to_is_not_read(tmp_path: Path, path: str) -> None:
    folder = tmp_path / "files"
    (folder / "ab").mkdir(parents=True)
    for place in (tmp_path / "secret", folder / "secret"):
        place.write_bytes(b"of somebody else")
    with pytest.raises(FileNotFoundError):
        read(folder, path)
