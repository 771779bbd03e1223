"""What happened, in the past tense. A channel or a clock makes these; the core only reads them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who writes to the bot."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an event comes from. `reply_to` is the id of our own message it answers, 0 if none.

    `replied_text` is that message's text, so that a reply to a message we no longer know by its
    id can still be understood by the number in it; `replied_at` is when the messenger got it.
    """

    chat: int
    private: bool
    person: Person
    message: int
    at: datetime
    reply_to: int = 0
    replied_text: str = ""
    replied_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class TextReceived:
    """A text. `labels` holds the button names whose wording (in any language) is exactly this text."""

    origin: Origin
    text: str
    labels: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class CommandReceived:
    """A command without its slash and bot name; `argument` is the rest of the text."""

    origin: Origin
    command: str
    argument: str


@dataclass(frozen=True, slots=True)
class ButtonPressed:
    """An inline button was pressed; `subject` is a case or draft id, `version` what it was made for.

    An empty `press` was answered already: what its answer would say is to be said in the chat.
    """

    origin: Origin
    press: str
    action: str
    subject: str
    version: int
    value: str


FileKind = Literal["photo", "video", "voice", "audio", "video_note", "document"]


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file as the messenger names it; `size` in bytes as the update says, 0 if it does not."""

    kind: FileKind
    file_id: str
    unique_id: str
    name: str = ""
    mime: str = ""
    size: int = 0


@dataclass(frozen=True, slots=True)
class FileReceived:
    """A photo, document, recording or video, perhaps one of an album, perhaps with a caption.

    `key` is the name under which the file is kept. The channel draws it at random for each event, because
    chat and message ids come again: after a group has moved, and with another account of the bot.
    """

    origin: Origin
    attachment: Attachment
    key: str
    caption: str = ""
    album: str = ""


@dataclass(frozen=True, slots=True)
class LocationReceived:
    """A place on the map, in degrees; `title` is a venue's name and address."""

    origin: Origin
    latitude: float
    longitude: float
    title: str = ""


@dataclass(frozen=True, slots=True)
class ContactReceived:
    """A shared contact; `own` when the messenger vouches that it is the sender's number."""

    origin: Origin
    phone: str
    own: bool


@dataclass(frozen=True, slots=True)
class UnreadableReceived:
    """Something the service cannot keep: a sticker, a poll, a game."""

    origin: Origin
    kind: str


@dataclass(frozen=True, slots=True)
class MessageEdited:
    """An earlier message's text or caption was changed; `origin.message` is that message."""

    origin: Origin
    text: str


@dataclass(frozen=True, slots=True)
class AnonymousSpoke:
    """An anonymous administrator acted: nobody can be held to it."""

    chat: int
    at: datetime
    press: str = ""


@dataclass(frozen=True, slots=True)
class BotAdded:
    """The bot became a member of a group."""

    chat: int
    title: str
    at: datetime


@dataclass(frozen=True, slots=True)
class GroupMoved:
    """A group's earlier messages are out of reach: it moved, or the bot has another account."""

    at: datetime
    chat: int


@dataclass(frozen=True, slots=True)
class MembershipChanged:
    """The messenger told who is in a group: `joined` are in it at `at`, `left` are not. Ids of persons."""

    at: datetime
    chat: int
    joined: tuple[int, ...] = ()
    left: tuple[int, ...] = ()


class WakeupKind(StrEnum):
    """What the clock does at a stored moment (complaints/wakeups.py says when)."""

    DRAFT_REMINDER = "draft_reminder"
    DRAFT_DROPPED = "draft_dropped"
    COLLECTING_REMINDER = "collecting_reminder"
    OBJECTION_EXPIRED = "objection_expired"


@dataclass(frozen=True, slots=True)
class DeadlinePassed:
    """A stored wake-up time has come, of a conversation (chat, person) or of a case.

    `kind` is None when the stored row has none; the state then says what is due.
    """

    at: datetime
    chat: int = 0
    person: int = 0
    case: str = ""
    kind: WakeupKind | None = None


@dataclass(frozen=True, slots=True)
class FileStored:
    """A file lies in the store; `sha256` is hex. Raised once its owner is a case."""

    at: datetime
    owner: str
    file: str
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class FileLost:
    """A file could not be fetched or was refused; `reason` is a short code such as `too_large`."""

    at: datetime
    owner: str
    file: str
    chat: int
    reason: str


class Delivery(StrEnum):
    """How a message that matters fared."""

    DELIVERED = "delivered"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True, slots=True)
class MessageReported:
    """A message sent with `report` reached the messenger, or never will."""

    at: datetime
    case: str
    key: str
    delivery: Delivery


PersonEvent = (
    TextReceived
    | CommandReceived
    | ButtonPressed
    | FileReceived
    | LocationReceived
    | ContactReceived
    | UnreadableReceived
    | MessageEdited
)
Event = (
    PersonEvent
    | AnonymousSpoke
    | BotAdded
    | GroupMoved
    | MembershipChanged
    | DeadlinePassed
    | FileStored
    | FileLost
    | MessageReported
)
