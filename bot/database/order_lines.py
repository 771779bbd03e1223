"""The lines of the log of erasure orders: their form, their HMACs, and which copies of the log fit.

1. Each line is one order: the complaint's id and number, the time, and the order's reference; nothing about a
   person.
2. Each line has an HMAC over its content and the HMAC of the line before. Without the key file no line can be
   added, changed or moved.
3. Of two copies one is the beginning of the other, as a line is only ever added at the end. Copies that
   differ otherwise were written by two machines that did not know of each other.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from bot.database.sealing import Codec

LONGEST_REFERENCE = 200
DOMAIN = "erasure order"


class OrdersDamagedError(Exception):
    """A log of erasure orders was changed or cut, or belongs to another installation."""


class OrderReferenceError(Exception):
    """The reference of an order cannot be stored."""


@dataclass(frozen=True, slots=True)
class Order:
    """One order: erase this complaint. `reference` is that of the order, such as the number of a letter."""

    case: str
    number: str
    reference: str
    at: datetime


class Line(NamedTuple):
    """An order with its place in the log, counted from 1, and its HMAC."""

    seq: int
    order: Order
    mac: str


def require_reference(reference: str) -> None:
    """Raise OrderReferenceError for a reference that is not one short line."""
    if not reference.strip() or len(reference) > LONGEST_REFERENCE or not reference.isprintable():
        raise OrderReferenceError(
            f"the reference of the order: expected one line of at most {LONGEST_REFERENCE} characters, "
            "such as the number of the letter, without names"
        )


def with_order(codec: Codec, lines: Sequence[Line], order: Order) -> list[Line]:
    """The lines with this order at the end; one that they have already is not added again."""
    if any((line.order.case, line.order.reference) == (order.case, order.reference) for line in lines):
        return [*lines]
    seq = len(lines) + 1
    return [*lines, Line(seq, order, codec.proof(DOMAIN, *_chained(lines, seq, order)))]


def checked(
    codec: Codec, texts: Iterable[str | bytes], place: str, advice: str, before: Sequence[Line] = ()
) -> list[Line]:
    """The lines of these texts, which follow `before`. Raises OrdersDamagedError."""
    lines = [*before]
    for number, text in enumerate(texts, start=len(lines) + 1):
        line = _parsed(text)
        if line is None or not codec.proves(line.mac, DOMAIN, *_chained(lines, number, line.order)):
            raise OrdersDamagedError(
                f"{place}: line {number} was changed, or a line before it was removed, or it belongs to "
                f"another installation; {advice}"
            )
        lines.append(Line(number, line.order, line.mac))
    return lines


def longest(copies: Mapping[str, Sequence[Line]]) -> Sequence[Line]:
    """The longest copy, once each other one is its beginning. Raises OrdersDamagedError."""
    known = max(copies.values(), key=len, default=())
    for place, lines in copies.items():
        if lines != known[: len(lines)]:
            others = ", ".join(each for each in copies if each != place)
            raise OrdersDamagedError(
                f"{place}: its erasure orders differ from those of the other copy ({others}). `aduan orders` "
                "lists them, `aduan orders --join` makes one log of both"
            )
    return known


def encoded(line: Line) -> str:
    """The text of a line, in ASCII and without its end."""
    order = line.order
    stored = {
        "seq": line.seq,
        "at": order.at.isoformat(),
        "case": order.case,
        "number": order.number,
        "order": order.reference,
        "mac": line.mac,
    }
    return json.dumps(stored)


def _chained(before: Sequence[Line], seq: int, order: Order) -> tuple[object, ...]:
    previous = before[-1].mac if before else ""
    return previous, seq, order.case, order.number, order.reference, order.at.isoformat()


def _parsed(text: str | bytes) -> Line | None:
    try:
        stored: dict[str, Any] = json.loads(text)
        order = Order(
            str(stored["case"]),
            str(stored["number"]),
            str(stored["order"]),
            datetime.fromisoformat(stored["at"]),
        )
        return Line(int(stored["seq"]), order, str(stored["mac"]))
    except (ValueError, LookupError, TypeError, RecursionError):
        return None
