"""WhatsApp in the practice: the town's people there, the template, and what connects the bot with it."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.simulator.server import Simulator

# Number, name, and whether the bot sees a username only.
PEOPLE = (("6281230001001", "Wahyuni", False), ("6281230001002", "Yanto", True))
# The template for a closed window: its name, message and button.
TEMPLATE, NEWS, READ = "aduan_kabar", "system.knock", "read_news"
# Seconds between two questions whether the bot listens.
CONNECT_SECONDS = 0.3


@dataclass(frozen=True, slots=True)
class Hook:
    """Where the bot gets what people write on WhatsApp, on this machine, and the two secrets of it."""

    # Host and port.
    listen: str
    app_secret: str = field(default_factory=lambda: secrets.token_hex(16))
    verify_token: str = field(default_factory=lambda: secrets.token_hex(16))

    @property
    def url(self) -> str:
        """The address to which the embedded messenger delivers."""
        return f"http://{self.listen}/whatsapp"

    async def connect(self, simulator: Simulator) -> None:
        """Deliver what people write to the bot, once the bot listens."""
        from bot.simulator.whatsapp.webhooks import NotVerifiedError

        while True:
            with contextlib.suppress(NotVerifiedError):
                await simulator.whatsapp.connect(self.url, self.app_secret, self.verify_token)
                return
            await asyncio.sleep(CONNECT_SECONDS)


def new_hook() -> Hook:
    """A hook on a port that is free now."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        return Hook(f"127.0.0.1:{free.getsockname()[1]}")


def settle(simulator: Simulator) -> None:
    """Put the people and the template into the embedded messenger."""
    # Imported here: it reads the texts.
    from bot.wording.rendering import LANGUAGES, Renderer

    words = Renderer()
    for digits, name, hidden in PEOPLE:
        simulator.whatsapp.person(digits, name, username_only=hidden)
    for language in LANGUAGES:
        body = words.plain(NEWS, {"reference": "{{1}}"}, language).strip()
        simulator.whatsapp.template(TEMPLATE, language, body, (words.label(READ, {}, language),))


def settings(simulator: Simulator, hook: Hook) -> Mapping[str, str]:
    """The lines of the example that connect the bot with the embedded messenger, and what replaces them."""
    cloud = simulator.whatsapp
    return {
        '#phone_number_id = ""': f'phone_number_id = "{cloud.phone_number_id}"',
        '#business_account_id = ""': f'business_account_id = "{cloud.business_account_id}"',
        '#number = ""': f'number = "{cloud.account.number}"',
        '#token = ""': f'token = "{cloud.token}"',
        '#app_secret = ""': f'app_secret = "{hook.app_secret}"',
        '#verify_token = ""': f'verify_token = "{hook.verify_token}"',
        '#base_url = "https://graph.facebook.com"': f'base_url = "{cloud.base_url}"',
        '#listen = ""': f'listen = "{hook.listen}"',
    }
