"""A complaint in the browser: filed with photos, its letter saved, answered, rated; both widths."""

from __future__ import annotations

import pytest

from bot.practice.town import OFFICES
from tests.browser.chromium import NARROW, WIDE, opened
from tests.browser.screen import Screen

DPMD = ("Dinas Pemberdayaan Masyarakat dan Desa", "Pendampingan Dana Desa", "DPMD")
BAKESBANGPOL = ("Badan Kesatuan Bangsa dan Politik", "Rekomendasi penelitian", "Bakesbangpol")


@pytest.mark.parametrize(
    ("office", "size", "name"), [(DPMD, WIDE, "Sumiati Rahayu"), (BAKESBANGPOL, NARROW, "Slamet Riyadi")]
)
async def test_a_complaint_is_filed_answered_and_rated(
    demo: str, office: tuple[str, str, str], size: tuple[int, int], name: str
) -> None:
    agency, service, tab = office
    text = f"Mohon maaf, Bapak/Ibu {name}. Berkas sudah kami terima kembali."
    async with opened(demo, size) as page:
        screen = Screen(page, narrow=size == NARROW)
        await screen.become(name)
        reference = await screen.file(agency, service, name)
        assert await screen.saved("Surat pengaduan") == f"surat-pengaduan-{reference}.pdf"
        await screen.turn("staff")
        await screen.open_group(tab)
        await screen.answer(reference, text)
        if office is BAKESBANGPOL:
            await screen.approve(reference, OFFICES[1].leader[0])
        await screen.sees("staff", f"Pengaduan {reference}", "Tanggapan: Terkirim")
        await screen.turn("citizen")
        await screen.rate(reference, text)
        await screen.turn("staff")
        await screen.sees("staff", f"Pengaduan {reference}", "Penilaian: ⭐⭐⭐⭐⭐")
