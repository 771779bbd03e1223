"""What is asked at present, once more: after a press on a button that is no longer valid."""

from __future__ import annotations

from conversations import listening
from conversations.conversation import Conversation
from conversations.effects import Outcome
from conversations.followup import access, additions
from conversations.followup.asking import ask
from conversations.intake import dialogue as intake
from conversations.messages import Button
from conversations.screens import say
from conversations.world import World


def ask_again(world: World, conversation: Conversation) -> Outcome:
    """Show below what the listening dialogue asks; where none listens, the held messages or the ways on."""
    match listening.present(conversation):
        case "intake":
            return intake.resume(world, conversation)
        case "collecting":
            return additions.ask_again(world, conversation)
        case "reference":
            return access.ask_reference(world, conversation)
        case "access_code":
            return access.ask_code(world, conversation, conversation.asked_reference)
        case "writing":
            return Outcome()
        case _:
            return Outcome.of(ask(conversation, world)) if conversation.held else _ways_on(conversation)


def _ways_on(conversation: Conversation) -> Outcome:
    """The menu; nothing for a person who has never used it."""
    if not conversation.turn:
        return Outcome()
    menu = (Button("file_complaint", "begin", style="primary"), Button("check_status", "status"))
    return say(conversation, "followup.nothing_asked", buttons=(menu,))
