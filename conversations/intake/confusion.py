"""A text that answers nothing: "?", "maksudnya apa", "bingung". The question is explained and asked again."""

from __future__ import annotations

from dataclasses import replace

from conversations.complaints.complaint import FILES
from conversations.complaints.draft import Draft
from conversations.complaints.draft_path import SIGNING, SUMMARY, needs_signature
from conversations.conversation import Conversation
from conversations.effects import Outcome, Send
from conversations.intake import start
from conversations.intake.notice import NOTICE
from conversations.messages import OutgoingMessage
from conversations.reading.courtesy import Courtesy
from conversations.reading.words import has_a_word
from conversations.world import World

# Screens with a content of their own: it follows the explanation.
_SHOWN_AGAIN = frozenset({NOTICE, SUMMARY, SIGNING})


def explained(world: World, conversation: Conversation, draft: Draft) -> Outcome:
    """The present question in plainer words, with an example and a telephone number."""
    if draft.completes and (
        draft.screen in FILES or (draft.screen == SUMMARY and not needs_signature(draft))
    ):
        # The screen itself says all of it, and other buttons than at first.
        return start.resume(world, conversation)
    message = OutgoingMessage(f"explain.{draft.screen}", {"phones": phones(world, draft.agency)})
    if draft.screen in _SHOWN_AGAIN:
        return Outcome.of(Send(conversation.chat, message)) + start.resume(world, conversation)
    return asked_again(world, conversation, message)


def greeted(world: World, conversation: Conversation, draft: Draft, kind: Courtesy) -> Outcome:
    """The answer to a greeting and the present question in plainer words, in one message."""
    params = {"kind": kind, "explained": draft.screen, "phones": phones(world, draft.agency)}
    return asked_again(world, conversation, OutgoingMessage("intake.courtesy", params))


def is_no_answer(text: str, world: World) -> bool:
    """Whether the text has neither letter nor digit, or only says that its sender is confused."""
    return not has_a_word(text) or world.rules.words.has("confused", text)


def names_service(text: str) -> bool:
    """Whether the text may name a service: a number does not, where no choice has that place."""
    return any(map(str.isalpha, text))


def phones(world: World, agency: str) -> list[str]:
    """The telephone numbers of the agency; before one is chosen, those of each with its name."""
    chosen = world.rules.agency(agency)
    if chosen:
        return list(chosen.contact.phones)
    return [
        f"{entry.short_name} {number}"
        for entry in world.rules.open_agencies
        for number in entry.contact.phones[:1]
    ]


def asked_again(world: World, conversation: Conversation, instead: OutgoingMessage) -> Outcome:
    """The present question once more with its buttons or keys, in the words of another message."""
    shown = start.resume(world, conversation)
    *before, question = shown.effects
    if not isinstance(question, Send):
        return shown
    message = replace(question.message, template=instead.template, params=instead.params)
    return Outcome.of(*shown.conversations, *before, replace(question, message=message))
