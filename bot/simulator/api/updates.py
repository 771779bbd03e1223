"""Receiving: getUpdates with its offsets and waits, and the webhook that excludes it."""

import asyncio
import re
from typing import Any

from bot.simulator.api.errors import bad_request, conflict
from bot.simulator.api.methods import Performer, Request
from bot.simulator.api.schema import types
from bot.simulator.api.webhook import Delivery
from bot.simulator.state.profile import Profile, Webhook
from bot.simulator.state.world import World

MOST_UPDATES = 100
LONGEST_WAIT = 50
# An offset this far beyond the next id belongs to other numbers: all updates are delivered again.
FUTURE = 10
SECRET = re.compile(r"[A-Za-z0-9_-]{0,256}")
TERMINATED = "terminated by other getUpdates request; make sure that only one bot instance is running"
WEBHOOK_ACTIVE = (
    "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
)


class Receiver:
    """The queue of a bot's updates, and the one call that may wait for it."""

    def __init__(self, world: World, profile: Profile) -> None:
        self.world = world
        self.profile = profile
        # The public address of a web server -> the address of the bot behind it.
        self.proxies: dict[str, str] = {}
        self._waiting: asyncio.Future[None] | None = None
        self._delivery: Delivery | None = None

    def methods(self) -> dict[str, Performer]:
        """Return the methods by which a bot receives updates, each by its name."""
        return {
            "getUpdates": self.get_updates,
            "setWebhook": self.set_webhook,
            "deleteWebhook": self.delete_webhook,
            "getWebhookInfo": self.webhook_info,
        }

    async def get_updates(self, request: Request) -> list[dict[str, Any]]:
        """Return the updates from the offset on, now or when one arrives; remove those before the offset."""
        if self.profile.webhook:
            raise conflict(WEBHOOK_ACTIVE)
        params = request.params
        self._allow(params)
        self.interrupt(TERMINATED)
        limit = min(max(params.get("limit", MOST_UPDATES), 1), MOST_UPDATES)
        seconds = min(max(params.get("timeout", 0), 0), LONGEST_WAIT)
        found = self._take(params.get("offset", 0), limit)
        if found or not seconds:
            return found
        return await self._wait(params.get("offset", 0), limit, seconds)

    async def _wait(self, offset: int, limit: int, seconds: float) -> list[dict[str, Any]]:
        loop = asyncio.get_running_loop()
        stopped = self._waiting = loop.create_future()
        deadline = loop.time() + seconds
        try:
            while (left := deadline - loop.time()) > 0:
                arrival = self.world.updated.wait()
                await asyncio.wait({arrival, stopped}, timeout=left, return_when=asyncio.FIRST_COMPLETED)
                arrival.cancel()
                if stopped.done():
                    stopped.result()
                    return []
                found = self._take(offset, limit)
                if found:
                    return found
            return []
        finally:
            if self._waiting is stopped:
                self._waiting = None

    def _allow(self, params: dict[str, Any]) -> None:
        wanted = params.get("allowed_updates")
        if wanted is None:
            return
        for kind in wanted:
            if kind not in types()["Update"]:
                raise bad_request(f'unknown update type "{kind}"')
        self.world.allowed = frozenset(wanted)

    def interrupt(self, sentence: str) -> None:
        """End the waiting call with a conflict."""
        if self._waiting and not self._waiting.done():
            self._waiting.set_exception(conflict(sentence))
        self._waiting = None

    def _take(self, offset: int, limit: int) -> list[dict[str, Any]]:
        pending = self.world.pending
        if offset < 0:
            for _ in range(max(0, len(pending) + offset)):
                pending.popleft()
        elif offset <= self.world.next_update_id + FUTURE:
            while pending and pending[0]["update_id"] < offset:
                pending.popleft()
        return [pending[index] for index in range(min(limit, len(pending)))]

    def stop(self) -> None:
        """End the waiting call with an empty result, as at its time-out, and the webhook's deliveries."""
        if self._delivery:
            self._delivery.stop()
        if self._waiting and not self._waiting.done():
            self._waiting.set_result(None)
        self._waiting = None

    def set_webhook(self, request: Request) -> bool:
        """Deliver updates to an address from now on, and refuse getUpdates; without an address stop that."""
        params = request.params
        url = params.get("url", "")
        if url and not url.startswith("https://"):
            raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
        secret = params.get("secret_token", "")
        if not SECRET.fullmatch(secret):
            raise bad_request("secret token contains unallowed characters")
        self._allow(params)
        if params.get("drop_pending_updates"):
            self.world.pending.clear()
        self._end_delivery()
        if url:
            self.profile.webhook = Webhook(url, secret, params.get("max_connections", 40))
            self._delivery = Delivery(self.world, self.profile.webhook, self.proxies)
            self.interrupt("terminated by setWebhook request")
        return True

    def delete_webhook(self, request: Request) -> bool:
        """Remove the webhook, so that getUpdates works again."""
        if request.params.get("drop_pending_updates"):
            self.world.pending.clear()
        self._end_delivery()
        return True

    def _end_delivery(self) -> None:
        self.profile.webhook = None
        if self._delivery:
            self._delivery.stop()
            self._delivery = None

    def webhook_info(self, _request: Request) -> dict[str, Any]:
        """Return the webhook and the number of waiting updates."""
        webhook = self.profile.webhook
        info = {"url": "", "has_custom_certificate": False, **(webhook.info() if webhook else {})}
        info["pending_update_count"] = len(self.world.pending)
        if self.world.allowed:
            info["allowed_updates"] = sorted(self.world.allowed)
        return info
