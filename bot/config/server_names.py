"""The name by which files next to the bot belong to a database of a server.

That is the database's name, and with it the schema where the address names one: several bots may share a
database. Characters that a file name cannot hold are written as in an address.
"""

from __future__ import annotations

import re
from urllib.parse import parse_qs, quote, unquote, urlsplit

# As libpq takes the parameter `options`: -c search_path=dpmd, --search_path=dpmd. The first schema counts.
SCHEMA = re.compile(r'search_path\s*=\s*"?([^",\s]+)')


def file_name(url: str) -> str:
    """The name for an address of a server, without a suffix."""
    parts = urlsplit(url)
    schemas = [
        found[1] for options in parse_qs(parts.query).get("options", ()) if (found := _schema(options))
    ]
    return ".".join(_plain(name) for name in (unquote(parts.path.strip("/")), *schemas[-1:]))


def _schema(options: str) -> re.Match[str] | None:
    # A later option replaces an earlier one, and libpq takes "\ " for a space.
    *_, last = (None, *SCHEMA.finditer(options.replace("\\ ", " ")))
    return last


def _plain(name: str) -> str:
    # A dot first would hide the file.
    return re.sub(r"^\.", "%2E", quote(name, safe=""))
