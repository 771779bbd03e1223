"""The words of a report: on paper, and as a picture."""

from __future__ import annotations

from collections.abc import Mapping

_GIVEN = "agency short_name period first today restricted skipped figures"

REPORT: Mapping[str, str] = {
    "paper": f"{_GIVEN} clock",
    "picture": _GIVEN,
}
