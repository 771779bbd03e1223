"""What citizens read of the two agencies of config.example.toml."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from conversations.complaints.agency import Agency
from conversations.complaints.rules import Rules
from tests.unit.filed import LANGUAGES, wording
from tests.unit.transcript import Chat
from tests.unit.walker import citizen, last, walk

EXAMPLE = Path(__file__).parents[2] / "config.example.toml"
AGENCIES = tuple(
    Agency.model_validate({**values, "staff_chat_id": -100_1 - place})
    for place, values in enumerate(tomllib.loads(EXAMPLE.read_text(encoding="utf-8"))["agencies"])
)
RULES = Rules(agencies=AGENCIES)

# agency -> the end of its published standard ("Pengaduan Layanan")
ENDS = {
    "dpmd": (
        "Komplek Perkantoran Raci, (Jln. Raya Raci KM 9 Bangil Pasuruan)",
        "Dinas Pemberdayaan Masyarakat dan Desa Kabupaten Pasuruan",
        "(0343) 749035 - 08165456650",
    ),
    "bakesbangpol": (
        "Menghubungi: Kepala Bakesbangpol Kabupaten Pasuruan",
        "Jl. Raya Raci Km. 09 Pasuruan – Bangil",
        "Telp. (0343) 747004",
    ),
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("agency", ENDS)
def test_the_standard_ends_as_the_published_one(agency: str, language: str) -> None:
    siti = citizen(Chat(rules=RULES))
    siti.commands("standar", agency)
    assert wording(last(siti), language).splitlines()[-3:] == list(ENDS[agency])


@pytest.mark.parametrize(
    ("agency", "own"), [("dpmd", "penyaluran BLT Desa"), ("bakesbangpol", "pelaporan keberadaan ormas")]
)
def test_the_example_of_a_service_fits_the_agency(agency: str, own: str) -> None:
    siti = citizen(Chat(rules=RULES))
    walk(siti, until="service", answers={"agency": agency})
    assert f"Contoh: {own}" in wording(last(siti))
    siti.presses("other_service")
    assert f"Contoh: {own}" in wording(last(siti))


def test_without_a_configured_example_the_first_service_is_shown() -> None:
    plain = AGENCIES[1].model_copy(update={"service_example": ""})
    siti = citizen(Chat(rules=RULES.model_copy(update={"agencies": (plain,)})))
    walk(siti, until="service", answers={"agency": "bakesbangpol"})
    assert "Contoh: Pelaporan keberadaan ormas" in wording(last(siti))
