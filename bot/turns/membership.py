"""News of who is in a group: what of it is news, and what is known of these persons from here on."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.database.members import ALWAYS, Known
from conversations.events import MembershipChanged
from conversations.world import Membership, World

if TYPE_CHECKING:
    from bot.turns.storing import Gathered


def note_membership(
    event: MembershipChanged, world: World, wall: float, gathered: Gathered
) -> MembershipChanged:
    """Take over what is newer than the known; the event with the persons of whom it is. `wall` is now."""
    told = [(person, True) for person in event.joined] + [(person, False) for person in event.left]
    fresh = [one for one in told if _is_news(event, one[0], world, wall)]
    for person, present in fresh:
        known = _known(event, person, world, present=present)
        gathered.members.append(known)
        world.members[event.chat, person] = Membership(present, abs(wall - known.at), known.since)
    return replace(
        event,
        joined=tuple(person for person, present in fresh if present),
        left=tuple(person for person, present in fresh if not present),
    )


def _is_news(event: MembershipChanged, person: int, world: World, wall: float) -> bool:
    before = world.members.get((event.chat, person))
    return before is None or abs(wall - event.at.timestamp()) <= before.age


def _known(event: MembershipChanged, person: int, world: World, *, present: bool) -> Known:
    before = world.members.get((event.chat, person))
    stays = present and (before is None or before.present)
    since = (before.since if before else ALWAYS) if stays else world.now
    return Known(event.chat, person, present, event.at.timestamp(), since)
