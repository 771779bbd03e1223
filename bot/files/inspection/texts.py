"""Texts: notes, tables and contacts are kept; scripts, shortcuts and pages are not."""

from __future__ import annotations

import codecs
import re

from bot.files.inspection.refusals import Data, by_ending
from conversations.complaints.refused import Refused

# How much of a text is looked at for what it does.
_BEGINNING = 64 << 10
_WITH_MARK = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Controls that no text has; tab, line feed, form feed, carriage return and escape are left out.
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f\x7f]")
_SCRIPT = re.compile(
    r"\s*(?:#!|@echo\b|\[(?:desktop entry|internetshortcut)\]|windows registry editor|regedit4|<\?php|<%)",
    re.IGNORECASE,
)
_PAGE = re.compile(
    r"<(?:!doctype\s+html|html|head|body|script|iframe|object|embed|svg|\?xml|meta|hta:)\b", re.IGNORECASE
)


def refusal(data: Data, name: str) -> Refused | None:
    """Why this file, which is of no other kind, is not kept; None for a text that runs nothing."""
    text = _read(data)
    if text is None:
        return by_ending(name) or Refused.UNKNOWN
    if _SCRIPT.match(text):
        return Refused.PROGRAM
    if _PAGE.search(text):
        return Refused.ACTIVE
    if text.startswith("{\\rtf"):
        return Refused.UNKNOWN
    return by_ending(name)


def _read(data: Data) -> str | None:
    """The beginning of the text; None for what is no text."""
    beginning = data[:_BEGINNING]
    encoding = next((known for mark, known in _WITH_MARK if data.startswith(mark)), "utf-8")
    text = codecs.getincrementaldecoder(encoding)("replace").decode(beginning)
    if "\ufffd" in text:
        text = beginning.decode("cp1252", "replace")
    damaged = _CONTROLS.search(text) or text.count("\ufffd") > len(text) // 100
    return None if damaged or _has_controls(data, encoding) else text


def _has_controls(data: Data, encoding: str) -> bool:
    """Whether zero bytes follow the beginning: a program behind a text."""
    return encoding != "utf-16" and b"\x00" in data
