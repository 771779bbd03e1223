"""Turns the core's effects into rows of the outbox. It sends nothing.

Where a messenger cannot change its messages (WhatsApp), an edit becomes what it is worth:

| weight | row |
|---|---|
| content | a new message under the same key; it replaces one that waits |
| progress | the newest change as a new message some seconds later; none if another message follows |
| cosmetic | none |

Such a messenger has no groups to leave and no menu of a single chat either. A deletion has its row, which is
refused when the message was sent (delivery.py); what waits is dropped.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from itertools import chain, repeat

from bot.channels.capabilities import capabilities_of
from bot.database.outbox_rows import Kind, LaneNumber, OutboxRow
from conversations.effects import (
    DeleteMessages,
    Edit,
    Effect,
    Lane,
    LeaveChat,
    Send,
    ShowCommands,
    StripButtons,
    Weight,
)

LANES = {lane: LaneNumber[lane.name] for lane in Lane}

# A group's new id may appear before the notice of its move: the bot must not leave it as an unknown group.
LEAVE_SECONDS = 5.0
# A person sends several photos within seconds: one message shows their number.
PROGRESS_SECONDS = 5.0


def rows(
    effects: Iterable[Effect],
    language: Callable[[int], str],
    created: float,
    askers: Iterable[int] = (),
) -> list[OutboxRow]:
    """The rows of a turn's effects, in order; other effects are skipped.

    `language` gives the language of a chat's reader, `created` is wall time, `askers` the person who caused
    each effect, 0 for none.
    """
    asked_by = chain(askers, repeat(0))
    made = ((_row(effect, language, created), next(asked_by)) for effect in effects)
    return [replace(row, asker=asker) if asker else row for row, asker in made if row is not None]


def _row(effect: Effect, language: Callable[[int], str], created: float) -> OutboxRow | None:
    asked = LaneNumber.ASKED
    row = None
    match effect:
        case Edit(chat) if not capabilities_of(chat).edits:
            row = _new_message(effect, language(chat), created)
        case StripButtons(chat) | LeaveChat(chat) | ShowCommands(chat) if not capabilities_of(chat).edits:
            row = None
        case Send(chat, message, key, lane, report):
            row = OutboxRow(
                0, chat, LANES[lane], Kind.SEND, language(chat), created, message, key, report=report
            )
        case Edit(chat, key, message, at, lane):
            row = OutboxRow(0, chat, LANES[lane], Kind.EDIT, language(chat), created, message, key, at)
        case StripButtons(chat, at, key):
            row = OutboxRow(0, chat, LaneNumber.COSMETIC, Kind.STRIP, "", created, key=key, at=at)
        case DeleteMessages(chat, _, key, report):
            drops = not capabilities_of(chat).edits
            row = OutboxRow(0, chat, asked, Kind.DELETE, "", created, key=key, report=report, replaces=drops)
        case LeaveChat(chat):
            until = created + LEAVE_SECONDS
            row = OutboxRow(0, chat, asked, Kind.LEAVE, "", created, not_before=until)
        case ShowCommands(chat, chosen):
            row = OutboxRow(0, chat, asked, Kind.COMMANDS, chosen, created)
    return row


def _new_message(edit: Edit, language: str, created: float) -> OutboxRow | None:
    """The row of a change where messages cannot be changed."""
    if edit.weight is Weight.COSMETIC or edit.lane is Lane.COSMETIC:
        return None
    progress = edit.weight is Weight.PROGRESS
    return OutboxRow(
        0,
        edit.chat,
        LaneNumber.COSMETIC if progress else LANES[edit.lane],
        Kind.SEND,
        language,
        created,
        edit.message,
        edit.key,
        replaces=True,
        not_before=created + PROGRESS_SECONDS if progress else 0.0,
    )
