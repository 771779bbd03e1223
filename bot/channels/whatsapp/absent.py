"""What WhatsApp does not have: groups, topics, menus of a chat, and changes of what was sent."""
# ruff: noqa: ARG002 - the interface of a channel names what is not used here

from __future__ import annotations

from bot.channels.base import DeliveryError, Failure, Raw
from conversations.effects import AnswerPress


class Absent:
    """The methods of a channel that do nothing here, or refuse."""

    def use_account(self, generation: int) -> None:
        """Do nothing: the numbers of messages are our own, and hold for every account."""

    async def fetch(self, offset: int, timeout: float) -> list[Raw]:  # noqa: ASYNC109 - the interface's
        """No updates: they are delivered."""
        return []

    async def strip(self, chat: int, message: int) -> None:
        """Do nothing: buttons stay, and an old one is answered."""

    async def delete(self, chat: int, message: int) -> None:
        """Delete nothing. Raises DeliveryError."""
        raise _without("delete messages")

    async def leave(self, chat: int) -> None:
        """Do nothing: there are no groups."""

    async def reopen_topic(self, chat: int, topic: int) -> None:
        """Open no topic. Raises DeliveryError."""
        raise _without("open topics")

    async def create_topic(self, chat: int, name: str) -> int:
        """Create no topic. Raises DeliveryError."""
        raise _without("create topics")

    async def show_commands(self, chat: int, language: str) -> None:
        """Do nothing: commands belong to the number, not to a chat."""

    async def answer_press(self, press: AnswerPress, language: str) -> None:
        """Answer no press: it is a message. Raises DeliveryError."""
        raise _without("answer presses")

    async def is_member(self, chat: int, person: int) -> bool:
        """Whether a person is in a group: no one is."""
        return False

    async def public_name(self, chat: int) -> str:
        """No name: there are no groups."""
        return ""


def _without(what: str) -> DeliveryError:
    return DeliveryError(Failure.REFUSED, f"WhatsApp cannot {what}", answered=False)
