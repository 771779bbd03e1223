"""The messages of templates/<language>/authenticity.html ("/cek"): the block -> its parameters."""

from __future__ import annotations

from collections.abc import Mapping

AUTHENTICITY: Mapping[str, str] = {
    "explained": "example count",
    "result": "reference texts sound total head fault contacts",
    "differs": "reference left count contacts",
    "locked": "until contacts",
    "broken": "reference contacts",
    # in the staff group
    "differs_here": "reference count",
}
