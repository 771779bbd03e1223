"""Reads the address on which the bot listens: a host and a port, such as 127.0.0.1:8080 or [::1]:8080."""

from __future__ import annotations

from ipaddress import ip_address
from typing import NamedTuple
from urllib.parse import urlsplit

EXPECTED = "a host and a port, as 127.0.0.1:8080; empty to listen nowhere"


class Address(NamedTuple):
    """Where a server listens."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def is_local(self) -> bool:
        """Whether only this machine can connect."""
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"


def address(text: str) -> Address:
    """The address in a text. Raises ValueError."""
    parts = urlsplit(f"//{text}")
    if not parts.hostname or not parts.port or parts.netloc != text or parts.username is not None:
        raise ValueError(EXPECTED)
    return Address(parts.hostname, parts.port)


def address_or_nothing(text: str) -> str:
    """The text, if it is empty or an address. Raises ValueError."""
    if text:
        address(text)
    return text
