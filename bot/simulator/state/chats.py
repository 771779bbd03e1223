"""A chat and its parts: members, messages, keyboards, topics, and the signal of a change."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

PRESENT = {"creator", "administrator", "member", "restricted"}
ANONYMOUS_ADMINISTRATOR = {
    "id": 1087968824,
    "is_bot": True,
    "first_name": "Group",
    "username": "GroupAnonymousBot",
}
MarkupKind = Literal["inline", "keyboard", "remove", "force"]


@dataclass(frozen=True, slots=True)
class Markup:
    """A keyboard that Telegram accepts: its kind and its value as it came."""

    kind: MarkupKind
    value: dict[str, Any]

    @property
    def selective(self) -> bool:
        """Tell whether only the mentioned or replied-to people get it."""
        return bool(self.value.get("selective"))


class Signal:
    """Wakes all waiting tasks at each change."""

    def __init__(self) -> None:
        self._waiting: list[asyncio.Future[None]] = []

    def fire(self) -> None:
        """Wake all."""
        waiting, self._waiting = self._waiting, []
        for future in waiting:
            if not future.done():
                future.set_result(None)

    def wait(self) -> asyncio.Future[None]:
        """Return a future that is done at the next change after this call."""
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(future)
        return future


@dataclass(slots=True)
class Stored:
    """One message: its newest public form (never changed in place), and facts that bots do not see."""

    message: dict[str, Any]
    by_bot: bool
    markup: Markup | None = None
    version: int = 0


@dataclass(slots=True)
class Topic:
    """One topic of a forum; its id is the id of the message that opened it."""

    thread_id: int
    name: str
    icon_color: int
    closed: bool = False


@dataclass(slots=True)
class Chat:
    """One chat of any kind; `log` gets one entry (message id, version) for each new or changed message."""

    public: dict[str, Any]
    bot_status: str = "member"
    members: dict[int, str] = field(default_factory=dict)
    anonymous: set[int] = field(default_factory=set)
    messages: dict[int, Stored] = field(default_factory=dict)
    log: list[tuple[int, int]] = field(default_factory=list)
    topics: dict[int, Topic] = field(default_factory=dict)
    general_closed: bool = False
    # Whether the bot, as an administrator of a forum, has the right to manage its topics.
    bot_manages_topics: bool = True
    keyboards: dict[int, Markup] = field(default_factory=dict)
    prompts: dict[int, int] = field(default_factory=dict)
    actions: list[str] = field(default_factory=list)
    reactions: dict[int, list[dict[str, Any]]] = field(default_factory=dict)
    signal: Signal = field(default_factory=Signal)
    last_message_id: int = 0
    migrated_to: int | None = None
    started: bool = False
    blocked: bool = False
    deactivated: bool = False
    # Monotonic seconds of the newest chat action, such as "typing".
    acted_at: float = -1e9

    @property
    def id(self) -> int:
        """Return the chat's id."""
        return int(self.public["id"])

    @property
    def kind(self) -> str:
        """Return private, group or supergroup."""
        return str(self.public["type"])

    @property
    def private(self) -> bool:
        """Tell whether this is a chat with one person."""
        return self.kind == "private"

    @property
    def name(self) -> str:
        """Return the title, or the person's first name."""
        return str(self.public.get("title") or self.public.get("first_name"))

    @property
    def with_bot(self) -> bool:
        """Tell whether the bot is in this chat."""
        return self.private or self.bot_status in PRESENT

    def present(self) -> list[int]:
        """Return the ids of the people in this group."""
        return [user_id for user_id, status in self.members.items() if status in PRESENT]

    def newest_first(self) -> Iterator[Stored]:
        """Iterate over the messages, newest first."""
        return reversed(self.messages.values())

    def store(self, stored: Stored) -> None:
        """Store a new or changed message and add it to the log."""
        message_id = int(stored.message["message_id"])
        self.messages[message_id] = stored
        self.log.append((message_id, stored.version))

    def take_message_id(self) -> int:
        """Return the next number; numbers ascend within a chat and are never used again."""
        self.last_message_id += 1
        return self.last_message_id


@dataclass(slots=True)
class Callback:
    """A press of an inline button that waits for its one answer; `pressed_at` is monotonic, in seconds."""

    callback_id: str
    user_id: int
    chat: Chat
    message_id: int
    data: str
    pressed_at: float
    answer: dict[str, Any] | None = None
