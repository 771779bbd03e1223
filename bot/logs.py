"""One form for our own log lines and the libraries'. No text, name, phone number or token is logged.

1. An event is a constant of this program; its fields are listed in bot/foundation/log_fields.py. The text of
   any other field is masked, and tokens and long numbers are masked everywhere.
2. An exception is logged by its type and its stack frames, not by its message: messages of databases and
   parsers hold the data that caused them.
3. Of a library's line the message is shown if it is a constant of the library's code, without its arguments.
   A message that was put together (asyncio's contain the exception) is replaced by the name of the library.
4. What Python itself would print goes the same way (bot/foundation/uncaught.py).
"""

from __future__ import annotations

import inspect
import logging
import re
import sys
import traceback
from collections.abc import Mapping, MutableMapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, TextIO, cast

import structlog

from bot.config.sections import Log
from bot.foundation import uncaught
from bot.foundation.log_fields import FIELDS, OWN

# A bot token; an Indonesian mobile number as people write it; any number long enough to be one or a NIK.
SECRETS = re.compile(r"\d{3,}:[\w-]{6,}|(?:\+62|\b0)[ -]?8(?:[ -]?\d){7,}|\d{9,}")
MASK = "…"
SHOWN = OWN | FIELDS.keys()

# These log addresses that hold the token, or every call.
QUIET = ("aiohttp", "alembic", "asyncio", "httpcore", "httpx", "sqlalchemy", "telegram")
# asyncio puts its messages together: of these the beginning is shown.
BEGINNINGS = (
    "Task exception was never retrieved",
    "Task was destroyed but it is pending",
    "Future exception was never retrieved",
    "Exception in callback",
    "Unhandled exception in event loop",
    "Unhandled error in exception handler",
    "Fatal error",
    "Unclosed",
)

Fields = MutableMapping[str, Any]
Raised = tuple[type[BaseException], BaseException, TracebackType | None]
LAST_FRAMES = 8


def configure(settings: Log) -> None:
    """Send everything that is logged to the standard error stream, one line each."""
    readable = settings.format == "console" or (settings.format == "auto" and sys.stderr.isatty())
    level = logging.getLevelNamesMapping()[settings.level.upper()]
    shown: structlog.typing.Processor = (
        structlog.dev.ConsoleRenderer(pad_event_to=32, exception_formatter=structlog.dev.plain_traceback)
        if readable
        else structlog.processors.JSONRenderer(ensure_ascii=False)
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            where_raised,
            mask,
            structlog.processors.TimeStamper(fmt="iso", utc=False),
            shown,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(cast("TextIO", Unfailing(sys.stderr))),
        cache_logger_on_first_use=True,
    )
    root = logging.getLogger()
    root.handlers = [Libraries()]
    root.setLevel(level)
    for name in QUIET:
        logging.getLogger(name).setLevel(max(level, logging.WARNING))
    uncaught.install()


class Unfailing:
    """A stream whose failures are ignored: a log that cannot be written must not stop a turn."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> None:
        """Write, if that is possible."""
        with suppress(OSError, ValueError):
            self._stream.write(text)

    def flush(self) -> None:
        """Flush, if that is possible."""
        with suppress(OSError, ValueError):
            self._stream.flush()


class Libraries(logging.Handler):
    """Logs the lines of libraries in our form."""

    def emit(self, record: logging.LogRecord) -> None:
        """Log one line."""
        log = structlog.get_logger()
        try:
            log.log(record.levelno, message_of(record), library=record.name, exc_info=record.exc_info or None)
        except Exception:  # noqa: BLE001 - as the handlers of the standard library
            self.handleError(record)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's own name
        """Say that a line could not be written; the library would print the line and its arguments."""
        kind = sys.exc_info()[0]
        sys.stderr.write(f"a log line of {record.name} failed: {kind.__name__ if kind else ''}\n")


def message_of(record: logging.LogRecord) -> str:
    """The record's message without its arguments, if it is a constant of the code that logs."""
    said = str(record.msg)
    if record.name == "asyncio" and (begun := next(filter(said.startswith, BEGINNINGS), "")):
        return begun
    frame = inspect.currentframe()
    while frame is not None:
        code = frame.f_code
        if (code.co_filename, code.co_name) == (record.pathname, record.funcName):
            return said if record.msg in code.co_consts else MASK
        frame = frame.f_back
    return MASK


def mask(_logger: object, _method: str, fields: Fields) -> Fields:
    """Mask secrets in a line's event and values, and every text in a field that is not listed."""
    for name, value in fields.items():
        fields[name] = masked(value) if name in SHOWN else _unlisted(value)
    return fields


def _unlisted(value: Any) -> Any:
    return value if isinstance(value, (int, float, type(None))) else MASK


def masked(value: Any) -> Any:
    """The value with every token and long number masked; plain numbers stay."""
    if isinstance(value, str):
        return SECRETS.sub(MASK, value)
    if isinstance(value, (int, float, type(None))):
        return value
    if isinstance(value, (list, tuple, set, frozenset)):
        return [masked(inner) for inner in value]
    # A mapping has names that are not listed, bytes may be a text in any coding.
    return MASK if isinstance(value, (bytes, Mapping)) else SECRETS.sub(MASK, str(value))


def where_raised(_logger: object, _method: str, fields: Fields) -> Fields:
    """Put an exception's type and path in place of its message."""
    raised = _raised(fields.pop("exc_info", None))
    if raised:
        kind, _, trace = raised
        fields["error"] = kind.__name__
        frames = traceback.extract_tb(trace)[-LAST_FRAMES:]
        fields["at"] = [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames]
    return fields


def _raised(given: Any) -> Raised | None:
    if isinstance(given, BaseException):
        return type(given), given, given.__traceback__
    if isinstance(given, tuple):
        return given if given[0] else None
    if not given:
        return None
    kind, error, trace = sys.exc_info()
    return (kind, error, trace) if kind and error else None
