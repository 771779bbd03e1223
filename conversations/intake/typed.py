"""Typed wordings: a text that is the wording of a button or key, or a synonym of it, acts as pressing it."""

from __future__ import annotations

from conversations.complaints.complaint import QUESTIONS
from conversations.complaints.draft import Draft
from conversations.complaints.draft_path import SIGNING, is_at
from conversations.complaints.kinds import STORY
from conversations.conversation import Conversation, ShownButton
from conversations.effects import Outcome
from conversations.events import PersonEvent, TextReceived
from conversations.intake import completing, presses, start, story
from conversations.intake.buttons import ACTIONS
from conversations.intake.questions import leaving
from conversations.screens import in_new_messages, is_typed, is_wording
from conversations.typed_choices import as_press as typed_press
from conversations.typed_choices import ask_which, meant
from conversations.world import World

# The keys and buttons that only lead on: their wording is no answer, whichever screen has shown them.
_LEADING = frozenset(
    {"file_complaint", "understood", "decline", "back", "skip", "next", "cancel", "keep_answer", "start_over"}
    | {"resume_draft", "begin_other", "continue_to_signing", "declare", "send", "send_anyway", "read_all"}
    | {"change", "change_name", "change_place", "add_optional", "add_part", "add_evidence", "for_another"}
    | {"for_myself", "send_later", "use_as_evidence", "add_information", "answer_now", "complete_now"}
    | {"do_later", "other_number", "withdraw", "papers", "neither"}
)


def as_press(event: TextReceived, world: World, conversation: Conversation, draft: Draft) -> Outcome | None:
    """Press the button or key of the present screen that the text names; None if it names none.

    A text that names several buttons gets only these to choose from. One that names a button of another
    screen gets the present question again.
    """
    found = meant(event, world, conversation.shown, beginnings=True)
    if len(found) > 1:
        return ask_which(conversation, (_present(conversation, each) for each in found))
    if found:
        press = typed_press(event, _present(conversation, found[0]))
        return in_new_messages(ACTIONS[press.action](press, world, conversation), conversation.chat)
    has_keys = draft.screen in QUESTIONS and QUESTIONS[draft.screen].kind.keys
    if has_keys and (key := _as_key(event, world, conversation, draft)):
        return key
    if is_typed(event, world, "cancel"):
        return completing.cancel(event, world, conversation, draft)
    return start.resume(world, conversation) if _is_late(event, world, draft) else None


def _present(conversation: Conversation, shown: ShownButton) -> ShownButton:
    return shown.model_copy(update={"version": conversation.turn})


def _is_late(event: TextReceived, world: World, draft: Draft) -> bool:
    """Whether the text has the wording of a button of another screen; of the story's key also a synonym.

    At the signature it is no name, and its own answer says so.
    """
    if draft.screen == SIGNING:
        return False
    asks = draft.screen in {*QUESTIONS, "place"} and not is_at(draft, STORY)
    late = asks and is_typed(event, world, "next")
    return late or leads_on(event, world)


def leads_on(event: PersonEvent, world: World) -> bool:
    """Whether the message has the wording of a button that only leads on."""
    return is_wording(event, world, *_LEADING)


def _as_key(event: TextReceived, world: World, conversation: Conversation, draft: Draft) -> Outcome | None:
    """Press a key of the reply keyboard."""
    if is_at(draft, STORY) and _is_key(event, world, "next"):
        return story.finish(world, conversation, draft)
    if _is_key(event, world, "back"):
        return presses.back(event, world, conversation, draft)
    removable = QUESTIONS[draft.screen].addition and draft.screen in draft.answers
    if removable and _is_key(event, world, "remove_answer"):
        return presses.take_back(world, conversation, draft)
    if _is_key(event, world, leaving(draft)):
        return completing.cancel(event, world, conversation, draft)
    return None


def _is_key(event: TextReceived, world: World, label: str) -> bool:
    return bool(meant(event, world, (ShownButton(label=label, action=label),), beginnings=False))
