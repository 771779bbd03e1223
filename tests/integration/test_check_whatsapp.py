"""The questions of `aduan check` to Meta and to our webhook, against a small server of the test."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from pydantic import SecretStr

from bot.channels.whatsapp.profile import automation
from bot.config.settings import read
from bot.operations.check_findings import Finding, Level
from bot.operations.check_verification import examine_verification
from bot.operations.check_whatsapp import examine_whatsapp
from bot.operations.settings_problems import finder
from bot.simulator.server import Simulator
from bot.simulator.whatsapp.cloud import Cloud
from bot.simulator.whatsapp.templates import State, Template
from bot.wording.rendering import LANGUAGES, Renderer
from tests.unit.test_check_whatsapp import BOTH, NUMBER, OFFER, subscription, template
from tests.unit.test_config_whatsapp import PRACTICE, SECRET, TOKEN, VERIFY, WHATSAPP, with_whatsapp

APP, PHONE, ACCOUNT = "670843887433847", WHATSAPP["phone_number_id"], WHATSAPP["business_account_id"]
# Nothing listens there.
WEB = {"listen": "127.0.0.1:8080", "public_url": "https://127.0.0.1:88"}
Answer = dict[str, Any]


def error(code: int, message: str) -> Answer:
    return {"error": {"message": message, "type": "OAuthException", "code": code}}


class Meta:
    """The objects of one account, by path; each is read with the token of the settings or of the app."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        number = {
            **NUMBER,
            **OFFER,
            "webhook_configuration": {"application": f"{WEB['public_url']}/whatsapp"},
        }
        valid = {"is_valid": True, "app_id": APP, "expires_at": 0, "scopes": BOTH}
        self.objects: dict[str, Answer | str] = {
            "debug_token": {"data": valid},
            PHONE: number,
            f"{ACCOUNT}/phone_numbers": {"data": [{"id": PHONE}]},
            f"{ACCOUNT}/subscribed_apps": {"data": [{"whatsapp_business_api_data": {"id": APP}}]},
            f"{ACCOUNT}/message_templates": {"data": [template("id"), template("en")]},
            f"{APP}/subscriptions": {"data": subscription()},
        }

    async def answer(self, request: web.Request) -> web.Response:
        """The object at a path, an error for none, or a page as it is."""
        path = request.match_info["path"]
        self.asked.append(path)
        bearer = f"{APP}|{SECRET}" if path.startswith(APP) else TOKEN
        if request.headers["Authorization"] != f"Bearer {bearer}" or request.method != "GET":
            return web.json_response(error(190, "Invalid OAuth access token"), status=401)
        found = self.objects.get(path, error(100, "Unsupported get request"))
        if isinstance(found, str):
            return web.Response(text=found, status=502)
        return web.json_response(found, status=400 if "error" in found else 200)


@pytest.fixture
def meta() -> Meta:
    return Meta()


@pytest.fixture
async def server(meta: Meta) -> AsyncIterator[TestServer]:
    app = web.Application()
    app.router.add_route("*", "/v25.0/{path:.*}", meta.answer)
    started = TestServer(app)
    await started.start_server()
    yield started
    await started.close()


async def examined(server: TestServer, **changes: str) -> list[Finding]:
    address = {} if "base_url" in changes else {"base_url": str(server.make_url("/"))}
    section = {**WHATSAPP, **address, **changes}
    return list(await examine_whatsapp(read(with_whatsapp(whatsapp=section, web=WEB))))


def faults(found: list[Finding]) -> list[Finding]:
    """The faults other than the webhook, at whose address nothing listens."""
    return [one for one in found if one.level is not Level.OK and WEB["public_url"] not in one.what]


async def test_an_account_that_is_set_up_has_no_fault(server: TestServer, meta: Meta) -> None:
    found = await examined(server)
    assert faults(found) == []
    assert set(meta.asked) == set(meta.objects)
    assert found[-1].level is Level.NOTE
    assert "/whatsapp: not reached from this machine (" in found[-1].what
    shown = str(found)
    assert not any(secret in shown for secret in (TOKEN, SECRET, VERIFY))


# the path, what is there instead -> the level, and a part of the one finding
FAULTS: list[tuple[str, Answer, Level, str]] = [
    (
        "debug_token",
        error(190, "Session has expired"),
        Level.PROBLEM,
        "Meta refuses it (Session has expired)",
    ),
    (
        "debug_token",
        error(4, "Too many calls"),
        Level.NOTE,
        "does not say whether it is right (Too many calls)",
    ),
    ("debug_token", {"data": {"is_valid": False}}, Level.PROBLEM, "whatsapp.token: Meta refuses it"),
    (
        PHONE,
        error(100, "Unsupported get request"),
        Level.PROBLEM,
        "whatsapp.phone_number_id: this token reads no",
    ),
    (f"{ACCOUNT}/phone_numbers", error(100, "No"), Level.PROBLEM, "whatsapp.business_account_id: this token"),
    (f"{ACCOUNT}/phone_numbers", {"data": []}, Level.PROBLEM, "the number does not belong to the account"),
    (f"{ACCOUNT}/subscribed_apps", {"data": []}, Level.PROBLEM, "the app is not subscribed to the account"),
    (
        f"{APP}/subscriptions",
        error(101, "Error validating"),
        Level.PROBLEM,
        "whatsapp.app_secret: Meta refuses",
    ),
    (f"{APP}/subscriptions", error(1, "Unknown"), Level.NOTE, "which fields the app receives (Unknown)"),
    (f"{APP}/subscriptions", {"data": []}, Level.PROBLEM, 'does not receive the field "messages"'),
    (f"{ACCOUNT}/message_templates", error(80008, "Rate"), Level.NOTE, "does not show the templates (Rate)"),
]


@pytest.mark.parametrize(("path", "instead", "level", "says"), FAULTS)
async def test_each_fault_is_one_finding_with_its_advice(
    server: TestServer, meta: Meta, path: str, instead: Answer, level: Level, says: str
) -> None:
    meta.objects[path] = instead
    (fault,) = faults(await examined(server))
    assert fault.level is level
    assert says in fault.what
    assert fault.advice


async def test_a_wrong_secret_of_the_app_is_named_and_not_shown(server: TestServer) -> None:
    (fault,) = faults(await examined(server, app_secret="fedcba9876543210fedcba9876543210"))
    assert fault.what.startswith("whatsapp.app_secret: Meta refuses it")
    assert "fedcba" not in str(fault)


@pytest.mark.parametrize("page", ["<html>502 Bad Gateway</html>", "[]", ""])
async def test_a_page_of_a_proxy_is_no_answer_of_meta(server: TestServer, meta: Meta, page: str) -> None:
    meta.objects["debug_token"] = page
    (fault,) = faults(await examined(server))
    assert fault.level is Level.PROBLEM
    assert "no answer (HTTP 502 with an answer that is not Meta's)" in fault.what


async def test_a_network_that_fails_is_said_as_such(server: TestServer) -> None:
    address = str(server.make_url("/"))
    await server.close()
    (fault,) = faults(await examined(server, base_url=address))
    assert "no answer (the server cannot be reached" in fault.what
    assert "online" in fault.advice
    assert TOKEN not in str(fault)


async def test_without_whatsapp_nothing_is_asked_and_half_a_section_is_noted() -> None:
    assert await examine_whatsapp(read(with_whatsapp(whatsapp={}, web={}))) == []
    (half,) = await examine_whatsapp(read(with_whatsapp(whatsapp={"number": "6281234567890"}, web={})))
    assert half.level is Level.NOTE
    assert "whatsapp.phone_number_id is not set" in half.what


async def hook(request: web.Request) -> web.Response:
    """A webhook as the bot has one, or another answer, by the first part of the path."""
    right = request.query["hub.verify_token"] == VERIFY
    challenge = request.query["hub.challenge"]
    kind = request.match_info["kind"]
    if kind == "bot":
        return web.Response(text=challenge) if right else web.Response(status=403)
    if kind == "echo":
        return web.Response(text=challenge)
    if kind == "page":
        return web.Response(text=f"<p>{challenge}</p>")
    return web.Response(status=int(kind))


# what stands at the address -> the level, a part of the finding and of its advice
HOOKS = [
    ("bot", Level.OK, "answers the verification, and refuses another verify token", ""),
    ("echo", Level.PROBLEM, "takes any verify token", "pass /whatsapp on"),
    ("page", Level.PROBLEM, "something else than the bot answers", "pass /whatsapp on"),
    ("403", Level.PROBLEM, "refuses our verify token (HTTP 403)", "restart it"),
    ("404", Level.PROBLEM, "(HTTP 404)", "pass /whatsapp on unchanged"),
    ("500", Level.PROBLEM, "(HTTP 500)", "logs"),
    ("502", Level.NOTE, "the web server does not reach the bot", "Start the bot"),
    ("302", Level.PROBLEM, "(HTTP 302)", "logs"),
]


@pytest.mark.parametrize(("kind", "level", "says", "advises"), HOOKS)
async def test_the_answer_of_the_webhook_is_judged(kind: str, level: Level, says: str, advises: str) -> None:
    app = web.Application()
    app.router.add_get("/{kind}/whatsapp", hook)
    async with TestServer(app) as started, aiohttp.ClientSession() as session:
        url = str(started.make_url(f"/{kind}"))
        (found,) = await examine_verification(session, url, SecretStr(VERIFY))
    assert found.level is level
    assert says in found.what
    assert advises in found.advice
    assert VERIFY not in str(found)


async def test_a_running_bot_that_its_web_server_does_not_reach_is_a_problem() -> None:
    app = web.Application()
    app.router.add_get("/{kind}/whatsapp", hook)
    async with TestServer(app) as started, aiohttp.ClientSession() as session:
        url = str(started.make_url("/502"))
        (found,) = await examine_verification(session, url, SecretStr(VERIFY), running=True)
    assert (found.level, "does not reach the bot" in found.what) == (Level.PROBLEM, True)


async def test_a_running_bot_gets_the_problems_and_no_notes(server: TestServer, meta: Meta) -> None:
    meta.objects[f"{ACCOUNT}/subscribed_apps"] = {"data": []}
    section = {**WHATSAPP, "base_url": str(server.make_url("/"))}
    find = finder(read(with_whatsapp(whatsapp=section, web=WEB)))
    assert find is not None
    assert await find() == ["the app is not subscribed to the account: Meta delivers no message to the bot"]
    assert finder(read(with_whatsapp(whatsapp={}, web={}))) is None
    assert finder(read(with_whatsapp(whatsapp=section, practice=True, telegram=PRACTICE))) is None


async def test_a_webhook_that_does_not_answer_in_time_is_not_reached(monkeypatch: pytest.MonkeyPatch) -> None:
    arrived = asyncio.Event()

    async def silent(_request: web.Request) -> web.Response:
        await arrived.wait()
        return web.Response()

    monkeypatch.setattr("bot.operations.check_verification.PATIENCE", aiohttp.ClientTimeout(total=0.05))
    app = web.Application()
    app.router.add_get("/whatsapp", silent)
    async with TestServer(app) as started, aiohttp.ClientSession() as session:
        url = str(started.make_url("/")).rstrip("/")
        (found,) = await examine_verification(session, url, SecretStr(VERIFY))
        arrived.set()
    assert found.level is Level.NOTE
    assert "the server did not answer in time" in found.what


@pytest.fixture
async def cloud(simulator: Simulator) -> AsyncIterator[Cloud]:
    """The embedded Cloud API with an account that is set up as docs/whatsapp.md says."""
    cloud = simulator.whatsapp
    app = web.Application()
    app.router.add_get("/{kind}/whatsapp", hook)
    async with TestServer(app) as started:
        await cloud.connect(str(started.make_url("/bot/whatsapp")), SECRET, VERIFY)
        cloud.account.automation = automation(Renderer())
        for language in LANGUAGES:
            for each in (template(language),):
                body, buttons = (part for part in each["components"])
                texts = tuple(button["text"] for button in buttons["buttons"])
                cloud.templates.add(Template("aduan_kabar", language, body["text"], texts))
        yield cloud


async def asked(cloud: Cloud, **changes: str) -> list[Finding]:
    section = {
        **WHATSAPP,
        "phone_number_id": cloud.phone_number_id,
        "business_account_id": cloud.business_account_id,
        "number": cloud.account.number,
        "token": cloud.token,
        "base_url": cloud.base_url,
        **changes,
    }
    config = read(with_whatsapp(whatsapp=section, practice=True, telegram=PRACTICE))
    return list(await examine_whatsapp(config))


async def test_the_embedded_server_finds_no_fault_in_an_account_that_is_set_up(cloud: Cloud) -> None:
    found = await asked(cloud)
    assert [one.what for one in found if one.level is not Level.OK] == []
    assert len(found) == 9


def told(cloud: Cloud, status: State) -> None:
    for each in cloud.templates.known.values():
        each.status = status


# the fault of the account -> the level, a part of each finding of it, and of its advice
ACCOUNTS: dict[str, tuple[Callable[[Cloud], None], Level, str, str]] = {
    "a missing template": (
        lambda c: c.templates.known.clear(),
        Level.PROBLEM,
        "does not exist",
        "The template",
    ),
    "a paused template": (lambda c: told(c, "PAUSED"), Level.PROBLEM, "is PAUSED", "until when"),
    "a rejected template": (lambda c: told(c, "REJECTED"), Level.PROBLEM, "is REJECTED", "submit it again"),
    "no commands": (
        lambda c: c.account.automation.clear(),
        Level.NOTE,
        "commands and suggestions",
        "start it",
    ),
    "a name in review": (
        lambda c: setattr(c.account, "name_status", "PENDING_REVIEW"),
        Level.NOTE,
        "is not approved (PENDING_REVIEW)",
        "wait for the review",
    ),
    "a red quality": (
        lambda c: setattr(c.account, "quality_rating", "RED"),
        Level.NOTE,
        "quality of the number is RED",
        "Send fewer",
    ),
    "a restricted number": (
        lambda c: setattr(c.account, "status", "RESTRICTED"),
        Level.PROBLEM,
        "is RESTRICTED",
        "Send fewer",
    ),
    "a small limit": (
        lambda c: setattr(c.account, "messaging_limit", "TIER_250"),
        Level.NOTE,
        "250 people a day",
        "Verify the business",
    ),
    "no subscription": (
        lambda c: setattr(c.account, "subscribed", False),
        Level.PROBLEM,
        "the app is not subscribed",
        "Subscribe the app",
    ),
    "no field": (lambda c: c.account.fields.clear(), Level.PROBLEM, 'the field "messages"', "switch"),
}


@pytest.mark.parametrize("name", ACCOUNTS)
async def test_each_fault_of_an_account_of_the_embedded_server_says_what_to_do(
    cloud: Cloud, name: str
) -> None:
    spoil, level, says, advises = ACCOUNTS[name]
    spoil(cloud)
    found = [one for one in await asked(cloud) if one.level is not Level.OK]
    assert found
    for one in found:
        assert (one.level, says in one.what, advises in one.advice) == (level, True, True), one


# a wrong setting -> a part of its finding, which begins with the key
WRONG: dict[str, tuple[str, str]] = {
    "token": ("x" * 40, "Meta refuses it"),
    "phone_number_id": ("99999999999", "this token reads no number with this id"),
    "business_account_id": ("99999999999", "this token reads no account with this id"),
    "app_secret": ("0" * 32, "Meta refuses it"),
    "number": ("6281200000000", "the number of this id is"),
}


@pytest.mark.parametrize("key", WRONG)
async def test_each_wrong_setting_is_named_by_its_key(cloud: Cloud, key: str) -> None:
    value, says = WRONG[key]
    found = [one for one in await asked(cloud, **{key: value}) if one.level is Level.PROBLEM]
    assert f"whatsapp.{key}: " in found[0].what
    assert says in found[0].what
    assert all(one.advice for one in found)
