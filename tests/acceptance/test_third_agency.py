"""A further agency is a further section of the settings, and nothing else."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
import pytest_asyncio

from tests.acceptance.bot_setup import AGENCIES, RINA, ChatUser, Setup, opened, words
from tests.questions import ANSWERS, labels_of

pytestmark = pytest.mark.asyncio(loop_scope="module")

GROUP = -1001000000003
FULL_NAME = "Dinas Perpustakaan dan Kearsipan"
THIRD = {
    "short_name": "Dispusip",
    "full_name": FULL_NAME,
    "staff_chat_id": GROUP,
    "resolutions": ["Buku dikembalikan"],
    "contact": {"address": "Jl. Contoh 1, Bangil", "phones": ["(0343) 000000"]},
    "standard": {
        "requirements": ["Menulis pengaduan."],
        "procedure": ["Petugas mencatat."],
        "time": "3 hari",
        "cost": "Tidak dipungut biaya",
        "product": "Tindak lanjut",
    },
    "services": [{"id": "pinjam", "name": "Peminjaman buku"}],
    "clock": {"days": 5, "unit": "calendar"},
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def three(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Setup]:
    """A bot of three agencies."""
    folder = tmp_path_factory.mktemp("three")
    async with opened(folder, agencies={**AGENCIES, "dispusip": THIRD}) as running:
        members = [running.simulator.people[RINA]]
        running.groups["dispusip"] = running.simulator.group(GROUP, "dispusip", members=members)
        yield running


@pytest.mark.parametrize("link", ["", "dispusip"])
async def test_a_third_agency_works_by_configuration_alone(three: Setup, link: str) -> None:
    rina = three.officer(RINA, "dispusip")
    await three.rested()
    ((filed,),) = three.read("SELECT count(*) FROM cases WHERE agency = 'dispusip'")
    others = {name: len(group.chat.log) for name, group in three.groups.items() if name != "dispusip"}
    answers = replace(ANSWERS, agency=FULL_NAME, service="Peminjaman buku", resolution="Buku dikembalikan")
    citizen, siti, reference = await three.filed(answers, link)
    assert reference.startswith("DISPUSIP-")
    assert reference.endswith(f"-{filed + 1:04}")
    card = await three.card_shows(reference, "Peminjaman buku", "dispusip")
    assert "Buku dikembalikan" in words(card)
    preview = await rina.says(f"/jawab {reference} Bukunya ada.", "Bukunya ada.")
    await rina.presses("Kirim", "dikirim oleh Rina", on=preview)
    await siti.sees("Bukunya ada.")
    await three.rested()
    assert {name: len(three.groups[name].chat.log) for name in others} == others
    assert FULL_NAME in "".join(map(words, citizen.person.messages))


async def test_it_is_among_the_choices_and_has_its_standard(three: Setup) -> None:
    user = ChatUser(three.person())
    assert FULL_NAME in labels_of(await user.says("/lapor", "Pengaduan ini tentang apa?"))
    await user.says("/standar dispusip", FULL_NAME, "Menulis pengaduan.")
    await three.officer(RINA, "dispusip").says("/daftar", "Daftar pengaduan")
