"""Entry on behalf: a complaint that an officer enters for a citizen without an account ("/catat").

Such a case belongs to no account. Its registration number is that of the year in which it is entered, because
numbers are given in the order of entry: a number of last year would stand behind numbers that were given
after it, and the register of a closed year would change. The clock starts on the day of receipt.
"""

from __future__ import annotations

from datetime import date, datetime

from conversations.complaints.mornings import morning_of

# The account of a citizen who has none (`Case.filed_by`).
NO_ACCOUNT = 0


def received_at(day: date, now: datetime) -> datetime:
    """The moment of receipt: now for today; for an earlier day its morning, since the hour is not known."""
    return now if day >= now.date() else morning_of(day)
