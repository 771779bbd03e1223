"""getUpdates: every readable update; an unreadable one is passed over and its bytes are kept.

1. Ask for a batch. Its items are parsed one by one (decoding.py).
2. When the answer as a whole cannot be read, ask for one update alone from the same offset: those before the
   culprit come singly, and then the culprit alone. It is asked for twice, as a proxy or a broken
   connection may have spoiled one answer. Both answers must be complete and equal: one that was cut or
   changed in transit makes the fetch fail, and no update is lost.
3. A culprit whose id can still be found in its bytes is handed on as unreadable under that id.
4. A culprit without one gets the number before the lowest id behind it: ids ascend, so that confirming this
   number confirms the culprit and no other update.
5. A culprit that is alone and has no id delays no other update: the fetch fails, polling waits longer each
   time, and the first update behind it confirms it by rule 4.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

import structlog

from bot.channels.base import FetchError, Raw
from bot.channels.telegram.decoding import decode, has_updates, unreadable, update_ids
from bot.channels.telegram.updates import ALLOWED_UPDATES

log = structlog.get_logger(__name__)

BATCH = 100
EXTRA_SECONDS = 10.0
ASKED_ALONE = 2

Exchange = Callable[[Mapping[str, Any], float], Awaitable[bytes]]


class Fetcher:
    """Asks for updates. `exchange` makes one call of getUpdates and gives the answer's bytes."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange

    async def fetch(self, offset: int, timeout: float) -> list[Raw]:  # noqa: ASYNC109 - a long poll's
        """Updates from this offset on, waiting `timeout` seconds for the first. Raises FetchError."""
        batch = await self._ask(offset, timeout, BATCH)
        if (found := decode(batch)) is not None:
            return found
        answers = [batch]
        for _ in range(ASKED_ALONE):
            log.warning("telegram.unreadable_answer", bytes=len(answers[-1]))
            answers.append(await self._ask(offset, 0, 1))
            if (found := decode(answers[-1])) is not None:
                return found
        return [_culprit(batch, answers[1:])]

    async def _ask(self, offset: int, timeout: float, limit: int) -> bytes:  # noqa: ASYNC109 - the same
        asked = {
            "offset": offset,
            "timeout": int(timeout),
            "limit": limit,
            "allowed_updates": ALLOWED_UPDATES,
        }
        return await self._exchange(asked, timeout + EXTRA_SECONDS)


def _culprit(batch: bytes, answers: Sequence[bytes]) -> Raw:
    """The unreadable update, from the answers to the requests for it alone. Raises FetchError."""
    alone = answers[-1]
    if not has_updates(alone) or len(set(answers)) > 1:
        raise FetchError("temporary", "the answer is not the messenger's")
    if (number := next(update_ids(alone), None)) is None:
        behind = min(update_ids(batch), default=1)
        if behind <= 1:
            raise FetchError("temporary", "the only update cannot be read and has no id")
        number = behind - 1
    return unreadable(number, alone, "cannot be decoded")
