"""What a citizen's text asks for, whichever question is open: the words that people use without the slash.

On WhatsApp a person sees no menu of commands, and types "status" or "petugas" at any question. Such a text
consists of a phrase of the lists `call_…` and nothing else; a longer sentence is an answer. It acts like the
command of that name, and the question stays open.

1. A choice of the newest message goes first (typed_choices.py), and then a button of the present screen:
   "Telepon" is an answer where it is offered.
2. At a question for words the phrase may be the answer after all ("petugas" as the reported person). It is
   kept, and becomes the answer after one press.
3. While messages are collected for a complaint, a single word is one of them. Longer phrases are requests.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from conversations import listening, typed_choices
from conversations.conversation import Conversation
from conversations.effects import Outcome, Send
from conversations.events import ButtonPressed, CommandReceived, PersonEvent, TextReceived
from conversations.followup import idle, news
from conversations.followup.asking import newest_choices
from conversations.intake import dialogue as intake
from conversations.screens import in_new_messages, is_typed, is_wording, stored
from conversations.sight import others_wrote
from conversations.world import World

Handler = Callable[[Any, World, Conversation], Outcome]
Press = Callable[[ButtonPressed, World, Conversation], Outcome]

# The lists `call_…` that are commands -> the command.
_COMMANDS: Mapping[str, str] = {
    "status": "status",
    "standard": "standar",
    "privacy": "privasi",
    "language": "bahasa",
}
_BEGIN, _ASK, _HUMAN = "begin", "ask", "human"
# Those that are buttons -> action and value.
_PRESSES: Mapping[str, tuple[str, str]] = {
    _ASK: ("just_asking", ""),
    "english": ("language", "en"),
    "indonesian": ("language", "id"),
}
# What is asked by the labels of buttons -> the labels.
_LABELS: Mapping[str, str] = {_BEGIN: "file_complaint", _ASK: "just_asking", "status": "check_status"}
_NAMES = (_BEGIN, _HUMAN, *_COMMANDS, *_PRESSES)


def done(
    event: PersonEvent,
    world: World,
    conversation: Conversation,
    press: Press,
    commands: Mapping[str, Handler],
) -> Outcome | None:
    """What a typed choice or request does; None for any other message, which the listener takes."""
    if not isinstance(event, TextReceived):
        return None
    nothing = listening.present(conversation) == "none"
    if nothing and (read := news.typed(event, world, conversation)):
        return read
    chosen = typed_choices.pressed(event, world, _with_newest(world, conversation))
    if isinstance(chosen, ButtonPressed):
        outcome = in_new_messages(press(chosen, world, conversation), conversation.chat)
        # A press that no longer does anything says so in a pop-up, which a text does not get.
        if any(isinstance(effect, Send) for effect in outcome.effects):
            return outcome
        chosen = None
    if chosen or _is_of_the_screen(event, world, conversation):
        return chosen
    asked = _asked(event, world, conversation)
    return _answered(asked, event, world, conversation, press, commands) if asked else None


def _with_newest(world: World, conversation: Conversation) -> Conversation:
    """The conversation with the choices of a message that came since: of an officer, or of the clock."""
    if not others_wrote(world, conversation):
        return conversation
    rows = stored(newest_choices(world, conversation.person))
    return conversation.model_copy(update={"offered": tuple(shown for row in rows for shown in row)})


def _answered(
    asked: str,
    event: TextReceived,
    world: World,
    conversation: Conversation,
    press: Press,
    commands: Mapping[str, Handler],
) -> Outcome:
    if asked == _HUMAN:
        return idle.contacts(event, world, conversation)
    if asked == _BEGIN:
        return _begun(event, world, conversation, commands)
    if pressed := _PRESSES.get(asked):
        action, value = pressed
        return press(ButtonPressed(event.origin, "", action, "", 0, value), world, conversation)
    return _command(_COMMANDS[asked], event, world, conversation, commands)


def _command(
    name: str,
    event: TextReceived,
    world: World,
    conversation: Conversation,
    commands: Mapping[str, Handler],
) -> Outcome:
    return commands[name](CommandReceived(event.origin, name, ""), world, conversation)


def _is_of_the_screen(event: TextReceived, world: World, conversation: Conversation) -> bool:
    """Whether the text names a button of the draft's present screen."""
    asks = listening.present(conversation) == "intake"
    return asks and bool(typed_choices.meant(event, world, conversation.shown, beginnings=False))


def _asked(event: TextReceived, world: World, conversation: Conversation) -> str:
    """The name of what the text asks for; empty for any other text."""
    if listening.present(conversation) == "collecting" and len(event.text.split()) == 1:
        return ""
    asked = next((name for name in _NAMES if _asks_for(name, event, world)), "")
    files = listening.present(conversation) == "intake"
    # "Saya mau tanya" may begin an answer.
    return "" if asked == _ASK and files and not is_wording(event, world, _LABELS[_ASK]) else asked


def _asks_for(name: str, event: TextReceived, world: World) -> bool:
    labels = (_LABELS[name],) if name in _LABELS else ()
    return world.rules.words.has(f"call_{name}", event.text) or is_typed(event, world, *labels)


def _begun(
    event: TextReceived, world: World, conversation: Conversation, commands: Mapping[str, Handler]
) -> Outcome:
    """Begin a complaint, or show the welcome; while a complaint is being filed, its question again."""
    if listening.present(conversation) == "intake":
        return intake.resume(world, conversation)
    name = "lapor" if is_typed(event, world, "file_complaint") else "start"
    return _command(name, event, world, conversation, commands)
