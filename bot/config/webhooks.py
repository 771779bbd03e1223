"""The settings of a webhook: the public address, the secret, and what must be set together."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

# The ports to which Telegram delivers.
PORTS = (None, 443, 80, 88, 8443)
ADDRESS = "an https address on port 443, 80, 88 or 8443, as https://aduan.example.go.id; empty for none"
LISTEN = "a host and a port, as 127.0.0.1:8080"
# Its path, which is a route of the web server as it stands: braces would be a pattern there.
WAY = re.compile(r"[A-Za-z0-9/._~-]*")
# What Telegram accepts as a secret; shorter ones could be guessed.
SECRET = re.compile(r"[A-Za-z0-9_-]{32,256}")


def public_url_or_nothing(text: str) -> str:
    """The address without a final slash, if it is empty or one that Telegram takes. Raises ValueError."""
    try:
        parts = urlsplit(text)
        fits = parts.scheme == "https" and bool(parts.hostname) and parts.port in PORTS
        fits = fits and WAY.fullmatch(parts.path) is not None
    except ValueError:
        fits = False
    if text and (not fits or parts.query or parts.fragment or parts.username is not None):
        raise ValueError(ADDRESS)
    return text.rstrip("/")


def wrong_secret(text: str) -> str:
    """What is wrong with a secret; empty when it can be used. Without one the bot derives its own."""
    if not text or SECRET.fullmatch(text):
        return ""
    return "32 to 256 letters, digits, _ or -; empty: the bot derives one from its key file"


def missing_for_webhook(public_url: str, listen: str, reason: str) -> list[str]:
    """A line for each setting without which updates cannot be delivered; `reason` is why it is needed."""
    needed = {"web.public_url": (public_url, ADDRESS), "web.listen": (listen, LISTEN)}
    return [
        f"{key}: missing; expected {what}, because {reason}"
        for key, (value, what) in needed.items()
        if not value
    ]
