"""What to do, in the imperative. The shell stores the effects with the turn and carries them out after it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from conversations.catalogue import MESSAGES
from conversations.complaints.case import Case
from conversations.conversation import Conversation
from conversations.events import Attachment
from conversations.messages import OutgoingMessage, Params, check


class Lane(StrEnum):
    """The queues of a chat: replies to an officer's request go before a group's cards, reminders and notices.

    A cosmetic edit goes when the chat is quiet, or never: what it shows is also said elsewhere.
    """

    ASKED = "asked"
    UNASKED = "unasked"
    COSMETIC = "cosmetic"


class Weight(StrEnum):
    """What an edit is worth where a messenger cannot change messages."""

    # The change is a new message.
    CONTENT = "content"
    # The newest of several changes is one new message, some seconds later.
    PROGRESS = "progress"
    # The change is left out: what it shows is also said elsewhere.
    COSMETIC = "cosmetic"


@dataclass(frozen=True, slots=True)
class Send:
    """Send a new message."""

    # The id of the chat.
    chat: int
    # The message.
    message: OutgoingMessage
    # The key for later edits and replies. An earlier message with this key loses it, and its buttons.
    key: str = ""
    # The queue, in a group.
    lane: Lane = Lane.ASKED
    # The id of the case that gets the delivery as MessageReported; empty for no report.
    report: str = ""


@dataclass(frozen=True, slots=True)
class Edit:
    """Change the message with this key; where it is gone or was never sent, send a new one."""

    # The id of the chat.
    chat: int
    # The key of the message.
    key: str
    # What it becomes.
    message: OutgoingMessage
    # The id of the message where the event contains it (a pressed button); 0 to look it up by the key.
    at: int = 0
    # The queue, in a group.
    lane: Lane = Lane.ASKED
    # What the change is worth where the messenger cannot make it.
    weight: Weight = Weight.CONTENT


@dataclass(frozen=True, slots=True)
class StripButtons:
    """Remove the inline buttons of a message of ours, found by its id, or by its key where `at` is 0."""

    chat: int
    at: int = 0
    key: str = ""


@dataclass(frozen=True, slots=True)
class DeleteMessages:
    """Delete the messages with the key `target`, with their files, and report the outcome under `key`.

    Such a message that still waits for an unreachable chat is not sent any more.
    """

    # The id of the chat.
    chat: int
    # The key of the messages.
    target: str
    # The key of the deletion.
    key: str
    # The id of the case that gets the outcome as MessageReported.
    report: str


@dataclass(frozen=True, slots=True)
class AnswerPress:
    """Answer a button press, once and without a retry, after the commit."""

    # The id of the press.
    press: str
    # The template of the text; empty to stop the messenger's progress sign only.
    template: str = ""
    # The parameters of the template.
    params: Params = field(default_factory=dict)
    # Whether the text is shown as an alert, which the person has to close.
    alert: bool = False
    # The start parameter with which the private chat opens where the text exceeds 200 characters.
    overflow: str = ""
    # The start parameter with which the private chat opens in any case, without a text.
    link: str = ""

    def __post_init__(self) -> None:
        if self.template:
            check(MESSAGES, self.template, self.params)


@dataclass(frozen=True, slots=True)
class KeepFile:
    """Fetch a file and store it under `key` for its owner: a draft, the case of the same id, or a person."""

    key: str
    owner: str
    chat: int
    attachment: Attachment


@dataclass(frozen=True, slots=True)
class GiveFiles:
    """Assign files to a draft or case that were stored for a person, before their purpose was clear."""

    keys: tuple[str, ...]
    owner: str


@dataclass(frozen=True, slots=True)
class DropFile:
    """Delete one stored file."""

    key: str


@dataclass(frozen=True, slots=True)
class DropFiles:
    """Delete every file of a dropped draft."""

    owner: str


@dataclass(frozen=True, slots=True)
class RecordHistory:
    """Append an entry to the case's history. `who` is a role and id (`officer:42`), `what` a short code."""

    case: str
    who: str
    what: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class ForgetKeys:
    """Delete the message keys with this prefix, except `kept`: their messages are not edited any more."""

    prefix: str
    kept: str = ""


@dataclass(frozen=True, slots=True)
class LeaveChat:
    """Leave a group that the configuration does not name, after the messages to it have been sent."""

    chat: int


@dataclass(frozen=True, slots=True)
class ShowCommands:
    """Set the command menu of this chat to its chosen language."""

    chat: int
    language: str


@dataclass(frozen=True, slots=True)
class TellOperator:
    """Send a message to the operator's chat, if one is configured."""

    message: OutgoingMessage


@dataclass(frozen=True, slots=True)
class ScheduleDigest:
    """Set when the next morning digest of a group is due, and which numbers are not new any more."""

    # The id of the agency.
    agency: str
    # Whether it is the agency's restricted chat.
    restricted: bool
    # When it is due.
    at: datetime
    # The last serial number of each year; None leaves what is stored.
    seen: Mapping[int, int] | None = None


Effect = (
    Send
    | Edit
    | StripButtons
    | DeleteMessages
    | AnswerPress
    | KeepFile
    | GiveFiles
    | DropFile
    | DropFiles
    | RecordHistory
    | ForgetKeys
    | LeaveChat
    | ShowCommands
    | TellOperator
    | ScheduleDigest
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of one event: the new states, complete, and the effects."""

    conversations: tuple[Conversation, ...] = ()
    cases: tuple[Case, ...] = ()
    effects: tuple[Effect, ...] = ()

    @classmethod
    def of(cls, *parts: Conversation | Case | Effect | None) -> Outcome:
        """An outcome with these states and effects, in their order; None is skipped."""
        known = [part for part in parts if part is not None]
        return cls(
            tuple(part for part in known if isinstance(part, Conversation)),
            tuple(part for part in known if isinstance(part, Case)),
            tuple(part for part in known if not isinstance(part, Conversation | Case)),
        )

    def __add__(self, other: Outcome) -> Outcome:
        """Both outcomes, in their order; of two states of one conversation or case the later one counts."""
        return Outcome(
            self.conversations + other.conversations,
            self.cases + other.cases,
            self.effects + other.effects,
        )
