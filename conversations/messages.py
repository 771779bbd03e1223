"""Messages as data: the name of a template, its parameters, its buttons. The wording is in templates/."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Literal

from conversations.catalogue import BUTTONS, MESSAGES

Style = Literal["primary", "success", "danger"]
Params = Mapping[str, Any]


class CatalogueError(ValueError):
    """A message or button has other parameters than the catalogue lists."""


@dataclass(frozen=True, slots=True)
class Button:
    """An inline button.

    A press returns action, subject, version and value as a ButtonPressed; together they fit into the 64 bytes
    of the messenger. A button with `url` or `copy` is handled by the messenger alone.
    """

    # The block of buttons.html with its wording.
    label: str
    # What pressing it does: a name in a dialogue's table ACTIONS.
    action: str = ""
    # The id of the case or draft that it is about.
    subject: str = ""
    # The version of the case, or the turn of the conversation, for which it was made.
    version: int = 0
    # A parameter of the action.
    value: str = ""
    # The colour, where the messenger has colours.
    style: Style | None = None
    # The parameters of the wording.
    params: Params = field(default_factory=dict)
    # The address that it opens.
    url: str = ""
    # The text that it copies.
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
    """A reply keyboard, one tuple for each row; without rows it removes the keyboard that is shown."""

    rows: tuple[tuple[Key, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class AskReply:
    """Opens a reply to this message in the messenger; in a group for the mentioned person alone."""

    person: int = 0


class DocumentKind(StrEnum):
    """What a document is. How each is made is in bot/documents/maker.py."""

    # of a case
    COMPLAINT = "complaint"
    RECEIPT = "receipt"
    RESPONSE = "response"
    CLOSING = "closing"
    SLIP = "slip"
    CASE_FILE = "case_file"
    # of an agency
    REGISTER = "register"
    REPORT = "report"
    REPORT_PICTURE = "report_picture"
    # of a person
    PERSONAL_DATA = "personal_data"
    PERSONAL_JSON = "personal_json"


@dataclass(frozen=True, slots=True)
class Document:
    """A document that is made when its message is sent, from the case and its history as they are then."""

    kind: DocumentKind
    # The id of the case, of the agency, or of the account.
    subject: str
    # Which one of this kind: the number of the response, a period; empty where there is one.
    detail: str = ""


Rows = tuple[tuple[Button, ...], ...]


@dataclass(frozen=True, slots=True)
class OutgoingMessage:
    """A message to a person. Raises CatalogueError when its parameters are not those of the catalogue."""

    # The template, `file.block`.
    template: str
    # The parameters of the template.
    params: Params = field(default_factory=dict)
    # The inline buttons, one tuple for each row.
    buttons: Rows = ()
    # The reply keyboard, or the request for a reply; None leaves the keyboard as it is.
    keyboard: Keyboard | AskReply | None = None
    # The keys of stored files, which are sent after the text.
    files: tuple[str, ...] = ()
    # The document that the text is the caption of; the message waits for it, and later ones go first.
    document: Document | None = None
    # The key of the message that this one replies to; it is sent without a reply when that one is gone.
    reply_to: str = ""
    # The topic of a group where it is sent; 0 for none, for the general one, and until topics.py chooses it.
    topic: int = 0

    def __post_init__(self) -> None:
        check(MESSAGES, self.template, self.params)


REMOVE_KEYBOARD = Keyboard()


def check(table: Mapping[str, frozenset[str]], name: str, params: Params) -> None:
    """Raise CatalogueError unless the table lists this name with exactly these parameters."""
    expected = table.get(name)
    if expected is None or expected != frozenset(params):
        message = f"{name}: takes {expected and sorted(expected)}, got {sorted(params)}"
        raise CatalogueError(message)
