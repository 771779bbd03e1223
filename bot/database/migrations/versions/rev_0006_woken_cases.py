"""Indexes of the wake-up times of each group's cases, which a morning counts, and of the members' ids."""

from __future__ import annotations

from alembic import op

from bot.database.migrations.column_types import only

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the indexes."""
    columns = ["agency", "restricted", "wake_at", "status"]
    op.create_index(
        "ix_cases_woken",
        "cases",
        columns,
        **only("wake_at IS NOT NULL"),
    )
    op.create_index("ix_members_person", "members", ["person"])
