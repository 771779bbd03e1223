"""What the messenger said of an officer's membership, and what the bot answers to their acts."""

from __future__ import annotations

from dataclasses import replace

from conversations.effects import AnswerPress, Edit, Send
from conversations.world import Membership
from tests.unit.filed import GROUP, Desk
from tests.unit.transcript import LONG_SINCE

BUDI = 601
MINUTES = 60.0
# What the messenger said of the presser: whether present, and how many seconds ago. None: nothing.
KNOWN: dict[str, Membership | None] = {
    "member": LONG_SINCE,
    "seen 6 minutes ago": replace(LONG_SINCE, age=6 * MINUTES),
    "seen 61 minutes ago": replace(LONG_SINCE, age=61 * MINUTES),
    "never seen": None,
    "left": replace(LONG_SINCE, present=False),
    "left 2 minutes ago": replace(LONG_SINCE, present=False, age=2 * MINUTES),
}
OPEN, REFUSED, ASK = "done", "desk.not_a_member", "desk.membership_unknown"


def known(world: Desk, person: int, membership: Membership | None, group: int = GROUP) -> None:
    """The messenger said this of a person; None: it is not known."""
    world.chat.members[group, person] = membership or replace(LONG_SINCE, age=1e9)


def said(world: Desk) -> list[str]:
    """The templates of all that was answered, in chats and alerts."""
    return [
        effect.template if isinstance(effect, AnswerPress) else effect.message.template
        for effect in world.chat.fresh
        if isinstance(effect, AnswerPress | Send | Edit)
    ]


def refusals(world: Desk) -> list[str]:
    """Which of the two refusals was said."""
    return [template for template in said(world) if template in {REFUSED, ASK}]
