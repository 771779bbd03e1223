"""A name or address that hardly can be one is asked about once ("Apakah ini nama lengkap Anda?")."""

from __future__ import annotations

from typing import Any

from conversations.complaints.complaint import QUESTIONS
from conversations.complaints.draft import Draft, Unconfirmed
from conversations.complaints.draft_path import SIGNING
from conversations.conversation import Conversation
from conversations.effects import Outcome
from conversations.messages import Rows
from conversations.reading.words import plain
from conversations.screens import offer, show
from conversations.world import World


def asked_about(
    world: World, conversation: Conversation, draft: Draft, value: Any, message: int
) -> Outcome | None:
    """Ask whether this answer is right; None where there is no doubt, or one was asked about before."""
    waiting = draft.unconfirmed
    if waiting and waiting.field == draft.screen:
        return None
    if not _is_doubtful(world, draft, value):
        return None
    unsure = Unconfirmed(field=draft.screen, value=value, message=message)
    doubted = draft.model_copy(update={"unconfirmed": unsure})
    params = {"text": value}
    rows = _buttons(world, conversation, draft, value)
    return show(conversation, f"intake.confirm_{draft.screen}", params, buttons=rows, draft=doubted)


def _is_doubtful(world: World, draft: Draft, value: Any) -> bool:
    doubts, words, text = QUESTIONS[draft.screen].kind.doubts, world.rules.words, str(value)
    if doubts is None:
        return False
    return doubts(text, words) or words.is_any_button(text) or _repeats(draft, text)


def _repeats(draft: Draft, value: str) -> bool:
    """Whether another answer has the same words: the name as the address, a resolution as the name."""
    others = (answer for field, answer in draft.answers.items() if field != draft.screen)
    return any(isinstance(answer, str) and plain(answer) == plain(value) for answer in others)


def _buttons(world: World, conversation: Conversation, draft: Draft, value: Any) -> Rows:
    right = offer(conversation, "yes", "confirm_answer", style="success")
    wrong = offer(conversation, "correct_answer", "correct_answer")
    switch = QUESTIONS[draft.screen].switch
    represents = world.rules.words.mentions("representing", str(value))
    if switch and represents and not (draft.completes or draft.answers.get(switch.field)):
        return ((offer(conversation, switch.on, "represent", style="primary"),), (right, wrong))
    return ((right, wrong),)


def unconfirmed(draft: Draft) -> Unconfirmed | None:
    """The answer, or the signature, about which the present screen asks; None where it asks about none."""
    waiting = draft.unconfirmed
    asked = "signature" if draft.screen == SIGNING else draft.screen
    return waiting if waiting and waiting.field == asked else None
