"""A complaint about the same matter as another one of the agency ("Duplikat"): number and reason in one text.

    Rina:  (reply) DPMD-2026-0042 Jembatan yang sama sudah dilaporkan dan sedang diperbaiki.

The citizen follows the status of the original, and never reads its content unless they filed it too.
"""

from __future__ import annotations

from conversations import casefile
from conversations.complaints.case import Case, Contribution, Purpose
from conversations.complaints.follow_up import CaseLink
from conversations.conversation import Conversation
from conversations.desk import access, typed
from conversations.desk.refusals import Refusal
from conversations.events import Event, FileReceived, MessageEdited, PersonEvent, TextReceived
from conversations.reading.words import has_a_word
from conversations.world import World


def wanted_references(event: Event, conversation: Conversation) -> frozenset[str]:
    """The number of the original in what an officer has written, or writes now."""
    unsent = conversation.writing
    if unsent is None or unsent.purpose is not Purpose.DUPLICATE:
        return frozenset()
    texts = [part.text for part in unsent.parts]
    match event:
        case TextReceived(text=text) | MessageEdited(text=text) | FileReceived(caption=text):
            texts.append(text)
        case _:
            pass
    return frozenset(typed.split(text)[0] for text in texts) - {""}


def read(_world: World, _case: Case, contribution: Contribution) -> Contribution:
    """The contribution with the number of the original as its target, and the reason as its text."""
    if not contribution.parts:
        return contribution
    first = contribution.parts[0]
    reference, reason = typed.split(first.text)
    if not reference:
        return contribution
    parts = (first.model_copy(update={"text": reason.lstrip(" \n:,.;-").rstrip()}), *contribution.parts[1:])
    return contribution.model_copy(update={"target": reference, "parts": parts})


def problem(event: PersonEvent, world: World, case: Case, contribution: Contribution) -> Refusal | None:
    """Why the case cannot be marked as a duplicate of that number; None when it can."""
    agency = casefile.agency_of(case, world.rules)
    params = {"reference": case.reference, "number": contribution.target}
    original = world.by_reference(contribution.target) if contribution.target else None
    if original is None or not _may_be_read(event, world, case, original):
        example = f"{agency.prefix}-{world.today.year}-0042"
        return Refusal("desk.no_original", {**params, "example": example})
    if original.id == case.id:
        return Refusal("desk.own_original", params)
    if original.duplicate_of:
        return Refusal("desk.original_of", {**params, "original": original.duplicate_of.reference})
    if not has_a_word(contribution.text):
        return Refusal(
            "desk.reason_missing", {"reference": case.reference, "purpose": contribution.purpose.value}
        )
    return None


def _may_be_read(event: PersonEvent, world: World, case: Case, original: Case) -> bool:
    """Whether the original is the agency's, and the officer may read it; others are as good as unknown."""
    here = original.agency == case.agency and original.restricted == case.restricted
    return here and access.reading_refusal(original, event.origin.person.id, world) is None


def link(world: World, contribution: Contribution) -> CaseLink | None:
    """The original that the decision names; None for another decision."""
    if contribution.purpose is not Purpose.DUPLICATE:
        return None
    original = world.by_reference(contribution.target)
    return CaseLink(id=original.id, reference=original.reference) if original else None
