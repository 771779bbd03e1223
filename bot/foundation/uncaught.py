"""Sends to the log what Python would print with its message: exceptions that nothing caught, and warnings.

Their messages may hold what a person wrote. The log shows the class and the place.
"""

from __future__ import annotations

import sys
import threading
import warnings
from types import TracebackType
from typing import TextIO

import structlog


def install() -> None:
    """Take over the hooks of this process."""
    sys.excepthook = _exception
    threading.excepthook = _in_thread
    sys.unraisablehook = _unraisable
    warnings.showwarning = _warning


def _exception(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    structlog.get_logger().critical("python.uncaught", exc_info=(kind, error, trace))


def _in_thread(raised: threading.ExceptHookArgs) -> None:
    error = raised.exc_value or raised.exc_type()
    structlog.get_logger().critical(
        "python.uncaught_in_thread", exc_info=(raised.exc_type, error, raised.exc_traceback)
    )


def _unraisable(raised: sys.UnraisableHookArgs) -> None:
    error = raised.exc_value or raised.exc_type()
    structlog.get_logger().error("python.unraisable", exc_info=(raised.exc_type, error, raised.exc_traceback))


def _warning(
    message: Warning | str,  # noqa: ARG001 - it may hold what a person wrote
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,  # noqa: ARG001 - all goes to the log
    line: str | None = None,  # noqa: ARG001 - the place is enough
) -> None:
    structlog.get_logger().warning("python.warning", error=category.__name__, at=[f"{filename}:{lineno}"])
