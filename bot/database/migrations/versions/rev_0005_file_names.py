"""A stored file is named by a keyed hash of its content; indexes find contents and old message keys."""

from __future__ import annotations

from alembic import context, op

from bot.database.migrations.naming_files import carry_over

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Rename the column, and carry the rows over. The files themselves are renamed after the commit."""
    op.execute("ALTER TABLE files RENAME COLUMN sha256 TO name")
    op.create_index("ix_files_path", "files", ["path"])
    op.create_index("ix_sent_messages_sent", "sent_messages", ["sent"])
    given = context.config.attributes
    carry_over(op.get_bind(), given["codec"], given["advance"], given["left"])
