"""Sealing hides, authenticates and binds to its row."""

from __future__ import annotations

import json
import stat
from pathlib import Path
from typing import Any

import pytest

from bot.database.sealing import Codec, KeysDamagedError, KeysMissingError, SealBrokenError, binding, context

HERE = context("cases", "abc")


@pytest.fixture
def codec(tmp_path: Path) -> Codec:
    return Codec.load(tmp_path / "aduan.key", create=True)


@pytest.mark.parametrize("plain", [b"", b"Siti", b"panjang " * 500, bytes(range(256)) * 3])
def test_what_was_sealed_opens_as_it_was(codec: Codec, plain: bytes) -> None:
    assert codec.open(codec.seal(plain, HERE), HERE) == plain


def test_a_sealed_value_contains_no_part_of_its_text(codec: Codec) -> None:
    assert b"Siti" not in codec.seal(b"Siti Aminah", HERE)


def test_the_same_text_never_looks_the_same(codec: Codec) -> None:
    assert codec.seal(b"ya", HERE) != codec.seal(b"ya", HERE)


def test_a_long_text_is_stored_compressed(codec: Codec) -> None:
    assert len(codec.seal(b"jalan rusak " * 400, HERE)) < 200


def test_a_short_text_is_not_worth_compressing(codec: Codec) -> None:
    assert codec.seal(b"jalan rusak " * 300, HERE)[0] == 0


@pytest.mark.parametrize("size", [0, 1, 1024 * 1024, 1024 * 1024 + 1])
def test_what_was_sealed_in_pieces_opens_as_it_was(codec: Codec, size: int) -> None:
    plain = bytearray(b"x" * size)
    sealed = b"".join(codec.seal_in_pieces(plain, HERE))
    assert codec.open(sealed, HERE) == plain
    with pytest.raises(SealBrokenError):
        codec.open(sealed, context("cases", "abd"))


def test_a_value_moved_to_another_row_does_not_open(codec: Codec) -> None:
    with pytest.raises(SealBrokenError):
        codec.open(codec.seal(b"ya", HERE), context("cases", "abd"))


@pytest.mark.parametrize("place", [0, 1, 2, 5, -1], ids=["flags", "key", "key", "nonce", "tag"])
def test_a_changed_byte_is_noticed(codec: Codec, place: int) -> None:
    sealed = bytearray(codec.seal(b"ya", HERE))
    sealed[place] ^= 1
    with pytest.raises(SealBrokenError):
        codec.open(bytes(sealed), HERE)


def test_a_value_cut_short_is_noticed(codec: Codec) -> None:
    with pytest.raises(SealBrokenError):
        codec.open(codec.seal(b"ya", HERE)[:8], HERE)


def test_the_key_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    Codec.load(tmp_path / "keys" / "aduan.key", create=True)
    assert stat.S_IMODE((tmp_path / "keys" / "aduan.key").stat().st_mode) == 0o600


def test_the_keys_are_the_same_after_a_restart(tmp_path: Path) -> None:
    first = Codec.load(tmp_path / "aduan.key", create=True)
    again = Codec.load(tmp_path / "aduan.key", create=True)
    assert again.open(first.seal(b"ya", HERE), HERE) == b"ya"
    assert again.pepper == first.pepper


def test_missing_keys_are_never_replaced_by_new_ones(tmp_path: Path) -> None:
    with pytest.raises(KeysMissingError, match=r"aduan\.key is missing"):
        Codec.load(tmp_path / "aduan.key", create=False)
    assert not (tmp_path / "aduan.key").exists()


DIFFERENT: dict[str, tuple[tuple[Any, ...], tuple[Any, ...]]] = {
    "a border elsewhere": (("outbox", "card:a", "b"), ("outbox", "card", "a:b")),
    "a quote in a text": (("outbox", 'a","b'), ("outbox", "a", "b")),
    "a number and its text": (("outbox", 7), ("outbox", "7")),
    "nothing and an empty text": (("cases", None), ("cases", "")),
    "bytes and their letters": (("cases", b"a"), ("cases", "a")),
    "bytes and how they are written": (("cases", b"a"), ("cases", "b'a'")),
    "another table": (("cases", 7), ("files", 7)),
}


@pytest.mark.parametrize("name", DIFFERENT)
def test_no_two_rows_have_the_same_binding(codec: Codec, name: str) -> None:
    one, other = DIFFERENT[name]
    assert binding(*one) != binding(*other)
    assert not codec.proves(codec.proof(*one), *other)


def test_a_proof_needs_the_keys_and_every_part(tmp_path: Path, codec: Codec) -> None:
    proof = codec.proof("moved", -1, -2)
    assert codec.proves(proof, "moved", -1, -2)
    for wrong in (None, 7, b"", "", "é", "\ud83d", "0" * 64, proof.upper()):
        assert not codec.proves(wrong, "moved", -1, -2)
    other = Codec.load(tmp_path / "other.key", create=True)
    assert not other.proves(proof, "moved", -1, -2)


def test_an_existing_key_file_always_gives_the_same_keys() -> None:
    codec = Codec({1: b"k" * 32}, b"p" * 32)
    assert codec.chain_key.hex() == "4be1f01c410ef5e38bc8c568c6f9537df1efd5879ed1af36de80890edead0c8e"
    assert codec.proof("moved", -1, -2) == "0f6f4c52591f5d001b5233f95679a20ebacfa47c471ca6f11cfc671b31dc9422"


@pytest.mark.parametrize("wrong", ["text", 7, None, memoryview(b"x")])
def test_what_is_no_sealed_value_does_not_open(codec: Codec, wrong: object) -> None:
    with pytest.raises(SealBrokenError):
        codec.open(wrong, HERE)


WHOLE = json.dumps({"keys": {"1": "A" * 43 + "="}, "pepper": "B" * 43 + "="})
DAMAGED = {
    "empty": "",
    "cut": WHOLE[: len(WHOLE) // 2],
    "no keys": json.dumps({"keys": {}, "pepper": "B" * 43 + "="}),
    "no pepper": json.dumps({"keys": {"1": "A" * 43 + "="}}),
    "a short key": json.dumps({"keys": {"1": "QUFB"}, "pepper": "B" * 43 + "="}),
    "a key that is no base64": json.dumps({"keys": {"1": "*" * 44}, "pepper": "B" * 43 + "="}),
    "a number that is none": json.dumps({"keys": {"x": "A" * 43 + "="}, "pepper": "B" * 43 + "="}),
    "a list": "[]",
    "another file": "\xff\xfe SQLite format 3",
}


@pytest.mark.parametrize("content", DAMAGED.values(), ids=DAMAGED)
def test_a_damaged_key_file_is_named_and_left_as_it_is(tmp_path: Path, content: str) -> None:
    path = tmp_path / "aduan.key"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(KeysDamagedError, match=r"aduan\.key"):
        Codec.load(path, create=True)
    assert path.read_text(encoding="utf-8") == content


def test_the_whole_file_of_that_table_opens(tmp_path: Path) -> None:
    path = tmp_path / "aduan.key"
    path.write_text(WHOLE, encoding="utf-8")
    assert Codec.load(path, create=False).pepper
