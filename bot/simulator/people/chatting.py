"""A chat as its members see it: its messages, and waiting for those of the bot."""

from typing import Any

from bot.simulator.state.chats import Chat, Stored
from bot.simulator.state.waiting import transcript, wait_until
from bot.simulator.state.world import World

Message = dict[str, Any]


class ChatView:
    """A chat as its members see it: its messages, and waiting for those of the bot."""

    def __init__(self, world: World, chat: Chat) -> None:
        self.world = world
        self.chat = chat
        self._seen: set[tuple[int, int]] = set()

    @property
    def messages(self) -> list[Message]:
        """Return the visible messages, oldest first."""
        return [stored.message for stored in self.chat.messages.values()]

    async def wait_for(self, text: str, timeout: float = 60.0) -> Message:  # noqa: ASYNC109
        """Return the oldest version of a message of the bot with this text that was not returned before."""
        try:
            found: Stored = await wait_until(lambda: self.chat.signal, lambda: self._unseen(text), timeout)
        except TimeoutError:
            raise AssertionError(f"no message with {text!r}; {transcript(self.chat)}") from None
        self._seen.add((found.message["message_id"], found.version))
        return found.message

    def _unseen(self, text: str) -> Stored | None:
        for entry in self.chat.log:
            stored = self.chat.messages.get(entry[0])
            if entry in self._seen or stored is None or not stored.by_bot or stored.version != entry[1]:
                continue
            if text in stored.message.get("text", stored.message.get("caption", "")):
                return stored
        return None
