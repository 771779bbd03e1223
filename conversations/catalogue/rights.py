"""The messages of templates/<language>/rights.html: the block -> its parameters."""

from __future__ import annotations

from collections.abc import Mapping

RIGHTS: Mapping[str, str] = {
    "data_coming": "",
    "data_recent": "at until",
}
