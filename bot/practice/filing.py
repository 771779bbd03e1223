"""A citizen of a sample story files a complaint: answers each question until the receipt comes."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.practice.acting import Message, Stage, labels, said, seen, shown
from bot.simulator.people import samples

if TYPE_CHECKING:
    from bot.simulator.people.person import Person
    from bot.simulator.state.chats import Stored

RECEIPT = re.compile(r"Nomor registrasi: (\S+)")
MOST_STEPS = 40
# The heading of a question, for those that a story has no answer to.
HEADING = re.compile(r"Langkah \d+ dari \d+ — .+")
BACK = ("Kembali", "Batalkan")
SIGNING = "tanda tangan"


@dataclass(frozen=True, slots=True)
class Complaint:
    """What the citizen answers."""

    agency: str
    service: str
    statements: tuple[str, ...]
    photos: int
    place: str
    loss: str
    name: str
    address: str


def _answers(complaint: Complaint) -> Mapping[str, str]:
    """The mark of a question -> the label to press, or the text to write when there is no such button."""
    return {
        "Tanda terima pengaduan": "",
        "Pengaduan ini tentang apa?": complaint.agency,
        "Pemberitahuan privasi": "Mengerti, lanjut",
        "— Layanan": complaint.service,
        "— Kejadian": "",
        "— Waktu kejadian": "Kemarin",
        "— Tempat kejadian": complaint.place,
        "— Kerugian": "Uang/barang",
        "— Uraian kerugian": complaint.loss,
        "— Penyelesaian": "Penjelasan tertulis",
        "— Nama lengkap": complaint.name,
        "— Alamat lengkap": complaint.address,
        "— Ringkasan": "Lanjut",
        "— Tempat dan tanda tangan": "",
        "atau mulai dari awal?": "Buat pengaduan lain",
        "Untuk pengaduan lain, mohon selesaikan": "Lanjutkan nomor 1",
        "Mana yang ingin dilanjutkan?": "Buat pengaduan lain",
    }


@dataclass
class Filing:
    """One complaint while its citizen files it."""

    stage: Stage
    citizen: Person
    complaint: Complaint
    # The citizen's last message before this complaint, and the questions that were answered.
    since: int = 0
    done: set[str] = field(default_factory=set)

    async def file(self) -> str:
        """File it and return its number. Raises AssertionError when the bot does not ask as expected."""
        if self.citizen.chat.blocked:
            await self.citizen.unblock()
        self.since = self.citizen.chat.last_message_id
        await self.stage.turn(self.citizen, self.citizen.chat)
        await self.citizen.say("/lapor")
        for _ in range(MOST_STEPS):
            mark, message = await self._question()
            if found := RECEIPT.search(message["text"]):
                return found[1]
            await asyncio.sleep(self.stage.pace)
            await self._answer(mark, message)
        raise AssertionError("the questions never end")

    async def _question(self) -> tuple[str, Message]:
        marks = _answers(self.complaint)

        def asked() -> tuple[str, Message] | None:
            for stored in self.citizen.chat.newest_first():
                mark = next((each for each in marks if each in said(stored)), "") or _heading(stored)
                # A sent message is shown for a moment without its buttons.
                if SIGNING in mark and not labels(stored.message):
                    return None
                name = f"{mark}{'|'.join(labels(stored.message)) if SIGNING in mark else ''}"
                if mark and name not in self.done and stored.message["message_id"] > self.since:
                    self.done.add(name)
                    return mark, stored.message
            return None

        found: tuple[str, Message] = await seen(self.citizen.chat, asked, "pertanyaan berikutnya")
        return found

    async def _answer(self, mark: str, message: Message) -> None:
        offered = labels(message)
        answer = _answers(self.complaint).get(mark) or _any_answer(offered)
        if mark == "— Kejadian":
            await self._tell()
        elif mark == "— Tempat dan tanda tangan":
            declared = next((label for label in ("Saya nyatakan benar", "Kirim") if label in offered), "")
            await self._press_or_say(declared or self.complaint.name, message)
        else:
            await self._press_or_say(answer, message)

    async def _press_or_say(self, answer: str, message: Message) -> None:
        if any(label.startswith(answer) for label in labels(message)):
            await self.citizen.press(answer, message=message, wait=False)
        else:
            await self.citizen.say(answer)

    async def _tell(self) -> None:
        count = 0
        for text in self.complaint.statements:
            await self.citizen.say(text)
            count += 1
            await self._counted(count)
        photos = [("photo", samples.photo(number)) for number in range(self.complaint.photos)]
        if len(photos) > 1:
            await self.citizen.send_album(photos)
        elif photos:
            await self.citizen.send_photo(photos[0][1])
        await self._counted(count + len(photos))
        await asyncio.sleep(self.stage.pace)
        await self.citizen.tap("Lanjut")

    async def _counted(self, count: int) -> None:
        await shown(self.citizen.chat, f"Tercatat: {count}", since=self.since)
        await asyncio.sleep(self.stage.pace / 2)


def _heading(stored: Stored) -> str:
    """The heading of a question; empty for another message."""
    heading = HEADING.match(said(stored))
    return heading[0] if heading else ""


def _any_answer(offered: Sequence[str]) -> str:
    """An answer to a question that the story does not know: its skip button, its first one, or a text."""
    usable = [label for label in offered if label not in BACK]
    return "Lewati" if "Lewati" in usable else next(iter(usable), "Contoh jawaban")
