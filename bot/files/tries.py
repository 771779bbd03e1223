"""How often a file is fetched again, how long each wait is, and which failures count."""

from __future__ import annotations

import time

from bot.channels.base import DeliveryError, Failure

FIRST_WAIT, LONGEST_WAIT = 10.0, 3600.0
LONGEST_DOUBLING = 10
# Nine waits that double take 1.4 hours, and 72 of an hour follow: a little more than three days.
TRIES = 82
# Failures that say nothing about the file.
UNCOUNTED = frozenset({Failure.THROTTLED, Failure.ACCOUNT, Failure.OFF})
# A stored time that is later than the longest wait is damaged, or was stored by a wrong clock. A longer
# `retry_after` is followed while the bot runs; after a restart the messenger repeats it.
LONGEST_DELAY = LONGEST_WAIT


def seconds_left(not_before: float) -> float:
    """The seconds until a stored time."""
    left = not_before - time.time()
    return left if 0 < left <= LONGEST_DELAY else 0.0


def wait_after(error: Exception, faults: int) -> float:
    """Seconds until the next try: the messenger's `retry_after`, or longer each time."""
    if isinstance(error, DeliveryError) and error.kind is Failure.THROTTLED:
        return error.retry_after
    return min(LONGEST_WAIT, FIRST_WAIT * 2.0 ** min(faults, LONGEST_DOUBLING))


def is_counted(error: Exception) -> bool:
    """Whether the messenger failed for this file, not the network, our disk, our database or our account."""
    return isinstance(error, DeliveryError) and error.answered and error.kind not in UNCOUNTED


def reason_of(error: Exception) -> str:
    """What the log says of a failure: the messenger's reason, or the class of another one."""
    return error.reason if isinstance(error, DeliveryError) else type(error).__name__
