"""What happened, in the past tense. Channels, the clock, the file store and the outbox make these events."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal


@dataclass(frozen=True, slots=True)
class Person:
    """A person who writes to the bot: the messenger's id and the name that it shows.

    `nameless` when the messenger's name has no letter: `name` is a substitute then, or only signs.
    """

    id: int
    name: str
    nameless: bool = False


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an event comes from."""

    # The id of the chat.
    chat: int
    # Whether it is a private chat.
    private: bool
    # The sender.
    person: Person
    # The id of the message; of a pressed button, that of the message with the button.
    message: int
    # When it was sent.
    at: datetime
    # The id of the message of ours that it replies to; 0 if none.
    reply_to: int = 0
    # The text of that message: the number in it names the case when its id is no longer known.
    replied_text: str = ""
    # When that message was sent.
    replied_at: datetime | None = None
    # Who first wrote a forwarded message and when, in words; empty for the sender's own words.
    forwarded: str = ""
    # The part of another message that the sender quotes; empty without one.
    quoted: str = ""
    # The topic of a group in which it was sent; 0 for none, and for the general one.
    topic: int = 0


@dataclass(frozen=True, slots=True)
class TextReceived:
    """A text."""

    origin: Origin
    text: str


@dataclass(frozen=True, slots=True)
class CommandReceived:
    """A command without its slash and bot name; `argument` is the rest of the text."""

    origin: Origin
    command: str
    argument: str


@dataclass(frozen=True, slots=True)
class ButtonPressed:
    """An inline button was pressed."""

    # Where it was pressed.
    origin: Origin
    # The id with which the press is answered; empty when that was done, so that the reply goes to the chat.
    press: str
    # What the button does: a name in a dialogue's table ACTIONS.
    action: str
    # The id of the case or draft that it is about.
    subject: str
    # The version of the case, or the turn of the conversation, for which it was made.
    version: int
    # A parameter of the action.
    value: str


FileKind = Literal["photo", "video", "voice", "audio", "video_note", "document"]


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file in the messenger."""

    # The kind of the message that contains it.
    kind: FileKind
    # The id with which it is fetched.
    file_id: str
    # The id that is the same in every message that contains the file.
    unique_id: str
    # The sender's name for it, if any.
    name: str = ""
    # The media type, if the messenger states one.
    mime: str = ""
    # The size in bytes; 0 if the messenger does not state it.
    size: int = 0


@dataclass(frozen=True, slots=True)
class FileReceived:
    """A photo, document, recording or video, with its caption and the id of its album, if any.

    `key` is the name under which the file is stored. The channel chooses it at random, because ids of chats
    and messages repeat: after a group has moved, and with another account of the bot.
    """

    origin: Origin
    attachment: Attachment
    key: str
    caption: str = ""
    album: str = ""


@dataclass(frozen=True, slots=True)
class LocationReceived:
    """A place on the map, in degrees; `title` is the name and address of a venue."""

    origin: Origin
    latitude: float
    longitude: float
    title: str = ""


@dataclass(frozen=True, slots=True)
class ContactReceived:
    """A shared contact; `own` when the messenger confirms that the number is the sender's."""

    origin: Origin
    phone: str
    own: bool


@dataclass(frozen=True, slots=True)
class UnreadableReceived:
    """A message that the service cannot keep: a sticker, a poll, a game.

    Of the kind "edited" is the notice that a message was changed, from a messenger that does not say how; of
    the kind "too_large" one of a file that the messenger does not pass on.
    """

    origin: Origin
    kind: str


@dataclass(frozen=True, slots=True)
class MessageEdited:
    """The messenger reports a change of the message with the id `origin.message`.

    `text` is its text or caption now, `new_file` its file now. Both may be as before: some clients report a
    reaction in this way.
    """

    origin: Origin
    text: str
    new_file: Attachment | None = None


@dataclass(frozen=True, slots=True)
class AnonymousSpoke:
    """An anonymous administrator wrote or pressed a button: it is unknown which officer acted."""

    chat: int
    at: datetime
    press: str = ""
    # The topic of the group; 0 for none, and for the general one.
    topic: int = 0


@dataclass(frozen=True, slots=True)
class BotAdded:
    """The bot became a member of a group."""

    chat: int
    title: str
    at: datetime


@dataclass(frozen=True, slots=True)
class GroupMoved:
    """The earlier messages of a group cannot be edited: it moved, or the bot has another account."""

    at: datetime
    chat: int


@dataclass(frozen=True, slots=True)
class MembershipChanged:
    """The messenger reported who is in a group at `at`: the ids in `joined` are, those in `left` are not."""

    at: datetime
    chat: int
    joined: tuple[int, ...] = ()
    left: tuple[int, ...] = ()


class WakeupKind(StrEnum):
    """What the clock does at a stored moment (complaints/wakeups.py says when)."""

    DRAFT_REMINDER = "draft_reminder"
    DRAFT_DROPPED = "draft_dropped"
    COLLECTING_REMINDER = "collecting_reminder"
    HELD_REMINDER = "held_reminder"
    HELD_EXPIRED = "held_expired"
    OBJECTION_EXPIRED = "objection_expired"
    PLAN_DUE = "plan_due"
    COMPLETION_REMINDER = "completion_reminder"
    COMPLETION_LAPSED = "completion_lapsed"
    UNVERIFIED = "unverified"
    DUE_SOON = "due_soon"
    DUE_TODAY = "due_today"
    OVERDUE = "overdue"
    STATUTORY = "statutory"
    DATA_REQUEST = "data_request"
    UNSENT_EXPIRED = "unsent_expired"
    UNDECIDED_EXPIRED = "undecided_expired"
    BLOCK_ENDED = "block_ended"


@dataclass(frozen=True, slots=True)
class DeadlinePassed:
    """The wake-up time of a conversation (chat, person) or of a case has come; its filer is then `person`.

    `kind` is None when the stored row has none; the state then shows what is due.
    """

    at: datetime
    chat: int = 0
    person: int = 0
    case: str = ""
    kind: WakeupKind | None = None


@dataclass(frozen=True, slots=True)
class FileStored:
    """A file is in the store, and its owner is a case. `sha256` is in hex, `size` in bytes."""

    at: datetime
    owner: str
    file: str
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class FileLost:
    """A file could not be fetched, or was refused; `reason` is a short code such as `too_large`."""

    at: datetime
    owner: str
    file: str
    chat: int
    reason: str


class Delivery(StrEnum):
    """Whether a message that was sent with `report` reached its citizen."""

    DELIVERED = "delivered"
    UNREACHABLE = "unreachable"
    # It goes out when the citizen writes next: the messenger takes no free text before that.
    WAITING = "waiting"


@dataclass(frozen=True, slots=True)
class MessageReported:
    """A message that was sent with `report` reached its citizen, never will, or waits for the citizen."""

    at: datetime
    case: str
    key: str
    delivery: Delivery


@dataclass(frozen=True, slots=True)
class MorningCame:
    """The time of the morning digest of an agency's staff group, or of its restricted chat, has come."""

    at: datetime
    agency: str
    restricted: bool = False


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
    | MorningCame
)
