"""What `aduan check` says about token, number, fields and template of WhatsApp, from Meta's answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.channels.whatsapp.profile import automation
from bot.operations.check_findings import Finding, Level
from bot.operations.check_template import template_findings
from bot.operations.check_whatsapp import field_finding, token_findings
from bot.operations.check_whatsapp_number import number_findings, offer_findings
from bot.wording.rendering import Renderer

NOW = datetime(2026, 11, 26, 3, 0, tzinfo=UTC)
BOTH = ["whatsapp_business_management", "whatsapp_business_messaging", "public_profile"]
URL = "https://aduan.example.go.id/whatsapp"
OK, NOTE, PROBLEM = Level.OK, Level.NOTE, Level.PROBLEM
Fields = Mapping[str, Any]


def in_days(days: int) -> int:
    return int((NOW + timedelta(days=days)).timestamp())


# what differs from a right answer -> the level and a part of the finding and of its advice
TOKENS: list[tuple[Fields, Level, str, str]] = [
    ({}, OK, "whatsapp.token: valid, with both permissions, and without an end", ""),
    ({"scopes": BOTH[:1]}, PROBLEM, "lacks the permission whatsapp_business_messaging", "Select both"),
    ({"scopes": []}, PROBLEM, "whatsapp_business_messaging and whatsapp_business_management", "Select both"),
    ({"expires_at": in_days(60)}, NOTE, "until 25-01-2027 10:00 only", "Never"),
    ({"expires_at": in_days(1)}, PROBLEM, "until 27-11-2026 10:00 only", "Never"),
    (
        {"is_valid": False, "error": {"message": "Session has expired"}},
        PROBLEM,
        "(Session has expired)",
        "new",
    ),
    ({"is_valid": False}, PROBLEM, "it is not valid", "Generate token"),
]


@pytest.mark.parametrize(("differs", "level", "says", "advises"), TOKENS)
def test_the_token_is_judged(differs: Fields, level: Level, says: str, advises: str) -> None:
    found = list(token_findings({"is_valid": True, "expires_at": 0, "scopes": BOTH, **differs}, NOW))
    assert found[0].level is level
    assert says in found[0].what
    assert advises in found[0].advice
    assert len(found) == (2 if "lacks" in found[0].what else 1)


NUMBER = {
    "display_phone_number": "+62 812-3456-7890",
    "verified_name": "Pengaduan Pasuruan",
    "name_status": "APPROVED",
    "quality_rating": "GREEN",
    "status": "CONNECTED",
    "webhook_configuration": {"application": URL},
}
OFFER = {
    "conversational_automation": automation(Renderer()),
    "whatsapp_business_manager_messaging_limit": "TIER_2K",
}
# what differs -> the level and a part of the finding and of its advice; everything else is right
NUMBERS: list[tuple[Fields, Level, str, str]] = [
    (
        {"display_phone_number": "+62 811-1111-1111"},
        PROBLEM,
        "is +62 811-1111-1111",
        'number = "6281111111111"',
    ),
    ({"status": "FLAGGED"}, NOTE, "is FLAGGED: its quality is low", "Send fewer"),
    ({"status": "RESTRICTED"}, PROBLEM, "is RESTRICTED: it sends no template", "Send fewer"),
    ({"status": "PENDING"}, PROBLEM, "is PENDING: it neither sends", "Register the number"),
    ({"name_status": "DECLINED"}, NOTE, '"Pengaduan Pasuruan" is not approved (DECLINED)', "edit"),
    ({"quality_rating": "YELLOW"}, NOTE, "quality of the number is YELLOW", "Send fewer"),
    ({"webhook_configuration": {}}, PROBLEM, "no webhook is set", "WhatsApp > Configuration"),
    (
        {"webhook_configuration": {"application": URL, "phone_number": "https://other.example/x"}},
        PROBLEM,
        f"go to https://other.example/x, and not to {URL}",
        "WhatsApp > Configuration",
    ),
]


def test_a_number_that_is_set_up_has_no_fault() -> None:
    found = list(number_findings(NUMBER, "6281234567890", URL))
    assert [one.level for one in found] == [OK, OK]
    assert found[0].what == 'whatsapp.number: +62 812-3456-7890 is "Pengaduan Pasuruan"'
    assert found[1].what == f"the messages of the number go to {URL}"


@pytest.mark.parametrize(("differs", "level", "says", "advises"), NUMBERS)
def test_each_fault_of_the_number_is_one_finding(
    differs: Fields, level: Level, says: str, advises: str
) -> None:
    found = number_findings({**NUMBER, **differs}, "6281234567890", URL)
    (fault,) = [one for one in found if one.level is not OK]
    assert fault.level is level
    assert says in fault.what
    assert advises in fault.advice


AUTOMATION = automation(Renderer())
# what differs in the offer of the number -> a part of the one note
OFFERS: list[tuple[Fields, str]] = [
    ({"conversational_automation": {}}, "all commands and suggestions of an empty chat (start, "),
    ({"conversational_automation": None}, "all commands and suggestions"),
    ({"conversational_automation": {**AUTOMATION, "prompts": []}}, "suggestions of an empty chat"),
    ({"conversational_automation": {**AUTOMATION, "commands": AUTOMATION["commands"][1:]}}, "(start)"),
    ({"whatsapp_business_manager_messaging_limit": "TIER_250"}, "250 people a day at most"),
]


@pytest.mark.parametrize(("differs", "says"), OFFERS)
def test_each_fault_of_the_offer_is_one_note(differs: Fields, says: str) -> None:
    found = [one for one in offer_findings({**OFFER, **differs}) if one.level is not OK]
    assert [(one.level, says in one.what, bool(one.advice)) for one in found] == [(NOTE, True, True)]


def test_an_offer_as_the_bot_sets_it_has_no_fault() -> None:
    assert [one.level for one in offer_findings(OFFER)] == [OK, OK]
    assert [
        one.level for one in offer_findings({**OFFER, "whatsapp_business_manager_messaging_limit": ""})
    ] == [OK]


def test_a_practice_has_no_public_webhook() -> None:
    data = {**NUMBER, "webhook_configuration": {}}
    assert [one.level for one in number_findings(data, "6281234567890", "")] == [OK]


def subscription(**differs: Any) -> list[Fields]:
    right = {"object": "whatsapp_business_account", "active": True, "fields": [{"name": "messages"}]}
    return [{"object": "page", "fields": [{"name": "feed"}]}, {**right, **differs}]


# what differs in the app's subscription -> whether messages come
FIELDS: list[tuple[Fields, Level]] = [
    ({}, OK),
    ({"active": False}, PROBLEM),
    ({"fields": [{"name": "account_update"}]}, PROBLEM),
    ({"fields": None}, PROBLEM),
    ({"object": "instagram"}, PROBLEM),
]


@pytest.mark.parametrize(("differs", "level"), FIELDS)
def test_the_field_of_messages_has_to_be_on(differs: Fields, level: Level) -> None:
    assert field_finding(subscription(**differs)).level is level


def template(language: str = "id", **differs: Any) -> Fields:
    body = {"type": "BODY", "text": "Ada kabar tentang pengaduan {{1}}. Silakan tekan Baca untuk membacanya."}
    buttons = {"type": "BUTTONS", "buttons": [{"type": "QUICK_REPLY", "text": "Baca"}]}
    right = {"name": "aduan_kabar", "language": language, "status": "APPROVED", "category": "UTILITY"}
    return {**right, "components": [body, buttons], **differs}


def body(text: str) -> Fields:
    return {"type": "BODY", "text": text}


ONE_BUTTON = {"type": "BUTTONS", "buttons": [{"type": "QUICK_REPLY", "text": "Baca"}]}
LINK = {"type": "BUTTONS", "buttons": [{"type": "URL", "text": "Baca"}]}
HEADER = {"type": "HEADER", "format": "TEXT", "text": "Pengaduan {{1}}"}
# what differs in the Indonesian template -> the level and a part of the finding and of its advice
TEMPLATES: list[tuple[Fields, Level, str, str]] = [
    ({"status": "PENDING"}, PROBLEM, "(id) is PENDING", "check again"),
    ({"status": "REJECTED", "rejected_reason": "SCAM"}, PROBLEM, "is REJECTED (SCAM)", "submit it again"),
    ({"status": "PAUSED", "rejected_reason": "NONE"}, PROBLEM, "is PAUSED:", "blocked or reported"),
    ({"status": "NEW_STATUS"}, PROBLEM, "is NEW_STATUS", "WhatsApp Manager"),
    ({"category": "MARKETING"}, NOTE, "category MARKETING, and not UTILITY", "review of the category"),
    ({"components": [body("Ada kabar."), ONE_BUTTON]}, PROBLEM, "has 0 variables", "edit it"),
    ({"components": [body("{{1}} dan {{ 2 }}"), ONE_BUTTON]}, PROBLEM, "has 2 variables", "edit it"),
    ({"components": [body("Kabar {{1}}.")]}, PROBLEM, "the buttons none", "edit it"),
    ({"components": [body("Kabar {{1}}."), LINK]}, PROBLEM, "the buttons URL", "edit it"),
    ({"components": [HEADER, body("Kabar {{1}}."), ONE_BUTTON]}, PROBLEM, "in its header", "edit it"),
    ({"name": "aduan_kabar_2"}, PROBLEM, "(id) does not exist", "docs/whatsapp.md"),
]


def faults(found: Iterator[Finding]) -> list[Finding]:
    return [one for one in found if one.level is not OK]


def test_a_template_in_both_languages_has_no_fault() -> None:
    found = list(template_findings([template("id"), template("en")], "aduan_kabar"))
    assert [(one.level, one.what) for one in found] == [
        (OK, "the template aduan_kabar (id) is approved"),
        (OK, "the template aduan_kabar (en) is approved"),
    ]


@pytest.mark.parametrize(("differs", "level", "says", "advises"), TEMPLATES)
def test_each_fault_of_the_template_is_one_finding(
    differs: Fields, level: Level, says: str, advises: str
) -> None:
    (fault,) = faults(template_findings([template("id", **differs), template("en")], "aduan_kabar"))
    assert fault.level is level
    assert says in fault.what
    assert advises in fault.advice


def test_a_missing_language_is_named() -> None:
    (fault,) = faults(template_findings([template("id"), template("en_US")], "aduan_kabar"))
    assert fault.what.startswith("the template aduan_kabar (en) does not exist")
