"""What a message says in words: its text with the addresses behind words, its origin, and what it quotes.

Telegram keeps these apart from the text. A citizen's "lihat di sini" with an address behind it would reach
the officer without the address, and a neighbour's forwarded words as the citizen's own.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from telegram.constants import MessageEntityType

from bot.channels.names import LONGEST_TITLE, clean

if TYPE_CHECKING:
    from telegram import Message, MessageEntity, MessageOrigin

UNIT_BYTES = 2  # of a UTF-16 unit, in which Telegram counts
LONGEST_QUOTE = 1024
_SCHEMES = ("https://", "http://")


def text_of(message: Message) -> str | None:
    """The text or caption, with the address behind each linked word after it; None without either."""
    if message.text is not None:
        return _with_addresses(message.text, message.entities)
    if message.caption is not None:
        return _with_addresses(message.caption, message.caption_entities)
    return None


def _with_addresses(text: str, entities: Sequence[MessageEntity]) -> str:
    links = [entity for entity in entities if entity.type == MessageEntityType.TEXT_LINK and entity.url]
    if not links:
        return text
    encoded = text.encode("utf-16-le", "replace")
    # From the last to the first, so that an inserted address does not move the links before it.
    for link in sorted(links, key=lambda entity: entity.offset + entity.length, reverse=True):
        start, end = link.offset * UNIT_BYTES, (link.offset + link.length) * UNIT_BYTES
        word, address = encoded[start:end].decode("utf-16-le", "replace"), link.url or ""
        if _bare(word) != _bare(address):
            encoded = encoded[:end] + f" ({address})".encode("utf-16-le", "replace") + encoded[end:]
    return encoded.decode("utf-16-le", "replace")


def _bare(address: str) -> str:
    """The address without its scheme and the slash at its end, as people write it."""
    bare = address.strip().casefold().rstrip("/")
    for scheme in _SCHEMES:
        bare = bare.removeprefix(scheme)
    return bare


def author(origin: MessageOrigin, fallback: str) -> str:
    """The name of the person, group or channel that first wrote a forwarded message."""
    sender = getattr(origin, "sender_user", None)
    chat = getattr(origin, "sender_chat", None) or getattr(origin, "chat", None)
    if sender:
        name = f"{sender.first_name or ''} {sender.last_name or ''}"
    elif chat:
        name = chat.title or f"{chat.first_name or ''} {chat.last_name or ''}"
    else:
        name = getattr(origin, "sender_user_name", None) or ""
    signature = getattr(origin, "author_signature", None)
    whole = f"{name} ({signature})" if signature else name
    return clean(whole, LONGEST_TITLE) or fallback


def quote(message: Message) -> str:
    """The part of another message that the sender quotes; empty without a quote."""
    return message.quote.text[:LONGEST_QUOTE].strip() if message.quote else ""
