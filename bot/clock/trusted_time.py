"""Which time it is, and whether that is certain enough to act on it for good.

The problem. Closing a case, dropping a draft, declaring a complaint lapsed and deleting old rows cannot be
undone, and the clock alone causes them. The bot runs on one small machine, and its clock is wrong sooner or
later: an empty battery, an administrator's typing error, a virtual machine that was restored. Ten seconds
with a clock that was a month ahead deleted every draft and closed every answered case. A clock that is
behind dates receipts wrongly, and made a failed message wait until the old time came again.

Three witnesses are heard.

1. The system clock. It is precise, and can be set to anything.
2. The `Date` of the messenger's answers. Each long poll brings one within a minute, and TLS says whose it
   is. Only complete answers of the Bot API count: an error page may come from a proxy or a router.
3. The dates of messages. The messenger dates a message that the bot has just sent, and no message of a
   person is dated later than now. A Bot API server on this machine has this machine's clock, and a proxy
   can replace a header; both pass on the dates of messages as they are. There are none while no one writes,
   so they only add to the second witness.

All are compared through a steady clock that no one can set, and that goes on while the machine sleeps: a
witness is an offset to it (witness.py). So a clock that jumps is noticed at once and without an answer.

Rules.

1. The time is certain while the second witness has confirmed the system clock within the last ten minutes,
   and neither other witness differs from it by more than two minutes. NTP keeps milliseconds, and whole
   seconds and slow networks make some seconds; what the bot does for good counts in hours and days.
2. While it is not certain, nothing final is done by the clock (`is_certain()`; bot/sources/scheduler.py,
   bot/files/files.py): no reminder, digest, closing, lapse or deletion. Conversations, sending and what
   people do themselves go on. What became due is done once the time is certain again, as after downtime.
3. One wrong answer changes nothing. A witness that names another time is believed after three equal
   answers. A `Date` that is missing, unreadable, before this program was written or decades away counts as
   no answer. When the messenger restores its `Date`, or the clock is set right, the work goes on by itself.
4. What is stored gets the most likely time (`wall()`): the system clock while no one contradicts it, else
   the middle one of three witnesses, else the messenger's. A receipt, a number's year and a due date are
   then right although the clock is wrong. They cannot wait for the administrator, and unlike a deletion
   they can be corrected. A witness that is earlier than the last certain time is wrong, as time does not go
   back, unless the others agree with it.
5. While the messenger is out of reach, the time goes on from its last answer by the steady clock. When the
   machine or its virtual machine was paused, all witnesses move together: three answers settle it.

What was tried. To refuse to start with a wrong clock locks out citizens because of a fault that they do not
feel. To act at the messenger's time while the clocks differ would trust a single witness with what cannot
be undone. An NTP client of the bot's own would need another server and port, which offices often close.

Not found: a server between the bot and the messenger that forges both `Date` and messages when the system
clock is wrong in the same way. It could delete messages as well. A clock that is wrong by years makes TLS
refuse the messenger's certificate: then nothing is fetched or sent, and nothing is done for good either.

Practice moves business time only (business_time.py): its server's `Date` is real, and the dates of its
messages, which are business time, are not heard.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import StrEnum
from functools import lru_cache, partial

from bot.clock.witness import Witness

# Seconds by which clocks may differ; after a difference they must come closer than `CLOSE` again.
TOLERANCE, CLOSE = 120.0, 60.0
# Seconds after which an answer of the messenger does not confirm the clock any more.
CONFIRMED_FOR = 600.0
# Seconds for which a message's date counts; the steady clock drifts meanwhile.
MESSAGE_COUNTS_FOR = 86_400.0
EARLIEST = datetime(2025, 1, 1, tzinfo=UTC).timestamp()
LATEST = datetime(2060, 1, 1, tzinfo=UTC).timestamp()

# Not only monotonic: it goes on while the machine sleeps. Other systems than Linux have no such clock.
steady = (
    partial(time.clock_gettime, time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic
)


def _system_time() -> float:
    return time.time()


class Certainty(StrEnum):
    """Whether the time is certain, else why it is not."""

    CERTAIN = "certain"
    DIFFERS = "differs"
    """The system clock and the messenger name different times."""
    UNNAMED = "unnamed"
    """The messenger answers without a time that can be used."""
    SILENT = "silent"
    """The messenger has not answered since the start, or for a while."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """Whether the time is certain, and by how many seconds the system clock is ahead of the likely time."""

    certainty: Certainty
    ahead: float = 0.0


class TrustedTime:
    """The time, as its witnesses say. Methods that note something are called in the event loop's thread."""

    def __init__(
        self, system: Callable[[], float] = _system_time, steadily: Callable[[], float] = steady
    ) -> None:
        self._system, self._steady = system, steadily
        self._answers, self._messages = Witness(), Witness()
        self._answered: float | None = None
        self._differed = False
        self._certain_until = 0.0

    def answered(self, date: str | None) -> None:
        """Note a complete answer of the messenger, and its `Date` header."""
        self._answered = now = self._steady()
        if (named := read_date(date)) is None:
            return
        if self._answers.says(named - now, now, agrees=self._is_system(named)):
            # This machine was paused, or its clock set: what was measured before means nothing now.
            self._messages.forget()

    def sent(self, date: float) -> None:
        """Note the date of a message that was sent now."""
        if EARLIEST <= date < LATEST:
            now = self._steady()
            self._messages.says(date - now, now, agrees=self._is_system(date))

    def dated(self, date: float) -> None:
        """Note the date of a message of any age: the present time is not earlier."""
        if date > (self._messages.time(self._steady()) or self.wall()) + TOLERANCE:
            self.sent(date)

    def keep(self, certain: float) -> None:
        """Note a time (seconds since 1970) that was certain in the last run."""
        self._certain_until = certain

    def wall(self) -> float:
        """The most likely time, in seconds since 1970."""
        system, now = self._system(), self._steady()
        likely = self._likely(system, now)
        return likely if abs(system - likely) > TOLERANCE else system

    def is_certain(self) -> bool:
        """Whether what cannot be undone may be done now."""
        return self.judgement().certainty is Certainty.CERTAIN

    def judgement(self) -> Judgement:
        """Whether the time is certain now, and why it is not."""
        system, now = self._system(), self._steady()
        ahead = system - self._likely(system, now)
        if self._differs(system, now):
            return Judgement(Certainty.DIFFERS, ahead)
        if self._answers.offset is None or now - self._answers.seen > CONFIRMED_FOR:
            talks = self._answered is not None and now - self._answered <= CONFIRMED_FOR
            return Judgement(Certainty.UNNAMED if talks else Certainty.SILENT, ahead)
        self._certain_until = system
        return Judgement(Certainty.CERTAIN, ahead)

    @property
    def quiet_for(self) -> float:
        """Seconds since the messenger last confirmed a time; more than any limit when it never has."""
        return self._steady() - self._answers.seen if self._answers.offset is not None else 2 * CONFIRMED_FOR

    def _is_system(self, named: float) -> bool:
        return abs(self._system() - named) <= TOLERANCE

    def _message_time(self, now: float) -> float | None:
        return self._messages.time(now) if now - self._messages.seen <= MESSAGE_COUNTS_FOR else None

    def _differs(self, system: float, now: float) -> bool:
        named = (self._answers.time(now), self._message_time(now))
        limit = CLOSE if self._differed else TOLERANCE
        self._differed = any(one is not None and abs(system - one) > limit for one in named)
        return self._differed

    def _likely(self, system: float, now: float) -> float:
        """The middle one of three witnesses, or the first of fewer; none that is earlier than is possible."""
        heard = (self._answers.time(now), self._message_time(now), system)
        named = [one for one in heard if one is not None]
        possible = [one for one in named if one >= self._certain_until - TOLERANCE] or named
        return sorted(possible)[1] if len(possible) == len(heard) else possible[0]


# Answers within one second have the same header.
@lru_cache(maxsize=2)
def read_date(header: str | None) -> float | None:
    """A `Date` header in seconds since 1970; None when it is missing, unreadable or impossible."""
    try:
        moment = parsedate_to_datetime(header or "")
        seconds = moment.replace(tzinfo=moment.tzinfo or UTC).timestamp()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return seconds if EARLIEST <= seconds < LATEST else None
