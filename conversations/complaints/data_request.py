"""A citizen asks for the correction or the erasure of their data in a filed case; an officer answers.

The signed complaint stays as it is. A request is no contribution: its text is about the person, so it stands
apart from what the group reads, like the power of attorney.
"""

from __future__ import annotations

from datetime import datetime

from conversations.complaints.part import Frozen
from conversations.complaints.purpose import Purpose

# What a citizen asks for, and how an officer answers.
ASKED = frozenset({Purpose.DATA_CORRECTION, Purpose.DATA_ERASURE})
ANSWERED = frozenset({Purpose.DATA_DONE, Purpose.DATA_REFUSED})


class DataRequest(Frozen):
    """What was asked for, in the citizen's words, and the answer."""

    # DATA_CORRECTION or DATA_ERASURE.
    purpose: Purpose
    text: str
    at: datetime
    # When the group was last reminded of it.
    reminded_at: datetime | None = None
    # Whether it was done or refused; None while it is open.
    done: bool | None = None
    # Who answered, when, and with which words.
    answered_by: str = ""
    answered_at: datetime | None = None
    answer: str = ""
