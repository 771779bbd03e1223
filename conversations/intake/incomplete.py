"""Whether a name of one word, or an address without village or district, is complete: it is asked once.

People write an address in several messages. What they send while the question is open is joined to it.
"""

from __future__ import annotations

from conversations.complaints.complaint import QUESTIONS
from conversations.complaints.draft import Draft, Unconfirmed
from conversations.complaints.kinds import ADDRESS, NAME
from conversations.conversation import Conversation
from conversations.effects import Outcome
from conversations.events import ButtonPressed, PersonEvent
from conversations.intake.doubts import unconfirmed
from conversations.reading.identity import lacks_levels
from conversations.reading.words import plain
from conversations.screens import offer, outdated, say, show
from conversations.world import World


def asked_whether_complete(
    conversation: Conversation, draft: Draft, value: object, message: int
) -> Outcome | None:
    """Ask whether the answer is complete; None where it is, or where this was asked before."""
    waiting = draft.unconfirmed
    if (waiting and waiting.field == draft.screen) or not _lacks_something(draft.screen, str(value)):
        return None
    unsure = Unconfirmed(field=draft.screen, value=value, message=message, incomplete=True)
    asking = draft.model_copy(update={"unconfirmed": unsure})
    rows = (
        (
            offer(conversation, "complete", "confirm_answer", style="success"),
            offer(conversation, "add_to_answer", "add_to_answer"),
        ),
    )
    params = {"field": draft.screen, "text": value}
    return show(conversation, "intake.is_it_complete", params, buttons=rows, draft=asking)


def _lacks_something(screen: str, value: str) -> bool:
    kind = QUESTIONS[screen].kind
    if kind is NAME:
        return len(value.split()) == 1
    return kind is ADDRESS and lacks_levels(value)


def with_waiting(event: PersonEvent, draft: Draft, text: str) -> str:
    """The text below the incomplete answer that waits; alone where it is an edit of that or repeats it."""
    waiting = unconfirmed(draft)
    if waiting is None or not waiting.incomplete or waiting.message == event.origin.message:
        return text
    if plain(str(waiting.value)) in plain(text):
        return text
    return f"{waiting.value}\n{text}"


def add(event: ButtonPressed, _world: World, conversation: Conversation, draft: Draft) -> Outcome:
    """The button "Tambah": ask for the rest, which is joined to the answer."""
    waiting = unconfirmed(draft)
    if waiting is None or not waiting.incomplete:
        return outdated(event, conversation)
    return say(conversation, "intake.write_the_rest", {"text": waiting.value})
