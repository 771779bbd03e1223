"""The part of `aduan check` that asks Meta, where WhatsApp is configured. It only reads.

1. The token: valid, its permissions, until when.
2. The number, and what it offers (check_whatsapp_number.py).
3. The account: the number belongs to it, and the app receives its messages.
4. The app: its secret, and whether it receives the field "messages".
5. The webhook: the address answers the verification with our word, and refuses another one.
6. The template that tells of news, in both languages (check_template.py).

Sources: developers.facebook.com/documentation/business-messaging/whatsapp (permissions),
developers.facebook.com/docs/graph-api/webhooks/subscriptions-edge; read 2026-11.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
from pydantic import SecretStr

from bot.channels.whatsapp.signature import PATH
from bot.clock.zone import ZONE
from bot.config.settings import Config
from bot.config.whatsapp import WhatsApp
from bot.operations.check_findings import Finding, note, ok, problem
from bot.operations.check_template import template_findings
from bot.operations.check_verification import examine_verification
from bot.operations.check_whatsapp_number import examine_number, examine_offer
from bot.operations.graph_reader import GraphError, GraphReader, UnreachedError, listed, mapping

PERMISSIONS = ("whatsapp_business_messaging", "whatsapp_business_management")
TEMPLATE_FIELDS = "name,language,status,category,components,rejected_reason"
OBJECT, FIELD = "whatsapp_business_account", "messages"
# What the API says of a token, or of an app's secret, that it does not accept.
REFUSED = (101, 102, 190)
SOON = timedelta(days=14)

NEW_TOKEN = "Make a new one: Business settings > System users > Generate token (docs/whatsapp.md)."  # noqa: S105
LATER = "Try again later."
ONLINE = "Is this machine online? Is whatsapp.base_url right?"


async def examine_whatsapp(config: Config, *, running: bool = False) -> Sequence[Finding]:
    """What Meta says of token, number, account, app and template, and what our webhook answers.

    `running` is whether the bot is known to run, so that its webhook has to be reached.
    """
    settings = config.whatsapp
    if not settings.used:
        return list(_unused(settings))
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:
        try:
            found = [finding async for finding in _asked(GraphReader(session, settings), config)]
        except UnreachedError as error:
            found = [problem(f"{settings.base_url}: no answer ({error})", ONLINE)]
        if not config.practice:
            public_url, token = config.web.public_url, settings.verify_token
            found += await examine_verification(session, public_url, token, running=running)
    return found


def _unused(settings: WhatsApp) -> Iterator[Finding]:
    if settings.number or settings.business_account_id:
        yield note(
            "whatsapp.phone_number_id is not set: citizens use Telegram alone",
            "Copy it from WhatsApp > API Setup; without WhatsApp remove the other settings of [whatsapp].",
        )


async def _asked(graph: GraphReader, config: Config) -> AsyncIterator[Finding]:
    settings = config.whatsapp
    try:
        token = await graph.get("debug_token", input_token=settings.token.get_secret_value())
    except GraphError as error:
        yield _refusal("whatsapp.token", error)
        return
    data = mapping(token.get("data"))
    for finding in token_findings(data, datetime.now(UTC)):
        yield finding
    if not data.get("is_valid"):
        return
    url = "" if config.practice else config.web.public_url + PATH
    app = str(data.get("app_id", ""))
    for part in (
        examine_number(graph, settings, url),
        examine_offer(graph, settings),
        _account(graph, settings, app),
        _app(graph, settings, app),
        _template(graph, settings),
    ):
        async for finding in part:
            yield finding


def _refusal(what: str, error: GraphError) -> Finding:
    if error.code in REFUSED:
        return problem(f"{what}: Meta refuses it ({error.sentence})", NEW_TOKEN)
    return note(f"{what}: Meta does not say whether it is right ({error.sentence})", LATER)


def token_findings(data: Mapping[str, Any], now: datetime) -> Iterator[Finding]:
    """Whether the token is valid, what it may do and until when. `data` is of GET debug_token."""
    if not data.get("is_valid"):
        said = mapping(data.get("error")).get("message") or "it is not valid"
        yield problem(f"whatsapp.token: Meta refuses it ({said})", NEW_TOKEN)
        return
    granted = data.get("scopes") or ()
    if lacking := [name for name in PERMISSIONS if name not in granted]:
        yield problem(
            f"whatsapp.token: it lacks the permission {' and '.join(lacking)}",
            f"{NEW_TOKEN} Select both {' and '.join(PERMISSIONS)}.",
        )
    yield _expiry(data, now, whole=not lacking)


def _expiry(data: Mapping[str, Any], now: datetime, *, whole: bool) -> Finding:
    end = data.get("expires_at")
    if not isinstance(end, int) or not end:
        rights = "with both permissions, and " if whole else ""
        return ok(f"whatsapp.token: valid, {rights}without an end")
    until = datetime.fromtimestamp(end, ZONE)
    words = f"whatsapp.token: it is valid until {until:%d-%m-%Y %H:%M} only"
    made = problem if until - now < SOON else note
    return made(words, f"{NEW_TOKEN} Choose the expiration Never: a token of API Setup ends within a day.")


async def _account(graph: GraphReader, settings: WhatsApp, app: str) -> AsyncIterator[Finding]:
    account = settings.business_account_id
    try:
        numbers = await graph.get(f"{account}/phone_numbers", fields="id", limit="100")
        apps = await graph.get(f"{account}/subscribed_apps")
    except GraphError as error:
        yield problem(
            f"whatsapp.business_account_id: this token reads no account with this id ({error.sentence})",
            "Copy the id from WhatsApp > API Setup, and give the system user the account: "
            "Business settings > System users > Assign assets.",
        )
        return
    if settings.phone_number_id not in [str(each.get("id")) for each in listed(numbers)]:
        yield problem(
            f"whatsapp.business_account_id: the number does not belong to the account {account}",
            "Copy both ids from WhatsApp > API Setup once more.",
        )
    subscribed = [str(mapping(each.get("whatsapp_business_api_data")).get("id")) for each in listed(apps)]
    if app in subscribed:
        yield ok("the app receives the messages of the account")
    else:
        yield problem(
            "the app is not subscribed to the account: Meta delivers no message to the bot",
            f'docs/whatsapp.md, "Subscribe the app", has the call: POST {account}/subscribed_apps.',
        )


async def _app(graph: GraphReader, settings: WhatsApp, app: str) -> AsyncIterator[Finding]:
    token = SecretStr(f"{app}|{settings.app_secret.get_secret_value()}")
    try:
        data = await graph.get(f"{app}/subscriptions", token)
    except GraphError as error:
        if error.code in REFUSED:
            yield problem(
                f"whatsapp.app_secret: Meta refuses it ({error.sentence}); all deliveries would be refused",
                "Copy it from App settings > Basic > App secret.",
            )
        else:
            yield note(f"Meta does not say which fields the app receives ({error.sentence})", LATER)
        return
    yield ok("whatsapp.app_secret: it is the secret of the app")
    yield field_finding(listed(data))


def field_finding(subscriptions: Sequence[Mapping[str, Any]]) -> Finding:
    """Whether the app receives messages. `subscriptions` are of GET <app>/subscriptions."""
    found = [each for each in subscriptions if each.get("object") == OBJECT and each.get("active", True)]
    fields = [mapping(field).get("name") for each in found for field in each.get("fields") or ()]
    if FIELD in fields:
        return ok(f'the app receives the field "{FIELD}"')
    return problem(
        f'the app does not receive the field "{FIELD}": no message reaches the bot',
        f'WhatsApp > Configuration > Webhook fields: switch "{FIELD}" on.',
    )


async def _template(graph: GraphReader, settings: WhatsApp) -> AsyncIterator[Finding]:
    path = f"{settings.business_account_id}/message_templates"
    try:
        data = await graph.get(path, name=settings.template, fields=TEMPLATE_FIELDS, limit="100")
    except GraphError as error:
        yield note(f"Meta does not show the templates ({error.sentence})", LATER)
        return
    for finding in template_findings(listed(data), settings.template):
        yield finding
