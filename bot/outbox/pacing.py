"""Keeps the messenger's limits before it throttles. Pure: the time is an argument, in seconds.

Windows slide, as the messenger's do: at most N messages in any window of M seconds. Unasked messages may fill
only a part of a group's window, so that the reply to an officer's request can be sent at once. Documents are
sent to a person only while one more message fits, so that the next question is not delayed. Cosmetic edits
wait for a quiet chat, and no message waits for the room that they took.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import Literal

Lane = Literal[0, 1, 2]
ASKED: Lane = 0
UNASKED: Lane = 1
COSMETIC: Lane = 2

# The messenger counts at arrival, and two messages may arrive closer together than they were sent.
MARGIN = 1.02
STILL_ON_ITS_WAY = 0.05
UNASKED_SHARE = 0.8
# A cosmetic edit may be made while at most this part of a window is used, so that the messages after it fit.
COSMETIC_SHARE = 0.4
# After this many asked messages in a row an unasked one goes first, so that none waits for ever.
PATIENCE = 8
CHATS_BEFORE_SWEEP = 2000


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of messages and seconds: overall, to one person, to one group."""

    overall_per_second: float = 30
    private_burst: int = 5
    private_per_second: float = 1.0
    group_messages: int = 20
    group_seconds: float = 60.0


@dataclass(slots=True)
class _Chat:
    most: int
    window: float
    unasked: int
    private: bool = False
    sent: deque[tuple[float, Lane]] = field(default_factory=deque)
    closed_until: float = 0.0

    def wait(self, lane: Lane, cost: int, now: float) -> float:
        self.sweep(now)
        closed = self.closed_until - now
        if lane == COSMETIC:
            room = max(1, int(self.most * COSMETIC_SHARE))
            return max(0.0, closed, self._until([when for when, _ in self.sent], room, cost, now))
        times = [when for when, of in self.sent if of != COSMETIC]
        wait = max(closed, self._until(times, self.most, cost, now))
        if lane == UNASKED and self.unasked < self.most:
            # In a private chat they leave room in the whole window: the next question must not wait for them.
            counted = times if self.private else [when for when, of in self.sent if of == UNASKED]
            wait = max(wait, self._until(counted, self.unasked, cost, now))
        return max(0.0, wait)

    def sweep(self, now: float) -> None:
        while self.sent and self.sent[0][0] + self.window <= now:
            self.sent.popleft()

    def _until(self, times: list[float], most: int, cost: int, now: float) -> float:
        over = len(times) + cost - most
        if over <= 0 or not times:
            return 0.0  # a cost above the whole window goes alone once the window is empty
        return times[min(over, len(times)) - 1] + self.window - now


@dataclass(slots=True, eq=False)
class Place:
    """A message's place in the limit of all chats; free when the earlier message in this place is old.

    Its age counts from the end of its call: a burst may arrive late, with the next message closely behind.
    """

    at: float
    after: Place | None = None
    ended: bool = False

    def wait(self, now: float) -> float:
        """Seconds to wait, then to ask again, as the earlier message may be in transit; 0 means send."""
        if self.after is None:
            return 0.0
        wait = max(0.0, self.after.at + MARGIN - now)
        return wait if self.after.ended else max(wait, STILL_ON_ITS_WAY)

    def leave(self, now: float) -> None:
        """Note that the call has ended, or was not made."""
        self.at, self.after, self.ended = now, None, True


class Pacing:
    """Says how long a message has to wait. A chat's calls are sequential, those of several chats parallel."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._chats: dict[int, _Chat] = {}
        self._overall: deque[Place] = deque(maxlen=max(1, int(limits.overall_per_second)))
        self._all_closed_until = 0.0
        self._last_throttled: tuple[int, float] = (0, 0.0)

    def wait(self, chat: int, lane: Lane, cost: int, now: float) -> float:
        """Seconds until the chat accepts `cost` more messages; 0 when it accepts them at once."""
        known = self._chats.get(chat)
        wait = known.wait(lane, cost, now) if known else 0.0
        if lane == COSMETIC:
            wait = max(wait, self._until_quiet(now))
        return max(wait, self._all_closed_until - now, 0.0)

    def _until_quiet(self, now: float) -> float:
        """Seconds until less than half of the common limit of all chats is used."""
        half = (self._overall.maxlen or 1) // 2
        return self._overall[-half].at + MARGIN - now if 0 < half <= len(self._overall) else 0.0

    def reserve(self, cost: int, now: float) -> Place:
        """Take the next `cost` places in the common limit of all chats."""
        place, before = Place(now), None
        for _ in range(cost):
            if len(self._overall) == self._overall.maxlen:
                before = self._overall[0]
            self._overall.append(place)
        place.after = before if before is not place else None
        return place

    def sent(self, chat: int, lane: Lane, cost: int, now: float) -> None:
        """Count messages once their call has ended: the messenger has counted them by then."""
        self._state(chat).sent.extend([(now, lane)] * cost)
        if len(self._chats) > CHATS_BEFORE_SWEEP:
            self._sweep(now)

    def throttled(self, chat: int, seconds: float, now: float) -> None:
        """Follow a `retry_after`, which does not say whether it applies to the chat or to all chats.

        When a second chat gets one meanwhile, it applies to all.
        """
        other, until = self._last_throttled
        if other != chat and until > now:
            self._all_closed_until = max(self._all_closed_until, until, now + seconds)
        state = self._state(chat)
        state.closed_until = max(state.closed_until, now + seconds)
        self._last_throttled = (chat, now + seconds)

    def _state(self, chat: int) -> _Chat:
        state = self._chats.get(chat)
        if state is None:
            limits = self._limits
            if chat > 0:
                most, window = limits.private_burst, limits.private_burst / limits.private_per_second
                unasked = max(1, int(most * UNASKED_SHARE))
                state = _Chat(most, window * MARGIN, unasked, private=True)
            else:
                most = limits.group_messages
                state = _Chat(most, limits.group_seconds * MARGIN, max(1, int(most * UNASKED_SHARE)))
            self._chats[chat] = state
        return state

    def _sweep(self, now: float) -> None:
        for chat, state in list(self._chats.items()):
            state.sweep(now)
            if not state.sent and state.closed_until <= now:
                del self._chats[chat]


class Turnstile:
    """Which lane of a chat is next: asked messages first, with a limit in a row."""

    __slots__ = ("_in_a_row",)

    def __init__(self) -> None:
        self._in_a_row = 0

    def next_lane(self, *, asked: bool, unasked: bool) -> Lane:
        """The lane to serve, given which have something waiting (one of them has)."""
        if asked and (not unasked or self._in_a_row < PATIENCE):
            return ASKED
        return UNASKED

    def served(self, lane: Lane, *, other_waits: bool) -> None:
        """Note that a message of this lane was sent."""
        self._in_a_row = self._in_a_row + 1 if lane == ASKED and other_waits else 0
