"""Counts the complaints of a report, one after another.

1. A complaint belongs to the period of the day on which it reached the agency (`Case.received_at`), and is
   counted with its state of today.
2. timing.py says which response counts, when it is on time, and how many working days it took.
3. A complaint has one verdict: satisfied if "Puas" closed it after its newest response; else not satisfied if
   the citizen has objected to a response; else none. Stars are those of the newest response.
4. The division is the one that got the complaint last. A service in the citizen's own words is OTHER, as is
   a service of the agency that the complaint was redirected from.
5. Outside of the restricted chat a restricted complaint is a number: it counts everywhere, but by channel,
   service, class and division only as RESTRICTED, and no list shows its registration number.

A case is forgotten when it has been added, so that the memory needed does not depend on their number.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date

from conversations.capabilities import WITHOUT_LIMITS
from conversations.complaints.agency import Agency
from conversations.complaints.case import RESPONSES, Case, Purpose
from conversations.complaints.deadlines import ONE_DAY, ZONE
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
    Verdict,
)
from conversations.complaints.life_cycle import Status
from conversations.complaints.timing import (
    Timing,
    days_taken,
    received_on,
    response,
    sent_on,
    timing,
)

# The most registration numbers of a list.
MOST_LISTED = 100
STARS = 5


class Tally:
    """Adds up one case after another."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._by: Mapping[str, Counter[str]] = {name: Counter() for name in BREAKDOWNS}
        self._days, self._stars = Counter[int](), Counter[int]()
        self._verdicts, self._facts = Counter[Verdict](), Counter[str]()
        self._months = Counter[tuple[date, Timing]]()
        self._overdue, self._plans = _Earliest(), _Earliest()

    def add(self, case: Case) -> None:
        """Count a case; one that was received in another period is left out."""
        scope, received = self._scope, received_on(case)
        if not scope.first <= received <= scope.last:
            return
        timed = timing(case, scope.agency.clock, scope.today, scope.is_working_day)
        for name, key in _keys(case, timed, scope).items():
            self._by[name][key] += 1
        if answer := response(case):
            self._days[days_taken(case, sent_on(answer), "working", scope.is_working_day)] += 1
        self._verdicts[verdict(case)] += 1
        self._stars[case.stars] += 1
        self._facts.update(_facts(case))
        self._months[received.replace(day=1), timed] += 1
        self._list(case)

    def _list(self, case: Case) -> None:
        hidden, today = case.restricted and not self._scope.restricted, self._scope.today
        if case.is_overdue(today):
            self._overdue.add(Numbered(case.due_on, case.reference), hidden=hidden)
        if case.plan and case.plan.is_open and case.plan.due_on:
            self._plans.add(Numbered(case.plan.due_on, case.reference), hidden=hidden)
            self._facts["late_plan"] += case.plan.due_on < today

    def figures(self) -> Figures:
        """The figures of the cases so far."""
        return Figures(
            total=self._by["status"].total(),
            by={name: dict(counted) for name, counted in self._by.items()},
            days=dict(self._days),
            incomplete=self._facts["incomplete"],
            objected=self._facts["objected"],
            questions=self._facts["question"],
            verdicts=dict(self._verdicts),
            stars=tuple(self._stars[count] for count in range(1, STARS + 1)),
            overdue=self._overdue.list(),
            plans=self._plans.list(),
            late_plans=self._facts["late_plan"],
            months=tuple(self._month(first) for first in _months(self._scope)),
        )

    def _month(self, first: date) -> Month:
        counted = {each: self._months[first, each] for each in Timing}
        late = counted[Timing.LATE] + counted[Timing.OVERDUE]
        return Month(first, sum(counted.values()), counted[Timing.ON_TIME], late)


class _Earliest:
    """Keeps the MOST_LISTED numbers with the earliest days, and counts all."""

    def __init__(self) -> None:
        self._kept: list[Numbered] = []
        self._total = self._hidden = 0

    def add(self, number: Numbered, *, hidden: bool) -> None:
        self._total += 1
        if hidden:
            self._hidden += 1
            return
        self._kept.append(number)
        if len(self._kept) > 2 * MOST_LISTED:
            self._kept = sorted(self._kept)[:MOST_LISTED]

    def list(self) -> NumberList:
        return NumberList(tuple(sorted(self._kept)[:MOST_LISTED]), self._total, self._hidden)


def verdict(case: Case) -> Verdict:
    """The citizen's verdict on the newest response."""
    if _closed_as_satisfied(case):
        return "satisfied"
    return "not_satisfied" if objected(case) else "none"


def _closed_as_satisfied(case: Case) -> bool:
    """Whether "Puas" closed it: silence closes it after the last day for an objection, an officer by name."""
    steps = {Status.RESPONDED, Status.CLOSED, Status.REOPENED, Status.IN_PROGRESS}
    last = next((line for line in reversed(case.timeline) if line.status in steps), None)
    if last is None or last.status is not Status.CLOSED or last.by:
        return False
    until = case.objection_until
    return until is None or last.at.astimezone(ZONE).date() <= until


def objected(case: Case) -> bool:
    """Whether the citizen has objected to a response; an objection to the answer to a question is none."""
    places = [place for place, entry in enumerate(case.thread) if entry.purpose in RESPONSES]
    later = case.thread[places[0] :] if places else ()
    return any(entry.purpose is Purpose.OBJECTION for entry in later)


def _facts(case: Case) -> Iterator[str]:
    """What has happened to the case, each once."""
    if any(line.status is Status.INCOMPLETE for line in case.timeline):
        yield "incomplete"
    if objected(case):
        yield "objected"
    if case.status in {Status.CLOSED, Status.ARCHIVED} and response(case) is None:
        yield "question"


def _keys(case: Case, timed: Timing, scope: Scope) -> dict[str, str]:
    """The key of the case in each breakdown."""
    anonymous = case.restricted and not scope.restricted
    channel = case.complaint.channel
    about = {
        "channel": channel.value if channel else _messenger(case),
        "service": _service(case, scope.agency),
        "class": case.classified or NONE,
        "division": _division(case) or NONE,
    }
    shown = dict.fromkeys(about, RESTRICTED) if anonymous else about
    return {**shown, "status": case.status.value, "timing": timed.value}


def _messenger(case: Case) -> str:
    """The messenger of a complaint that came through the bot, by its name where it is not the first one."""
    return BOT if case.messenger == WITHOUT_LIMITS.messenger else case.messenger


def _service(case: Case, agency: Agency) -> str:
    own, service = case.complaint.agency == agency.id, case.complaint.service
    return service if own and any(service == entry.id for entry in agency.services) else OTHER


def _division(case: Case) -> str:
    given = (entry.target for entry in reversed(case.thread) if entry.purpose is Purpose.INSTRUCTION)
    return next(given, "")


def _months(scope: Scope) -> Iterator[date]:
    month, last = scope.first.replace(day=1), min(scope.last, scope.today)
    while month <= last:
        yield month
        month = (month.replace(day=28) + 4 * ONE_DAY).replace(day=1)
