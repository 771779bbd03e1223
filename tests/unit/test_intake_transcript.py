"""The conversation at the top of intake/dialogue.py, held word for word."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.wording.rendering import Renderer
from conversations.effects import Edit, Send
from conversations.intake import dialogue
from conversations.messages import Button, Keyboard, OutgoingMessage
from tests.unit.transcript import RULES, Actor, Chat

RENDERER = Renderer()
LABELS = RENDERER.label_index()
# A button in brackets; the text before, between and after them.
BUTTON = re.compile(r"\[([^]]+)\]")


def exchanges(text: str) -> Iterator[tuple[str, str]]:
    """What the citizen does, and what the bot answers."""
    block = re.findall(r"^ {4}(Siti|Bot): +(.+(?:\n {10}.+)*)", text, re.MULTILINE)
    lines = [" ".join(line.split()) for _, line in block]
    assert [who for who, _ in block] == ["Siti", "Bot"] * (len(block) // 2)
    return zip(lines[::2], lines[1::2], strict=True)


def act(siti: Actor, line: str) -> None:
    if line.startswith("/"):
        siti.commands(line[1:])
    elif line == "(a photo)":
        siti.sends()
    elif button := BUTTON.fullmatch(line):
        siti.presses_button(shown_button(siti, button[1]))
    else:
        siti.says(line, *LABELS.get(line, ()))


def shown_button(siti: Actor, wording: str) -> Button:
    return next(
        button
        for effect in reversed(siti.chat_log.effects)
        if isinstance(effect, Send | Edit)
        for row in effect.message.buttons
        for button in row
        if RENDERER.label(button.label, button.params, "id") == wording
    )


def labels(message: OutgoingMessage) -> set[str]:
    found = {RENDERER.label(button.label, button.params, "id") for row in message.buttons for button in row}
    if isinstance(message.keyboard, Keyboard):
        found |= {RENDERER.label(key.label, {}, "id") for row in message.keyboard.rows for key in row}
    return found


def test_the_conversation_that_the_dialogue_describes_takes_place() -> None:
    first, second = RULES.agencies
    named = first.model_copy(update={"full_name": "Dinas Pemberdayaan Masyarakat dan Desa"})
    siti = Chat(rules=RULES.model_copy(update={"agencies": (named, second)})).person(5001)
    for said, answered in exchanges(dialogue.__doc__ or ""):
        act(siti, said)
        messages = siti.chat_log.sent(siti.chat)
        text = " ".join(RENDERER.plain(entry.template, entry.params, "id") for entry in messages)
        for words in BUTTON.sub("…", answered).split("…"):
            assert words.strip() in " ".join(text.split()), said
        assert set(BUTTON.findall(answered)) <= set().union(*map(labels, messages)), said
    assert len(siti.chat_log.cases) == 1
