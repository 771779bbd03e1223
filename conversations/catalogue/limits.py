"""The messages of templates/<language>/limits.html: what one person can send, and a block of an officer."""

from __future__ import annotations

from collections.abc import Mapping

LIMITS: Mapping[str, str] = {
    "complaints_today": "count until contacts",
    "additions_today": "reference count until contacts",
    "case_full": "reference contacts",
    "files_today": "until contacts",
    "edits_today": "until contacts",
    "state_full": "contacts",
    # a block
    "blocked": "agency until officer reason address phones channels",
    "block_lifted": "agency",
    "block_over": "agency",
}
