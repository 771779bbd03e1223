"""Days that people type. Today is Tuesday 2026-11-17."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations.reading.identity import (
    ANSWER_LIMIT,
    Problem,
    When,
    is_old,
    read_text,
    read_when,
)
from tests.unit.dates import day

TODAY = date(2026, 11, 17)


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
def test_reading_never_fails_and_never_returns_a_future_day(typed: str) -> None:
    when = read_when(typed, TODAY)
    if isinstance(when, When):
        assert when.text == read_text(typed, ANSWER_LIMIT)
        assert when.day is None or when.day <= TODAY
