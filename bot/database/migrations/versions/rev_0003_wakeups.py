"""Wake-ups have a kind, and those of cases a moment in place of a day."""

from __future__ import annotations

from datetime import date, timedelta

import sqlalchemy as sa
from alembic import op

from bot.database.migrations.column_types import TEXT

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# A case woke at 08:00 WIB of the day after the stored one.
MORNING_UTC = "T01:00:00.000000+00:00"
# Before every moment: a case whose day cannot be read is looked at once.
AT_ONCE = ""


def upgrade() -> None:
    """Add the columns; kinds stay empty, as the program finds them from the states.

    The rule for a case's moment is written out here: later changes of the program do not change this step.
    """
    op.add_column("conversations", sa.Column("wake_kind", TEXT, nullable=True))
    op.add_column("cases", sa.Column("wake_kind", TEXT, nullable=True))
    op.add_column("cases", sa.Column("wake_at", TEXT, nullable=True))
    _convert(op.get_bind())
    op.drop_index("ix_cases_wake_on", "cases")
    op.drop_column("cases", "wake_on")
    op.create_index("ix_cases_wake_at", "cases", ["wake_at"])


def _convert(connection: sa.Connection) -> None:
    cases = sa.table("cases", *(sa.column(name) for name in ("id", "wake_on", "wake_at")))
    due = connection.execute(sa.select(cases.c.id, cases.c.wake_on).where(cases.c.wake_on.is_not(None)))
    moments = [{"case": row.id, "moment": _moment(row.wake_on)} for row in due]
    if moments:
        set_moment = cases.update().where(cases.c.id == sa.bindparam("case"))
        connection.execute(set_moment.values(wake_at=sa.bindparam("moment")), moments)


def _moment(day: object) -> str:
    try:
        return f"{date.fromisoformat(str(day)) + timedelta(days=1)}{MORNING_UTC}"
    except (ValueError, OverflowError):
        return AT_ONCE
