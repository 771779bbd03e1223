"""Where a complaint can go that is not the agency's to answer: agencies of this bot, and bodies outside.

A destination has a code, which buttons and stored decisions contain: `a.<agency>` or `o.<redirect>`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from conversations.complaints.agency import Agency
from conversations.complaints.rules import Redirect, Rules


class Destination(NamedTuple):
    """An agency of this bot or a body outside; the other one is None."""

    code: str
    name: str
    agency: Agency | None = None
    outside: Redirect | None = None

    @property
    def contact(self) -> str:
        """How citizens reach a body outside; empty for an agency of this bot."""
        return self.outside.contact if self.outside else ""

    @property
    def tracking(self) -> str:
        """The name of the number that the body gives; empty for none."""
        return self.outside.tracking if self.outside else ""


def destinations(agency: str, rules: Rules) -> tuple[Destination, ...]:
    """Where complaints of the agency with this id can go: agencies first, then the bodies outside."""
    return tuple(entry for entry in _all(rules) if entry.agency is None or _takes_from(entry.agency, agency))


def _takes_from(agency: Agency, before: str) -> bool:
    return agency.id != before and bool(agency.staff_chat_id)


def destination_of(code: str, rules: Rules) -> Destination | None:
    """The destination with this code; None when the configuration does not contain it any more."""
    return next((entry for entry in _all(rules) if entry.code == code), None)


def is_inside(code: str) -> bool:
    """Whether the code is that of an agency of this bot."""
    return code.startswith("a.")


def _all(rules: Rules) -> Iterator[Destination]:
    for agency in rules.agencies:
        yield Destination(f"a.{agency.id}", agency.full_name, agency=agency)
    for body in rules.redirects:
        yield Destination(f"o.{body.id}", body.name, outside=body)
