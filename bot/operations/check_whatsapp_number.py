"""The part of `aduan check` about the number on WhatsApp, from what Meta says of it.

1. It is that of the configuration, connected, with an approved name and good quality, and its messages go to
   our webhook.
2. It shows the bot's commands and suggestions; and to how many people a day it may write first.

Source: developers.facebook.com/documentation/business-messaging/whatsapp (phone numbers, messaging limits,
webhooks/override), read 2026-11.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Any

from bot.channels.whatsapp.profile import automation
from bot.config.whatsapp import WhatsApp
from bot.operations.check_findings import Finding, note, ok, problem
from bot.operations.graph_reader import GraphError, GraphReader, mapping
from bot.wording.rendering import Renderer

NUMBER_FIELDS = "display_phone_number,verified_name,name_status,quality_rating,status,webhook_configuration"
OFFER_FIELDS = "conversational_automation,whatsapp_business_manager_messaging_limit"
SMALLEST_LIMIT = "TIER_250"
APPROVED_NAMES = ("APPROVED", "AVAILABLE_WITHOUT_REVIEW")
# Of the webhook's addresses of a number: the first that is set gets its messages.
MOST_SPECIFIC = ("phone_number", "whatsapp_business_account", "application")
NUMBERS = "WhatsApp Manager > Account tools > Phone numbers"
FEWER = f"Send fewer messages that no one asked for. {NUMBERS} says until when."
CONFIGURE = "Set it at WhatsApp > Configuration > Webhook, with the verify token of the configuration."


async def examine_number(graph: GraphReader, settings: WhatsApp, url: str) -> AsyncIterator[Finding]:
    """What Meta says of the number; `url` is our webhook, empty in practice."""
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
            f"{NUMBERS}: wait for the review, or edit it. Once it is approved, register the number again.",
        )
    if (quality := data.get("quality_rating")) in ("YELLOW", "RED"):
        yield note(
            f"the quality of the number is {quality}: citizens have blocked or reported it",
            "Send fewer messages that no one asked for; with RED Meta may restrict the number.",
        )
    if url:
        yield _route(mapping(data.get("webhook_configuration")), url)


def _status(shown: str, status: str) -> Finding:
    if status == "FLAGGED":
        return note(f"the number {shown} is FLAGGED: its quality is low, and Meta may restrict it", FEWER)
    if status == "RESTRICTED":
        return problem(f"the number {shown} is RESTRICTED: it sends no template, so news wait", FEWER)
    return problem(
        f"the number {shown} is {status}: it neither sends nor receives",
        f'{NUMBERS} says why. PENDING: docs/whatsapp.md, "Register the number", has the call.',
    )


async def examine_offer(graph: GraphReader, settings: WhatsApp) -> AsyncIterator[Finding]:
    """What the number offers in its chats, and its messaging limit."""
    try:
        data = await graph.get(settings.phone_number_id, fields=OFFER_FIELDS)
    except GraphError:
        return  # the number is reported above; a version of the API may lack a field
    for finding in offer_findings(data):
        yield finding


def offer_findings(data: Mapping[str, Any]) -> Iterator[Finding]:
    """Whether the number offers what the bot has set, and its messaging limit."""
    shown, wanted = mapping(data.get("conversational_automation")), automation(Renderer())
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
