"""An answer of getUpdates, taken apart: one damaged update affects no other, and the rest can be stored."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.channels.base import UnreadableUpdate
from bot.channels.json_values import storable
from bot.channels.telegram.decoding import decode, has_updates, update_ids
from tests.unit.raw_updates import fetched


def update(number: int, text: bytes) -> bytes:
    return b'{"update_id":%d,"message":{"text":"%b"}}' % (number, text)


GOOD = update(1, b"satu"), update(3, b"tiga")
TEXTS = {
    "two bytes": (b"\xff\xfe", "��"),
    "a surrogate in bytes": (b"\xed\xa0\x80", "���"),
    "half of a pair": (rb"a\ud800b", "a�b"),
    "the other half": (rb"a\udfffb", "a�b"),
    "halves the wrong way round": (rb"\udc00\ud800", "��"),
    "a whole pair": (rb"\ud83d\ude00", "😀"),
    "cut short": (b"\xe2\x82", "�"),
    "a control character": (b"a\x01b", "a\x01b"),
    "digits": (b"12345678901234567890123", "12345678901234567890123"),
}


@pytest.mark.parametrize("name", TEXTS)
def test_invalid_utf_8_is_replaced_and_affects_no_other_update(name: str) -> None:
    raw, text = TEXTS[name]
    found = decode(fetched(GOOD[0], update(2, raw), GOOD[1]))
    assert found == [
        {"update_id": 1, "message": {"text": "satu"}},
        {"update_id": 2, "message": {"text": text}},
        {"update_id": 3, "message": {"text": "tiga"}},
    ]
    # What is kept of an update that the core breaks on is written as JSON and as UTF-8.
    assert json.dumps(found, ensure_ascii=False).encode()


DEEP = b"[" * 300 + b"]" * 300
UNREADABLE = {
    "beyond 64 bits": b'{"update_id":2,"x":9223372036854775808}',
    "below": b'{"update_id":2,"x":[-9223372036854775809]}',
    "longer than int() reads": b'{"update_id":2,"x":' + b"9" * 5000 + b"}",
    "no number": b'{"update_id":2,"x":NaN}',
    "endless": b'{"update_id":2,"x":-Infinity}',
    "a float too large": b'{"update_id":2,"x":1e999}',
    "too deep": b'{"update_id":2,"x":' + DEEP + b"}",
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_an_update_that_cannot_be_stored_is_unreadable_alone(name: str) -> None:
    found = decode(fetched(GOOD[0], UNREADABLE[name], GOOD[1]))
    assert found is not None
    first, odd, last = found
    assert isinstance(odd, UnreadableUpdate)
    assert (odd.update_id, odd.reason.partition(" ")[0]) == (2, "UnreadableUpdateError")
    assert odd.raw
    assert isinstance(first, dict)
    assert isinstance(last, dict)


ODD_ITEMS = [
    b"null",
    b"true",
    b"7",
    b'"x"',
    b"[]",
    b"[1]",
    b"{}",
    b'{"update_id":null}',
    b'{"update_id":true}',
    b'{"update_id":"2"}',
    b'{"update_id":2.0}',
    b'{"update_id":0}',
    b'{"update_id":-5}',
    b'{"update_id":9007199254740993}',
    b'{"update_id":1e400}',
    b'{"update_id":' + b"8" * 6000 + b"}",
    b'{"update_id":"\\ud800"}',
    b"[" * 200 + b"]" * 200,
]


@pytest.mark.parametrize("item", ODD_ITEMS)
def test_an_item_without_an_id_is_passed_on_without_one(item: bytes) -> None:
    found = decode(fetched(GOOD[0], item, GOOD[1]))
    assert found is not None
    first, odd, last = found
    assert isinstance(odd, UnreadableUpdate)
    assert odd.update_id is None
    assert odd.raw.decode()
    assert isinstance(first, dict)
    assert isinstance(last, dict)


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b'{"ok":true}',
        b'{"ok":true,"result":{}}',
        b'{"ok":true,"result":"x"}',
        b'{"ok":true,"result":[{]}',
        b"<html>",
        b"[" * 100_000,
        b'{"ok":true,"result":[{"update_id":5,"x":' + b"[" * 5000 + b"]" * 5000 + b"}]}",
    ],
)
def test_an_answer_of_another_form_is_refused_as_a_whole(payload: bytes) -> None:
    assert decode(payload) is None


def test_a_byte_order_mark_is_ignored() -> None:
    assert decode(b"\xef\xbb\xbf" + fetched(GOOD[0])) == [{"update_id": 1, "message": {"text": "satu"}}]


def test_keys_are_made_storable_too() -> None:
    made: dict[str, Any] = storable({"\ud800": [{"a\udfff": "\udc80"}]})
    assert made == {"�": [{"a�": "�"}]}


def test_an_id_within_a_text_is_not_taken_for_an_updates() -> None:
    text = json.dumps('"update_id":99').encode()
    payload = b'{"ok":true,"result":[{"message":{"text":' + text + b'},"update_id" : 7, x'
    assert list(update_ids(payload)) == [7]
    assert list(update_ids(b'"update_id":12345678901234567890')) == []
    assert list(update_ids(b'"update_id":1.5')) == []


@pytest.mark.parametrize(
    ("payload", "own"),
    [
        (fetched(GOOD[0]), True),
        (b' { "ok" : true , "result" : [ { ] } \n', True),
        (fetched(GOOD[0])[:-9], False),
        (b'{"ok":true,"result":[{', False),
        (fetched(), False),
        (b'{"ok":true,"result":', False),
        (b"<html>502", False),
        (b'{"ok":false}', False),
    ],
)
def test_an_answer_with_updates_is_distinguished_from_a_proxys(payload: bytes, own: bool) -> None:
    assert has_updates(payload) is own
