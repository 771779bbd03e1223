"""Turns WhatsApp's messages and statuses into events. One that cannot be read does not stop the others.

A raw is what bot/addresses/ makes of a delivered update: `chat` and `message` are our numbers, `reply_to` our
number of the message of ours that it answers, `at` when it was sent, `body` the object as it was delivered.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bot.channels.base import Confirmed, Sender, ShellEvent, UnreadableUpdateError
from bot.channels.names import Nameless, clean
from bot.channels.numbers import on_whatsapp
from bot.channels.typed import checked
from bot.channels.whatsapp.callbacks import part_of
from bot.channels.whatsapp.contents import PRESSES, content
from bot.channels.whatsapp.deliveries import Part
from bot.channels.whatsapp.failures import refusal
from conversations.events import Event, Origin, Person
from conversations.reading.numbers import MOST_ID

# A message that was delivered or read, or whose recording was played, has arrived.
ARRIVED = frozenset({"delivered", "read", "played"})
FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Words:
    """What the reader writes itself, in the language of officers.

    `forwarded` marks a forwarded message; `links` has the text of each link, as `Lapor DPMD`, with the id of
    its agency.
    """

    nameless: Nameless
    forwarded: str
    links: Mapping[str, str]


class Reader:
    """Reads raws. `moment` gives the business time of a moment that the messenger gives, of now for None."""

    def __init__(self, moment: Callable[[datetime | None], datetime], words: Words) -> None:
        self._moment, self._words = moment, words
        self._links = {text.casefold(): agency for text, agency in words.links.items()}

    def read(self, raw: Mapping[str, Any]) -> Event | ShellEvent | None:
        """One update as an event; None when it does not concern the core. Raises UnreadableUpdateError."""
        return checked(self._read, raw)

    def sender(self, raw: Mapping[str, Any]) -> Sender | None:
        """The person who wrote or pressed; None for a status."""
        if raw["whatsapp"] != Part.MESSAGE:
            return None
        press = str(raw["body"].get("type")) in PRESSES
        return Sender(raw["chat"], raw["chat"], None if press else float(raw["at"]))

    def _read(self, raw: Mapping[str, Any]) -> Event | ShellEvent | None:
        match raw["whatsapp"]:
            case Part.MESSAGE:
                return content(raw["body"], self._origin(raw), raw["reply_to"], self._links)
            case Part.STATUS:
                return _status(raw)
        return None

    def _origin(self, raw: Mapping[str, Any]) -> Origin:
        chat = _person(raw["chat"])
        name = clean(raw["name"])
        nameless = not any(character.isalpha() for character in name)
        person = Person(chat, name or self._words.nameless.private, nameless)
        context = raw["body"].get("context")
        context = context if isinstance(context, dict) else {}
        forwarded = context.get("forwarded") or context.get("frequently_forwarded")
        return Origin(
            chat,
            private=True,
            person=person,
            message=raw["message"],
            at=self._moment(datetime.fromtimestamp(raw["at"], UTC)),
            reply_to=raw["reply_to"],
            forwarded=self._words.forwarded if forwarded else "",
        )


def _person(number: object) -> int:
    if type(number) is not int or not on_whatsapp(number) or number > MOST_ID:
        raise UnreadableUpdateError("not a person on WhatsApp")
    return number


def _status(raw: Mapping[str, Any]) -> Confirmed | None:
    """The report of a message of ours; None for a message that is not known, and for an unknown status."""
    body = raw["body"]
    row, part = part_of(body)
    status, message = body.get("status"), raw["message"]
    if not (row or message):
        return None
    if status in ARRIVED:
        return Confirmed(raw["chat"], row, message, delivered=True, part=part)
    if status != FAILED:
        return None
    why = refusal(next(iter(body.get("errors") or ()), None))
    return Confirmed(
        raw["chat"],
        row,
        message,
        delivered=False,
        failure=why.kind,
        reason=why.reason,
        retry_after=why.retry_after,
        part=part,
    )
