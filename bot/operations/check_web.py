"""The part of `aduan check` about who can reach the pages for the operator's tools."""

from __future__ import annotations

from collections.abc import Iterator

from bot.config.sections import Web
from bot.operations.check_findings import Finding, note, ok


def examine_web(web: Web) -> Iterator[Finding]:
    """Whether other machines can reach the address; nothing without one."""
    if web.address is None:
        return
    if web.address.is_local:
        yield ok(f"web.listen: {web.address} can be reached from this machine only")
    else:
        yield note(
            f"web.listen: other machines can reach {web.address}, without encryption and password",
            "Listen on 127.0.0.1, and let a proxy with TLS answer. The pages hold no personal data.",
        )
