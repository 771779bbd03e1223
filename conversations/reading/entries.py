"""What officers type about a complaint that came by another channel: its tracking ID, and the day it came."""

from __future__ import annotations

import re
from datetime import date

from conversations.reading.dates import read_when
from conversations.reading.text import Problem

# SP4N-LAPOR! shows a number, often after "#"; other systems of the government put letters before it.
_TRACKING = re.compile(r"[A-Z]{0,8}-?[0-9]{4,20}")
_SAID_BEFORE = re.compile(r"^(?:ID|NOMOR|NO|KODE|TRACKING|LAPORAN|ADUAN|[\W_])+(?=[A-Z]{0,8}-?[0-9])")
LONGEST_TYPED = 60


def read_tracking_id(text: str) -> str | Problem:
    """The tracking ID of SP4N-LAPOR! in capital letters, without "#" and words before it; the form only."""
    typed = " ".join(text.split()).upper()
    if len(typed) > LONGEST_TYPED:
        return Problem.NOT_A_TRACKING_ID
    number = _SAID_BEFORE.sub("", typed).replace(" ", "").strip(".,;")
    return number if _TRACKING.fullmatch(number) else Problem.NOT_A_TRACKING_ID


def read_past_day(text: str, today: date) -> date | Problem:
    """The day that a text names; a Problem without one, for a future day and for one not in the calendar."""
    value = read_when(text, today)
    if isinstance(value, Problem):
        return value
    return value.day or Problem.DATE_MISSING
