"""Sealing hides, authenticates and binds to its row."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from bot.database.sealing import Codec, KeysMissingError, SealBrokenError, context

HERE = context("cases", "abc")


@pytest.fixture
def codec(tmp_path: Path) -> Codec:
    return Codec.load(tmp_path / "aduan.key", create=True)


@pytest.mark.parametrize("plain", [b"", b"Siti", b"panjang " * 500, bytes(range(256)) * 3])
def test_what_was_sealed_opens_as_it_was(codec: Codec, plain: bytes) -> None:
    assert codec.open(codec.seal(plain, HERE), HERE) == plain


def test_a_sealed_value_shows_nothing_of_its_text(codec: Codec) -> None:
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
