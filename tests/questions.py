"""What the bot asks a citizen, how each question is recognised, and what a scripted citizen answers.

The marks are words of templates/id/intake.html: people recognise a question by them too.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

PHOTO = b"\xff\xd8\xff\xe0 a photo of a queue at a counter"
# A text, a photo, or an album of photos.
StoryPart = str | bytes | Sequence[bytes]
Message = dict[str, Any]

# What a question is known by -> its name. The first that fits counts.
QUESTIONS: Mapping[str, str] = {
    "Tanda terima pengaduan": "receipt",
    "Pengaduan ini tentang apa?": "agency",
    "— Pemberitahuan privasi": "notice",
    "— Layanan": "service",
    "— Kejadian": "story",
    "— Waktu kejadian": "occurred",
    "— Tempat kejadian": "occurred_place",
    "— Kerugian": "loss_kind",
    "— Uraian kerugian": "loss",
    "— Penyelesaian": "resolution",
    "sebagai penerima kuasa?": "representative",
    "— Nama lengkap": "name",
    "— Orang yang diwakili": "represented_name",
    "— Alamat orang yang diwakili": "represented_address",
    "— Surat kuasa": "power_of_attorney",
    "— Alamat lengkap": "address",
    "— Ringkasan": "summary",
    "— Tempat dan tanda tangan": "signing",
    "Tambahan (opsional)": "additions",
    "Nomor telepon (opsional)": "phone",
    "Pihak yang diadukan (opsional)": "reported_person",
    "petugas pengaduan atau pimpinan": "reported_handles",
    "belum memiliki jalur khusus": "handler_reported",
    "atau mulai dari awal?": "resume",
    "Selamat datang di layanan": "welcome",
}
# What is pressed where there is nothing to choose.
ONWARD: Mapping[str, str] = {
    "welcome": "Buat Pengaduan",
    "resume": "Lanjutkan pengaduan",
    "notice": "Mengerti, lanjut",
    "handler_reported": "Tetap kirim",
    "declare": "Saya nyatakan benar",
    "send": "Kirim",
}
SKIPS = ("Lewati", "Kirim nanti")
# Asked again after each change: a later one is another question, not the same one twice.
RECURRING = frozenset({"summary", "additions"})
# Optional additions: the answer's name -> its button.
ADDITIONS: Mapping[str, str] = {
    "phone": "Nomor telepon",
    "reported_person": "Pihak yang diadukan",
    "confidential": "Rahasiakan",
}
SHARE = "Bagikan nomor saya"
BACK = ("Kembali", "Batalkan")
# The heading of a question, for those that QUESTIONS does not list.
HEADING = re.compile(r"Langkah \d+ dari \d+ (— .+)")
TALLY = re.compile(r"Tercatat: (\d+)")
RECEIPT = re.compile(r"Nomor registrasi: (\S+)\s+Kode akses: (\S+)")


@dataclass(frozen=True)
class Answers:
    """What a citizen answers. None skips; a button's label presses it, anything else is written.

    Bytes are sent as a photo. `represented_name` makes the citizen a representative, `signature`
    other than a photo stands for the name typed once more.
    """

    agency: str = "Dinas Pemberdayaan Masyarakat dan Desa"
    service: str = "Pendampingan Dana Desa"
    story: Sequence[StoryPart] = ("Bantuan saya tidak cair sejak Januari tanpa penjelasan.",)
    occurred: str | None = "Kemarin"
    occurred_place: str | None = "loket pelayanan Kantor Desa Raci"
    loss_kind: str = "Uang/barang"
    loss: str = "ongkos bolak-balik tiga kali, kira-kira Rp150.000"
    resolution: str = "Penjelasan tertulis"
    name: str = "Siti Aminah"
    represented_name: str | None = None
    represented_address: str = "Dusun Krajan RT 01/RW 01, Desa Raci, Kecamatan Bangil"
    power_of_attorney: bytes | None = None
    address: str = "Dusun Krajan RT 02/RW 01, Desa Raci, Kecamatan Bangil"
    phone: str | None = None
    reported_person: str | None = None
    reported_handles: str = "Tidak"
    confidential: bool = False
    signature: str | bytes = ""


ANSWERS = Answers()


@dataclass(frozen=True)
class Question:
    """What the bot asks at present: its name, and the message that asks it, edited so many times."""

    name: str
    message: Message
    version: int = 0

    @property
    def at(self) -> int:
        """Return the message's id."""
        return int(self.message["message_id"])

    @property
    def form(self) -> tuple[int, int]:
        """Return the message's id and version: a menu comes back in the message it left."""
        return self.at, self.version

    def offers(self, label: str) -> bool:
        """Tell whether this button is under it."""
        return any(shown == label or shown.startswith(f"{label}, ") for shown in labels_of(self.message))


@lru_cache(maxsize=4096)
def name_of(text: str) -> str:
    """Return the name of the question that the text asks, the heading of a new one, or nothing."""
    heading = HEADING.match(text)
    unlisted = heading[1] if heading else ""
    return next((name for mark, name in QUESTIONS.items() if mark in text), unlisted)


def any_answer(question: Question) -> str:
    """Return an answer to a question without one in `Answers`: its skip button, its first one, or a text."""
    labels = labels_of(question.message)
    skips = [label for label in labels if label in SKIPS]
    return next((label for label in (*skips, *labels) if label not in BACK), "Contoh jawaban")


def part_of_signing(message: Message) -> str:
    """Return what is missing: the declaration, the signature, or only sending it."""
    labels = labels_of(message)
    if ONWARD["declare"] in labels:
        return "declare"
    return "send" if ONWARD["send"] in labels else "sign"


def labels_of(message: Message) -> list[str]:
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return [button["text"] for row in rows for button in row]
