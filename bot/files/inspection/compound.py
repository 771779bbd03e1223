"""Compound files (OLE, [MS-CFB]): old Word, Excel and PowerPoint documents without macros are kept.

The directory is read along its chain of sectors; a chain that is damaged, circular or longer than
MOST_SECTORS makes the file unknown.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from bot.files.inspection.refusals import Data
from conversations.complaints.refused import Refused

SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MOST_SECTORS = 2_000
_HEADER = 512
# The sizes of sectors, as powers of two: 512 bytes in version 3, 4096 in version 4.
_SECTORS = (9, 12)
_ENTRY = 128
_LAST = 0xFFFFFFFA
_IN_HEADER = 109
_UNUSED = 0
_LONGEST_NAME = 64
# The class of a Windows Installer package in its root entry.
_INSTALLER = bytes.fromhex("84100c0000000000c000000000000046")
_DOCUMENTS = frozenset({"worddocument", "workbook", "book", "powerpoint document"})
_MACROS = frozenset({"macros", "vba", "_vba_project", "_vba_project_cur"})
_LOCKED = frozenset({"encryptedpackage", "encryptioninfo"})
_PACKAGE = "\x01ole10native"


class _DamagedError(Exception):
    """The sectors of the directory cannot be followed."""


def refusal(data: Data) -> Refused | None:
    """Why this compound file is not kept; None for a document without macros."""
    try:
        entries = list(_entries(data))
    except (_DamagedError, struct.error):
        return Refused.UNKNOWN
    names = {name for name, _ in entries}
    if any(kind == _INSTALLER for _, kind in entries) or _PACKAGE in names:
        return Refused.PROGRAM
    if names & _LOCKED:
        return Refused.LOCKED
    if names & _MACROS:
        return Refused.MACRO
    return None if names & _DOCUMENTS else Refused.UNKNOWN


def _entries(data: Data) -> Iterator[tuple[str, bytes]]:
    """Name, in small letters, and class of each entry of the directory."""
    (shift,) = struct.unpack_from("<H", data, 30)
    if shift not in _SECTORS:
        raise _DamagedError
    size = 1 << shift
    (sector,) = struct.unpack_from("<I", data, 48)
    for _ in range(MOST_SECTORS):
        if sector >= _LAST:
            return
        start = _start(sector, size)
        if start + size > len(data):
            raise _DamagedError
        for place in range(start, start + size, _ENTRY):
            (length,) = struct.unpack_from("<H", data, place + 64)
            if data[place + 66] != _UNUSED:
                name = data[place : place + min(length, _LONGEST_NAME)].decode("utf-16-le", "replace")
                yield name.rstrip("\x00").casefold(), bytes(data[place + 80 : place + 96])
        sector = _next(data, sector, size)
    raise _DamagedError


def _next(data: Data, sector: int, size: int) -> int:
    """The sector after this one in its chain. Only the table in the header is followed: 6.8 MB and more."""
    block, place = divmod(sector, size // 4)
    if block >= _IN_HEADER:
        raise _DamagedError
    (table,) = struct.unpack_from("<I", data, 76 + 4 * block)
    if table >= _LAST:
        raise _DamagedError
    (following,) = struct.unpack_from("<I", data, _start(table, size) + 4 * place)
    return int(following)


def _start(sector: int, size: int) -> int:
    return max(_HEADER, size) + sector * size
