"""Delivers updates to a webhook, as Telegram's server does.

1. Updates of one chat go one after the other; different chats go at the same time, up to max_connections.
2. An update leaves the queue after an answer of 2xx. After anything else it is sent again, later each time.
3. getWebhookInfo has the newest error. The bot's secret is in a header.
4. A `proxy` stands for the web server before the bot: it takes https addresses and speaks plain HTTP with it.
"""

import asyncio
import contextlib
import json
from typing import Any

import aiohttp

from bot.simulator.state.profile import Webhook
from bot.simulator.state.world import World

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - a header's name
ANSWER_SECONDS = 60.0
FIRST_WAIT, LONGEST_WAIT = 0.05, 2.0


class Delivery:
    """Sends the waiting updates of a world to one webhook, until it is stopped."""

    def __init__(self, world: World, webhook: Webhook, proxies: dict[str, str]) -> None:
        self._world, self._webhook, self._proxies = world, webhook, proxies
        self._busy: set[int] = set()
        self._sending: set[asyncio.Task[None]] = set()
        self._running = asyncio.create_task(self._run())

    def stop(self) -> None:
        """End all deliveries; an update whose answer has not come stays in the queue."""
        for task in (self._running, *self._sending):
            task.cancel()

    async def _run(self) -> None:
        async with aiohttp.ClientSession() as session:
            while True:
                arrival = self._world.updated.wait()
                for update in self._next():
                    task = asyncio.create_task(self._deliver(session, update))
                    self._sending.add(task)
                    task.add_done_callback(self._sending.discard)
                await arrival

    def _next(self) -> list[dict[str, Any]]:
        """Return the first update of each chat that waits for no answer, and note them as being sent."""
        chosen = []
        for update in self._world.pending:
            if len(self._busy) >= self._webhook.max_connections:
                break
            if (queue := queue_of(update)) not in self._busy:
                self._busy.add(queue)
                chosen.append(update)
        return chosen

    async def _deliver(self, session: aiohttp.ClientSession, update: dict[str, Any]) -> None:
        wait = FIRST_WAIT
        while not await self._accepted(session, update):
            await asyncio.sleep(wait)
            wait = min(2 * wait, LONGEST_WAIT)
        with contextlib.suppress(ValueError):
            self._world.pending.remove(update)
        self._busy.discard(queue_of(update))
        self._world.updated.fire()
        self._world.changed.fire()

    async def _accepted(self, session: aiohttp.ClientSession, update: dict[str, Any]) -> bool:
        headers = {"Content-Type": "application/json"}
        if self._webhook.secret:
            headers[SECRET_HEADER] = self._webhook.secret
        limit = aiohttp.ClientTimeout(total=ANSWER_SECONDS)
        body = json.dumps(update).encode()
        try:
            async with session.post(self._reached(), data=body, headers=headers, timeout=limit) as response:
                if response.ok:
                    return True
                failure = f"Wrong response from the webhook: {response.status} {response.reason}"
        except (aiohttp.ClientError, TimeoutError):
            failure = "Connection refused"
        self._webhook.error = {"last_error_date": self._world.now(), "last_error_message": failure}
        return False

    def _reached(self) -> str:
        """Return the address behind the proxy."""
        for public, inside in self._proxies.items():
            if self._webhook.url.startswith(f"{public}/"):
                return inside + self._webhook.url.removeprefix(public)
        return self._webhook.url


def queue_of(update: dict[str, Any]) -> int:
    """Return the chat of an update, else the person; 0 without either."""
    for kind, content in update.items():
        if kind != "update_id" and isinstance(content, dict):
            holder = content.get("message", content) if kind == "callback_query" else content
            place = holder.get("chat") or content.get("from") or {}
            return int(place.get("id", 0))
    return 0
