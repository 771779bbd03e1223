"""An officer asks for the register of the year in the group, and gets it as a spreadsheet."""

from __future__ import annotations

from pathlib import Path

from tests.acceptance.bot_setup import opened, words
from tests.unit.sheets import Sheet


async def test_the_register_comes_as_a_spreadsheet(tmp_path: Path) -> None:
    async with opened(tmp_path) as setup:
        citizen, _, reference = await setup.filed()
        await setup.card_shows(reference, "Diterima")
        rina = setup.officer()
        await rina.says("/register 2026-99", "belum terbaca", "/register 2")
        await rina.says("/register 2001", "tidak ada berkas yang dibuat")
        await rina.says("/register tahun ini", "1 pengaduan", "tanpa identitas")
        (message,) = await rina.sees_documents("Register pengaduan")
        content = setup.simulator.world.files.by_id[message["document"]["file_id"]].content()
        assert message["document"]["file_name"].startswith("register-dpmd-")
        assert "tanpa identitas" in words(message)
    path = tmp_path / "register.xlsx"
    path.write_bytes(content)
    sheet = Sheet(path)
    (row,) = sheet.table
    assert row["Nomor"] == reference
    assert row["Status"] == "Diterima"
    assert citizen.answers.resolution in row["Penyelesaian"]
    assert not any(citizen.answers.name.encode() in part for part in sheet.parts.values())
