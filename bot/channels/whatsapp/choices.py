"""Buttons and keyboards as WhatsApp has them: up to three reply buttons, else a list of up to ten rows.

A pressed button returns `action:subject:version:value`, as on Telegram; a pressed key returns "text:" and its
label. A button that opens an address or copies a text is a line of the message.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

from bot.channels.lengths import cut, units
from conversations.messages import Button, Keyboard, OutgoingMessage, Params

LONGEST_BODY = 1024
MOST_BUTTONS, LONGEST_TITLE = 3, 20
MOST_ROWS, LONGEST_ROW, LONGEST_DETAIL = 10, 24, 72
# Of the id of a row; that of a button may have 256 characters.
LONGEST_ID = 200
# The beginning of the id of a key.
TEXT = "text:"
# What a key requests -> the kind of message that requests it, and its action.
REQUESTS: Mapping[str, tuple[str, str]] = {
    "contact": ("request_contact_info", "request_contact_info"),
    "location": ("location_request_message", "send_location"),
}

Json = dict[str, Any]
Label = Callable[[str, Params], str]


class ChoiceTooLongError(ValueError):
    """What a pressed button returns does not fit into the id of a row."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A button or key: what people read, and what the press returns."""

    title: str
    id: str

    def __post_init__(self) -> None:
        if units(self.id) > LONGEST_ID:
            raise ChoiceTooLongError(self.title)


def choices(message: OutgoingMessage, label: Label) -> list[Choice]:
    """The message's buttons, else the keys of its keyboard. Raises ChoiceTooLongError."""
    if message.buttons:
        return [Choice(label(each.label, each.params), _data(each)) for each in _acting(message)]
    keys = (key for key in _keys(message) if not key.request)
    return [Choice(shown, f"{TEXT}{shown}") for shown in (label(key.label, {}) for key in keys)]


def requests(message: OutgoingMessage) -> list[str]:
    """What the keys of the message's keyboard request: "contact" or "location"."""
    return [] if message.buttons else [key.request for key in _keys(message) if key.request]


def lines(message: OutgoingMessage, label: Label, text: str) -> str:
    """The buttons that open an address or copy a text, a line each, as markup of our templates.

    One whose address or code the `text` shows already is left out.
    """
    given = (
        (label(button.label, button.params), html.escape(button.url or button.copy))
        for row in message.buttons
        for button in row
        if button.url or button.copy
    )
    return "\n".join(f"{html.escape(name)}: {value}" for name, value in given if value not in text)


def _keys(message: OutgoingMessage) -> Iterator[Any]:
    if isinstance(message.keyboard, Keyboard):
        for row in message.keyboard.rows:
            yield from row


def _acting(message: OutgoingMessage) -> Iterator[Button]:
    return (button for row in message.buttons for button in row if not button.url and not button.copy)


def _data(button: Button) -> str:
    return f"{button.action}:{button.subject}:{button.version}:{button.value}"


def interactive(body: str, offered: Sequence[Choice], opening: str) -> Json:
    """A message with at most MOST_ROWS choices under its body; `opening` is on the button of a list."""
    few = len(offered) <= MOST_BUTTONS and all(units(each.title) <= LONGEST_TITLE for each in offered)
    kind, action = ("button", _buttons(offered)) if few else ("list", _list(offered, opening))
    return {"type": "interactive", "interactive": {"type": kind, "body": {"text": body}, "action": action}}


def request(body: str, wanted: str) -> Json:
    """A message whose button shares what is requested."""
    kind, action = REQUESTS[wanted]
    return {
        "type": "interactive",
        "interactive": {"type": kind, "body": {"text": body}, "action": {"name": action}},
    }


def _buttons(offered: Sequence[Choice]) -> Json:
    titles = different([each.title for each in offered], LONGEST_TITLE)
    return {
        "buttons": [
            {"type": "reply", "reply": {"id": each.id, "title": title}}
            for each, title in zip(offered, titles, strict=True)
        ]
    }


def _list(offered: Sequence[Choice], opening: str) -> Json:
    titles = different([each.title for each in offered], LONGEST_ROW)
    rows = [
        {"id": each.id, "title": title, **_detail(each.title, title)}
        for each, title in zip(offered, titles, strict=True)
    ]
    return {"button": cut(opening, LONGEST_TITLE), "sections": [{"rows": rows}]}


def _detail(whole: str, title: str) -> Json:
    """The whole label below a title that was cut."""
    return {"description": cut(whole, LONGEST_DETAIL)} if units(whole) > units(title) else {}


def different(titles: Sequence[str], most: int) -> list[str]:
    """The titles within `most` units, equal ones with a number after them."""
    made: list[str] = []
    for title in titles:
        names = (_numbered(title, number, most) for number in count(1))
        made.append(next(name for name in names if name.casefold() not in map(str.casefold, made)))
    return made


def _numbered(title: str, number: int, most: int) -> str:
    ending = f" ({number})" if number > 1 else ""
    return cut(title or "…", most - len(ending)) + ending
