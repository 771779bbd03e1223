"""Marks a person's message as read and shows that an answer is being written. Nothing depends on it."""

from __future__ import annotations

from collections import OrderedDict

import structlog

from bot.channels.base import DeliveryError
from bot.channels.whatsapp.api import CloudApi

log = structlog.get_logger(__name__)

# How many messages are remembered, so that one that is delivered again is marked once.
MOST_SEEN = 10_000


class Presence:
    """Marks each message as seen, once."""

    def __init__(self, api: CloudApi) -> None:
        self._api = api
        self._seen: OrderedDict[str, None] = OrderedDict()

    async def seen(self, wire_id: str) -> None:
        """Mark a message as read, and show for some seconds that an answer is being written."""
        if not wire_id or wire_id in self._seen:
            return
        self._seen[wire_id] = None
        if len(self._seen) > MOST_SEEN:
            self._seen.popitem(last=False)
        body = {"status": "read", "message_id": wire_id, "typing_indicator": {"type": "text"}}
        try:
            await self._api.message(body)
        except DeliveryError as error:
            log.info("whatsapp.not_marked_as_read", reason=error.reason)
