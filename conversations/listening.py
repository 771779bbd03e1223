"""Who listens in a conversation (invariant 6).

One person has one conversation in each chat, and exactly one dialogue takes the next message there. A
leader may be a citizen as well, so that one private chat can hold a draft, an addition to a filed
complaint, and an officer's response at the same time. Each message must reach the one it was written
for: an address in a response, or a response in a story, would be sent to the wrong person.

The state says who listens, and nothing else does. `Conversation.listener` names the dialogue; the field
of that dialogue holds its state:

    listener      state                    whose       takes
    intake        draft                    citizen     the answer to the draft's question
    collecting    collecting               citizen     messages that are added to a filed complaint
    writing       writing                  officer     a response, a question or a note
    reference     -                        citizen     a registration number
    access_code   asked_reference          citizen     the access code of that number
    introducing   introducing              officer     name, position and NIP of the officer
    none          held (private chats)     citizen     messages whose purpose is asked for
                  undecided (groups)       officer

What is set aside keeps its state and loses only the listener: a draft stays in `draft` while an answer is
collected. Further drafts are in `set_aside`: none of them listens before the citizen continues it. What
completes a filed complaint is in `draft` while it is asked, and else in `completing`. Hence the rules, all
of them in this file:

1. A dialogue takes the listener when it asks for something, and sets aside what listened before. Only one
   of `collecting` and `writing` can hold unsent messages: both end with a button "Kirim", and a citizen's
   words behind an officer's button would be sent in the officer's name. The second is refused until the
   first is sent or dropped.
2. When a dialogue ends, the listener goes to what was set aside: first to messages that wait to be sent,
   then to the draft, whose question is asked again; else to none. `over()` does this, and the engine does
   it for a draft that is gone.
3. A dialogue that ends while another one listens (its button was pressed) leaves the listener unchanged.
4. An edit follows its message and not the listener: it changes the state that holds that message.
   A late item of an album follows the other items.
5. A button follows its case and its version, and not the listener: it carries what it needs.
6. A message while none listens is never guessed at: it is held, and the person is asked once what it is
   for. In a group, plain messages are talk among colleagues, except while the writer has an open prompt.

Two other designs would do harm. A stack of dialogues, each returning to the one below, grows with every
old button that is pressed, and the person cannot see it. A guess from the text ("is this an answer?") is
sometimes wrong, and a message that was sent to a citizen cannot be recalled.
"""

from __future__ import annotations

from conversations.conversation import Conversation, Listener
from conversations.effects import Outcome
from conversations.events import MessageEdited, PersonEvent
from conversations.intake import dialogue as intake
from conversations.intake import several
from conversations.parts import holds
from conversations.world import World


def of_message(event: PersonEvent, conversation: Conversation) -> Listener:
    """The dialogue that takes a message or an edit in a private chat."""
    if isinstance(event, MessageEdited) and officer_wrote(conversation, event.origin.message):
        return "writing"
    if isinstance(event, MessageEdited) and introduced_by(conversation, event.origin.message):
        return "introducing"
    if intake.belongs_to_draft(event, conversation):
        return "intake"
    return "none" if isinstance(event, MessageEdited) else present(conversation)


def present(conversation: Conversation) -> Listener:
    """The dialogue that listens now."""
    return conversation.listener if _has_state(conversation, conversation.listener) else "none"


def officer_listens(conversation: Conversation) -> bool:
    """Whether an officer's prompt takes the next message."""
    return present(conversation) == "writing"


def officer_wrote(conversation: Conversation, message: int) -> bool:
    """Whether this message is part of what an officer writes."""
    return conversation.writing is not None and holds(conversation.writing.parts, message)


def introduced_by(conversation: Conversation, message: int) -> bool:
    """Whether this message gave an answer of the introduction that is being written."""
    return conversation.introducing is not None and message in conversation.introducing.sources


def over(world: World, conversation: Conversation, *ended: Listener) -> Outcome:
    """The conversation after these dialogues have ended, and the question of what listens next.

    Nothing changes when another dialogue listens.
    """
    if conversation.listener not in ended:
        return Outcome.of(conversation)
    following = conversation.model_copy(update={"listener": next_listener(conversation)})
    return intake.resume(world, following) if following.listener == "intake" else Outcome.of(following)


def without_lost_draft(outcome: Outcome, world: World) -> Outcome:
    """The outcome where a conversation whose draft was filed or dropped listens to what was set aside.

    Another draft is not asked about by itself, because its question is not on the screen: the person is
    informed that it is kept.
    """
    newest = {conversation.key: conversation for conversation in outcome.conversations}
    notices = (several.still_kept(conversation, world) for conversation in newest.values())
    return Outcome(
        tuple(_without_lost_draft(conversation) for conversation in outcome.conversations),
        outcome.cases,
        (*outcome.effects, *(notice for notice in notices if notice)),
    )


def _without_lost_draft(conversation: Conversation) -> Conversation:
    if conversation.draft is None and conversation.listener == "intake":
        conversation = conversation.model_copy(update={"listener": next_listener(conversation)})
    return several.continued(conversation)


def next_listener(conversation: Conversation) -> Listener:
    """The dialogue that continues when none listens: unsent messages first, then a draft."""
    waiting: tuple[Listener, ...] = ("writing", "collecting", "intake")
    return next((listener for listener in waiting if _has_state(conversation, listener)), "none")


def _has_state(conversation: Conversation, listener: Listener) -> bool:
    match listener:
        case "intake":
            return conversation.draft is not None
        case "collecting":
            return conversation.collecting is not None
        case "writing":
            return conversation.writing is not None
        case "introducing":
            return conversation.introducing is not None
        case _:
            return True
