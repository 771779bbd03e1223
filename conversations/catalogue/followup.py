"""The messages of templates/<language>/followup.html: block -> its parameters."""

from __future__ import annotations

from collections.abc import Mapping

FOLLOWUP: Mapping[str, str] = {}
