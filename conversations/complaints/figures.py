"""The figures of a report: the results of the complaints that an agency received in a period..

1. The share on time is that of the complaints whose time is over (timing.JUDGED): answered on time, answered
   late, or overdue without a response. Not in it: complaints that are not due yet or whose clock is paused,
   and those that ended without a response (referred, rejected, duplicate, a question, withdrawn, lapsed).
2. The 90th percentile is the smallest number of days within which nine of ten responses were sent.
3. Percentages are rounded down: 100 means all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal, NamedTuple

from conversations.complaints.agency import Agency
from conversations.complaints.deadlines import IsWorkingDay
from conversations.complaints.timing import JUDGED, Timing

# Keys of breakdowns that are no ids of the configuration: those have no asterisk.
RESTRICTED, OTHER, NONE, BOT = "*restricted", "*other", "*none", "*bot"
BREAKDOWNS = ("channel", "service", "class", "division", "status", "timing")
PERCENTILE = 90

Verdict = Literal["satisfied", "not_satisfied", "none"]


class Scope(NamedTuple):
    """What a report is about: the agency's complaints received from `first` to `last`, as they are today."""

    agency: Agency
    first: date
    last: date
    today: date
    is_working_day: IsWorkingDay
    # Whether the restricted chat reads it.
    restricted: bool = False


class Numbered(NamedTuple):
    """A registration number in a list, and its day."""

    due_on: date
    reference: str


class NumberList(NamedTuple):
    """The registration numbers with the earliest days, the number of all, and of those that stay hidden."""

    shown: tuple[Numbered, ...]
    total: int
    hidden: int


class Month(NamedTuple):
    """The complaints received in a month, given by its first day; `late` are answered late or overdue."""

    first: date
    received: int
    on_time: int
    late: int


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of one report."""

    # The number of complaints.
    total: int
    # Their number by each of BREAKDOWNS: by ids, values, or the keys above. Each adds up to the total.
    by: Mapping[str, Mapping[str, int]]
    # The number of responses by the working days that they took.
    days: Mapping[int, int]
    # How many were ever incomplete, how many were objected to, and how many ended as a question.
    incomplete: int
    objected: int
    questions: int
    # Their number by verdict, and the number of each of the stars from one to five.
    verdicts: Mapping[Verdict, int]
    stars: tuple[int, ...]
    # Those that are overdue now, also after an objection; and those with a follow-up plan that is not done.
    overdue: NumberList
    plans: NumberList
    # How many of these plans are past their day.
    late_plans: int
    # The months of the period up to today's.
    months: tuple[Month, ...]

    def count(self, breakdown: str, key: str) -> int:
        """The number of complaints with this key."""
        return self.by[breakdown].get(key, 0)

    @property
    def judged(self) -> int:
        """The number of complaints whose time is over."""
        return sum(self.count("timing", each) for each in JUDGED)

    @property
    def on_time_percent(self) -> int | None:
        """The share on time; None where no complaint's time is over."""
        return self.count("timing", Timing.ON_TIME) * 100 // self.judged if self.judged else None

    @property
    def answered(self) -> int:
        """The number of responses whose days are counted."""
        return sum(self.days.values())

    @property
    def mean_days(self) -> float | None:
        """The mean of the working days that a response took; None without one."""
        total = sum(days * count for days, count in self.days.items())
        return total / self.answered if self.answered else None

    @property
    def percentile_days(self) -> int | None:
        """The working days within which PERCENTILE percent were answered (nearest rank); None without any."""
        seen = 0
        for days, count in sorted(self.days.items()):
            seen += count
            if seen * 100 >= self.answered * PERCENTILE:
                return days
        return None

    @property
    def verdicts_given(self) -> int:
        """The number of verdicts."""
        return self.verdicts.get("satisfied", 0) + self.verdicts.get("not_satisfied", 0)

    @property
    def satisfied_percent(self) -> int | None:
        """The share of "Puas" among the verdicts; None without a verdict."""
        return self.verdicts.get("satisfied", 0) * 100 // self.verdicts_given if self.verdicts_given else None

    @property
    def mean_stars(self) -> float | None:
        """The mean of the stars; None without any."""
        given = sum(self.stars)
        return sum(count * stars for stars, count in enumerate(self.stars, 1)) / given if given else None
