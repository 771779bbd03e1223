"""What the core wants sent, as rows of the outbox. Nothing is sent here."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from bot.database.outbox_table import Kind, LaneNumber, OutboxRow
from conversations.effects import (
    Edit,
    Effect,
    Lane,
    LeaveChat,
    Send,
    ShowCommands,
    StripButtons,
    TellOperator,
)

LANES = {Lane.ASKED: LaneNumber.ASKED, Lane.UNASKED: LaneNumber.UNASKED}


def rows(
    effects: Iterable[Effect], language: Callable[[int], str], operator_chat: int, created: float
) -> list[OutboxRow]:
    """The rows of a turn's effects, in order; other effects are passed over.

    `language` tells what the reader of a chat reads, `operator_chat` is 0 when there is none,
    `created` is wall time.
    """
    made = []
    for effect in effects:
        row = _row(effect, language, operator_chat, created)
        if row is not None:
            made.append(row)
    return made


def _row(
    effect: Effect, language: Callable[[int], str], operator_chat: int, created: float
) -> OutboxRow | None:
    match effect:
        case Send(chat, message, key, lane, report):
            return OutboxRow(
                0, chat, LANES[lane], Kind.SEND, language(chat), created, message, key, report=report
            )
        case Edit(chat, key, message, at, lane):
            return OutboxRow(0, chat, LANES[lane], Kind.EDIT, language(chat), created, message, key, at)
        case StripButtons(chat, at):
            return OutboxRow(0, chat, LaneNumber.ASKED, Kind.STRIP, "", created, at=at)
        case LeaveChat(chat):
            return OutboxRow(0, chat, LaneNumber.ASKED, Kind.LEAVE, "", created)
        case ShowCommands(chat, chosen):
            return OutboxRow(0, chat, LaneNumber.ASKED, Kind.COMMANDS, chosen, created)
        case TellOperator(message) if operator_chat:
            return OutboxRow(
                0, operator_chat, LaneNumber.UNASKED, Kind.SEND, language(operator_chat), created, message
            )
        case _:
            return None
