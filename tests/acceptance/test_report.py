"""/rekap in the staff group: picture and PDF are made and sent by the real process."""

from __future__ import annotations

import io
import struct
from pathlib import Path

from pypdf import PdfReader

from tests.acceptance.bot_setup import opened


async def test_an_officer_gets_the_figures_as_picture_and_pdf(tmp_path: Path) -> None:
    async with opened(tmp_path) as setup:
        citizen, _, reference = await setup.filed()
        rina = setup.officer()
        await rina.says("/rekap", "sedang dibuat")
        picture = await rina.sees_file("photo")
        (paper,) = await rina.sees_documents("Laporan pengaduan DPMD")
        files = setup.simulator.world.files.by_id
        png = files[picture["photo"][-1]["file_id"]].content()
        assert struct.unpack(">II", png[16:24])[0] == 1080
        pages = PdfReader(io.BytesIO(files[paper["document"]["file_id"]].content())).pages
        said = " ".join(page.extract_text() for page in pages)
        assert "Laporan Pengaduan Pelayanan Publik" in said
        assert "Diterima 1 · 100 %" in said
        assert citizen.answers.name not in said
        assert reference not in said
