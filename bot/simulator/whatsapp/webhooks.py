"""Delivers updates to the bot's webhook as Meta does: signed, at the same time, again until 200.

1. Nothing is sent before `connect`, which asks for the challenge. What happens earlier waits.
2. The signature is the HMAC-SHA256 of the raw body with the app's secret.
3. After an answer that is not 200 the same body is sent again, first at once, then after growing pauses.
4. Meta promises no order. `in_order` keeps the updates of one person in order, for tests that do not examine
   this; `gather` puts all that waits into one POST; `shuffle` changes the order; `duplicate` sends every POST
   twice at the same time. `pause` collects updates until `resume`.
"""

import asyncio
import contextlib
import hashlib
import hmac
import json
import random
import secrets
from collections.abc import Sequence
from typing import Any

import aiohttp
from yarl import URL

from bot.simulator.state.chats import Signal
from bot.simulator.state.waiting import wait_until
from bot.simulator.whatsapp.account import Account
from bot.simulator.whatsapp.payloads import Update, payload

SIGNATURE = "X-Hub-Signature-256"
ANSWER_SECONDS = 30.0
# Seconds before the second repetition and the most before a later one, times `scale`.
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 3600.0
MOST_BATCH = 1000
SEED = 20260101


class NotVerifiedError(Exception):
    """The webhook did not return the challenge: Meta would refuse it."""


class Webhooks:
    """The updates that wait for their delivery, and the deliveries under way."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self.url = ""
        self._secret = b""
        self.in_order = True
        self.gather = False
        self.shuffle = False
        self.duplicate = False
        # Shortens the pauses before repetitions.
        self.scale = 1.0
        self.waiting: list[Update] = []
        # Status of each answer, oldest first; 0 without an answer.
        self.answers: list[int] = []
        self.signal = Signal()
        self._repeated = Signal()
        self._paused = False
        self._woken = False
        self._busy: dict[str, int] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._session: aiohttp.ClientSession | None = None
        self._random = random.Random(SEED)  # noqa: S311 - an order, no secret

    async def connect(self, url: str, app_secret: str, verify_token: str) -> None:
        """Ask for the challenge and deliver from then on; raise NotVerifiedError."""
        challenge = str(secrets.randbelow(10**10))
        asked = {"hub.mode": "subscribe", "hub.challenge": challenge, "hub.verify_token": verify_token}
        try:
            async with self._client().get(URL(url).update_query(asked), allow_redirects=False) as response:
                answer, status = await response.text(), response.status
        except (aiohttp.ClientError, TimeoutError) as error:
            raise NotVerifiedError(f"the webhook {url} is not reachable: {error}") from error
        if status != 200 or answer != challenge:  # noqa: PLR2004 - the only status that Meta takes
            raise NotVerifiedError(
                f"the webhook {url} did not return the challenge {challenge}: {status} {answer[:80]!r}"
            )
        self.url, self._secret = url, app_secret.encode()
        self._account.subscribed, self._account.app_secret = True, app_secret
        self.repeat()
        self._wake()

    def push(self, update: Update) -> Update:
        """Deliver an update as soon as the modes allow it."""
        self.waiting.append(update)
        self._wake()
        return update

    def pause(self) -> None:
        """Collect updates without sending them."""
        self._paused = True

    def resume(self) -> None:
        """Send what was collected."""
        self._paused = False
        self._wake()

    def repeat(self) -> None:
        """End the pauses: send again at once what was not taken."""
        self._repeated.fire()

    @property
    def idle(self) -> bool:
        """Tell whether every update arrived."""
        return not self.waiting and not self._tasks

    async def drained(self, timeout: float = 60.0) -> None:  # noqa: ASYNC109
        """Return when every update arrived."""
        await wait_until(lambda: self.signal, lambda: self.idle, timeout)

    async def arrival(self, updates: Sequence[Update], timeout: float) -> None:  # noqa: ASYNC109
        """Return when these updates arrived; raise TimeoutError."""
        await wait_until(lambda: self.signal, lambda: all(each.arrived for each in updates), timeout)

    async def post(self, raw: bytes, signature: str | None = None) -> int:
        """Send these bytes once, with the right or this signature; return the status, 0 without an answer."""
        headers = {"Content-Type": "application/json", SIGNATURE: signature or self.sign(raw)}
        limit = aiohttp.ClientTimeout(total=ANSWER_SECONDS)
        try:
            async with self._client().post(
                self.url, data=raw, headers=headers, timeout=limit, allow_redirects=False
            ) as response:
                status = response.status
        except (aiohttp.ClientError, TimeoutError):
            status = 0
        self.answers.append(status)
        return status

    def sign(self, raw: bytes) -> str:
        """Return the signature of a body."""
        return f"sha256={hmac.new(self._secret, raw, hashlib.sha256).hexdigest()}"

    def stop(self) -> None:
        """End all deliveries and forget what waits; the connection stays."""
        for task in tuple(self._tasks):
            task.cancel()
        self.waiting.clear()
        self._busy.clear()
        self.signal.fire()

    async def close(self) -> None:
        """End all deliveries for good."""
        self.stop()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._session:
            await self._session.close()

    def _client(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession()
        return self._session

    def _wake(self) -> None:
        """Start deliveries after the running step, so that updates of one step can be gathered."""
        if self.url and not self._paused and not self._woken:
            self._woken = True
            asyncio.get_running_loop().call_soon(self._start)

    def _start(self) -> None:
        self._woken = False
        if self._paused or not self.url:
            return
        chosen = self._choose()
        self.waiting = [update for update in self.waiting if update not in chosen]
        step = MOST_BATCH if self.gather else 1
        for first in range(0, len(chosen), step):
            batch = chosen[first : first + step]
            for update in batch:
                self._busy[update.queue] = self._busy.get(update.queue, 0) + 1
            task = asyncio.create_task(self._deliver(batch))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
            task.add_done_callback(lambda _: self.signal.fire())

    def _choose(self) -> list[Update]:
        """Return the updates that may be sent now."""
        free = [update for update in self.waiting if not (self.in_order and update.queue in self._busy)]
        if self.shuffle:
            self._random.shuffle(free)
        if not self.in_order or self.gather:
            return free
        first: dict[str, Update] = {}
        for update in free:
            first.setdefault(update.queue, update)
        return list(first.values())

    async def _deliver(self, batch: list[Update]) -> None:
        raw = json.dumps(payload(self._account, batch)).encode()
        await asyncio.gather(*(self._until_taken(raw) for _ in range(2 if self.duplicate else 1)))
        for update in batch:
            update.arrived = True
            self._busy[update.queue] -= 1
            if not self._busy[update.queue]:
                del self._busy[update.queue]
        self._account.changed()
        self._wake()

    async def _until_taken(self, raw: bytes) -> None:
        pause = 0.0
        while await self.post(raw) != 200:  # noqa: PLR2004 - the only status that ends the repetition
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._repeated.wait(), pause * self.scale)
            pause = min(max(FIRST_PAUSE, 2 * pause), LONGEST_PAUSE)


def as_raw(body: dict[str, Any]) -> bytes:
    """Return the bytes of a body that a test has made itself."""
    return json.dumps(body).encode()
