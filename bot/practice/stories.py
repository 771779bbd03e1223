"""The sample stories of the practice: invented people act through the messenger and the real bot."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from bot.practice import scenes
from bot.practice.acting import Cast, Stage
from bot.practice.filing import Complaint, Filing

Scene = Callable[[Stage, Cast, str, Complaint], Awaitable[None]]

DPMD = "Dinas Pemberdayaan Masyarakat dan Desa"
BAKESBANGPOL = "Badan Kesatuan Bangsa dan Politik"


@dataclass(frozen=True, slots=True)
class Story:
    """A complaint, and what happens after it is filed."""

    # What the page's button says.
    title: str
    # The citizen's id, and the place of the agency's office in town.OFFICES.
    citizen: int
    office: int
    # What the citizen files.
    complaint: Complaint
    # What follows; without it the complaint waits for an officer.
    scene: Scene | None = None


STORIES: Mapping[str, Story] = {
    "dpmd": Story(
        "Jalan desa rusak (DPMD): diajukan, dijawab, dinilai",
        citizen=102,
        office=0,
        complaint=Complaint(
            agency=DPMD,
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
        ),
        scene=scenes.responded,
    ),
    "completeness": Story(
        "Kelengkapan (DPMD): petugas meminta dua isian, warga melengkapi",
        citizen=101,
        office=0,
        complaint=Complaint(
            agency=DPMD,
            service="Penyaluran BLT Desa",
            statements=("Bantuan bulan ini tidak saya terima, padahal nama saya ada di daftar.",),
            photos=0,
            place="balai desa",
            loss="bantuan satu bulan, Rp300.000",
            name="Siti Aminah",
            address="Dusun Krajan, Desa Raci, Kecamatan Bangil",
        ),
        scene=scenes.completed,
    ),
    "division": Story(
        "Disposisi (DPMD): bidang menelusuri dan melapor, petugas menjawab",
        citizen=103,
        office=0,
        complaint=Complaint(
            agency=DPMD,
            service="Pendampingan Dana Desa",
            statements=("Kios pasar desa sudah selesai dibangun, tetapi belum dibagikan.",),
            photos=1,
            place="pasar Desa Raci",
            loss="tidak dapat berjualan dua bulan, kira-kira Rp1.000.000",
            name="Siti Maimunah",
            address="Dusun Timur RT 01/RW 03, Desa Raci, Kecamatan Bangil",
        ),
        scene=scenes.assigned,
    ),
    "bakesbangpol": Story(
        "Surat keterangan ormas (Bakesbangpol): diajukan, menunggu petugas",
        citizen=103,
        office=1,
        complaint=Complaint(
            agency=BAKESBANGPOL,
            service="Pelaporan keberadaan ormas",
            statements=("Surat keterangan organisasi kami belum terbit setelah dua bulan.",),
            photos=1,
            place="loket pelayanan Bakesbangpol",
            loss="ongkos bolak-balik empat kali, kira-kira Rp200.000",
            name="Siti Maimunah",
            address="Jl. Pattimura 5 RT 01/RW 03, Kelurahan Kidul Dalem, Kecamatan Bangil",
        ),
    ),
    "approval": Story(
        "Persetujuan pimpinan (Bakesbangpol): dikembalikan sekali, lalu disetujui",
        citizen=102,
        office=1,
        complaint=Complaint(
            agency=BAKESBANGPOL,
            service="Rekomendasi penelitian",
            statements=("Rekomendasi penelitian saya belum terbit setelah tiga minggu.",),
            photos=0,
            place="loket pelayanan Bakesbangpol",
            loss="pengambilan data tertunda, ongkos Rp150.000",
            name="Budi Santoso",
            address="Dusun Krajan RT 02/RW 01, Desa Raci, Kecamatan Bangil",
        ),
        scene=scenes.approved,
    ),
    "redirect": Story(
        "Bukan kewenangan (DPMD): diteruskan ke Bakesbangpol",
        citizen=101,
        office=0,
        complaint=Complaint(
            agency=DPMD,
            service="Pembinaan lembaga desa",
            statements=("Laporan keberadaan organisasi kami belum ditanggapi setelah satu bulan.",),
            photos=0,
            place="kantor Desa Raci",
            loss="ongkos fotokopi berkas, Rp50.000",
            name="Siti Aminah",
            address="Dusun Krajan RT 02/RW 01, Desa Raci, Kecamatan Bangil",
        ),
        scene=scenes.redirected,
    ),
    "reminders": Story(
        "Pengingat (DPMD): tidak ada yang menjawab, hari-hari berlalu",
        citizen=103,
        office=0,
        complaint=Complaint(
            agency=DPMD,
            service="Administrasi pemerintah desa",
            statements=("Surat pengantar saya belum selesai setelah dua minggu.",),
            photos=0,
            place="kantor Desa Raci",
            loss="ongkos bolak-balik, kira-kira Rp60.000",
            name="Siti Maimunah",
            address="Jl. Pattimura 5 RT 01/RW 03, Kelurahan Kidul Dalem, Kecamatan Bangil",
        ),
        scene=scenes.reminded,
    ),
}


@dataclass
class Play:
    """One story with its people."""

    story: Story
    cast: Cast
    stage: Stage = field(default_factory=Stage)

    async def play(self) -> None:
        """Play to the end. Raises AssertionError when the bot does not respond as expected."""
        complaint = self.story.complaint
        reference = await Filing(self.stage, self.cast.citizen, complaint).file()
        if self.story.scene:
            await self.story.scene(self.stage, self.cast, reference, complaint)
