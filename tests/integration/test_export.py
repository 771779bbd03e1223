"""`aduan export`: the file holds what the cases hold, appears whole, and is its owner's alone."""

from __future__ import annotations

import csv
import stat
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from bot.database import cases
from bot.database.engine import Database
from bot.database.sealing import Codec
from bot.documents import register as files
from bot.operations import export as exporting
from bot.operations.export import Exported, ExportError, Source, Wanted, export
from bot.wording.rendering import Renderer
from conversations.complaints.case import Case
from conversations.documents import register
from tests.integration.both_stores import Place
from tests.integration.turn_setup import case_of
from tests.unit.filed import complaint
from tests.unit.sheets import Sheet
from tests.unit.test_spreadsheets import HOSTILE
from tests.unit.transcript import RULES, TERMS, WIB

TODAY = date(2026, 3, 31)  # a Tuesday
MANY = 300
RENDERER = Renderer()
RESOLUTIONS = tuple(said for said, _, _ in HOSTILE.values())


def _case(number: int) -> Case:
    agency = ("dpmd", "bakesbangpol")[number % 2]
    filed = complaint(
        agency=agency, resolution=RESOLUTIONS[number % len(RESOLUTIONS)], confidential=number % 7 == 0
    )
    at = datetime(2026, 3, 1, 0, 0, tzinfo=WIB) + timedelta(minutes=97 * number)
    changes = {"complaint": filed, "received_at": at, "restricted": number % 11 == 0}
    return case_of(f"c{number}", number + 1, agency=agency).model_copy(update=changes)


CASES = tuple(_case(number) for number in range(MANY))


@pytest.fixture
async def store(database: Database, codec: Codec, tmp_path: Path) -> Source:
    # Half a surrogate pair cannot be stored; the reader of texts replaces it.
    listed = [each for each in CASES if "\ud83d" not in each.complaint.resolution]
    await database.write(lambda connection: cases.file_cases(connection, codec, listed, TERMS))
    return Source(database.store, tmp_path / "aduan.key")


def _stored() -> list[Case]:
    return [each for each in CASES if "\ud83d" not in each.complaint.resolution]


def _export(store: Source, path: Path | None, **changes: Any) -> Exported:
    wanted = Wanted("", "2026-03", "xlsx", identities=False, output=path, force=False)._replace(**changes)
    return export(wanted, store, RULES, RENDERER, TODAY)


def _names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


async def test_the_file_holds_what_the_cases_hold(store: Source, tmp_path: Path) -> None:
    done = _export(store, tmp_path / "register.xlsx", identities=True)
    sheet = Sheet(done.path)
    expected = _stored()
    assert done.rows == len(expected) == len(sheet.table)
    assert str(done) == (f"{done.path}: {len(expected)} complaints received from 2026-03-01 to 2026-03-31")
    shown = {said: in_sheet for said, in_sheet, _ in HOSTILE.values()}
    for each, row in zip(expected, sheet.table, strict=True):
        assert row["Nomor"] == each.reference
        assert row["Diterima"] == each.received_at.replace(tzinfo=None, second=0)
        assert row["Tenggat"].date() == each.due_on
        assert row["Penyelesaian"] == shown[each.complaint.resolution]
        assert row["Nama lengkap"] == "Siti Aminah"
        assert row["Rahasia"] == ("Ya" if each.complaint.confidential else "Tidak")


async def test_without_identities_none_is_in_the_file(store: Source, tmp_path: Path) -> None:
    for form in ("xlsx", "csv"):
        done = _export(store, tmp_path / f"register.{form}", form=form)
        content = b"".join(Sheet(done.path).parts.values()) if form == "xlsx" else done.path.read_bytes()
        assert b"Krajan" not in content
        assert b"Siti" not in content
        assert content.count(b"DPMD-2026-") == sum(each.agency == "dpmd" for each in _stored())


async def test_a_csv_has_the_same_rows(store: Source, tmp_path: Path) -> None:
    done = _export(store, tmp_path / "register.csv", form="csv", agency="DPMD")
    with done.path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    expected = [each for each in _stored() if each.agency == "dpmd"]
    assert [row["Nomor"] for row in rows] == [each.reference for each in expected]
    assert not any(cell[:1] in set("=+-@\t\r") - {""} for row in rows for cell in row.values())
    hidden = [row for row, each in zip(rows, expected, strict=True) if each.restricted]
    assert hidden
    assert not any(row["Penyelesaian"] or row["Uraian kejadian"] for row in hidden)


async def test_the_file_is_its_owners_and_alone(store: Source, tmp_path: Path) -> None:
    before = _names(tmp_path)
    done = _export(store, tmp_path / "register.xlsx")
    assert _names(tmp_path) - before == {done.path.name}
    assert stat.S_IMODE(done.path.stat().st_mode) == 0o600


async def test_an_export_that_breaks_leaves_no_file(
    store: Source, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = _names(tmp_path)

    def full(*_args: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(exporting, "write_register", full)
    with pytest.raises(OSError, match="No space"):
        _export(store, tmp_path / "register.xlsx")
    assert _names(tmp_path) == before


async def test_a_damaged_row_is_named_and_left_out(
    store: Source, database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await database.write(lambda c: c.execute(text("UPDATE cases SET state = '' WHERE id = 'c5'")))
    real = register.row

    def broken(case: Case, *rest: Any) -> Any:
        if case.id == "c8":
            raise ValueError("a cell that cannot be made")
        return real(case, *rest)

    monkeypatch.setattr(files, "row", broken)
    done = _export(store, tmp_path / "register.xlsx")
    assert done.rows == len(_stored()) - 2
    assert sorted(done.skipped.references) == sorted([CASES[5].reference, CASES[8].reference])
    assert done.warning.startswith("2 damaged rows are left out: ")
    assert not {row["Nomor"] for row in Sheet(done.path).table} & set(done.skipped.references)


async def test_an_existing_file_is_replaced_only_with_force(store: Source, tmp_path: Path) -> None:
    path = tmp_path / "register.csv"
    path.write_text("old")
    with pytest.raises(ExportError, match="--force"):
        _export(store, path, form="csv")
    assert path.read_text() == "old"
    assert _export(store, path, form="csv", force=True).rows == len(_stored())
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


async def test_without_a_name_the_file_is_named_by_agency_and_period(
    store: Source, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert _export(store, None, agency="dpmd", period="tw i 2026").path == Path("register-dpmd-2026-Q1.xlsx")
    empty = _export(store, None, period="2025", form="csv")
    assert (empty.path, empty.rows, empty.warning) == (Path("register-all-2025.csv"), 0, "")


WRONG = {
    "another agency": ({"agency": "dinkes"}, "agency: found 'dinkes', expected one of dpmd, bakesbangpol"),
    "another period": ({"period": "2026-13"}, "--period: found '2026-13', expected for example 2026-11"),
}
PATHS = {"": "is a folder", "no/such/file.xlsx": "is no folder"}


@pytest.mark.parametrize("name", WRONG)
async def test_what_is_wrong_is_said(store: Source, tmp_path: Path, name: str) -> None:
    changes, said = WRONG[name]
    with pytest.raises(ExportError, match=said):
        _export(store, tmp_path / "register.xlsx", **changes)


@pytest.mark.parametrize("path", PATHS)
async def test_a_file_needs_a_folder(store: Source, tmp_path: Path, path: str) -> None:
    with pytest.raises(ExportError, match=PATHS[path]):
        _export(store, tmp_path / path)


def test_without_a_store_nothing_is_made(place: Place, tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="not there yet"):
        _export(Source(place(tmp_path / "aduan.db"), tmp_path / "aduan.key"), tmp_path / "register.xlsx")
    assert list(tmp_path.iterdir()) == []


async def test_the_bar_moves_to_its_end(store: Source, tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    wanted = Wanted("", "2026-03", "csv", identities=False, output=tmp_path / "a.csv", force=False)
    export(wanted, store, RULES, RENDERER, TODAY, lambda done, total: seen.append((done, total)))
    total = len(_stored())
    assert seen[0] == (exporting.STEP, total)
    assert seen[-1] == (total, total)
