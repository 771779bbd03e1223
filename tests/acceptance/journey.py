"""One complaint from the first message to the rating, by a citizen and an officer who never repeat an act.

They look at the newest messages. A wait longer than `seconds` is a violation of invariant 5.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.simulator.people.groups import Group
from bot.simulator.people.person import Answer
from bot.simulator.state.chats import Chat
from bot.simulator.state.waiting import transcript, wait_until
from tests.officers import OfficerPlayer
from tests.players import Citizen
from tests.questions import PHOTO, Message, labels_of

Before = Callable[[str], Awaitable[None]]
MOST_STEPS = 200
STARS = "⭐⭐⭐⭐"


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
class Journey:
    """A citizen's complaint and the officer who handles it; `before` is called with the name of each step."""

    citizen: Citizen
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
        raise AssertionError(f"the questions never end; {transcript(self.citizen.person.chat)}")

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
        chat, seconds, reference = self.citizen.person.chat, self.citizen.seconds, self.citizen.reference
        await shown(chat, seconds, f"Tanggapan atas pengaduan {reference}", button="Puas")
        await self.before("judge")
        await self._press("Puas", f"Tanggapan atas pengaduan {reference}")
        await shown(chat, seconds, "kami nyatakan selesai", reference, button=STARS)
        await self.before("star")
        await self._press(STARS, "kami nyatakan selesai")
        await shown(chat, seconds, f"Terima kasih atas penilaian {STARS}")
        await self.before("closed")
        await shown(self.group.chat, seconds, f"Pengaduan {reference}", f"Penilaian: {STARS}", "Terkirim")

    async def _press(self, label: str, text: str) -> None:
        chat = self.citizen.person.chat
        message = await shown(chat, self.citizen.seconds, text, button=label)
        await self.citizen.person.press(label, message=message, wait=False)


async def shown(chat: Chat, seconds: float, *texts: str, button: str = "") -> Message:
    """Return the bot's newest message that holds all this, as soon as there is one."""

    def found() -> Message | None:
        for stored in chat.newest_first():
            said = stored.message.get("text", "")
            if stored.by_bot and all(text in said for text in texts):
                return stored.message if not button or button in labels_of(stored.message) else None
        return None

    try:
        message: Message = await wait_until(lambda: chat.signal, found, seconds)
    except TimeoutError:
        raise AssertionError(f"no answer: never saw {texts} {button}; {transcript(chat)}") from None
    return message
