"""Registration numbers, access codes and digests. Random bytes, time and secrets are arguments."""

import hashlib
import hmac
import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

# Without 0/O and 1/I/L, which people mix up when they copy a code by hand.
CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
CODE_LENGTH = 8
CODE_BYTES = 16
SALT_BYTES = 16

# Shown next to a number where a reply counts. There are 31^4 codes: another case has the same one in 900,000.
CHECK_LENGTH = 4

# The previous link of the first link of a history.
CHAIN_START = "0" * 64

_PREFIX = r"(?<![A-Za-z0-9])(?=[0-9]{0,15}[A-Za-z])(?P<prefix>[A-Za-z0-9]{2,16}?)"
_SERIAL = r"0{0,12}(?P<serial>[1-9][0-9]{0,8})(?![0-9])"
_AS_PRINTED = re.compile(rf"{_PREFIX}-(?P<year>20[0-9]{{2}})-{_SERIAL}")
_CHECK = rf" · (?P<code>[{CODE_ALPHABET}]{{{CHECK_LENGTH}}})(?![A-Za-z0-9])"
_MARKED = re.compile(_AS_PRINTED.pattern + _CHECK)
_MARK = re.compile(rf"\s*{_CHECK.strip()}")
_SHORT = re.compile(rf"\s*(?:(?P<year>20[0-9]{{2}})-)?{_SERIAL}(?=[\s:,;.]|$)")
_AS_TYPED = re.compile(rf"{_PREFIX}[\W_]{{0,3}}(?P<year>20[0-9]{{2}})[\W_]{{0,3}}{_SERIAL}")


def registration_number(prefix: str, year: int, serial: int) -> str:
    """The number of a complaint, `DPMD-2026-0042`; after 9999 it has five digits."""
    return f"{prefix.upper()}-{year}-{serial:04d}"


def year_and_serial(reference: str) -> tuple[int, int]:
    """The year and the serial number of a registration number, which is in the printed form."""
    year, serial = reference.split("-")[-2:]
    return int(year), int(serial)


def parse_reference(text: str) -> str | None:
    """The first registration number in a text, in its printed form; None without one.

    A number in the printed form goes before one in a loose form ("dpmd 2026 42"). "Mei 2026 5" is read as a
    number as well, so the caller has to look it up.
    """
    return split_reference(text)[0] or None


def split_reference(text: str) -> tuple[str, str]:
    """The number that `parse_reference` finds, empty without one, and the text around it."""
    plain = "".join(c for c in unicodedata.normalize("NFKC", text) if unicodedata.category(c) != "Cf")
    found = _AS_PRINTED.search(plain) or _AS_TYPED.search(plain)
    if found is None:
        return "", plain
    return _printed(found), f"{plain[: found.start()]} {plain[found.end() :]}"


def printed_reference(text: str) -> str:
    """The first number in the printed form; empty without one."""
    found = _AS_PRINTED.search(text)
    return _printed(found) if found else ""


def short_reference(text: str, prefix: str, year: int) -> tuple[str, str]:
    """A number without its prefix, with or without its year ("2", "0042", "2025-7"), and the text after it.

    The number is empty where the text does not begin with one.
    """
    found = _SHORT.match(text)
    if found is None:
        return "", text
    number = registration_number(prefix, int(found["year"] or year), int(found["serial"]))
    return number, text[found.end() :]


def _printed(found: re.Match[str]) -> str:
    return registration_number(found["prefix"], int(found["year"]), int(found["serial"]))


def check_code(case: str) -> str:
    """The check code of a case, computed from its id.

    It distinguishes the case from another one with the same number, in a register that was lost. It is no
    secret: it only shows that a message and a case belong together.
    """
    number = int.from_bytes(hashlib.sha256(b"aduan-check-code:" + case.encode()).digest())
    return _in_code_alphabet(number, CHECK_LENGTH)


def marked_reference(reference: str, case: str) -> str:
    """The number with its case's check code: `DPMD-2026-0042 · 7KQ2`."""
    return f"{reference} · {check_code(case)}"


def first_line(text: str) -> str:
    """The first line of a message of ours: it has no words of other people, except names."""
    return text.partition("\n")[0]


def parse_marked(text: str) -> tuple[str, str] | None:
    """The number and the check code in a message of ours; None without both.

    Only the first line counts, because stories and answers are below it, and only its last number, because an
    officer's name before it may contain another one.
    """
    found = None
    for found in _MARKED.finditer(first_line(text)):  # noqa: B007 - the last one
        pass
    return found and (_printed(found), found["code"])


def without_mark(text: str) -> str:
    """The text after a number, without the check code that was copied with it."""
    mark = _MARK.match(text)
    return text[mark.end() :] if mark else text


def access_code(random_bytes: bytes) -> str:
    """A code of 8 characters from at least 16 random bytes, so that all characters are equally likely."""
    if len(random_bytes) < CODE_BYTES:
        raise ValueError(f"an access code needs {CODE_BYTES} random bytes, not {len(random_bytes)}")
    return _in_code_alphabet(int.from_bytes(random_bytes), CODE_LENGTH)


def _in_code_alphabet(number: int, length: int) -> str:
    code = ""
    for _ in range(length):
        number, index = divmod(number, len(CODE_ALPHABET))
        code += CODE_ALPHABET[index]
    return code


def parse_code(text: str) -> str:
    """The access code in a typed text ("kode: abcd 2345"), in capitals; empty when no part of it can be one.

    A code in pieces needs a digit or capital letters, because two short words have 8 letters too. The last
    possible one counts: the words that announce a code are before it.
    """
    typed = unicodedata.normalize("NFKC", text)
    pieces = re.findall(r"[0-9A-Za-z]+", typed)
    for end in range(len(pieces), 0, -1):
        for start in range(end - 1, -1, -1):
            joined = "".join(pieces[start:end])
            if len(joined) >= CODE_LENGTH:
                if len(joined) == CODE_LENGTH and _may_be_code(joined, end - start):
                    return joined.upper()
                break
    return ""


def _may_be_code(joined: str, pieces: int) -> bool:
    return pieces == 1 or joined.isupper() or any(character.isdecimal() for character in joined)


def normalise_code(text: str) -> str:
    """A typed access code in capitals, without spaces and punctuation."""
    return re.sub(r"[^0-9A-Z]", "", unicodedata.normalize("NFKC", text).upper())


def hash_code(code: str, reference: str, pepper: bytes) -> str:
    """The stored hash of an access code: HMAC-SHA256 with the pepper, in hex.

    8 characters of 31 are 40 bits: with a hash that has no key, even a slow one, all of them can be tried.
    The pepper is a random key outside the database, so a copy of the database is not enough. Tries in the bot
    are counted and limited. The reference binds the code to its case.
    """
    return hmac.new(
        pepper, _canonical(["access-code", reference, normalise_code(code)]), "sha256"
    ).hexdigest()


def signature_digest(
    texts: Mapping[str, str | Sequence[str] | None],
    file_ids: Sequence[str],
    signed_at: datetime,
    account: str,
) -> str:
    """The digest to which an uncertified electronic signature is bound: SHA-256 in hex over canonical JSON.

    It covers the exact texts, the file ids in their order, and the time in UTC. Source: PP 71/2019 art. 60.
    """
    signed = {"account": account, "files": list(file_ids), "signed_at": _moment(signed_at)}
    return hashlib.sha256(_canonical({**signed, "texts": dict(texts)})).hexdigest()


def text_digest(salt: bytes, text: str) -> str:
    """SHA-256(salt ‖ text) in hex. A history link covers only this, so that text and salt can be erased."""
    if len(salt) != SALT_BYTES:
        raise ValueError(f"a text's salt has {SALT_BYTES} bytes, not {len(salt)}")
    return hashlib.sha256(salt + text.encode("utf-8", "surrogatepass")).hexdigest()


class Entry(NamedTuple):
    """The part of a history entry that its link covers. `seq` counts the entries of a case from 1."""

    case: str
    seq: int
    who: str
    when: datetime
    what: str
    text_digest: str


def chain_link(key: bytes, previous: str, entry: Entry) -> str:
    """The link of a history entry in hex: HMAC-SHA256 over the entry and the previous link, or CHAIN_START.

    The key is outside the database, so write access to the database is not enough to forge a link.
    """
    case, seq, who, when, what, digest = entry
    linked = ["history", previous, case, seq, who, _moment(when), what, digest]
    return hmac.new(key, _canonical(linked), "sha256").hexdigest()


def _moment(when: datetime) -> str:
    if when.tzinfo is None:
        raise ValueError("a time that is hashed needs a time zone")
    return when.astimezone(UTC).isoformat(timespec="microseconds")


def _canonical(value: object) -> bytes:
    # With ASCII escapes a lone surrogate (half an emoji) can be hashed.
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode("ascii")
