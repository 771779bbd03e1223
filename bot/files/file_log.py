"""One log line a file job: stored with its size, or lost with the reason; and how long it took."""

from __future__ import annotations

import structlog

from bot.files.marks import FileOutcome
from bot.foundation.figures import figures

log = structlog.get_logger(__name__)


def note_file(outcome: FileOutcome, seconds: float) -> None:
    """Log and count the end of a job."""
    ms = round(seconds * 1000, 1)
    if outcome.reason:
        figures.failed("file", [outcome.reason])
        log.warning("files.lost", file=outcome.key, reason=outcome.reason, ms=ms)
    else:
        log.info("files.stored", file=outcome.key, bytes=outcome.size, ms=ms)
