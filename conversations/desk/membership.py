"""Whether an officer still is one: asked at every act (product.md, Privacy).

An officer is whoever is in the agency's group now. The messenger tells who comes and goes, and is asked
where that is unknown or old. Reading an identity, a restricted or confidential case, and sending to a
citizen need knowledge of the last five minutes; other acts of the last hour. Without such knowledge the act
is refused, in words. Whoever leaves loses open prompts at once, and their cases are free to be taken.
"""

from __future__ import annotations

from conversations import casefile, listening
from conversations.cards import edit_card
from conversations.complaints.case import Case, changed
from conversations.conversation import Conversation, ConversationKey
from conversations.desk import access as desk_access
from conversations.desk import typed as desk_typed
from conversations.desk.access import Refusal
from conversations.desk.viewing import linked
from conversations.effects import DropFile, Effect, Lane, Outcome, RecordHistory, Send
from conversations.events import ButtonPressed, CommandReceived, MembershipChanged, MessageEdited, PersonEvent
from conversations.messages import OutgoingMessage
from conversations.world import Standing, World

# Presses of which the messenger must have said within five minutes that the presser is in the group.
_STRICT_ACTIONS = frozenset({"identity", "desk_post", "desk_write", "verify"})
# Reading and writing is as delicate as the case is.
_READING = frozenset({"evidence", "read_all", "answer", "note", "take", "desk_note"})
# What anybody may do: it changes nothing and shows nothing of a case.
_FREE_ACTIONS = frozenset({"desk_discard"})
_COMMANDS = frozenset({"daftar", "tiket", "jawab"})


def in_group(event: PersonEvent, world: World, conversation: Conversation) -> Standing | None:
    """What an event in an agency's group needs of its sender; None for talk among colleagues."""
    agency, origin = world.rules.of_chat(event.origin.chat), event.origin
    if agency is None or not _acts(event, world, conversation):
        return None
    strict = origin.chat == agency.restricted_chat_id
    if isinstance(event, ButtonPressed):
        strict = strict or event.action in _STRICT_ACTIONS or _is_delicate(event, world)
    return Standing(origin.chat, origin.person.id, strict)


def _acts(event: PersonEvent, world: World, conversation: Conversation) -> bool:
    match event:
        case ButtonPressed(action=action):
            return action not in _FREE_ACTIONS
        case CommandReceived(command=command):
            return command in _COMMANDS
        case MessageEdited():
            return bool(conversation.collecting or conversation.held)
        case _:
            captioned = desk_typed.captioned(event, world.rules)
            return bool(event.origin.reply_to or conversation.collecting or captioned)


def _is_delicate(event: ButtonPressed, world: World) -> bool:
    case = world.cases.get(event.subject)
    return event.action in _READING and case is not None and case.complaint.confidential


def in_private(event: PersonEvent, world: World, conversation: Conversation) -> Standing | None:
    """What a link, a press or a message for an officer's prompt in the private chat needs of its sender.

    Only confidential and restricted cases are written about in private.
    """
    case = _private_case(event, world, conversation)
    if case is None:
        return None
    return Standing(casefile.group_of(case, world.rules), event.origin.person.id, strict=True)


def _private_case(event: PersonEvent, world: World, conversation: Conversation) -> Case | None:
    if isinstance(event, CommandReceived):
        return linked(event, world) if event.command == "start" else None
    if isinstance(event, ButtonPressed):
        named = event.action.startswith("desk_") and event.action not in _FREE_ACTIONS
        return world.cases.get(event.subject) if named else None
    writing = conversation.collecting
    writes = writing and writing.purpose in listening.OFFICERS and conversation.listener == "collecting"
    return world.cases.get(writing.case) if writing and writes else None


def refusal(standing: Standing, world: World) -> Refusal | None:
    """Why the act is not done: the sender is not in the group, or nobody can tell."""
    known = world.membership(standing)
    if known is None:
        return Refusal("desk.membership_unknown", {})
    return None if known.present else Refusal("desk.not_a_member", {})


def refuse(event: PersonEvent, conversation: Conversation, refused: Refusal) -> Outcome:
    """Say why not. Outsiders of a public group who write get no answer: they could fill it with answers."""
    answered = conversation.private or refused.template != "desk.not_a_member"
    if answered or (isinstance(event, ButtonPressed) and event.press):
        return desk_access.refuse(event, conversation, refused)
    return Outcome()


def private_keys(event: MembershipChanged) -> frozenset[ConversationKey]:
    """The conversations of those who left: in the group, and in private."""
    return frozenset(
        key
        for person in event.left
        for key in (ConversationKey(event.chat, person), ConversationKey(person, person))
    )


def changed_members(event: MembershipChanged, world: World) -> Outcome:
    """Whoever left loses open prompts, and their open cases in this group become free."""
    outcome = Outcome()
    if world.rules.of_chat(event.chat) is None:
        return outcome
    for person in event.left:
        for key in (ConversationKey(event.chat, person), ConversationKey(person, person)):
            if conversation := world.conversations.get(key):
                outcome += _without_prompt(conversation, event.chat, world)
        outcome += _freed(event, person, world)
    return outcome


def _without_prompt(conversation: Conversation, group: int, world: World) -> Outcome:
    """The conversation without an officer's prompt for a case of the group, without its words and files."""
    writing = conversation.collecting
    held = () if conversation.private else conversation.held
    if writing is None or writing.purpose not in listening.OFFICERS:
        writing = None
    if conversation.private:
        case = world.cases.get(writing.case) if writing else None
        writing = writing if case and casefile.group_of(case, world.rules) == group else None
    if writing is None and not held:
        return Outcome()
    parts = writing.parts if writing else ()
    dropped = tuple(DropFile(part.file) for part in (*parts, *held) if part.file)
    closed = conversation.model_copy(
        update={
            "collecting": None,
            "listener": "intake" if conversation.private and conversation.draft else "nobody",
            "asked_reference": "",
            "held": conversation.held if conversation.private else (),
        }
    )
    told = (Send(closed.chat, OutgoingMessage("desk.not_a_member")),) if closed.private else ()
    return Outcome.of(closed, *dropped, *told)


def _is_held(case: Case, person: int, group: int, world: World) -> bool:
    officer = case.officer.id if case.officer else 0
    return case.open and officer == person and casefile.group_of(case, world.rules) == group


def _freed(event: MembershipChanged, person: int, world: World) -> Outcome:
    held = [case for case in world.cases.values() if _is_held(case, person, event.chat, world)]
    if not held:
        return Outcome()
    name = next(case.officer.name for case in held if case.officer)
    free = [changed(case, officer=None, taken_at=None) for case in held]
    effects: list[Effect] = []
    for case in free:
        effects.append(edit_card(case, world, Lane.UNASKED))
        effects.append(RecordHistory(case.id, f"officer:{person}", "released", name))
    params = {"officer": name, "references": [case.reference for case in free]}
    effects.append(Send(event.chat, OutgoingMessage("desk.officer_left", params), lane=Lane.UNASKED))
    return Outcome.of(*tuple(free), *tuple(effects))
