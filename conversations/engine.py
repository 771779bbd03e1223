"""One event through one conversation: what it needs, and what it leads to. Pure.

needs() and further_needs() tell the shell what to load; advance() computes the Outcome.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, cast

from conversations import desk, followup, intake
from conversations.conversation import Conversation, ConversationKey
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
    MessageEdited,
    MessageReported,
    Origin,
    PersonEvent,
)
from conversations.messages import OutgoingMessage
from conversations.references import first_line, parse_marked, parse_reference
from conversations.world import Listing, World

Handler = Callable[[PersonEvent, World, Conversation], Outcome]

SYSTEM_EVENTS = (AnonymousSpoke, BotAdded, DeadlinePassed, FileStored, FileLost, MessageReported)


@dataclass(frozen=True, slots=True)
class Needs:
    """What an event needs loaded.

    `reply` is our message (chat, id) that it answers; `own` a person whose filed cases it needs; an
    event with a `listing` runs alone, so that the query sees all.
    """

    conversation: ConversationKey | None = None
    reply: tuple[int, int] | None = None
    cases: frozenset[str] = frozenset()
    references: frozenset[str] = frozenset()
    own: int = 0
    listing: Listing | None = None


def needs(event: Event, world: World) -> Needs:
    """What can be told from the event alone. The world holds only rules and time here."""
    match event:
        case MessageReported(case=case) | FileStored(owner=case):
            return Needs(cases=frozenset({case}))
        case FileLost(owner=owner, chat=chat):
            return Needs(ConversationKey(chat, chat), cases=frozenset({owner}))
        case DeadlinePassed(case=case, chat=chat, person=person):
            return Needs(cases=frozenset({case})) if case else Needs(ConversationKey(chat, person))
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
    )


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
    cases = set(conversation.cases if conversation else ())
    if key:
        cases.add(key.split(":")[1])
    own = 0
    if not isinstance(event, SYSTEM_EVENTS) and event.origin.private:
        own = event.origin.person.id if followup.wants_own_cases(event, conversation) else 0
    references = set[str]()
    if conversation:
        cases |= set(conversation.opened)
        references |= {conversation.asked_reference} - {""}
    return Needs(cases=frozenset(cases), references=frozenset(references), own=own)


def advance(event: Event, world: World) -> Outcome:
    """One event's outcome. Every press is answered, whatever happened."""
    outcome = _advance(event, world)
    if isinstance(event, ButtonPressed) and not any(
        isinstance(effect, AnswerPress) for effect in outcome.effects
    ):
        return outcome + Outcome(effects=(AnswerPress(event.press),))
    return outcome


def _advance(event: Event, world: World) -> Outcome:
    handler = _UNASKED.get(type(event))
    return handler(event, world) if handler else _person_event(cast("PersonEvent", event), world)


def _person_event(event: PersonEvent, world: World) -> Outcome:
    origin = event.origin
    conversation = world.conversation(origin.chat, origin.person.id)
    if conversation.name != origin.person.name:
        conversation = conversation.model_copy(update={"name": origin.person.name})
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
    if desk.collects(conversation) and not edited:
        return desk.collect(event, world, conversation)
    if intake.belongs_to_draft(event, conversation) or (conversation.listener == "intake" and not edited):
        return intake.answer(event, world, conversation)
    return followup.receive(event, world, conversation)


def _pressed(event: ButtonPressed, world: World, conversation: Conversation) -> Outcome:
    for actions in (intake.ACTIONS, followup.ACTIONS, desk.PRIVATE_ACTIONS):
        if handler := actions.get(event.action):
            return handler(event, world, conversation)
    return Outcome(effects=(AnswerPress(event.press, "system.press_outdated"),))


def _command(event: CommandReceived, world: World, conversation: Conversation) -> Outcome:
    if event.command == "id":
        message = OutgoingMessage("system.own_id", {"person": conversation.person})
        return Outcome((conversation,), (), (Send(conversation.chat, message),))
    if event.command == "start" and desk.linked_case(event.argument):
        return desk.open_link(event, world, conversation)
    if event.command == "batal" and (left := followup.abandon(world, conversation)):
        return left
    handler = intake.COMMANDS.get(event.command) or followup.COMMANDS.get(event.command)
    return (handler or followup.unknown_command)(event, world, conversation)


def _deadline_passed(event: DeadlinePassed, world: World) -> Outcome:
    if event.case:
        return followup.objection_expired(event, world)
    first = intake.draft_due(world, world.conversation(event.chat, event.person))
    conversation = first.conversations[-1]
    return first + followup.collecting_due(world, conversation)


def _greet_group(event: BotAdded, world: World) -> Outcome:
    if world.rules.of_chat(event.chat):
        return Outcome()
    message = OutgoingMessage("system.unknown_group", {"chat": event.chat, "title": event.title})
    return Outcome(effects=(Send(event.chat, message), LeaveChat(event.chat)))


def _refuse_anonymous(event: AnonymousSpoke, world: World) -> Outcome:
    if not world.rules.of_chat(event.chat):
        return Outcome()
    effects = (Send(event.chat, OutgoingMessage("system.no_anonymous")),)
    return Outcome(effects=(*effects, AnswerPress(event.press)) if event.press else effects)


# What nobody said: the clock, the file store, the outbox and the groups.
_UNASKED: Mapping[type, Callable[[Any, World], Outcome]] = {
    BotAdded: _greet_group,
    AnonymousSpoke: _refuse_anonymous,
    MessageReported: desk.delivery_reported,
    FileStored: desk.file_stored,
    FileLost: intake.file_lost,
    DeadlinePassed: _deadline_passed,
}
