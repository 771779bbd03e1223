"""The tables of the costs against the stored cases."""

import json

from tests.bench.growth_report import Cost, Sized, bytes_table, costs_table, facts, sized

SMALL = Sized(1_000, {"/daftar": Cost(8.0, 9.0, 28)}, {"cases": 4_000.0, "history": 3_000.0})
LARGE = Sized(100_000, {"/daftar": Cost(8.8, 9.9, 36)}, {"cases": 4_000.0, "history": 4_000.0})


def test_the_figures_are_read_as_they_were_stored() -> None:
    assert sized(json.loads(json.dumps(facts([SMALL, LARGE], 0.01)))) == [SMALL, LARGE]


def test_a_cost_is_shown_with_its_ratio_to_the_smallest_store() -> None:
    assert costs_table([SMALL, LARGE])[2:] == ["| /daftar | 8.0 | 1.00 | 2,800 | 8.8 | 1.10 | 3,600 |"]


def test_the_bytes_are_shown_with_their_share() -> None:
    assert bytes_table(LARGE)[2:] == [
        "| cases | 4,000 | 50% |",
        "| history | 4,000 | 50% |",
        "| others | 0 | 0% |",
        "| all | 8,000 | 100% |",
    ]
