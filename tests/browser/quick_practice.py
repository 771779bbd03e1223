"""`aduan demo` whose sample stories do not pause between two acts."""

from __future__ import annotations

from functools import partial

from bot import cli
from bot.practice import staging

# As long as the page shows what runs.
PACE = 0.05

if __name__ == "__main__":
    setattr(staging, "play_of", partial(staging.play_of, pace=PACE))  # noqa: B010 - a function is not assigned to under mypy
    cli.main()
