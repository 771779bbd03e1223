"""ZIP files by their directory: documents of Office and OpenDocument are kept, apps and archives are not.

The directory is read, and of the contents only small parts of documents: never more than MOST_READ bytes of
one, of MOST_PARTS at most. A file that would unpack to gigabytes costs no more than another one.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Sequence

from bot.files.inspection.refusals import ARCHIVES, RUN, Data, ending_of
from conversations.complaints.refused import Refused

SIGNATURES = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
MOST_ENTRIES = 5_000
LARGEST_DIRECTORY = 2 << 20
MOST_READ = 1 << 20
MOST_PARTS = 100
# Other ways of packing need more memory and time, and no program that writes documents uses them.
_PACKED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_END, _END_SIZE, _LONGEST_COMMENT = b"PK\x05\x06", 22, 65_535
_ENTRY = b"PK\x01\x02"
_ENCRYPTED = 1
# Stated instead of a number that only the longer form of the end has.
_IN_ZIP64 = 0xFFFF
_CONTENT_TYPES = "[Content_Types].xml"
_MAIN = ("word/document.xml", "xl/workbook.xml", "xl/workbook.bin", "ppt/presentation.xml")
_OPEN_DOCUMENT = b"application/vnd.oasis.opendocument."
# What names in a document say: macros, controls, macro sheets; scripts of an OpenDocument.
_MACRO_NAMES = ("vbaproject.bin", "vbadata.xml", "/activex/", "/macrosheets/", "/customui/")
_SCRIPTS = ("basic/", "scripts/")
# The name of the stream of an embedded program, as an OLE directory has it.
_PACKAGE = "Ole10Native".encode("utf-16-le")


def has_directory(data: Data) -> bool:
    """Whether the data ends as a ZIP file; its beginning does not count."""
    return _directory(data) is not None


def _directory(data: Data) -> tuple[int, int] | None:
    """The number of entries and the size of the directory, as the end of a ZIP file states them."""
    first = max(0, len(data) - _END_SIZE - _LONGEST_COMMENT)
    place = data.rfind(_END, first)
    if place < 0 or len(data) - place < _END_SIZE:
        return None
    entries, size = struct.unpack_from("<HI", data, place + 10)
    there = not entries or data.startswith(_ENTRY, place - size) or entries == _IN_ZIP64
    return (entries, size) if there and size <= place else None


def refusal(data: Data) -> Refused | None:
    """Why this ZIP file is not kept; None for a document without macros."""
    ends = _directory(data)
    if ends is None or ends[0] > MOST_ENTRIES or ends[1] > LARGEST_DIRECTORY:
        return Refused.ARCHIVE
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            return _of_entries(package, package.infolist())
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError, EOFError, OSError, zlib.error):
        return Refused.ARCHIVE


def _of_entries(package: zipfile.ZipFile, entries: Sequence[zipfile.ZipInfo]) -> Refused | None:
    names = [entry.filename.casefold().replace("\\", "/") for entry in entries]
    endings = {ending_of(name) for name in names}
    if "androidmanifest.xml" in names or endings & RUN:
        return Refused.PROGRAM
    if any(entry.flag_bits & _ENCRYPTED for entry in entries):
        return Refused.LOCKED
    if endings & ARCHIVES:
        return Refused.ARCHIVE
    if _CONTENT_TYPES.casefold() in names and any(main in names for main in _MAIN):
        return _of_office(package, entries, names)
    if names[:1] == ["mimetype"] and _read(package, entries[0]).startswith(_OPEN_DOCUMENT):
        return Refused.MACRO if any(name.startswith(_SCRIPTS) for name in names) else None
    return Refused.ARCHIVE


def _of_office(
    package: zipfile.ZipFile, entries: Sequence[zipfile.ZipInfo], names: Sequence[str]
) -> Refused | None:
    if any(mark in f"/{name}" for name in names for mark in _MACRO_NAMES):
        return Refused.MACRO
    if sum(map(_is_read, names)) > MOST_PARTS:
        return Refused.ARCHIVE
    for entry, name in zip(entries, names, strict=True):
        if name == _CONTENT_TYPES.casefold() and _names_macros(_read(package, entry)):
            return Refused.MACRO
        if name.endswith("settings.xml.rels") and _has_outside_template(_read(package, entry)):
            return Refused.MACRO
        if "/embeddings/" in name and name.endswith(".bin") and _PACKAGE in _read(package, entry):
            return Refused.PROGRAM
    return None


def _is_read(name: str) -> bool:
    """Whether a part of a document with this name is unpacked."""
    return name == _CONTENT_TYPES.casefold() or name.endswith(("settings.xml.rels", ".bin"))


def _names_macros(types: bytes) -> bool:
    """Whether the list of types has one with macros; an escaped letter in it hides one."""
    return any(mark in _letters(types) for mark in (b"macroenabled", b"vbaproject", b"&#"))


def _has_outside_template(relations: bytes) -> bool:
    letters = _letters(relations)
    return b"attachedtemplate" in letters and b"external" in letters


def _letters(xml: bytes) -> bytes:
    """The text in small letters, of any encoding."""
    return xml.replace(b"\x00", b"").lower()


def _read(package: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """The beginning of an entry, unpacked. Raises NotImplementedError for another way of packing."""
    if entry.compress_type not in _PACKED:
        raise NotImplementedError
    with package.open(entry) as content:
        return content.read(MOST_READ)
