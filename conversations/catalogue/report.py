"""The words of a report: on paper, and as a picture. Both have the same parameters."""

from __future__ import annotations

from collections.abc import Mapping

_FIGURES = "agency short_name period first asked_at restricted skipped days working figures"

REPORT: Mapping[str, str] = {
    "paper": _FIGURES,
    "picture": _FIGURES,
}
