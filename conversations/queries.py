"""What officers look for, and what the store found: lists of cases, searches, histories."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Literal, NamedTuple

from conversations.complaints.case import Case

ListingFilter = Literal["open", "mine", "overdue", "status", "division", "officer"]
# Cases of a listing are counted, and paged, up to this number.
MOST_LISTED = 200


@dataclass(frozen=True, slots=True)
class Listing:
    """The query for one page of an agency's cases."""

    # The id of the agency.
    agency: str
    # Which of its cases: all open ones, those of an officer or a division, the overdue ones, or those of a
    # status.
    filter: ListingFilter
    # The id of the officer for "mine" and "officer"; 0 where `named` says who.
    officer: int
    # The page, counted from 0.
    page: int
    # The business day, for the due dates.
    today: date
    # Whether the restricted chat asks: it lists restricted cases only, the staff group all others.
    restricted: bool = False
    # The number of cases on a page.
    page_size: int = 8
    # The status, or the id of the division.
    value: str = ""
    # The group, and the officer's name as typed; resolved by `World.resolved`.
    chat: int = 0
    named: str = ""


@dataclass(frozen=True, slots=True)
class Listed:
    """The result of a Listing."""

    # The cases of the page; open ones with the oldest due date first.
    cases: tuple[Case, ...]
    # The number of all cases, at most MOST_LISTED.
    total: int
    # The page, counted from 0: the last one where the Listing asked for a later one.
    page: int = 0
    # Whether there are more than MOST_LISTED.
    more: bool = False


# The cases of one citizen that are looked at, to show them with another one.
MOST_OTHERS = 50
# The cases that a search shows.
FOUND_PAGE = 8


@dataclass(frozen=True, slots=True)
class Search:
    """The query of /cari: cases of an agency with all of these words, that were received in a period."""

    # The id of the agency, and whether its restricted chat asks.
    agency: str
    restricted: bool
    # The words in the form of `reading.searched`; without any, the period alone counts.
    words: tuple[str, ...]
    # The period, its end not included; None without one.
    since: datetime | None = None
    until: datetime | None = None
    # The most cases, newest first. More than are shown, because the asker may not see some of them.
    most: int = 3 * FOUND_PAGE


@dataclass(frozen=True, slots=True)
class Found:
    """The result of a Search."""

    # The cases, the newest first.
    cases: tuple[Case, ...]
    # Whether there may be more.
    more: bool = False
    # Whether the index has all cases: after an update it is filled while the bot runs.
    complete: bool = True


@dataclass(frozen=True, slots=True)
class Received:
    """The cases of an agency that were received in a period: their number is asked for."""

    # The id of the agency.
    agency: str
    # The first and the last day.
    first: date
    last: date
    # Which of them: restricted ones, or both.
    restricted: tuple[bool, ...]


# The entries on a page of a history.
HISTORY_PAGE = 10


class Broken(StrEnum):
    """What is wrong with an entry of a history."""

    CHANGED = "changed"
    TEXT = "text"
    MISSING = "missing"
    ADDED = "added"


class HistoryFault(NamedTuple):
    """The first entry of a history that does not verify, counted from 1."""

    entry: int
    what: Broken


@dataclass(frozen=True, slots=True)
class HistoryWanted:
    """The query for a page of a case's history, by its registration number or its id."""

    # The group that asks.
    chat: int
    # The page, counted from 0.
    page: int
    reference: str = ""
    case: str = ""


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """An entry: when (None where it cannot be read), who, a code, and a text that the group may see."""

    at: datetime | None
    who: str
    what: str
    text: str


@dataclass(frozen=True, slots=True)
class HistoryRecord:
    """An entry with its place in the chain; `text` is None where it was erased or cannot be read."""

    # Its place, counted from 1, and when it was written, as stored.
    number: int
    at: str
    who: str
    what: str
    text: str | None
    # The SHA-256 of salt and text, and the link to the entry before.
    digest: str
    link: str


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """The result of a HistoryWanted."""

    # The id of the case.
    case: str
    # The entries of the page, the newest first.
    entries: tuple[HistoryEntry, ...]
    # The number of all entries.
    total: int
    # The page, counted from 0: the last one where a later one was asked for.
    page: int
    # The first entry that does not verify; None if all do.
    fault: HistoryFault | None
