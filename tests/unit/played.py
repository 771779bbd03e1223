"""The conversation at the top of a dialogue's file, played line by line against the core and the templates.

    Siti:  /status                        what a person does; so are [a button], (a photo) and a plain text
    Bot:   Pengaduan Anda … [Cek Status]  what that person's chat gets: the texts between "…", and the buttons
    Bot to Rina:  …                       what another chat gets
    Alert: …                              the answer to the press

A line may go on below, further to the right.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from bot.wording.rendering import Renderer
from conversations.effects import Edit, Send
from conversations.events import Delivery, MessageReported
from conversations.messages import Button, Keyboard, OutgoingMessage
from tests.unit.transcript import Actor

RENDERER = Renderer()
LINE = re.compile(r"^ {4}([A-Z][A-Za-z ]*):\s+(\S.*(?:\n {8,}\S.*)*)", re.MULTILINE)
# A button in brackets; the text before, between and after them.
BUTTON = re.compile(r"\[([^]]+)\]")
# "(reply) Bantuan sudah cair." is the deed "reply" with a text.
DEED = re.compile(r"\(([^)]+)\) ?(.*)")

Deed = Callable[[Actor, str], object]


def send_photo(actor: Actor, _text: str) -> None:
    """A photo without a caption."""
    actor.sends()


def reply(actor: Actor, text: str) -> None:
    """A reply to our newest message in the chat that has a key."""
    reply_to = max(message for chat, message in actor.chat_log.keys if chat == actor.chat)
    actor.says(text, reply_to=reply_to)


def reply_to_card(actor: Actor, text: str) -> None:
    """A reply to the card of the first case."""
    actor.says(text, reply_to=actor.chat_log.message_of(f"card:{actor.chat_log.case().id}"))


def ask(actor: Actor, text: str) -> None:
    """An officer asks the citizen."""
    reply_to_card(actor, text)
    actor.presses("question")
    actor.presses("send")


def respond(actor: Actor, text: str) -> None:
    """An officer sends the final response."""
    actor.commands("jawab", f"{actor.chat_log.case().reference} {text}")
    actor.presses("send")


def deliver(actor: Actor, _text: str) -> None:
    """The messenger delivers the newest message whose delivery is reported."""
    chat = actor.chat_log
    sent = next(effect for effect in reversed(chat.effects) if isinstance(effect, Send) and effect.report)
    chat.feed(MessageReported(chat.now, sent.report, sent.key, Delivery.DELIVERED))


DEEDS: Mapping[str, Deed] = {
    "a photo": send_photo,
    "reply": reply,
    "reply to the card": reply_to_card,
    "asks": ask,
    "responds": respond,
    "delivers the response": deliver,
}


@dataclass
class Play:
    """The people of a conversation by name, and what they do in addition to DEEDS."""

    people: Mapping[str, Actor]
    deeds: Mapping[str, Deed] = field(default_factory=dict)

    def check(self, text: str) -> int:
        """Play every line and compare what the bot says; return the number of acts."""
        actor, acts = next(iter(self.people.values())), 0
        for speaker, line in lines(text):
            if speaker in self.people:
                actor, acts = self.people[speaker], acts + 1
                self.act(actor, line)
            elif speaker == "Alert":
                alert = actor.chat_log.alert
                assert_pieces(line, RENDERER.plain(alert.template, alert.params, "id"))
            else:
                hearer = self.people[speaker.removeprefix("Bot to ")] if speaker != "Bot" else actor
                messages = actor.chat_log.sent(hearer.chat)
                assert_pieces(line, " ".join(RENDERER.plain(m.template, m.params, "id") for m in messages))
                assert set(BUTTON.findall(line)) <= set().union(*map(labels, messages)), line
        return acts

    def act(self, actor: Actor, line: str) -> None:
        """One line of a person."""
        if line.startswith("/"):
            command, _, argument = line[1:].partition(" ")
            actor.commands(command, argument)
        elif button := BUTTON.fullmatch(line):
            actor.presses_button(shown_button(actor, button[1]))
        elif deed := DEED.fullmatch(line):
            {**DEEDS, **self.deeds}[deed[1]](actor, deed[2])
        else:
            actor.says(line)


def lines(text: str) -> Iterator[tuple[str, str]]:
    """Each speaker of a conversation with what the person or the bot says, in one line."""
    assert not re.search("^ {4}", LINE.sub("", text), re.MULTILINE), "a line that is not played"
    for speaker, block in LINE.findall(text):
        yield speaker, " ".join(block.split())


def says(text: str, line: str) -> bool:
    """Whether the text contains, in this order, all that the line says between buttons and "…"."""
    said, end = " ".join(text.split()), 0
    for piece in map(str.strip, BUTTON.sub("…", line).split("…")):
        begin = said.find(piece, end)
        if begin < 0:
            return False
        end = begin + len(piece)
    return True


def assert_pieces(line: str, text: str) -> None:
    """The text says what the line says."""
    assert says(text, line), (line, " ".join(text.split()))


def shown_button(actor: Actor, wording: str) -> Button:
    """The newest button of that wording in the person's chat."""
    return next(
        button
        for effect in reversed(actor.chat_log.effects)
        if isinstance(effect, Send | Edit) and effect.chat == actor.chat
        for row in effect.message.buttons
        for button in row
        if RENDERER.label(button.label, button.params, "id") == wording
    )


def labels(message: OutgoingMessage) -> set[str]:
    """The wordings of the message's buttons and keys."""
    found = {RENDERER.label(button.label, button.params, "id") for row in message.buttons for button in row}
    if isinstance(message.keyboard, Keyboard):
        found |= {RENDERER.label(key.label, {}, "id") for row in message.keyboard.rows for key in row}
    return found
