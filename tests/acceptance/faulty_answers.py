"""Faulty answers of getUpdates, drawn from a seed.

Updates that wait are left out, repeated, put in another order or cut off, never changed: a changed update of
an honest person would be that person's act. Updates of others get ids that no real one will ever have.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.simulator.api.wire import answer_bytes
from bot.simulator.state.world import FIRST_UPDATE_ID
from tests.acceptance.mutations import DEEPER, MARK, NUMBERS, Update, nested

Live = list[Update]
# Far above every real id, and in the numbers before the first one.
FAR, LOW = 10**12, FIRST_UPDATE_ID - 10**6
DEEPEST = 5_000
HTML = b"<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>"


@dataclass
class AnswerFaults:
    """Makes faulty answers; `others(count)` returns mutated updates."""

    random: random.Random
    others: Callable[[int], Sequence[Update]]

    def kind(self) -> str:
        """Draw the name of a kind of answer."""
        return self.random.choice(tuple(ANSWERS))

    def answer(self, kind: str) -> Callable[[Live], bytes]:
        """Return a function from waiting updates to the bytes of the next answer; all is drawn before."""
        return ANSWERS[kind](self)

    def named(self, count: int = 3) -> list[Update]:
        """Return mutated updates with ids."""
        first = self.random.choice((FAR, LOW)) + self.random.randrange(10**5)
        return [{"update_id": first + at, **each} for at, each in enumerate(self.others(count))]

    def odd_ids(self) -> list[Update]:
        """Return mutated updates with ids of every form, and without one."""
        ids: Sequence[Any] = (*NUMBERS, None, True, "7", "", [], {}, FAR, FAR)
        # Small whole numbers are ids like others; the real ones are far above them.
        made = [{**each, "update_id": self.random.choice(ids)} for each in self.others(3)]
        return [*made, *self.others(1)]


Answer = Callable[[Live], bytes]


def _bytes(result: Any, **fields: Any) -> bytes:
    return answer_bytes({"ok": True, "result": result, **fields})


def _flipped(faults: AnswerFaults) -> Answer:
    raw = bytearray(_bytes(faults.named()))
    for _ in range(faults.random.choice((1, 1, 2, 5, 40))):
        raw[faults.random.randrange(len(raw))] = faults.random.randrange(256)
    return lambda _: bytes(raw)


def _cut(faults: AnswerFaults) -> Answer:
    part = faults.random.random()

    def answer(live: Live) -> bytes:
        whole = _bytes(live)
        return whole[: int(len(whole) * part)]

    return answer


def _repeated(faults: AnswerFaults) -> Answer:
    times = faults.random.choice((2, 3, 50))
    return lambda live: _bytes(live * times)


def _reordered(faults: AnswerFaults) -> Answer:
    seed = faults.random.random()

    def answer(live: Live) -> bytes:
        mixed = list(live)
        random.Random(seed).shuffle(mixed)  # noqa: S311 - a test's order
        return _bytes(mixed)

    return answer


def _left_out(_: AnswerFaults) -> Answer:
    return lambda live: _bytes(live[:-1])


def _strangers(faults: AnswerFaults) -> Answer:
    before, after = faults.named(2), faults.named(2)
    return lambda live: _bytes([*before, *live, *after])


def _ids(faults: AnswerFaults) -> Answer:
    odd = faults.odd_ids()
    return lambda live: _bytes([*odd, *live])


def _no_objects(faults: AnswerFaults) -> Answer:
    odd: list[Any] = [
        faults.random.choice((None, True, 7, -1.5, "x", [], [[]], {}, [{}], nested(DEEPER))) for _ in range(4)
    ]
    return lambda live: _bytes([*odd, *live])


def _odd_ok(faults: AnswerFaults) -> Answer:
    ok: Any = faults.random.choice((False, None, 0, 1, "true", [], {}))
    return lambda live: _bytes(live, ok=ok)


def _odd_result(faults: AnswerFaults) -> Answer:
    result: Any = faults.random.choice((None, True, 0, "", "x", {}, {"0": {}}, [[]], {"update_id": 1}))
    return lambda _: _bytes(result)


def _refusal(faults: AnswerFaults) -> Answer:
    code = faults.random.choice((None, "400", 400, 404, 500, 10**30, -1))
    wait = faults.random.choice((None, "x", -5, 1, 10**30))
    said = {"error_code": code, "description": MARK, "parameters": {"retry_after": wait}}
    return lambda _: json.dumps({"ok": False, **said}).encode()


def _deep(faults: AnswerFaults) -> Answer:
    opening, closing = faults.random.choice(((b"[", b"]"), (b'{"message":', b"}")))
    inner = opening * DEEPEST + b"1" + faults.random.choice((b"", closing * DEEPEST))
    return lambda _: b'{"ok":true,"result":[{"update_id":%d,"message":%b}]}' % (FAR, inner)


def _long_number(faults: AnswerFaults) -> Answer:
    digits = faults.random.choice((b"9" * 6000, b"-" + b"1" * 30, b"1e999", b"0" * 20 + b"1", b"1" * 19))
    return lambda _: b'{"ok":true,"result":[{"update_id":%b,"message":{"message_id":%b}}]}' % (digits, digits)


def _encoded(faults: AnswerFaults) -> Answer:
    coding = faults.random.choice(("utf-16", "utf-32", "utf-8-sig", "latin-1"))
    return lambda live: _bytes(live).decode("utf-8", "replace").encode(coding, "replace")


def _padded(faults: AnswerFaults) -> Answer:
    room = faults.random.choice((b" ", b"\n", b"\x00", b"\xff")) * faults.random.choice((1, 2**20))
    return lambda live: room + _bytes(live) + room


def _no_json(faults: AnswerFaults) -> Answer:
    random_bytes = faults.random.randbytes(faults.random.choice((1, 50, 5_000)))
    body = faults.random.choice(
        (b"", b"null", b"[]", b"7", b'"x"', HTML, b"{", b"\x1f\x8b\x08", random_bytes)
    )
    return lambda _: body


ANSWERS: Mapping[str, Callable[[AnswerFaults], Answer]] = {
    "bytes flipped": _flipped,
    "cut off": _cut,
    "repeated": _repeated,
    "in another order": _reordered,
    "last one left out": _left_out,
    "strangers around": _strangers,
    "odd ids": _ids,
    "items that are no objects": _no_objects,
    "odd ok": _odd_ok,
    "odd result": _odd_result,
    "refusal with 200": _refusal,
    "too deep": _deep,
    "long number": _long_number,
    "another encoding": _encoded,
    "padded": _padded,
    "no answer": _no_json,
}
