"""The search for marked words finds a planted one in each form and place."""

from __future__ import annotations

import base64
import json
import urllib.parse
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.marked import FIELDS, MARKS, STEM, find_in_bytes, find_marks

FORMS: dict[str, Callable[[str], bytes]] = {
    "utf-8": lambda word: word.encode(),
    "utf-16 little": lambda word: word.encode("utf-16-le"),
    "utf-16 big": lambda word: word.encode("utf-16-be"),
    "utf-32": lambda word: word.encode("utf-32"),
    "latin-1": lambda word: word.encode("latin-1"),
    "json": lambda word: json.dumps(word).encode(),
    "every letter escaped": lambda word: "".join(f"\\u{ord(letter):04X}" for letter in word).encode(),
    "url": lambda word: urllib.parse.quote(word).encode(),
    "every letter percent": lambda word: "".join(f"%{byte:02X}" for byte in word.encode()).encode(),
    "hex": lambda word: word.encode().hex().encode(),
    "folded": lambda word: word.casefold().encode(),
    "capitals": lambda word: word.upper().encode(),
    "cut after the stem": lambda word: word[: len(STEM)].encode(),
    **{
        f"base64 at {place}": lambda word, place=place: base64.b64encode(b"x" * place + word.encode())  # type: ignore[misc]
        for place in range(4)
    },
    **{
        f"base64 of utf-16 at {place}": lambda word, place=place: base64.b64encode(  # type: ignore[misc]
            b"x" * place + word.encode("utf-16-le")
        )
        for place in range(3)
    },
}


@pytest.mark.parametrize("form", FORMS)
def test_a_mark_in_a_file_is_found_in_each_form(form: str, tmp_path: Path) -> None:
    planted = tmp_path / "store" / "deep" / "file"
    planted.parent.mkdir(parents=True)
    planted.write_bytes(b"\x00\xff" * 50 + FORMS[form](MARKS["story"]) + b"\x00\xff" * 50)
    found = find_marks([tmp_path / "store"])
    assert [each.path for each in found] == [str(planted)]


def test_a_mark_in_the_name_of_a_file_is_found(tmp_path: Path) -> None:
    (tmp_path / f"{MARKS['filename']}.pdf").touch()
    assert find_marks([tmp_path])


def test_a_missing_path_and_other_words_give_nothing(tmp_path: Path) -> None:
    (tmp_path / "other").write_bytes(b"Jalan di Desa Gununggangsir rusak " * 100)
    assert find_marks([tmp_path, tmp_path / "missing"]) == []


def test_each_field_has_a_mark_of_its_own() -> None:
    assert len(set(MARKS.values())) == len(FIELDS)
    assert all(find_in_bytes(mark.encode()) for mark in MARKS.values())
