"""`aduan poster`: writes the poster or the cards of an agency as a PDF."""

from __future__ import annotations

import re
from pathlib import Path

from telegram import Bot
from telegram.error import TelegramError

from bot.channels.telegram.failures import in_words
from bot.channels.telegram.request import AioHttpRequest
from bot.config.settings import Telegram
from bot.documents.poster import Sheet, link_of, sheet_data
from bot.documents.typesetting import Typesetter
from bot.wording.rendering import Renderer
from conversations.complaints.agency import Agency, Language

# A user name of Telegram (core.telegram.org/method/account.checkUsername).
USERNAME = re.compile(r"@?([A-Za-z][A-Za-z0-9_]{3,31})")


class UsernameError(Exception):
    """Nobody has said which bot the link opens."""


async def write_sheet(
    sheet: Sheet, agency: Agency, language: Language, telegram: Telegram, given: str, path: Path
) -> str:
    """Write the sheet to this path, and return what was written and which address its code opens.

    `given` is the user name of the command line, empty for none. Raises UsernameError, TypesettingError and
    OSError.
    """
    username = await username_of(telegram, given)
    data = sheet_data(sheet, agency, username, Renderer(), language)
    typesetter = Typesetter()
    try:
        content = await typesetter.pdf(sheet, data)
    finally:
        await typesetter.close()
    path.write_bytes(content)
    return f"{path}: the code opens {link_of(agency, username)}"


async def username_of(telegram: Telegram, given: str) -> str:
    """The bot's user name as Telegram says it, else the given one. Raises UsernameError."""
    fitting = USERNAME.fullmatch(given)
    if given and not fitting:
        raise UsernameError(f"--bot: {given!r} is no user name; expected one as AduanBot")
    try:
        return await _asked(telegram)
    except TelegramError as error:
        if fitting:
            return fitting[1]
        raise UsernameError(
            f"{telegram.base_url} does not tell the bot's user name ({in_words(error)}). "
            "Try again, or give the name: --bot AduanBot"
        ) from None


async def _asked(telegram: Telegram) -> str:
    bot = Bot(
        telegram.token.get_secret_value(),
        base_url=telegram.base_url,
        base_file_url=telegram.base_file_url,
        request=AioHttpRequest(),
        get_updates_request=AioHttpRequest(),
    )
    try:
        await bot.initialize()
        return bot.username
    finally:
        await bot.shutdown()
