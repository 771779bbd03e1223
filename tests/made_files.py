"""Bytes of files of many kinds, made by the tests: harmless ones and hostile ones."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping, Sequence

TYPES = "[Content_Types].xml"
WORD_TYPES = (
    b"<Types>application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml</Types>"
)
MACRO_TYPES = b"<Types>application/vnd.ms-word.document.macroEnabled.main+xml</Types>"
WORD: Mapping[str, bytes] = {TYPES: WORD_TYPES, "_rels/.rels": b"<r/>", "word/document.xml": b"<w/>"}
EXCEL: Mapping[str, bytes] = {TYPES: b"<Types/>", "xl/workbook.xml": b"<w/>"}
OPEN_TEXT: Mapping[str, bytes] = {
    "mimetype": b"application/vnd.oasis.opendocument.text",
    "content.xml": b"<office/>",
}
TEMPLATE = b'<R Type=".../attachedTemplate" Target="http://x/y.dotm" TargetMode="External"/>'
PACKAGE = "\x01Ole10Native".encode("utf-16-le")


def zipped(entries: Mapping[str, bytes], *, flags: int = 0, comment: bytes = b"") -> bytes:
    """A ZIP file; with flag 1 its entries count as encrypted."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in entries.items():
            package.writestr(name, data)
        package.comment = comment
    package_bytes = bytearray(made.getvalue())
    for mark, place in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        at = package_bytes.find(mark)
        while flags and at >= 0:
            package_bytes[at + place] |= flags
            at = package_bytes.find(mark, at + 4)
    return bytes(package_bytes)


def bomb() -> bytes:
    """A document that would unpack to 50 MB."""
    return zipped({**WORD, "word/media/image1.png": bytes(50 << 20)})


def compound(names: Sequence[str], *, kind: bytes = bytes(16), chain: int = 0xFFFFFFFE) -> bytes:
    """A compound file (OLE) with these entries in its directory of one sector or more."""
    header = bytearray(512)
    header[:8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    struct.pack_into("<HHHHH", header, 24, 0x3E, 3, 0xFFFE, 9, 6)
    struct.pack_into("<I", header, 48, 1)
    struct.pack_into("<109I", header, 76, 0, *([0xFFFFFFFF] * 108))
    entries = [_entry("Root Entry", 5, kind), *(_entry(name, 2) for name in names)]
    entries += [bytes(128)] * (-len(entries) % 4)
    sectors = len(entries) // 4
    following = [0xFFFFFFFD, *range(2, sectors + 1), chain]
    table = struct.pack(f"<{len(following)}I", *following).ljust(512, b"\xff")
    return bytes(header) + table + b"".join(entries)


def _entry(name: str, sort: int, kind: bytes = bytes(16)) -> bytes:
    entry = bytearray(128)
    encoded = name.encode("utf-16-le")
    entry[: len(encoded)] = encoded
    struct.pack_into("<HBB", entry, 64, len(encoded) + 2, sort, 1)
    entry[80:96] = kind
    return bytes(entry)


def pdf(body: bytes = b"", *, streams: Sequence[bytes] = ()) -> bytes:
    """A PDF with these bytes in it, and these streams packed with Flate."""
    packed = b"".join(
        b"9 0 obj\n<</Type/ObjStm/Filter/FlateDecode>>\nstream\n"
        + zlib.compress(one)
        + b"\nendstream\nendobj\n"
        for one in streams
    )
    return b"%PDF-1.7\n1 0 obj\n<</Type/Catalog" + body + b">>\nendobj\n" + packed + b"trailer<<>>\n%%EOF\n"


def media(mark: bytes, place: int = 0) -> bytes:
    """A picture or recording of which only the beginning is right."""
    return bytes(place) + mark + bytes(range(256)) * 4
