"""Runs the bot with short waits after a failure, so that a test of what follows does not last long.

`python -m tests.acceptance.quick_waits run --config …`
"""

from __future__ import annotations

from types import ModuleType
from typing import Any

from bot import cli
from bot.channels.whatsapp import api, failures
from bot.files import tries
from bot.outbox import confirmations, delivery, failing, refusals

A_MOMENT = 0.1
# A slow answer is given up after this; on a loaded machine an answer takes a second.
READ = 6.0
# An hour has so many tries.
TRIES = 10
SHORT: tuple[tuple[ModuleType, str, Any], ...] = (
    (api, "READ_SECONDS", READ),
    (failures, "WAITS", dict.fromkeys(failures.WAITS, A_MOMENT)),
    (failures, "LONGEST_WAIT", A_MOMENT),
    (failing, "ACCOUNT_SECONDS", A_MOMENT),
    (failing, "LONGEST_ACCOUNT_SECONDS", A_MOMENT),
    (confirmations, "LONGEST_WAIT", A_MOMENT),
    (delivery, "LONGEST_BACKOFF", A_MOMENT),
    (refusals, "AN_HOUR_OF_ATTEMPTS", TRIES),
    (tries, "FIRST_WAIT", A_MOMENT),
    (tries, "LONGEST_WAIT", A_MOMENT),
)


def main() -> None:
    """Shorten the waits and run the bot."""
    for module, name, value in SHORT:
        assert hasattr(module, name), f"{module.__name__} has no {name}"
        setattr(module, name, value)
    cli.main()


if __name__ == "__main__":
    main()
