"""One person's data apart from the others': failures by subject, members, gaps in the numbers, seals."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import context, op

from bot.database.migrations.binding_seals import carry_over
from bot.database.migrations.column_types import TEXT

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the new tables and columns, and bind the seals of what is stored to the plain columns."""
    _failures()
    _numbers()
    _members()
    _seals()
    given = context.config.attributes
    carry_over(op.get_bind(), given["codec"], given["advance"], given["left"])


def _failures() -> None:
    op.add_column("quarantine", sa.Column("stage", TEXT, nullable=False, server_default="update"))
    op.add_column("quarantine", sa.Column("subject", TEXT, nullable=False, server_default=""))
    op.add_column("quarantine", sa.Column("times", sa.Integer(), nullable=False, server_default="1"))
    # The id where an update has none of its own: two rows never share a subject.
    op.execute(
        "UPDATE quarantine SET subject = channel || ':' || coalesce(CAST(update_id AS VARCHAR), 'row ' || id)"
    )
    op.create_index("uq_quarantine_stage_subject", "quarantine", ["stage", "subject"], unique=True)
    op.create_table(
        "told",
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("kind", name="pk_told"),
    )


def _numbers() -> None:
    op.create_table(
        "installation",
        sa.Column("name", TEXT, nullable=False),
        sa.Column("value", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_installation"),
    )
    op.create_table(
        "gaps",
        sa.Column("agency", TEXT, nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("first", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.Column("at", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("agency", "year", "first", name="pk_gaps"),
    )


def _members() -> None:
    op.create_table(
        "members",
        sa.Column("chat", sa.BigInteger(), nullable=False),
        sa.Column("person", sa.BigInteger(), nullable=False),
        sa.Column("present", sa.Integer(), nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.Column("since", TEXT, nullable=False),
        sa.Column("proof", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("chat", "person", name="pk_members"),
    )
    op.create_index("ix_members_present_at", "members", ["present", "at"])
    op.create_table(
        "waiting",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("channel", TEXT, nullable=False),
        sa.Column("chat", sa.BigInteger(), nullable=False),
        sa.Column("person", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_waiting"),
    )


def _seals() -> None:
    op.add_column("chats", sa.Column("proof", TEXT, nullable=True))
    op.create_table(
        "register_seal",
        sa.Column("name", TEXT, nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_register_seal"),
    )
