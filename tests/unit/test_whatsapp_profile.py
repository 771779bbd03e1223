"""Commands, ice breakers and the link of WhatsApp: within Meta's limits, and understood by the core."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from structlog.testing import capture_logs

from bot.channels.base import DeliveryError, Failure
from bot.channels.whatsapp import profile
from bot.channels.whatsapp.links import link, link_text
from bot.simulator.whatsapp.methods import AUTOMATION
from bot.wording.rendering import LANGUAGES, Renderer
from conversations.catalogue.commands import Audience, in_menu
from tests.unit.transcript import Chat

RENDERER = Renderer()


class Caller:
    """Notes calls, or refuses them."""

    def __init__(self, refused: DeliveryError | None = None) -> None:
        self.calls: list[tuple[str, Mapping[str, Any]]] = []
        self._refused = refused

    async def set_up(self, edge: str, body: Mapping[str, Any]) -> Mapping[str, Any]:
        """Note a call."""
        if self._refused:
            raise self._refused
        self.calls.append((edge, body))
        return {"success": True}


async def test_commands_and_ice_breakers_are_set_in_one_call() -> None:
    api = Caller()
    await profile.register(api, RENDERER)
    ((edge, body),) = api.calls
    assert edge == "conversational_automation"
    assert [entry["command_name"] for entry in body["commands"]] == [
        command.name for command in in_menu(Audience.CITIZEN)
    ]
    assert {"command_name": "lapor", "command_description": "Buat pengaduan"} in body["commands"]
    assert body["prompts"] == ["Saya mau lapor", "Lihat status", "Bantuan"]
    assert body["enable_welcome_message"] is False


def test_they_keep_metas_limits() -> None:
    body = profile.automation(RENDERER)
    assert 1 <= len(body["commands"]) <= profile.MOST_COMMANDS
    assert 1 <= len(body["prompts"]) <= profile.MOST_PROMPTS
    assert all(len(prompt) <= profile.LONGEST_PROMPT for prompt in body["prompts"])
    for entry in body["commands"]:
        assert len(entry["command_name"]) <= profile.LONGEST_NAME
        assert len(entry["command_description"]) <= profile.LONGEST_HINT
    # The embedded server refuses what Meta refuses.
    AUTOMATION("", body)


async def test_a_refusal_is_logged_and_stops_nothing() -> None:
    refused = DeliveryError(Failure.ACCOUNT, "(#10) Permission denied")
    with capture_logs() as logs:
        await profile.register(Caller(refused), RENDERER)
    assert [(entry["event"], entry["reason"]) for entry in logs] == [
        ("profile.not_set", "(#10) Permission denied")
    ]


# an ice breaker -> what a person who has never written before is answered
ANSWERS = {
    "whatsapp_file": "intake.choose_agency",
    "whatsapp_status": "followup.ask_reference",
    "whatsapp_help": "followup.help",
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("prompt", profile.PROMPTS)
def test_each_ice_breaker_is_answered_without_a_question_what_it_is(prompt: str, language: str) -> None:
    said = RENDERER.plain(f"profile.{prompt}", {}, language)
    assert Chat().person(5001).says(said) == [ANSWERS[prompt]]


def test_the_link_writes_the_text_that_begins_a_complaint() -> None:
    assert link("6281234567890", "DPMD") == "https://wa.me/6281234567890?text=Lapor%20DPMD"


@pytest.mark.parametrize(
    "name", ["Bakesbangpol", "Dinas A & B", "100% Desa", "Satpol PP / Linmas", "Désa #1"]
)
def test_any_name_arrives_unchanged(name: str) -> None:
    found = urlsplit(link("6281234567890", name))
    assert (found.netloc, found.path) == ("wa.me", "/6281234567890")
    assert parse_qs(found.query) == {"text": [link_text(name)]}
