"""Transcripts of a person on a messenger that changes no messages: what its shell makes of the effects."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from bot.channels.capabilities import capabilities_of
from bot.channels.numbers import FIRST_ON_WHATSAPP
from conversations.capabilities import CapabilitiesOf
from conversations.effects import Edit, Effect, Send, Weight
from conversations.events import ButtonPressed
from conversations.messages import Button, OutgoingMessage
from conversations.world import World
from tests.unit.filed import LeanChat
from tests.unit.transcript import Actor

ON_WHATSAPP = FIRST_ON_WHATSAPP + 1


@dataclass
class BothChats(LeanChat):
    """A world with both messengers, as `bot/channels/capabilities.py` knows them."""

    # What the messenger of a chat can do.
    capabilities: CapabilitiesOf = capabilities_of

    def lean(self, whole: World) -> World:
        """The event's needs, with what the messenger of a chat can do."""
        return super().lean(self._with_both(whole))

    def world(self) -> World:
        """All that is stored."""
        return self._with_both(super().world())

    def _with_both(self, world: World) -> World:
        return replace(world, providers=replace(world.providers, capabilities=self.capabilities))

    def citizen(self, identity: int = ON_WHATSAPP, name: str = "Siti Aminah") -> Citizen:
        """A person in their private chat on WhatsApp."""
        known = self.person(identity, name)
        return Citizen(known.chat_log, known.identity, known.chat)


def messages(effects: Iterable[Effect], chat: int) -> list[OutgoingMessage]:
    """The messages that these effects become in a chat without edits, counters as one message at the end."""
    sent: list[OutgoingMessage] = []
    counters: dict[str, OutgoingMessage] = {}
    for effect in effects:
        if isinstance(effect, Send) and effect.chat == chat:
            sent.append(effect.message)
        elif isinstance(effect, Edit) and effect.chat == chat:
            if effect.weight is Weight.CONTENT:
                sent.append(effect.message)
            elif effect.weight is Weight.PROGRESS:
                counters[effect.key] = effect.message
    return [*sent, *counters.values()]


@dataclass
class Citizen(Actor):
    """A person on WhatsApp: a press is a message, and has no id that could be answered."""

    def presses_button(self, button: Button) -> list[str]:
        """A button, old or new: the templates of what the chat shows then."""
        event = ButtonPressed(self.origin(), "", button.action, button.subject, button.version, button.value)
        return [message.template for message in messages(self.chat_log.feed(event), self.chat)]

    def reads(self) -> list[OutgoingMessage]:
        """What the chat has shown after the last event."""
        return messages(self.chat_log.fresh, self.chat)
