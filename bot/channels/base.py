"""The interface of a messenger. A failure carries its decision; the channel knows no complaint."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Literal, Protocol

from conversations.effects import AnswerPress
from conversations.events import Attachment, Event
from conversations.messages import OutgoingMessage, Params


class Failure(StrEnum):
    """Why a delivery failed, named by what to do about it."""

    THROTTLED = "throttled"
    """Wait as long as the messenger says."""
    TEMPORARY = "temporary"
    """Try again, later each time: the network or the messenger itself."""
    UNREACHABLE = "unreachable"
    """The person blocked the bot, never started it or is gone: park until they come back."""
    CHAT_GONE = "chat_gone"
    """The chat does not exist any more, or the bot may not write in it."""
    MIGRATED = "migrated"
    """The group has another id now."""
    VANISHED = "vanished"
    """The message to change does not exist any more: send a new one."""
    TOPIC_CLOSED = "topic_closed"
    """The topic of the group is closed: open it again, or send without a topic."""
    TOPIC_GONE = "topic_gone"
    """The topic of the group does not exist any more: create it again, or send without a topic."""
    WINDOW = "window"
    """The person has not written for so long that only a template may be sent: wait for the next message."""
    ACCOUNT = "account"
    """The token, the number or a template is not in order: the operator has to act, then try again."""
    OFF = "off"
    """The operator has switched the messenger of the chat off: tell the operator, keep the message."""
    REFUSED = "refused"
    """Any other permanent failure: an error in this program."""


@dataclass(eq=False)
class DeliveryError(Exception):
    """A call to the messenger failed; `retry_after` in seconds, `moved_to` the group's new id.

    `answered` says whether the messenger answered the call, `only_chat` whether it throttles this chat alone.
    `made` has the messages of an album that was sent without some of its files.
    """

    kind: Failure
    reason: str = ""
    retry_after: float = 0.0
    moved_to: int = 0
    answered: bool = True
    only_chat: bool = False
    made: tuple[int, ...] = ()

    def __str__(self) -> str:
        return f"{self.kind}: {self.reason}"


@dataclass(eq=False)
class FetchError(Exception):
    """Updates could not be fetched: wrong token, another program fetches too, or try again later."""

    kind: Literal["token", "conflict", "temporary"]
    reason: str = ""
    retry_after: float = 0.0

    def __str__(self) -> str:
        return f"{self.kind}: {self.reason}"


class UnreadableUpdateError(Exception):
    """An update has a form that this version does not understand; the others of its batch are taken."""


@dataclass(frozen=True, slots=True)
class UnreadableUpdate:
    """An update that could not be parsed: its bytes, and the reason, which begins with one word.

    `update_id` is None where it cannot be read.
    """

    update_id: int | None
    raw: bytes
    reason: str


# An update as it is fetched; a parsed one holds its `update_id` and can be stored as JSON.
Raw = dict[str, Any] | UnreadableUpdate


@dataclass(frozen=True, slots=True)
class Writer:
    """Who caused a stored update: its kind, its chat (0: cannot be read), when it was sent (0: not said).

    `press` when it is the press of a button.
    """

    kind: str
    chat: int = 0
    private: bool = False
    press: bool = False
    at: int = 0


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sent an update, in which chat, and when, in seconds since 1970; None for a press.

    `chat` is the messenger's own id.
    """

    chat: int
    person: int
    at: float | None


@dataclass(frozen=True, slots=True)
class ChatMigrated:
    """A group became a supergroup: message ids of the old one are void."""

    old: int
    new: int


@dataclass(frozen=True, slots=True)
class BlockChanged:
    """A person blocked the bot or came back."""

    chat: int
    blocked: bool


@dataclass(frozen=True, slots=True)
class RightsChanged:
    """What the bot is in a group now: administrator, member or nothing."""

    chat: int
    status: Literal["administrator", "member", "gone"]


@dataclass(frozen=True, slots=True)
class Confirmed:
    """The messenger reports whether a message that it had accepted was delivered.

    `row` is the row of the outbox, 0 if unknown, and `part` the number of the step that sent the message;
    `message` our id of it, 0 if unknown. Without `delivered`, `failure` and `reason` say what went wrong, and
    `retry_after` when to try again, in seconds.
    """

    chat: int
    row: int
    message: int
    delivered: bool
    failure: Failure = Failure.REFUSED
    reason: str = ""
    retry_after: float = 0.0
    part: int = 0


ShellEvent = ChatMigrated | BlockChanged | RightsChanged | Confirmed


@dataclass(frozen=True, slots=True)
class MadeDocument:
    """A document as it is sent: its file name, its kind, and its bytes, or the temporary file with them.

    A `picture` is shown in the chat. `caption` has parameters of the caption that are known once it is made.
    """

    name: str
    mime: str
    content: bytes | Path
    picture: bool = False
    caption: Params = field(default_factory=dict)

    def discard(self) -> None:
        """Delete its temporary file, if it has one: it is sent, or it will be made again."""
        if isinstance(self.content, Path):
            self.content.unlink(missing_ok=True)


@dataclass(frozen=True, slots=True)
class Posting:
    """A message to deliver: the chat, the message, its language, and the messages it refers to.

    `edit` is the id of the message to change, 0 to send a new one; `reply_to` the one it answers, 0 if none;
    `made` the document that the message's text is the caption of. `row` is the row of the outbox, which the
    messenger names in its report; a `knock` is sent as a template, which needs no open window.
    """

    chat: int
    message: OutgoingMessage
    language: str
    edit: int = 0
    reply_to: int = 0
    made: MadeDocument | None = None
    row: int = 0
    knock: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """One call of a delivery, and its cost against the chat's limit.

    `main` when it sends the message that later edits change; `run` returns the ids of the messages it made;
    `optional` when the other steps are still delivered without it. `part` names the step in the messenger's
    report: 0 for the main one.
    """

    cost: int
    main: bool
    run: Callable[[], Awaitable[tuple[int, ...]]]
    optional: bool = False
    part: int = 0


class Wording(Protocol):
    """Renders messages as text."""

    def text(self, message: OutgoingMessage, language: str) -> str:
        """The message as the messenger's markup."""

    def label(self, name: str, params: Params, language: str) -> str:
        """A button's wording, plain."""

    def plain(self, template: str, params: Params, language: str) -> str:
        """A template's wording without markup."""

    def word(self, name: str, language: str, /, **params: Any) -> str:
        """A word for use inside sentences, plain."""


class MessengerClock(Protocol):
    """The clock, which a channel asks and to which it passes on what the messenger says about the time."""

    def moment(self, named: datetime | None, /) -> datetime:
        """The business time of a moment that the messenger gives, of now for None."""

    def answered(self, date: str | None, /) -> None:
        """Note that the messenger answered, and the `Date` of its answer."""

    def sent(self, date: float, /) -> None:
        """Note the date of a message that was sent now, in seconds since 1970."""


class KeptFiles(Protocol):
    """The store of files, as a channel that sends them again needs it."""

    async def describe(self, keys: Sequence[str]) -> Mapping[str, Attachment]:
        """How the messenger names these files; a key that is not kept is left out."""

    async def open_file(self, key: str) -> bytes | None:
        """The file's bytes, None while it is not stored."""

    async def is_coming(self, key: str) -> bool:
        """Whether the file is still being fetched."""


class Channel(Protocol):
    """A messenger. Every method but `read` raises DeliveryError; start and fetch raise FetchError.

    Ids of messages never repeat, in events as in postings. The messenger's own numbers do: they start over
    when a group moves or the bot's account changes.
    """

    async def start(self) -> object:
        """Connect and learn the bot's own name; waits for a messenger that is down."""

    async def close(self) -> None:
        """Close all connections."""

    def use_account(self, generation: int) -> None:
        """Set how often the bot's account has changed: message ids of earlier accounts are void."""

    async def fetch(self, offset: int, timeout: float) -> list[Raw]:  # noqa: ASYNC109 - a long poll's
        """Updates from this offset on, waiting `timeout` seconds for the first."""

    def read(self, raw: Mapping[str, Any]) -> Event | ShellEvent | None:
        """An update as an event; None when it does not concern the bot. Raises UnreadableUpdateError."""

    def sender(self, raw: Mapping[str, Any]) -> Sender | None:
        """The person who wrote or pressed; None for all other updates, which are never dropped."""

    async def steps(self, posting: Posting) -> Sequence[Step]:
        """The calls that deliver this posting, in order; the same posting gives the same steps."""

    async def strip(self, chat: int, message: int) -> None:
        """Take the buttons off a message."""

    async def delete(self, chat: int, message: int) -> None:
        """Delete a message of ours; a missing message counts as deleted."""

    async def leave(self, chat: int) -> None:
        """Leave a group."""

    async def reopen_topic(self, chat: int, topic: int) -> None:
        """Open a closed topic of a group again, the general one for 0."""

    async def create_topic(self, chat: int, name: str) -> int:
        """Create a topic in a group; its id."""

    async def show_commands(self, chat: int, language: str) -> None:
        """Show this chat's command menu in a language."""

    async def answer_press(self, press: AnswerPress, language: str) -> None:
        """Answer a button press once; a text that is too long opens the start link `overflow` instead."""

    async def is_member(self, chat: int, person: int) -> bool:
        """Whether a person is in a group now; `chat` is the group as the core knows it."""

    async def public_name(self, chat: int) -> str:
        """The group's public name; empty for a private group."""

    def fetch_file(self, file_id: str) -> AbstractAsyncContextManager[AsyncIterator[bytes]]:
        """Open a file for reading in pieces. Raises FileTooLargeError."""


class DocumentNotReadyError(Exception):
    """What a document contains is not there yet: it is made later, however long that takes."""


class FileTooLargeError(Exception):
    """The file is larger than the messenger lets bots download."""
