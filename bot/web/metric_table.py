"""The metrics of the bot: one row each, with its name, its meaning and where its values come from.

The labels are words of this program and the ids of agencies: no label holds a person, a chat or a number that
a client chooses.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from typing import Literal, NamedTuple

from bot.clock.trusted_time import Certainty
from bot.database.outbox_rows import LaneNumber
from bot.foundation.figures import Figures, Histogram
from bot.health.judgement import Problem, State


class Seen(NamedTuple):
    """What the metrics are made from."""

    figures: Figures
    state: State
    problems: Sequence[Problem]
    leading: bool = True


Samples = Iterable[tuple[tuple[str, ...], float]]


@dataclass(frozen=True, slots=True)
class Metric:
    """A counter or a gauge: its samples are the values of its labels, and the number."""

    name: str
    kind: Literal["counter", "gauge"]
    meaning: str
    samples: Callable[[Seen], Samples]
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Spread:
    """A histogram."""

    name: str
    meaning: str
    values: Callable[[Figures], Histogram]
    kind: Literal["histogram"] = "histogram"
    labels: tuple[str, ...] = ()


def _one(value: float) -> Samples:
    return [((), value)]


def _by_name(counts: Mapping[str, float]) -> Samples:
    return [((name,), count) for name, count in sorted(counts.items())]


def _cases(state: State) -> Iterator[tuple[tuple[str, ...], float]]:
    for agency, count in sorted(state.cases.items()):
        yield (agency, "open"), count.open
        yield (agency, "overdue"), count.overdue


def _lanes(state: State) -> Samples:
    return [((lane.name.lower(),), state.work.lanes.get(lane.value, 0)) for lane in LaneNumber]


METRICS: tuple[Metric | Spread, ...] = (
    Metric(
        "aduan_build", "gauge", "1, with the version.", lambda _: [((version("aduan"),), 1)], ("version",)
    ),
    Metric("aduan_healthy", "gauge", "1 while /healthz answers 200.", lambda s: _one(not s.problems)),
    Metric("aduan_leading", "gauge", "1: this process works, 0: it stands by.", lambda s: _one(s.leading)),
    Metric(
        "aduan_problem",
        "gauge",
        "1 for each kind of problem that /healthz names.",
        lambda s: _by_name({problem.kind: 1 for problem in s.problems}),
        ("kind",),
    ),
    Metric(
        "aduan_oldest_unanswered_update_seconds",
        "gauge",
        "For how long the oldest update waits; 0 when none waits.",
        lambda s: _one(s.state.unanswered),
    ),
    Metric(
        "aduan_oldest_undelivered_message_seconds",
        "gauge",
        "For how long the oldest message to be sent waits; 0 when none waits.",
        lambda s: _one(s.state.undelivered),
    ),
    Metric(
        "aduan_since_fetch_seconds",
        "gauge",
        "Since the last fetch of updates that succeeded; absent with a webhook.",
        lambda s: [] if s.state.fetched is None else _one(s.state.fetched),
    ),
    Metric(
        "aduan_outbox_waiting",
        "gauge",
        "Messages to be sent, by lane: asked (replies), unasked (cards, reminders, digests) or cosmetic"
        " (buttons to be removed).",
        lambda s: _lanes(s.state),
        ("lane",),
    ),
    Metric(
        "aduan_outbox_parked",
        "gauge",
        "Messages for people and groups that cannot be reached now.",
        lambda s: [
            (("private",), s.state.work.parked - s.state.work.parked_of_groups),
            (("group",), s.state.work.parked_of_groups),
        ],
        ("chat",),
    ),
    Metric(
        "aduan_outbox_for_person",
        "gauge",
        "Messages that wait until their person writes, as the messenger takes none before.",
        lambda s: _one(s.state.work.for_person),
    ),
    Metric(
        "aduan_outbox_accepted",
        "gauge",
        "Messages whose delivery the messenger has not reported yet.",
        lambda s: _one(s.state.work.accepted),
    ),
    Metric("aduan_files_waiting", "gauge", "Files to be fetched.", lambda s: _one(s.state.work.files)),
    Metric(
        "aduan_updates_waiting",
        "gauge",
        "Updates that are being taken (turn), or wait for a check or the turn of their sender (stored).",
        lambda s: [(("turn",), s.state.taking), (("stored",), s.state.work.updates)],
        ("for",),
    ),
    Metric(
        "aduan_quarantine_rows",
        "gauge",
        "What is kept after it failed alone, by stage; `notice`: a notice that reached no one.",
        lambda s: _by_name(s.state.work.set_aside),
        ("stage",),
    ),
    Metric(
        "aduan_cases",
        "gauge",
        "Open complaints of each agency, and those of them that are overdue; counted once a minute.",
        lambda s: _cases(s.state),
        ("agency", "state"),
    ),
    Metric("aduan_tasks", "gauge", "Tasks of the event loop.", lambda s: _one(s.state.tasks)),
    Metric(
        "aduan_disk_free_bytes",
        "gauge",
        "Free space on the disk of the database.",
        lambda s: [] if s.state.free is None else _one(s.state.free),
    ),
    Metric(
        "aduan_clock_certain",
        "gauge",
        "1 while the time is certain; while it is 0, nothing is closed or deleted by the clock.",
        lambda s: _one(s.state.clock.certainty is Certainty.CERTAIN),
    ),
    Metric(
        "aduan_updates_taken_total",
        "counter",
        "Updates and events of the clock whose turn was committed.",
        lambda s: _one(s.figures.updates_taken),
    ),
    Metric(
        "aduan_updates_dropped_total",
        "counter",
        "Updates beyond the budget of their sender, which were not taken.",
        lambda s: _one(s.figures.updates_dropped),
    ),
    Metric(
        "aduan_updates_postponed_total",
        "counter",
        "Updates that were stored until it was their sender's turn.",
        lambda s: _one(s.figures.updates_postponed),
    ),
    Metric(
        "aduan_deliveries_total",
        "counter",
        "Attempts to deliver a message: sent, or the kind of the failure.",
        lambda s: _by_name(s.figures.outcomes),
        ("outcome",),
    ),
    Metric(
        "aduan_calls_total",
        "counter",
        "Calls to the messenger: ok, throttled (429), refused, or failed on the way.",
        lambda s: sorted(s.figures.calls.items()),
        ("method", "outcome"),
    ),
    Metric(
        "aduan_failures_total",
        "counter",
        "Failures by the part of the bot (turn, delivery, file, document, fetch) and their kind.",
        lambda s: sorted(s.figures.failures.items()),
        ("where", "kind"),
    ),
    Metric(
        "aduan_requests_refused_total",
        "counter",
        "Requests that the web server refused, by the reason (unsigned, wrong_token, too_large, slow, busy,"
        " broken, connections) or the status of the answer.",
        lambda s: _by_name(s.figures.refused),
        ("reason",),
    ),
    Spread(
        "aduan_turn_seconds",
        "From the call of a turn to its commit: at most 200 updates, one transaction.",
        lambda seen: seen.turns,
    ),
    Spread(
        "aduan_delivery_seconds",
        "From the storing of a message to its delivery, the waits for the messenger's limits included.",
        lambda seen: seen.deliveries,
    ),
)


# What a process that stands by knows of itself.
OF_STANDBY = frozenset({"aduan_build", "aduan_healthy", "aduan_leading", "aduan_problem"})
