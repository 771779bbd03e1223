"""An officer's decision that an account sends no new complaints and additions to an agency for some days."""

from __future__ import annotations

from datetime import date, datetime

from conversations.complaints.contribution import Officer
from conversations.complaints.part import Frozen


class Block(Frozen):
    """Who blocked an account, for which agency, until when, and why. The last day is blocked too."""

    agency: str
    # The last day, in the agencies' zone.
    until: date
    # The reason, which the citizen reads.
    reason: str
    officer: Officer
    at: datetime
    # The id of the case from whose card it was made.
    case: str
