"""The membership of an officer, checked at each act (product.md, Privacy).

An officer is a person who is in the agency's group now. The messenger reports who joins and leaves, and is
asked where its last report is missing or old. For an identity, a restricted or confidential case, and for
sending to a citizen it may be five minutes old, for other acts an hour. An act without it is refused with a
message. The prompts and entries of an officer who leaves are closed at once; other officers can take their
cases.
"""

from __future__ import annotations

from conversations import casefile, listening
from conversations.catalogue.commands import Audience, command_of
from conversations.complaints.case import Case, changed
from conversations.conversation import Conversation, ConversationKey
from conversations.desk import introductions, on_behalf, refusals, typed
from conversations.desk.card_button import Freshness
from conversations.desk.dialogue import ACTIONS, PRIVATE_ACTIONS
from conversations.desk.links import linked
from conversations.desk.refusals import Refusal
from conversations.effects import Lane, Outcome, RecordHistory, Send
from conversations.events import ButtonPressed, CommandReceived, MembershipChanged, MessageEdited, PersonEvent
from conversations.messages import OutgoingMessage
from conversations.parts import drop_files
from conversations.world import RequiredMembership, World

NOT_A_MEMBER = Refusal("desk.not_a_member", {})


def in_group(event: PersonEvent, world: World, conversation: Conversation) -> RequiredMembership | None:
    """The membership that an event in an agency's group requires; None for talk among colleagues."""
    agency, origin = world.rules.of_chat(event.origin.chat), event.origin
    if agency is None or not _needs_membership(event, world, conversation):
        return None
    strict = origin.chat == agency.restricted_chat_id
    if isinstance(event, ButtonPressed):
        strict = strict or _is_strict(event, world)
    return RequiredMembership(origin.chat, origin.person.id, strict)


def _freshness(event: ButtonPressed) -> Freshness:
    action = ACTIONS.get(event.action)
    return action.freshness if action else Freshness.ORDINARY


def _is_strict(event: ButtonPressed, world: World) -> bool:
    case = world.cases.get(event.subject)
    freshness = _freshness(event)
    confidential = case is not None and case.complaint.confidential
    return freshness is Freshness.STRICT or (freshness is Freshness.AS_THE_CASE and confidential)


def _needs_membership(event: PersonEvent, world: World, conversation: Conversation) -> bool:
    match event:
        case ButtonPressed():
            return _freshness(event) is not Freshness.NOT_NEEDED
        case CommandReceived(command=command):
            known = command_of(Audience.OFFICER, command)
            return known is None or known.acts
        case MessageEdited():
            return bool(conversation.writing or conversation.undecided)
        case _:
            captioned = typed.captioned(event, world.rules)
            named = typed.mentions_bot(event, world.rules)
            return bool(event.origin.reply_to or conversation.writing or captioned or named)


def in_private(event: PersonEvent, world: World, conversation: Conversation) -> RequiredMembership | None:
    """The membership that a link, a press or a message for a prompt in a private chat requires; else None.

    It is strict, because officers write in private about confidential and restricted cases only. For an
    introduction it is that of any group, and ordinary.
    """
    if introductions.concerns(event, conversation):
        group = introductions.group_of(event.origin.person.id, world)
        return RequiredMembership(group, event.origin.person.id) if group else None
    if on_behalf.concerns(event, conversation):
        group = on_behalf.group_of(event, world, conversation)
        return RequiredMembership(group, event.origin.person.id, strict=True) if group else None
    case = _private_case(event, world, conversation)
    if case is None:
        return None
    return RequiredMembership(casefile.group_of(case, world.rules), event.origin.person.id, strict=True)


def _private_case(event: PersonEvent, world: World, conversation: Conversation) -> Case | None:
    if isinstance(event, CommandReceived):
        return linked(event, world) if event.command == "start" else None
    if isinstance(event, ButtonPressed):
        named = event.action in PRIVATE_ACTIONS and _freshness(event) is not Freshness.NOT_NEEDED
        return world.cases.get(event.subject) if named else None
    if conversation.writing and listening.officer_listens(conversation):
        return world.cases.get(conversation.writing.case)
    return None


def refusal(required: RequiredMembership, world: World) -> Refusal | None:
    """Why the act is refused: the sender is not in the group, or it is not known; None when they are."""
    known = world.membership(required)
    if known is None:
        return Refusal("desk.membership_unknown", {})
    return None if known.present else NOT_A_MEMBER


def refuse(event: PersonEvent, conversation: Conversation, refused: Refusal) -> Outcome:
    """Send the refusal. A message of an outsider in a public group has no reply: it could flood the group."""
    outsider = refused.template == NOT_A_MEMBER.template
    answered = conversation.private or not outsider
    draft = conversation.draft
    if outsider and draft and on_behalf.sends(event, conversation):
        refusing = refusals.refuse(event, conversation, refused)
        return refusing + on_behalf.without_entries(conversation, draft.agency)
    if answered or (isinstance(event, ButtonPressed) and event.press):
        return refusals.refuse(event, conversation, refused)
    return Outcome()


def private_keys(event: MembershipChanged) -> frozenset[ConversationKey]:
    """The keys of the conversations of the persons who left: in the group, and in private."""
    return frozenset(
        key
        for person in event.left
        for key in (ConversationKey(event.chat, person), ConversationKey(person, person))
    )


def members_changed(event: MembershipChanged, world: World) -> Outcome:
    """Close the prompts of the persons who left, and release their open cases in this group."""
    outcome = Outcome()
    if world.rules.of_chat(event.chat) is None:
        return outcome
    for person in event.left:
        for key in (ConversationKey(event.chat, person), ConversationKey(person, person)):
            if conversation := world.conversations.get(key):
                closed = _without_prompt(conversation, event.chat, world)
                outcome += closed + _without_entries(closed, conversation, event.chat, world)
        outcome += _release_cases(event, person, world)
    return outcome


def _without_prompt(conversation: Conversation, group: int, world: World) -> Outcome:
    """The conversation without a prompt for a case of the group; its messages and files are deleted."""
    if conversation.private and not _writes_for(conversation, group, world):
        return Outcome()
    unsent, undecided = conversation.writing, conversation.undecided
    if unsent is None and undecided is None:
        return Outcome()
    parts = (*(unsent.parts if unsent else ()), *(undecided.parts if undecided else ()))
    closed = conversation.model_copy(update={"writing": None, "undecided": None})
    if closed.listener == "writing":
        closed = closed.model_copy(update={"listener": listening.next_listener(closed)})
    notice = Send(closed.chat, OutgoingMessage("desk.not_a_member")) if closed.private else None
    return Outcome.of(closed, *drop_files(parts), notice)


def _without_entries(closed: Outcome, conversation: Conversation, group: int, world: World) -> Outcome:
    """The private conversation without what its person was entering for citizens of this group's agency."""
    agency = world.rules.of_chat(group)
    if agency is None or agency.staff_chat_id != group or not conversation.private:
        return Outcome()
    return on_behalf.without_entries((closed.conversations or (conversation,))[-1], agency.id)


def _writes_for(conversation: Conversation, group: int, world: World) -> bool:
    case = world.cases.get(conversation.writing.case) if conversation.writing else None
    return case is not None and casefile.group_of(case, world.rules) == group


def _is_handled_by(case: Case, person: int, group: int, world: World) -> bool:
    officer = case.officer.id if case.officer else 0
    return case.open and officer == person and casefile.group_of(case, world.rules) == group


def _release_cases(event: MembershipChanged, person: int, world: World) -> Outcome:
    handled = [case for case in world.cases.values() if _is_handled_by(case, person, event.chat, world)]
    if not handled:
        return Outcome()
    name = next(case.officer.name for case in handled if case.officer)
    free = [changed(case, officer=None, taken_at=None, released_by=name) for case in handled]
    records = [RecordHistory(case.id, f"officer:{person}", "released", name) for case in free]
    params = {"officer": name, "references": [case.reference for case in free]}
    notice = Send(event.chat, OutgoingMessage("desk.officer_left", params), lane=Lane.UNASKED)
    return Outcome.of(*free, *records, notice)
