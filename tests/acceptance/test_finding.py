"""Officers find complaints in their group, and read who did what with them, in both agencies."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace

import pytest

from tests.acceptance.bot_setup import RINA, SECONDS, Setup, words
from tests.questions import ANSWERS, labels_of

pytestmark = pytest.mark.asyncio(loop_scope="module")

SERVICES = {"dpmd": "Pendampingan Dana Desa", "bakesbangpol": "Rekomendasi penelitian"}
NAMES = {
    "dpmd": ANSWERS.agency,
    "bakesbangpol": "Badan Kesatuan Bangsa dan Politik",
}
OTHER = {"dpmd": "bakesbangpol", "bakesbangpol": "dpmd"}


@pytest.mark.parametrize("agency", SERVICES)
async def test_a_complaint_is_found_listed_and_its_history_is_read(setup: Setup, agency: str) -> None:
    mark = f"jembatan{agency}"
    story = (f"Laporan tentang {mark.upper()} rusak.",)
    answers = replace(ANSWERS, agency=NAMES[agency], service=SERVICES[agency], story=story)
    _, siti, reference = await setup.filed(answers, agency)
    card = await setup.card_shows(reference, "Diterima", agency)
    rina = setup.officer(RINA, agency)
    await rina.presses("Ambil", on=card)
    await setup.card_shows(reference, "Petugas: Rina", agency)

    found = await rina.says(f"/cari {mark} rusak", f"Hasil pencarian: {mark}, rusak", reference)
    assert siti.person.user["first_name"] not in words(found)
    again = await rina.presses(labels_of(found)[0], f"Pengaduan {reference}", on=found)
    assert "Riwayat" in labels_of(again)
    await rina.says("/cari hari ini", reference)
    await setup.officer(RINA, OTHER[agency]).says(f"/cari {mark}", "Tidak ada pengaduan yang cocok")

    listed = await rina.says("/daftar rina", "Daftar pengaduan: petugas Rina", reference)
    await rina.presses("Status…", "pilih status", on=listed)
    await rina.presses("Diterima", "Daftar pengaduan: Diterima", reference)

    await rina.says(f"/riwayat {reference}", "Rina: mengambil pengaduan", "Riwayat utuh")
    tamper(setup, reference)
    await rina.says(f"/riwayat {reference}", "Riwayat tidak utuh", "Catatan ke-1 diubah")


def tamper(setup: Setup, reference: str) -> None:
    """Change the first entry of a history behind the bot's back."""
    statement = (
        "UPDATE history SET who = 'officer:1' "
        "WHERE seq = 1 AND case_id = (SELECT id FROM cases WHERE reference = ?)"
    )
    with closing(sqlite3.connect(setup.folder / "aduan.db", timeout=SECONDS)) as connection:
        assert connection.execute(statement, (reference,)).rowcount == 1
        connection.commit()
