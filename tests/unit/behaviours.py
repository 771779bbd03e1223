"""The conversations in docs/played/, and how each one ends."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from conversations.complaints.life_cycle import Status

FOLDER = Path(__file__).parents[2] / "docs" / "played"
# Conversation -> the status of each complaint at its end.
ENDS: Mapping[str, tuple[Status, ...]] = {
    "elderly": (Status.RECEIVED,),
    "voice-only": (Status.RECEIVED,),
    "hurried": (Status.RECEIVED,),
    "hostile": (Status.RECEIVED,),
    "javanese": (Status.RECEIVED,),
    "for-others": (Status.RECEIVED,),
    "confused": (Status.RECEIVED,),
    "unhappy": (Status.REOPENED,),
    "two-at-once": (Status.RECEIVED,),
    "withdrawing": (Status.WITHDRAWN,),
}
