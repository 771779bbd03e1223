"""The poster and the small cards of an agency, for its service counter: `aduan poster`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, Protocol

from bot.documents.blocks import blocks
from bot.documents.letterhead import letterhead
from conversations.complaints.agency import Agency, Language
from conversations.messages import OutgoingMessage, Params

# The pages of templates/letters/, each with the block of letters.html that has its words.
Sheet = Literal["poster", "cards"]
WORDS: Mapping[Sheet, str] = {"poster": "letters.poster", "cards": "letters.card"}


class Wording(Protocol):
    """Renders a message."""

    def text(self, message: OutgoingMessage, language: str) -> str:
        """A message as HTML."""


def link_of(agency: Agency, username: str) -> str:
    """The address that opens the bot at this agency."""
    return f"https://t.me/{username}?start={agency.id}"


def sheet_data(
    sheet: Sheet, agency: Agency, username: str, wording: Wording, language: Language
) -> dict[str, Any]:
    """What the page of this sheet prints; `username` is the bot's, without "@"."""
    words = wording.text(OutgoingMessage(WORDS[sheet], PARAMS[sheet](agency, username)), language)
    return {
        "title": agency.full_name,
        "language": language,
        "letterhead": letterhead(agency),
        "blocks": blocks(words),
    }


def _card(agency: Agency, username: str) -> Params:
    clock = agency.clock
    return {
        "agency": agency.full_name,
        "link": link_of(agency, username),
        "days": clock.days,
        "unit": clock.unit,
        "starts_at": clock.starts_at,
    }


def _poster(agency: Agency, username: str) -> Params:
    contact = agency.contact
    params = {name: value for name, value in _card(agency, username).items() if name != "agency"}
    return {
        **params,
        "address": contact.address,
        "hours": contact.counter_hours,
        "phones": list(contact.phones),
        "channels": list(agency.standard.channels),
    }


PARAMS = {"poster": _poster, "cards": _card}
