"""The kinds of the questions that only an officer is asked who enters a complaint for a citizen."""

from __future__ import annotations

from datetime import date, timedelta

from conversations.complaints.agency import Agency
from conversations.complaints.kind import Choices, Consequence, Kind, Reading
from conversations.complaints.kinds import NEAR_DAYS, near_day
from conversations.reading.entries import read_past_day, read_tracking_id
from conversations.reading.identity import Problem, is_old


def _past_days(_agency: Agency, today: date) -> Choices:
    days = (today, today - timedelta(days=1))
    named = zip(NEAR_DAYS, days, strict=True)
    return (tuple(near_day(label, day, day.isoformat()) for label, day in named),)


def _past_day(text: str, reading: Reading) -> str | Problem:
    day = read_past_day(text, reading.today)
    return day if isinstance(day, Problem) else day.isoformat()


def _old_receipt(answer: str, today: date) -> Consequence:
    return Consequence(warning="old_receipt" if is_old(date.fromisoformat(answer), today) else "")


# A day that is over or today; a text has to name it.
PAST_DAY = Kind(
    read=_past_day,
    chat=lambda day, _agency: {"day": str(day)},
    choices=_past_days,
    follows=_old_receipt,
    needs_words=True,
)

# The tracking ID of another system.
TRACKING_ID = Kind(read=lambda text, _reading: read_tracking_id(text), needs_words=True)
