"""The officers' commands for one complaint and for the bot: /tiket, /jawab, /batal, /bantuan.

The list that /daftar shows is in lists.py.
"""

from __future__ import annotations

from collections.abc import Callable

from conversations import keys
from conversations.catalogue.commands import Audience, command_params, in_help
from conversations.complaints.case import Case, Purpose
from conversations.complaints.complaint import Part
from conversations.conversation import Conversation
from conversations.desk import access, prompts, typed, writing
from conversations.desk.access import Refusal, Result
from conversations.desk.actions import CARD, card
from conversations.effects import Outcome, Send
from conversations.events import ButtonPressed, CommandReceived, FileReceived, PersonEvent
from conversations.messages import OutgoingMessage
from conversations.parts import keep, part_of
from conversations.world import World

GroupCommand = Callable[[CommandReceived, World, Conversation], Result]


def ticket_pressed(_event: ButtonPressed, world: World, conversation: Conversation, case: Case) -> Outcome:
    """A case of the list was pressed: send its card again."""
    return _card_again(world, conversation, case)


def ticket(event: CommandReceived, world: World, conversation: Conversation) -> Result:
    """/tiket NOMOR: send the card again."""
    case = _case_here(event, world)
    return _card_again(world, conversation, case) if case else unknown_number(event, world)


def _card_again(world: World, conversation: Conversation, case: Case) -> Outcome:
    return Outcome.of(conversation, Send(conversation.chat, card(case, world), keys.card(case.id)))


def answer(
    event: CommandReceived, world: World, conversation: Conversation, file: FileReceived | None = None
) -> Result:
    """/jawab NOMOR teks, also as the caption of `file`: show the preview; without a text, ask for it."""
    case = _case_here(event, world)
    if case is None:
        return unknown_number(event, world)
    if refusal := _answer_refusal(world, conversation, case, file):
        return refusal
    parts = _answer_parts(event, world, file)
    opened = prompts.open_prompt(event, world, conversation, case, Purpose.RESPONSE, parts)
    kept = keep(file, case.id) if file else None
    return opened if isinstance(opened, Refusal) else Outcome.of(kept) + opened


def _answer_refusal(
    world: World, conversation: Conversation, case: Case, file: FileReceived | None
) -> Refusal | None:
    if case.complaint.confidential:
        private = Refusal("desk.answer_in_private", {"reference": case.reference})
        return access.reading_refusal(case, conversation.person, world) or private
    refusal = access.writing_refusal(case, conversation.person, Purpose.RESPONSE, world)
    return refusal or (writing.problem_of(file, world, ()) if file else None)


def _answer_parts(event: CommandReceived, world: World, file: FileReceived | None) -> tuple[Part, ...]:
    text = _split(event, world)[1].strip()
    if file and (part := part_of(file)):
        return (part.model_copy(update={"text": text}),)
    return (Part(message=event.origin.message, at=event.origin.at, text=text),) if text else ()


def _case_here(event: CommandReceived, world: World) -> Case | None:
    case = named_case(event, world)
    return case if case and access.is_handled_here(case, event.origin, world) else None


def named_case(event: CommandReceived, world: World) -> Case | None:
    """The case that the command names, wherever it is handled; None for an unknown number."""
    return world.by_reference(_split(event, world)[0])


def _split(event: CommandReceived, world: World) -> tuple[str, str]:
    """The number that the command names, and the text after it."""
    return typed.named(event.argument, world.rules.of_chat(event.origin.chat), world.today.year)


def unknown_number(event: CommandReceived, world: World) -> Refusal:
    """The refusal of a number that this group does not know."""
    agency = world.rules.of_chat(event.origin.chat)
    params = {
        "number": _split(event, world)[0],
        "command": event.command,
        "example": f"{agency.prefix if agency else ''}-{world.today.year}-0042",
    }
    return Refusal("desk.unknown_number", params)


def show_help(_event: PersonEvent, _world: World, conversation: Conversation) -> Outcome:
    """/bantuan: show the help for officers."""
    params = {
        "buttons": [button.label for button in CARD],
        "commands": command_params(in_help(Audience.OFFICER)),
    }
    return Outcome.of(conversation, Send(conversation.chat, OutgoingMessage("desk.help", params)))


def unknown_command(event: CommandReceived, _world: World, _conversation: Conversation) -> Refusal:
    """A command that is not in the table: name those that are."""
    params = {"command": event.command, "commands": command_params(in_help(Audience.OFFICER))}
    return Refusal("desk.unknown_command", params)


def mentioned(event: PersonEvent) -> Refusal:
    """A message that names the bot and belongs to no case: say how to write about one."""
    officer = {"id": event.origin.person.id, "name": event.origin.person.name}
    params = {"officer": officer, "commands": command_params(in_help(Audience.OFFICER))}
    return Refusal("desk.mentioned", params)


def cancel(event: PersonEvent, world: World, conversation: Conversation) -> Result:
    """/batal: close the open prompt."""
    if conversation.writing is None and conversation.undecided is None:
        return Refusal("desk.nothing_open", {})
    return writing.abandon(event, world, conversation)
