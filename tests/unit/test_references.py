"""Numbers that people copy by hand, codes that are not guessed, digests that show any change."""

import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations.complaints.references import (
    CHAIN_START,
    CODE_ALPHABET,
    Entry,
    access_code,
    chain_link,
    check_code,
    hash_code,
    marked_reference,
    normalise_code,
    parse_marked,
    parse_reference,
    registration_number,
    signature_digest,
    text_digest,
    without_mark,
)

PEPPER = b"p" * 32
SALT = b"s" * 16
TUESDAY = datetime(2026, 3, 17, 8, 59, tzinfo=UTC)
WIB = timezone(timedelta(hours=7))


@pytest.mark.parametrize(
    ("serial", "number"), [(1, "DPMD-2026-0001"), (42, "DPMD-2026-0042"), (12345, "DPMD-2026-12345")]
)
def test_a_number_has_four_digits_and_grows(serial: int, number: str) -> None:
    assert registration_number("dpmd", 2026, serial) == number


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("DPMD-2026-0042", "DPMD-2026-0042"),
        ("dpmd 2026 42", "DPMD-2026-0042"),
        ("Dpmd2026/42", "DPMD-2026-0042"),
        ("dpmd–2026–042", "DPMD-2026-0042"),
        ("DPMD - 2026 - 0042", "DPMD-2026-0042"),
        ("D\u200bPMD-2026-0042", "DPMD-2026-0042"),
        ("ＤＰＭＤ－２０２６－００４２", "DPMD-2026-0042"),
        ("Pengaduan DPMD-2026-12345, Selasa", "DPMD-2026-12345"),
        ("tanggal 12 Mei 2026 5 orang, nomor DPMD-2026-0042", "DPMD-2026-0042"),
        ("B2-2026-7", "B2-2026-0007"),
        ("#BAKESBANGPOL-2026-0001.", "BAKESBANGPOL-2026-0001"),
        ("DPMD-2026-0000", None),
        ("DPMD-1926-0042", None),
        ("2026-0042", None),
        ("12/11/2026 10", None),
        ("A-2026-0042", None),
        ("tidak ada nomor", None),
        ("", None),
        ("DPMD-2026-12345678901234567890", None),
    ],
)
def test_a_number_is_found_in_free_text(typed: str, found: str | None) -> None:
    assert parse_reference(typed) == found


@given(
    prefix=st.from_regex(r"[A-Z][A-Z0-9]{1,15}", fullmatch=True),
    year=st.integers(2020, 2099),
    serial=st.integers(1, 99_999),
)
def test_every_number_that_is_given_out_can_be_read_back(prefix: str, year: int, serial: int) -> None:
    number = registration_number(prefix, year, serial)
    assert parse_reference(f"Mohon kabar tentang {number}.") == number


def test_a_code_avoids_look_alikes_and_follows_its_bytes() -> None:
    codes = {access_code(number.to_bytes(16)) for number in range(961)}
    assert len(codes) == 961
    assert set("".join(codes)) == set(CODE_ALPHABET)
    assert not set(CODE_ALPHABET) & set("0O1IL")
    assert {len(code) for code in codes} == {8}


def test_too_few_random_bytes_make_no_code() -> None:
    with pytest.raises(ValueError, match="16 random bytes"):
        access_code(b"short")


def test_a_code_is_accepted_in_any_copied_form() -> None:
    stored = hash_code("ABCD2345", "DPMD-2026-0042", PEPPER)
    assert normalise_code(" abcd-2345 ") == "ABCD2345"
    assert hash_code(" abcd-2345 ", "DPMD-2026-0042", PEPPER) == stored


@pytest.mark.parametrize(
    ("code", "reference", "pepper"),
    [
        ("ABCD2346", "DPMD-2026-0042", PEPPER),
        ("ABCD2345", "DPMD-2026-0043", PEPPER),
        ("ABCD2345", "DPMD-2026-0042", b"q" * 32),
        ("", "DPMD-2026-0042", PEPPER),
    ],
)
def test_a_code_opens_only_its_own_case(code: str, reference: str, pepper: bytes) -> None:
    stored = hash_code("ABCD2345", "DPMD-2026-0042", PEPPER)
    assert "ABCD2345" not in stored
    assert hash_code(code, reference, pepper) != stored


def test_a_signature_is_bound_to_texts_files_moment_and_account() -> None:
    signed = signature_digest({"name": "Siti", "story": ["a", "b"]}, ["f1", "f2"], TUESDAY, "telegram:7")
    changed = [
        signature_digest({"name": "Siti ", "story": ["a", "b"]}, ["f1", "f2"], TUESDAY, "telegram:7"),
        signature_digest({"name": "Siti", "story": ["ab"]}, ["f1", "f2"], TUESDAY, "telegram:7"),
        signature_digest({"name": "Siti", "story": ["a", "b"]}, ["f2", "f1"], TUESDAY, "telegram:7"),
        signature_digest(
            {"name": "Siti", "story": ["a", "b"]}, ["f1", "f2"], TUESDAY + timedelta(seconds=1), "telegram:7"
        ),
        signature_digest({"name": "Siti", "story": ["a", "b"]}, ["f1", "f2"], TUESDAY, "telegram:8"),
    ]
    assert len({signed, *changed}) == 6
    same = signature_digest(
        {"story": ["a", "b"], "name": "Siti"}, ["f1", "f2"], TUESDAY.astimezone(WIB), "telegram:7"
    )
    assert same == signed


def test_the_digest_follows_the_documented_form() -> None:
    document = {
        "account": "telegram:7",
        "files": ["f1"],
        "signed_at": "2026-03-17T08:59:00.000000+00:00",
        "texts": {"loss": None, "name": "Siti"},
    }
    plain = json.dumps(document, sort_keys=True, separators=(",", ":")).encode()
    digest = signature_digest({"name": "Siti", "loss": None}, ["f1"], TUESDAY, "telegram:7")
    assert digest == hashlib.sha256(plain).hexdigest()


def test_a_moment_without_its_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        signature_digest({}, [], TUESDAY.replace(tzinfo=None), "telegram:7")


def history(texts: list[str]) -> list[str]:
    links = [CHAIN_START]
    for number, text in enumerate(texts):
        when = TUESDAY + timedelta(minutes=number)
        entry = Entry("a", number + 1, "officer:7", when, "responded", text_digest(SALT, text))
        links.append(chain_link(PEPPER, links[-1], entry))
    return links


def test_a_change_in_the_history_changes_every_later_link() -> None:
    original, forged = history(["a", "b", "c"]), history(["a", "x", "c"])
    assert original[:2] == forged[:2]
    assert not set(original[2:]) & set(forged[2:])


ENTRY = Entry("a", 1, "officer:7", TUESDAY, "responded", text_digest(SALT, "Selesai"))
OTHER_LINKS = {
    "another key": (b"q" * 32, CHAIN_START, ENTRY),
    "after another link": (PEPPER, "1" * 64, ENTRY),
    "of another case": (PEPPER, CHAIN_START, ENTRY._replace(case="b")),
    "at another place": (PEPPER, CHAIN_START, ENTRY._replace(seq=2)),
    "by somebody else": (PEPPER, CHAIN_START, ENTRY._replace(who="officer:8")),
    "at another time": (PEPPER, CHAIN_START, ENTRY._replace(when=TUESDAY + timedelta(seconds=1))),
    "of another act": (PEPPER, CHAIN_START, ENTRY._replace(what="closed")),
    "with another text": (PEPPER, CHAIN_START, ENTRY._replace(text_digest="0" * 64)),
}


@pytest.mark.parametrize("name", OTHER_LINKS)
def test_a_link_depends_on_its_key_its_place_and_all_of_its_entry(name: str) -> None:
    assert chain_link(*OTHER_LINKS[name]) != chain_link(PEPPER, CHAIN_START, ENTRY)


def test_a_link_is_the_hmac_that_an_auditor_can_compute() -> None:
    digest = text_digest(SALT, "Selesai")
    moment = "2026-03-17T08:59:00.000000+00:00"
    linked = ["history", CHAIN_START, "a", 1, "officer:7", moment, "responded", digest]
    plain = json.dumps(linked, separators=(",", ":")).encode()
    assert chain_link(PEPPER, CHAIN_START, ENTRY) == hmac.new(PEPPER, plain, "sha256").hexdigest()


def test_a_text_is_hidden_by_its_salt_and_half_an_emoji_is_hashed() -> None:
    assert text_digest(SALT, "Selesai") != text_digest(b"t" * 16, "Selesai")
    assert len(text_digest(SALT, "\ud83d")) == 64
    with pytest.raises(ValueError, match="16 bytes"):
        text_digest(b"", "Selesai")


def test_a_check_code_depends_on_its_case_and_never_changes() -> None:
    """Cards in the groups show it for years."""
    assert check_code("case00000001") == "95YE"
    codes = {check_code(f"case{number}") for number in range(500)}
    assert len(codes) > 495
    assert {len(code) for code in codes} == {4}
    assert set("".join(codes)) == set(CODE_ALPHABET)


# our message's text -> number and code
MARKED: dict[str, tuple[str, tuple[str, str] | None]] = {
    "a card": ("Pengaduan DPMD-2026-0042 · 7KQ2\nStatus: Diterima", ("DPMD-2026-0042", "7KQ2")),
    "before a lock": ("Pengaduan DPMD-2026-12345 · 7KQ2 🔒 RAHASIA", ("DPMD-2026-12345", "7KQ2")),
    "before a full stop": ("Rina, balas untuk DPMD-2026-0042 · 7KQ2. Tulisan", ("DPMD-2026-0042", "7KQ2")),
    "an officer named like a number": (
        "DPMD-2026-0001 · AAAA, mohon balas untuk DPMD-2026-0042 · 7KQ2:",
        ("DPMD-2026-0042", "7KQ2"),
    ),
    "without a code": ("Pengaduan DPMD-2026-0042\nStatus", None),
    "the code in the next line": ("Pengaduan DPMD-2026-0042\n· 7KQ2", None),
    "in a story": ("Ada keterangan\nDPMD-2026-0042 · 7KQ2", None),
    "another separator": ("Pengaduan DPMD-2026-0042 - 7KQ2", None),
    "a code that is too long": ("Pengaduan DPMD-2026-0042 · 7KQ2A", None),
    "a code that is too short": ("Pengaduan DPMD-2026-0042 · 7KQ", None),
    "characters that no code has": ("Pengaduan DPMD-2026-0042 · 7KO0", None),
    "a code alone": ("· 7KQ2", None),
    "nothing": ("", None),
}


@pytest.mark.parametrize("name", MARKED)
def test_number_and_code_are_read_from_the_first_line_alone(name: str) -> None:
    text, expected = MARKED[name]
    assert parse_marked(text) == expected


def test_a_marked_number_is_read_back_without_its_mark() -> None:
    marked = marked_reference("DPMD-2026-0042", "case00000001")
    assert parse_marked(marked) == ("DPMD-2026-0042", check_code("case00000001"))
    assert parse_reference(marked) == "DPMD-2026-0042"
    assert without_mark(" · 7KQ2 Terima kasih") == " Terima kasih"
    for text in (" Terima kasih", " · selesai", "", " - 7KQ2", " · 7KQ2A"):
        assert without_mark(text) == text
