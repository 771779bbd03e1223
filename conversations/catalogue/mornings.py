"""The messages of templates/<language>/mornings.html: the block -> its parameters."""

from __future__ import annotations

from collections.abc import Mapping

_CASE = "reference service status due today running days unverified officer limit"

MORNINGS: Mapping[str, str] = {
    "reminder": _CASE,
    "leader_reminder": _CASE,
    "write_in_group": "",
    "digest": "day next_day sections incomplete unread",
    "leader_digest": "agency day total more cases",
}
