"""Pages of choices: a messenger shows only so many buttons under one message (capabilities.py).

The first page is in the message itself, in the order of its rows; "Pilihan lain" sends the next one. A row
that leads back or away is on every page. The further pages are no screens: each button of the message stays
valid, and its wording can still be typed. Only the newest message that has pages can be turned.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from conversations.conversation import Choices, Conversation
from conversations.effects import Outcome, Send
from conversations.events import ButtonPressed, DeadlinePassed, PersonEvent
from conversations.messages import Button, Keyboard, OutgoingMessage, Rows
from conversations.reading.numbers import MOST_PAGE, whole
from conversations.screens import is_typed, outdated, page_buttons, restored, say, stored
from conversations.sight import conversation_of
from conversations.world import World

ACTION = "choices"
BEFORE, AFTER = "previous_choices", "next_choices"
# A row with one of these is on every page.
WAYS = frozenset({"back", "cancel", "do_later", "discard"})


def paged(event: PersonEvent | DeadlinePassed, world: World, outcome: Outcome) -> Outcome:
    """The outcome in which a message of this chat with too many choices shows the first page of them."""
    before = conversation_of(event, world)
    after = next((one for one in reversed(outcome.conversations) if one.key == before.key), before)
    most, known = world.capabilities(before.chat).choices, after.choices
    if known and after.turn != before.turn:
        known = Choices(number=known.number)
    effects = list(outcome.effects)
    for place, effect in enumerate(effects):
        if isinstance(effect, Send) and effect.chat == before.chat and _count(effect.message) > most:
            known = Choices(number=known.number + 1 if known else 1, rows=stored(effect.message.buttons))
            message = replace(effect.message, buttons=_first_page(effect.message.buttons, known, most))
            effects[place] = replace(effect, message=message)
    kept = () if after.choices == known else (after.model_copy(update={"choices": known}),)
    return Outcome((*outcome.conversations, *kept), outcome.cases, tuple(effects))


def _count(message: OutgoingMessage) -> int:
    keys = message.keyboard.rows if isinstance(message.keyboard, Keyboard) else ()
    return sum(bool(button.action) for row in message.buttons for button in row) + sum(map(len, keys))


def _first_page(rows: Rows, known: Choices, most: int) -> Rows:
    """The first page, with the buttons that the messenger handles alone: these are no choices."""
    alone = tuple(row for row in rows if not any(button.action for button in row))
    return (*alone, *_page(_rows(known), known.number, 0, most))


def _rows(known: Choices) -> Rows:
    return tuple(tuple(restored(shown) for shown in row) for row in known.rows)


def show_page(event: ButtonPressed, world: World, conversation: Conversation) -> Outcome:
    """The buttons "Pilihan lain" and "Sebelumnya": send that page."""
    number, _, page = event.value.partition(".")
    known = conversation.choices
    if known is None or not known.rows or number != str(known.number):
        return outdated(event, conversation)
    return _sent(world, conversation, known, whole(page, MOST_PAGE) or 0)


def typed(event: PersonEvent, world: World, conversation: Conversation) -> Outcome | None:
    """The page after or before the newest one, where its button is typed; None for any other message."""
    known = conversation.choices
    for label, step in ((AFTER, 1), (BEFORE, -1)):
        if known and known.rows and is_typed(event, world, label):
            return _sent(world, conversation, known, max(0, known.page + step))
    return None


def _sent(world: World, conversation: Conversation, known: Choices, page: int) -> Outcome:
    most = world.capabilities(conversation.chat).choices
    rows = _rows(known)
    pages = len(_split(_without_ways(rows)[0], _room(rows, most)))
    page = min(page, pages - 1)
    params = {"page": page + 1, "pages": pages}
    turned = known.model_copy(update={"page": page})
    buttons = _page(rows, known.number, page, most)
    return say(conversation, "system.choices", params, buttons=buttons, choices=turned)


def _page(rows: Rows, number: int, page: int, most: int) -> Rows:
    """This page of the rows, with the buttons to the pages next to it and the ways back."""
    choices, ways = _without_ways(rows)
    pages = _split(choices, _room(rows, most))
    turns = page_buttons(ACTION, page, len(pages), before=BEFORE, after=AFTER, prefix=f"{number}.")
    return (*pages[page], *turns, *ways)


def _without_ways(rows: Rows) -> tuple[Rows, Rows]:
    """The rows of choices, and the last row if it leads back or away."""
    leads = bool(rows) and any(button.label in WAYS for button in rows[-1])
    return (rows[:-1], rows[-1:]) if leads else (rows, ())


def _room(rows: Rows, most: int) -> int:
    """How many choices a page has next to the ways back and the buttons of two other pages."""
    return max(1, most - sum(map(len, _without_ways(rows)[1])) - 2)


def _split(rows: Sequence[tuple[Button, ...]], room: int) -> list[Rows]:
    """The rows in pages of at most `room` choices; the first page and the last one have one turn less."""
    pages: list[Rows] = [()]
    for place, row in enumerate(rows):
        left = sum(map(len, rows[place:]))
        # Only the first page, and one that ends the list, have a single button to turn.
        more = 1 if len(pages) == 1 or sum(map(len, pages[-1])) + left <= room + 1 else 0
        if pages[-1] and sum(map(len, pages[-1])) + len(row) > room + more:
            pages.append(())
        pages[-1] = (*pages[-1], row)
    return pages
