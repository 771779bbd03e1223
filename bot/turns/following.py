"""Finds the events of a number of ours whose person has another one today (bot/database/joining.py).

Their updates were resolved, or their rows were read, before both were found to be one person: postponed
updates may wait for hours. Taken as they are, they would begin a second conversation of the person.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection

from bot.database import addresses
from bot.database.sealing import Codec
from bot.turns.batches import SHELL_EVENTS, Arrival
from conversations.events import DeadlinePassed, FileLost, Origin


def moved_accounts(connection: Connection, codec: Codec, arrivals: Sequence[Arrival]) -> Mapping[int, int]:
    """The accounts of these events that lead to another one, with that one. One query; none on Telegram."""
    named = {account for arrival in arrivals for account in _accounts(arrival.incoming.event)}
    return addresses.moved(connection, codec, named)


def followed(event: Any, moved: Mapping[int, int]) -> Any:
    """The event as one of the person's account of today; reports about a chat stay as they are."""
    if not any(account in moved for account in _accounts(event)):
        return event
    if isinstance(event, FileLost):
        return replace(event, chat=moved[event.chat])
    if isinstance(event, DeadlinePassed):
        chat, filer = (moved.get(account, account) for account in (event.chat, event.person))
        return replace(event, chat=chat, person=filer)
    origin: Origin = event.origin
    person = replace(origin.person, id=moved[origin.person.id])
    return replace(event, origin=replace(origin, chat=person.id, person=person))


def _accounts(event: object) -> tuple[int, ...]:
    """The accounts on WhatsApp whose conversation or complaints the event is about."""
    if isinstance(event, SHELL_EVENTS):
        return ()
    if isinstance(event, FileLost):
        return (event.chat,)
    if isinstance(event, DeadlinePassed):
        return (event.chat, event.person)
    origin: Origin | None = getattr(event, "origin", None)
    return (origin.person.id,) if origin else ()
