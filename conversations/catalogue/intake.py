"""The messages of templates/<language>/intake.html: block -> its parameters."""

from __future__ import annotations

from collections.abc import Mapping

INTAKE: Mapping[str, str] = {}
