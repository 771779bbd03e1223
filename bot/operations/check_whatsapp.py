"""The part of `aduan check` that asks Meta, where WhatsApp is configured. It only reads.

1. The token: valid, its permissions, until when.
2. The number: that of the configuration, connected, its name and quality, where its messages go.
3. What the number offers: its commands and suggestions, and how many people a day it may write to first.
4. The account: the number belongs to it, and the app receives its messages.
5. The app: its secret, and whether it receives the field "messages".
6. The webhook: the address answers the verification with our word, and refuses another one.
7. The template that tells of news, in both languages (check_template.py).

Sources: developers.facebook.com/documentation/business-messaging/whatsapp (permissions, phone numbers,
messaging limits, webhooks/override), developers.facebook.com/docs/graph-api/webhooks/subscriptions-edge;
read 2026-11.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
from pydantic import SecretStr

from bot.channels.whatsapp.profile import automation
from bot.channels.whatsapp.signature import PATH
from bot.clock.zone import ZONE
from bot.config.settings import Config
from bot.config.whatsapp import WhatsApp
from bot.operations.check_findings import Finding, note, ok, problem
from bot.operations.check_template import template_findings
from bot.operations.check_verification import examine_verification
from bot.operations.graph_reader import GraphError, GraphReader, UnreachedError
from bot.wording.rendering import Renderer

PERMISSIONS = ("whatsapp_business_messaging", "whatsapp_business_management")
NUMBER_FIELDS = "display_phone_number,verified_name,name_status,quality_rating,status,webhook_configuration"
OFFER_FIELDS = "conversational_automation,whatsapp_business_manager_messaging_limit"
SMALLEST_LIMIT = "TIER_250"
TEMPLATE_FIELDS = "name,language,status,category,components,rejected_reason"
APPROVED_NAMES = ("APPROVED", "AVAILABLE_WITHOUT_REVIEW")
# Of the webhook's addresses of a number: the first that is set gets its messages.
MOST_SPECIFIC = ("phone_number", "whatsapp_business_account", "application")
OBJECT, FIELD = "whatsapp_business_account", "messages"
# What the API says of a token, or of an app's secret, that it does not accept.
REFUSED = (101, 102, 190)
SOON = timedelta(days=14)

NEW_TOKEN = "Make a new one: Business settings > System users > Generate token (docs/whatsapp.md)."  # noqa: S105
LATER = "Try again later."
NUMBERS = "WhatsApp Manager > Account tools > Phone numbers"
FEWER = f"Send fewer messages that no one asked for. {NUMBERS} says until when."
ONLINE = "Is this machine online? Is whatsapp.base_url right?"
CONFIGURE = "Set it at WhatsApp > Configuration > Webhook, with the verify token of the configuration."


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
    data = _mapping(token.get("data"))
    for finding in token_findings(data, datetime.now(UTC)):
        yield finding
    if not data.get("is_valid"):
        return
    url = "" if config.practice else config.web.public_url + PATH
    app = str(data.get("app_id", ""))
    for part in (
        _number(graph, settings, url),
        _offer(graph, settings),
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
        said = _mapping(data.get("error")).get("message") or "it is not valid"
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


async def _number(graph: GraphReader, settings: WhatsApp, url: str) -> AsyncIterator[Finding]:
    try:
        data = await graph.get(settings.phone_number_id, fields=NUMBER_FIELDS)
    except GraphError as error:
        yield problem(
            f"whatsapp.phone_number_id: this token reads no number with this id ({error.sentence})",
            "Copy the id from WhatsApp > API Setup, and give the system user the account: "
            "Business settings > System users > Assign assets.",
        )
        return
    for finding in number_findings(data, settings.number, url):
        yield finding


def number_findings(data: Mapping[str, Any], number: str, url: str) -> Iterator[Finding]:
    """Whether the number is ours and can be used; `url` is our webhook, empty in practice."""
    shown, name = str(data.get("display_phone_number", "")), str(data.get("verified_name", ""))
    digits = "".join(letter for letter in shown if letter.isdecimal())
    if digits == number:
        yield ok(f'whatsapp.number: {shown} is "{name}"')
    else:
        yield problem(
            f"whatsapp.number: the number of this id is {shown}: links and posters lead to another one",
            f'Write in the config: number = "{digits}"',
        )
    if (status := str(data.get("status", "CONNECTED"))) != "CONNECTED":
        yield _status(shown, status)
    if (state := data.get("name_status", "APPROVED")) not in APPROVED_NAMES:
        yield note(
            f'the name "{name}" is not approved ({state}): citizens may see the number alone',
            f"{NUMBERS}: wait for the review, or edit it.",
        )
    if (quality := data.get("quality_rating")) in ("YELLOW", "RED"):
        yield note(
            f"the quality of the number is {quality}: citizens have blocked or reported it",
            "Send fewer messages that no one asked for; with RED Meta may restrict the number.",
        )
    if url:
        yield _route(_mapping(data.get("webhook_configuration")), url)


def _status(shown: str, status: str) -> Finding:
    if status == "FLAGGED":
        return note(f"the number {shown} is FLAGGED: its quality is low, and Meta may restrict it", FEWER)
    if status == "RESTRICTED":
        return problem(f"the number {shown} is RESTRICTED: it sends no template, so news wait", FEWER)
    return problem(
        f"the number {shown} is {status}: it neither sends nor receives",
        f"{NUMBERS} says why, and registers it.",
    )


async def _offer(graph: GraphReader, settings: WhatsApp) -> AsyncIterator[Finding]:
    try:
        data = await graph.get(settings.phone_number_id, fields=OFFER_FIELDS)
    except GraphError:
        return  # the number is reported above; a version of the API may lack a field
    for finding in offer_findings(data):
        yield finding


def offer_findings(data: Mapping[str, Any]) -> Iterator[Finding]:
    """Whether the number offers what the bot has set, and its messaging limit."""
    shown, wanted = _mapping(data.get("conversational_automation")), automation(Renderer())
    commands = {str(each.get("command_name")) for each in shown.get("commands") or ()}
    lacking = [one["command_name"] for one in wanted["commands"] if one["command_name"] not in commands]
    if lacking or not set(wanted["prompts"]) <= {*(shown.get("prompts") or ())}:
        names = f" ({', '.join(lacking)})" if lacking else ""
        yield note(
            f"the number does not show all commands and suggestions of an empty chat{names}",
            "The bot sets them at its start: start it again. The log says profile.not_set if Meta refuses.",
        )
    else:
        yield ok("the number shows the commands and the suggestions of an empty chat")
    if (limit := str(data.get("whatsapp_business_manager_messaging_limit") or "")) == SMALLEST_LIMIT:
        yield note(
            "250 people a day at most can be told that there is news for them after 24 hours",
            "Verify the business for 2,000: Business settings > Security Center.",
        )
    elif limit:
        yield ok(f"the messaging limit of the portfolio is {limit}")


def _route(configured: Mapping[str, Any], url: str) -> Finding:
    goes = next((str(configured[key]) for key in MOST_SPECIFIC if configured.get(key)), "")
    if goes == url:
        return ok(f"the messages of the number go to {url}")
    if goes:
        return problem(f"the messages of the number go to {goes}, and not to {url}", CONFIGURE)
    return problem(f"no webhook is set: the messages of the number do not go to {url}", CONFIGURE)


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
    if settings.phone_number_id not in [str(each.get("id")) for each in _list(numbers)]:
        yield problem(
            f"whatsapp.business_account_id: the number does not belong to the account {account}",
            "Copy both ids from WhatsApp > API Setup once more.",
        )
    subscribed = [str(_mapping(each.get("whatsapp_business_api_data")).get("id")) for each in _list(apps)]
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
    yield field_finding(_list(data))


def field_finding(subscriptions: Sequence[Mapping[str, Any]]) -> Finding:
    """Whether the app receives messages. `subscriptions` are of GET <app>/subscriptions."""
    found = [each for each in subscriptions if each.get("object") == OBJECT and each.get("active", True)]
    fields = [_mapping(field).get("name") for each in found for field in each.get("fields") or ()]
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
    for finding in template_findings(_list(data), settings.template):
        yield finding


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _list(answer: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    data = answer.get("data")
    return [each for each in data if isinstance(each, Mapping)] if isinstance(data, list) else []
