"""The address of a database of a server, and the name by which files next to the bot belong to it.

The name is the database's, and with it the schema where the address names one: several bots may share a
database. Characters that a file name cannot hold are written as in an address.
"""

from __future__ import annotations

import re
from importlib.util import find_spec
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


def server_url(value: str) -> str:
    """The address of a database of a server. Raises ValueError, with what is expected."""
    parts = urlsplit(value)
    if parts.netloc.count("@") > 1 or "@" in parts.path:
        # The rest of the password would be read as the name of a server, and be shown as one.
        raise ValueError("in a password %40 for @, %2F for /, %3A for :, %3F for ?, %23 for # and %25 for %")
    hosts = parts.netloc.rpartition("@")[2]
    if "," in hosts and ":" in hosts:
        raise ValueError("ports of several hosts as USER@/DATABASE?host=HOST1:PORT&host=HOST2:PORT")
    if parts.query and "password" in parse_qs(parts.query):
        raise ValueError("no parameter `password`: USER:PASSWORD@HOST, or `passfile` (docs/postgres.md)")
    if not parts.path.strip("/"):
        raise ValueError("the name of a database at the end, as postgresql+psycopg://USER@HOST/DATABASE")
    if not find_spec("psycopg"):
        raise ValueError("PostgreSQL needs its driver: install Aduan with `pip install .[postgres]`")
    return value


def _schema(options: str) -> re.Match[str] | None:
    # A later option replaces an earlier one, and libpq takes "\ " for a space.
    *_, last = (None, *SCHEMA.finditer(options.replace("\\ ", " ")))
    return last


def _plain(name: str) -> str:
    # A dot first would hide the file.
    return re.sub(r"^\.", "%2E", quote(name, safe=""))
