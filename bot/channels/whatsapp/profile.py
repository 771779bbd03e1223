"""The number's commands and ice breakers on WhatsApp: what "/" shows, and what an empty chat offers.

WhatsApp keeps one set a number, so both are in the first language. A tapped ice breaker arrives as text: each
is a sentence that the core understands without a question. A failure here does not stop the bot.

Source: Cloud API, business-phone-numbers/conversational-components, 2026-11.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

import structlog

from bot.channels.base import DeliveryError
from conversations.catalogue.commands import Audience, in_menu
from conversations.messages import Params

log = structlog.get_logger(__name__)

EDGE = "conversational_automation"
FIRST_LANGUAGE = "id"
MOST_COMMANDS, LONGEST_NAME, LONGEST_HINT = 30, 32, 256
MOST_PROMPTS, LONGEST_PROMPT = 4, 80
# Blocks of profile.html.
PROMPTS = ("whatsapp_file", "whatsapp_status", "whatsapp_help")


class Words(Protocol):
    """Renders a text by its name."""

    def plain(self, template: str, params: Params, language: str) -> str:
        """The text without markup."""


class Caller(Protocol):
    """Calls the Graph API with the token of the account."""

    async def set_up(self, edge: str, body: Mapping[str, Any]) -> Mapping[str, Any]:
        """Set what the number offers in its chats. Raises DeliveryError."""


def automation(words: Words) -> dict[str, Any]:
    """The commands and ice breakers, as the API takes them."""
    return {
        "enable_welcome_message": False,
        "prompts": [words.plain(f"profile.{name}", {}, FIRST_LANGUAGE) for name in PROMPTS],
        "commands": [
            {
                "command_name": command.name,
                "command_description": words.plain(f"profile.citizen_{command.name}", {}, FIRST_LANGUAGE),
            }
            for command in in_menu(Audience.CITIZEN)
        ],
    }


async def register(api: Caller, words: Words) -> None:
    """Set commands and ice breakers; a failure is logged."""
    try:
        await api.set_up(EDGE, automation(words))
    except DeliveryError as error:
        log.warning("profile.not_set", what="WhatsApp commands", reason=error.reason)
    else:
        log.info("profile.set", what="WhatsApp commands")
