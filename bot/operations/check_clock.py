"""The part of `aduan check` about the time: this machine's clock, Telegram's, and what is kept."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy.exc import DBAPIError

from bot.clock.trusted_time import TOLERANCE, Certainty, read_date
from bot.database import kept_time
from bot.operations.check_findings import Finding, note, ok, problem

HELD = "Until then the bot sends no reminders, and closes and deletes nothing."
SET_RIGHT = f"Set the clock right and turn on NTP: sudo timedatectl set-ntp true. {HELD}"
KEEP_DATE = f"A proxy or Bot API server in between must pass on the header `Date`. {HELD}"
# The reason that is kept -> what the running bot found.
FOUND = {
    Certainty.DIFFERS: "the clock differed from Telegram's",
    Certainty.UNNAMED: "Telegram's answers named no time",
}
UNITS = ((86_400, "days"), (3600, "hours"), (60, "minutes"))


class HeardDates:
    """The times that answers of the messenger named, each with this machine's time at that moment."""

    def __init__(self, system: Callable[[], float] = time.time) -> None:
        self._system = system
        self._last: float | None = None
        self._answers = 0

    def answered(self, date: str | None) -> None:
        """Note an answer and its `Date` header."""
        self._answers += 1
        if (named := read_date(date)) is not None:
            self._last = self._system() - named

    def finding(self) -> Iterator[Finding]:
        """Whether the clock agrees with the last time that was named; nothing without an answer."""
        if self._last is not None and abs(self._last) > TOLERANCE:
            side = "ahead of" if self._last > 0 else "behind"
            yield problem(f"this machine's clock is {_words(self._last)} {side} Telegram's", SET_RIGHT)
        elif self._last is not None:
            yield ok("this machine's clock agrees with Telegram's")
        elif self._answers:
            yield problem("Telegram's answers name no time: the clock cannot be compared", KEEP_DATE)


def examine_kept_time(
    ask: Callable[[str], list[tuple[Any, ...]]], system: Callable[[], float] = time.time
) -> Iterator[Finding]:
    """Whether the clock is behind the last time that was certain, and what the running bot found."""
    try:
        kept = kept_time.read(ask(kept_time.QUERY))
    except DBAPIError:
        return  # reported elsewhere
    behind = kept.certain - system()
    if behind > TOLERANCE:
        yield problem(
            f"this machine's clock is {_words(behind)} behind the bot's last certain time", SET_RIGHT
        )
    if kept.fault:
        found = next((words for one, words in FOUND.items() if one == kept.fault), "the time was not certain")
        yield note(
            f"the bot holds back what the time causes: {found}", "It goes on by itself once they agree."
        )


def _words(seconds: float) -> str:
    size, unit = next((one for one in UNITS if abs(seconds) >= 2 * one[0]), (1, "seconds"))
    return f"{abs(seconds) / size:.0f} {unit}"
