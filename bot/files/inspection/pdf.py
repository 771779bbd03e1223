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
MOST_STREAMS = 50_000
_LARGEST_STREAM = 16 << 20
# How much is unpacked at once.
_PIECE = 64 << 10
_ACTIVE = (b"JavaScript", b"Launch", b"EmbeddedFile", b"EmbeddedFiles", b"RichMedia", b"XFA")


def _spelled(name: bytes) -> bytes:
    """A pattern of this name: each letter is itself or its code, in either case of the digits."""
    return b"".join(b"(?:%c|#%s)" % (letter, _digits(b"%02x" % letter)) for letter in name)


def _digits(code: bytes) -> bytes:
    return b"".join(b"[%c%c]" % (digit, ord(chr(digit).upper())) for digit in code)


# The interpreter does nothing else during one search: it takes a piece at a time, which overlap by a name.
_SEARCHED, _LONGEST_NAME = 256 << 10, 64
# A name ends where a character stands that no name has. No part of the pattern can match in two ways, so
# that the time grows with the length alone, for any content.
_NAME = re.compile(
    rb"/(?=[#EJLRX])(?:" + b"|".join(map(_spelled, _ACTIVE)) + rb")(?=[\x00\t\n\f\r ()<>\[\]{}/%])"
)
_STREAM = re.compile(rb"(?<!end)stream\r?\n")
# An object stream begins with the numbers and places of its objects.
_NUMBERS = re.compile(rb"\s*\d+\s+\d+\s")
_BEGINNING = 64


class _TooLargeError(Exception):
    """The streams unpack to more than MOST_UNPACKED, or are more than MOST_STREAMS."""


def refusal(data: Data) -> Refused | None:
    """Why this PDF is not kept; None where nothing in it acts."""
    if _acts(data):
        return Refused.ACTIVE
    if b"/Encrypt" in data and b"/ObjStm" in data:
        return Refused.LOCKED
    try:
        return Refused.ACTIVE if any(map(_acts, _object_streams(data))) else None
    except _TooLargeError:
        return Refused.UNKNOWN


def _acts(data: Data) -> bool:
    places = range(0, len(data), _SEARCHED)
    return any(_NAME.search(data, place, place + _SEARCHED + _LONGEST_NAME) for place in places)


def _object_streams(data: Data) -> Iterator[bytes]:
    """The unpacked streams that may hold objects. Raises _TooLargeError.

    Streams may overlap, and one may be damaged at its end: what is unpacked counts in any case.
    """
    left = MOST_UNPACKED
    for number, found in enumerate(_STREAM.finditer(data)):
        if number == MOST_STREAMS:
            raise _TooLargeError
        if _may_hold_objects(data, found.end()):
            stream, used = _unpacked(data, found.end())
            left -= used
            if left < 0:
                raise _TooLargeError
            yield stream


def _may_hold_objects(data: Data, place: int) -> bool:
    """Whether the stream at this place begins with numbers, once it is unpacked."""
    try:
        beginning = zlib.decompressobj().decompress(data[place : place + 1024], _BEGINNING)
    except zlib.error:
        return False
    return _NUMBERS.match(beginning) is not None


def _unpacked(data: Data, place: int) -> tuple[bytes, int]:
    """The stream at this place, as far as it opens, and how many bytes that cost."""
    unpacker, unpacked, packed = zlib.decompressobj(), bytearray(), b""
    try:
        while len(unpacked) < _LARGEST_STREAM and not unpacker.eof:
            packed = unpacker.unconsumed_tail or bytes(data[place : place + _PIECE])
            place += 0 if unpacker.unconsumed_tail else len(packed)
            piece = unpacker.decompress(packed, _PIECE)
            if not packed and not piece:
                break
            unpacked += piece
    except zlib.error:
        # What a damaged stream holds before its damage is read all the same.
        return bytes(unpacked), len(unpacked) + _PIECE
    return bytes(unpacked), len(unpacked)
