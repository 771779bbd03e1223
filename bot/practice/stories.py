"""Sample stories of the practice: invented people file, take, answer and rate complaints by themselves.

They act through the messenger and the real bot, and find questions by the words and labels that people see. A
story whose next question does not come ends with an AssertionError that names it.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from bot.simulator.people import samples
from bot.simulator.state.waiting import wait_until

if TYPE_CHECKING:
    from bot.simulator.people.groups import Group
    from bot.simulator.people.person import Person
    from bot.simulator.state.chats import Chat, Stored

Message = dict[str, Any]

RECEIPT = re.compile(r"Nomor registrasi: (\S+)")
# Seconds between two acts, so that viewers can follow, and the longest wait for the bot.
PACE, PATIENCE = 0.8, 25.0
MOST_STEPS = 40
# The heading of a question, for those that a story has no answer to.
HEADING = re.compile(r"Langkah \d+ dari \d+ — .+")
BACK = ("Kembali", "Batalkan")
SIGNING = "tanda tangan"


@dataclass(frozen=True, slots=True)
class Story:
    """A complaint and its statements; without a `response` no officer answers it."""

    title: str
    agency: str
    service: str
    statements: tuple[str, ...]
    photos: int
    place: str
    loss: str
    name: str
    address: str
    response: str = ""


STORIES: Mapping[str, Story] = {
    "dpmd": Story(
        title="Jalan desa rusak (DPMD): diajukan, dijawab, dinilai",
        agency="Dinas Pemberdayaan Masyarakat dan Desa",
        service="Pendampingan Dana Desa",
        statements=(
            "Jalan dusun kami berlubang sejak bulan lalu.",
            "Perbaikannya dijanjikan dari Dana Desa, tetapi belum ada penjelasan.",
        ),
        photos=2,
        place="jalan Dusun Krajan, Desa Raci",
        loss="ban motor rusak dua kali, kira-kira Rp300.000",
        name="Budi Santoso",
        address="Dusun Krajan RT 02/RW 01, Desa Raci, Kecamatan Bangil",
        response="Terima kasih, Bapak Budi. Perbaikan jalan Dusun Krajan dimulai Senin depan.",
    ),
    "bakesbangpol": Story(
        title="Surat keterangan ormas (Bakesbangpol): diajukan, menunggu petugas",
        agency="Badan Kesatuan Bangsa dan Politik",
        service="Pelaporan keberadaan ormas",
        statements=("Surat keterangan organisasi kami belum terbit setelah dua bulan.",),
        photos=1,
        place="loket pelayanan Bakesbangpol",
        loss="ongkos bolak-balik empat kali, kira-kira Rp200.000",
        name="Siti Maimunah",
        address="Jl. Pattimura 5 RT 01/RW 03, Kelurahan Kidul Dalem, Kecamatan Bangil",
    ),
}


def _answers(story: Story) -> Mapping[str, str]:
    """The mark of a question -> the label to press, or the text to write when there is no such button."""
    return {
        "Tanda terima pengaduan": "",
        "Pengaduan ini tentang apa?": story.agency,
        "Pemberitahuan privasi": "Mengerti, lanjut",
        "— Layanan": story.service,
        "— Kejadian": "",
        "— Waktu kejadian": "Kemarin",
        "— Tempat kejadian": story.place,
        "— Kerugian": "Uang/barang",
        "— Uraian kerugian": story.loss,
        "— Penyelesaian": "Penjelasan tertulis",
        "— Nama lengkap": story.name,
        "— Alamat lengkap": story.address,
        "— Ringkasan": "Lanjut",
        "— Tempat dan tanda tangan": "",
        "atau mulai dari awal?": "Buat pengaduan lain",
        "Untuk pengaduan lain, mohon selesaikan": "Lanjutkan nomor 1",
        "Mana yang ingin dilanjutkan?": "Buat pengaduan lain",
    }


@dataclass
class Play:
    """One story with its people; `pace` is the pause before each act, in seconds."""

    story: Story
    citizen: Person
    officer: Person
    group: Group
    pace: float = PACE
    since: int = 0
    done: set[str] = field(default_factory=set)

    async def play(self) -> None:
        """Play to the end. Raises AssertionError when the bot does not respond as expected."""
        reference = await self._file()
        if self.story.response:
            await self._respond(reference)
            await self._rate(reference)

    async def _file(self) -> str:
        if self.citizen.chat.blocked:
            await self.citizen.unblock()
        self.done, self.since = set(), self.citizen.chat.last_message_id
        await self.citizen.say("/lapor")
        for _ in range(MOST_STEPS):
            mark, message = await self._question()
            if found := RECEIPT.search(message["text"]):
                return found[1]
            await asyncio.sleep(self.pace)
            await self._answer(mark, message)
        raise AssertionError("the questions never end")

    async def _question(self) -> tuple[str, Message]:
        marks = _answers(self.story)

        def asked() -> tuple[str, Message] | None:
            for stored in self.citizen.chat.newest_first():
                mark = next((each for each in marks if each in _said(stored)), "") or _heading(stored)
                # A sent message is shown for a moment without its buttons.
                if SIGNING in mark and not _labels(stored.message):
                    return None
                name = f"{mark}{'|'.join(_labels(stored.message)) if SIGNING in mark else ''}"
                if mark and name not in self.done and stored.message["message_id"] > self.since:
                    self.done.add(name)
                    return mark, stored.message
            return None

        found: tuple[str, Message] = await _seen(self.citizen.chat, asked, "pertanyaan berikutnya")
        return found

    async def _answer(self, mark: str, message: Message) -> None:
        labels = _labels(message)
        answer = _answers(self.story).get(mark) or _any_answer(labels)
        if mark == "— Kejadian":
            await self._tell()
        elif mark == "— Tempat dan tanda tangan":
            declared = next((label for label in ("Saya nyatakan benar", "Kirim") if label in labels), "")
            await self._press_or_say(declared or self.story.name, message)
        else:
            await self._press_or_say(answer, message)

    async def _press_or_say(self, answer: str, message: Message) -> None:
        if any(label.startswith(answer) for label in _labels(message)):
            await self.citizen.press(answer, message=message, wait=False)
        else:
            await self.citizen.say(answer)

    async def _tell(self) -> None:
        count = 0
        for text in self.story.statements:
            await self.citizen.say(text)
            count += 1
            await self._counted(count)
        photos = [("photo", samples.photo(number)) for number in range(self.story.photos)]
        if len(photos) > 1:
            await self.citizen.send_album(photos)
        else:
            await self.citizen.send_photo(photos[0][1])
        await self._counted(count + len(photos))
        await asyncio.sleep(self.pace)
        await self.citizen.tap("Lanjut")

    async def _counted(self, count: int) -> None:
        await self._shown(self.citizen.chat, f"Tercatat: {count}", since=self.since)
        await asyncio.sleep(self.pace / 2)

    async def _respond(self, reference: str) -> None:
        chat = self.group.chat
        card = await self._shown(chat, f"Pengaduan {reference}", button="Ambil")
        await self._act(lambda: self.officer.press("Ambil", self.group, card, wait=False))
        card = await self._shown(chat, f"Pengaduan {reference}", button="Jawab")
        last = chat.last_message_id
        await self._act(lambda: self.officer.press("Jawab", self.group, card, wait=False))
        prompt = await self._shown(chat, "mohon balas pesan ini", reference, since=last)
        await self._act(lambda: self.officer.say(self.story.response, self.group, reply_to=prompt))
        preview = await self._shown(chat, "Periksa dahulu", reference, button="Kirim", since=last)
        await self._act(lambda: self.officer.press("Kirim", self.group, preview, wait=False))

    async def _rate(self, reference: str) -> None:
        chat = self.citizen.chat
        response = await self._shown(chat, f"Tanggapan atas pengaduan {reference}", button="Puas")
        await self._act(lambda: self.citizen.press("Puas", message=response, wait=False))
        stars = await self._shown(chat, reference, button="⭐⭐⭐⭐⭐")
        await self._act(lambda: self.citizen.press("⭐⭐⭐⭐⭐", message=stars, wait=False))
        await self._shown(chat, "atas penilaian", reference)

    async def _act(self, act: Callable[[], Any]) -> None:
        await asyncio.sleep(self.pace * 1.5)
        await act()

    async def _shown(self, chat: Chat, *texts: str, button: str = "", since: int = 0) -> Message:
        def found() -> Message | None:
            for stored in chat.newest_first():
                fits = all(text in _said(stored) for text in texts)
                if fits and stored.message["message_id"] > since:
                    return stored.message if not button or button in _labels(stored.message) else None
            return None

        message: Message = await _seen(chat, found, " ".join((*texts, button)))
        return message


async def _seen(chat: Chat, condition: Callable[[], Any], what: str) -> Any:
    try:
        return await wait_until(lambda: chat.signal, condition, PATIENCE)
    except TimeoutError:
        raise AssertionError(f"waited in vain for {what!r} in {chat.name}") from None


def _said(stored: Stored) -> str:
    return str(stored.message.get("text", "")) if stored.by_bot else ""


def _heading(stored: Stored) -> str:
    """The heading of a question; empty for another message."""
    heading = HEADING.match(_said(stored))
    return heading[0] if heading else ""


def _any_answer(labels: Sequence[str]) -> str:
    """An answer to a question that the story does not know: its skip button, its first one, or a text."""
    offered = [label for label in labels if label not in BACK]
    return "Lewati" if "Lewati" in offered else next(iter(offered), "Contoh jawaban")


def _labels(message: Message) -> list[str]:
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return [button["text"] for row in rows for button in row]
