"""A file is kept or refused by its bytes, whatever its name says."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

import pytest

from bot.channels.names import file_name
from bot.files.inspection import compound as compound_kind
from bot.files.inspection import kinds, packages
from bot.files.inspection import pdf as pdf_kind
from conversations.complaints.refused import Refused
from tests.made_files import (
    EXCEL,
    MACRO_TYPES,
    OPEN_TEXT,
    PACKAGE,
    TEMPLATE,
    TYPES,
    WORD,
    bomb,
    compound,
    media,
    pdf,
    zipped,
)

JPEG = media(b"\xff\xd8\xff\xe0\x00\x10JFIF")
JAR = zipped({"META-INF/MANIFEST.MF": b"Main-Class: A", "A.class": b"\xca\xfe\xba\xbe"})
SCRIPT = b"@echo off\r\ndel C:\\*.*\r\n"

# label -> bytes, name
KEPT = {
    "JPEG": (JPEG, "foto.jpg"),
    "JPEG named PNG": (JPEG, "foto.png"),
    "JPEG named PDF": (JPEG, "surat.pdf"),
    "JPEG without a name": (JPEG, ""),
    "PNG": (media(b"\x89PNG\r\n\x1a\n"), "a.png"),
    "GIF": (media(b"GIF89a"), "a.gif"),
    "WebP": (media(b"RIFF\x00\x00\x00\x00WEBP"), "a.webp"),
    "TIFF of a scanner": (media(b"II*\x00"), "a.tif"),
    "HEIC": (media(b"ftypheic", 4), "a.heic"),
    "HEIC of an older phone": (media(b"ftypmif1", 4), "a.heic"),
    "MP4": (media(b"ftypisom", 4), "a.mp4"),
    "MP4 of a recent phone": (media(b"ftypiso6", 4), "a.mp4"),
    "MOV": (media(b"ftypqt  ", 4), "a.mov"),
    "3GP": (media(b"ftyp3gp5", 4), "a.3gp"),
    "M4A": (media(b"ftypM4A ", 4), "a.m4a"),
    "WebM": (media(b"\x1a\x45\xdf\xa3"), "a.webm"),
    "Ogg": (media(b"OggS\x00\x02"), "a.oga"),
    "MP3": (media(b"\xff\xfb\x90\x64"), "a.mp3"),
    "MP3 with a title": (media(b"ID3\x04"), "a.mp3"),
    "AMR": (media(b"#!AMR\n"), "a.amr"),
    "WAV": (media(b"RIFF\x24\x00\x00\x00WAVEfmt "), "a.wav"),
    "PDF": (pdf(), "a.pdf"),
    "PDF after an empty line": (b"\r\n" + pdf(), "a.pdf"),
    "PDF that opens at a page": (pdf(b"/OpenAction[3 0 R/Fit]"), "a.pdf"),
    "PDF with packed objects": (pdf(streams=[b"1 0 <</Type/Page/Parent 2 0 R>>"]), "a.pdf"),
    "PDF with the word JavaScript in its text": (pdf(b"/Title(kursus JavaScript)"), "a.pdf"),
    "PDF with a password, names readable": (pdf(b"/Encrypt 5 0 R"), "a.pdf"),
    "DOCX": (zipped(WORD), "surat.docx"),
    "DOCX with a picture": (zipped({**WORD, "word/media/image1.png": b"\x89PNG"}), "surat.docx"),
    "DOCX with a table of Excel": (zipped({**WORD, "word/embeddings/Sheet1.xlsx": zipped(EXCEL)}), "a.docx"),
    "XLSX": (zipped(EXCEL), "daftar.xlsx"),
    "PPTX": (zipped({TYPES: b"<Types/>", "ppt/presentation.xml": b"<p/>"}), "a.pptx"),
    "ODT": (zipped(OPEN_TEXT), "a.odt"),
    "DOC": (compound(["WordDocument", "1Table", "\x05SummaryInformation"]), "a.doc"),
    "XLS": (compound(["Workbook", "a", "b", "c", "d"]), "a.xls"),
    "PPT": (compound(["PowerPoint Document"]), "a.ppt"),
    "text": ("Bantuan belum cair. Mohon dicek — terima kasih 🙏".encode(), "catatan.txt"),
    "text of Windows": ("Harga 5 € per kg, é".encode("cp1252"), "catatan.txt"),
    "text in UTF-16": ("Nama\tJumlah\r\nSiti\t3".encode("utf-16"), "daftar.csv"),
    "text that begins with MZ": (b"MZ Abdullah, Raci", "catatan.txt"),
    "CSV": (b"nama;jumlah\r\nSiti;3\r\n", "daftar.csv"),
    "contact": (b"BEGIN:VCARD\r\nFN:Siti\r\nEND:VCARD\r\n", "siti.vcf"),
    "long text, cut inside a letter": (("é" * 40_000).encode(), "a.txt"),
}

# label -> bytes, name, refusal
REFUSED = {
    "Windows program": (b"MZ\x90\x00" + bytes(60) + b"PE\x00\x00", "a.exe", Refused.PROGRAM),
    "Windows program named JPEG": (b"MZ\x90\x00" + bytes(60), "foto.jpg", Refused.PROGRAM),
    "two endings": (b"MZ\x90\x00" + bytes(60), "surat.pdf.exe", Refused.PROGRAM),
    "a library": (b"MZ\x00" + bytes(60), "a.dll", Refused.PROGRAM),
    "Linux program": (b"\x7fELF\x02\x01\x01" + bytes(60), "surat", Refused.PROGRAM),
    "Mac program": (b"\xcf\xfa\xed\xfe" + bytes(60), "surat", Refused.PROGRAM),
    "Mac program for two processors": (b"\xca\xfe\xba\xbe" + bytes(60), "surat", Refused.PROGRAM),
    "Android code": (b"dex\n035\x00" + bytes(60), "a.dat", Refused.PROGRAM),
    "shortcut": (b"\x4c\x00\x00\x00\x01\x14\x02\x00" + bytes(60), "surat.lnk", Refused.PROGRAM),
    "help file of Windows": (b"ITSF\x03\x00" + bytes(60), "a.chm", Refused.PROGRAM),
    "installer": (
        compound(["!a"], kind=bytes.fromhex("84100c0000000000c000000000000046")),
        "a.msi",
        Refused.PROGRAM,
    ),
    "app": (zipped({"AndroidManifest.xml": b"x", "classes.dex": b"dex"}), "Undangan.apk", Refused.PROGRAM),
    "app named PDF": (zipped({"AndroidManifest.xml": b"x"}), "undangan.pdf", Refused.PROGRAM),
    "Java package": (JAR, "a.jar", Refused.PROGRAM),
    "packed program": (zipped({"surat.pdf.exe": b"MZ"}), "surat.zip", Refused.PROGRAM),
    "packed program in a folder of Windows": (zipped({"a\\B.EXE": b"MZ"}), "surat.zip", Refused.PROGRAM),
    "script with a line for the shell": (b"#!/bin/sh\nrm -rf /\n", "surat.txt", Refused.PROGRAM),
    "batch file": (SCRIPT, "surat.txt", Refused.PROGRAM),
    "batch file in UTF-8 with a mark": (b"\xef\xbb\xbf" + SCRIPT, "a.txt", Refused.PROGRAM),
    "script of UTF-16 letters": ("@echo off".encode("utf-16"), "a.txt", Refused.PROGRAM),
    "command file by its name": (b"del C:\\*.*", "surat.cmd", Refused.PROGRAM),
    "Visual Basic by its name": (b'MsgBox "a"', "surat.vbs", Refused.PROGRAM),
    "JavaScript by its name": (b"var a = 1;", "surat.js", Refused.PROGRAM),
    "PowerShell by its name": (b"Get-Item .", "surat.ps1", Refused.PROGRAM),
    "link of Windows": (b"[InternetShortcut]\r\nURL=http://x\r\n", "a.txt", Refused.PROGRAM),
    "starter of Linux": (b"[Desktop Entry]\nExec=sh\n", "a.txt", Refused.PROGRAM),
    "registry": (b"Windows Registry Editor Version 5.00\r\n", "a.txt", Refused.PROGRAM),
    "name from right to left": (b"del C:\\*.*", "surat\u202efdp.bat", Refused.PROGRAM),
    "page": (b"<!DOCTYPE html><script>alert(1)</script>", "surat.pdf", Refused.ACTIVE),
    "page without a head": (b"  \n<script src=http://x></script>", "a.txt", Refused.ACTIVE),
    "drawing with a script": (b"<svg xmlns='x'><script>1</script></svg>", "peta.svg", Refused.ACTIVE),
    "PDF with a script": (pdf(b"/OpenAction<</S/JavaScript/JS(app.alert(1))>>"), "a.pdf", Refused.ACTIVE),
    "PDF with an escaped name": (pdf(b"/OpenAction<</S/J#61vaScript/JS(1)>>"), "a.pdf", Refused.ACTIVE),
    "PDF that starts a program": (pdf(b"/AA<</O<</S/Launch/F(cmd.exe)>>>>"), "a.pdf", Refused.ACTIVE),
    "PDF with a file in it": (pdf(b"/Names<</EmbeddedFiles 3 0 R>>"), "a.pdf", Refused.ACTIVE),
    "PDF with a script in packed objects": (
        pdf(streams=[b"1 0 <</S /JavaScript /JS (1)>>"]),
        "a.pdf",
        Refused.ACTIVE,
    ),
    "PDF with a password on packed objects": (
        pdf(b"/Encrypt 5 0 R", streams=[b"\x01\x02"]),
        "a.pdf",
        Refused.LOCKED,
    ),
    "PDF that is a package too": (pdf() + JAR, "a.pdf", Refused.ARCHIVE),
    "JPEG that is a package too": (JPEG + JAR, "foto.jpg", Refused.ARCHIVE),
    "DOCM": (zipped({**WORD, "word/vbaProject.bin": b"\xd0\xcf"}), "surat.docx", Refused.MACRO),
    "DOCM by its types": (zipped({**WORD, TYPES: MACRO_TYPES}), "surat.docx", Refused.MACRO),
    "DOCM by its types in UTF-16": (
        zipped({**WORD, TYPES: MACRO_TYPES.decode().encode("utf-16")}),
        "surat.docx",
        Refused.MACRO,
    ),
    "XLSM of Excel 4": (zipped({**EXCEL, "xl/macrosheets/sheet1.xml": b"<m/>"}), "a.xlsx", Refused.MACRO),
    "DOCX with a control": (zipped({**WORD, "word/activeX/activeX1.xml": b"<a/>"}), "a.docx", Refused.MACRO),
    "DOCX with a template elsewhere": (
        zipped({**WORD, "word/_rels/settings.xml.rels": TEMPLATE}),
        "a.docx",
        Refused.MACRO,
    ),
    "DOCX with a program in it": (
        zipped({**WORD, "word/embeddings/oleObject1.bin": PACKAGE}),
        "a.docx",
        Refused.PROGRAM,
    ),
    "ODT with a script": (
        zipped({**OPEN_TEXT, "Basic/Standard/Module1.xml": b"<s/>"}),
        "a.odt",
        Refused.MACRO,
    ),
    "DOC with macros": (compound(["WordDocument", "Macros", "VBA"]), "a.doc", Refused.MACRO),
    "XLS with macros behind other entries": (
        compound(["Workbook", *"abcdefgh", "_VBA_PROJECT_CUR"]),
        "a.xls",
        Refused.MACRO,
    ),
    "DOC with a program in it": (compound(["WordDocument", "\x01Ole10Native"]), "a.doc", Refused.PROGRAM),
    "DOCX with a password": (compound(["EncryptionInfo", "EncryptedPackage"]), "a.docx", Refused.LOCKED),
    "compound file of another kind": (compound(["__properties_version1.0"]), "a.msg", Refused.UNKNOWN),
    "compound file with a circular directory": (compound(["Workbook"], chain=1), "a.xls", Refused.UNKNOWN),
    "cut compound file": (compound(["Workbook"])[:700], "a.xls", Refused.UNKNOWN),
    "ZIP of photos": (zipped({"a.jpg": JPEG}), "foto.zip", Refused.ARCHIVE),
    "ZIP in a ZIP": (zipped({"dalam.zip": JAR}), "foto.zip", Refused.ARCHIVE),
    "empty ZIP": (b"PK\x05\x06" + bytes(18), "a.zip", Refused.ARCHIVE),
    "cut ZIP": (JAR[:40], "a.docx", Refused.ARCHIVE),
    "ZIP with a password": (zipped({"a.jpg": JPEG}, flags=1), "foto.zip", Refused.LOCKED),
    "DOCX with a password of ZIP": (zipped(WORD, flags=1), "a.docx", Refused.LOCKED),
    "RAR": (b"Rar!\x1a\x07\x01\x00" + bytes(60), "a.pdf", Refused.ARCHIVE),
    "7-Zip": (b"7z\xbc\xaf\x27\x1c" + bytes(60), "a.7z", Refused.ARCHIVE),
    "gzip": (b"\x1f\x8b\x08" + bytes(60), "a.gz", Refused.ARCHIVE),
    "tar": (bytes(257) + b"ustar\x0000" + bytes(300), "a.tar", Refused.ARCHIVE),
    "disk of a CD": (bytes(0x8001) + b"CD001" + bytes(60), "a.iso", Refused.ARCHIVE),
    "bytes without a meaning": (bytes(range(256)), "foto.jpg", Refused.UNKNOWN),
    "zero bytes behind a text": (b"Laporan. " * 10_000 + bytes(60), "a.txt", Refused.UNKNOWN),
    "RTF": (b"{\\rtf1\\ansi{\\object\\objdata 0105}}", "a.rtf", Refused.UNKNOWN),
}


@pytest.mark.parametrize(("data", "name"), KEPT.values(), ids=KEPT)
def test_harmless_kinds_are_kept(data: bytes, name: str) -> None:
    assert kinds.refusal(data, file_name(name)) is None
    assert kinds.refusal(bytearray(data), file_name(name)) is None


@pytest.mark.parametrize(("data", "name", "expected"), REFUSED.values(), ids=REFUSED)
def test_what_runs_or_hides_something_is_refused(data: bytes, name: str, expected: Refused) -> None:
    assert kinds.refusal(bytearray(data), file_name(name)) is expected


def test_a_bomb_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[int] = []
    original = packages._read

    def counting(package: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
        content = original(package, entry)
        read.append(len(content))
        return content

    monkeypatch.setattr(packages, "_read", counting)
    assert kinds.refusal(bomb(), "surat.docx") is None
    assert sum(read) < 1_000
    assert kinds.refusal(zipped({**WORD, TYPES: bytes(50 << 20)}), "surat.docx") is None
    assert max(read) == packages.MOST_READ


def test_a_directory_that_is_too_long_is_not_read() -> None:
    many = zipped({f"{number}": b"" for number in range(packages.MOST_ENTRIES + 1)})
    assert kinds.refusal(many, "a.docx") is Refused.ARCHIVE
    place = many.rfind(b"PK\x05\x06")
    lying = bytearray(many)
    struct.pack_into("<HH", lying, place + 8, 3, 3)
    assert kinds.refusal(lying, "a.docx") is Refused.ARCHIVE


def test_streams_of_a_pdf_are_unpacked_within_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf_kind, "MOST_UNPACKED", 1_000)
    assert kinds.refusal(pdf(streams=[b"1 0 " + bytes(400)] * 2), "a.pdf") is None
    assert kinds.refusal(pdf(streams=[b"1 0 " + bytes(400)] * 3), "a.pdf") is Refused.UNKNOWN


def _overlapping(number: int, end: bytes) -> bytes:
    """A PDF with this many streams of zlib that all contain the same end: 20 bytes each."""
    starts = b""
    for place in range(number):
        length = 25 * (number - place) - 14
        starts += b"stream\n\x78\x01\x00" + struct.pack("<HH", length, length ^ 0xFFFF) + b"1 0 "
        starts += bytes(25 * (place + 1) - len(starts))
    return b"%PDF-1.4\n" + starts + end


def test_streams_that_share_a_damaged_end_cost_no_more_than_the_bounds(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pdf_kind, "MOST_UNPACKED", 4 << 20)
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    # A block of a type that does not exist follows 1 MB of spaces.
    end = packer.compress(b" " * (1 << 20)) + packer.flush(zlib.Z_SYNC_FLUSH) + b"\x07"
    assert kinds.refusal(_overlapping(3, end), "a.pdf") is None
    assert kinds.refusal(_overlapping(6, end), "a.pdf") is Refused.UNKNOWN


def test_a_name_is_found_before_the_damage_of_its_stream() -> None:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    end = packer.compress(b" /JavaScript " + bytes(1 << 17)) + packer.flush(zlib.Z_SYNC_FLUSH) + b"\x07"
    assert kinds.refusal(_overlapping(1, end), "a.pdf") is Refused.ACTIVE


def test_the_number_of_streams_has_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf_kind, "MOST_STREAMS", 3)
    assert kinds.refusal(b"%PDF-1.4\n" + b"stream\nx\nendstream\n" * 3, "a.pdf") is None
    assert kinds.refusal(b"%PDF-1.4\n" + b"stream\nx\nendstream\n" * 4, "a.pdf") is Refused.UNKNOWN


@pytest.mark.parametrize("place", [pdf_kind._SEARCHED - 1, pdf_kind._SEARCHED, pdf_kind._SEARCHED + 1])
def test_a_name_between_two_pieces_is_found(place: int) -> None:
    assert kinds.refusal(b"%PDF-".ljust(place - 5) + b"/J#61vaScript ", "a.pdf") is Refused.ACTIVE


@pytest.mark.parametrize("shift", [0, 1, 5, 10, 65_535])
def test_an_old_document_with_impossible_sectors_is_of_an_unknown_kind(shift: int) -> None:
    damaged = bytearray(compound_kind.SIGNATURE + bytes(570))
    struct.pack_into("<H", damaged, 30, shift)
    assert compound_kind.refusal(damaged) is Refused.UNKNOWN


def test_the_parts_of_a_document_that_are_unpacked_have_a_limit() -> None:
    many = {f"word/{number}settings.xml.rels": b"<x/>" for number in range(packages.MOST_PARTS)}
    assert kinds.refusal(zipped({**WORD, **many}), "surat.docx") is Refused.ARCHIVE


def test_a_part_that_is_packed_in_an_unusual_way_is_not_unpacked() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_LZMA) as package:
        for name, content in WORD.items():
            package.writestr(name, content)
    assert kinds.refusal(packed.getvalue(), "surat.docx") is Refused.ARCHIVE


def test_a_file_that_breaks_the_inspection_is_of_an_unknown_kind(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_data: bytes) -> None:
        raise IndexError

    monkeypatch.setattr(pdf_kind, "refusal", broken)
    assert kinds.refusal(pdf(), "a.pdf") is Refused.UNKNOWN


def test_random_bytes_of_a_scan_are_no_actions() -> None:
    noise = bytes((number * number * 2_654_435_761 >> 13) & 0xFF for number in range(1 << 18)) * 16
    assert kinds.refusal(pdf(b"/S" + noise), "pindaian.pdf") is None
