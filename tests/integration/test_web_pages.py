"""The pages /healthz and /metrics: what they say, what they cost, and that they name no one."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot.clock.trusted_time import Certainty, Judgement, TrustedTime
from bot.config.sections import Web
from bot.config.settings import read
from bot.database.waiting_work import CaseCount, WaitingWork
from bot.foundation.figures import Figures
from bot.health.alerts import Alerts
from bot.health.judgement import Problem, State
from bot.health.monitor import Monitor, make_monitor
from bot.operations.check_web import examine_web
from bot.outbox.operator_notes import Operator
from bot.web import health_page, metrics
from bot.web.metric_table import METRICS, Seen, Spread
from bot.web.metrics import rendered
from tests.integration.test_web_server import fetched, serving
from tests.integration.turn_setup import TurnSetup, said
from tests.marked import MARKS, find_in_bytes
from tests.unit.test_config import example
from tests.unit.transcript import START

ROOT = Path(__file__).parents[2]

WORK = WaitingWork(
    lanes={0: 3, 1: 40},
    message_since=1.0,
    parked=5,
    parked_of_groups=2,
    files=4,
    updates=1,
    set_aside={"update": 2, "notice": 3},
)
BUSY = State(
    fetched=12.5,
    unanswered=1.5,
    undelivered=700.0,
    taking=200,
    tasks=31,
    free=10 << 30,
    clock=Judgement(Certainty.UNNAMED),
    work=WORK,
    cases={"dpmd": CaseCount(60, 20)},
)
LATE = Problem("undelivered", "for 11 minutes the oldest message is not delivered")


def counted() -> Figures:
    figures = Figures(updates_taken=7, updates_dropped=9, outcomes=Counter(sent=5, throttled=1))
    figures.calls.update({("sendMessage", "ok"): 5, ("sendMessage", "throttled"): 1})
    figures.failed("delivery", ["throttled"])
    for seconds in (0.004, 0.005, 0.3, 60.0):
        figures.turns.add(seconds)
    figures.deliveries.add(0.2)
    return figures


def samples(page: bytes) -> dict[tuple[str, ...], float]:
    """Name and label values, in the order of the labels' names -> number."""
    families = text_string_to_metric_families(page.decode())
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in families
        for sample in family.samples
    }


def test_the_health_page_says_in_words_what_is_wrong() -> None:
    page = health_page.page(BUSY, [LATE])
    assert page == {
        "healthy": False,
        "problems": [{"kind": "undelivered", "words": LATE.words}],
        "seconds_since_fetch": 12.5,
        "oldest_unanswered_update_seconds": 1.5,
        "oldest_undelivered_message_seconds": 700.0,
        "messages_waiting": 43,
        "messages_for_unreachable_groups": 2,
        "notices_that_reached_no_one": 3,
        "disk_free_bytes": 10 << 30,
        "clock": "the messenger answers without the time",
    }


def test_the_metrics_have_their_values() -> None:
    found = samples(rendered(Seen(counted(), BUSY, [LATE])))
    expected = {
        ("aduan_healthy",): 0,
        ("aduan_problem", "undelivered"): 1,
        ("aduan_oldest_unanswered_update_seconds",): 1.5,
        ("aduan_oldest_undelivered_message_seconds",): 700,
        ("aduan_since_fetch_seconds",): 12.5,
        ("aduan_outbox_waiting", "asked"): 3,
        ("aduan_outbox_waiting", "unasked"): 40,
        ("aduan_outbox_parked", "private"): 3,
        ("aduan_outbox_parked", "group"): 2,
        ("aduan_files_waiting",): 4,
        ("aduan_updates_waiting", "turn"): 200,
        ("aduan_updates_waiting", "stored"): 1,
        ("aduan_quarantine_rows", "update"): 2,
        ("aduan_quarantine_rows", "notice"): 3,
        ("aduan_cases", "dpmd", "open"): 60,
        ("aduan_cases", "dpmd", "overdue"): 20,
        ("aduan_tasks",): 31,
        ("aduan_disk_free_bytes",): 10 << 30,
        ("aduan_clock_certain",): 0,
        ("aduan_updates_taken_total",): 7,
        ("aduan_updates_dropped_total",): 9,
        ("aduan_deliveries_total", "sent"): 5,
        ("aduan_calls_total", "sendMessage", "throttled"): 1,
        ("aduan_failures_total", "throttled", "delivery"): 1,
        # A bound counts the values up to it, itself included.
        ("aduan_turn_seconds_bucket", "0.005"): 2,
        ("aduan_turn_seconds_bucket", "0.5"): 3,
        ("aduan_turn_seconds_bucket", "+Inf"): 4,
        ("aduan_turn_seconds_count",): 4,
        ("aduan_delivery_seconds_sum",): 0.2,
    }
    assert {name: found.get(name) for name in expected} == expected
    assert any(name[0] == "process_resident_memory_bytes" for name in found)


def test_with_a_webhook_no_fetch_is_expected() -> None:
    found = samples(rendered(Seen(Figures(), State(fetched=None), [])))
    assert ("aduan_since_fetch_seconds",) not in found
    assert found["aduan_healthy",] == found["aduan_clock_certain",] == 1
    assert health_page.page(State(), [])["seconds_since_fetch"] is None


def test_the_table_in_the_documents_is_that_of_the_code() -> None:
    text = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(aduan_\w+)` \| (\w+) \| ([^|]*) \| (.*) \|$", text, re.MULTILINE)
    expected = [
        (
            metric.name,
            "histogram" if isinstance(metric, Spread) else metric.kind,
            ", ".join(f"`{label}`" for label in metric.labels),
            metric.meaning,
        )
        for metric in METRICS
    ]
    assert rows == expected


def test_the_rules_of_the_documents_use_metrics_that_exist() -> None:
    text = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    names = {metric.name for metric in METRICS}
    suffixes = ("_bucket", "_count", "_sum")
    used = set(re.findall(r"\baduan_[a-z_]+\b", text))
    assert used <= names | {name + suffix for name in names for suffix in suffixes}


async def monitor(setup: TurnSetup) -> Monitor:
    alerts = Alerts(setup.database, Operator(setup.codec), lambda _rows: None, 600.0)
    return Monitor(
        setup.database, ["dpmd"], alerts, lambda: START, folder=Path(), trusted=TrustedTime(), late_seconds=0
    )


async def test_both_pages_name_no_one(setup: TurnSetup) -> None:
    await setup.take(said(1, f"file {MARKS['story']}"), said(2, "break"), said(3, MARKS["name"], person=8))
    looking = await monitor(setup)
    routes = (*health_page.routes(looking), *metrics.routes(looking))
    async with serving(routes) as address:
        for path in ("healthz", "metrics"):
            status, words, _ = await fetched("GET", f"{address}/{path}?{MARKS['name']}")
            assert status == 200
            assert find_in_bytes(words.encode()) == []
            assert "DPMD-2026-0001" not in words
        found = samples((await fetched("GET", f"{address}/metrics"))[1].encode())
    assert found["aduan_cases", "dpmd", "open"] == 1
    assert found["aduan_quarantine_rows", "update"] == 1


async def test_the_health_page_answers_503_while_something_is_wrong(
    setup: TurnSetup, monkeypatch: pytest.MonkeyPatch
) -> None:
    looking = await monitor(setup)
    monkeypatch.setattr(looking, "problems", lambda _state: [LATE])
    async with serving(health_page.routes(looking)) as address:
        status, words, _ = await fetched("GET", f"{address}/healthz")
    assert status == 503
    assert json.loads(words)["problems"] == [{"kind": "undelivered", "words": LATE.words}]


def test_the_bot_starts_without_the_library_of_the_metrics() -> None:
    listed = "import bot.app, sys; print('prometheus_client' in sys.modules, 'aiohttp.web' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", listed], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["False", str("aiohttp.web" in done.stdout)]


@pytest.mark.parametrize(
    ("listen", "level"),
    [
        ("127.0.0.1:8080", "OK"),
        ("[::1]:8080", "OK"),
        ("localhost:8080", "OK"),
        ("0.0.0.0:8080", "NOTE"),
        ("10.1.2.3:8080", "NOTE"),
        ("[::]:8080", "NOTE"),
        ("aduan.example.go.id:8080", "NOTE"),
        ("", None),
    ],
)
def test_the_check_names_an_address_that_other_machines_can_reach(listen: str, level: str | None) -> None:
    found = [finding.level.value for finding in examine_web(Web(listen=listen))]
    assert found == ([level] if level else [])


def test_nothing_listens_unless_it_is_configured() -> None:
    config = read(example())
    assert config.web.address is None
    values = example()
    values["web"] = {"listen": "[::1]:8080"}
    address = read(values).web.address
    assert address is not None
    assert (address.host, address.port, address.is_local, str(address)) == ("::1", 8080, True, "[::1]:8080")


@pytest.mark.parametrize(("updates", "fetched"), [("polling", True), ("webhook", False)])
async def test_with_a_webhook_the_monitor_expects_no_fetch(
    setup: TurnSetup, updates: str, fetched: bool
) -> None:
    values = example()
    values["limits"]["disk_reserve_megabytes"] = 1 << 40
    if not fetched:
        values["telegram"] |= {"updates": updates}
        values["web"] = {"listen": "127.0.0.1:8080", "public_url": "https://aduan.example.go.id"}
    looking = make_monitor(
        setup.database, read(values), Operator(setup.codec), lambda _rows: None, lambda: START, TrustedTime()
    )
    state = await looking.state()
    assert (state.fetched is not None) is fetched
    assert [problem.kind for problem in looking.problems(state)] == ["disk"]
