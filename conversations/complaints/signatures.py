"""What a signature covers, as a digest, and whether the stored text still is the one that was signed.

The digest covers the text as JSON without the fields that have their default value. A field that a later
version adds has its default in what is stored already, so that those digests stay the same. Earlier versions
wrote every field: `_ADDED` lists the fields that were added while they did.

Source: PP 71/2019 art. 60 (uncertified electronic signature), bound to account, time and a digest.
"""

from __future__ import annotations

import hmac
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from conversations.complaints.case import Case
from conversations.complaints.complaint import Complaint, Part
from conversations.complaints.completion import Supplement, pages
from conversations.complaints.references import signature_digest

# The first characters of a digest that the receipt prints for a person to type ("/cek").
CHECK_DIGITS = 16
DIGEST_DIGITS = 64
# What the digested text leaves out: the digest itself, and the time, which the digest covers apart.
_COMPLAINT_APART = frozenset({"signature_digest", "signed_at"})
_SUPPLEMENT_APART = frozenset({"digest", "at"})
# The fields that were added to a complaint while each digest covered every field, the newest first.
_ADDED: tuple[frozenset[str], ...] = (
    frozenset({"on_behalf", "channel", "tracking_id", "received_on", "oral"}),
    frozenset({"earlier_complaint"}),
)

# Letters that people read in place of a digit of a digest.
_MISREAD = str.maketrans("oli", "011")
_HEXADECIMAL = re.compile(r"[0-9a-f]+")


class Signed(NamedTuple):
    """A signed text of a case: the complaint, or what completed it."""

    # The number of the supplement, counted from 1; 0 for the complaint.
    supplement: int
    # When it was signed, and the digest that was signed.
    at: datetime
    digest: str
    # Whether the stored text still gives that digest.
    fits: bool


def complaint_digest(complaint: Complaint, account: int) -> str:
    """What the signature covers: every text of the complaint, its files' keys, the time, the account."""
    text = complaint.model_dump_json(exclude=set(_COMPLAINT_APART), exclude_defaults=True)
    return _of_complaint(complaint, text, account)


def supplement_digest(supplement: Supplement, account: int) -> str:
    """What the signature of a supplement covers: the answers, their files' keys, the time, the account."""
    text = supplement.model_dump_json(exclude=set(_SUPPLEMENT_APART), exclude_defaults=True)
    return _of_supplement(supplement, text, account)


def signed_texts(case: Case) -> tuple[Signed, ...]:
    """The complaint, and the supplements that were signed, oldest first; none of an erased case."""
    if case.erased:
        return ()
    complaint, account = case.complaint, case.recorded_by.id if case.recorded_by else filing_account(case)
    fits = complaint.signature_digest in _forms_of_complaint(complaint, account)
    first = Signed(0, complaint.signed_at, complaint.signature_digest, fits)
    completed = (
        Signed(number, given.at, given.digest, _supplement_fits(case, given))
        for number, given in enumerate(case.supplements, start=1)
        if needs_digest(given)
    )
    return (first, *completed)


def filing_account(case: Case) -> int:
    """The number that the account had when it filed the complaint, which a signature of then names."""
    return next(iter(case.former_accounts), case.filed_by)


def _supplement_fits(case: Case, given: Supplement) -> bool:
    """Whether one of the person's accounts has signed this; its number then is not stored."""
    accounts = (case.filed_by, *case.former_accounts)
    return any(given.digest in _forms_of_supplement(given, account) for account in accounts)


def needs_digest(supplement: Supplement) -> bool:
    """Whether a supplement was signed; one of pages only is not, nor an officer's confirmation."""
    return bool(supplement.digest or supplement.signature or supplement.signature_file)


def typed_digits(text: str) -> str:
    """The digits of a digest as a person types them, in small letters; empty where they are none.

    Spaces, dashes and invisible characters do not count, nor words around them. At least CHECK_DIGITS are
    needed.
    """
    plain = unicodedata.normalize("NFKC", text).casefold()
    words = ("".join(filter(str.isalnum, word)).translate(_MISREAD) for word in plain.split())
    digits = "".join(word for word in words if _HEXADECIMAL.fullmatch(word))
    return digits if CHECK_DIGITS <= len(digits) <= DIGEST_DIGITS else ""


def was_signed_as(case: Case, digits: str) -> bool:
    """Whether one of the case's signed digests begins with these digits, at least CHECK_DIGITS of them."""
    found = [
        hmac.compare_digest(signed.digest[: len(digits)].encode(), digits.encode())
        for signed in signed_texts(case)
    ]
    return len(digits) >= CHECK_DIGITS and any(found)


def _of_complaint(complaint: Complaint, text: str, account: int) -> str:
    signed = (*complaint.story, *complaint.pages, complaint.signature_file)
    return signature_digest({"complaint": text}, _keys(signed), complaint.signed_at, str(account))


def _of_supplement(supplement: Supplement, text: str, account: int) -> str:
    signed = (*supplement.story, *pages(supplement), supplement.signature_file)
    return signature_digest({"supplement": text}, _keys(signed), supplement.at, str(account))


def _keys(parts: Iterable[Part | None]) -> Sequence[str]:
    """The keys of the parts' files."""
    return [part.file for part in parts if part and part.file]


def _forms_of_complaint(complaint: Complaint, account: int) -> Iterator[str]:
    """The digests that this text can have been given: today's first, then those of earlier versions."""
    yield complaint_digest(complaint, account)
    apart: set[str] = set(_COMPLAINT_APART)
    yield _of_complaint(complaint, complaint.model_dump_json(exclude=apart), account)
    for added in _ADDED:
        if not all(_is_default(complaint, name) for name in added):
            return
        apart |= added
        yield _of_complaint(complaint, complaint.model_dump_json(exclude=apart), account)


def _is_default(complaint: Complaint, name: str) -> bool:
    default: Any = Complaint.model_fields[name].default
    return bool(getattr(complaint, name) == default)


def _forms_of_supplement(supplement: Supplement, account: int) -> Iterator[str]:
    yield supplement_digest(supplement, account)
    text = supplement.model_dump_json(exclude=set(_SUPPLEMENT_APART))
    yield _of_supplement(supplement, text, account)
