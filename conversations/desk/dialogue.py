"""Officers work from their group: every event there, and the private prompts for confidential cases.

Whoever acts in an agency's group is an officer. Talk among officers is left alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from conversations import listening
from conversations.cards import card, file_effects
from conversations.complaints.agency import Agency
from conversations.complaints.case import Case
from conversations.complaints.references import check_code, parse_marked, parse_reference
from conversations.conversation import Conversation
from conversations.desk import access as desk_access
from conversations.desk import handling as desk_handling
from conversations.desk import lists as desk_lists
from conversations.desk import prompts as desk_prompts
from conversations.desk import typed as desk_typed
from conversations.desk import viewing as desk_reading
from conversations.desk import writing as desk_answers
from conversations.desk.access import Refusal
from conversations.desk.delivery import delivery_reported, file_stored
from conversations.desk.lists import listing
from conversations.desk.viewing import linked_case, open_link
from conversations.effects import Outcome
from conversations.events import ButtonPressed, CommandReceived, FileReceived, MessageEdited, PersonEvent
from conversations.parts import part_of
from conversations.world import World

__all__ = [
    "ACTIONS",
    "PRIVATE_ACTIONS",
    "abandon",
    "card",
    "collect",
    "delivery_reported",
    "file_effects",
    "file_stored",
    "handle",
    "linked_case",
    "listing",
    "open_link",
]

Handler = Callable[[PersonEvent, World, Conversation], Outcome]

PRIVATE_ACTIONS: Mapping[str, Handler] = {
    "desk_post": desk_answers.post,
    "desk_rewrite": desk_answers.rewrite,
    "desk_discard": desk_answers.discard,
    "desk_note": desk_answers.save_as_note,
    "desk_write": desk_reading.write_chosen,
}

ACTIONS: Mapping[str, Handler] = {
    "take": desk_handling.take,
    "verify": desk_handling.verify,
    "answer": desk_reading.answer_by_link,
    "note": desk_reading.note_by_link,
    "evidence": desk_reading.evidence,
    "read_all": desk_reading.read_all,
    "identity": desk_reading.identity,
    "what_for": desk_prompts.chosen,
    "claim": desk_prompts.claimed,
    "ticket": desk_lists.ticket_pressed,
    desk_lists.LIST_ACTION: desk_lists.show_list,
    **PRIVATE_ACTIONS,
}


def handle(event: PersonEvent, world: World, conversation: Conversation, agency: Agency) -> Outcome:
    """An officer did something in the group."""
    if isinstance(event, CommandReceived):
        return _command(event, world, conversation, agency)
    if isinstance(event, ButtonPressed):
        handler = ACTIONS.get(event.action, _unknown)
        return handler(event, world, conversation)
    if isinstance(event, MessageEdited):
        return desk_answers.edited(event, world, conversation)
    if isinstance(event, FileReceived) and (command := desk_typed.captioned(event, world.rules)):
        return desk_lists.answer(command, world, conversation, agency, event)
    return _message(event, world, conversation)


def _unknown(event: PersonEvent, _world: World, conversation: Conversation) -> Outcome:
    return desk_access.unknown_button(event, conversation)


def _command(event: CommandReceived, world: World, conversation: Conversation, agency: Agency) -> Outcome:
    match event.command:
        case "daftar":
            return desk_lists.show_list(event, world, conversation)
        case "tiket":
            return desk_lists.ticket(event, world, conversation, agency)
        case "jawab":
            return desk_lists.answer(event, world, conversation, agency)
        case "batal":
            return desk_lists.cancel(event, world, conversation)
        case "bantuan" | "start" | "help":
            return desk_lists.show_help(event, conversation)
        case _:
            return Outcome()


def _message(event: PersonEvent, world: World, conversation: Conversation) -> Outcome:
    if event.origin.reply_to:
        key = world.keys.get((event.origin.chat, event.origin.reply_to), "")
        owner = _prompted(key)
        case = _replied_case(event, world, key)
        if case and owner and owner != conversation.person:
            return desk_prompts.not_yours(event, conversation, case, owner)
        if case:
            return _reply(event, world, conversation, case)
        if not key and _is_lost(event, conversation):
            return desk_access.refuse(event, conversation, Refusal("desk.unmatched", {}))
    if _joins_album(event, conversation):
        return desk_answers.receive(event, world, conversation)
    if listening.officer_listens(conversation):
        return desk_prompts.said_plainly(event, world, conversation)
    return Outcome()


def _prompted(key: str) -> int:
    """The officer whom the answered message asks; 0 when it asks nobody."""
    kind, _, officer = key.rpartition(":")
    return int(officer) if kind.startswith(("prompt:", "preview:")) else 0


def _replied_case(event: PersonEvent, world: World, key: str) -> Case | None:
    """The case that the answered message is about; by its number when no key leads to one.

    A number alone is not enough: a register that was lost may have given it to another case.
    """
    case = world.cases.get(key.partition(":")[2].partition(":")[0])
    if case is None:
        reference, code = parse_marked(event.origin.replied_text) or ("", "")
        case = world.by_reference(reference)
        case = case if case and check_code(case.id) == code else None
    return case if case and desk_access.is_here(case, event.origin, world) else None


def _is_lost(event: PersonEvent, conversation: Conversation) -> bool:
    """Whether a reply to a message of ours belongs to no case, although its writer expects that it does.

    With an open prompt the officer is asked about it, unless the message names a complaint, perhaps another.
    """
    names_one = parse_reference(event.origin.replied_text) is not None
    return part_of(event) is not None and (names_one or not listening.officer_listens(conversation))


def _reply(event: PersonEvent, world: World, conversation: Conversation, case: Case) -> Outcome:
    writing = conversation.collecting
    if listening.officer_listens(conversation) and writing and writing.case == case.id:
        return desk_answers.receive(event, world, conversation)
    if late := desk_answers.late_album_item(event, conversation, case):
        return late
    return desk_prompts.replied_to_card(event, world, conversation, case)


def _joins_album(event: PersonEvent, conversation: Conversation) -> bool:
    part, writing = part_of(event), conversation.collecting
    if part is None or not part.album or writing is None or not listening.officer_listens(conversation):
        return False
    return any(known.album == part.album for known in writing.parts)


def collect(event: PersonEvent, world: World, conversation: Conversation) -> Outcome:
    """A message for a leader's prompt in the private chat, or an edit of one."""
    return desk_answers.receive(event, world, conversation)


def abandon(world: World, conversation: Conversation) -> Outcome:
    """/batal in the private chat while an officer's prompt is open there."""
    writing = conversation.collecting
    case = world.cases.get(writing.case) if writing else None
    return desk_answers.dropped(world, conversation, case) if case else Outcome.of(conversation)
