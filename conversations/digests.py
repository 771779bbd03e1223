"""What a morning needs in the working set: how many reminders are due, and the cases of the digest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from conversations.complaints.case import Case


@dataclass(frozen=True, slots=True)
class MorningLoad:
    """How many cases of a group need a reminder now; counted up to a bound above MOST_SINGLE."""

    # All of them.
    total: int = 0
    # Those that are due today.
    due_today: int = 0


@dataclass(frozen=True, slots=True)
class DigestQuery:
    """The query for the morning digest of a group."""

    # The id of the agency.
    agency: str
    # Whether it is the restricted chat, which lists restricted cases only.
    restricted: bool
    # The business day.
    today: date
    # The next working day.
    next_day: date
    # The time since the working morning before.
    passed: timedelta


@dataclass(frozen=True, slots=True)
class Section:
    """The first cases of a section, the earliest due date first, and the number of all of them."""

    cases: tuple[Case, ...] = ()
    total: int = 0


@dataclass(frozen=True, slots=True)
class Digest:
    """The result of a DigestQuery. A case is in one section."""

    # Past their due date.
    overdue: Section
    # Due today.
    due_today: Section
    # Due after today, by the next working day.
    due_next: Section
    # Registered since the last digest.
    new: Section
    # Not verified.
    unverified: Section
    # With a response that waits for the leader.
    approval: Section
    # The number of incomplete cases.
    incomplete: int
    # The last serial number of each year now.
    seen: Mapping[int, int]
    # The number of notices to the operator in `passed` that reached no one.
    unread: int = 0
