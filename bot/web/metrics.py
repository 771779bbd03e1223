"""The page /metrics, for Prometheus, made from the table of metrics (metric_table.py).

prometheus_client is imported when the page is first asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING

from bot.foundation.figures import figures
from bot.health.monitor import Monitor
from bot.web.metric_table import METRICS, OF_STANDBY, Metric, Seen, Spread
from bot.web.server import Route

if TYPE_CHECKING:
    from aiohttp import web
    from prometheus_client.metrics_core import Metric as Family
    from prometheus_client.registry import CollectorRegistry

PATH = "/metrics"


def routes(monitor: Monitor) -> Sequence[Route]:
    """The route of the page."""

    async def answer(_request: web.Request) -> web.Response:
        state = await monitor.state()
        return response(Seen(figures, state, monitor.problems(state)))

    return (Route("GET", PATH, answer),)


def response(seen: Seen) -> web.Response:
    """The page as an answer."""
    from aiohttp import web

    content = {"Content-Type": "text/plain; version=0.0.4; charset=utf-8"}
    return web.Response(body=rendered(seen), headers=content)


def rendered(seen: Seen) -> bytes:
    """The page in the text format of Prometheus, with the figures of the process (memory, files, start)."""
    from prometheus_client import CollectorRegistry, generate_latest

    registry = CollectorRegistry(auto_describe=False)
    registry.register(Families(seen))
    return generate_latest(registry) + generate_latest(_process())


class Families:
    """The table as prometheus_client collects it."""

    def __init__(self, seen: Seen) -> None:
        self._seen = seen

    def describe(self) -> Iterable[Family]:
        """Nothing: the names need not be known before the values."""
        return ()

    def collect(self) -> Iterator[Family]:
        """Each metric with its values."""
        for metric in METRICS:
            if not self._seen.leading and metric.name not in OF_STANDBY:
                continue
            yield (
                _histogram(metric, self._seen) if isinstance(metric, Spread) else _family(metric, self._seen)
            )


def _family(metric: Metric, seen: Seen) -> Family:
    from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily

    kind = CounterMetricFamily if metric.kind == "counter" else GaugeMetricFamily
    family = kind(metric.name, metric.meaning, labels=metric.labels)
    for labels, value in metric.samples(seen):
        family.add_metric(labels, value)
    return family


def _histogram(spread: Spread, seen: Seen) -> Family:
    from prometheus_client.core import HistogramMetricFamily

    values, below = spread.values(seen.figures), 0
    buckets: list[tuple[str, float]] = []
    for bound, count in zip((*values.bounds, float("inf")), values.counts, strict=True):
        below += count
        buckets.append(("+Inf" if bound == float("inf") else str(bound), below))
    family = HistogramMetricFamily(spread.name, spread.meaning)
    family.add_metric((), buckets, values.total)
    return family


@cache
def _process() -> CollectorRegistry:
    """The figures of the process, under the names that Prometheus has for them."""
    from prometheus_client import CollectorRegistry, ProcessCollector

    registry = CollectorRegistry()
    ProcessCollector(registry=registry)
    return registry
