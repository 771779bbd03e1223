"""The file of the highest numbers: it never falls, and no content of it stops the start."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from bot.database.gaps import Gap, missing
from bot.database.serials import Number
from bot.database.watermark import DamagedError, Watermark, read
from bot.foundation import disk

CONTENTS = {("dpmd", 2026): 42, ("bakesbangpol", 2025): 7}


def loaded(path: Path) -> Watermark:
    watermark = Watermark(path)
    assert watermark.load() is None
    return watermark


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "data-aduan.json"


def test_without_a_file_nothing_was_issued_and_none_is_made(path: Path) -> None:
    assert loaded(path).highest == {}
    assert not path.parent.exists()


def test_what_was_raised_is_read_back_and_no_lower_number_takes_its_place(path: Path) -> None:
    watermark = loaded(path)
    watermark.raise_to([Number("dpmd", 2026, 42), Number("dpmd", 2026, 41), Number("bakesbangpol", 2025, 7)])
    watermark.raise_to([Number("dpmd", 2026, 3)])
    assert loaded(path).highest == CONTENTS
    assert json.loads(path.read_text()) == {"bakesbangpol": {"2025": 7}, "dpmd": {"2026": 42}}


def test_the_file_is_written_only_when_a_number_rises(path: Path) -> None:
    watermark = loaded(path)
    watermark.raise_to([Number("dpmd", 2026, 42)])
    path.unlink()
    watermark.raise_to([Number("dpmd", 2026, 42)])
    assert not path.exists()


def test_file_and_folder_are_the_owner_s_alone(path: Path) -> None:
    loaded(path).raise_to([Number("dpmd", 2026, 1)])
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_number_that_could_not_be_written_is_written_with_the_next_one(path: Path) -> None:
    watermark = loaded(path)
    path.parent.write_text("a file in the place of the folder")
    with pytest.raises(OSError, match="exists"):
        watermark.raise_to([Number("dpmd", 2026, 42)])
    path.parent.unlink()
    watermark.raise_to([Number("dpmd", 2026, 42)])
    assert loaded(path).highest == {("dpmd", 2026): 42}


def test_a_half_written_file_of_a_kill_is_removed(path: Path) -> None:
    loaded(path).raise_to([Number("dpmd", 2026, 1)])
    other = path.with_name(f"other-aduan.json.1{disk.TEMPORARY}")
    other.touch()
    path.with_name(f"{path.name}.1-2{disk.TEMPORARY}").touch()
    assert loaded(path).highest == {("dpmd", 2026): 1}
    assert sorted(path.parent.iterdir()) == sorted([path, other])


DAMAGED: dict[str, bytes] = {
    "empty": b"",
    "cut": b'{"dpmd": {"2026": 4',
    "no text": b"\xff\xfe\x00",
    "a list": b"[42]",
    "null": b"null",
    "an agency without years": b'{"dpmd": 42}',
    "years as a list": b'{"dpmd": [2026, 42]}',
    "a negative number": b'{"dpmd": {"2026": -1}}',
    "a number as text": b'{"dpmd": {"2026": "42"}}',
    "a fraction": b'{"dpmd": {"2026": 42.0}}',
    "true": b'{"dpmd": {"2026": true}}',
    "no number at all": b'{"dpmd": {"2026": null}}',
    "not a number": b'{"dpmd": {"2026": NaN}}',
    "more digits than a number is read with": b'{"dpmd": {"2026": 1000000000}}',
    "more than 64 bits": b'{"dpmd": {"2026": 18446744073709551617}}',
    "more digits than Python reads": b'{"dpmd": {"2026": ' + b"9" * 5000 + b"}}",
    "a year of two digits": b'{"dpmd": {"26": 1}}',
    "a year in other digits": '{"dpmd": {"２０２６": 1}}'.encode(),
    "half a surrogate pair": b'{"dpmd\\ud800": {"2026": 1}}',
    "an empty agency": b'{"": {"2026": 1}}',
    "a line break in the agency": b'{"dpmd\\n": {"2026": 1}}',
    "nested without end": b"[" * 100_000,
    "too large": b'{"dpmd": {"2026": 1}}' + b" " * 1_000_000,
}


@pytest.mark.parametrize("name", DAMAGED)
def test_a_damaged_file_is_set_aside_and_counts_as_empty(path: Path, name: str) -> None:
    path.parent.mkdir()
    path.write_bytes(DAMAGED[name])
    with pytest.raises(DamagedError):
        read(path)
    watermark = Watermark(path)
    aside = watermark.load()
    assert aside is not None
    assert aside.read_bytes() == DAMAGED[name]
    assert not path.exists()
    assert watermark.highest == {}
    watermark.raise_to([Number("dpmd", 2026, 5)])
    assert loaded(path).highest == {("dpmd", 2026): 5}


def test_each_damaged_file_is_kept(path: Path) -> None:
    path.parent.mkdir()
    for _ in range(2):
        path.write_text("x")
        Watermark(path).load()
    assert len(list(path.parent.iterdir())) == 2


def test_a_folder_in_the_place_of_the_file_is_set_aside_as_well(path: Path) -> None:
    path.mkdir(parents=True)
    watermark = Watermark(path)
    assert watermark.load()
    watermark.raise_to([Number("dpmd", 2026, 5)])
    assert loaded(path).highest == {("dpmd", 2026): 5}


# what the register knows, what the file holds -> the gaps
COMPARED = {
    "nothing issued": ([], {}, []),
    "both the same": ([Number("dpmd", 2026, 42)], {("dpmd", 2026): 42}, []),
    "the register is ahead": ([Number("dpmd", 2026, 43)], {("dpmd", 2026): 42}, []),
    "the register is behind": (
        [Number("dpmd", 2026, 42)],
        {("dpmd", 2026): 47},
        [Gap("dpmd", 2026, 43, 47)],
    ),
    "the register is empty": ([], {("dpmd", 2026): 3}, [Gap("dpmd", 2026, 1, 3)]),
    "another year and another agency": (
        [Number("dpmd", 2026, 5), Number("bakesbangpol", 2026, 1)],
        {("dpmd", 2025): 2, ("dpmd", 2026): 5, ("bakesbangpol", 2026): 2},
        [Gap("bakesbangpol", 2026, 2, 2), Gap("dpmd", 2025, 1, 2)],
    ),
    "a mark of nothing": ([], {("dpmd", 2026): 0}, []),
}


@pytest.mark.parametrize("name", COMPARED)
def test_numbers_that_only_the_file_has_are_a_gap(name: str) -> None:
    known, marked, expected = COMPARED[name]
    assert missing(known, marked) == expected


def test_a_gap_is_printed_as_its_numbers_are() -> None:
    assert Gap("bakes_bang", 2026, 43, 12345).printed == ("BAKESBANG-2026-0043", "BAKESBANG-2026-12345")
