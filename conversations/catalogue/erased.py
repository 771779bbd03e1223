"""The messages of templates/<language>/erased.html: the block -> its parameters."""

from __future__ import annotations

from collections.abc import Mapping

ERASED: Mapping[str, str] = {
    # to citizens
    "case": "reference at retention contacts",
    "told": "reference at retention agency contacts messenger",
    # to whom "/cek" was typed
    "checked": "reference at retention total sound",
    # to officers
    "card": "reference at retention service received_at status",
    "here": "reference at retention",
    "leftover": "reference count",
    # the alert of a button
    "press": "reference at retention",
}
