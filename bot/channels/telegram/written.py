"""What a message says in words: its text with the addresses behind words, its origin, and what it quotes.

Telegram keeps these apart from the text. A citizen's "lihat di sini" with an address behind it would reach
the officer without the address, and a neighbour's forwarded words as the citizen's own.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.channels.names import LONGEST_TITLE, clean
from bot.channels.telegram.fields import Json, inner

UNIT_BYTES = 2  # of a UTF-16 unit, in which Telegram counts
LONGEST_QUOTE = 1024
# The fields of a message that a person writes, and of what is in them.
WRITTEN = (("text", "entities"), ("caption", "caption_entities"))
_SCHEMES = ("https://", "http://")


def text_of(message: Json) -> str | None:
    """The text or caption, with the address behind each linked word after it; None without either."""
    for name, entities in WRITTEN:
        text: str | None = message.get(name)
        if text is not None:
            return _with_addresses(text, message.get(entities) or ())
    return None


def _with_addresses(text: str, entities: Sequence[Json]) -> str:
    links = [each for each in entities if each.get("type") == "text_link" and each.get("url")]
    if not links:
        return text
    encoded = text.encode("utf-16-le", "replace")
    # From the last to the first, so that an inserted address does not move the links before it.
    for link in sorted(links, key=_end, reverse=True):
        start, end = link["offset"] * UNIT_BYTES, _end(link) * UNIT_BYTES
        word, address = encoded[start:end].decode("utf-16-le", "replace"), link["url"]
        if _bare(word) != _bare(address):
            encoded = encoded[:end] + f" ({address})".encode("utf-16-le", "replace") + encoded[end:]
    return encoded.decode("utf-16-le", "replace")


def _end(entity: Json) -> int:
    end: int = entity["offset"] + entity["length"]
    return end


def _bare(address: str) -> str:
    """The address without its scheme and the slash at its end, as people write it."""
    bare = address.strip().casefold().rstrip("/")
    for scheme in _SCHEMES:
        bare = bare.removeprefix(scheme)
    return bare


def author(origin: Json, fallback: str) -> str:
    """The name of the person, group or channel that first wrote a forwarded message."""
    chat = inner(origin, "sender_chat") or inner(origin, "chat")
    if sender := inner(origin, "sender_user"):
        name = _full_name(sender)
    elif chat:
        name = chat.get("title") or _full_name(chat)
    else:
        name = origin.get("sender_user_name") or ""
    signature = origin.get("author_signature")
    whole = f"{name} ({signature})" if signature else name
    return clean(whole, LONGEST_TITLE) or fallback


def _full_name(named: Json) -> str:
    return f"{named.get('first_name') or ''} {named.get('last_name') or ''}"


def quote(message: Json) -> str:
    """The part of another message that the sender quotes; empty without a quote."""
    quoted = inner(message, "quote")
    text: str = quoted["text"] if quoted is not None else ""
    return text[:LONGEST_QUOTE].strip()
