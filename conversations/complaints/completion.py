"""What a complaint lacks: the items that an officer ticks, the open request, and what completes it.

The items are the questions of the complaint itself. The signed complaint is never changed: what completes it
is a supplement, signed again, and both versions are kept.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from pydantic import Field

from conversations.complaints.complaint import (
    FILES,
    QUESTIONS,
    Answers,
    Complaint,
    Frozen,
    Part,
    Step,
    path,
)

# The item for a complaint that has to be signed again; it is no question of its own.
SIGNATURE = "signature"
# Additions, and what only the officer knows who entered the complaint.
_NOT_ASKABLE = frozenset({Step.SUMMARY, Step.ENTRY})


class Request(Frozen):
    """What an officer asked the complainant to complete, while it is open."""

    # The missing items, in the order of the questions.
    items: tuple[str, ...]
    # When it was asked for.
    at: datetime
    # The messenger's id of the officer, and the name that the messenger shows.
    officer: int
    name: str
    # The last day for the completion.
    until: date
    # The days of the response clock that were not over.
    days_kept: int
    # When the complainant was last reminded.
    reminded_at: datetime | None = None


class Supplement(Frozen):
    """What completes a complaint, given once; a supplement by an officer has only `by` and `items`."""

    # The items that were asked for.
    items: tuple[str, ...]
    # The new answers by field, as JSON.
    answers: dict[str, Any] = Field(default_factory=dict)
    # The messages that add to the story.
    story: tuple[Part, ...] = ()
    # When it was sent.
    at: datetime
    # Where it was signed, and the name typed as a signature; both empty where no signature was needed.
    place: str = ""
    signature: str = ""
    # The photo of a handwritten signature.
    signature_file: Part | None = None
    # What the signature covers, as a hash.
    digest: str = ""
    # The officer who confirmed on the complainant's behalf that nothing is missing; empty for a complainant.
    by: str = ""


def askable(answers: Answers) -> tuple[str, ...]:
    """The items that an officer can ask for, in the order of the questions, with these answers."""
    asked = (name for name in path(answers) if QUESTIONS[name].step not in _NOT_ASKABLE)
    return (*asked, SIGNATURE)


def completed(
    complaint: Complaint, attorney: tuple[Part, ...], supplements: Iterable[Supplement]
) -> dict[str, Any]:
    """The answers as filed, or as they were completed, by field, as JSON; without the story.

    `attorney` are the pages of a power of attorney that came after filing.
    """
    answers = complaint.model_dump(mode="json", exclude={"story"})
    if attorney:
        answers["power_of_attorney"] = [part.model_dump(mode="json") for part in attorney]
    for supplement in supplements:
        answers |= supplement.answers
    return answers


def pages(supplement: Supplement) -> tuple[Part, ...]:
    """The files that answer questions of their own."""
    stored = (page for name in FILES for page in supplement.answers.get(name) or ())
    return tuple(Part.model_validate(page) for page in stored)
