"""Names, addresses and telephone numbers: typed text as a value or a Problem. Checks are for plausibility."""

import re
import unicodedata
from collections.abc import Iterable

from conversations.reading.dates import When, is_not_known, is_old, read_when
from conversations.reading.text import ANSWER_LIMIT, Problem, on_one_line, read_text

__all__ = [
    "ANSWER_LIMIT",
    "Problem",
    "When",
    "is_not_known",
    "is_old",
    "place_from_address",
    "read_address",
    "read_name",
    "read_phone",
    "read_text",
    "read_when",
    "same_name",
]

LONGEST_NAME = 150
FEWEST_NAME_LETTERS = 2
SHORTEST_ADDRESS = 10
FEWEST_ADDRESS_LETTERS = 5
FEWEST_ADDRESS_WORDS = 2
LONGEST_PLACE_WORDS = 2

# What people type instead of a name. The law requires a name.
_NO_NAMES = frozenset(
    {"anonim", "anonymous", "hambaallah", "namalengkap", "tidakada", "tidaktahu", "rahasia"}
)
_NOT_IN_NAMES = re.compile(r"@|://|[0-9]{3}|^/")

# The levels of an Indonesian address, and their abbreviations.
_DISTRICT = frozenset({"kecamatan", "kec"})
_VILLAGE = frozenset({"desa", "ds", "kelurahan", "kel"})
_REGION = frozenset({"kabupaten", "kab", "kota", "provinsi", "propinsi", "prov"})
_BELOW_VILLAGE = frozenset({"dusun", "dsn", "jalan", "jl", "jln", "gang", "gg", "rt", "rw", "no", "nomor"})
_LEVELS = _DISTRICT | _VILLAGE | _REGION | _BELOW_VILLAGE

_PHONE_MARKS = re.compile(r"[\s().\-\u2010-\u2015/]")
_PHONE = re.compile(r"\+?[0-9]{9,15}")
# A number between other words; it does not touch a letter or another digit.
_PHONE_IN_TEXT = re.compile(r"(?<![\w+])\+?[0-9][0-9\s().\-\u2010-\u2015/]{7,}[0-9](?!\w)")
# The letters that may be around it: "nomor HP saya", "(WhatsApp)".
MOST_PHONE_LETTERS = 20
_INTERNATIONAL = re.compile(r"\+[1-9][0-9]{7,14}")


def read_name(text: str) -> str | Problem:
    """A person's full name on one line; one word is enough."""
    name = read_text(text, ANSWER_LIMIT)
    if isinstance(name, Problem):
        return name
    name = on_one_line(name)
    if _letters(name) < FEWEST_NAME_LETTERS and not _NOT_IN_NAMES.search(name):
        return Problem.NAME_TOO_SHORT
    return name if _is_like_a_name(name) else Problem.NAME_NOT_A_NAME


def _is_like_a_name(name: str) -> bool:
    if len(name) > LONGEST_NAME or _NOT_IN_NAMES.search(name) or _folded(name) in _NO_NAMES:
        return False
    return _letters(name) * 2 >= len(name.replace(" ", ""))


def same_name(typed: str, name: str) -> bool:
    """Whether two spellings are one name: only letters, marks and digits are compared, without case."""
    return _folded(typed) == _folded(name) != ""


def read_address(text: str) -> str | Problem:
    """A full address on one line, with commas for line ends. It may lack RT/RW."""
    address = read_text(text, ANSWER_LIMIT)
    if isinstance(address, Problem):
        return address
    address = on_one_line(address, joint=", ").replace(",, ", ", ")
    if len(address) < SHORTEST_ADDRESS or len(address.split()) < FEWEST_ADDRESS_WORDS:
        return Problem.ADDRESS_TOO_SHORT
    return Problem.ADDRESS_TOO_VAGUE if _is_vague(address) else address


def _is_vague(address: str) -> bool:
    if _letters(address) < FEWEST_ADDRESS_LETTERS or "sesuai ktp" in address.casefold():
        return True
    return all(_level(words[0]) in _REGION for words in _address_parts(address))


def place_from_address(address: str) -> str:
    """The place of signing to suggest: kecamatan, else desa or kelurahan, else the end; may be empty."""
    parts = list(_address_parts(address))
    named = _named_by(_DISTRICT, parts) or _named_by(_VILLAGE, parts)
    return _capitalised(named or _end_of(parts))


def _address_parts(address: str) -> Iterable[list[str]]:
    """The words between the commas, abbreviations as words of their own ("Kec.Bangil" is two words)."""
    for part in re.split(r"[,;\n]", address.replace(".", ". ").replace(":", ": ")):
        if words := part.split():
            yield words


def lacks_levels(address: str) -> bool:
    """Whether the address names no village (desa, kelurahan) or no district (kecamatan)."""
    words = {_level(word) for part in _address_parts(address) for word in part}
    return not (words & _VILLAGE and words & _DISTRICT)


def _named_by(levels: frozenset[str], parts: list[list[str]]) -> list[str]:
    for words in parts:
        for index, word in enumerate(words):
            if _level(word) in levels and (name := _name_at(words[index + 1 :])):
                return name
    return []


def _name_at(words: list[str]) -> list[str]:
    """The first words, up to one that begins with another character than a letter, or names a level."""
    name: list[str] = []
    for word in words[:LONGEST_PLACE_WORDS]:
        if _level(word) in _LEVELS or not word[0].isalpha():
            break
        name.append(word.strip(".:"))
    return name


def _end_of(parts: list[list[str]]) -> list[str]:
    for words in reversed(parts):
        named = [word for word in words if word.isalpha() and _level(word) not in _LEVELS]
        if named:
            return named if len(named) <= LONGEST_PLACE_WORDS and len(parts) > 1 else named[-1:]
    return []


def _level(word: str) -> str:
    return word.casefold().strip(".:")


def _capitalised(words: list[str]) -> str:
    return " ".join(word.capitalize() if word.islower() or word.isupper() else word for word in words)


def read_phone(text: str) -> str | Problem:
    """A telephone number of 9 to 15 digits as "+62…"; one that begins with 0 or 8 is Indonesian."""
    typed = read_text(text, ANSWER_LIMIT)
    if isinstance(typed, Problem):
        return typed
    digits = _PHONE_MARKS.sub("", _numeric(_without_marks(unicodedata.normalize("NFKC", typed))))
    number = _international(digits) if _PHONE.fullmatch(digits) else ""
    return number if _INTERNATIONAL.fullmatch(number) else Problem.PHONE_NOT_A_PHONE


def _numeric(typed: str) -> str:
    """The number in a short text that says what it is: "0812 3456 7890 (WA)"; else the text as it is."""
    numbers = _PHONE_IN_TEXT.findall(typed)
    words = _PHONE_IN_TEXT.sub("", typed)
    return numbers[0] if len(numbers) == 1 and _letters(words) <= MOST_PHONE_LETTERS else typed


def _international(digits: str) -> str:
    if digits.startswith("+"):
        return digits
    if digits.startswith("00"):
        return f"+{digits[2:]}"
    if digits.startswith("0"):
        return f"+62{digits[1:]}"
    return f"+62{digits}" if digits.startswith("8") else f"+{digits}"


def _letters(text: str) -> int:
    """The number of letters, and of the marks with which some scripts write vowels."""
    return sum(unicodedata.category(character)[0] in "LM" for character in text)


def _without_marks(text: str) -> str:
    return "".join(character for character in text if unicodedata.category(character) != "Cf")


def _folded(name: str) -> str:
    plain = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    return "".join(character for character in plain if unicodedata.category(character)[0] in "LMN")
