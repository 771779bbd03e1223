"""What a person's phone shows of the chat with the bot, and waiting for a message there."""

from dataclasses import dataclass, field
from typing import Any, Literal

from bot.simulator.state.chats import Signal
from bot.simulator.state.waiting import wait_until

Content = dict[str, Any]
Direction = Literal["business", "person"]
Status = Literal["accepted", "sent", "delivered", "read", "failed"]
SHOWN = 12
TYPING_SECONDS = 25.0


@dataclass(frozen=True, slots=True)
class Choice:
    """A button or row: its title, its id, and the part of a message that a press of it sends."""

    title: str
    id: str
    reply: Content


@dataclass(eq=False)
class Shown:
    """One message of a chat; `content` is the object as it was sent, with its `type`."""

    wamid: str
    # Who wrote it.
    direction: Direction
    content: Content
    # Unix seconds.
    at: float
    # The plain text, also of a template's body.
    text: str = ""
    # The buttons or rows.
    choices: list[Choice] = field(default_factory=list)
    # How far a message of the business got; a person's own message is "sent", then "read" by the business.
    status: Status = "sent"
    # The id of the message that it answers; "" without one.
    reply_to: str = ""
    # What the sender gave for its own use: comes back in each status.
    callback_data: str = ""
    # The other side's emoji on it.
    reaction: str = ""
    deleted: bool = False
    edited: bool = False

    def as_dict(self) -> Content:
        """Return the message as it was sent, with its id, writer, time, status and plain text."""
        return {
            **self.content,
            "id": self.wamid,
            "direction": self.direction,
            "timestamp": str(int(self.at)),
            "status": self.status,
            "shown": self.text,
        }


class Phone:
    """The chat with the bot on one phone, oldest message first."""

    def __init__(self) -> None:
        self.log: list[Shown] = []
        self.signal = Signal()
        # Until when the bot's "is typing" is shown, in Unix seconds.
        self.typing_until = 0.0
        self._seen: set[str] = set()

    @property
    def visible(self) -> list[Shown]:
        """Return the messages that were not deleted."""
        return [shown for shown in self.log if not shown.deleted]

    def add(self, shown: Shown) -> None:
        """Show one more message."""
        self.log.append(shown)
        self.signal.fire()

    def find(self, wamid: str) -> Shown | None:
        """Return the message of this id, or None."""
        return next((shown for shown in self.log if shown.wamid == wamid), None)

    def of_business(self) -> list[Shown]:
        """Return the visible messages of the bot."""
        return [shown for shown in self.visible if shown.direction == "business"]

    async def wait_for(self, text: str, timeout: float = 60.0) -> Shown:  # noqa: ASYNC109
        """Return the oldest message of the bot with this text that was not returned before."""
        try:
            found: Shown = await wait_until(lambda: self.signal, lambda: self._unseen(text), timeout)
        except TimeoutError:
            raise AssertionError(f"no message with {text!r}; {self.transcript()}") from None
        self._seen.add(found.wamid)
        return found

    def _unseen(self, text: str) -> Shown | None:
        for shown in self.of_business():
            if shown.wamid not in self._seen and text in shown.text:
                return shown
        return None

    def transcript(self) -> str:
        """Return the last messages as readable lines."""
        if not self.log:
            return "no message on the phone"
        return "\n".join(["the last messages on the phone:", *map(line, self.visible[-SHOWN:])])


def line(shown: Shown) -> str:
    """Return one message with its buttons."""
    kind = shown.content.get("type", "?")
    buttons = f"\n      [{' | '.join(choice.title for choice in shown.choices)}]" if shown.choices else ""
    return f"  {shown.direction} {kind} ({shown.status}): {shown.text}{buttons}"
