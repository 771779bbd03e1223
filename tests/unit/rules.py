"""The rules of a transcript's world: two agencies, the first with a restricted chat, and the first day."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.wording.rendering import Renderer
from conversations.complaints.agency import Agency, Contact, Service, Standard
from conversations.complaints.rules import Limits, Oversight, Rules

WIB = ZoneInfo("Asia/Jakarta")
START = datetime(2026, 3, 17, 9, 0, tzinfo=WIB)  # a Tuesday
STAFF = {"dpmd": -100_1, "bakesbangpol": -100_2}
RESTRICTED = -100_3
LEADER = 900

_STANDARD = Standard(
    requirements=("Nama dan alamat lengkap",),
    procedure=("Petugas menerima dan mencatat pengaduan",),
    time="3 hari",
    cost="Tidak dipungut biaya",
    product="Tindak Lanjut Penanganan Pengaduan Pelayanan Publik",
)


def agency(identity: str, *, restricted: int | None = None) -> Agency:
    """An agency for tests, with one listed service and two suggestions."""
    return Agency(
        id=identity,
        short_name=identity.upper(),
        full_name=f"Dinas {identity}",
        staff_chat_id=STAFF[identity],
        restricted_chat_id=restricted,
        leaders=(LEADER,),
        contact=Contact(address="Jl. Raya Raci Km. 9", phones=("(0343) 749035",)),
        standard=_STANDARD,
        services=(Service(id="blt", name="Penyaluran BLT Desa"), Service(id="adm", name="Administrasi")),
        resolutions=("Penjelasan tertulis", "Perbaikan layanan"),
    )


RULES = Rules(
    agencies=(agency("dpmd", restricted=RESTRICTED), agency("bakesbangpol")),
    limits=Limits(),
    oversight=(Oversight(name="Inspektorat", contact="(0343) 000"),),
    bot_username="AduanBot",
    words=Renderer().word_lists(),
)
