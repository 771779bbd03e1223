"""Which waiting updates go into one transaction, in order (invariant 2). Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from bot.channels.base import BlockChanged, ChatMigrated, RightsChanged, ShellEvent
from conversations.engine import Needs
from conversations.events import Event

MOST = 200
MOST_OF_ONE_PERSON = 5


SHELL_EVENTS = (ChatMigrated, BlockChanged, RightsChanged)


@dataclass(frozen=True, slots=True)
class Incoming:
    """Something that came in: an update of a channel, or (without an id) an event of our own clock.

    `raw` is the update itself, bytes or JSON values. Without an event it is only acknowledged; with
    `unreadable` (an error's name) it is kept aside as well.
    `settle` runs in the same transaction, whatever became of the event: it clears what raised it.
    A `checked` one has waited for news of its sender's membership and waits no more.
    """

    channel: str
    update_id: int | None
    event: Event | ShellEvent | None
    raw: object
    unreadable: str = ""
    settle: Callable[[Connection], None] | None = None
    checked: bool = False


@dataclass(frozen=True, slots=True)
class Arrival:
    """An incoming thing with what it needs, or with why that could not even be told."""

    incoming: Incoming
    wants: Needs | None = None
    failure: BaseException | None = None


@dataclass(frozen=True, slots=True)
class Batch:
    """What one transaction takes. `following` is where polling may go on after it; None leaves it.

    A `bare` one is only acknowledged: neither handling it nor setting it aside could be stored.
    """

    arrivals: tuple[Arrival, ...]
    following: int | None = None
    bare: bool = False


def batches(arrivals: Sequence[Arrival]) -> Iterator[Batch]:
    """Cut into transactions: at most 200, at most 5 of one person, an event with a listing alone.

    What is too much of one person waits for the next batch, still in that person's order. The offset
    follows only the unbroken run of stored updates: all are stored before the next fetch, but a kill
    in between must not acknowledge one that was put off. Those stored beyond it are known by their keys.
    """
    waiting, stored = list(range(len(arrivals))), set[int]()
    unbroken = 0
    while waiting:
        chosen, waiting = _choose(waiting, arrivals)
        stored.update(chosen)
        while unbroken in stored:
            unbroken += 1
        yield Batch(tuple(arrivals[place] for place in chosen), _following(arrivals[:unbroken]))


def _choose(waiting: list[int], arrivals: Sequence[Arrival]) -> tuple[list[int], list[int]]:
    chosen: list[int] = []
    rest: list[int] = []
    taken: Counter[int] = Counter()
    for position, place in enumerate(waiting):
        arrival = arrivals[place]
        alone = arrival.wants is not None and arrival.wants.listing is not None
        if len(chosen) == MOST or (alone and chosen):
            return chosen, rest + waiting[position:]
        person = person_of(arrival.incoming)
        if person and taken[person] == MOST_OF_ONE_PERSON:
            rest.append(place)
            continue
        chosen.append(place)
        taken[person] += 1
        if alone:
            return chosen, rest + waiting[position + 1 :]
    return chosen, rest


def person_of(incoming: Incoming) -> int:
    """Who did it; 0 for nobody in particular."""
    origin = getattr(incoming.event, "origin", None)
    return origin.person.id if origin else 0


def _following(run: Sequence[Arrival]) -> int | None:
    ids = [arrival.incoming.update_id for arrival in run if arrival.incoming.update_id is not None]
    # The last one, not the highest: the messenger may begin to number anew, lower than before.
    return ids[-1] + 1 if ids else None
