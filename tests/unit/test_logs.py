"""Logs hold what happened and where, never what people wrote, their numbers or the token."""

from __future__ import annotations

import ast
import errno
import io
import json
import logging
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
import structlog

from bot import logs
from bot.config.sections import Log
from bot.foundation import uncaught
from bot.foundation.log_fields import FIELDS, NUMBERS

TOKEN = "123456789:AAbbCCddEEffGGhh_-11"


@pytest.fixture(autouse=True)
def untouched_logging() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    hooks = sys.excepthook, threading.excepthook, sys.unraisablehook, warnings.showwarning
    yield
    sys.excepthook, threading.excepthook, sys.unraisablehook, warnings.showwarning = hooks
    root.handlers = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def fail(message: str) -> None:
    raise ValueError(message)


def logged(capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    line: dict[str, object] = json.loads(capsys.readouterr().err)
    return line


# what is in the line, whether it may be read there
SEEN = [
    (f"https://api.telegram.org/bot{TOKEN}/getMe", TOKEN, False),
    ("hubungi 0816-5456-650", "5456", False),
    ("nomor +62 816 5456 650", "5456", False),
    ("NIK 3514012345678901", "3514012345678901", False),
    ("DPMD-2026-0042", "DPMD-2026-0042", True),
    ("HTTP 502 after 1200 ms", "HTTP 502 after 1200 ms", True),
]


@pytest.mark.parametrize(("value", "part", "readable"), SEEN)
def test_tokens_and_long_numbers_are_covered(
    capsys: pytest.CaptureFixture[str], value: str, part: str, readable: bool
) -> None:
    logs.configure(Log(format="json"))
    structlog.get_logger().info("something", reason=value, inner={"list": [value]})
    assert (part in capsys.readouterr().err) is readable


def test_personal_fields_are_covered_and_ids_stay(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure(Log(format="json"))
    structlog.get_logger().info("taken", text="Pak Lurah", name="Siti", raw=b"Siti", chat=-1001234567890)
    line = logged(capsys)
    assert (line["text"], line["name"], line["raw"]) == ("…", "…", "…")
    assert (line["event"], line["chat"], line["level"]) == ("taken", -1001234567890, "info")


def test_an_exception_is_logged_by_type_and_place_without_its_message(
    capsys: pytest.CaptureFixture[str],
) -> None:
    logs.configure(Log(format="json"))
    try:
        fail("Siti Aminah, Dusun Krajan")
    except ValueError:
        structlog.get_logger().exception("failed")
    line = logged(capsys)
    assert line["error"] == "ValueError"
    assert "test_logs.py" in str(line["at"])
    assert "Siti" not in str(line)


def test_libraries_log_in_the_same_form_and_only_warnings(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure(Log(format="json", level="debug"))
    logging.getLogger("httpx").info("POST /bot%s/getMe", TOKEN)
    assert capsys.readouterr().err == ""
    try:
        fail("Siti")
    except ValueError:
        logging.getLogger("telegram.ext").warning("gone for %s", TOKEN, exc_info=True)
    line = logged(capsys)
    assert (line["event"], line["level"], line["error"]) == ("gone for %s", "warning", "ValueError")
    assert line["library"] == "telegram.ext"
    assert not {"Siti", TOKEN} & set(str(line).split())


def test_a_console_line_is_readable_and_covered_too(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure(Log(format="console"))
    structlog.get_logger().warning("channel.unreachable", reason=TOKEN)
    line = capsys.readouterr().err
    assert "channel.unreachable" in line
    assert TOKEN not in line


def test_what_is_below_the_level_is_not_logged(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure(Log(format="json", level="warning"))
    structlog.get_logger().info("quiet")
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("name", ["telegram", "aiohttp.server", "some.library"])
def test_a_message_that_a_library_put_together_is_not_shown(
    capsys: pytest.CaptureFixture[str], name: str
) -> None:
    logs.configure(Log(format="json"))
    person = "Siti"
    logging.getLogger(name).warning(f"no such user {person}")  # noqa: G004 - as libraries do
    line = logged(capsys)
    assert (line["event"], line["library"]) == ("…", name)


def test_of_a_message_of_asyncio_the_words_before_the_values_are_shown(
    capsys: pytest.CaptureFixture[str],
) -> None:
    logs.configure(Log(format="json"))
    said = "Task exception was never retrieved\nfuture: <Task finished exception=ValueError('Siti')>"
    logging.getLogger("asyncio").error(said)
    assert logged(capsys)["event"] == "Task exception was never retrieved"


def test_a_line_that_cannot_be_written_shows_none_of_its_arguments(
    capsys: pytest.CaptureFixture[str],
) -> None:
    class Unprintable:
        def __str__(self) -> str:
            raise ValueError("Siti")

    logs.configure(Log(format="json"))
    logging.getLogger("some.library").warning(Unprintable())
    assert capsys.readouterr().err == "a log line of some.library failed: ValueError\n"


def test_the_text_of_a_field_that_is_not_listed_is_masked(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure(Log(format="json"))
    structlog.get_logger().info("taken", sender="Siti", people=["Siti"], words={"a": "Siti"}, updates=3)
    line = logged(capsys)
    assert (line["sender"], line["people"], line["words"], line["updates"]) == ("…", "…", "…", 3)


def test_a_warning_is_logged_by_its_class_and_place(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure(Log(format="json"))
    with warnings.catch_warnings(record=False):
        warnings.simplefilter("always")
        uncaught.install()
        warnings.warn("Siti", RuntimeWarning, stacklevel=1)
    line = logged(capsys)
    assert (line["event"], line["error"]) == ("python.warning", "RuntimeWarning")
    assert "test_logs.py" in str(line["at"])
    assert "Siti" not in str(line)


# the hook, and what Python calls it with
HOOKS: dict[str, Callable[[ValueError], object]] = {
    "python.uncaught": lambda error: sys.excepthook(ValueError, error, error.__traceback__),
    "python.uncaught_in_thread": lambda error: threading.excepthook(
        threading.ExceptHookArgs((ValueError, error, error.__traceback__, None))
    ),
    "python.unraisable": lambda error: sys.unraisablehook(
        SimpleNamespace(
            exc_type=ValueError,
            exc_value=error,
            exc_traceback=error.__traceback__,
            err_msg=None,
            object="Siti",
        )
    ),
}


@pytest.mark.parametrize("event", HOOKS)
def test_what_nobody_caught_is_logged_by_its_class_and_place(
    capsys: pytest.CaptureFixture[str], event: str
) -> None:
    logs.configure(Log(format="json"))
    try:
        fail("Siti")
    except ValueError as error:
        HOOKS[event](error)
    line = logged(capsys)
    assert (line["event"], line["error"]) == (event, "ValueError")
    assert "Siti" not in str(line)


LOGGED = frozenset({"debug", "info", "warning", "error", "exception", "critical"})


def log_calls() -> Iterator[tuple[str, ast.Call]]:
    """Each call of a logger in the sources, with its place."""
    for path in sorted(Path(logs.__file__).parent.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                logger = ast.unparse(node.func.value)
                if node.func.attr in LOGGED and (logger == "log" or "get_logger" in logger):
                    yield f"{path.name}:{node.lineno}", node


def test_an_event_is_a_constant_of_the_program() -> None:
    wrong = [
        place
        for place, call in log_calls()
        if len(call.args) != 1 or not isinstance(call.args[0], ast.Constant | ast.IfExp)
    ]
    assert wrong == []


def test_each_field_is_listed() -> None:
    # The text of a field that is not in FIELDS is masked: add it there, or to NUMBERS.
    used = {word.arg: place for place, call in log_calls() for word in call.keywords if word.arg}
    known = FIELDS.keys() | NUMBERS | {"exc_info"}
    assert {name: place for name, place in used.items() if name not in known} == {}
    assert not NUMBERS & FIELDS.keys()


def test_a_log_that_cannot_be_written_stops_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    class Full(io.StringIO):
        def write(self, _text: str) -> int:
            raise OSError(errno.ENOSPC, "no space")

    monkeypatch.setattr(sys, "stderr", Full())
    logs.configure(Log(format="json"))
    structlog.get_logger().info("turn.taken", updates=1)
    sys.stderr.close()
    structlog.get_logger().info("turn.taken", updates=1)
