"""What keeps citizens' messages out: the operator is alerted once, and again when it is over."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from bot.channels.base import Raw
from bot.channels.whatsapp import signature
from bot.channels.whatsapp.deliveries import Delivered
from bot.clock.trusted_time import TrustedTime
from bot.config.listening import Address
from bot.config.settings import Config, read
from bot.database.engine import Database
from bot.database.outbox_rows import OutboxRow
from bot.database.sealing import Codec
from bot.foundation.figures import figures
from bot.foundation.troubles import LISTENING, REPORTS, SETTINGS, TELEGRAM, Troubles
from bot.health import monitor as monitors
from bot.health.alerts import Alerts
from bot.health.cut_off import WATCHED, watched
from bot.health.monitor import Monitor
from bot.operations.check_findings import Level
from bot.operations.check_listening import examine_listening
from bot.outbox.operator_notes import Operator
from bot.sources import settings_watch
from bot.sources.settings_watch import SettingsWatch
from bot.sources.whatsapp_webhook import Subscription, WhatsAppWebhook
from bot.web.server import WebServer
from bot.wording.rendering import LANGUAGES, Renderer
from conversations.messages import OutgoingMessage
from tests.integration.test_web_server import HOST, ROUTES, free_port
from tests.integration.whatsapp_channel_setup import cloud_setup
from tests.unit.test_config_whatsapp import WHATSAPP, with_whatsapp
from tests.unit.transcript import START

OPERATOR, LATE = 999, 600.0
ONE_STORE = pytest.mark.sqlite("the alerts are tested on both stores")


@pytest.fixture(autouse=True)
def no_troubles(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(figures, "troubles", Troubles())
    monkeypatch.setattr(monitors, "KEPT_SECONDS", 0.0)


class Desk:
    """A monitor that watches all troubles, and what the operator got."""

    def __init__(self, database: Database, codec: Codec) -> None:
        self.rows: list[OutboxRow] = []
        alerts = Alerts(database, Operator(codec, OPERATOR), self.rows.extend, LATE)
        self.monitor = Monitor(
            database,
            ["dpmd"],
            alerts,
            lambda: START,
            folder=Path(),
            trusted=TrustedTime(),
            late_seconds=LATE,
            watched=WATCHED,
        )

    async def rounds(self, number: int = 2) -> list[tuple[str, dict[str, Any]]]:
        """What was sent in N rounds."""
        self.rows.clear()
        for _ in range(number):
            await self.monitor.round()
        return [(row.message.template, dict(row.message.params)) for row in self.rows if row.message]


@pytest.fixture
def desk(database: Database, codec: Codec) -> Desk:
    return Desk(database, codec)


def aged(seconds: float) -> None:
    """Let all troubles have lasted N seconds longer."""
    opened = figures.troubles._open
    for name, trouble in opened.items():
        opened[name] = trouble._replace(since=trouble.since - seconds)


@contextmanager
def another_program() -> Iterator[Address]:
    """An address that another program uses, and at which it says nothing."""
    with socket.create_server((HOST, 0)) as taken:
        yield Address(HOST, int(taken.getsockname()[1]))


@ONE_STORE
async def test_a_port_in_use_is_told_once_and_its_end(desk: Desk) -> None:
    tried, again = asyncio.Event(), asyncio.Event()

    async def pause(_seconds: float) -> None:
        tried.set()
        await again.wait()

    with another_program() as address:
        server = WebServer(address, ROUTES, pause=pause)
        serving = asyncio.create_task(server.run())
        await tried.wait()
        assert await desk.rounds() == []
        aged(60.0)
        ((name, params),) = await desk.rounds(4)
        assert (name, params["what"], params["detail"]) == (
            "system.operator_cut_off",
            LISTENING,
            f"{address}: Address already in use",
        )
        state = await desk.monitor.state()
        assert [kind for kind, _ in desk.monitor.problems(state)] == [LISTENING]
    again.set()
    await server.listening.wait()
    assert await desk.rounds(4) == [("system.operator_cut_off_over", {"what": LISTENING, "minutes": 1})]
    serving.cancel()
    await asyncio.gather(serving, return_exceptions=True)


@pytest.mark.parametrize("name", WATCHED)
async def test_each_trouble_is_told_after_its_limit(desk: Desk, name: str) -> None:
    figures.troubles.began(name, "sebab")
    if WATCHED[name].limit:
        assert await desk.rounds() == []
    aged(WATCHED[name].limit)
    figures.troubles.began(name, "sebab lain")
    ((template, params),) = await desk.rounds(3)
    assert (template, params["what"], params["detail"]) == ("system.operator_cut_off", name, "sebab lain")
    figures.troubles.ended(name)
    assert [template for template, _ in await desk.rounds(3)] == ["system.operator_cut_off_over"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_trouble_has_its_own_words(language: str) -> None:
    def text(template: str, params: dict[str, Any]) -> str:
        return Renderer().text(OutgoingMessage(f"system.{template}", params), language)

    moment = START.isoformat()
    begun = [text("operator_cut_off", {"what": name, "detail": "x < y", "begun": moment}) for name in WATCHED]
    over = [text("operator_cut_off_over", {"what": name, "minutes": 1}) for name in WATCHED]
    assert len({*begun}) == len({*over}) == len(WATCHED)
    assert all("aduan check" in words for words in begun)
    shows_detail = {name: "x &lt; y" in words for name, words in zip(WATCHED, begun, strict=True)}
    assert shows_detail == {LISTENING: True, TELEGRAM: True, REPORTS: False, SETTINGS: True}


class Nobody:
    async def resolve(self, _updates: Sequence[Delivered], /) -> list[Raw]:
        return []


async def test_whatsapp_is_silent_from_an_accepted_message_until_it_delivers() -> None:
    async with cloud_setup() as setup:
        await setup.post(OutgoingMessage("followup.language_chosen"))
    assert figures.troubles.age(REPORTS, time.monotonic()) > 0
    webhook, delivered = WhatsAppWebhook(Subscription("1", SecretStr("s"), SecretStr("t")), Nobody()), b"{}"
    for signed, silent in (
        (signature.signature(b"", "s"), True),
        (signature.signature(delivered, "s"), False),
    ):
        await webhook.receive({signature.HEADER: signed}, delivered)
        assert bool(figures.troubles.age(REPORTS, time.monotonic())) is silent


def configured(listen: str, *, whatsapp: bool = True) -> Config:
    web = {"listen": listen, "public_url": "https://aduan.example.go.id"}
    return read(with_whatsapp(whatsapp=WHATSAPP if whatsapp else {}, web=web))


def test_only_what_the_configuration_needs_is_watched() -> None:
    polling, both = configured("127.0.0.1:8080", whatsapp=False), configured("127.0.0.1:8080")
    telegram = polling.telegram.model_copy(update={"updates": "webhook"})
    assert watched(polling) == set()
    assert watched(polling.model_copy(update={"telegram": telegram})) == {LISTENING, TELEGRAM}
    assert watched(both) == {LISTENING, REPORTS, SETTINGS}


async def test_the_check_tells_whose_the_address_is() -> None:
    address = Address(HOST, free_port())
    (free,) = await examine_listening(configured(str(address)))
    assert (free.level, "is free" in free.what) == (Level.OK, True)
    server = WebServer(address, ROUTES)
    serving = asyncio.create_task(server.run())
    await server.listening.wait()
    (ours,) = await examine_listening(configured(str(address)))
    assert (ours.level, "the bot answers" in ours.what) == (Level.OK, True)
    serving.cancel()
    await asyncio.gather(serving, return_exceptions=True)
    assert await examine_listening(configured("", whatsapp=False)) == []


@pytest.fixture
async def stranger() -> AsyncIterator[Address]:
    """An address at which another web server answers."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nServer: nginx\r\nContent-Length: 0\r\n\r\n")
        writer.close()

    server = await asyncio.start_server(answer, HOST, 0)
    async with server:
        yield Address(HOST, int(server.sockets[0].getsockname()[1]))


async def test_the_check_names_another_web_server(stranger: Address) -> None:
    (needed,) = await examine_listening(configured(str(stranger)))
    assert needed.level is Level.PROBLEM
    assert f"web.listen: the bot cannot use {stranger} (Address already in use)" in needed.what
    assert "Another program" in needed.advice
    (unneeded,) = await examine_listening(configured(str(stranger), whatsapp=False))
    assert (unneeded.level, "no health page" in unneeded.what) == (Level.NOTE, True)


# web.listen -> parts of the sentence and of the advice
UNUSABLE = {
    "192.0.2.7:8080": ("Cannot assign requested address", "an address of this machine"),
    "tidak-ada.invalid:8080": ("unknown host", "a host of this machine"),
}


@pytest.mark.parametrize("listen", UNUSABLE)
async def test_the_check_names_an_address_that_this_machine_has_not(listen: str) -> None:
    (found,) = await examine_listening(configured(listen))
    what, advice = UNUSABLE[listen]
    assert (found.level, what in found.what, advice in found.advice) == (Level.PROBLEM, True, True)


async def test_the_check_names_a_program_that_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    async def silent(_address: Address) -> str:
        return ""

    monkeypatch.setattr("bot.operations.check_listening._server_at", silent)
    with another_program() as address:
        (found,) = await examine_listening(configured(str(address)))
    assert (found.level, "Address already in use" in found.what) == (Level.PROBLEM, True)


# What each round finds (None: it fails) -> whether the trouble lasts after it.
ROUNDS: Sequence[tuple[list[str] | None, bool]] = (
    (["a"], False),
    ([], False),
    (["a"], False),
    (["a", "b"], True),
    (["b"], True),
    (None, False),
    (["b"], False),
)


async def test_problems_of_the_settings_count_when_two_rounds_find_some() -> None:
    rounds, seen, waits = iter(ROUNDS), list[bool](), list[float]()

    async def find() -> list[str]:
        found, _ = next(rounds)
        if found is None:
            raise OSError
        return found

    async def pause(seconds: float) -> None:
        waits.append(seconds)
        if len(waits) > 1:
            seen.append(bool(figures.troubles.detail(SETTINGS)))
        if len(seen) == len(ROUNDS):
            raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        await SettingsWatch(find, pause).run()
    assert seen == [lasts for _, lasts in ROUNDS]
    again, later = settings_watch.AGAIN_SECONDS, settings_watch.ROUND_SECONDS
    assert waits == [settings_watch.FIRST_SECONDS, *(again if found else later for found, _ in ROUNDS)]
    await SettingsWatch(None).run()
