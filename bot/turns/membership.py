"""Applies reports of who is in a group: the newer ones change the stored memberships."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.database.members import ALWAYS, KnownMember
from conversations.events import MembershipChanged
from conversations.world import Membership, World

if TYPE_CHECKING:
    from bot.turns.storing import Gathered


# The messenger dates in whole seconds, by its own clock. It reports each joining and leaving in order, so a
# report of leaving counts also when a check was a little ahead of it: at worst the messenger is asked about a
# person once more. A report of joining must not be older than the stored membership.
SLACK_LEFT, SLACK_JOINED = 300.0, 1.0


def note_membership(
    event: MembershipChanged, world: World, wall: float, gathered: Gathered
) -> MembershipChanged:
    """Store the newer memberships; return the event reduced to their persons. `wall` is now.

    Groups that the configuration does not name are ignored.
    """
    if world.rules.of_chat(event.chat) is None:
        return replace(event, joined=(), left=())
    changes = [(person, True) for person in event.joined] + [(person, False) for person in event.left]
    fresh = [known for one in changes if (known := _news(event, *one, world, wall))]
    for known in fresh:
        gathered.members.append(known)
        membership = Membership(known.present, max(0.0, wall - known.at), known.since)
        world.members[known.chat, known.person] = membership
    return replace(
        event,
        joined=tuple(known.person for known in fresh if known.present),
        left=tuple(known.person for known in fresh if not known.present),
    )


def _news(
    event: MembershipChanged,
    person: int,
    present: bool,  # noqa: FBT001 - of a pair
    world: World,
    wall: float,
) -> KnownMember | None:
    # The messenger's clock may be ahead of ours: a membership is not dated in the future.
    before, at = world.members.get((event.chat, person)), min(event.at.timestamp(), wall)
    if before is None:
        return KnownMember(event.chat, person, present, at, ALWAYS if present else world.now)
    known_at = wall - before.age
    if at + (SLACK_JOINED if present else SLACK_LEFT) < known_at:
        return None
    since = before.since if present and before.present else world.now
    return KnownMember(event.chat, person, present, max(at, known_at), since)
