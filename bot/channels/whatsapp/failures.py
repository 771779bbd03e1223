"""The decision for each error code of the Cloud API, in the answer to a call or in a status.

Source: Cloud API, error codes, 2026-11. Codes alone decide: their sentences change. What an error says is
logged without what it quotes and without numbers that may be a telephone's.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.channels.base import DeliveryError, Failure

SERVER = 500
# Code -> what to do. The ranges below hold for codes that are not named here.
CODES: Mapping[int, Failure] = {
    # wait
    4: Failure.THROTTLED,
    80007: Failure.THROTTLED,
    130429: Failure.THROTTLED,
    131048: Failure.THROTTLED,
    131056: Failure.THROTTLED,
    131057: Failure.THROTTLED,
    # again
    1: Failure.TEMPORARY,
    2: Failure.TEMPORARY,
    131000: Failure.TEMPORARY,
    131016: Failure.TEMPORARY,
    # only a template may be sent
    131047: Failure.WINDOW,
    # the person
    131026: Failure.UNREACHABLE,
    130403: Failure.UNREACHABLE,
    # token, number, payment
    0: Failure.ACCOUNT,
    10: Failure.ACCOUNT,
    190: Failure.ACCOUNT,
    368: Failure.ACCOUNT,
    131005: Failure.ACCOUNT,
    131031: Failure.ACCOUNT,
    131042: Failure.ACCOUNT,
    131045: Failure.ACCOUNT,
    133010: Failure.ACCOUNT,
    # the template
    132000: Failure.ACCOUNT,
    132001: Failure.ACCOUNT,
    132005: Failure.ACCOUNT,
    132007: Failure.ACCOUNT,
    132012: Failure.ACCOUNT,
    132015: Failure.ACCOUNT,
    132016: Failure.ACCOUNT,
    # this program
    33: Failure.REFUSED,
    100: Failure.REFUSED,
    131008: Failure.REFUSED,
    131009: Failure.REFUSED,
    131051: Failure.REFUSED,
    131053: Failure.REFUSED,
}
# Rights that the token lacks.
RANGES: tuple[tuple[range, Failure], ...] = ((range(200, 300), Failure.ACCOUNT),)
CLOSED_WINDOW, PAIR_LIMIT, TOO_LARGE = 131047, 131056, 131052
# Parameters that are wrong, among them a message to reply to that is not known any more.
WRONG_PARAMETER = frozenset({100, 131009})
# Code -> seconds to wait. The pair of number and person waits four times as long each time.
WAITS: Mapping[int, float] = {
    4: 60.0,
    80007: 60.0,
    130429: 4.0,
    131048: 3600.0,
    PAIR_LIMIT: 4.0,
    131057: 300.0,
}
FACTOR, MOST_POWER, LONGEST_WAIT = 4.0, 6, 3600.0
# The sentence may quote what was sent, or name a telephone number.
QUOTED = re.compile(r"""(?:["`“”„«]|(?<![\w\[])'|\bgot\b).*""", re.DOTALL)
LONG_NUMBER = re.compile(r"\+?\d[\d .-]{5,}\d")
CODE_IN_FRONT = re.compile(r"^\(#\d+\)\s*")
NOT_SHOWN = re.compile(r"[^\x20-\x7e]+")
LONGEST_SENTENCE = 120


@dataclass(eq=False)
class CloudRefusalError(DeliveryError):
    """An error object of the Cloud API with its `code`."""

    code: int = -1


def refusal(error: object, status: int = 0) -> CloudRefusalError:
    """The decision of an error object; `status` is that of HTTP, 0 in a webhook."""
    found: Mapping[str, Any] = error if isinstance(error, Mapping) else {}
    code = found.get("code")
    if type(code) is not int:
        kind = Failure.TEMPORARY if status else Failure.REFUSED
        return CloudRefusalError(kind, f"an error without a code: {sentence(found)}")
    kind, reason, wait = kind_of(code, status), f"{code}: {sentence(found)}", WAITS.get(code, 0.0)
    return CloudRefusalError(kind, reason, wait, only_chat=code == PAIR_LIMIT, code=code)


def kind_of(code: int, status: int = 0) -> Failure:
    """What to do about an error of this code."""
    if code in CODES:
        return CODES[code]
    ranged = next((kind for codes, kind in RANGES if code in codes), None)
    return ranged or (Failure.TEMPORARY if status >= SERVER else Failure.REFUSED)


def pair_wait(times: int) -> float:
    """Seconds to wait when the pair's limit was met for the nth time in a row, from 1 on."""
    return min(LONGEST_WAIT, FACTOR ** min(max(times, 1), MOST_POWER))


def sentence(error: Mapping[str, Any]) -> str:
    """What an error says, without what it quotes and without numbers of people."""
    data = error.get("error_data")
    details = data.get("details") if isinstance(data, Mapping) else None
    said = next((text for text in (details, error.get("message"), error.get("title")) if text), "no sentence")
    shown = QUOTED.sub("…", CODE_IN_FRONT.sub("", str(said)))
    return NOT_SHOWN.sub("…", LONG_NUMBER.sub("…", shown))[:LONGEST_SENTENCE]
