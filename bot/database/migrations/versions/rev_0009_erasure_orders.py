"""A table for the log of erasure orders, which was in files alone."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from bot.database.tables import TEXT

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table. The lines of the files enter it when they are next completed."""
    op.create_table(
        "erasure_orders",
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("line", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_erasure_orders"),
    )
