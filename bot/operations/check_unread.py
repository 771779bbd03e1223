"""The part of `aduan check` about notices that reached no one, and messages that wait for their group.

It shows no personal data: a notice is named by its kind, a message by its group.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.exc import DBAPIError

from bot.clock.zone import ZONE
from bot.operations.check_findings import Finding, note, problem

# The message of templates/<language>/system.html -> what it reports.
MEANINGS: Mapping[str, str] = {
    "system.operator_quarantine": "updates or rows could not be handled",
    "system.operator_undelivered": "messages about complaints could not be delivered",
    "system.operator_card_waits": "a staff group refused messages about complaints",
    "system.operator_delayed": "messages waited for an hour",
    "system.operator_topic_lost": "messages for a topic went to their group without it",
    "system.operator_no_room": "the disk was nearly full, and files waited",
    "system.operator_group_lost": "the bot cannot write to a staff group",
    "system.operator_numbers_gap": "registration numbers of a lost register were skipped",
    "system.operator_numbers_damaged": "the file of the highest registration numbers was damaged",
    "system.operator_numbers_unwritable": "the highest registration numbers could not be stored",
    "system.operator_backup_failed": "the daily backup failed",
    "system.operator_orders_differ": "the copies of the log of erasure orders did not fit",
    "system.operator_public_group": "a staff group is public",
    "system.operator_unread": "no one can read some open confidential complaints",
    "system.operator_account": "WhatsApp refused messages because of the account, the number or a template",
    "system.operator_whatsapp_off": "messages wait for people on WhatsApp, which is switched off",
    "system.operator_refused": "messages without a complaint could not be delivered",
    "system.operator_late": "updates or messages waited too long",
    "system.operator_cut_off": "citizens' messages could not reach the bot by webhook",
    "system.operator_cut_off_over": "the webhook worked again",
    "system.operator_data_request": "somebody without a complaint asks for the correction or erasure of data",
    "system.operator_late_over": "updates and messages were in time again",
    "system.operator_unknown_group": "the bot was added to a group that is not in the configuration",
    "system.operator_time_differs": "the clock of the bot's machine differed from Telegram's",
    "system.operator_time_unnamed": "Telegram's answers named no time",
    "system.operator_time_certain": "the clock of the bot's machine agreed with Telegram's again",
}
_NOTICES = "SELECT subject, times, at FROM quarantine WHERE stage = 'notice' ORDER BY at DESC"
_REFUSED = (
    "SELECT chat, count(*), max(error) FROM outbox WHERE state = 'parked' AND error IS NOT NULL GROUP BY chat"
)
_WAITING = (
    "SELECT chat, count(*) FROM outbox WHERE state = 'parked' AND error IS NULL AND chat < 0 GROUP BY chat"
)

Ask = Callable[[str], list[tuple[Any, ...]]]


def examine_unread(ask: Ask, groups: Collection[int]) -> Iterator[Finding]:
    """The kept notices and the waiting messages of these groups; `ask` reads from the database."""
    try:
        notices, refused, waiting = ask(_NOTICES), ask(_REFUSED), ask(_WAITING)
    except DBAPIError:
        return  # tables of another version, which another finding reports
    yield from (_refused(*row) for row in refused if row[0] in groups)
    yield from (_unreachable(*row) for row in waiting if row[0] in groups)
    yield from (_notice(*row) for row in notices)


def _refused(chat: int, count: int, reason: str) -> Finding:
    return problem(
        f"the group {chat} refused {_messages(count)} about complaints ({reason})",
        "Fix the group (a closed topic, the bot's rights). The bot sends them again by itself.",
    )


def _unreachable(chat: int, count: int) -> Finding:
    return problem(
        f"the bot cannot write to the group {chat}: {_messages(count)} {'waits' if count == 1 else 'wait'}",
        "Add the bot to the group and make it an administrator. The bot sends them by itself.",
    )


def _notice(subject: str, times: int, at: float) -> Finding:
    when = datetime.fromtimestamp(at, ZONE)
    often = "once" if times == 1 else f"{times} times, last"
    return note(
        f"a notice reached no one: {MEANINGS.get(subject, subject)} ({often} on {when:%Y-%m-%d %H:%M})",
        "Set operator_chat_id and send /start to the bot. Notices are deleted after 30 days.",
    )


def _messages(count: int) -> str:
    return "1 message" if count == 1 else f"{count} messages"
