"""Marked words, and a search for them in the bytes of files: is what people wrote readable at rest?

Each mark is the stem, the name of its field, and a letter outside of ASCII. A test writes the marks into the
fields, then searches files. The search is for the stem, in each form in which a text may stand in a file, so
that it also finds a mark that was cut, folded or escaped after its stem. Compressed contents are opaque to
it: unpack an archive first.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

# In no language, template or library. Eight letters: as random bytes they are not found by chance.
STEM = "Qzvexumi"
FIELDS = (
    # A citizen's answers.
    *("name", "address", "story", "service", "when", "loss", "resolution", "place", "phone", "accused"),
    *("represented", "representedhome", "signature"),
    # What the messenger adds.
    *("firstname", "lastname", "username", "officer", "officername", "grouptitle", "filename", "content"),
    *("caption", "location", "forwarded", "quoted"),
    # After filing.
    *("addition", "objection", "withdrawal", "verdict", "answer"),
    # What officers write.
    *("grouptext", "remark", "response", "note", "reason", "instruction", "question", "decision"),
    # What is on its way, or waits.
    *("draft", "edit", "before", "held", "unsent", "discarded", "quarantine", "waiting", "callback"),
)
MARKS: Mapping[str, str] = {field: f"{STEM}{field}é" for field in FIELDS}
# Base64 writes this many bytes as four letters.
GROUP = 3
# Bytes around a find that are shown.
SHOWN = 40


class Found(NamedTuple):
    """A mark in a file: where, in which form, and the bytes around it."""

    path: str
    form: str
    offset: int
    around: bytes


def find_marks(paths: Iterable[Path]) -> list[Found]:
    """The marks in these files, and in the names of files; folders are searched with all that they hold."""
    return [found for path in paths for each in _files(path) for found in _in_file(each)]


def find_in_bytes(data: bytes, where: str = "") -> list[Found]:
    """The marks in bytes, the first of each form."""
    return list(_hits(data, where))


def _files(path: Path) -> Iterator[Path]:
    if path.is_dir():
        yield path
        for each in sorted(path.iterdir()):
            yield from _files(each)
    elif path.exists():
        yield path


def _in_file(path: Path) -> Iterator[Found]:
    yield from _hits(path.name.encode("utf-8", "surrogateescape"), f"the name of {path}")
    if path.is_file():
        yield from _hits(path.read_bytes(), str(path))


def _hits(data: bytes, where: str) -> Iterator[Found]:
    for form, pattern in _patterns().items():
        if hit := pattern.search(data):
            around = data[max(0, hit.start() - SHOWN) : hit.end() + SHOWN]
            yield Found(where, form, hit.start(), around)


@cache
def _patterns() -> dict[str, re.Pattern[bytes]]:
    """A pattern for each form, of the stem in small, capital and mixed letters."""
    stems = (STEM, STEM.lower(), STEM.upper())
    forms: Mapping[str, Callable[[str], Iterable[bytes]]] = {
        "UTF-8": lambda stem: [stem.encode()],
        "UTF-16": lambda stem: [stem.encode("utf-16-le")],
        "UTF-32": lambda stem: [stem.encode("utf-32-le")],
        "\\u escapes": lambda stem: [_escaped(stem, "\\u{:04x}")],
        "percent escapes": lambda stem: [_escaped(stem, "%{:02x}")],
        "hex": lambda stem: [_escaped(stem, "{:02x}")],
    }
    patterns = {
        form: _any_of((e for stem in stems for e in of(stem)), re.IGNORECASE) for form, of in forms.items()
    }
    encoded = [stem.encode(code) for stem in stems for code in ("utf-8", "utf-16-le")]
    return {**patterns, "base64": _any_of(each for stem in encoded for each in _in_base64(stem))}


def _any_of(texts: Iterable[bytes], flags: int = 0) -> re.Pattern[bytes]:
    return re.compile(b"|".join(re.escape(each) for each in sorted(set(texts))), flags)


def _escaped(stem: str, form: str) -> bytes:
    return "".join(form.format(ord(letter)) for letter in stem).encode()


def _in_base64(stem: bytes) -> Iterator[bytes]:
    """The letters of base64 that depend on the stem alone, for each of its three places in a group."""
    for place in range(GROUP):
        encoded = base64.b64encode(bytes(place) + stem)
        first, last = -(-place * 4 // GROUP), (place + len(stem)) * 8 // 6
        for alphabet in (encoded, encoded.translate(bytes.maketrans(b"+/", b"-_"))):
            yield alphabet[first:last]
