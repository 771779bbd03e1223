"""The message with the disposition slip of a case that a division has."""

from __future__ import annotations

from dataclasses import replace

from conversations import casefile, papers
from conversations.complaints.case import Case
from conversations.messages import DocumentKind, OutgoingMessage
from conversations.world import World


def slip(case: Case, world: World, reply_to: str, topic: int = 0) -> OutgoingMessage:
    """The slip of the present instruction, as a reply to the message of that key."""
    params = {
        "reference": casefile.marked(case),
        "division": casefile.division_of(case, world.rules),
        "confidential": case.complaint.confidential,
    }
    message = papers.message(case, DocumentKind.SLIP, str(casefile.instruction_place(case)), **params)
    return replace(message, reply_to=reply_to, topic=topic)
