"""Reduces a browser's picture: the same pixels in 256 colours, with the best PNG compression."""

from __future__ import annotations

import struct
import zlib
from collections import Counter
from collections.abc import Iterator

COLOURS = 256
SIGNATURE = b"\x89PNG\r\n\x1a\n"
RGB, RGBA = 2, 6
SUB, UP, AVERAGE, PAETH = 1, 2, 3, 4
Colour = bytes


def shrunk(picture: bytes) -> bytes:
    """Return an 8-bit RGB or RGBA PNG as one with a palette, without transparency."""
    chunks = list(_chunks(picture))
    width, height, depth, kind = struct.unpack(">IIBB", chunks[0][1][:10])
    assert depth == 8, "only what a browser writes"
    assert kind in {RGB, RGBA}, "only what a browser writes"
    size = 3 if kind == RGB else 4
    packed = zlib.decompress(b"".join(data for name, data in chunks if name == b"IDAT"))
    rows = list(_rows(packed, width * size, size))
    pixels = [[row[at : at + 3] for at in range(0, len(row), size)] for row in rows]
    chosen, places = _palette(pixels)
    body = b"".join(b"\0" + bytes(places[pixel] for pixel in row) for row in pixels)
    return _png(width, height, b"".join(chosen), body)


def _chunks(picture: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = len(SIGNATURE)
    while at < len(picture):
        length, name = struct.unpack(">I4s", picture[at : at + 8])
        yield name, picture[at + 8 : at + 8 + length]
        at += 12 + length


def _rows(packed: bytes, stride: int, size: int) -> Iterator[bytes]:
    before = bytearray(stride)
    for at in range(0, len(packed), stride + 1):
        row = bytearray(packed[at + 1 : at + 1 + stride])
        _unfilter(packed[at], row, before, size)
        yield bytes(row)
        before = row


def _unfilter(kind: int, row: bytearray, before: bytearray, size: int) -> None:
    for at in range(len(row)):
        left = row[at - size] if at >= size else 0
        if kind == SUB:
            row[at] = (row[at] + left) & 255
        elif kind == UP:
            row[at] = (row[at] + before[at]) & 255
        elif kind == AVERAGE:
            row[at] = (row[at] + (left + before[at]) // 2) & 255
        elif kind == PAETH:
            corner = before[at - size] if at >= size else 0
            row[at] = (row[at] + _paeth(left, before[at], corner)) & 255


def _paeth(left: int, above: int, corner: int) -> int:
    guess = left + above - corner
    distances = (abs(guess - left), abs(guess - above), abs(guess - corner))
    return (left, above, corner)[distances.index(min(distances))]


def _palette(pixels: list[list[Colour]]) -> tuple[list[Colour], dict[Colour, int]]:
    """Return the most frequent colours, and for each colour the index of itself or of the nearest one."""
    counted = Counter(pixel for row in pixels for pixel in row)
    chosen = [colour for colour, _ in counted.most_common(COLOURS)]
    places = {colour: index for index, colour in enumerate(chosen)}
    for colour in counted:
        if colour not in places:
            places[colour] = min(range(len(chosen)), key=lambda index: _distance(colour, chosen[index]))
    return chosen, places


def _distance(one: Colour, other: Colour) -> int:
    return sum((a - b) ** 2 for a, b in zip(one, other, strict=True))


def _png(width: int, height: int, colours: bytes, body: bytes) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    parts = ((b"IHDR", header), (b"PLTE", colours), (b"IDAT", zlib.compress(body, 9)), (b"IEND", b""))
    return SIGNATURE + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in parts
    )
