"""Decides by the bytes of a file whether it is kept: only kinds that are listed here are.

Its name and the type that the sender's client states do not count, except for texts: a batch file is a text,
and only its name says that it is run. A JPEG that is named .png is kept. Nothing is unpacked except small
parts of Office documents and the object streams of PDFs, within bounds.

Own code instead of a library: the lists of `puremagic` 1.30 miss brands of MP4 and HEIC that phones write
(`iso6`, `mif1`) and give several equal answers, `filetype` has had no release since 2022, and neither looks
into ZIP, OLE and PDF files, which is most of the work.
"""

from __future__ import annotations

import re

import structlog

from bot.files.inspection import compound, packages, pdf, texts
from bot.files.inspection.refusals import Data
from bot.foundation.faults import error_place
from conversations.complaints.refused import Refused

log = structlog.get_logger(__name__)

# Of pictures, recordings and videos: (place, bytes) that all have to be there.
MEDIA: tuple[tuple[str, tuple[tuple[int, bytes], ...]], ...] = (
    ("JPEG", ((0, b"\xff\xd8\xff"),)),
    ("PNG", ((0, b"\x89PNG\r\n\x1a\n"),)),
    ("TIFF of a scanner", ((0, b"II*\x00"),)),
    ("TIFF of a scanner", ((0, b"MM\x00*"),)),
    ("GIF", ((0, b"GIF87a"),)),
    ("GIF", ((0, b"GIF89a"),)),
    ("WebP", ((0, b"RIFF"), (8, b"WEBP"))),
    ("WAV", ((0, b"RIFF"), (8, b"WAVE"))),
    ("AVI", ((0, b"RIFF"), (8, b"AVI "))),
    ("MP4, MOV, 3GP, M4A, HEIC", ((4, b"ftyp"),)),
    ("MOV of old cameras", ((4, b"moov"),)),
    ("MOV of old cameras", ((4, b"mdat"),)),
    ("WebM, Matroska", ((0, b"\x1a\x45\xdf\xa3"),)),
    ("Ogg", ((0, b"OggS"),)),
    ("FLAC", ((0, b"fLaC"),)),
    ("MP3 with a title", ((0, b"ID3"),)),
    ("AMR", ((0, b"#!AMR"),)),
)
# A frame of MPEG layer III: the bit rate is neither free nor forbidden (ISO 11172-3).
MP3_FRAME = re.compile(rb"\xff[\xe2\xe3\xf2\xf3\xfa\xfb][\x10-\xef]")
# Programs, packages and disks that are no ZIP: what stands at which place.
PROGRAMS: tuple[tuple[int, bytes], ...] = (
    (0, b"\x7fELF"),
    (0, b"\xfe\xed\xfa\xce"),
    (0, b"\xfe\xed\xfa\xcf"),
    (0, b"\xce\xfa\xed\xfe"),
    (0, b"\xcf\xfa\xed\xfe"),
    (0, b"\xca\xfe\xba\xbe"),
    (0, b"dex\n"),
    (0, b"\x4c\x00\x00\x00\x01\x14\x02\x00"),
    (0, b"!<arch>\n"),
    (0, b"\xed\xab\xee\xdb"),
    (0, b"\x00asm"),
    (0, b"ITSF"),
)
ARCHIVES: tuple[tuple[int, bytes], ...] = (
    (0, b"Rar!\x1a\x07"),
    (0, b"7z\xbc\xaf\x27\x1c"),
    (0, b"\x1f\x8b"),
    (0, b"BZh"),
    (0, b"\xfd7zXZ\x00"),
    (0, b"\x28\xb5\x2f\xfd"),
    (0, b"MSCF"),
    (0, b"xar!"),
    (257, b"ustar"),
    (0x8001, b"CD001"),
    (0, b"conectix"),
    (0, b"vhdxfile"),
)


def refusal(data: Data, name: str = "") -> Refused | None:
    """Why this file is not kept; None for a kind that is kept and runs nothing.

    A file that breaks the inspection is of an unknown kind: tried again, it would break it again.
    """
    try:
        return _refusal(data, name)
    except Exception as error:  # noqa: BLE001 - whatever its bytes do
        log.warning("files.not_inspected", error=error_place(error))
        return Refused.UNKNOWN


def _refusal(data: Data, name: str) -> Refused | None:
    if _is_windows_program(data) or any(data.startswith(mark, place) for place, mark in PROGRAMS):
        return Refused.PROGRAM
    if any(data.startswith(mark, place) for place, mark in ARCHIVES):
        return Refused.ARCHIVE
    if data.startswith(packages.SIGNATURES):
        return packages.refusal(data)
    if data.startswith(compound.SIGNATURE):
        return compound.refusal(data)
    if pdf.SIGNATURE.match(data):
        return pdf.refusal(data) or _behind(data)
    return _behind(data) if is_media(data) else texts.refusal(data, name)


def _is_windows_program(data: Data) -> bool:
    """Whether it begins as a program of DOS or Windows; a text that begins with "MZ" has no zero bytes."""
    return data.startswith(b"MZ") and b"\x00" in data[:64]


def is_media(data: Data) -> bool:
    """Whether this is a picture, a recording or a video of a kind that is kept."""
    known = any(all(data.startswith(mark, place) for place, mark in marks) for _, marks in MEDIA)
    return known or MP3_FRAME.match(data) is not None


def _behind(data: Data) -> Refused | None:
    """The refusal of a picture or PDF with a ZIP package behind it, such as a JPEG that is a JAR too."""
    return Refused.ARCHIVE if packages.has_directory(data) else None
