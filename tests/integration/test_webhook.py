"""The webhook: who may deliver, when a delivery gets its 200, and how the webhook is kept set."""

from __future__ import annotations

import asyncio
import io
import json
import socket
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import pytest
from sqlalchemy import Connection
from structlog.testing import capture_logs

from bot.channels.base import FetchError, Raw, UnreadableUpdate
from bot.channels.telegram.webhooks import HEADER, HookState, TelegramHook, secret_of
from bot.clock.trusted_time import TrustedTime
from bot.config.listening import Address
from bot.database import arrivals
from bot.foundation.figures import figures
from bot.foundation.troubles import TELEGRAM
from bot.health.monitor import make_monitor
from bot.outbox.operator_notes import Operator
from bot.simulator.server import Simulator
from bot.sources import webhook as module
from bot.sources.polling import TokenRefusedError
from bot.sources.webhook import LARGEST_BODY, Webhook
from bot.turns.batches import Incoming
from bot.web.server import Route, WebServer
from tests.integration.both_stores import Place
from tests.integration.running_service import practice_config
from tests.integration.turn_setup import TurnSetup, said

SECRET = "s" * 40
URL = "https://aduan.example.go.id/telegram"
PATIENCE = 60.0
OFFSET = 700


@dataclass
class Hook:
    """The messenger's side, without a network."""

    url: str = URL
    registered: int = 0
    failures: list[FetchError] = field(default_factory=list)
    states: list[HookState | FetchError] = field(default_factory=list)

    async def register(self) -> None:
        if self.failures:
            raise self.failures.pop(0)
        self.registered += 1

    async def state(self) -> HookState:
        found = self.states.pop(0)
        if isinstance(found, FetchError):
            raise found
        return found

    def is_authentic(self, headers: Any, /) -> bool:
        return bool(headers.get(HEADER) == SECRET)

    def read_body(self, body: bytes, /) -> Raw:
        return TelegramHook.read_body(body)


@dataclass
class Taker:
    """Stores nothing; `allowed` lets a turn end."""

    turns: list[list[int | None]] = field(default_factory=list)
    allowed: asyncio.Event = field(default_factory=asyncio.Event)
    begun: asyncio.Event = field(default_factory=asyncio.Event)

    async def take(self, incoming: Sequence[Incoming]) -> None:
        self.begun.set()
        await self.allowed.wait()
        assert not any(one.confirms for one in incoming)
        self.turns.append([one.update_id for one in incoming])


def read(updates: Sequence[Raw]) -> list[Incoming]:
    return [
        Incoming("telegram", raw.update_id, None, raw.raw, unreadable=raw.reason)
        if isinstance(raw, UnreadableUpdate)
        else said(raw["update_id"], "kata")
        for raw in updates
    ]


def body(number: int) -> bytes:
    return json.dumps({"update_id": number, "message": {}}).encode()


async def _never(_seconds: float) -> None:
    await asyncio.Event().wait()


@asynccontextmanager
async def running(webhook: Webhook) -> AsyncIterator[asyncio.Event]:
    """Run it for the block, and stop it."""
    stopping = asyncio.Event()
    task = asyncio.create_task(webhook.run(stopping))
    while not webhook.alive() and not task.done():  # noqa: ASYNC110 - it opens within its first step
        await asyncio.sleep(0)
    try:
        async with asyncio.timeout(PATIENCE):
            yield stopping
    finally:
        stopping.set()
        await asyncio.wait_for(task, PATIENCE)


async def turns_to_run() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


# The request -> its status; none has a body.
REQUESTS: list[tuple[str, str, dict[str, str], bytes, int]] = [
    ("POST", "/telegram", {HEADER: SECRET}, body(1), 200),
    ("POST", "/telegram", {}, body(1), 401),
    ("POST", "/telegram", {HEADER: ""}, body(1), 401),
    ("POST", "/telegram", {HEADER: f"{SECRET}s"}, body(1), 401),
    ("POST", "/telegram", {}, b"x" * (LARGEST_BODY + 1), 401),
    ("POST", "/telegram", {HEADER: SECRET}, b"x" * (LARGEST_BODY + 1), 413),
    ("GET", "/telegram", {HEADER: SECRET}, b"", 405),
    ("POST", "/", {HEADER: SECRET}, body(1), 404),
    ("POST", "/telegram/", {HEADER: SECRET}, body(1), 404),
]


async def test_a_repeated_delivery_is_taken_once_while_the_first_waits() -> None:
    taker = Taker()
    webhook = Webhook(Hook(), _never).connected(read, taker.take)
    async with running(webhook):
        asked = [asyncio.create_task(webhook.receive(body(1))) for _ in range(3)]
        await taker.begun.wait()
        asked += [asyncio.create_task(webhook.receive(body(number))) for number in (1, 2, 2)]
        await turns_to_run()
        taker.allowed.set()
        assert await asyncio.gather(*asked) == [200] * 6
        assert taker.turns == [[1], [2]]
        assert await webhook.receive(body(1)) == 200
        assert taker.turns == [[1], [2], [1]]


async def test_only_deliveries_with_the_secret_are_taken() -> None:
    taker = Taker()
    taker.allowed.set()
    webhook = Webhook(Hook(), _never).connected(read, taker.take)
    server = WebServer(
        address := Address("127.0.0.1", free_port()),
        [Route("POST", "/telegram", webhook.answer)],
        LARGEST_BODY,
    )
    serving = asyncio.create_task(server.run())
    async with asyncio.timeout(PATIENCE), aiohttp.ClientSession() as session:
        await server.listening.wait()
        async with running(webhook):
            for method, path, headers, data, status in REQUESTS:
                url = f"http://{address}{path}"
                async with session.request(method, url, headers=headers, data=io.BytesIO(data)) as response:
                    assert (response.status, await response.read()) == (status, b"")
    serving.cancel()
    await asyncio.gather(serving, return_exceptions=True)
    assert taker.turns == [[1]]


@pytest.mark.parametrize("given", ["", "S" * 40, f"{SECRET}\u00e4", "s" * 39])
def test_the_secret_is_compared_as_a_whole(given: str) -> None:
    hook = TelegramHook(None, URL, SECRET)  # type: ignore[arg-type]
    assert not hook.is_authentic({HEADER: given})
    assert hook.is_authentic({HEADER: SECRET})


def test_the_derived_secret_belongs_to_the_key_file() -> None:
    assert secret_of("", b"one") != secret_of("", b"two")
    assert len(secret_of("", b"one")) >= 32
    assert secret_of(SECRET, b"one") == SECRET


async def test_a_delivery_gets_its_200_after_the_turn() -> None:
    taker = Taker()
    webhook = Webhook(Hook(), _never).connected(read, taker.take)
    async with running(webhook):
        answer = asyncio.create_task(webhook.receive(body(1)))
        await taker.begun.wait()
        await turns_to_run()
        assert not answer.done()
        taker.allowed.set()
        assert await answer == 200


async def test_deliveries_that_wait_are_one_turn_in_the_order_of_their_numbers() -> None:
    taker = Taker()
    webhook = Webhook(Hook(), _never).connected(read, taker.take)
    async with running(webhook):
        first = asyncio.create_task(webhook.receive(body(5)))
        await taker.begun.wait()
        others = [asyncio.create_task(webhook.receive(body(number))) for number in (9, 7, 8)]
        await turns_to_run()
        taker.allowed.set()
        assert await asyncio.gather(first, *others) == [200] * 4
    assert taker.turns == [[5], [7, 8, 9]]


async def test_a_store_that_waits_is_answered_with_503_and_takes_nothing_twice(
    setup: TurnSetup, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "ANSWER_SECONDS", 0.02)
    writing, release = setup.database.write, asyncio.Event()

    async def held(work: Callable[[Connection], Any]) -> Any:
        await release.wait()
        return await writing(work)

    monkeypatch.setattr(setup.database, "write", held)
    webhook = Webhook(Hook(), _never).connected(read, setup.turns().take)
    async with running(webhook):
        assert await webhook.receive(body(1)) == 503
        monkeypatch.setattr(module, "ANSWER_SECONDS", PATIENCE)
        repeated = asyncio.create_task(webhook.receive(body(1)))
        release.set()
        assert await repeated == 200
    assert sum(len(done.rows) for done in setup.committed) == 1


async def test_many_waiting_deliveries_are_refused_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_WAITING", 2)
    taker = Taker()
    webhook = Webhook(Hook(), _never).connected(read, taker.take)
    async with running(webhook):
        waiting = [asyncio.create_task(webhook.receive(body(1)))]
        await taker.begun.wait()
        waiting += [asyncio.create_task(webhook.receive(body(number))) for number in (2, 3)]
        await turns_to_run()
        assert await webhook.receive(body(4)) == 503
        taker.allowed.set()
        assert await asyncio.gather(*waiting) == [200] * 3


async def test_a_turn_that_fails_is_answered_with_503_and_the_next_one_is_taken() -> None:
    failures = [RuntimeError("x")]

    async def take(_incoming: Sequence[Incoming]) -> None:
        if failures:
            raise failures.pop()

    webhook = Webhook(Hook(), _never).connected(read, take)
    async with running(webhook):
        assert await webhook.receive(body(1)) == 503
        assert await webhook.receive(body(1)) == 200


UNREADABLE = {
    "no JSON": (b"\x00\xff", None),
    "nothing": (b"", None),
    "no object": (b"5", None),
    "no number": (b'{"message":{}}', None),
    "two": (b'{"update_id":4},{"update_id":5}', 4),
    "a number beyond 63 bits": (b'{"update_id":6,"message":{"message_id":1' + b"0" * 30 + b"}}", 6),
    "cut": (b'{"update_id":7,"message":{"text":"ka', 7),
}


@pytest.mark.parametrize("name", UNREADABLE)
async def test_an_unreadable_delivery_is_quarantined_alone_and_not_repeated(
    setup: TurnSetup, name: str
) -> None:
    sent, number = UNREADABLE[name]
    webhook = Webhook(Hook(), _never).connected(read, setup.turns().take)
    async with running(webhook):
        answers = await asyncio.gather(webhook.receive(sent), webhook.receive(body(99)))
    assert list(answers) == [200, 200]
    assert await setup.rows("SELECT stage, update_id FROM quarantine") == [("update", number)]
    assert await setup.rows("SELECT update_id FROM updates WHERE update_id = 99") == [(99,)]


async def test_the_polling_offset_does_not_move(setup: TurnSetup) -> None:
    """An update that still waits at the messenger may have a lower number than one that was delivered."""
    await setup.take(said(OFFSET - 1, "kata"))
    webhook = Webhook(Hook(), _never).connected(read, setup.turns().take)
    async with running(webhook):
        assert await webhook.receive(body(OFFSET + 50)) == 200
    now = 1_000_000.0
    assert await setup.database.write(lambda c: arrivals.offset(c, "telegram", now)) == OFFSET


async def test_before_the_start_and_after_the_stop_deliveries_are_refused() -> None:
    taker = Taker()
    taker.allowed.set()
    webhook = Webhook(Hook(), _never)
    assert await webhook.receive(body(1)) == 503
    async with running(webhook.connected(read, taker.take)):
        assert await webhook.receive(body(1)) == 200
    assert not webhook.alive()
    assert await webhook.receive(body(2)) == 503


async def test_a_stop_finishes_the_turn_that_has_begun_and_refuses_the_others() -> None:
    taker = Taker()
    webhook = Webhook(Hook(), _never).connected(read, taker.take)
    async with running(webhook) as stopping:
        begun = asyncio.create_task(webhook.receive(body(1)))
        await taker.begun.wait()
        late = asyncio.create_task(webhook.receive(body(2)))
        await turns_to_run()
        stopping.set()
        await turns_to_run()
        taker.allowed.set()
        assert list(await asyncio.gather(begun, late)) == [200, 503]
    assert taker.turns == [[1]]


async def _kept(hook: Hook, times: int, wall: Callable[[], float] = time.time) -> list[float]:
    """Run the keeping of the webhook until it has paused so often; the pauses."""
    pauses: list[float] = []
    enough = asyncio.Event()

    async def pause(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == times:
            enough.set()
            await asyncio.Event().wait()

    async with asyncio.timeout(PATIENCE), running(Webhook(hook, pause, wall)):
        await enough.wait()
    return pauses


async def test_a_webhook_that_cannot_be_set_is_tried_again_later_each_time() -> None:
    hook = Hook(failures=[FetchError("temporary"), FetchError("temporary", retry_after=7.0)])
    assert await _kept(hook, 3) == [1.0, 7.0, module.LOOK_SECONDS]
    assert hook.registered == 1


async def test_a_failed_delivery_is_new_by_the_trusted_time_and_not_by_the_system_clock() -> None:
    trusted = time.time() - 30 * 86_400
    failing = HookState(URL, 3, "Connection refused", int(trusted) + 60)
    with capture_logs() as logs:
        await _kept(Hook(states=[failing]), 2, lambda: trusted)
    assert [line["reason"] for line in logs if line["event"] == "webhook.failing"] == [failing.error]
    assert figures.troubles.detail(TELEGRAM) == failing.error
    await _kept(Hook(states=[failing, HookState(URL, 0, "", 0)]), 3, lambda: trusted)
    assert figures.troubles.detail(TELEGRAM) == ""


async def test_a_webhook_that_another_program_removed_is_set_again() -> None:
    unchanged, removed = HookState(URL, 0, "", 0), HookState("", 0, "", 0)
    hook = Hook(states=[unchanged, FetchError("temporary"), removed, unchanged])
    await _kept(hook, 5)
    assert hook.registered == 2


@pytest.mark.parametrize("when", ["at the start", "later"])
async def test_a_wrong_token_ends_the_bot(when: str) -> None:
    refused = FetchError("token")
    hook = Hook(failures=[refused]) if when == "at the start" else Hook(states=[refused])

    async def at_once(_seconds: float) -> None:
        return

    with pytest.raises(TokenRefusedError):
        async with asyncio.timeout(PATIENCE):
            await Webhook(hook, at_once).run(asyncio.Event())


async def test_telegram_is_asked_for_all_kinds_of_updates_and_drops_none(simulator: Simulator) -> None:
    import telegram

    bot = telegram.Bot(simulator.token, base_url=simulator.base_url)
    async with bot:
        await TelegramHook(bot, URL, SECRET).register()
        state = await TelegramHook(bot, URL, SECRET).state()
    (call,) = [call for call in simulator.calls if call.method == "setWebhook"]
    assert state.url == URL
    assert call.params["secret_token"] == SECRET
    assert json.loads(call.params["allowed_updates"]) == [
        "message",
        "edited_message",
        "callback_query",
        "my_chat_member",
        "chat_member",
    ]
    assert call.params.get("drop_pending_updates") in {None, "false"}


@pytest.mark.parametrize(("updates", "judged"), [("polling", True), ("webhook", False)])
async def test_the_health_of_a_webhook_is_not_judged_by_fetches(
    simulator: Simulator, setup: TurnSetup, place: Place, updates: str, judged: bool
) -> None:
    config = practice_config(simulator, place)
    telegram = config.telegram.model_copy(update={"updates": updates})
    config = config.model_copy(update={"telegram": telegram})
    operator = Operator(setup.codec, 0)
    monitor = make_monitor(setup.database, config, operator, lambda _: None, lambda: setup.now, TrustedTime())
    assert ((await monitor.state()).fetched is not None) is judged


async def test_what_exceeds_a_budget_gets_its_200_and_no_turn() -> None:
    turns = Taker()
    turns.allowed.set()
    webhook = Webhook(Hook(), _never).connected(lambda _: [], turns.take)
    async with running(webhook):
        assert await webhook.receive(body(1)) == 200
    assert turns.turns == []
