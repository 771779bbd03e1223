"""One event through one conversation: what it needs, and what it leads to. Pure.

needs() and further_needs() tell the shell what to load; advance() computes the Outcome.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, cast

from conversations import listening
from conversations.complaints import wakeups
from conversations.complaints.references import first_line, parse_marked, parse_reference
from conversations.conversation import Conversation, ConversationKey
from conversations.desk import dialogue as desk
from conversations.desk import membership as desk_membership
from conversations.effects import AnswerPress, LeaveChat, Outcome, Send
from conversations.events import (
    AnonymousSpoke,
    BotAdded,
    ButtonPressed,
    CommandReceived,
    DeadlinePassed,
    Event,
    FileLost,
    FileReceived,
    FileStored,
    MembershipChanged,
    MessageEdited,
    MessageReported,
    Origin,
    PersonEvent,
    WakeupKind,
)
from conversations.followup import dialogue as followup
from conversations.intake import dialogue as intake
from conversations.messages import OutgoingMessage
from conversations.world import Listing, Standing, World

SYSTEM_EVENTS = (
    AnonymousSpoke,
    BotAdded,
    MembershipChanged,
    DeadlinePassed,
    FileStored,
    FileLost,
    MessageReported,
)


@dataclass(frozen=True, slots=True)
class Needs:
    """What an event needs loaded.

    `reply` is our message (chat, id) that it answers; `own` a person whose filed cases it needs; an
    event with a `listing` runs alone, so that the query sees all. `wished` are cases that it can do
    without: one that cannot be read is left out there, elsewhere the event is refused. `members` are
    persons whose memberships are needed, `handled` officers whose open cases are, `others` further
    conversations.
    """

    conversation: ConversationKey | None = None
    reply: tuple[int, int] | None = None
    cases: frozenset[str] = frozenset()
    references: frozenset[str] = frozenset()
    own: int = 0
    listing: Listing | None = None
    wished: frozenset[str] = frozenset()
    members: frozenset[int] = frozenset()
    handled: frozenset[int] = frozenset()
    others: frozenset[ConversationKey] = frozenset()


def needs(event: Event, world: World) -> Needs:
    """What can be told from the event alone. The world holds only rules and time here."""
    match event:
        case MessageReported(case=case) | FileStored(owner=case):
            return Needs(cases=frozenset({case}))
        case FileLost(owner=owner, chat=chat):
            return Needs(ConversationKey(chat, chat), cases=frozenset({owner}))
        case DeadlinePassed(case=case, chat=chat, person=person):
            return Needs(cases=frozenset({case})) if case else Needs(ConversationKey(chat, person))
        case MembershipChanged(left=left):
            persons = frozenset((*event.joined, *left))
            others = desk_membership.private_keys(event)
            return Needs(handled=frozenset(left), others=others, members=persons)
        case AnonymousSpoke() | BotAdded():
            return Needs()
        case _:
            return _person_needs(event, world)


def _person_needs(event: PersonEvent, world: World) -> Needs:
    origin = event.origin
    cases, references = set[str](), set[str]()
    if isinstance(event, ButtonPressed) and event.subject:
        cases.add(event.subject)
    if isinstance(event, CommandReceived):
        cases |= desk.linked_case(event.argument)
        if found := parse_reference(event.argument):
            references.add(found)
    if not origin.private and (found := _written_reference(event)):
        references.add(found)
    if found := _answered_reference(origin):
        references.add(found)
    return Needs(
        ConversationKey(origin.chat, origin.person.id),
        (origin.chat, origin.reply_to) if origin.reply_to else None,
        frozenset(cases),
        frozenset(references),
        listing=desk.listing(event, world),
        members=frozenset() if origin.private and not _is_officers(event) else frozenset({origin.person.id}),
    )


def _is_officers(event: PersonEvent) -> bool:
    """Whether an event in a private chat may be an officer's: a link, or a button of the desk."""
    match event:
        case CommandReceived(command="start", argument=argument):
            return bool(desk.linked_case(argument))
        case ButtonPressed(action=action):
            return action in desk.PRIVATE_ACTIONS
        case _:
            return False


def _answered_reference(origin: Origin) -> str | None:
    """The number in our own message that was answered; desk and followup judge whether it counts."""
    if origin.private:
        return parse_reference(first_line(origin.replied_text))
    found = parse_marked(origin.replied_text)
    return found and found[0]


def _written_reference(event: PersonEvent) -> str | None:
    """The number in an officer's caption or edited command."""
    match event:
        case FileReceived(caption=text) | MessageEdited(text=text):
            return parse_reference(text)
        case _:
            return None


def further_needs(event: Event, conversation: Conversation | None, key: str) -> Needs:
    """What the stored conversation and the key of the answered message ask for in addition."""
    cases = {key.partition(":")[2].partition(":")[0]} - {""}
    own, members = 0, frozenset[int]()
    if not isinstance(event, SYSTEM_EVENTS) and event.origin.private:
        own = event.origin.person.id if followup.wants_own_cases(event, conversation) else 0
        if conversation and listening.officer_listens(conversation):
            members = frozenset({conversation.person})
    references, wished = set[str](), set[str]()
    if conversation:
        if conversation.collecting:
            cases.add(conversation.collecting.case)
        wished |= {*(post.case for post in conversation.posts), *conversation.opened}
        references |= {conversation.asked_reference} - {""}
    return Needs(
        cases=frozenset(cases),
        references=frozenset(references),
        own=own,
        wished=frozenset(wished),
        members=members,
    )


def standing(event: Event, world: World) -> Standing | None:
    """The membership that the event needs of its sender, with all that it needs loaded; None for most."""
    if isinstance(event, SYSTEM_EVENTS):
        return None
    conversation = world.conversation(event.origin.chat, event.origin.person.id)
    judge = desk_membership.in_private if event.origin.private else desk_membership.in_group
    return judge(event, world, conversation)


def advance(event: Event, world: World) -> Outcome:
    """One event's outcome. Every press is answered, whatever happened."""
    outcome = _advance(event, world)
    if (
        isinstance(event, ButtonPressed)
        and event.press
        and not any(isinstance(effect, AnswerPress) for effect in outcome.effects)
    ):
        return outcome + Outcome.of(AnswerPress(event.press))
    return outcome


def _advance(event: Event, world: World) -> Outcome:
    handler = _UNASKED.get(type(event))
    return handler(event, world) if handler else _person_event(cast("PersonEvent", event), world)


def _person_event(event: PersonEvent, world: World) -> Outcome:
    origin = event.origin
    conversation = world.conversation(origin.chat, origin.person.id)
    if conversation.name != origin.person.name:
        conversation = conversation.model_copy(update={"name": origin.person.name})
    needed = standing(event, world)
    if needed and (refused := desk_membership.refusal(needed, world)):
        return desk_membership.refuse(event, conversation, refused)
    if not origin.private:
        agency = world.rules.of_chat(origin.chat)
        return desk.handle(event, world, conversation, agency) if agency else Outcome()
    return _private(event, world, conversation)


def _private(event: PersonEvent, world: World, conversation: Conversation) -> Outcome:
    if isinstance(event, CommandReceived):
        return _command(event, world, conversation)
    if isinstance(event, ButtonPressed):
        return _pressed(event, world, conversation)
    if event.origin.reply_to and (answered := followup.reply(event, world, conversation)):
        return answered
    edited = isinstance(event, MessageEdited)
    if _is_for_officer(event, conversation):
        return desk.collect(event, world, conversation)
    if intake.belongs_to_draft(event, conversation) or (conversation.listener == "intake" and not edited):
        return intake.answer(event, world, conversation)
    return followup.receive(event, world, conversation)


def _is_for_officer(event: PersonEvent, conversation: Conversation) -> bool:
    """Whether an officer's prompt takes a message in the private chat; an edit follows its message."""
    if isinstance(event, MessageEdited):
        return listening.officer_wrote(conversation, event.origin.message)
    return listening.officer_listens(conversation)


def _pressed(event: ButtonPressed, world: World, conversation: Conversation) -> Outcome:
    for actions in (intake.ACTIONS, followup.ACTIONS, desk.PRIVATE_ACTIONS):
        if handler := actions.get(event.action):
            return handler(event, world, conversation)
    return Outcome.of(AnswerPress(event.press, "system.press_outdated"))


def _command(event: CommandReceived, world: World, conversation: Conversation) -> Outcome:
    if event.command == "id":
        message = OutgoingMessage("system.own_id", {"person": conversation.person})
        return Outcome.of(conversation, Send(conversation.chat, message))
    if event.command == "start" and desk.linked_case(event.argument):
        return desk.open_link(event, world, conversation)
    if event.command == "batal" and listening.officer_listens(conversation):
        return desk.abandon(world, conversation)
    if event.command == "batal" and (left := followup.abandon(world, conversation)):
        return left
    handler = intake.COMMANDS.get(event.command) or followup.COMMANDS.get(event.command)
    return (handler or followup.unknown_command)(event, world, conversation)


# One handler a kind. Each checks against the state that it is due: the stored row may be older.
WAKEUP_HANDLERS: Mapping[WakeupKind, Callable[[DeadlinePassed, World], Outcome]] = {
    WakeupKind.DRAFT_REMINDER: intake.draft_reminder,
    WakeupKind.DRAFT_DROPPED: intake.draft_dropped,
    WakeupKind.COLLECTING_REMINDER: followup.collecting_due,
    WakeupKind.OBJECTION_EXPIRED: followup.objection_expired,
}


def _deadline_passed(event: DeadlinePassed, world: World) -> Outcome:
    """Handle the stored kind first, then every other kind that the state says is due."""
    outcome = Outcome()
    for kind in _due_kinds(event, world):
        done = WAKEUP_HANDLERS[kind](replace(event, kind=kind), world)
        outcome, world = outcome + done, world.after(done)
    return outcome


def _due_kinds(event: DeadlinePassed, world: World) -> tuple[WakeupKind, ...]:
    conversation = world.conversation(event.chat, event.person)
    subjects = (world.cases.get(event.case),) if event.case else conversation.timed
    due = (wakeup.kind for wakeup in wakeups.due(subjects, world.rules.limits, world.now))
    return tuple(dict.fromkeys((event.kind, *due) if event.kind else due))


def _greet_group(event: BotAdded, world: World) -> Outcome:
    if world.rules.of_chat(event.chat):
        return Outcome()
    message = OutgoingMessage("system.unknown_group", {"chat": event.chat, "title": event.title})
    return Outcome.of(Send(event.chat, message), LeaveChat(event.chat))


def _refuse_anonymous(event: AnonymousSpoke, world: World) -> Outcome:
    if not world.rules.of_chat(event.chat):
        return Outcome()
    effects = (Send(event.chat, OutgoingMessage("system.no_anonymous")),)
    return Outcome.of(*((*effects, AnswerPress(event.press)) if event.press else effects))


# What nobody said: the clock, the file store, the outbox and the groups.
_UNASKED: Mapping[type, Callable[[Any, World], Outcome]] = {
    BotAdded: _greet_group,
    AnonymousSpoke: _refuse_anonymous,
    MessageReported: desk.delivery_reported,
    FileStored: desk.file_stored,
    FileLost: intake.file_lost,
    DeadlinePassed: _deadline_passed,
    MembershipChanged: desk_membership.changed_members,
}
