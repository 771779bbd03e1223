"""The screens of the book: what the plays show, and samples of the messages that no play shows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from conversations.catalogue import MESSAGES
from conversations.effects import AnswerPress, Edit, Effect, Send
from conversations.messages import Keyboard, OutgoingMessage
from tests.texts.plays import PLAYS, chat
from tests.unit.template_samples import samples

# A message that is shown with many sets of buttons (a card, a list) is shown so many times.
MOST_VARIANTS = 3


@dataclass(frozen=True)
class Screen:
    """A message of the book; `sampled` when it was not played and its parameters are samples."""

    message: OutgoingMessage
    sampled: bool = False
    # Answers a press: without markup and buttons.
    alert: bool = False


def screens() -> list[Screen]:
    """All screens in the order of the catalogue: each message at least once."""
    played: dict[str, dict[tuple[str, ...], Screen]] = {}
    for screen in _played():
        variants = played.setdefault(screen.message.template, {})
        if len(variants) < MOST_VARIANTS:
            variants.setdefault(_buttons(screen.message), screen)
    return [
        screen
        for name in MESSAGES
        for screen in (list(played.get(name, {}).values()) or list(_sampled(name)))
    ]


def _played() -> Iterator[Screen]:
    for play in PLAYS:
        world = chat()
        play(world)
        yield from _shown(world.effects)


def _shown(effects: Iterable[Effect]) -> Iterator[Screen]:
    for effect in effects:
        if isinstance(effect, Send | Edit):
            yield Screen(effect.message)
        elif isinstance(effect, AnswerPress) and effect.template:
            yield Screen(OutgoingMessage(effect.template, effect.params), alert=True)


def _sampled(name: str) -> Iterator[Screen]:
    rich, bare = (OutgoingMessage(name, params) for params in samples(name, MESSAGES[name]))
    yield Screen(rich, sampled=True)
    if bare != rich:
        yield Screen(bare, sampled=True)


def _buttons(message: OutgoingMessage) -> tuple[str, ...]:
    """What distinguishes two screens of one message: the names of its buttons and keys."""
    keys = message.keyboard.rows if isinstance(message.keyboard, Keyboard) else ()
    buttons = (button.label for row in message.buttons for button in row)
    return (*buttons, *(key.label for row in keys for key in row))
