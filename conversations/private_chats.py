"""What is sent in private: tables assign each command, button and message to a dialogue."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from conversations import choices, double_taps, listening, spoken
from conversations.catalogue.commands import Audience, command_of
from conversations.complaints.references import parse_reference
from conversations.conversation import Conversation, Listener
from conversations.desk import dialogue as desk
from conversations.desk import in_private as desk_in_private
from conversations.desk import introductions as desk_introductions
from conversations.desk import links as desk_links
from conversations.desk import on_behalf as desk_on_behalf
from conversations.desk import writing as desk_writing
from conversations.effects import Outcome, Send
from conversations.events import ButtonPressed, CommandReceived, PersonEvent, TextReceived
from conversations.followup import access as followup_access
from conversations.followup import additions, again, pages, replies, unaddressed, withdrawing
from conversations.followup import dialogue as followup
from conversations.intake import completing
from conversations.intake import dialogue as intake
from conversations.messages import OutgoingMessage
from conversations.screens import ButtonHandler, in_new_messages, outdated, say
from conversations.world import World

Handler = Callable[[Any, World, Conversation], Outcome]


def handle(event: PersonEvent, world: World, conversation: Conversation) -> Outcome:
    """Handle an event of a private chat; a completion whose request has ended is left first."""
    ended = completing.ended(world, conversation)
    if ended is None:
        return _in_private(event, world, conversation)
    return ended + _in_private(event, world, ended.conversations[-1])


def _in_private(event: PersonEvent, world: World, conversation: Conversation) -> Outcome:
    if isinstance(event, CommandReceived):
        return _command(event, world, conversation)
    if isinstance(event, ButtonPressed):
        return _button(event, world, conversation)
    return _message(event, world, conversation)


def _button(event: ButtonPressed, world: World, conversation: Conversation) -> Outcome:
    handler = _BUTTONS.get(event.action)
    return handler(event, world, conversation) if handler else outdated(event, conversation)


def _message(event: PersonEvent, world: World, conversation: Conversation) -> Outcome:
    repeated = double_taps.is_second_tap(event, world, conversation)
    if repeated and (same := _second_tap(event, world, conversation)):
        return same
    conversation = double_taps.noted(event, world, conversation)
    if turned := choices.typed(event, world, conversation):
        return turned
    if event.origin.reply_to and (answered := replies.reply(event, world, conversation)):
        return answered
    listener = listening.of_message(event, conversation)
    if listener not in _OF_OFFICERS and (done := spoken.done(event, world, conversation, _button, COMMANDS)):
        return done
    return _LISTENERS[listener](event, world, conversation)


def ask_again(event: PersonEvent, world: World, conversation: Conversation) -> Outcome:
    """The present question below, of whichever dialogue listens."""
    if listening.present(conversation) == "introducing" and conversation.introducing:
        return desk_introductions.ask(event, conversation, conversation.introducing)
    return again.ask_again(world, conversation)


def _answer_or_hold(event: PersonEvent, world: World, conversation: Conversation) -> Outcome:
    """Let the draft take a message; a text that answers nothing its sender could see is held."""
    if not isinstance(event, TextReceived):
        return intake.answer(event, world, conversation)
    if pressed := followup.typed_below_held(event, world, conversation):
        return pressed
    if event.origin.reply_to or not world.was_unseen(event.origin.message, conversation):
        return intake.answer(event, world, conversation)
    continued = intake.continue_before(event, world, conversation)
    return continued or unaddressed.hold(event, world, conversation)


def _second_tap(event: PersonEvent, world: World, conversation: Conversation) -> Outcome | None:
    """The present question again, or an answer without a question; None while messages are collected."""
    match listening.present(conversation):
        case "intake":
            return intake.resume(world, conversation)
        case "introducing":
            return ask_again(event, world, conversation)
        case "none":
            return say(conversation, "system.same_again")
        case _:
            return None


# The dialogue that takes a message, by the listener (listening.py).
_LISTENERS: Mapping[Listener, Handler] = {
    "intake": _answer_or_hold,
    "collecting": additions.receive,
    "writing": desk_in_private.receive,
    "introducing": desk_introductions.receive,
    "reference": followup_access.receive,
    "access_code": followup_access.receive,
    "none": followup.receive_unaddressed,
}

# The dialogues of officers in their private chats: these read their own words.
_OF_OFFICERS: frozenset[Listener] = frozenset({"writing", "introducing"})

_BUTTONS: Mapping[str, ButtonHandler] = {
    **intake.ACTIONS,
    **followup.ACTIONS,
    **desk.PRIVATE_ACTIONS,
    choices.ACTION: choices.show_page,
}


def _command(event: CommandReceived, world: World, conversation: Conversation) -> Outcome:
    if desk_introductions.is_link(event):
        return desk_introductions.open_page(event, world, conversation)
    if desk_on_behalf.is_link(event):
        return desk_on_behalf.open_link(event, world, conversation)
    if event.command == "start" and desk_links.linked_case(event.argument):
        return desk_links.open_link(event, world, conversation)
    if event.command == "start" and parse_reference(event.argument):
        return COMMANDS["status"](event, world, conversation)
    command = command_of(Audience.CITIZEN, event.command)
    handler = COMMANDS[command.name] if command else pages.unknown_command
    return handler(event, world, conversation)


def _own_id(_event: CommandReceived, _world: World, conversation: Conversation) -> Outcome:
    message = OutgoingMessage("system.own_id", {"person": conversation.person})
    return Outcome.of(conversation, Send(conversation.chat, message))


def _cancel(event: CommandReceived, world: World, conversation: Conversation) -> Outcome:
    """/batal: end the dialogue that listens; ask about the draft, else about filed ones."""
    match listening.present(conversation):
        case "writing":
            return desk_writing.abandon(event, world, conversation)
        case "collecting":
            return in_new_messages(additions.drop(world, conversation), conversation.chat)
        case "reference" | "access_code":
            return followup_access.leave(world, conversation)
        case "introducing":
            return desk_introductions.leave(world, conversation)
        case _:
            offered = None if conversation.draft else withdrawing.after_cancel(world, conversation)
            return offered or intake.COMMANDS["batal"](event, world, conversation)


COMMANDS: Mapping[str, Handler] = {
    **intake.COMMANDS,
    **followup.COMMANDS,
    "batal": _cancel,
    "id": _own_id,
    desk_introductions.COMMAND: desk_introductions.open_page,
    desk_on_behalf.COMMAND: desk_on_behalf.open_link,
}
