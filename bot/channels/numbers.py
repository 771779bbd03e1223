"""Which messenger a chat is in, by its number, and the numbers of messages that have none of their own.

Telegram numbers people and the messages of each chat. WhatsApp gives both texts for names, so these numbers
are ours: a person is `FIRST_ON_WHATSAPP` + n, with n from the table `addresses`; a message is the time when
it was received or accepted, in microseconds, above `FIRST_MESSAGE`. Such numbers ascend in the order in which
this process met the messages. That order says which of two messages was there first; it does not say whether
a person had seen ours.
"""

from __future__ import annotations

import time
from collections.abc import Callable

MOST_ON_TELEGRAM = 2**52 - 1
FIRST_ON_WHATSAPP = 2**52
# Above every id of a Telegram message, whose generations use fewer bits (message_ids.py).
FIRST_MESSAGE = 2**62
MICROSECONDS = 1_000_000
# The beginning of the id of a file there.
OF_WHATSAPP = "whatsapp:"


def on_whatsapp(chat: int) -> bool:
    """Whether the chat, or person, of this id is on WhatsApp."""
    return chat >= FIRST_ON_WHATSAPP


class MessageNumbers:
    """Numbers for messages, each larger than all before. `wall` is in seconds since 1970.

    After a start with a clock that was set back, `above` is the largest number that is known.
    """

    def __init__(self, wall: Callable[[], float] = time.time, above: int = 0) -> None:
        self._wall, self._last = wall, max(above, FIRST_MESSAGE)

    def next(self) -> int:
        """A new number."""
        self._last = max(self._last + 1, FIRST_MESSAGE + int(self._wall() * MICROSECONDS))
        return self._last
