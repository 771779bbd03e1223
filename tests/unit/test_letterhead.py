"""The letterhead of the example's agencies."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.config.settings import read
from bot.documents.letterhead import letterhead
from tests.unit.test_config import example, no_environment

__all__ = ["no_environment"]


def test_a_letterhead_names_the_agency_and_how_it_is_reached() -> None:
    dpmd, bakesbangpol = map(letterhead, read(example()).agencies)
    assert dpmd == {
        "parent": "Pemerintah Kabupaten Pasuruan",
        "name": "Dinas Pemberdayaan Masyarakat dan Desa",
        "address": "Jl. Raya Raci Km. 9 Pasuruan - Bangil 67153",
        "contact": "(0343) 749035 · 08165456650 · dpmd.pasuruankab.go.id",
        "logo": "",
    }
    assert bakesbangpol["contact"] == (
        "(0343) 747004 · 082232130269 · bakesbangpol@pasuruankab.go.id · bakesbangpol.pasuruankab.go.id"
    )


def test_a_logo_is_an_absolute_path(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    agency = read(example()).agencies[0].model_copy(update={"logo": "gambar/logo.png", "parent": ""})
    assert letterhead(agency)["logo"] == str(tmp_path / "gambar" / "logo.png")
    assert letterhead(agency)["parent"] == ""
