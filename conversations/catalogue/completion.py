"""The messages of templates/<language>/completion.html: the block -> its parameters."""

from __future__ import annotations

from collections.abc import Mapping

COMPLETION: Mapping[str, str] = {
    # what officers send
    "request": "reference officer items text files until",
    "confirmed": "reference officer text files due",
    "withdrawn": "reference officer due",
    # the citizen completes
    "ask_pages": "step steps field current",
    "summary": "step steps reference answers items evidence aside signs",
    "signing": "step steps reference place day agency declared signature photo",
    "sign_with_name": "name",
    "later": "reference items answered until",
    "sent": "reference items due",
    "over": "reference status",
    # the clock
    "reminder": "reference items answered until left",
    "lapsed": "reference days items",
}
