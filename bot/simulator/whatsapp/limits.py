"""The throughput of the number and of one pair of number and person, in seconds of the server's clock."""

from collections import deque
from dataclasses import dataclass, field

from bot.simulator.whatsapp.errors import CloudError


@dataclass
class CloudLimits:
    """How many messages a second the number handles, and at which pace one person gets them.

    A person gets one message each `pair_seconds`; up to `burst` of them may come at once, and are paid back
    by waiting (developers.facebook.com/documentation/business-messaging/whatsapp/throughput).
    """

    overall: int = 80
    pair_seconds: float = 6.0
    burst: int = 45
    _all: deque[float] = field(default_factory=deque)
    # Person -> when all of the person's messages are paid back.
    _paid: dict[str, float] = field(default_factory=dict)

    def arrived(self, now: float) -> None:
        """Count a message of a person, which uses the same throughput."""
        self._all.append(now)

    def spend(self, person: str, now: float) -> None:
        """Count a message to a person; raise CloudError 130429 or 131056, which counts nothing."""
        while self._all and self._all[0] <= now - 1.0:
            self._all.popleft()
        if len(self._all) >= self.overall:
            raise CloudError(130429, f"at most {self.overall} messages a second")
        paid = max(now, self._paid.get(person, now)) + self.pair_seconds
        if paid - now > self.burst * self.pair_seconds:
            raise CloudError(131056, "too many messages from this phone number to the same person")
        self._all.append(now)
        self._paid[person] = paid
