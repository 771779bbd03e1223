"""What /cek says about a case: whether its stored texts are those that were signed, and its history is whole.

It gives only the number of the complaint and when each text was signed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from conversations.complaints.case import Case
from conversations.complaints.signatures import CHECK_DIGITS, signed_texts, typed_digits, was_signed_as
from conversations.messages import OutgoingMessage
from conversations.world import World

# The digits of the example; no complaint has this digest.
EXAMPLE_DIGITS = "3f7a90c2d1e4b586"


def has_digits(text: str) -> bool:
    """Whether the text next to a number has anything that can be meant as a digest."""
    return any(map(str.isalnum, text))


def explained(prefix: str, world: World) -> OutgoingMessage:
    """How the command is typed, with a number of this agency as the example."""
    example = f"{prefix}-{world.today.year}-0042 {EXAMPLE_DIGITS}"
    return OutgoingMessage("authenticity.explained", {"example": example, "count": CHECK_DIGITS})


def result(
    case: Case | None, typed: str, world: World, contacts: Sequence[dict[str, Any]]
) -> OutgoingMessage | None:
    """The result for a person who typed this digest; None where there is no such case, or another digest."""
    page, digits = world.history, typed_digits(typed)
    if case is None or page is None or page.case != case.id or not was_signed_as(case, digits):
        return None
    texts = signed_texts(case)
    params = {
        "reference": case.reference,
        "texts": [
            {"supplement": text.supplement, "at": text.at.isoformat(), "fits": text.fits} for text in texts
        ],
        "sound": all(text.fits for text in texts) and page.fault is None,
        "total": page.total,
        "head": case.history_head[:CHECK_DIGITS],
        "fault": page.fault and {"entry": page.fault.entry, "what": page.fault.what.value},
        "contacts": list(contacts),
    }
    return OutgoingMessage("authenticity.result", params)


def erased(case: Case, world: World) -> dict[str, Any]:
    """What can be said about the text of an erased case: only whether the history without it is whole."""
    page = world.history
    sound = page is not None and page.case == case.id and page.fault is None
    told = case.erased
    return {
        "reference": case.reference,
        "at": told.at.isoformat() if told else "",
        "retention": told is not None and told.retention,
        "total": page.total if page else 0,
        "sound": sound,
    }
