"""Replies of officers in their group: which case a reply is about, and what takes it."""

from __future__ import annotations

from conversations import keys, listening, message_kinds
from conversations.complaints.case import Case
from conversations.complaints.references import check_code, parse_marked, parse_reference
from conversations.conversation import Conversation
from conversations.desk import access, division_group, prompts, refusals, typed, writing
from conversations.desk.refusals import Refusal, Result
from conversations.events import PersonEvent
from conversations.parts import part_of
from conversations.world import World


def handle(event: PersonEvent, world: World, conversation: Conversation) -> Result:
    """Handle a reply to a message of ours, which is always answered."""
    stored = world.keys.get((event.origin.chat, event.origin.reply_to), "")
    key = keys.parse(stored)
    case = _replied_case(event, world, key)
    if refusal := _reply_refusal(event, world, case, key):
        return refusal
    if case:
        return _message_for_case(event, world, conversation, case)
    if prompts.joins_album(event, conversation):
        return writing.receive(event, world, conversation)
    if part_of(event) is None:
        return writing.NOT_PASSED_ON
    names_one = parse_reference(event.origin.replied_text) is not None
    if listening.officer_listens(conversation) and (stored or not names_one):
        return prompts.plain_message(event, world, conversation)
    return Refusal("desk.unmatched", {})


def _reply_refusal(
    event: PersonEvent, world: World, case: Case | None, key: keys.Key | None
) -> Refusal | None:
    """Why a reply is refused: the message asks another officer, or the division has the case no more."""
    if key is None:
        return None
    if case and key.officer not in {0, event.origin.person.id}:
        return refusals.not_yours(case, key.officer)
    return division_group.left(world.cases.get(key.case), event.origin.chat, world)


def _replied_case(event: PersonEvent, world: World, key: keys.Key | None) -> Case | None:
    """The case of the message that was replied to; found by the number in its text when it has no known key.

    The number needs its check code, because another case may have had the number in a register that was lost.
    """
    case = world.cases.get(key.case) if key else None
    if key and key.kind is message_kinds.Kind.DIGEST:
        case = world.by_reference(typed.quoted_reference(event))
    if case is None:
        reference, code = parse_marked(event.origin.replied_text) or ("", "")
        case = world.by_reference(reference)
        case = case if case and check_code(case.id) == code else None
    return case if case and access.is_here(case, event.origin, world) else None


def _message_for_case(event: PersonEvent, world: World, conversation: Conversation, case: Case) -> Result:
    if refusal := refusals.erased_refusal(case):
        return refusal
    unsent = conversation.writing
    if listening.officer_listens(conversation) and unsent and unsent.case == case.id:
        return writing.receive(event, world, conversation)
    if late := writing.late_album_item(event, conversation, case):
        return late
    return prompts.replied_to_card(event, world, conversation, case)
