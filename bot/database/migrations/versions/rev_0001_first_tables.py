"""The first tables: updates, conversations, cases with their history, outbox, files."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from bot.database.migrations.column_types import TEXT, only

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make every table, from what is taken in to what is sent."""
    _arrivals()
    _conversations()
    _cases()
    _history()
    _outbox()
    _files()


def _arrivals() -> None:
    op.create_table(
        "updates",
        sa.Column("channel", TEXT, nullable=False),
        sa.Column("update_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("channel", "update_id", name="pk_updates"),
    )
    op.create_index("ix_updates_at", "updates", ["at"])
    op.create_table(
        "offsets",
        sa.Column("channel", TEXT, nullable=False),
        sa.Column("next", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("channel", name="pk_offsets"),
    )
    op.create_table(
        "counters",
        sa.Column("name", TEXT, nullable=False),
        sa.Column("next", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_counters"),
    )
    op.create_table(
        "quarantine",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.Column("channel", TEXT, nullable=False),
        sa.Column("update_id", sa.BigInteger(), nullable=True),
        sa.Column("error", TEXT, nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_quarantine"),
    )


def _conversations() -> None:
    op.create_table(
        "conversations",
        sa.Column("chat", sa.BigInteger(), nullable=False),
        sa.Column("person", sa.BigInteger(), nullable=False),
        sa.Column("language", TEXT, nullable=False),
        sa.Column("wake_at", TEXT, nullable=True),
        sa.Column("state", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("chat", "person", name="pk_conversations"),
    )
    op.create_index("ix_conversations_wake_at", "conversations", ["wake_at"])
    op.create_table(
        "chats",
        sa.Column("chat", sa.BigInteger(), nullable=False),
        sa.Column("blocked", sa.Integer(), nullable=False),
        sa.Column("migrated_to", sa.BigInteger(), nullable=True),
        sa.Column("cards_void", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("chat", name="pk_chats"),
    )
    op.create_index("ix_chats_migrated_to", "chats", ["migrated_to"])


def _cases() -> None:
    op.create_table(
        "cases",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("agency", TEXT, nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("reference", TEXT, nullable=False),
        sa.Column("status", TEXT, nullable=False),
        sa.Column("filed_by", sa.BigInteger(), nullable=False),
        sa.Column("chat", sa.BigInteger(), nullable=False),
        sa.Column("officer", sa.BigInteger(), nullable=True),
        sa.Column("due_on", TEXT, nullable=False),
        sa.Column("restricted", sa.Integer(), nullable=False),
        sa.Column("wake_on", TEXT, nullable=True),
        sa.Column("received_at", TEXT, nullable=False),
        sa.Column("access_hash", TEXT, nullable=False),
        sa.Column("state", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_cases"),
        sa.UniqueConstraint("reference", name="uq_cases_reference"),
        sa.UniqueConstraint("agency", "year", "serial", name="uq_cases_agency_year_serial"),
    )
    op.create_index("ix_cases_filed_by", "cases", ["filed_by"])
    op.create_index("ix_cases_chat", "cases", ["chat"])
    op.create_index("ix_cases_wake_on", "cases", ["wake_on"])
    op.create_index("ix_cases_listing", "cases", ["agency", "restricted", "status", "due_on"])
    op.create_index("ix_cases_officer", "cases", ["officer", "agency", "restricted", "status", "due_on"])


def _history() -> None:
    op.create_table(
        "history",
        sa.Column("case_id", TEXT, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", TEXT, nullable=False),
        sa.Column("who", TEXT, nullable=False),
        sa.Column("what", TEXT, nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=True),
        sa.Column("salt", sa.LargeBinary(), nullable=True),
        sa.Column("digest", TEXT, nullable=False),
        sa.Column("link", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("case_id", "seq", name="pk_history"),
    )


def _outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("chat", sa.BigInteger(), nullable=False),
        sa.Column("lane", sa.Integer(), nullable=False),
        sa.Column("key", TEXT, nullable=True),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("language", TEXT, nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("report", TEXT, nullable=True),
        sa.Column("outcome", TEXT, nullable=True),
        sa.Column("error", TEXT, nullable=True),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("not_before", sa.Float(), nullable=False),
        sa.Column("progress", sa.Integer(), nullable=False),
        sa.Column("created", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
    )
    op.create_index("ix_outbox_state_chat_lane_id", "outbox", ["state", "chat", "lane", "id"])
    op.create_index("ix_outbox_key", "outbox", ["key"])
    op.create_index(
        "ix_outbox_outcome",
        "outbox",
        ["id"],
        **only("outcome IS NOT NULL"),
    )
    op.create_table(
        "sent_messages",
        sa.Column("chat", sa.BigInteger(), nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=False),
        sa.Column("key", TEXT, nullable=False),
        sa.Column("sent", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("chat", "message_id", name="pk_sent_messages"),
    )
    op.create_index("ix_sent_messages_key", "sent_messages", ["key"])


def _files() -> None:
    op.create_table(
        "files",
        sa.Column("key", TEXT, nullable=False),
        sa.Column("owner", TEXT, nullable=False),
        sa.Column("chat", sa.BigInteger(), nullable=False),
        sa.Column("attachment", sa.LargeBinary(), nullable=False),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("not_before", sa.Float(), nullable=False),
        sa.Column("sha256", TEXT, nullable=True),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("path", TEXT, nullable=True),
        sa.Column("reason", TEXT, nullable=True),
        sa.Column("reported", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_files"),
    )
    op.create_index("ix_files_owner", "files", ["owner"])
    op.create_index("ix_files_state_not_before", "files", ["state", "not_before"])
    op.create_index(
        "ix_files_unreported",
        "files",
        ["state", "owner"],
        **only("reported = 0"),
    )
