"""Turns the core's effects into rows of the outbox. It sends nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from itertools import chain, repeat

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
)

LANES = {lane: LaneNumber[lane.name] for lane in Lane}

# A group's new id may appear before the notice of its move: the bot must not leave it as an unknown group.
LEAVE_SECONDS = 5.0


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
        case Send(chat, message, key, lane, report):
            row = OutboxRow(
                0, chat, LANES[lane], Kind.SEND, language(chat), created, message, key, report=report
            )
        case Edit(chat, key, message, at, lane):
            row = OutboxRow(0, chat, LANES[lane], Kind.EDIT, language(chat), created, message, key, at)
        case StripButtons(chat, at, key):
            row = OutboxRow(0, chat, LaneNumber.COSMETIC, Kind.STRIP, "", created, key=key, at=at)
        case DeleteMessages(chat, _, key, report):
            row = OutboxRow(0, chat, asked, Kind.DELETE, "", created, key=key, report=report)
        case LeaveChat(chat):
            until = created + LEAVE_SECONDS
            row = OutboxRow(0, chat, asked, Kind.LEAVE, "", created, not_before=until)
        case ShowCommands(chat, chosen):
            row = OutboxRow(0, chat, asked, Kind.COMMANDS, chosen, created)
    return row
