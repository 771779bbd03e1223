"""What the moments of the clock are counted with: the rules and the working days of each agency."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial

from conversations.complaints.deadlines import IsWorkingDay
from conversations.complaints.rules import Limits, Rules


@dataclass(frozen=True, slots=True)
class Terms:
    """The rules, and whether a day is a working day of the agency with this id."""

    rules: Rules
    is_working_day: Callable[[str, date], bool]

    @property
    def limits(self) -> Limits:
        """The limits of a complaint, and the waiting times."""
        return self.rules.limits

    def calendar(self, agency: str) -> IsWorkingDay:
        """The working days of one agency."""
        return partial(self.is_working_day, agency)
