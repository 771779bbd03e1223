"""One form for our own log lines and the libraries'. No text, name, phone number or token is logged.

An exception is logged by its type and its stack frames, not by its message: messages of databases and
parsers hold the data that caused them.
"""

from __future__ import annotations

import logging
import re
import sys
import traceback
from collections.abc import Mapping, MutableMapping
from pathlib import Path
from types import TracebackType
from typing import Any

import structlog

from bot.config.settings import Log

# A bot token; an Indonesian mobile number as people write it; any number long enough to be one or a NIK.
SECRETS = re.compile(r"\d{3,}:[\w-]{6,}|(?:\+62|\b0)[ -]?8(?:[ -]?\d){7,}|\d{9,}")
MASK = "…"

# Field names that may hold personal data: their values are never shown.
PERSONAL = frozenset(
    {"text", "name", "phone", "address", "caption", "story", "raw", "token", "payload", "answer"}
)

# These log addresses that hold the token, or every call.
QUIET = ("aiohttp", "aiosqlite", "alembic", "asyncio", "httpcore", "httpx", "sqlalchemy", "telegram")

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
    before: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        where_raised,
        mask,
        structlog.processors.TimeStamper(fmt="iso", utc=False),
    ]
    structlog.configure(
        processors=[*before, shown],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    _configure_libraries(level, before, shown)


def _configure_libraries(
    level: int, before: list[structlog.typing.Processor], shown: structlog.typing.Processor
) -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=before,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, shown],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    for name in QUIET:
        logging.getLogger(name).setLevel(max(level, logging.WARNING))


def mask(_logger: object, _method: str, fields: Fields) -> Fields:
    """Mask secrets and personal data in a line's event and values."""
    for name, value in fields.items():
        fields[name] = MASK if name in PERSONAL else masked(value)
    return fields


def masked(value: Any) -> Any:
    """The value with every token and long number masked; plain numbers stay."""
    if isinstance(value, str):
        return SECRETS.sub(MASK, value)
    if isinstance(value, bytes):
        return MASK
    if isinstance(value, Mapping):
        return {name: MASK if name in PERSONAL else masked(inner) for name, inner in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [masked(inner) for inner in value]
    return value if isinstance(value, (int, float, bool, type(None))) else SECRETS.sub(MASK, str(value))


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
