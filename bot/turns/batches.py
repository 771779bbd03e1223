"""Which waiting updates go into one transaction, in order (invariant 2). Pure."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from bot.channels.base import BlockChanged, ChatMigrated, Confirmed, RightsChanged, ShellEvent
from conversations.engine import Needs
from conversations.events import Event, Origin

MOST = 200
MOST_OF_ONE_PERSON = 5


SHELL_EVENTS = (ChatMigrated, BlockChanged, RightsChanged, Confirmed)


@dataclass(frozen=True, slots=True)
class FloodBegan:
    """A person has used up the budget: this update and the following ones are dropped.

    `press` is the id of a press, empty for a message.
    """

    origin: Origin
    press: str = ""


@dataclass(frozen=True, slots=True)
class Incoming:
    """An input of the turns: an update of a channel, or (without an id) an event of the scheduler.

    `raw` is the update itself, bytes or JSON values. Without an event it is only acknowledged; with
    `unreadable` (an error's name) it is quarantined as well.
    `settle` runs in the same transaction for every outcome of the event: it clears the row that raised it.
    A `checked` one has waited for its sender's membership and does not wait again.
    One without `confirms` leaves the polling offset where it is: it came by webhook.
    One with `postponed_for` is only stored: it waits for the turn of this person (bot/sources/shares.py).
    """

    channel: str
    update_id: int | None
    event: Event | ShellEvent | FloodBegan | None
    raw: object
    unreadable: str = ""
    settle: Callable[[Connection], None] | None = None
    checked: bool = False
    postponed_for: int = 0
    confirms: bool = True

    @property
    def encoded(self) -> bytes:
        """The update as the table `waiting` keeps it."""
        return self.raw if isinstance(self.raw, bytes) else json.dumps(self.raw).encode()


@dataclass(frozen=True, slots=True)
class Arrival:
    """An input with its needs, or with the error that prevented finding them."""

    incoming: Incoming
    wants: Needs | None = None
    failure: BaseException | None = None


@dataclass(frozen=True, slots=True)
class Batch:
    """The inputs of one transaction. `following` is the offset to store after it; None keeps the old one.

    A `bare` one is only acknowledged: neither its handling nor its quarantine could be stored.
    """

    arrivals: tuple[Arrival, ...]
    following: int | None = None
    bare: bool = False


def batches(arrivals: Sequence[Arrival]) -> Iterator[Batch]:
    """Cut into transactions: at most 200, at most 5 of one person, an event with a listing or a digest alone.

    Further updates of one person wait for the next batch, in that person's order. The offset follows only the
    unbroken run of stored updates: all are stored before the next fetch, but after a kill in between no
    postponed update may be acknowledged. Updates stored beyond it are recognised by their keys.
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
        alone = arrival.wants is not None and arrival.wants.alone
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
    """The person who caused it, 0 for none."""
    origin = getattr(incoming.event, "origin", None)
    return origin.person.id if origin else 0


def _following(run: Sequence[Arrival]) -> int | None:
    told = (arrival.incoming for arrival in run if arrival.incoming.confirms)
    ids = [incoming.update_id for incoming in told if incoming.update_id is not None]
    # The last one, not the highest: the messenger may restart its numbering, lower than before.
    return ids[-1] + 1 if ids else None
