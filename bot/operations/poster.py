"""`aduan poster`: writes the poster or the cards of an agency as a PDF."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from telegram import Bot
from telegram.error import TelegramError

from bot.channels.telegram.failures import in_words
from bot.channels.telegram.request import AioHttpRequest
from bot.config.sections import Telegram
from bot.config.settings import Config
from bot.documents.poster import Sheet, link_of, sheet_data, whatsapp_link_of
from bot.documents.typesetting import Typesetter
from bot.wording.rendering import Renderer
from conversations.complaints.rules import Language

# A user name of Telegram (core.telegram.org/method/account.checkUsername).
USERNAME = re.compile(r"@?([A-Za-z][A-Za-z0-9_]{3,31})")


@dataclass(frozen=True, slots=True)
class Order:
    """What the command line asks for."""

    sheet: Sheet
    # The id of the agency.
    agency: str
    language: Language
    # The bot's user name; empty where Telegram is to say it.
    bot: str
    # The file to write; None for one that is named after the sheet and the agency.
    output: Path | None

    @property
    def path(self) -> Path:
        """The file to write."""
        return self.output or Path(f"{self.sheet}-{self.agency}.pdf")


class UnknownAgencyError(LookupError):
    """The configuration has no agency with this id."""


class UsernameError(Exception):
    """Nothing says which bot the link opens."""


async def write_sheet(order: Order, config: Config) -> str:
    """Write the sheet, and return what was written and which addresses its codes open.

    Raises UnknownAgencyError, UsernameError, TypesettingError and OSError.
    """
    agency = config.rules.agency(order.agency)
    if agency is None:
        known = ", ".join(each.id for each in config.agencies)
        raise UnknownAgencyError(f"no agency {order.agency!r}; expected one of {known}")
    username, number = await username_of(config.telegram, order.bot), config.rules.whatsapp_number
    data = sheet_data(order.sheet, agency, username, Renderer(), order.language, number)
    content = await _typeset(order.sheet, data)
    await asyncio.to_thread(order.path.write_bytes, content)
    link = link_of(agency, username)
    if other := whatsapp_link_of(agency, number):
        return f"{order.path}: the codes open {other} and {link}"
    return f"{order.path}: the code opens {link}"


async def _typeset(sheet: Sheet, data: Mapping[str, Any]) -> bytes:
    typesetter = Typesetter()
    try:
        return await typesetter.pdf(sheet, data)
    finally:
        await typesetter.close()


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
