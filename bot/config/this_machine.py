"""Whether an address is on this machine: a practice bot may use no other."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import ip_address
from urllib.parse import urlsplit


def not_here(addresses: Mapping[str, str]) -> list[str]:
    """A line for each setting, by its key, whose address is not on this machine.

    Practice puts time forward and acts for invented people: it must not reach the real messengers.
    """
    return [
        f"{key}: {address!r} is not on this machine; expected an address on 127.0.0.1 "
        "as `aduan demo` writes it, because practice is true"
        for key, address in addresses.items()
        if not _on_this_machine(urlsplit(address).hostname or "")
    ]


def _on_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
