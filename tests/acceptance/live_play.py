"""A conversation of docs/played/, played with the bot's own process through the embedded messenger.

Each line of a person is written, pressed on the newest message that shows the button, or done as in DEEDS.
What the bot says has to appear in that order before the next line is played.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial

from tests.acceptance.bot_setup import SECONDS, ChatUser, Message, Setup, words
from tests.players import Citizen
from tests.questions import ANSWERS, RECEIPT, labels_of
from tests.unit.played import BUTTON, DEED, lines, says

# What differs from one run to the next -> what the conversations have in its place.
CHANGING: Mapping[str, str] = {
    r"Hari ini, \d+ \w+": "Hari ini, 17 Mar",
    r"Kemarin, \d+ \w+": "Kemarin, 16 Mar",
    r"\w+, \d+ \w+ \d{4} pukul \d\d\.\d\d WIB": "Selasa, 17 Maret 2026 pukul 09.00 WIB",
    r"DPMD-\d{4}-\d{4}": "DPMD-2026-0001",
}


def as_written(text: str) -> str:
    """Return the text with the days, times and numbers of the conversations."""
    for changing, written in CHANGING.items():
        text = re.sub(changing, written, text)
    return text


@dataclass
class LivePlay:
    """A citizen and an officer with the running bot."""

    setup: Setup
    citizen: ChatUser
    rina: ChatUser

    @property
    def reference(self) -> str:
        """Return the number of the complaint that the citizen filed last."""
        texts = "\n".join(words(each) for each in self.citizen.person.messages)
        return str(RECEIPT.findall(texts)[-1][0])

    async def check(self, text: str) -> None:
        """Play every line and see what the bot says."""
        people = {"Warga": self.citizen, "Rina": self.rina, "Telegram": self.citizen}
        actor = self.citizen
        for speaker, line in lines(text):
            if speaker in people:
                actor = people[speaker]
                await self.act(actor, line)
            else:
                hearer = people[speaker.removeprefix("Bot to ")] if speaker != "Bot" else actor
                await hearer.waits_for(partial(is_said, hearer, line), line)

    async def act(self, actor: ChatUser, line: str) -> None:
        """One line of a person."""
        self.citizen.mark_read()
        self.rina.mark_read()
        if button := BUTTON.fullmatch(line):
            message, label = await actor.waits_for(partial(shown_button, actor, button[1]), line)
            await actor.presses(label, on=message)
        elif deed := DEED.fullmatch(line):
            await DEEDS[deed[1]](self, deed[2])
        else:
            await actor.says(line)

    async def speak(self, _text: str) -> None:
        """A voice message."""
        await self.citizen.person.send_voice()

    async def file(self, _text: str) -> None:
        """A complaint like any other."""
        answers = dataclasses.replace(ANSWERS, service="Penyaluran BLT Desa")
        await Citizen(self.citizen.person, answers, link="dpmd", seconds=SECONDS).file()

    async def respond(self, text: str) -> None:
        """The officer looks at the preview of the final response and sends it."""
        await self.setup.card_shows(self.reference, "Status: Diterima")
        preview = await self.rina.says(f"/jawab {self.reference} {text}", "Periksa dahulu")
        await self.rina.presses("Kirim", "dikirim oleh Rina", on=preview)

    async def deliver(self, _text: str) -> None:
        """The messenger has delivered the response, and the card says so."""
        await self.setup.card_shows(self.reference, "Tanggapan: Terkirim")


DEEDS: Mapping[str, Callable[[LivePlay, str], Awaitable[None]]] = {
    "a voice message": LivePlay.speak,
    "files a complaint": LivePlay.file,
    "responds": LivePlay.respond,
    "delivers the response": LivePlay.deliver,
}


def is_said(hearer: ChatUser, line: str) -> bool:
    """Whether the bot's messages since the last act contain this, and the chat shows these buttons."""
    messages = hearer.new_messages()
    shown = {as_written(label) for message in messages for label in labels_of(message)}
    buttons = set(BUTTON.findall(line)) <= shown | set(hearer.person.keyboard)
    return buttons and says(as_written(" ".join(map(words, messages))), line)


def shown_button(actor: ChatUser, wording: str) -> tuple[Message, str] | None:
    """Return the newest message with a button of that wording, and the button's label."""
    found = (
        (stored.message, label)
        for stored in actor.chat.newest_first()
        for label in labels_of(stored.message)
        if as_written(label) == wording
    )
    return next(found, None)
