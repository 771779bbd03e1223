"""An officer without a name in the messenger introduces herself, and then verifies; the citizen reads who."""

from __future__ import annotations

import re

import pytest

from tests.acceptance.bot_setup import ChatUser, Setup, words
from tests.questions import labels_of

pytestmark = pytest.mark.asyncio(loop_scope="module")

STARS = 850


async def test_an_officer_without_a_name_introduces_herself_before_she_verifies(setup: Setup) -> None:
    _, siti, reference = await setup.filed()
    stars = ChatUser(setup.simulator.person(STARS, "\u2b50\u200b"), setup.groups["dpmd"])
    await setup.groups["dpmd"].add(stars.person)
    card = await setup.card_shows(reference, "Diterima")
    answer = await stars.presses("Verifikasi", on=card)
    assert answer["url"].endswith("?start=petugas-profil")
    private = ChatUser(stars.person)
    await private.shares(private.person.open(answer["url"]), "Siapa nama lengkap")
    asked = await private.sees("perkenalkan diri dahulu")
    assert labels_of(asked) == ["Batal"]
    await private.says("Dewi\nLestari,  S.Sos.", "Apa jabatan")
    await private.says("Analis Pelayanan", "NIP")
    preview = await private.presses("Lewati", "Periksa dahulu")
    assert "Nama: Dewi Lestari, S.Sos." in words(preview)
    await private.says("simpan", "Tersimpan")
    siti.mark_read()
    asked = await stars.presses("Verifikasi", "termasuk kelas apa", on=card)
    asked = await stars.presses("Sikap petugas", "siapa yang menangani", on=asked)
    await stars.presses("Tingkat 2: bidang", "Dewi Lestari, S.Sos. memverifikasi", on=asked)
    receipt = words(await siti.sees("Tanda terima pengaduan"))
    assert re.search(
        r"Dewi Lestari, S\.Sos\.\nAnalis Pelayanan\nDinas Pemberdayaan .+\nJl\. Raya Raci", receipt
    )
    await setup.card_shows(reference, "Kelas: Sikap petugas · Tingkat 2: ke bidang")
    status = await siti.says(f"/status {reference}", "Diperiksa oleh")
    assert "Diperiksa oleh: Dewi Lestari, S.Sos., Analis Pelayanan" in words(status)
