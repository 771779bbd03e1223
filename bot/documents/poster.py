"""The poster and the small cards of an agency, for its service counter: `aduan poster`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, Protocol

from bot.channels.whatsapp.links import link as whatsapp_link
from bot.documents.blocks import blocks
from bot.documents.letterhead import letterhead
from conversations.complaints.agency import Agency
from conversations.complaints.rules import Language
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


def whatsapp_link_of(agency: Agency, number: str) -> str:
    """The address that opens the service at this agency on WhatsApp; empty without a number."""
    return whatsapp_link(number, agency.short_name) if number else ""


def sheet_data(
    sheet: Sheet, agency: Agency, username: str, wording: Wording, language: Language, number: str = ""
) -> dict[str, Any]:
    """What the page of this sheet prints.

    `username` is the bot's, without "@"; `number` that of WhatsApp, as 6281234567890, or empty.
    """
    params = PARAMS[sheet](agency, username, number)
    words = wording.text(OutgoingMessage(WORDS[sheet], params), language)
    return {
        "title": agency.full_name,
        "language": language,
        "letterhead": letterhead(agency),
        "blocks": blocks(words),
    }


def _card(agency: Agency, username: str, number: str) -> Params:
    clock = agency.clock
    return {
        "agency": agency.full_name,
        "link": link_of(agency, username),
        "whatsapp_link": whatsapp_link_of(agency, number),
        "days": clock.days,
        "unit": clock.unit,
        "starts_at": clock.starts_at,
    }


def _poster(agency: Agency, username: str, number: str) -> Params:
    contact = agency.contact
    params = {name: value for name, value in _card(agency, username, number).items() if name != "agency"}
    return {
        **params,
        "address": contact.address,
        "hours": contact.counter_hours,
        "phones": list(contact.phones),
        "channels": list(agency.standard.channels),
    }


PARAMS = {"poster": _poster, "cards": _card}
