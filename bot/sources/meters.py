"""How many updates of one person are taken: a budget that time refills. Pure: times are arguments (seconds).

A message counts at the moment at which it was sent, so that what an honest person wrote while the bot was
down is taken. A press has no such moment: it counts at its arrival, by a budget of its own. The two clocks
are never compared.

When the budget is used up a flood begins: all further updates are dropped until none was sent for a minute.
With a budget that let single updates through, a person could not say which messages were read.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

QUIET_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Budget:
    """The updates of one person in one chat: `at_once`, and then `per_second`.

    At most `waiting` of them wait for their turn.
    """

    at_once: int
    per_second: float
    waiting: int


# A person who sends 40 messages and 15 photos in a minute, or a letter in 20 pieces, uses about half of it.
CITIZEN = Budget(at_once=100, per_second=0.5, waiting=300)
# Each answer costs there, and the messenger takes one in six seconds: a flood would be answered for hours.
ON_WHATSAPP = Budget(at_once=100, per_second=1 / 60, waiting=300)
# A member of one of our groups presses a button every second or two, for hours.
OFFICER = Budget(at_once=300, per_second=1.5, waiting=900)


class Verdict(Enum):
    """What the meter says of an update."""

    TAKEN = auto()
    # The first one that is dropped: its sender is informed.
    FLOOD_BEGINS = auto()
    DROPPED = auto()


@dataclass(slots=True)
class Meter:
    """One person's messages, or presses, in one chat. `seen` is when the last one arrived, monotonic."""

    left: float
    at: float
    seen: float
    flooding: bool = False
    dropped: int = 0

    def judge(self, budget: Budget, at: float, seen: float, waiting: int) -> Verdict:
        """Count an update of the moment `at`, while `waiting` updates of its sender wait for their turn."""
        # A moment may be before the last one: then no time has passed. A message that somebody reacted to
        # comes again with its first date, so that the newest moment counts, not the last one.
        passed, self.at, self.seen = max(0.0, at - self.at), max(at, self.at), seen
        self.left = min(budget.at_once, self.left + passed * budget.per_second)
        if self.flooding and passed < QUIET_SECONDS:
            self.dropped += 1
            return Verdict.DROPPED
        self.flooding = self.left < 1 or waiting >= budget.waiting
        if self.flooding:
            self.dropped = 1
            return Verdict.FLOOD_BEGINS
        self.left -= 1
        return Verdict.TAKEN

    def is_over(self, now: float) -> bool:
        """Whether its flood has ended: nothing has arrived for a minute. `now` is monotonic."""
        return self.flooding and now - self.seen >= QUIET_SECONDS

    def is_idle(self, budget: Budget, now: float) -> bool:
        """Whether it may be forgotten: time has refilled it. `now` is monotonic."""
        return now - self.seen > max(QUIET_SECONDS, budget.at_once / budget.per_second)
