"""Steps of the start that need no turn: what the store knows, notices to the operator, calendars and texts.

A step that fails on its own data is reported and left out (bot/database/starting.py).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING

import structlog

from bot.channels.base import DeliveryError, FetchError
from bot.channels.message_ids import ACCOUNT_SHIFT
from bot.channels.moves import Moves
from bot.channels.telegram.channel import TelegramChannel
from bot.clock.calendars import WorkingCalendar
from bot.config.settings import Config
from bot.database import chats, serials
from bot.database.accounts import note_account
from bot.database.contents import Contents
from bot.database.engine import Database
from bot.database.outbox_rows import OutboxRow
from bot.database.renaming import rename_chats
from bot.database.sealing import Codec
from bot.database.starting import Start
from bot.database.unread_cases import ADVICE, unread_cases
from bot.files.room import Room
from bot.outbox.operator_notes import Operator
from bot.sources.no_room import NoRoomNotices
from bot.sources.polling import TokenRefusedError
from bot.turns.providers import calendars
from bot.wording.rendering import Renderer
from conversations.complaints.part import MEGABYTE
from conversations.complaints.rules import Rules
from conversations.complaints.terms import Terms
from conversations.messages import OutgoingMessage

if TYPE_CHECKING:
    from telegram import User

log = structlog.get_logger(__name__)

# Due dates fall into these days; around New Year they reach into the next year's calendar.
WARM_DAYS = 30

Accept = Callable[[Sequence[OutboxRow]], None]
Notify = Callable[[OutgoingMessage], Awaitable[None]]


def make_room(
    config: Config, contents: Contents, database: Database, operator: Operator, accept: Accept
) -> Room:
    """The room for files; `accept` gets the notices to send when it is full."""
    reserve = config.limits.disk_reserve_megabytes * MEGABYTE
    notices = NoRoomNotices(database, operator, config.rules, reserve, accept)
    return Room(contents, reserve, notices)


async def recall(start: Start, config: Config, codec: Codec, moves: Moves) -> None:
    """Repair the numbers, and load where groups moved."""
    await start.counters()
    await start.step("serials", serials.repair_serials, None)
    known: dict[int, int] = await start.step("moves", lambda c, d: chats.moves(c, codec, d), {})
    for old, new in known.items():
        moves.add(old, new)
    if renamed := moves.renamed():
        terms = Terms(config.rules, calendars(config.rules))
        await start.step("renaming", lambda c, d: rename_chats(c, codec, renamed, terms, d), None)


async def connect(channel: TelegramChannel, database: Database) -> User:
    """Reach the messenger and note the bot's account there. Raises TokenRefusedError."""
    try:
        me = await channel.start()
    except FetchError as error:
        raise TokenRefusedError from error
    generation = await database.write(lambda c: note_account(c, channel.name, me.id, ACCOUNT_SHIFT))
    channel.use_account(generation)
    return me


async def report_unread(start: Start, codec: Codec, rules: Rules, notify: Notify) -> None:
    """Name the open complaints that no one can read with this configuration."""
    unread: list[str] = await start.step(
        "unread", lambda c, _: unread_cases(c.exec_driver_sql, codec, rules), [], reads=True
    )
    if unread:
        log.warning("app.complaints_unread", references=unread, advice=ADVICE)
        await notify(OutgoingMessage("system.operator_unread", {"references": unread}))


async def warn_of_public_groups(channel: TelegramChannel, groups: Iterable[int], notify: Notify) -> None:
    """Notify the operator of each staff group that is public."""
    for chat in sorted(groups):
        try:
            username = await channel.public_name(chat)
        except DeliveryError as error:
            log.warning("app.group_not_seen", chat=chat, reason=error.reason)
            continue
        if username:
            params = {"chat": chat, "username": username}
            await notify(OutgoingMessage("system.operator_public_group", params))


def warm(words: Renderer, rules: Rules, today: date) -> None:
    """Read calendars and compile texts in a thread, so that no turn waits for either."""
    words.compile()
    for agency in rules.agencies:
        calendar = WorkingCalendar(agency.closed_dates)
        for days in range(WARM_DAYS):
            calendar.is_working_day(today + timedelta(days=days))
