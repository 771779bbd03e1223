"""Parameters of a report's words: with everything in it, and of a period without complaints."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from conversations.complaints.figures import (
    BOT,
    BREAKDOWNS,
    NONE,
    OTHER,
    RESTRICTED,
    Figures,
    Month,
    Numbered,
    NumberList,
    Scope,
)
from conversations.complaints.life_cycle import Status
from conversations.complaints.report import Asked, params
from tests.unit.rules import START, agency

_AGENCY = agency("dpmd")
_TODAY = date(2026, 11, 26)
_DAYS = [_TODAY - timedelta(days=number) for number in range(9)]
_LISTED = NumberList(tuple(Numbered(day, f"DPMD-2026-{day.day:04d}") for day in _DAYS), 14, 2)
_NO_LIST = NumberList((), 0, 0)
_NOTHING = Figures(
    total=0,
    by={name: {} for name in BREAKDOWNS},
    days={},
    incomplete=0,
    objected=0,
    questions=0,
    verdicts={},
    stars=(0, 0, 0, 0, 0),
    overdue=_NO_LIST,
    plans=_NO_LIST,
    late_plans=0,
    months=(Month(date(2026, 11, 1), 0, 0, 0),),
)
_EVERYTHING = Figures(
    total=12_345,
    by={
        "channel": {BOT: 12_300, "letter": 44, RESTRICTED: 1},
        "service": {"blt": 12_000, OTHER: 344, RESTRICTED: 1},
        "class": {"dihapus": 12_344, RESTRICTED: 1},
        "division": {NONE: 12_344, RESTRICTED: 1},
        "status": {status.value: 1 for status in Status} | {"closed": 12_330},
        "timing": {"on_time": 12_000, "late": 200, "overdue": 100, "running": 40, "ended": 5},
    },
    days={0: 200, 3: 11_800, 4: 200},
    incomplete=30,
    objected=20,
    questions=3,
    verdicts={"satisfied": 9_000, "not_satisfied": 20, "none": 3_325},
    stars=(10, 20, 30, 400, 5_000),
    overdue=_LISTED,
    plans=_LISTED,
    late_plans=4,
    months=tuple(Month(date(2026, month, 1), month * 100, month * 80, month * 10) for month in range(1, 13)),
)


def _sample(figures: Figures) -> dict[str, Any]:
    scope = Scope(_AGENCY, date(2026, 1, 1), date(2026, 12, 31), _TODAY, lambda _day: True)
    return params(figures, scope, Asked("2026", START), 0)["figures"]  # type: ignore[no-any-return]


FIGURES = (_sample(_EVERYTHING), _sample(_NOTHING))
