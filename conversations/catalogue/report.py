"""The words of a report: on paper, and as a picture."""

from __future__ import annotations

from collections.abc import Mapping

REPORT: Mapping[str, str] = {
    "paper": "period first asked_at restricted skipped days working figures",
    "picture": "agency short_name period first asked_at restricted skipped figures",
}
