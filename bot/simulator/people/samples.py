"""Generated files for practice: a photo, a document, a voice message."""

import math
import struct
import zlib

WIDTH, HEIGHT = 480, 360
RATE = 8000
SECONDS = 2
# Sky and road of each sample photo, as red, green and blue.
PALETTES = (
    ((143, 184, 222), (112, 108, 98)),
    ((233, 190, 130), (126, 92, 66)),
    ((160, 205, 170), (88, 110, 92)),
)


def photo(number: int = 0) -> bytes:
    """Return a PNG of a road with holes; each number gives a different picture."""
    rows = bytearray()
    for y in range(HEIGHT):
        rows.append(0)
        for x in range(WIDTH):
            rows += bytes(_colour(x, y, number))
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(bytes(rows), 6)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in chunks)


def _colour(x: int, y: int, number: int) -> tuple[int, int, int]:
    sky, road = PALETTES[number % len(PALETTES)]
    horizon = HEIGHT // 3
    if y < horizon:
        shade = y * 40 // horizon
        return (min(255, sky[0] + shade), min(255, sky[1] + shade), min(255, sky[2] + shade // 2))
    side = abs(x - WIDTH // 2) - (y - horizon) * 0.8 - 30
    if side > 0:
        return (96, 140 - (y - horizon) // 6, 74)
    holes = ((200 + 40 * (number % 3), 220, 46), (290, 280, 34), (230 - 50 * (number % 2), 310, 60))
    for left, top, size in holes:
        if ((x - left) / size) ** 2 + ((y - top) / (size * 0.35)) ** 2 < 1:
            return (54, 48, 44)
    return road


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def document() -> bytes:
    """Return a PDF of one page, marked as practice."""
    text = b"BT /F1 18 Tf 72 770 Td (Dokumen latihan: bukti pengaduan) Tj ET"
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources 6 0 R >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(text), text),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        b"<< /Font << /F1 5 0 R >> >>",
    )
    body, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    count = len(objects) + 1
    return body + (
        b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n"
        % (count, table, count, len(body))
    )


def voice() -> bytes:
    """Return two seconds of a melody as WAV."""
    tones = (262, 330, 392, 330)
    frames = bytearray()
    for index in range(RATE * SECONDS):
        tone = tones[index * len(tones) // (RATE * SECONDS)]
        frames.append(128 + round(60 * math.sin(2 * math.pi * tone * index / RATE)))
    form = struct.pack("<HHIIHH", 1, 1, RATE, RATE, 1, 8)
    body = (
        b"WAVEfmt " + struct.pack("<I", len(form)) + form + b"data" + struct.pack("<I", len(frames)) + frames
    )
    return b"RIFF" + struct.pack("<I", len(body)) + body


def media_type(data: bytes) -> str | None:
    """Return the media type of a picture or sound that a browser may show or play; else None."""
    if data[:4] == b"RIFF":
        return {b"WEBP": "image/webp", b"WAVE": "audio/wav"}.get(data[8:12], "image/webp")
    starts = {
        b"\xff\xd8": "image/jpeg",
        b"\x89P": "image/png",
        b"GI": "image/gif",
        b"Og": "audio/ogg",
        b"\x1aE": "audio/webm",
        b"ID": "audio/mpeg",
    }
    return starts.get(data[:2])
