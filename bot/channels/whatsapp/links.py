"""The link that opens WhatsApp with a text which begins a complaint about an agency.

The person sends the text as it stands; the reader takes it for /start with the agency (reading.py).
"""

from __future__ import annotations

from urllib.parse import quote


def link_text(short_name: str) -> str:
    """What the link writes into the chat, in each language, because it stands for a command."""
    return f"Lapor {short_name}"


def link(number: str, short_name: str) -> str:
    """The address that opens the chat with this number, as 6281234567890, and writes the text."""
    return f"https://wa.me/{number}?text={quote(link_text(short_name), safe='')}"
