"""PDF files: those that run a script or a program, or have files in them, are refused.

The names of actions are looked for in the bytes and in object streams, which are unpacked within bounds, also
where a name is written with escapes (ISO 32000-1, 7.3.5). A PDF with a password is kept while its names can
be read. What no reader of the agency should rely on: a name behind an unusual filter is not found.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator

from bot.files.inspection.refusals import Data
from conversations.complaints.refused import Refused

# Some programs write a mark or an empty line before it.
SIGNATURE = re.compile(rb"(?:\xef\xbb\xbf)?\s{0,16}%PDF-")
MOST_UNPACKED = 64 << 20
_LARGEST_STREAM = 16 << 20
_ACTIVE = frozenset({b"JavaScript", b"Launch", b"EmbeddedFile", b"EmbeddedFiles", b"RichMedia", b"XFA"})
# A name ends where a character stands that no name has.
_END = rb"(?=[\x00\t\n\f\r ()<>\[\]{}/%])"
_PLAIN = re.compile(rb"/(?:" + b"|".join(sorted(_ACTIVE)) + rb")" + _END)
_ESCAPED = re.compile(rb"/([A-Za-z0-9#]{0,40}#[0-9A-Fa-f]{2}[A-Za-z0-9#]{0,40})" + _END)
_CODE = re.compile(rb"#([0-9A-Fa-f]{2})")
_STREAM = re.compile(rb"stream\r?\n")
# An object stream begins with the numbers and places of its objects.
_NUMBERS = re.compile(rb"\s*\d+\s+\d+\s")
_BEGINNING = 64


class _TooLargeError(Exception):
    """The object streams unpack to more than MOST_UNPACKED."""


def refusal(data: Data) -> Refused | None:
    """Why this PDF is not kept; None where nothing in it acts."""
    if _acts(data):
        return Refused.ACTIVE
    if b"/Encrypt" in data and b"/ObjStm" in data:
        return Refused.LOCKED
    try:
        return Refused.ACTIVE if any(_acts(stream) for stream in _object_streams(data)) else None
    except _TooLargeError:
        return Refused.UNKNOWN


def _acts(data: Data) -> bool:
    if _PLAIN.search(data):
        return True
    return any(_unescaped(found[1]) in _ACTIVE for found in _ESCAPED.finditer(data))


def _unescaped(name: bytes) -> bytes:
    return _CODE.sub(lambda code: bytes([int(code[1], 16)]), name)


def _object_streams(data: Data) -> Iterator[bytes]:
    """The unpacked streams that may hold objects."""
    total = 0
    for found in _STREAM.finditer(data):
        stream = _unpacked(data, found.end())
        total += len(stream)
        if total > MOST_UNPACKED:
            raise _TooLargeError
        if stream:
            yield stream


def _unpacked(data: Data, place: int) -> bytes:
    """The stream at this place; empty where it is packed in another way, or begins without numbers."""
    unpacker, packed = zlib.decompressobj(), memoryview(data)[place:]
    try:
        beginning = unpacker.decompress(packed[:1024], _BEGINNING)
        if not _NUMBERS.match(beginning):
            return b""
        return zlib.decompressobj().decompress(packed, _LARGEST_STREAM)
    except zlib.error:
        return b""
