"""The messages of templates/<language>/desk.html: block -> its parameters."""

from __future__ import annotations

from collections.abc import Mapping

DESK: Mapping[str, str] = {}
