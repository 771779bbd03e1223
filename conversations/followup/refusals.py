"""Replies to messages that cannot be kept. They change nothing."""

from __future__ import annotations

from collections.abc import Sequence

from conversations.complaints.complaint import Part
from conversations.conversation import Conversation
from conversations.effects import Outcome
from conversations.events import ContactReceived, MessageEdited, PersonEvent, UnreadableReceived
from conversations.intake.flow import limit_of
from conversations.parts import edit_too_long, part_of, refusal
from conversations.reading.text import Problem
from conversations.screens import say
from conversations.world import World


def part_or_refusal(
    event: PersonEvent, world: World, conversation: Conversation, parts: Sequence[Part]
) -> Part | Outcome:
    """The message as a part; where it cannot join these parts, the reply that says why."""
    part = part_of(event)
    if part is None:
        return refuse_kind(event, conversation)
    problem = refusal(event, parts, world.rules.limits)
    if problem is None:
        return part
    params = {"problem": problem.value, "limit": limit_of(problem, world.rules.limits)}
    return say(conversation, "followup.problem", params)


def edit_refusal(
    event: MessageEdited, world: World, conversation: Conversation, parts: Sequence[Part]
) -> Outcome | None:
    """The reply to an edit with which these parts are too long; None for another edit."""
    limits = world.rules.limits
    if not edit_too_long(parts, event.origin.message, event.text, limits):
        return None
    params = {"problem": Problem.TOO_LONG.value, "limit": limits.story_characters}
    return say(conversation, "followup.problem", params)


def refuse_kind(event: PersonEvent, conversation: Conversation) -> Outcome:
    """The reply to a kind of message that cannot be kept."""
    if isinstance(event, ContactReceived):
        return say(conversation, "followup.contact_unasked")
    kind = event.kind if isinstance(event, UnreadableReceived) else ""
    return say(conversation, "followup.unreadable", {"kind": kind})
