"""News that waits until the citizen writes: the button "Baca" of the message that announces it.

A messenger may take free texts only for some hours after the person's last message. Outside these the shell
keeps what is sent, and announces it once (`system.knock`). Any message of the person lets it go out. So
"Baca" needs no answer of its own while news waits; without any it opens the complaint, or the list.
"""

from __future__ import annotations

from conversations.complaints.case import Case
from conversations.conversation import Conversation
from conversations.effects import Outcome
from conversations.events import PersonEvent, TextReceived
from conversations.followup import case_page, status
from conversations.reading.courtesy import courtesy_of
from conversations.screens import is_typed
from conversations.world import World

# The action of the button, and its label.
READ = "read_news"


def read(event: PersonEvent, world: World, conversation: Conversation) -> Outcome:
    """The button "Baca": what waits follows by itself; else the page of the only complaint, or the list."""
    own = world.own_cases(conversation.person)
    if _waiting(own):
        return Outcome.of(conversation)
    if len(own) == 1 and not own[0].erased:
        return case_page.show(world, conversation, own[0])
    return status.show_own(event, world, conversation)


def typed(event: PersonEvent, world: World, conversation: Conversation) -> Outcome | None:
    """Read "baca", and "ya" while news waits, as the button; None for any other message."""
    if not isinstance(event, TextReceived):
        return None
    assents = courtesy_of(event.text, world.rules.words) == "assent"
    if is_typed(event, world, READ) or (assents and _waiting(world.own_cases(conversation.person))):
        return read(event, world, conversation)
    return None


def _waiting(own: tuple[Case, ...]) -> bool:
    return any(case.waiting for case in own)
