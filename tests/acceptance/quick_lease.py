"""Runs the bot with short times of leadership, so that a test of a frozen leader does not last long.

`python -m tests.acceptance.quick_lease run --config …`
"""

from __future__ import annotations

from functools import partial

from bot import cli
from bot.database.stores import postgres_session
from bot.database.stores.lease import Lease
from bot.leadership import lead
from bot.leadership.standby import Standby

# A lease has to end before the silence is complete, as in the bot.
LEASE, BEAT, SILENT = 1.5, 0.3, 3.0


def main() -> None:
    """Shorten the times and run the bot."""
    for module, name, value in (
        (postgres_session, "Lease", partial(Lease, LEASE)),
        (lead, "BEAT_SECONDS", BEAT),
        (lead, "Standby", partial(Standby, silent=SILENT)),
    ):
        setattr(module, name, value)
    cli.main()


if __name__ == "__main__":
    main()
