"""The benchmark's own arithmetic."""

import pytest

from tests.bench.figures import Run, percentile, ratio, table
from tests.bench.flood import Waits, row
from tests.bench.letters import WARM, Letters, letter_table, measure_letters


@pytest.mark.parametrize(
    ("values", "share", "expected"),
    [
        ([7.0], 0.99, 7.0),
        ([4.0, 1.0, 3.0, 2.0], 0.5, 2.0),
        ([float(n) for n in range(1, 101)], 0.99, 99.0),
        ([float(n) for n in range(1, 101)], 1.0, 100.0),
        ([float(n) for n in range(1, 11)], 0.99, 10.0),
    ],
)
def test_a_percentile_is_a_measured_value(values: list[float], share: float, expected: float) -> None:
    assert percentile(values, share) == expected


def test_no_values_have_no_percentile() -> None:
    with pytest.raises(ValueError, match="no values"):
        percentile([], 0.5)


def test_a_slow_minute_does_not_change_the_ratio() -> None:
    assert ratio([1.0, 10.0, 1.1], [2.0, 20.0, 2.2]) == pytest.approx(0.5)


def test_the_table_shows_both_bots_and_their_ratio() -> None:
    ours = Run("aduan", 50, 900, 1400, 2.0, 10.0, 30.0, 4.0, 90.0, 85.0, 1.5, 1.0, 0.9)
    plain = Run("plain", 50, 900, 1400, 4.0, 20.0, 60.0, 8.0, 45.0, 40.0, 0.5, 0.5, 0.4)
    lines = table([ours], [plain])
    assert lines[0] == "| 50 citizens at once | aduan | plain | ratio |"
    assert "| CPU ms per update | 2.00 | 4.00 | 0.50 |" in lines
    assert "| peak RSS MB | 90 | 45 | 2.00 |" in lines


def test_the_table_of_letters_compares_a_letter_with_its_words() -> None:
    lines = letter_table(Letters(400.0, [10.0, 12.0, 30.0], cpu=9.0, words_cpu=0.5, warm=60.0, last=61.0))
    assert lines[0] == "| 4 letters, one after the other | |"
    assert "| another letter, median ms | 12.0 |" in lines
    assert "| letter / words, CPU | 18.0 |" in lines
    assert "| RSS MB after all | 61 |" in lines


async def test_letters_are_measured_in_a_process_of_their_own() -> None:
    letters = await measure_letters(WARM + 5)
    assert len(letters.waits) == WARM + 4
    assert letters.cpu >= 0
    assert letters.words_cpu > 0
    assert letters.last - letters.warm < 20


def test_a_row_of_a_flood_has_its_figures_and_their_ratios() -> None:
    quiet, flooded = Waits([100.0, 200.0], 0.0), Waits([100.0, 400.0], 2.5)
    assert (
        row("messages", quiet, flooded)
        == "| 10,000 messages at once | 100 (1.0) | 400 (2.0) | 400 (2.0) | 2.5 |"
    )
