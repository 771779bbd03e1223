"""News of who is in a group: what of it is news, and what is known of these persons from here on."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.database.members import ALWAYS, Known
from conversations.events import MembershipChanged
from conversations.world import Membership, World

if TYPE_CHECKING:
    from bot.turns.storing import Gathered


# The messenger dates in whole seconds, and its clock is not ours. Each coming and going is told, in order, so
# that news of a leaving counts also where a check was a little ahead of it: at worst somebody is asked about
# once more. News of a coming must not be older than what is known.
SLACK_LEFT, SLACK_JOINED = 300.0, 1.0


def note_membership(
    event: MembershipChanged, world: World, wall: float, gathered: Gathered
) -> MembershipChanged:
    """Take over what is newer than the known; the event with the persons of whom it is. `wall` is now.

    Who is in other groups is none of our business.
    """
    if world.rules.of_chat(event.chat) is None:
        return replace(event, joined=(), left=())
    told = [(person, True) for person in event.joined] + [(person, False) for person in event.left]
    fresh = [known for one in told if (known := _news(event, *one, world, wall))]
    for known in fresh:
        gathered.members.append(known)
        membership = Membership(known.present, max(0.0, wall - known.at), known.since)
        world.members[known.chat, known.person] = membership
    return replace(
        event,
        joined=tuple(known.person for known in fresh if known.present),
        left=tuple(known.person for known in fresh if not known.present),
    )


def _news(event: MembershipChanged, person: int, present: bool, world: World, wall: float) -> Known | None:  # noqa: FBT001 - of a pair
    # The messenger's clock may be ahead of ours: nothing is known of a time that is still to come.
    before, at = world.members.get((event.chat, person)), min(event.at.timestamp(), wall)
    if before is None:
        return Known(event.chat, person, present, at, ALWAYS if present else world.now)
    known_at = wall - before.age
    if at + (SLACK_JOINED if present else SLACK_LEFT) < known_at:
        return None
    since = before.since if present and before.present else world.now
    return Known(event.chat, person, present, max(at, known_at), since)
