"""The arithmetic of the surge: what the group received, against the least that its limit allows. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.simulator.api.dispatch import Call
from tests.bench.figures import percentile

# The messenger's limit for a group: this many messages in 60 seconds.
GROUP_LIMIT, MINUTE = 20, 60.0
TOO_MANY = 429
CARD = re.compile(r"Pengaduan (\S+-\d{4}-\d+)")
# Calls that the messenger counts against its limits.
SPENDING = re.compile(r"send(?!ChatAction)|editMessage")


def spending(calls: Iterable[Call], chat: int) -> list[Call]:
    """Return the accepted calls to this chat that its limit counts."""
    return [
        call
        for call in calls
        if call.outcome == "ok" and SPENDING.match(call.method) and int(call.params.get("chat_id", 0)) == chat
    ]


def first_cards(calls: Iterable[Call]) -> dict[str, float]:
    """Return registration number -> the moment at which its card was first sent."""
    found: dict[str, float] = {}
    for call in calls:
        card = CARD.match(call.result.get("text", "")) if _is_sent(call) else None
        if card:
            found.setdefault(card[1], call.at)
    return found


def _is_sent(call: Call) -> bool:
    return call.method == "sendMessage" and call.outcome == "ok"


@dataclass(frozen=True)
class Surge:
    """One run. Times are seconds as in service; `filed` and `carded` count from the first filing.

    `waits` are those of officers' requests by their kind, `answers` those of the citizens' acts. `group`
    counts the group's messages and edits by method, `refused` the calls that the messenger refused with 429.
    `busy` is the share of one processor that the bot used.
    """

    filed: Sequence[float]
    carded: Sequence[float]
    waits: Mapping[str, Sequence[float]]
    answers: Sequence[float]
    group: Counter[str]
    refused: Counter[str]
    busy: float

    @property
    def minimum(self) -> float:
        """The least seconds for one message a complaint: N / 20 minutes."""
        return len(self.carded) / GROUP_LIMIT * MINUTE

    @property
    def minimum_of_all(self) -> float:
        """The least seconds for all that the group received: cards, edits, and what officers asked for."""
        return self.group.total() / GROUP_LIMIT * MINUTE

    @property
    def last_card(self) -> float:
        """Seconds from the first filing to the last card."""
        return max(self.carded)


def surge_table(surge: Surge) -> list[str]:
    """Return the lines of a Markdown table."""
    last, per_case = surge.last_card, surge.group.total() / len(surge.carded)
    methods = ", ".join(f"{count} {method}" for method, count in surge.group.most_common())
    refused = ", ".join(f"{count} {method}" for method, count in surge.refused.most_common()) or "none"
    rows = {
        "last complaint filed after s": f"{max(surge.filed):.0f}",
        "last card in the group after s": f"{last:.0f}",
        "limit's minimum, N / 20 minutes, s": f"{surge.minimum:.0f}",
        "last card / minimum": f"{last / surge.minimum:.3f}",
        f"last card / minimum of all {surge.group.total()} calls to the group": (
            f"{last / surge.minimum_of_all:.3f}"
        ),
        "calls to the group a complaint": f"{per_case:.2f} ({methods})",
        "429s": f"{surge.refused.total()} ({refused})",
        "citizens' answers p50, p99 s": (
            f"{percentile(surge.answers, 0.5):.1f}, {percentile(surge.answers, 0.99):.1f}"
        ),
    }
    rows["bot's CPU, share of a processor"] = f"{surge.busy:.2f}"
    rows |= {
        f"officer's {kind}: median, longest s ({len(waits)} times)": (
            f"{percentile(waits, 0.5):.1f}, {max(waits):.1f}"
        )
        for kind, waits in surge.waits.items()
    }
    head = f"| {len(surge.carded)} complaints | |"
    return [head, "|---|---|", *(f"| {name} | {value} |" for name, value in rows.items())]
