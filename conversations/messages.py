"""Messages as data: a template's name, its parameters, its buttons. Words live in templates/."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from conversations.catalogue import BUTTONS, MESSAGES

Style = Literal["primary", "success", "danger"]
Params = Mapping[str, Any]


class CatalogueError(ValueError):
    """A message or button was named with other parameters than the catalogue lists."""


@dataclass(frozen=True, slots=True)
class Button:
    """An inline button. `label` names a block of buttons.html; the rest comes back when pressed.

    Action, subject, version and value together must fit the messenger's 64 bytes. A button with
    `url` opens it, one with `copy` copies that text; neither comes back.
    """

    label: str
    action: str = ""
    subject: str = ""
    version: int = 0
    value: str = ""
    style: Style | None = None
    params: Params = field(default_factory=dict)
    url: str = ""
    copy: str = ""

    def __post_init__(self) -> None:
        check(BUTTONS, self.label, self.params)


@dataclass(frozen=True, slots=True)
class Key:
    """A key of a reply keyboard: pressing it sends its label as text, or shares what it requests."""

    label: str
    request: Literal["", "contact", "location"] = ""

    def __post_init__(self) -> None:
        check(BUTTONS, self.label, {})


@dataclass(frozen=True, slots=True)
class Keyboard:
    """A reply keyboard, one tuple a row; without rows it takes the present keyboard away."""

    rows: tuple[tuple[Key, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class AskReply:
    """Makes the messenger open a reply to this message, for the mentioned person alone in a group."""

    person: int = 0


Rows = tuple[tuple[Button, ...], ...]


@dataclass(frozen=True, slots=True)
class OutgoingMessage:
    """What a person is to read: template `file.block` with exactly its listed parameters.

    `files` are keys of kept files, sent after the text; `reply_to` is the key of the message that
    this one answers (sent all the same when that one is gone).
    """

    template: str
    params: Params = field(default_factory=dict)
    buttons: Rows = ()
    keyboard: Keyboard | AskReply | None = None
    files: tuple[str, ...] = ()
    reply_to: str = ""

    def __post_init__(self) -> None:
        check(MESSAGES, self.template, self.params)


REMOVE_KEYBOARD = Keyboard()


def check(table: Mapping[str, frozenset[str]], name: str, params: Params) -> None:
    """Raise CatalogueError unless the table lists this name with just these parameters."""
    expected = table.get(name)
    if expected is None or expected != frozenset(params):
        message = f"{name}: takes {expected and sorted(expected)}, got {sorted(params)}"
        raise CatalogueError(message)
