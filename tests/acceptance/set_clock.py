"""Runs the bot on a machine whose clock can be set, without a hook in the bot.

`python -m tests.acceptance.set_clock FILE run --config …`: FILE contains by how many seconds the system clock
is wrong, and may be written while the bot runs. The bot looks at its clocks and at what is due ten times a
second.
"""

from __future__ import annotations

import sys
import time
from functools import partial
from pathlib import Path

from bot import app, cli
from bot.leadership import lead
from bot.leadership.standby import Standby
from bot.sources import scheduler, time_watch

SHORT = 0.1

_right = time.time


def main() -> None:
    """Remove the first argument and run the bot with the others."""
    wrong = Path(sys.argv.pop(1))
    time.time = lambda: _right() + float(wrong.read_text(encoding="ascii") or 0)
    for module, name in (
        (app, "LONGEST_SLEEP"),
        (scheduler, "FIRST_ROUND_SECONDS"),
        (time_watch, "LOOK_SECONDS"),
        (time_watch, "NOTICE_SECONDS"),
    ):
        setattr(module, name, SHORT)
    # It has the right clock as its default.
    setattr(lead, "Standby", partial(Standby, wall=time.time))  # noqa: B010 - a class is not assigned to
    cli.main()


if __name__ == "__main__":
    main()
