"""Who listens in a conversation (invariant 6).

One person has one conversation in each chat, and exactly one dialogue listens in it. A leader may be a
citizen as well: the same private chat holds a draft, an addition that is being written, and an officer's
prompt, and each message must reach the one that it was meant for. Three fields decide, in this order:

1. `collecting` says for which case, and for what purpose, messages add up. Its purpose tells whose it is:
   responses, questions and notes are an officer's, all others a citizen's.
2. `listener` says which dialogue takes the next message. It is `collecting` while messages add up,
   `reference` or `access_code` while a number or a code is asked for, `intake` while a draft asks, and
   `nobody` otherwise. What was set aside keeps its field: a draft stays while an answer is collected, and
   asks on when that is over.
3. `held` are messages that came while no dialogue listened: the person is asked what they are for.

An edit follows its message and not the listener: it changes what holds that message, also when another
dialogue listens by now. A button follows its case and not the listener either: it carries what it needs.
"""

from __future__ import annotations

from conversations.complaints.case import Purpose
from conversations.conversation import Conversation

# What an officer writes; all other purposes are a citizen's.
OFFICERS = frozenset({Purpose.RESPONSE, Purpose.QUESTION, Purpose.NOTE})


def writes_as_officer(conversation: Conversation) -> bool:
    """Whether what is collected is an officer's, whoever listens now."""
    return conversation.collecting is not None and conversation.collecting.purpose in OFFICERS


def officer_listens(conversation: Conversation) -> bool:
    """Whether an officer's prompt takes the next message."""
    return writes_as_officer(conversation) and conversation.listener == "collecting"


def officer_wrote(conversation: Conversation, message: int) -> bool:
    """Whether an officer's prompt holds this message."""
    writing = conversation.collecting
    if writing is None or not writes_as_officer(conversation):
        return False
    return any(part.message == message for part in writing.parts)
