"""Links as Telegram reads them: completed, or refused with its reason."""

import re

PROTOCOL = re.compile(r"([a-zA-Z][a-zA-Z0-9+.-]*)://")
HOST = re.compile(r"[^/?#]*")
USER_LINK = re.compile(r"tg://user\?id=(\d{1,19})")
START_LINK = re.compile(r"(?:https?://)?t\.me/(\w+)\?start=([\w-]{0,64})")


class LinkError(ValueError):
    """A link that Telegram refuses; the text is the reason."""


def checked_link(link: str) -> str:
    """Return the link with protocol and path; raise LinkError with Telegram's reason."""
    link = link.strip()
    if link.lower().startswith("tg://"):
        return link
    protocol = PROTOCOL.match(link)
    if protocol and protocol[1].lower() not in {"http", "https"}:
        raise LinkError("Unsupported URL protocol")
    rest = link[protocol.end() :] if protocol else link
    host = HOST.match(rest)
    name = host[0].rpartition("@")[2].partition(":")[0] if host else ""
    if not name:
        raise LinkError("URL host is empty")
    if "." not in name.strip("."):
        raise LinkError("Wrong HTTP URL")
    if any(letter.isspace() for letter in name):
        raise LinkError("Wrong HTTP URL")
    tail = rest[len(host[0]) if host else 0 :]
    return f"{protocol[0].lower() if protocol else 'http://'}{host[0] if host else ''}{tail or '/'}"


def mentioned_user(link: str) -> int | None:
    """Return the user id of a tg://user link, or None for any other link."""
    found = USER_LINK.fullmatch(link)
    return int(found[1]) if found else None


def start_payload(link: str, bot_username: str) -> str | None:
    """Return the payload that a t.me link gives to this bot's /start, or None for any other link."""
    found = START_LINK.fullmatch(link)
    if found and found[1].lower() == bot_username.lower():
        return found[2]
    return None
