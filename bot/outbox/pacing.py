"""Keeps the messenger's limits before it throttles. Pure: the time is an argument, in seconds.

Edits and the items of an album count like messages. Each message occupies its chat for one step, one message
after the other: a second with a person, three seconds in a group at the default limits.

| lane | to a person: N at once, then one each step | in a group: at most N in any window |
|---|---|---|
| asked | while fewer than N steps are occupied | while the window has room |
| unasked | while one more fits: it delays no question | a few at once, then one each step |
| cosmetic | after QUIET_STEPS without a message, with no step occupied | the same |

All chats together have a window of a second. Answers use the whole of it; documents, cards and cosmetic edits
go while a part of it is free.

A person's limit is a bucket and no window: Telegram asks for at most one message a second and allows short
bursts. In a window of five seconds somebody who answers a question each second would wait at every irregular
step. WhatsApp's limit is a bucket too: 45 messages at once, and one each six seconds after that.

Unasked messages to a group keep the pace even when the window is empty. Twenty cards at once would fill it,
and the reply to an officer would wait for a minute. One card each three seconds uses the same limit, and the
window has room for a reply every three seconds. A part of the window that is kept for replies would slow the
cards down by that part.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from bot.channels.numbers import on_whatsapp

Lane = Literal[0, 1, 2]
ASKED: Lane = 0
UNASKED: Lane = 1
COSMETIC: Lane = 2

# The clocks of the two sides differ a little.
MARGIN = 1.002
STILL_ON_ITS_WAY = 0.05
# The part of the common limit of all chats up to which these lanes are served: answers use the whole.
SHARES: Mapping[Lane, float] = {UNASKED: 0.8, COSMETIC: 0.5}
# Seconds after which a document or card does not give way to other chats any more.
LONGEST_WAY = 10.0
# The part of a group's window that unasked messages may use at once: one or a few cards do not wait.
AT_ONCE_SHARE = 0.25
# A message to a group that ended late by this part of a step does not delay the next one: calls take time.
LATE_SHARE = 0.35
# For how many steps a chat is quiet before a cosmetic edit: somebody who answers each second sees none.
QUIET_STEPS = 2
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


# Source: Cloud API, throughput (80 messages a second of a number, in and out) and pair rate limits, 2026-11.
# A quarter of the first is left for what people write.
ON_WHATSAPP = Limits(overall_per_second=60, private_burst=45, private_per_second=1 / 6)


@dataclass(slots=True, kw_only=True)
class _Chat:
    """What was sent to one chat: `occupied` is until when, `latest` the end of the last call."""

    step: float
    occupied: float = -math.inf
    latest: float = -math.inf
    closed_until: float = -math.inf

    def wait(self, lane: Lane, cost: int, now: float) -> float:
        until = max(self.closed_until, self.free(lane, cost, now))
        if lane == COSMETIC:
            until = max(until, self.occupied, self.latest + QUIET_STEPS * self.step)
        return max(0.0, until - now)

    def free(self, lane: Lane, cost: int, now: float) -> float:
        """When the limit of the chat lets `cost` messages of this lane go."""
        raise NotImplementedError

    def count(self, cost: int, now: float) -> None:
        self.latest = now
        self.occupied = max(self.occupied, now) + cost * self.step

    def is_idle(self, now: float) -> bool:
        return max(self.occupied, self.closed_until) <= now


@dataclass(slots=True, kw_only=True)
class _Person(_Chat):
    burst: int

    def free(self, lane: Lane, cost: int, now: float) -> float:  # noqa: ARG002 - as a group's
        ahead = self.burst if lane == ASKED else max(1, self.burst - 1)
        # A cost above the burst goes alone once no step is occupied.
        return self.occupied - max(0, ahead - cost) * self.step


@dataclass(slots=True, kw_only=True)
class _Group(_Chat):
    most: int
    window: float
    sent: deque[float] = field(default_factory=deque)

    def free(self, lane: Lane, cost: int, now: float) -> float:
        self._sweep(now)
        until = self._room(cost)
        few = len(self.sent) + cost <= max(1, int(self.most * AT_ONCE_SHARE))
        return until if few or lane == ASKED else max(until, self.occupied)

    def _room(self, cost: int) -> float:
        """When the window has room. A cost above the whole window goes alone once the window is empty."""
        over = min(len(self.sent) + cost - self.most, len(self.sent))
        return self.sent[over - 1] + self.window if over > 0 else -math.inf

    def _sweep(self, now: float) -> None:
        while self.sent and self.sent[0] + self.window <= now:
            self.sent.popleft()

    def count(self, cost: int, now: float) -> None:
        # The time of a call does not move the steps after it: of 300 cards, each with a call of 0.2 seconds,
        # the last one would come after 1.06 instead of 1.01 times the minimum.
        late = now - self.occupied
        super(_Group, self).count(
            cost, now - min(late, LATE_SHARE * self.step) if 0 < late < self.step else now
        )
        self.latest = now
        self.sent.extend([now] * cost)

    def is_idle(self, now: float) -> bool:
        self._sweep(now)
        return not self.sent and super(_Group, self).is_idle(now)


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


class _Messenger:
    """What was sent to all chats of one messenger, and until when it lets none of them send."""

    __slots__ = ("closed_until", "last_throttled", "limits", "overall")

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.overall: deque[Place] = deque(maxlen=max(1, int(limits.overall_per_second)))
        self.closed_until = 0.0
        self.last_throttled: tuple[int, float] = (0, 0.0)

    def way(self, lane: Lane, now: float) -> float:
        """Seconds until less than the lane's share of the common limit of all chats is used."""
        most = int((self.overall.maxlen or 1) * SHARES[lane])
        return self.overall[-most].at + MARGIN - now if 0 < most <= len(self.overall) else 0.0


class Pacing:
    """Says how long a message has to wait. A chat's calls are sequential, those of several chats parallel.

    Each messenger has its limits.
    """

    def __init__(self, limits: Limits, on_whatsapp: Limits = ON_WHATSAPP) -> None:
        self._telegram, self._whatsapp = _Messenger(limits), _Messenger(on_whatsapp)
        self._chats: dict[int, _Person | _Group] = {}

    def _of(self, chat: int) -> _Messenger:
        return self._whatsapp if on_whatsapp(chat) else self._telegram

    def wait(self, chat: int, lane: Lane, cost: int, now: float, waited: float = 0.0) -> float:
        """Seconds until the chat accepts `cost` more messages; 0 when it accepts them at once.

        `waited` is for how many seconds the message has been ready.
        """
        known = self._chats.get(chat)
        wait = known.wait(lane, cost, now) if known else 0.0
        messenger = self._of(chat)
        if lane == COSMETIC or (lane == UNASKED and waited < LONGEST_WAY):
            wait = max(wait, messenger.way(lane, now))
        return max(wait, messenger.closed_until - now, 0.0)

    def reserve(self, chat: int, cost: int, now: float) -> Place:
        """Take the next `cost` places in the common limit of all chats of this chat's messenger."""
        overall = self._of(chat).overall
        place, before = Place(now), None
        for _ in range(cost):
            if len(overall) == overall.maxlen:
                before = overall[0]
            overall.append(place)
        place.after = before if before is not place else None
        return place

    def sent(self, chat: int, cost: int, now: float) -> None:
        """Count messages once their call has ended: the messenger has counted them by then."""
        self._state(chat).count(cost, now)
        if len(self._chats) > CHATS_BEFORE_SWEEP:
            self._chats = {chat: state for chat, state in self._chats.items() if not state.is_idle(now)}

    def throttled(self, chat: int, seconds: float, now: float, *, only_chat: bool = False) -> None:
        """Follow a `retry_after`, which applies to `only_chat` where the messenger says so, else to any.

        When a second chat gets one meanwhile, it applies to all.
        """
        messenger, state = self._of(chat), self._state(chat)
        if only_chat:
            state.closed_until = max(state.closed_until, now + seconds)
            return
        other, until = messenger.last_throttled
        if other != chat and until > now:
            messenger.closed_until = max(messenger.closed_until, until, now + seconds)
        state.closed_until = max(state.closed_until, now + seconds)
        messenger.last_throttled = (chat, now + seconds)

    def _state(self, chat: int) -> _Person | _Group:
        if chat not in self._chats:
            limits = self._of(chat).limits
            self._chats[chat] = _new_person(limits) if chat > 0 else _new_group(limits)
        return self._chats[chat]


def _new_person(limits: Limits) -> _Person:
    return _Person(step=MARGIN / limits.private_per_second, burst=limits.private_burst)


def _new_group(limits: Limits) -> _Group:
    # The window has the margin; the step has none, so that the time of a call does not add up.
    seconds, most = limits.group_seconds, limits.group_messages
    return _Group(step=seconds / most, most=most, window=seconds * MARGIN)


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
