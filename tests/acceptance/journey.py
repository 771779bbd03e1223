"""One complaint from the first message to the rating, by a citizen and an officer who never repeat an act.

They look at the newest messages. A wait longer than `seconds` is a violation of invariant 5.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from sqlalchemy import Connection

from bot.database.sealing import Codec
from bot.simulator.people.groups import Group
from bot.simulator.people.person import Answer
from tests.officers import OfficerPlayer
from tests.questions import PHOTO, Answers, Message, Question
from tests.showing import shown

Before = Callable[[str], Awaitable[None]]
MOST_STEPS = 200
STARS = "⭐⭐⭐⭐"


class Filer(Protocol):
    """A scripted citizen on any messenger, as a journey and its audit use it."""

    answers: Answers
    seconds: float

    @property
    def receipts(self) -> dict[str, str]:
        """Return registration number -> access code of every receipt in the chat."""

    @property
    def reference(self) -> str:
        """Return the number of the newest complaint."""

    @property
    def has_photo(self) -> bool:
        """Tell whether the bot has sent a photo."""

    async def begin(self) -> None:
        """Come to the bot, with nothing answered yet."""

    def question(self) -> Question | None:
        """Return the newest question that is not answered yet."""

    async def step(self) -> None:
        """Answer the present question and wait for the bot's reaction."""

    async def sees(self, *texts: str, button: str = "") -> object:
        """Return the bot's newest message that holds all this, as soon as its button is there."""

    async def chooses(self, label: str, *texts: str) -> None:
        """Press the newest button with this label, once a message holds all these texts."""

    def was_told(self, text: str) -> bool:
        """Tell whether a message of the bot holds this text."""

    def transcript(self) -> str:
        """Return the end of the chat as readable lines."""

    def stored_id(self, connection: Connection, codec: Codec) -> int:
        """Return the number that the bot has for this person, 0 for an unknown one."""


Filing_co = TypeVar("Filing_co", bound=Filer, covariant=True)


class PatientOfficer(OfficerPlayer):
    """Looks at what a press has changed: its answer is sent once and may be lost in a kill."""

    async def press(self, reference: str, label: str) -> Answer | None:
        """Press a button of the card."""
        return await self.person.press(label, self.group, await self.card(reference), wait=False)

    async def take(self, reference: str) -> Answer | None:
        """Press Take ("Ambil") and see the officer's name on the card."""
        await self.press(reference, "Ambil")
        name = self.person.user["first_name"]
        await shown(self.group.chat, self.seconds, f"Pengaduan {reference}", f"Petugas: {name}")
        return None

    async def asked(self, reference: str) -> Message:
        """Press Answer ("Jawab") and return the prompt."""
        return await self._prompt(reference, "Jawab")

    async def replied(self, prompt: Message, text: str, photo: bytes) -> Message:
        """Answer the prompt with both and return the preview that shows both."""
        await self.person.say(text, self.group, reply_to=prompt)
        await self.person.send_photo(photo, None, self.group, reply_to=prompt)
        return await shown(self.group.chat, self.seconds, "Periksa dahulu.", text, "1 foto", button="Kirim")

    async def send(self, preview: Message) -> Message:
        """Press Send ("Kirim") under a preview and see that it was accepted."""
        await self.person.press("Kirim", self.group, preview, wait=False)
        name = self.person.user["first_name"]
        reference = preview["text"].partition("Tanggapan atas pengaduan ")[2].split()[0]
        return await shown(self.group.chat, self.seconds, f"Tanggapan akhir {reference} dikirim oleh {name}")


@dataclass
class Journey(Generic[Filing_co]):
    """A citizen's complaint and the officer who handles it; `before` is called with the name of each step."""

    citizen: Filing_co
    officer: PatientOfficer
    before: Before
    answer: str = ""
    photo: bytes = b""

    @property
    def group(self) -> Group:
        """Return the staff group that answers."""
        return self.officer.group

    async def go(self) -> None:
        """File, handle and rate the complaint."""
        await self.file()
        await self.handle()
        await self.judge()

    async def file(self) -> None:
        """Answer the questions up to the receipt."""
        await self.before("begin")
        await self.citizen.begin()
        for _ in range(MOST_STEPS):
            question = self.citizen.question()
            if question and question.name == "receipt":
                return
            if question:
                await self.before(question.name)
            await self.citizen.step()
        raise AssertionError(f"the questions never end; {self.citizen.transcript()}")

    async def handle(self) -> None:
        """Take the card, and answer with a text and a photo."""
        reference, officer = self.citizen.reference, self.officer
        self.answer = f"Pengaduan {reference} sudah kami tindak lanjuti."
        self.photo = PHOTO + reference.encode()
        await self.before("take")
        await officer.take(reference)
        await self.before("prompt")
        prompt = await officer.asked(reference)
        await self.before("reply")
        preview = await officer.replied(prompt, self.answer, self.photo)
        await self.before("deliver")
        await officer.send(preview)

    async def judge(self) -> None:
        """Read the response, accept it, rate it, and see all of it on the closed card."""
        citizen, reference = self.citizen, self.citizen.reference
        await citizen.sees(f"Tanggapan atas pengaduan {reference}", button="Puas")
        await self.before("judge")
        await citizen.chooses("Puas", f"Tanggapan atas pengaduan {reference}")
        await citizen.sees("kami nyatakan selesai", reference, button=STARS)
        await self.before("star")
        await citizen.chooses(STARS, "kami nyatakan selesai")
        await citizen.sees(f"Terima kasih atas penilaian {STARS}")
        await self.before("closed")
        card = (f"Pengaduan {reference}", f"Penilaian: {STARS}", "Terkirim")
        await shown(self.group.chat, citizen.seconds, *card)
