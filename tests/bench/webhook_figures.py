"""The arithmetic of the webhook's benchmark: the time until an update is acknowledged, as ratios. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import mean, median
from typing import Any

from tests.bench.figures import percentile

# What Meta asks of a webhook, in milliseconds.
MEDIAN, NINETY_NINE = 250.0, 1000.0
HEAD = (
    "messages in one POST | POSTs | median ms | 99 % ms | ms / message | CPU ms (mean) |"
    " bare handler, median ms | ratio | of Meta's 250 ms | of its 1 s"
)


@dataclass(frozen=True)
class Batch:
    """Deliveries of one size: milliseconds until the 200 of the bot, and of the bare handler in turn.

    `cpu` are milliseconds of the bot's processor time until the 200, in steps of a hundredth of a second.
    """

    size: int
    bot: Sequence[float]
    cpu: Sequence[float]
    bare: Sequence[float]

    @property
    def ratio(self) -> float:
        """Return the median of the pairs' ratios."""
        return median(one / other for one, other in zip(self.bot, self.bare, strict=True))

    def row(self) -> str:
        """Return the row of the table."""
        middle, high = median(self.bot), percentile(self.bot, 0.99)
        cells = (
            f"{self.size:,}",
            f"{len(self.bot)}",
            f"{middle:.1f}",
            f"{high:.1f}",
            f"{middle / self.size:.2f}",
            f"{mean(self.cpu):.1f}",
            f"{median(self.bare):.1f}",
            f"{self.ratio:.1f}",
            f"{middle / MEDIAN:.0%}",
            f"{high / NINETY_NINE:.0%}",
        )
        return f"| {' | '.join(cells)} |"


@dataclass(frozen=True)
class Measured:
    """All sizes, and the milliseconds until the same message by long polling is confirmed."""

    batches: Sequence[Batch]
    polled: Sequence[float]

    def lines(self) -> list[str]:
        """Return the table, and the comparison with long polling."""
        single = self.batches[0]
        columns = HEAD.count("|") + 1
        ratio = median(single.bot) / median(self.polled)
        words = (
            "The same message by long polling, until its update is confirmed: median"
            f" {median(self.polled):.1f} ms, 99 % {percentile(self.polled, 0.99):.1f} ms"
            f" ({len(self.polled)} messages); the webhook takes {ratio:.2f} of its median."
        )
        return [f"| {HEAD} |", "|" + "---|" * columns, *(batch.row() for batch in self.batches), "", words]

    def facts(self) -> Mapping[str, Any]:
        """Return every figure."""
        batches = {
            str(batch.size): {"bot": batch.bot, "cpu": batch.cpu, "bare": batch.bare}
            for batch in self.batches
        }
        return {"batches": batches, "polled": self.polled}
