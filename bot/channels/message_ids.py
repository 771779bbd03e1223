"""The core's ids of messages, which never repeat, and the messenger's, which do.

The messenger numbers the messages of each chat from 1. It starts over when a group becomes a supergroup, and
another account of the bot has numbers of its own. A reply or an edit by such a number alone could reach
another message, of another citizen's case. So the core knows a message by

    generation << 32 | number        generation = account << 8 | position

`account` counts the changes of the bot's account (bot/database/accounts.py). `position` is 0 for a chat that
never moved, 1 after its first move, and so on (bot/channels/moves.py). The messenger's numbers have 31 bits.

In generation 0 both ids are equal, so that a store of an earlier version stays valid. A later generation is
always the larger number: where two ids of one key are compared, the larger one is the newer message.

A message of an earlier generation cannot be reached: an edit of it raises DeliveryError(VANISHED), so that
a new message is sent; a reply to it is sent without the reference; its buttons stay.
"""

from __future__ import annotations

from dataclasses import replace

from bot.channels.base import DeliveryError, Failure, Posting, Step
from bot.channels.moves import Moves
from bot.channels.numbers import FIRST_MESSAGE

MESSAGE_BITS, POSITION_BITS = 32, 8
# How many bits are below the count of the bot's accounts.
ACCOUNT_SHIFT = MESSAGE_BITS + POSITION_BITS
MOST_POSITION = (1 << POSITION_BITS) - 1


def is_before(message: int, shown: int) -> bool:
    """Whether a message was sent before another one; false where their numbers cannot be compared.

    Within one generation the messenger's numbers ascend in a private chat, of both sides. Numbers of our own
    ascend in the order in which the messages were received and accepted.
    """
    if min(message, shown) >= FIRST_MESSAGE:
        return message < shown
    return message >> MESSAGE_BITS == shown >> MESSAGE_BITS and message < shown


def is_next(message: int, earlier: int) -> bool:
    """Whether a message followed another one with none in between, in a private chat."""
    return bool(earlier) and message == earlier + 1


class MessageIds:
    """Translates in both directions. Chats are given by the messenger's ids."""

    def __init__(self, moves: Moves) -> None:
        self._moves = moves
        self._account = 0

    def use_account(self, generation: int) -> None:
        """Set how often the bot's account has changed, before anything is read or sent."""
        self._account = generation

    def inward(self, chat: int, number: int) -> int:
        """The core's id of a message; 0 stays 0, which is none."""
        return self._generation(chat) << MESSAGE_BITS | number if number else 0

    def outward(self, chat: int, message: int) -> int:
        """The messenger's number of a message that the chat has today, 0 for any other."""
        generation, number = divmod(message, 1 << MESSAGE_BITS)
        return number if generation == self._generation(chat) else 0

    def posting(self, posting: Posting) -> Posting:
        """The posting with the messenger's numbers. Raises DeliveryError when `edit` cannot be reached."""
        edit = self.outward(posting.chat, posting.edit)
        if posting.edit and not edit:
            raise DeliveryError(Failure.VANISHED, "the message is of another chat or account", answered=False)
        return replace(posting, edit=edit, reply_to=self.outward(posting.chat, posting.reply_to))

    def step(self, chat: int, step: Step) -> Step:
        """The step, returning the core's ids of the messages it makes."""

        def inward(numbers: tuple[int, ...]) -> tuple[int, ...]:
            return tuple(self.inward(chat, number) for number in numbers)

        async def run() -> tuple[int, ...]:
            try:
                return inward(await step.run())
            except DeliveryError as error:
                error.made = inward(error.made)
                raise

        return replace(step, run=run)

    def _generation(self, chat: int) -> int:
        return self._account << POSITION_BITS | min(self._moves.position(chat), MOST_POSITION)
