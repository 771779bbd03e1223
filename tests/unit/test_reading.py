"""What people type, hostile and ordinary, and what is read from it. Today is Tuesday 2026-11-17."""

import time
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations.complaints.references import parse_reference
from conversations.reading.identity import (
    ANSWER_LIMIT,
    Problem,
    When,
    is_old,
    place_from_address,
    read_address,
    read_name,
    read_phone,
    read_text,
    read_when,
    same_name,
)

TODAY = date(2026, 11, 17)
STORY_LIMIT = 20_000
FAMILY = "👨\u200d👩\u200d👧"


def day(label: str) -> date:
    """Read "Tuesday 2026-11-17", and fail when the weekday is wrong."""
    weekday, _, iso = label.partition(" ")
    found = date.fromisoformat(iso)
    assert found.strftime("%A") == weekday, label
    return found


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("  Jalan rusak \n", "Jalan rusak"),
        ("baris satu\r\nbaris dua\rtiga", "baris satu\nbaris dua\ntiga"),
        ("a\tb\x00c\x1b[31m\x85", "a\tbc[31m"),
        (f"{FAMILY} ❤\ufe0f", f"{FAMILY} ❤\ufe0f"),
        ("\u200fمرحبا\u200f", "\u200fمرحبا\u200f"),
        ("<b>&amp;</b> {{ x }}", "<b>&amp;</b> {{ x }}"),
        ("aku wis ngenteni nem wulan", "aku wis ngenteni nem wulan"),
        ("ꦱꦸꦒꦼꦁ", "ꦱꦸꦒꦼꦁ"),
        ("tanda \ud83d rusak", "tanda \ufffd rusak"),
        ("👍", "👍"),
        (".", "."),
        ("", Problem.EMPTY),
        (" \n\t\u00a0\u3000", Problem.EMPTY),
        ("\u200b\u200d\u2060\ufeff\u202e", Problem.EMPTY),
        ("\x00\x01\x1f", Problem.EMPTY),
        ("\u3164\u2800\ufe0f", Problem.EMPTY),
        ("\ufffd \ud83d", Problem.UNREADABLE),
    ],
)
def test_text_is_kept_unless_it_shows_nothing(typed: str, read: str | Problem) -> None:
    assert read_text(typed, STORY_LIMIT) == read


@pytest.mark.parametrize("character", ["a", "😀", "\u0639", "\n"])
def test_the_limit_counts_characters_after_trimming(character: str) -> None:
    answer = f"a{character * 18}b"
    assert read_text(f"  {answer}  ", 20) == answer
    assert read_text(answer, 19) is Problem.TOO_LONG


@given(st.text(), st.integers(1, 40))
def test_what_was_read_is_safe_to_keep_and_reads_the_same_again(typed: str, limit: int) -> None:
    read = read_text(typed, limit)
    if not isinstance(read, Problem):
        assert 0 < len(read) <= limit
        assert "\x00" not in read
        assert read_text(read.encode().decode(), limit) == read


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
        ("9" * 20_000, Problem.TOO_LONG),
    ],
)
def test_a_phone_number_is_read(typed: str, read: str | Problem) -> None:
    assert read_phone(typed) == read


@pytest.mark.parametrize(
    ("typed", "label"),
    [
        ("Hari ini", "Tuesday 2026-11-17"),
        ("tadi pagi jam 10", "Tuesday 2026-11-17"),
        ("tadi malam", "Monday 2026-11-16"),
        ("Kemarin", "Monday 2026-11-16"),
        ("kemarin lusa", "Sunday 2026-11-15"),
        ("today", "Tuesday 2026-11-17"),
        ("yesterday", "Monday 2026-11-16"),
        ("3 hari lalu", "Saturday 2026-11-14"),
        ("tiga hari yang lalu", "Saturday 2026-11-14"),
        ("2 minggu yang lalu", "Tuesday 2026-11-03"),
        ("seminggu lalu", "Tuesday 2026-11-10"),
        ("2 bulan lalu", "Thursday 2026-09-17"),
        ("setahun yang lalu", "Monday 2025-11-17"),
        ("3 days ago", "Saturday 2026-11-14"),
        ("hari Minggu lalu", "Sunday 2026-11-15"),
        ("Senin lalu", "Monday 2026-11-16"),
        ("Selasa lalu", "Tuesday 2026-11-10"),
        ("hari Jum'at yang lalu", "Friday 2026-11-13"),
        ("last Friday", "Friday 2026-11-13"),
        ("12 November 2026", "Thursday 2026-11-12"),
        ("Kamis, 12 Nopember 2026", "Thursday 2026-11-12"),
        ("tanggal 12 nov", "Thursday 2026-11-12"),
        ("12-Nov-26", "Thursday 2026-11-12"),
        ("12th November", "Thursday 2026-11-12"),
        ("November 12, 2026", "Thursday 2026-11-12"),
        ("10-12 November 2026", "Thursday 2026-11-12"),
        ("20 November", "Thursday 2025-11-20"),  # the latest one that is past
        ("17 November", "Tuesday 2026-11-17"),
        ("29 Februari", "Thursday 2024-02-29"),
        ("12/11/2026", "Thursday 2026-11-12"),
        ("12-11-2026", "Thursday 2026-11-12"),
        ("12.11.26", "Thursday 2026-11-12"),
        ("12/11", "Thursday 2026-11-12"),
        ("2026-11-12", "Thursday 2026-11-12"),
        ("10.30 WIB kemarin", "Monday 2026-11-16"),
        ("hari kemarin", "Monday 2026-11-16"),
        ("kemarin sore jam 3", "Monday 2026-11-16"),
        ("Malam kemarin", "Monday 2026-11-16"),
        ("jam 10 kemarin", "Monday 2026-11-16"),
        ("Senin kemarin", "Monday 2026-11-16"),
        ("hari Minggu kemarin", "Sunday 2026-11-15"),
    ],
)
def test_a_day_is_read_as_people_say_it(typed: str, label: str) -> None:
    assert read_when(typed, TODAY) == When(text=typed, day=day(label))


@pytest.mark.parametrize(
    ("typed", "label", "place"),
    [
        ("12 November 2026 di kantor desa Raci", "Thursday 2026-11-12", "kantor desa Raci"),
        ("10 sampai 12 November 2026 di Bangil", "Thursday 2026-11-12", "Bangil"),
        ("kemarin di loket", "Monday 2026-11-16", "loket"),
        ("Di balai desa, Selasa 10 November 2026 pukul 10.00 WIB", "Tuesday 2026-11-10", "balai desa"),
        ("kantor desa, kemarin siang", "Monday 2026-11-16", "kantor desa"),
        ("12/11/2026 <b>loket</b> 🙂", "Thursday 2026-11-12", "<b>loket</b> 🙂"),
        ("yesterday at the counter", "Monday 2026-11-16", "counter"),
        ("12 November 10 orang menunggu", "Thursday 2026-11-12", "10 orang menunggu"),
    ],
)
def test_the_rest_of_the_text_is_the_place(typed: str, label: str, place: str) -> None:
    assert read_when(typed, TODAY) == When(text=typed, day=day(label), place=place)


@pytest.mark.parametrize(
    ("typed", "place"),
    [
        ("wingi sore ing bale desa", None),
        ("sejak bulan Mei", None),
        ("beberapa minggu lalu", None),
        ("minggu lalu", None),
        ("minggu kemarin", None),
        ("bulan yang lalu", None),
        ("last month", None),
        ("lebaran kemarin", None),
        ("waktu banjir kemarin", None),
        ("Agustus kemarin", None),
        ("kemarin tgl 2", None),
        ("kemarin pagi, tanggal 2", None),
        ("kemarin-kemarin itu", None),
        ("dua puluh satu hari lalu", None),
        ("dua ratus tiga hari lalu", None),
        ("dua belas minggu lalu", None),
        ("1,5 bulan lalu", None),
        ("99999 minggu lalu", None),
        ("kemarin-kemarin", None),
        ("99999999999999999999 hari lalu", None),
        ("waktu lebaran di balai desa", "balai desa"),
        ("RT 03/05 dusun Krajan", None),
        ("31 Februari di loket", "loket"),
        ("🙂", None),
        ("منذ أسبوع", None),
    ],
)
def test_a_wording_without_a_readable_day_is_taken_as_it_is(typed: str, place: str | None) -> None:
    assert read_when(typed, TODAY) == When(text=typed, place=place)


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("18 November 2026", Problem.DATE_IN_FUTURE),
        ("18/11/26 di loket", Problem.DATE_IN_FUTURE),
        ("besok", Problem.DATE_IN_FUTURE),
        ("minggu depan", Problem.DATE_IN_FUTURE),
        ("31 Februari", Problem.DATE_IMPOSSIBLE),
        ("31/02/2026", Problem.DATE_IMPOSSIBLE),
        ("00/00/0000", Problem.DATE_IMPOSSIBLE),
        ("99-99-9999", Problem.DATE_IMPOSSIBLE),
        ("12/11/0026", Problem.DATE_IMPOSSIBLE),
        ("9999 tahun lalu", Problem.DATE_IMPOSSIBLE),
        ("\u200b", Problem.EMPTY),
        ("12 " * 7_000, Problem.TOO_LONG),
    ],
)
def test_a_day_that_cannot_be_is_asked_again(typed: str, problem: Problem) -> None:
    assert read_when(typed, TODAY) is problem


@pytest.mark.parametrize(
    ("label", "old"),
    [("Sunday 2026-10-18", False), ("Saturday 2026-10-17", True), ("Tuesday 2026-11-17", False)],
)
def test_older_than_thirty_days_is_old(label: str, old: bool) -> None:
    assert is_old(day(label), TODAY) is old


@given(st.text(alphabet="0123456789 /-.,hariNovembetklusgd\n👍\u200f", max_size=60))
def test_a_reading_never_fails_and_never_lies_in_the_future(typed: str) -> None:
    when = read_when(typed, TODAY)
    if isinstance(when, When):
        assert when.text == read_text(typed, ANSWER_LIMIT)
        assert when.day is None or when.day <= TODAY


@pytest.mark.parametrize(
    "piece",
    ["1", "12 ", "1-", "a", "di ", "hari ", "pukul 10 ", "\u200b", "DPMD-2026-", "0", "(", " ", "kemarin-"],
)
def test_hostile_lengths_are_read_in_linear_time(piece: str) -> None:
    longest = (f"x{piece * STORY_LIMIT}")[: STORY_LIMIT - 1] + "x"
    started = time.process_time()
    assert read_text(longest, STORY_LIMIT) == longest
    parse_reference(longest)
    for read in (read_name, read_address, read_phone, place_from_address):
        read(longest[:ANSWER_LIMIT])
    read_when(longest[:ANSWER_LIMIT], TODAY)
    assert time.process_time() - started < 1
