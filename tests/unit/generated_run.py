"""Generated updates through translation, core and wording, and what has to hold after each one."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from bot.channels.base import UnreadableUpdate, UnreadableUpdateError
from bot.channels.telegram.decoding import decode
from bot.channels.telegram.markup import data
from bot.channels.telegram.updates import UpdateReader
from bot.simulator.api.html import Parser
from bot.turns.batches import SHELL_EVENTS
from conversations.effects import AnswerPress, Edit, Effect, Send
from conversations.events import ButtonPressed, TextReceived
from conversations.messages import Button
from tests.unit.filed import CITIZEN, LANGUAGES, RENDERER, Desk, render_all
from tests.unit.generated_updates import HOSTILE_LINK, NEIGHBOUR, PEOPLE, SHOWN
from tests.unit.raw_updates import reader
from tests.unit.transcript import Actor

# Styles that no template uses: only a person's text could have made them.
FOREIGN_STYLES = frozenset({"strikethrough", "spoiler", "underline", "custom_emoji"})


class BrokenPromiseError(AssertionError):
    """A promise that does not hold."""


@dataclass
class Town:
    """A desk with a filed complaint and a draft, and the reader of updates in front of it."""

    desk: Desk = field(default_factory=Desk)
    reader: UpdateReader = field(default_factory=reader)
    number: int = 1000
    seen: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        """File a complaint, and begin another one."""
        self.desk.file()
        self.desk.file(confidential=True)
        begun = self.desk.chat.person(NEIGHBOUR, "Nina Lestari")
        begun.commands("start", "dpmd")

    def play(self, update: Mapping[str, Any]) -> None:
        """One update, as the bytes of an answer. Raises BrokenPromiseError, or what the bot raised."""
        self.number += 1
        answer = {"ok": True, "result": [{**update, "update_id": self.number}]}
        encoded = json.dumps(self._pressed(answer)).encode("utf-8", "surrogatepass")
        decoded = decode(encoded)
        if decoded is None or len(decoded) != 1:
            raise BrokenPromiseError(f"an answer with one update gave {decoded}")
        [raw] = decoded
        if isinstance(raw, UnreadableUpdate):
            self.seen["unreadable"] += 1
            return
        try:
            event = self.reader.read(raw)
        except UnreadableUpdateError as error:
            self.seen[f"unreadable {error}"] += 1
            return
        self.seen[type(event).__name__] += 1
        if event is not None and not isinstance(event, SHELL_EVENTS):
            check(self.desk.chat.feed(event), event)

    def _pressed(self, value: Any) -> Any:
        """A copy with the data of really shown buttons in place of their numbers."""
        if isinstance(value, dict):
            return {name: self._pressed(inner) for name, inner in value.items()}
        if isinstance(value, list):
            return [self._pressed(inner) for inner in value]
        if isinstance(value, str) and value.startswith(SHOWN):
            buttons = list(shown_buttons(self.desk.chat.effects))
            return data(buttons[-1 - int(value[len(SHOWN) :]) % len(buttons)]) if buttons else value
        return value

    def finish(self) -> None:
        """Whoever acted can begin a complaint, see the status and get help afterwards."""
        for person in PEOPLE:
            actor = Actor(self.desk.chat, self.desk.chat.person(person).identity, person)
            for command in ("batal", "status", "bantuan", "start"):
                if not actor.commands(command):
                    raise BrokenPromiseError(f"/{command} of {person} was not answered")
            check(self.desk.chat.fresh, None)
        if len(self.desk.chat.cases) < 2 or not self.desk.citizen.commands("status", "DPMD-2026-0001"):
            raise BrokenPromiseError(f"the complaint of {CITIZEN} is lost")


def check(effects: Sequence[Effect], event: object) -> None:
    """Raise BrokenPromiseError unless all that is sent can be sent, is escaped, and answers the event."""
    render_all(effects)
    for effect in effects:
        if isinstance(effect, Send | Edit):
            for language in LANGUAGES:
                _escaped(RENDERER.text(effect.message, language))
    answers = [effect for effect in effects if isinstance(effect, AnswerPress)]
    if isinstance(event, ButtonPressed) and event.press and len(answers) != 1:
        raise BrokenPromiseError(f"a press got {len(answers)} answers")
    if isinstance(event, TextReceived) and event.origin.private and not effects:
        raise BrokenPromiseError("a text in a private chat had no effect")


def _escaped(markup: str) -> None:
    _, entities = Parser(markup).parse()
    for entity in entities:
        if entity["type"] in FOREIGN_STYLES or HOSTILE_LINK in entity.get("url", ""):
            raise BrokenPromiseError(f"a person's text became {entity['type']}")


def shown_buttons(effects: Sequence[Effect]) -> Iterator[Button]:
    """Every button that was ever shown, the earliest first."""
    for effect in effects:
        if isinstance(effect, Send | Edit):
            for row in effect.message.buttons:
                yield from (replace(button) for button in row if button.action)
