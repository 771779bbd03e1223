"""The benchmark's own arithmetic."""

import pytest

from tests.bench.figures import COLUMNS, Memory, Run, Start, percentile, ratio, start_table, table
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


def run(bot: str, cpu_seconds: float, waits: list[float]) -> Run:
    acts = [(float(at), wait) for at, wait in enumerate(waits)]
    return Run(bot, "50 citizens at once", 50, 900, 2200, cpu_seconds, 1.0, 10.0, 90.0, 85.0, acts=acts)


def test_a_run_is_divided_by_updates_complaints_and_calls() -> None:
    one = run("aduan", 1.8, [1.0, 2.0, 30.0])
    assert (one.cpu_per_update, one.cpu_per_complaint) == (2.0, 36.0)
    assert one.cpu_per_call == pytest.approx(1800 / 2200)
    assert (one.reply(0.5), one.reply(0.99)) == (2.0, 30.0)


def test_the_table_has_a_row_for_each_bot_and_the_ratio_of_their_cpu() -> None:
    lines = table("50 at once", {"aduan": [run("aduan", 1.8, [10.0])], "plain": [run("plain", 3.6, [20.0])]})
    assert lines[0].startswith("| 50 at once | CPU ms / update | CPU ms / complaint |")
    assert lines[2].startswith(
        "| aduan | 2.00 | 36 | 0.82 | 44.0 | 20 | 5.0 | 10 | 10 | 90 | 85 | 0 | 1.00 |"
    )
    assert lines[3].startswith("| plain | 4.00 | 72 |")
    assert lines[3].endswith("| 0.50 |")
    assert {line.count("|") for line in lines} == {len(COLUMNS) + 3}


def test_a_start_is_compared_with_the_import_of_the_same_minute() -> None:
    lines = start_table({"aduan": [Start("aduan", 3.0, 2.0, 1.5, 0.5, Memory(88.0, 80.0))]})
    assert lines[2] == "| aduan | 3.00 | 2.00 | 1.50 | 3.00 | 88 | 80 | 1.00 |"


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
