"""What changed for one open page since the last event: chats and phones, and those with news of the bot."""

from typing import TYPE_CHECKING, Any

from bot.simulator.control.phones import PhoneLog, Phones, facts_of
from bot.simulator.state.chats import Chat

if TYPE_CHECKING:
    from bot.simulator.server import Simulator

# The word with which a change on WhatsApp is announced, without saying whose phone it is.
WHATSAPP = "whatsapp"


class News:
    """Compares chats and phones with the last event of one page."""

    def __init__(self, simulator: "Simulator", phones: Phones) -> None:
        self._simulator = simulator
        self._phones = phones
        # Id of a chat or phone -> the number of the bot's newest message.
        self._newest = {chat.id: _newest(chat) for chat in simulator.world.chats.values()}
        # Id of a phone -> the position of its messages and its facts at the last event.
        self._shown: dict[int, tuple[int, dict[str, Any]]] = {}
        self._newest |= {number: log.newest_of_bot for number, log in self._changed_phones().items()}

    def event(self, changed: set[int | str]) -> dict[str, Any]:
        """Return the event for these changes: ids of chats and phones, those with news, other words."""
        chats = {number for number in changed if isinstance(number, int)}
        world = self._simulator.world.chats
        now = {number: _newest(chat) for number in chats if (chat := world.get(number))}
        if WHATSAPP in changed:
            phones = self._changed_phones()
            now |= {number: log.newest_of_bot for number, log in phones.items()}
            chats |= phones.keys()
        news = [number for number, message in now.items() if message > self._newest.get(number, 0)]
        self._newest |= now
        words = {str(what): True for what in changed if what and isinstance(what, str)}
        return {"chats": sorted(chats), "news": sorted(news), **words}

    def _changed_phones(self) -> dict[int, PhoneLog]:
        logs = self._phones.by_id(self._simulator.whatsapp)
        now = {number: (log.update(), facts_of(log.person)) for number, log in logs.items()}
        changed = {number: log for number, log in logs.items() if now[number] != self._shown.get(number)}
        self._shown = now
        return changed


def _newest(chat: Chat) -> int:
    """Return the id of the bot's newest message, 0 without any."""
    return next((number for number, stored in reversed(chat.messages.items()) if stored.by_bot), 0)
