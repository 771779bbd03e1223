"""How the people of a sample story act: they wait for what the bot shows, then press or write.

They find messages by the words and labels that people see. When the awaited message does not come, the story
ends with an AssertionError that names it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from bot.simulator.state.waiting import wait_until

if TYPE_CHECKING:
    from bot.simulator.people.groups import Group
    from bot.simulator.people.person import Person
    from bot.simulator.state.chats import Chat, Stored

Message = dict[str, Any]

# Seconds between two acts, so that viewers can follow, and the longest wait for the bot.
PACE, PATIENCE = 0.8, 25.0
# Paces before an act; the second number where another person or another chat continues.
PAUSES = (1.5, 3.0)


@dataclass(frozen=True, slots=True)
class Desk:
    """A group with a member and the leader who act there."""

    group: Group
    officer: Person
    leader: Person


@dataclass(frozen=True, slots=True)
class Cast:
    """Who acts in a story: the citizen, the agency's desk, a division of it, and another agency's desk."""

    citizen: Person
    desk: Desk
    division: Desk
    other: Desk


def _shown_to_no_one(_person: int, _chat: int) -> None:
    """The default of `Stage.show`."""


async def _time_stands() -> None:
    """The default of `Stage.next_day`."""


@dataclass
class Stage:
    """Paces the acts of one story and tells `show` who acts in which chat."""

    # The pause between two acts, in seconds.
    pace: float = PACE
    # Gets the ids of the person and the chat at each change of one of them.
    show: Callable[[int, int], None] = _shown_to_no_one
    # Moves time forward to the next working day.
    next_day: Callable[[], Awaitable[None]] = _time_stands
    # The ids that `show` got last.
    place: tuple[int, int] = field(default=(0, 0))

    async def turn(self, person: Person, chat: Chat) -> None:
        """Pause before an act of this person in this chat."""
        place, before = (person.id, chat.id), self.place
        if place != before:
            self.place = place
            self.show(*place)
        await asyncio.sleep(self.pace * PAUSES[bool(before[0]) and place != before])

    async def press(self, person: Person, label: str, message: Message, group: Group | None = None) -> None:
        """Press the message's button of this label."""
        await self.turn(person, group.chat if group else person.chat)
        await person.press(label, group, message, wait=False)

    async def say(
        self, person: Person, text: str, group: Group | None = None, reply_to: Message | None = None
    ) -> None:
        """Write a text, or a reply."""
        await self.turn(person, group.chat if group else person.chat)
        await person.say(text, group, reply_to=reply_to)


async def shown(chat: Chat, *texts: str, button: str = "", since: int = 0) -> Message:
    """Return the bot's newest message with all these texts, once it has this button.

    `since` leaves out this message id and the earlier ones. Raises AssertionError.
    """

    def found() -> Message | None:
        for stored in chat.newest_first():
            fits = all(text in said(stored) for text in texts)
            if fits and stored.message["message_id"] > since:
                return stored.message if not button or button in labels(stored.message) else None
        return None

    message: Message = await seen(chat, found, " ".join((*texts, button)))
    return message


async def seen(chat: Chat, condition: Callable[[], Any], what: str) -> Any:
    """Return the condition's first true value. Raises AssertionError with `what` after PATIENCE seconds."""
    try:
        return await wait_until(lambda: chat.signal, condition, PATIENCE)
    except TimeoutError:
        raise AssertionError(f"waited in vain for {what!r} in {chat.name}") from None


def said(stored: Stored) -> str:
    """The text of a message of the bot; empty for another one."""
    return str(stored.message.get("text", "")) if stored.by_bot else ""


def labels(message: Message) -> list[str]:
    """The labels of the message's buttons."""
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return [button["text"] for row in rows for button in row]
