"""A machine whose clock can be set, and the messenger that it asks, for tests of the time."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import format_datetime

from bot.clock.trusted_time import TrustedTime

# The true time at the start of each test: Tuesday.
TRUE = datetime(2026, 3, 17, 2, 0, tzinfo=UTC).timestamp()
SECOND, MINUTE, DAY = 1.0, 60.0, 86_400.0
MONTH = 30 * DAY
# By how much a clock is wrong; the first are within the tolerance.
BARELY = {"10 s ahead": 10 * SECOND, "10 s behind": -10 * SECOND}
WRONG = {
    "3 min ahead": 3 * MINUTE,
    "3 min behind": -3 * MINUTE,
    "a day ahead": DAY,
    "a day behind": -DAY,
    "a month ahead": MONTH,
    "a month behind": -MONTH,
}
# Headers of answers that name no time that can be used.
ABSURD = {
    "none": None,
    "empty": "",
    "no date": "soon",
    "1970": "Thu, 01 Jan 1970 00:00:00 GMT",
    "2099": "Thu, 01 Jan 2099 00:00:00 GMT",
    "a year of five digits": "Thu, 01 Jan 19999 00:00:00 GMT",
    "an impossible day": "Thu, 99 Jan 2026 00:00:00 GMT",
    "a number": "1773712800",
    "control characters": "\x00\x01",
}


class Machine:
    """The clock is `wrong` by some seconds; `paused` counts those in which the steady clock stood still."""

    def __init__(self, wrong: float = 0.0) -> None:
        self.true, self.wrong, self.paused = TRUE, wrong, 0.0
        self.time = TrustedTime(self.system, self.steady)

    def system(self) -> float:
        """The system clock."""
        return self.true + self.wrong

    def steady(self) -> float:
        """The clock that no one can set."""
        return self.true - TRUE - self.paused

    def pass_by(self, seconds: float) -> None:
        """Let time pass."""
        self.true += seconds

    def answer(self, times: int = 1, *, wrong: float = 0.0, every: float = MINUTE) -> None:
        """Let the messenger answer, with its true time or one that is wrong by some seconds."""
        for _ in range(times):
            self.time.answered(header(self.true + wrong))
            self.pass_by(every)

    def header(self, text: str | None, times: int = 1) -> None:
        """Let the messenger answer with this header."""
        for _ in range(times):
            self.time.answered(text)
            self.pass_by(MINUTE)

    @property
    def error(self) -> float:
        """By how many seconds the time in use is wrong."""
        return self.time.wall() - self.true


def header(seconds: float) -> str:
    """A `Date` header."""
    return format_datetime(datetime.fromtimestamp(seconds, UTC), usegmt=True)
