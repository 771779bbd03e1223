"""Names of people, groups and files, made fit to be shown to others."""

from __future__ import annotations

import pytest

from bot.channels.names import LONGEST_FILE_NAME, LONGEST_NAME, clean, file_name, person_name

FAMILY = "👨‍👩‍👧"
NAMES = {
    "plain": ("Siti Aminah", "Siti Aminah"),
    "accents": ("Ñusta Müller", "Ñusta Müller"),
    "Arabic": ("سيتي امينة", "سيتي امينة"),
    "override": ("Siti\u202egnp.exe", "Sitignp.exe"),
    "isolates": ("\u2066Siti\u2069 \u2067A\u2068", "Siti A"),
    "marks": ("\u200eSi\u200fti\u061c", "Siti"),
    "lines": ("Siti\nPengaduan\r\nselesai\u2028ya\u0085.", "Siti Pengaduan selesai ya ."),
    "controls": ("Si\x00ti\x1b[31m\x7f", "Siti[31m"),
    "zero width": ("S\u200bi\u200ct\u2060i\ufeff", "Siti"),
    "fillers": ("\u3164\u115f\uffa0\u2800", ""),
    "tags": ("Siti\U000e0041\U000e007f", "Siti"),
    "private use": ("Siti\ue000\uf8ff", "Siti"),
    "half of a pair": ("Si\ud800ti", "Siti"),
    "family": (f"Ibu {FAMILY}", f"Ibu {FAMILY}"),
    "toned": ("🙋🏽‍♀️ Rina", "🙋🏽‍♀️ Rina"),
    "joiner between letters": ("S\u200diti\u200d", "Siti"),
    "joiners alone": ("\u200d\u200d\ufe0f", ""),
    "marks alone": ("\u0301\u0301", ""),
    "blanks": (" \t\u00a0\u3000 ", ""),
    "empty": ("", ""),
    "wide blanks": ("Siti \u3000  Aminah", "Siti Aminah"),
    "markup": ("</b><a href='x'>", "</b><a href='x'>"),
}


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_shown_on_one_line_without_what_cannot_be_seen(name: str) -> None:
    given, shown = NAMES[name]
    assert clean(given) == shown


@pytest.mark.parametrize("long", ["a" * 200, "ñ" * 200, FAMILY * 60, "\u202e" + "b " * 200])
def test_a_name_is_bounded(long: str) -> None:
    assert 0 < len(clean(long)) <= LONGEST_NAME
    assert not clean(long).endswith((" ", "\u200d"))


@pytest.mark.parametrize(
    ("first", "last", "name"),
    [
        ("Siti", "Aminah", "Siti Aminah"),
        ("Siti", None, "Siti"),
        ("", "Aminah", "Aminah"),
        ("", "", "Warga"),
        (None, None, "Warga"),
        ("\u3164", "\u200b", "Warga"),
    ],
)
def test_a_person_without_a_name_gets_the_fallback(first: str | None, last: str | None, name: str) -> None:
    assert person_name(first, last, "Warga") == name


FILE_NAMES = {
    "plain": ("bukti transfer.pdf", "bukti transfer.pdf"),
    "not ASCII": ("bukti – ünïcode 照片.jpg", "bukti – ünïcode 照片.jpg"),
    "path": ("../../etc/passwd", "etc_passwd"),
    "drive": ("C:\\Users\\siti\\a.docx", "C__Users_siti_a.docx"),
    "quotes": ("a\"b'c`.pdf", "a_b_c_.pdf"),
    "controls": ("a\x00b\r\nc\x1f.pdf", "ab c.pdf"),
    "override": ("laporan\u202efdp.exe", "laporanfdp.exe.bin"),
    "an app": ("Undangan Nikah.apk", "Undangan Nikah.apk.bin"),
    "an app in disguise": ("foto.jpg.\u202eAPK", "foto.jpg.APK.bin"),
    "a page": ("surat kuasa.html", "surat kuasa.html.bin"),
    "Arabic": ("صورة\u202e.pdf", "صورة.pdf"),
    "percent": ("100%20.pdf", "100_20.pdf"),
    "dots": ("...", ""),
    "nothing": ("\u200b\n", ""),
    "empty": ("", ""),
}


@pytest.mark.parametrize("name", FILE_NAMES)
def test_a_files_name_fits_every_server_and_disk(name: str) -> None:
    given, shown = FILE_NAMES[name]
    assert file_name(given) == shown


@pytest.mark.parametrize("stem", ["a" * 300, "照" * 300, "a." * 200])
def test_a_long_files_name_keeps_its_ending(stem: str) -> None:
    assert len(file_name(f"{stem}.pdf")) <= LONGEST_FILE_NAME
    assert file_name(f"{stem}.pdf").endswith(".pdf")
    assert len(file_name(stem)) <= LONGEST_FILE_NAME
