"""The bot's profile: commands by scope and language, descriptions, menu button, webhook."""

from dataclasses import dataclass, field
from typing import Any


def scope_key(scope: dict[str, Any] | None) -> str:
    """Return a scope as one word, such as "default" or "chat:-100" or "chat_member:-100:7"."""
    scope = scope or {"type": "default"}
    parts = [str(scope["type"]), *(str(scope[key]) for key in ("chat_id", "user_id") if key in scope)]
    return ":".join(parts)


class Commands(dict[tuple[str, str], list[dict[str, str]]]):
    """The commands by (scope, language); a call returns the list, or an empty one."""

    def __call__(self, scope: str = "default", language: str = "") -> list[dict[str, str]]:
        """Return the commands of this scope and language."""
        return self.get((scope, language), [])


@dataclass(slots=True)
class Webhook:
    """What setWebhook was called with, and the newest failure."""

    url: str
    secret: str = ""
    max_connections: int = 40
    error: dict[str, Any] = field(default_factory=dict)

    def info(self) -> dict[str, Any]:
        """Return what getWebhookInfo says of it."""
        return {"url": self.url, "max_connections": self.max_connections, **self.error}


@dataclass(slots=True)
class Profile:
    """The texts, commands and buttons that people see of the bot, and its webhook if it has one."""

    commands: Commands = field(default_factory=Commands)
    texts: dict[str, dict[str, str]] = field(
        default_factory=lambda: {"description": {}, "short_description": {}}
    )
    menu_buttons: dict[int | None, dict[str, Any]] = field(default_factory=dict)
    webhook: Webhook | None = None

    def menu_button(self, chat_id: int | None = None) -> dict[str, Any]:
        """Return the menu button of a chat, or the general one."""
        general = self.menu_buttons.get(None, {"type": "commands"})
        return self.menu_buttons.get(chat_id, general)
