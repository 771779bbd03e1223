"""Tables for people and messages of a messenger that numbers neither."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from bot.database.tables import TEXT

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "addresses",
        sa.Column("n", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("user_hash", TEXT),
        sa.Column("wa_hash", TEXT),
        sa.Column("address", sa.LargeBinary(), nullable=False),
        sa.Column("heard", sa.Float(), nullable=False),
        sa.Column("knocked", sa.Float()),
        sa.PrimaryKeyConstraint("n", name="pk_addresses"),
        sa.UniqueConstraint("user_hash", name="uq_addresses_user_hash"),
        sa.UniqueConstraint("wa_hash", name="uq_addresses_wa_hash"),
    )
    op.create_index("ix_addresses_heard", "addresses", ["heard"])
    op.create_table(
        "wire_messages",
        sa.Column("chat", sa.BigInteger(), nullable=False),
        sa.Column("message", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("wire_hash", TEXT, nullable=False),
        sa.Column("wire_id", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("chat", "message", name="pk_wire_messages"),
        sa.UniqueConstraint("wire_hash", name="uq_wire_messages_wire_hash"),
    )
