"""Some complaints that the bot has filed and handled: the pattern of the cases that the generator stores.

Each is played through the whole intake and as far as its name says, by the real turns (stored_chat.py).
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from bot.channels.telegram.contents import FILE_KEY_BYTES
from conversations.complaints.case import Case
from conversations.events import Attachment, FileReceived
from tests.bench.stored_chat import PHOTO_BYTES, StoredChat, StoredDesk
from tests.unit.transcript import START, Actor
from tests.unit.walker import Answer, walk

# Words that the generator replaces: each case has its own, from a vocabulary.
MARKERS = ("markersatu", "markerdua", "markertiga", "markerempat", "markerlima", "markerenam")
STORY = (
    "Bantuan saya tidak cair sejak Januari tanpa penjelasan. Saya sudah datang tiga kali ke loket, dan "
    f"petugas di {MARKERS[0]} hanya meminta saya menunggu. Tetangga di {MARKERS[1]} menerima bantuan itu. "
    f"Kartu saya masih berlaku, dan nama saya ada pada daftar {MARKERS[2]} yang ditempel di balai desa."
)
LONG_STORY = (
    f"{STORY} Saat saya menanyakan hal ini kepada kepala dusun, beliau mengatakan bahwa data dikirim ke "
    f"kabupaten, dan saya diminta ke kantor {MARKERS[3]}. Di sana saya menunggu dua jam dan diminta "
    "melengkapi fotokopi kartu keluarga, surat keterangan, dan buku tabungan. Semua sudah saya serahkan, "
    "tetapi sampai hari ini tidak ada kabar. Ongkos ojek pulang pergi sudah lebih dari seratus ribu rupiah. "
    f"Warga lain di RT {MARKERS[4]} mengalami hal yang sama dan takut melapor."
)
ANSWER = (
    "Pengaduan Bapak/Ibu sudah kami telusuri. Data penerima diperbaiki pada tanggal pemutakhiran terakhir, "
    f"dan bantuan disalurkan melalui {MARKERS[5]} minggu depan. Mohon membawa kartu identitas dan buku "
    "tabungan."
)
REASON = "Hal ini bukan kewenangan kami; pengaduan yang sama sudah diselesaikan."


class Life(NamedTuple):
    """A kind of case: the agency, what is answered at the intake, when it is filed, and what happens then."""

    agency: str
    answers: Mapping[str, Answer]
    begins: datetime
    then: Callable[[StoredDesk, Case, Actor], None]


def _told(story: str) -> Answer:
    """The story, and a photo whose ids have the lengths of the messenger's."""

    def tell(siti: Actor) -> None:
        siti.says(story)
        photo = Attachment("photo", secrets.token_urlsafe(62), secrets.token_urlsafe(12), size=PHOTO_BYTES)
        siti.chat_log.feed(FileReceived(siti.origin(), photo, secrets.token_hex(FILE_KEY_BYTES)))

    return tell


def waits(_desk: StoredDesk, _case: Case, _citizen: Actor) -> None:
    """No officer has acted."""


def taken(desk: StoredDesk, case: Case, _citizen: Actor) -> None:
    """An officer has taken and verified it."""
    desk.chat.go_to(desk.chat.now + timedelta(hours=2))
    desk.press(desk.budi, case, "take")
    desk.press(desk.budi, case, "verify")
    if any(agency.id == case.agency and agency.divisions for agency in desk.chat.rules.agencies):
        desk.budi.presses("level_1")


def answered(desk: StoredDesk, case: Case, citizen: Actor) -> None:
    """An officer has taken it and answered on the next day."""
    taken(desk, case, citizen)
    desk.chat.go_to(desk.chat.now + timedelta(days=1))
    desk.answered(desk.budi, case, ANSWER)


def satisfied(desk: StoredDesk, case: Case, citizen: Actor) -> None:
    """The citizen is satisfied with the answer."""
    answered(desk, case, citizen)
    citizen.presses("satisfied")
    citizen.presses("star", "4")


def archived(desk: StoredDesk, case: Case, citizen: Actor) -> None:
    """It is archived without a plan."""
    satisfied(desk, case, citizen)
    desk.press(desk.budi, case, "archive")
    desk.press(desk.budi, case, "arch_to", f"{desk.budi.identity.id},none")
    desk.budi.says("Sudah selesai.", reply_to=desk.prompt(case))
    desk.budi.presses("save")


def silent(desk: StoredDesk, case: Case, citizen: Actor) -> None:
    """The citizen does not say anything, and the clock closes it."""
    answered(desk, case, citizen)
    desk.chat.go_to(desk.chat.now + timedelta(days=12))


def rejected(desk: StoredDesk, case: Case, _citizen: Actor) -> None:
    """An officer rejects it with a reason."""
    desk.chat.go_to(desk.chat.now + timedelta(hours=3))
    desk.press(desk.rina, case, "reject")
    prompt = desk.reply_to(f"prompt:{case.id}:{desk.rina.identity.id}")
    desk.rina.says(REASON, reply_to=prompt)
    desk.rina.presses("send")


def _days(number: int, hour: int) -> datetime:
    return START.replace(hour=hour) - timedelta(days=number)


def _life(agency: str, story: str, begins: datetime, then: object, **answers: Answer) -> Life:
    return Life(agency, {"agency": agency, "story": _told(story), **answers}, begins, then)  # type: ignore[arg-type]


# Open ones are filed a few days before START, the others three to four weeks before it.
OPEN = (
    _life("dpmd", STORY, _days(1, 9), waits),
    _life("bakesbangpol", STORY, _days(1, 10), waits),
    _life("dpmd", LONG_STORY, _days(4, 10), taken),
    _life("bakesbangpol", LONG_STORY, _days(5, 11), taken),
    _life("dpmd", STORY, _days(7, 13), waits),
)
OVER = (
    _life("dpmd", STORY, _days(28, 8), archived),
    _life("bakesbangpol", LONG_STORY, _days(27, 9), archived),
    _life("dpmd", LONG_STORY, _days(26, 9), archived, phone="081234567890"),
    _life("bakesbangpol", STORY, _days(25, 10), archived),
    _life("dpmd", LONG_STORY, _days(28, 11), silent),
    _life("bakesbangpol", STORY, _days(27, 12), silent),
    _life("dpmd", STORY, _days(26, 13), satisfied),
    _life("bakesbangpol", LONG_STORY, _days(25, 13), satisfied),
    _life("dpmd", STORY, _days(24, 14), rejected),
)


def play(chat: StoredChat, life: Life, person: int) -> Case:
    """Play a life by this citizen; return the case at its end."""
    chat.go_to(life.begins)
    desk = StoredDesk(chat, life.agency)
    citizen = chat.person(person)
    walk(citizen, "filed", dict(life.answers))
    case = chat.case(-1)
    life.then(desk, case, citizen)
    return desk.now(case)
