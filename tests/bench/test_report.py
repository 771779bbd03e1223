"""What is stored and drawn."""

from dataclasses import asdict
from pathlib import Path

import pytest

from tests.bench import results
from tests.bench.comparison import PLANS
from tests.bench.figures import Run
from tests.bench.load import BOTS
from tests.bench.report import COLOURS, OVER_TIME, cpu_by_size, last_runs, runs_of


def run(bot: str, citizens: int, cpu_seconds: float, load: str = "") -> Run:
    title = load or f"{citizens} citizens at once"
    return Run(
        bot,
        title,
        citizens,
        18 * citizens,
        44 * citizens,
        cpu_seconds,
        0.0,
        1.0,
        90.0,
        85.0,
        acts=[(0.0, 5.0)],
    )


def test_what_is_stored_is_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(results, "FOLDER", tmp_path / "bench")
    one = run("aduan", 50, 4.5)
    results.store("bots", ["| a table |"], {"runs": [asdict(one)]})
    content = results.load("bots")
    assert content["lines"] == ["| a table |"]
    [read] = runs_of(content)
    assert (read.bot, read.cpu_per_update, read.reply(0.5)) == ("aduan", one.cpu_per_update, 5.0)


def test_the_cpu_of_an_update_is_drawn_against_those_who_file_at_once() -> None:
    runs = [
        run("aduan", 200, 18.0),
        run("aduan", 50, 1.8),
        run("aduan", 50, 2.7),
        run("aduan", 50, 9.0),
        run("aduan", 10, 0.36, "1 citizen at a time"),
        run("aduan", 30, 9.0, "30 citizens, thinking 1 s"),
    ]
    assert cpu_by_size(runs) == {"aduan": [(1, 2.0), (50, 3.0), (200, 5.0)]}


def test_the_last_run_of_each_bot_is_drawn_over_time() -> None:
    runs = [run("aduan", 50, 1.0), run("plain", 50, 2.0), run("aduan", 50, 3.0), run("aduan", 200, 4.0)]
    assert last_runs(runs, "50 citizens at once") == {"aduan": runs[2], "plain": runs[1]}


def test_every_bot_has_a_colour_and_every_drawn_load_is_measured() -> None:
    assert COLOURS.keys() == BOTS.keys()
    assert set(OVER_TIME) <= {plan.load.title for plan in PLANS}
