"""Names, signatures, addresses and phone numbers that people type."""

import pytest

from conversations.reading.identity import (
    Problem,
    place_from_address,
    read_address,
    read_name,
    read_phone,
    same_name,
)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("Suharto", "Suharto"),
        ("  Siti   Aminah\n", "Siti Aminah"),
        ("Dr. H. Moh. Jum'at, S.Pd.", "Dr. H. Moh. Jum'at, S.Pd."),
        ("Nu", "Nu"),
        ("محمد عبد الله", "محمد عبد الله"),
        ("ꦱꦶꦠꦶ", "ꦱꦶꦠꦶ"),
        ("<b>Siti</b> & Co", "<b>Siti</b> & Co"),
        ("", Problem.EMPTY),
        ("S", Problem.NAME_TOO_SHORT),
        ("-", Problem.NAME_TOO_SHORT),
        ("🙂", Problem.NAME_TOO_SHORT),
        ("081234567890", Problem.NAME_NOT_A_NAME),
        ("siti@example.org", Problem.NAME_NOT_A_NAME),
        ("/start", Problem.NAME_NOT_A_NAME),
        ("Hamba Allah", Problem.NAME_NOT_A_NAME),
        ("ANONIM", Problem.NAME_NOT_A_NAME),
        ("a1!a2!a3!", Problem.NAME_NOT_A_NAME),
        ("a" * 151, Problem.NAME_NOT_A_NAME),
        ("a" * 20_000, Problem.TOO_LONG),
    ],
)
def test_a_name_is_read(typed: str, read: str | Problem) -> None:
    assert read_name(typed) == read


@pytest.mark.parametrize(
    ("typed", "name", "same"),
    [
        ("siti aminah", "Siti Aminah", True),
        ("SITI  AMINAH.", "Siti Aminah", True),
        ("Sitiaminah\u200b", "Siti Aminah", True),
        ("Ｓｉｔｉ Ａｍｉｎａｈ", "Siti Aminah", True),
        ("Jumat", "Jum'at", True),
        ("José", "Jose\u0301", True),
        ("Siti Aminah S", "Siti Aminah", False),
        ("Aminah Siti", "Siti Aminah", False),
        ("", "Siti Aminah", False),
        ("...", "---", False),
    ],
)
def test_a_signature_may_be_typed_in_another_manner(typed: str, name: str, same: bool) -> None:
    assert same_name(typed, name) is same


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("Dusun Krajan RT 1 RW 2, Desa Raci, Bangil", "Dusun Krajan RT 1 RW 2, Desa Raci, Bangil"),
        ("Dusun Krajan\nRT 1 RW 2,\n\nBangil", "Dusun Krajan, RT 1 RW 2, Bangil"),
        ("Jl. Mawar 3 Bangil", "Jl. Mawar 3 Bangil"),
        ("dhusun krajan cedhak langgar", "dhusun krajan cedhak langgar"),
        ("", Problem.EMPTY),
        ("Bangil", Problem.ADDRESS_TOO_SHORT),
        ("Jl. Raci", Problem.ADDRESS_TOO_SHORT),
        ("Perumahanbangil", Problem.ADDRESS_TOO_SHORT),
        ("12 345 678 90", Problem.ADDRESS_TOO_VAGUE),
        ("alamat sesuai KTP", Problem.ADDRESS_TOO_VAGUE),
        ("Kabupaten Pasuruan", Problem.ADDRESS_TOO_VAGUE),
        ("Kab. Pasuruan, Prov. Jawa Timur", Problem.ADDRESS_TOO_VAGUE),
        ("jalan " * 4_000, Problem.TOO_LONG),
    ],
)
def test_an_address_is_plausible_or_asked_again(typed: str, read: str | Problem) -> None:
    assert read_address(typed) == read


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("Jl. Mawar 3, RT 01/RW 02, Desa Raci, Kec. Bangil, Kab. Pasuruan 67153", "Bangil"),
        ("dusun krajan rt 2 rw 3 ds raci kec.bangil kab pasuruan", "Bangil"),
        ("DUSUN KRAJAN DS. GONDANG WETAN KAB. PASURUAN", "Gondang Wetan"),
        ("Jl. Mawar 3, Kel. Pogar, Bangil", "Pogar"),
        ("Jl. Mawar 3, Bangil 67153", "Bangil"),
        ("Jl. Raya Raci Bangil", "Bangil"),
        ("Perumahan Asri, Kecamatan: Gempol", "Gempol"),
        ("Jl. Mawar 3, Kec. 5", "Mawar"),
        ("12 34 56", ""),
        ("", ""),
    ],
)
def test_the_place_of_signature_is_taken_from_the_address(address: str, place: str) -> None:
    assert place_from_address(address) == place


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("0812-3456-7890", "+6281234567890"),
        ("+62 812 3456 7890", "+6281234567890"),
        ("6281234567890", "+6281234567890"),
        ("81234567890", "+6281234567890"),
        ("(0343) 749035", "+62343749035"),
        ("0062 812 3456 7890", "+6281234567890"),
        ("+1 (202) 555-0143", "+12025550143"),
        ("\u202a+6281234567890\u202c", "+6281234567890"),
        ("０８１２３４５６７８９０", "+6281234567890"),
        ("", Problem.EMPTY),
        ("12345678", Problem.PHONE_NOT_A_PHONE),
        ("1234567890123456", Problem.PHONE_NOT_A_PHONE),
        ("000000000", Problem.PHONE_NOT_A_PHONE),
        ("tidak punya", Problem.PHONE_NOT_A_PHONE),
        ("0812 3456 789O", Problem.PHONE_NOT_A_PHONE),
        ("0812 3456 7890 (WA)", "+6281234567890"),
        ("WA: 0812-3456-7890", "+6281234567890"),
        ("nomor HP saya 081234567890", "+6281234567890"),
        ("(0343) 749035 kantor", "+62343749035"),
        ("081234567890 atau 081234567891", Problem.PHONE_NOT_A_PHONE),
        ("telepon tetangga saya saja, nomornya 081234567890", Problem.PHONE_NOT_A_PHONE),
        ("no 12 RT 3", Problem.PHONE_NOT_A_PHONE),
        ("9" * 20_000, Problem.TOO_LONG),
    ],
)
def test_a_phone_number_is_read(typed: str, read: str | Problem) -> None:
    assert read_phone(typed) == read
