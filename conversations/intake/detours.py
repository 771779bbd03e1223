"""What a person writes while the draft's question is not what they see, or hours after it was asked.

1. After "Batalkan" the confirmation is shown: nothing is stored, and it is asked again.
2. After "Lanjutkan atau mulai dari awal?", and LATE after the question, a text may be meant for something
   else: the question is asked again first, and the text becomes its answer after one press.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from conversations.complaints import draft_path
from conversations.complaints.draft import Draft
from conversations.conversation import Conversation
from conversations.effects import Outcome, Send, StripButtons
from conversations.events import ButtonPressed, FileReceived, PersonEvent, TextReceived
from conversations.intake import start
from conversations.intake.answers import read
from conversations.intake.notice import AGENCY, NOTICE
from conversations.intake.several import owner_of
from conversations.messages import Button, OutgoingMessage
from conversations.parts import part_of
from conversations.screens import outdated
from conversations.world import World

# How long after its question a text is taken as the answer.
LATE = timedelta(hours=6)
# The screens that no text answers.
_WITHOUT_TEXT = frozenset({AGENCY, NOTICE, draft_path.SUMMARY})


def takes_text(conversation: Conversation) -> bool:
    """Whether a text answers the draft's present question."""
    draft = conversation.draft
    return draft is not None and draft.screen not in _WITHOUT_TEXT


def instead(event: PersonEvent, world: World, conversation: Conversation, draft: Draft) -> Outcome | None:
    """The outcome of a message that is not taken as an answer yet; None for all others."""
    if isinstance(event, FileReceived) and event.album and owner_of(conversation, 0, event.album):
        return None
    if conversation.detour == "cancel":
        return start.confirm_cancel(conversation, draft, unsaved=True)
    if not isinstance(event, TextReceived):
        return None
    if conversation.detour == "resume" or _is_late(event, conversation, draft):
        return _ask_first(event, world, conversation, draft)
    return None


def _is_late(event: TextReceived, conversation: Conversation, draft: Draft) -> bool:
    """Whether the text was sent long after the question, and after the last answer."""
    since = max(conversation.asked_at or draft.touched_at, draft.touched_at)
    return event.origin.at - since > LATE


def _ask_first(event: TextReceived, world: World, conversation: Conversation, draft: Draft) -> Outcome:
    asked, part = start.resume(world, conversation), part_of(event)
    if draft.screen in _WITHOUT_TEXT or part is None:
        return asked
    kept = asked.conversations[-1].model_copy(update={"unread": part})
    rows = ((Button("use_as_answer", "use_text", version=kept.turn, style="success"),),)
    offer = OutgoingMessage("intake.not_taken", {"text": part.text}, rows)
    return asked + Outcome.of(kept, Send(kept.chat, offer))


def use_text(event: ButtonPressed, world: World, conversation: Conversation, draft: Draft) -> Outcome:
    """Act on "Ya, ini jawabannya": read the text that was kept as the answer."""
    part = conversation.unread
    if part is None:
        return outdated(event, conversation)
    said = TextReceived(replace(event.origin, message=part.message, at=part.at), part.text)
    taken = conversation.model_copy(update={"unread": None})
    strip = Outcome.of(StripButtons(conversation.chat, event.origin.message))
    return strip + read(said, world, taken, draft)
