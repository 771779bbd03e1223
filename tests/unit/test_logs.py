"""Logs hold what happened and where, never what people wrote, their numbers or the token."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from bot import logs
from bot.config.settings import Log

TOKEN = "123456789:AAbbCCddEEffGGhh_-11"


@pytest.fixture(autouse=True)
def untouched_logging() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    yield
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
    assert (line["event"], line["level"], line["error"]) == ("gone for …", "warning", "ValueError")
    assert "Siti" not in str(line)


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
