"""A report that was asked for, and its figures as parameters of its words: with names, and in order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from conversations.complaints.agency import Agency
from conversations.complaints.complaint import Channel
from conversations.complaints.figures import BOT, NONE, OTHER, RESTRICTED, Figures, NumberList, Scope
from conversations.complaints.life_cycle import Status
from conversations.complaints.timing import Timing

# A row of a breakdown: the agency's own name, or a word of words.html, and the number.
Row = dict[str, Any]


class Asked(NamedTuple):
    """A report as it was asked for; `str` and `read_asked` are its form in a message that waits."""

    # The name of the period (reading/periods.py).
    period: str
    # When it was asked for: the figures are those of that day.
    at: datetime
    # Whether the restricted chat asked for it.
    restricted: bool = False

    def __str__(self) -> str:
        return " ".join((self.period, self.at.isoformat(), RESTRICTED if self.restricted else "")).strip()


def read_asked(text: str) -> Asked:
    """The report of such a text. Raises ValueError for any other one."""
    period, at, *more = text.split(" ", 2)
    if more not in ([], [RESTRICTED]):
        raise ValueError(text)
    return Asked(period, datetime.fromisoformat(at), restricted=bool(more))


def params(figures: Figures, scope: Scope, asked: Asked, skipped: int) -> dict[str, Any]:
    """The parameters of both forms of the report; `skipped` complaints could not be read."""
    agency = scope.agency
    return {
        "agency": agency.full_name,
        "short_name": agency.short_name,
        "period": asked.period,
        "first": scope.first.isoformat(),
        "asked_at": asked.at.isoformat(),
        "restricted": scope.restricted,
        "skipped": skipped,
        "days": agency.clock.days,
        "working": agency.clock.unit == "working",
        "figures": _figures(figures, agency),
    }


def _figures(figures: Figures, agency: Agency) -> dict[str, Any]:
    return {
        "total": figures.total,
        "open": figures.count("timing", Timing.OVERDUE) + figures.count("timing", Timing.RUNNING),
        **_breakdowns(figures, agency),
        **{each.value: figures.count("timing", each) for each in Timing},
        "judged": figures.judged,
        "on_time_percent": figures.on_time_percent,
        "answered": figures.answered,
        "mean_days": figures.mean_days,
        "percentile_days": figures.percentile_days,
        "asked": figures.incomplete,
        "objected": figures.objected,
        "questions": figures.questions,
        "satisfied": figures.verdicts.get("satisfied", 0),
        "not_satisfied": figures.verdicts.get("not_satisfied", 0),
        "satisfied_percent": figures.satisfied_percent,
        "stars": list(figures.stars),
        "mean_stars": figures.mean_stars,
        "late_cases": _numbers(figures.overdue),
        "plans": {**_numbers(figures.plans), "late": figures.late_plans},
        "months": [
            {"first": month.first.isoformat(), "received": month.received}
            | {"on_time": month.on_time, "late": month.late}
            for month in figures.months
        ],
    }


def _breakdowns(figures: Figures, agency: Agency) -> dict[str, list[Row]]:
    """The rows by channel, service, class, division and status; the ids of the configuration first."""
    by = figures.by
    words = {BOT: "channel_bot", RESTRICTED: "only_restricted"}
    channels = {channel.value: f"channel_{channel.value}" for channel in Channel}
    return {
        "channels": _rows(by["channel"], {}, {**words, **channels}),
        "services": _rows(by["service"], _named(agency.services), {**words, OTHER: "other_service"}),
        "classes": _rows(by["class"], _named(agency.classes), {**words, NONE: "not_classified"}),
        "divisions": _rows(by["division"], _named(agency.divisions), {**words, NONE: "at_the_desk"}),
        "statuses": [
            {"name": "", "word": f"status_{status.value}", "count": figures.count("status", status)}
            for status in Status
            if figures.count("status", status)
        ],
    }


def _named(entries: Iterable[Any]) -> dict[str, str]:
    return {entry.id: entry.name for entry in entries}


def _rows(counted: Mapping[str, int], names: Mapping[str, str], words: Mapping[str, str]) -> list[Row]:
    """The largest number first; a name of the configuration without a complaint is last.

    An id that the configuration does not contain any more is its own name.
    """
    keys = [*names, *(key for key in counted if key not in names)]
    rows = [
        {
            "name": "" if key in words else names.get(key, key),
            "word": words.get(key, ""),
            "count": counted.get(key, 0),
        }
        for key in keys
    ]
    return sorted(rows, key=lambda row: -row["count"])


def _numbers(found: NumberList) -> dict[str, Any]:
    return {
        "total": found.total,
        "hidden": found.hidden,
        "more": found.total - found.hidden - len(found.shown),
        "shown": [{"reference": one.reference, "day": one.due_on.isoformat()} for one in found.shown],
    }
