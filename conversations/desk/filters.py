"""Which cases /daftar lists: the typed words, and the values of its buttons.

A button's value is `filter,page` or `filter:value,page` ("open,0", "status:verified,1", "officer:42,0"). The
buttons of the menus have the value `status`, `division` or `officer`.
"""

from __future__ import annotations

from typing import NamedTuple, get_args

from conversations.complaints.agency import Agency
from conversations.complaints.life_cycle import OPEN, Status
from conversations.queries import (
    ListingFilter,
)
from conversations.reading.numbers import MOST_ID, MOST_PAGE, whole
from conversations.reading.words import WordLists, plain

FILTERS: tuple[ListingFilter, ...] = get_args(ListingFilter)
# Those with a button of their own, and those with a menu of values.
BUTTONS: tuple[ListingFilter, ...] = ("open", "mine", "overdue")
MENUS: tuple[ListingFilter, ...] = ("status", "division", "officer")
OPEN_STATUSES = frozenset(status.value for status in OPEN)
STATUSES: tuple[Status, ...] = tuple(status for status in Status if status is not Status.DRAFT)
# The first letters of a typed name: longer ones are no name, and are shown in the answer.
LONGEST_NAME = 60


class Chosen(NamedTuple):
    """A filter: of a status, a division or an officer with its value, or with the name that was typed."""

    filter: ListingFilter = "open"
    # The status, the id of the division, or the id of the officer.
    value: str = ""
    # The officer's name as typed.
    named: str = ""

    def on(self, page: int | str) -> str:
        """The value of the button for a page of it, counted from 0; with "" the beginning of it."""
        return f"{self.filter}:{self.value},{page}" if self.value else f"{self.filter},{page}"


def typed(argument: str, agency: Agency, words: WordLists) -> Chosen:
    """The filter that the words after /daftar name; other words are taken as an officer's name."""
    text = plain(argument[: LONGEST_NAME * 2])
    if not text:
        return Chosen()
    return _listed(text, words) or _division(text, agency) or _mentioned(text, words) or _named(text)


def _named(text: str) -> Chosen:
    return Chosen("officer", named=text[:LONGEST_NAME])


def _listed(text: str, words: WordLists) -> Chosen | None:
    """The filter whose words are the whole text."""
    found = (name for name in BUTTONS if words.has(f"filter_{name}", text))
    status = (status for status in STATUSES if words.has(f"filter_{status}", text))
    return next((Chosen(name) for name in found), None) or next(
        (Chosen("status", one.value) for one in status), None
    )


def _mentioned(text: str, words: WordLists) -> Chosen | None:
    """The filter whose words occur in the text: "yang lewat saja"."""
    names: tuple[ListingFilter, ...] = ("overdue", "mine")
    found = (name for name in names if words.mentions(f"filter_{name}", text))
    return next((Chosen(name) for name in found), None)


def _division(text: str, agency: Agency) -> Chosen | None:
    """The division with this id, or with these words in its name."""
    wanted = set(text.removeprefix("bidang ").split())
    for division in agency.divisions:
        if plain(division.id) == text or wanted <= set(plain(division.name).split()):
            return Chosen("division", division.id)
    return None


def pressed(value: str) -> tuple[Chosen, int] | None:
    """The filter and the page of a button; None for a value that no button has."""
    chosen, _, page = value.rpartition(",")
    name, _, of = chosen.partition(":")
    known = next((known for known in FILTERS if known == name), None)
    number = whole(page, MOST_PAGE)
    if known is None or number is None or not _is_value(known, of):
        return None
    return Chosen(known, of), number


def _is_value(name: ListingFilter, value: str) -> bool:
    match name:
        case "status":
            return value in STATUSES
        case "officer":
            return bool(whole(value, MOST_ID))
        case "division":
            return bool(value)
        case _:
            return not value


def menu(value: str) -> ListingFilter | None:
    """The menu that a button opens; None for any other button."""
    return next((name for name in MENUS if name == value), None)
