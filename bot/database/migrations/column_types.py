"""What the two kinds of store need written differently; the same as in bot/database/tables.py."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

TEXT = sa.String().with_variant(sa.String(collation="C"), "postgresql")


def only(condition: str) -> dict[str, Any]:
    """What makes an index one of some rows only."""
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}
