"""The officers' commands for writing and for the bot: /jawab, /batal, /bantuan."""

from __future__ import annotations

from conversations.catalogue.commands import Audience, command_params, in_help
from conversations.complaints.case import Case, Purpose
from conversations.complaints.complaint import Part
from conversations.conversation import Conversation
from conversations.desk import access, named_case, prompts, refusals, writing
from conversations.desk.actions import CARD
from conversations.desk.refusals import Refusal, Result
from conversations.effects import Outcome, Send
from conversations.events import CommandReceived, FileReceived, PersonEvent
from conversations.messages import OutgoingMessage
from conversations.parts import keep, part_of
from conversations.world import World


def answer(
    event: CommandReceived, world: World, conversation: Conversation, file: FileReceived | None = None
) -> Result:
    """/jawab NOMOR teks, also as the caption of `file`: show the preview; without a text, ask for it."""
    case = named_case.of(event, world)
    if case is None:
        return named_case.unknown(event, world)
    if refusal := _answer_refusal(world, conversation, case, file):
        return refusal
    parts = _answer_parts(event, world, file)
    opened = prompts.open_prompt(event, world, conversation, case, Purpose.RESPONSE, parts)
    kept = keep(file, case.id) if file else None
    return opened if isinstance(opened, Refusal) else Outcome.of(kept) + opened


def _answer_refusal(
    world: World, conversation: Conversation, case: Case, file: FileReceived | None
) -> Refusal | None:
    if refusal := refusals.erased_refusal(case):
        return refusal
    if case.complaint.confidential:
        private = Refusal("desk.answer_in_private", {"reference": case.reference})
        return access.reading_refusal(case, conversation.person, world) or private
    refusal = access.writing_refusal(case, conversation.person, Purpose.RESPONSE, world)
    return refusal or (writing.problem_of(file, world, ()) if file else None)


def _answer_parts(event: CommandReceived, world: World, file: FileReceived | None) -> tuple[Part, ...]:
    text = named_case.split(event, world)[1].strip()
    if file and (part := part_of(file)):
        return (part.model_copy(update={"text": text}),)
    return (Part(message=event.origin.message, at=event.origin.at, text=text),) if text else ()


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
