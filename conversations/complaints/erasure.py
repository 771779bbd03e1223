"""That the data of a person were erased from a case: by order, or when the configured retention ended."""

from __future__ import annotations

from datetime import datetime

from conversations.complaints.part import Frozen


class Erasure(Frozen):
    """When the person was removed from a case, by which order, and where its history ended at each entry."""

    # When it was done.
    at: datetime
    # The order, as the operator has typed it; of the retention, the setting.
    order: str
    # Whether the configured retention ordered it, and no authority.
    retention: bool = False
    # The beginnings of the links before the erasure, oldest first: the receipt has one of them.
    heads: tuple[str, ...] = ()
