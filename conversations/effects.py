"""What to do, in the imperative. The shell carries these out: stored with the turn, done after it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from conversations.catalogue import MESSAGES
from conversations.complaints.case import Case
from conversations.conversation import Conversation
from conversations.events import Attachment
from conversations.messages import OutgoingMessage, Params, check


class Lane(StrEnum):
    """A group's two queues: what an officer just asked for goes before what comes unasked."""

    ASKED = "asked"
    UNASKED = "unasked"


@dataclass(frozen=True, slots=True)
class Send:
    """Send a new message. `key` names it for later edits and replies.

    With `report` (a case id) the outcome comes back as MessageReported. A key that is already
    known moves to the new message, and the old copy loses its buttons.
    """

    chat: int
    message: OutgoingMessage
    key: str = ""
    lane: Lane = Lane.ASKED
    report: str = ""


@dataclass(frozen=True, slots=True)
class Edit:
    """Change the message of that key, or send it anew when it has vanished or was never sent.

    `at` is the message's own id where the event tells it (a pressed button), 0 to look it up.
    """

    chat: int
    key: str
    message: OutgoingMessage
    at: int = 0
    lane: Lane = Lane.ASKED


@dataclass(frozen=True, slots=True)
class StripButtons:
    """Take the inline buttons off a message of ours, known by its id, or by its key where `at` is 0."""

    chat: int
    at: int = 0
    key: str = ""


@dataclass(frozen=True, slots=True)
class AnswerPress:
    """Answer a button press, once, best effort, after the commit. No template: just stop the spinner.

    When the wording is longer than the messenger shows (200), the press opens the private chat
    with the start parameter `overflow` instead. `link` alone opens it at once.
    """

    press: str
    template: str = ""
    params: Params = field(default_factory=dict)
    alert: bool = False
    overflow: str = ""
    link: str = ""

    def __post_init__(self) -> None:
        if self.template:
            check(MESSAGES, self.template, self.params)


@dataclass(frozen=True, slots=True)
class KeepFile:
    """Fetch and store a file for a draft or case (they share the id `owner`)."""

    key: str
    owner: str
    chat: int
    attachment: Attachment


@dataclass(frozen=True, slots=True)
class GiveFiles:
    """Files kept before their purpose was clear: they belong to this draft or case from here on."""

    keys: tuple[str, ...]
    owner: str


@dataclass(frozen=True, slots=True)
class DropFile:
    """Delete one kept file."""

    key: str


@dataclass(frozen=True, slots=True)
class DropFiles:
    """Delete every file of a dropped draft."""

    owner: str


@dataclass(frozen=True, slots=True)
class RecordHistory:
    """Append to the case's history. `who` is a role and id (`officer:42`), `what` an event's code."""

    case: str
    who: str
    what: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class ForgetKeys:
    """Forget the message keys with this prefix: their messages will never be edited again."""

    prefix: str


@dataclass(frozen=True, slots=True)
class LeaveChat:
    """Leave a group that no agency names, after what was said there has been sent."""

    chat: int


@dataclass(frozen=True, slots=True)
class ShowCommands:
    """Show this chat's command menu in its chosen language."""

    chat: int
    language: str


@dataclass(frozen=True, slots=True)
class TellOperator:
    """Write to the operator's chat, when one is configured."""

    message: OutgoingMessage


Effect = (
    Send
    | Edit
    | StripButtons
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
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one event led to: the new states, whole, and what to do."""

    conversations: tuple[Conversation, ...] = ()
    cases: tuple[Case, ...] = ()
    effects: tuple[Effect, ...] = ()

    @classmethod
    def of(cls, *parts: Conversation | Case | Effect | None) -> Outcome:
        """The outcome of these states and effects, in order; None is skipped."""
        known = [part for part in parts if part is not None]
        return cls(
            tuple(part for part in known if isinstance(part, Conversation)),
            tuple(part for part in known if isinstance(part, Case)),
            tuple(part for part in known if not isinstance(part, Conversation | Case)),
        )

    def __add__(self, other: Outcome) -> Outcome:
        """Both, in order; a later state of the same thing wins when the outcome is applied."""
        return Outcome(
            self.conversations + other.conversations,
            self.cases + other.cases,
            self.effects + other.effects,
        )
