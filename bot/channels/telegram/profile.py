"""The bot's profile in the messenger: commands per audience and language, descriptions, menu button.

Only what differs is set, so a restart costs a few reads. A failure here does not stop the bot.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Sequence
from typing import Protocol

import structlog
from telegram import (
    Bot,
    BotCommand,
    BotCommandScope,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
    MenuButtonCommands,
)
from telegram.error import TelegramError

from bot.channels.telegram.failures import sentence_of
from conversations.catalogue.commands import Audience, in_menu
from conversations.messages import Params

log = structlog.get_logger(__name__)


class Words(Protocol):
    """Renders a text by its name."""

    def plain(self, template: str, params: Params, language: str) -> str:
        """The text without markup."""


def commands_in(words: Words, chat: int, language: str) -> tuple[tuple[str, str], ...]:
    """The menu of a chat."""
    return commands(Audience.CITIZEN if chat > 0 else Audience.OFFICER, language, words)


def commands(
    audience: Audience, language: str, words: Words, *, of_division: bool = False
) -> tuple[tuple[str, str], ...]:
    """The menu of an audience, or of a division's own group: names and descriptions."""
    return tuple(
        (command.name, words.plain(f"profile.{audience}_{command.name}", {}, language))
        for command in in_menu(audience)
        if command.division or not of_division
    )


async def register(
    bot: Bot,
    words: Words,
    groups: Collection[int],
    languages: Sequence[str],
    divisions: Collection[int] = (),
) -> None:
    """Set what differs from what the messenger shows; a failure is logged and the rest is still set.

    `groups` are all groups of the agencies, `divisions` those of them that are divisions' own. The first of
    `languages` is shown in groups and to people who use none of the others.
    """
    for what, chat, step in _steps(bot, words, groups, languages, divisions):
        try:
            if await step():
                log.info("profile.set", what=what, chat=chat)
        except TelegramError as error:
            log.warning("profile.not_set", what=what, chat=chat, reason=sentence_of(error))


Step = Callable[[], Awaitable[bool]]


def _steps(
    bot: Bot,
    words: Words,
    groups: Collection[int],
    languages: Sequence[str],
    divisions: Collection[int],
) -> Sequence[tuple[str, int, Step]]:
    """What is set, for which chat (0: for all), and how."""
    first = languages[0]
    steps: list[tuple[str, int, Step]] = []
    # Without a language code the text is for people of all other languages.
    for code, language in (("", first), *((language, language) for language in languages)):
        about = f"({code or 'any language'})"
        description = words.plain("profile.description", {}, language)
        short = words.plain("profile.short_description", {}, language)
        steps += [
            (
                f"commands {about}",
                0,
                _commands(
                    bot, BotCommandScopeAllPrivateChats(), code, commands(Audience.CITIZEN, language, words)
                ),
            ),
            (f"description {about}", 0, _description(bot, code, description)),
            (f"short description {about}", 0, _short_description(bot, code, short)),
        ]
    for chat in sorted(groups):
        menu = commands(Audience.OFFICER, first, words, of_division=chat in divisions)
        steps.append(("commands", chat, _commands(bot, BotCommandScopeChat(chat), "", menu)))
    return [*steps, ("menu button", 0, _menu_button(bot))]


def _commands(bot: Bot, scope: BotCommandScope, code: str, wanted: tuple[tuple[str, str], ...]) -> Step:
    async def step() -> bool:
        shown = await bot.get_my_commands(scope, code or None)
        if tuple((command.command, command.description) for command in shown) == wanted:
            return False
        menu = [BotCommand(name, description) for name, description in wanted]
        return await bot.set_my_commands(menu, scope, code or None)

    return step


def _description(bot: Bot, code: str, wanted: str) -> Step:
    async def step() -> bool:
        shown = await bot.get_my_description(code or None)
        return shown.description != wanted and await bot.set_my_description(wanted, code or None)

    return step


def _short_description(bot: Bot, code: str, wanted: str) -> Step:
    async def step() -> bool:
        shown = await bot.get_my_short_description(code or None)
        return shown.short_description != wanted and await bot.set_my_short_description(wanted, code or None)

    return step


def _menu_button(bot: Bot) -> Step:
    async def step() -> bool:
        shown = await bot.get_chat_menu_button()
        return shown.type != MenuButtonCommands().type and await bot.set_chat_menu_button(
            menu_button=MenuButtonCommands()
        )

    return step
