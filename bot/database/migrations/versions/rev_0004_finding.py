"""Cases are listed by division, and found by their words."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from bot.database.migrations.column_types import TEXT

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column and its indexes, and the table of words, which the program fills after the start."""
    op.add_column("cases", sa.Column("division", TEXT, nullable=False, server_default=""))
    op.drop_index("ix_cases_listing", "cases")
    op.drop_index("ix_cases_officer", "cases")
    listed = ["status", "due_on", "year", "serial"]
    op.create_index("ix_cases_listing", "cases", ["agency", "restricted", *listed])
    op.create_index("ix_cases_officer", "cases", ["officer", "agency", "restricted", *listed])
    op.create_index("ix_cases_division", "cases", ["agency", "restricted", "division", *listed])
    op.create_index("ix_cases_received", "cases", ["agency", "restricted", "received_at"])
    op.create_table(
        "case_words",
        sa.Column("word", sa.BigInteger(), nullable=False),
        sa.Column("received", sa.BigInteger(), nullable=False),
        sa.Column("case_id", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("word", "received", "case_id", name="pk_case_words"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_case_words_case_id", "case_words", ["case_id"])
