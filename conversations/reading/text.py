"""Typed text without the characters that cannot be stored, or the Problem that it has."""

import re
import unicodedata
from enum import StrEnum

ANSWER_LIMIT = 2_000


class Problem(StrEnum):
    """What a person can correct in an answer. The wording is the word `problem_<value>` of words.html."""

    EMPTY = "empty"
    TOO_LONG = "too_long"
    UNREADABLE = "unreadable"
    CHOOSE_A_BUTTON = "choose_a_button"
    SEND_A_FILE = "send_a_file"
    NAME_TOO_SHORT = "name_too_short"
    NAME_NOT_A_NAME = "name_not_a_name"
    ADDRESS_TOO_SHORT = "address_too_short"
    ADDRESS_TOO_VAGUE = "address_too_vague"
    DATE_IN_FUTURE = "date_in_future"
    DATE_IMPOSSIBLE = "date_impossible"
    DATE_MISSING = "date_missing"
    PHONE_NOT_A_PHONE = "phone_not_a_phone"
    CONTACT_NOT_OWN = "contact_not_own"
    CONTACT_OWN = "contact_own"
    NOT_A_TRACKING_ID = "not_a_tracking_id"
    POSITION_TOO_SHORT = "position_too_short"
    NIP_NOT_A_NIP = "nip_not_a_nip"
    FILE_TOO_LARGE = "file_too_large"
    TOO_MANY_FILES = "too_many_files"
    TOO_MANY_PARTS = "too_many_parts"
    PERIOD_UNREADABLE = "period_unreadable"


# C0 and C1 controls except tab and newline: no person types them, and databases refuse NUL.
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
# A lone surrogate (half an emoji) cannot be encoded as UTF-8.
_SURROGATES = re.compile("[\ud800-\udfff]")
_REPLACEMENT = "\ufffd"

# Letters and symbols, by category, that are invisible: Hangul fillers and the empty Braille cell.
_BLANKS = frozenset("\u115f\u1160\u2800\u3164\uffa0")
# Separators, controls, format characters and lone marks are invisible too.
_UNSEEN = frozenset({"Zs", "Zl", "Zp", "Cc", "Cf", "Mn", "Me"})


def read_text(text: str, limit: int) -> str | Problem:
    """The trimmed text without control characters; `limit` is the most Unicode characters.

    Emoji, right-to-left and zero-width characters are kept. A text without a visible character is EMPTY; one
    with damaged characters only is UNREADABLE.
    """
    clean = _without_controls(text).strip()
    seen = {character for character in set(clean) if _is_seen(character)}
    if not seen:
        return Problem.EMPTY
    if seen == {_REPLACEMENT}:
        return Problem.UNREADABLE
    return Problem.TOO_LONG if len(clean) > limit else clean


def on_one_line(text: str, joint: str = " ") -> str:
    """The text's lines joined by `joint`, with single spaces between the words."""
    lines = (" ".join(line.split()) for line in text.splitlines())
    return joint.join(line for line in lines if line)


def _without_controls(text: str) -> str:
    whole = _SURROGATES.sub(_REPLACEMENT, text)
    return _CONTROLS.sub("", whole.replace("\r\n", "\n").replace("\r", "\n"))


def _is_seen(character: str) -> bool:
    return character not in _BLANKS and unicodedata.category(character) not in _UNSEEN
