"""The figures of a report, compared with numbers that are counted here by hand and from the histories."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conversations.complaints import tally
from conversations.complaints.agency import Service
from conversations.complaints.case import Case
from conversations.complaints.complaint import Channel
from conversations.complaints.deadlines import Clock
from conversations.complaints.figures import BOT, BREAKDOWNS, NONE, OTHER, RESTRICTED, Figures, Scope
from conversations.complaints.life_cycle import Status
from conversations.complaints.tally import Tally
from conversations.complaints.timing import JUDGED, Timing
from tests.unit.reported import AGENCY, FRIDAY, PLAYS, Played, play, scope

RECEIVED, TODAY = date(2026, 3, 17), date(2026, 3, 27)  # a Tuesday, a Friday

# play -> its timing on TODAY, the working days of its response, the verdict, the stars; counted by hand
EXPECTED: Mapping[str, tuple[str, int | None, str, int]] = {
    "answered on the due date": ("on_time", 3, "satisfied", 5),
    "answered a working day late": ("late", 4, "satisfied", 2),
    "answered on its first day": ("on_time", 0, "satisfied", 0),
    "answered, then silence": ("on_time", 3, "none", 0),
    # Of 18, 19, 20, 23 to 26 March those from 18 to 23 are paused.
    "paused and completed": ("on_time", 3, "none", 0),
    # Of 18, 19, 20, 23 and 24 March 18 and 19 are paused.
    "asked by mistake": ("on_time", 3, "none", 0),
    "incomplete": ("running", None, "none", 0),
    "lapsed": ("ended", None, "none", 0),
    "objected": ("on_time", 2, "not_satisfied", 0),
    "objected and convinced": ("on_time", 2, "satisfied", 4),
    "recalled and late": ("late", 4, "none", 0),
    "corrected": ("on_time", 3, "none", 0),
    "withdrawn": ("ended", None, "none", 0),
    "rejected": ("ended", None, "none", 0),
    "a question": ("ended", None, "none", 0),
    "referred": ("ended", None, "none", 0),
    "duplicate": ("ended", None, "none", 0),
    "through a division": ("on_time", 2, "none", 0),
    "classified": ("overdue", None, "none", 0),
    "archived with a plan": ("on_time", 3, "satisfied", 5),
    "untouched": ("overdue", None, "none", 0),
}


@cache
def played() -> Mapping[str, Played]:
    return {name: play(name, number) for number, name in enumerate(PLAYS, 1)}


def figures(cases: Iterable[Case], about: Scope | None = None) -> Figures:
    counted = Tally(about or scope(TODAY))
    for case in cases:
        counted.add(case)
    return counted.figures()


def alone(name: str) -> Figures:
    return figures([played()[name].case])


def all_of_them(about: Scope | None = None) -> Figures:
    return figures((one.case for one in played().values()), about)


@pytest.mark.parametrize("name", PLAYS)
def test_a_complaint_counts_as_counted_by_hand(name: str) -> None:
    timing, days, verdict, stars = EXPECTED[name]
    found = alone(name)
    assert found.by["timing"] == {timing: 1}
    assert found.days == ({} if days is None else {days: 1})
    assert found.verdicts == {verdict: 1}
    assert [count for count in range(1, 6) if found.stars[count - 1]] == [stars] * bool(stars)


def test_all_complaints_together() -> None:
    found = all_of_them()
    assert found.total == 21
    timings = Counter(row[0] for row in EXPECTED.values())
    assert found.by["timing"] == timings == {"on_time": 10, "late": 2, "overdue": 2, "running": 1, "ended": 6}
    assert (found.judged, found.on_time_percent) == (14, 71)
    # 0, three times 2, six times 3, twice 4.
    assert found.days == {0: 1, 2: 3, 3: 6, 4: 2}
    assert found.mean_days == pytest.approx(32 / 12)
    assert found.percentile_days == 4
    assert (found.incomplete, found.objected, found.questions) == (4, 2, 1)
    assert found.verdicts == {"satisfied": 5, "not_satisfied": 1, "none": 15}
    assert found.satisfied_percent == 83
    assert found.stars == (0, 1, 0, 1, 2)
    assert found.mean_stars == 4.0


def test_the_breakdowns_of_all_complaints() -> None:
    found = all_of_them()
    assert found.by["channel"] == {BOT: 21}
    assert found.by["service"] == {"blt": 21}
    assert found.by["class"] == {NONE: 20, "biaya": 1}
    assert found.by["division"] == {NONE: 20, "ekonomi": 1}
    assert found.count("status", Status.CLOSED) == 6
    assert found.count("status", Status.RESPONDED) == 5
    for name in ("incomplete", "lapsed", "withdrawn", "rejected", "redirected", "duplicate", "archived"):
        assert found.count("status", name) == 1


def test_the_figures_agree_with_a_count_of_the_histories() -> None:
    """The same numbers from the recorded events alone: no state of a case is read."""
    histories = [one.history for one in played().values()]
    found = all_of_them()
    days = Counter(_days(history) for history in histories if _answer(history))
    assert found.days == days
    in_time = sum(1 for history in histories if _answer(history) and _days(history) <= 3)
    assert found.count("timing", Timing.ON_TIME) == in_time
    ends = {"lapsed", "withdrawn", "rejected", "answered_as_question", "redirected", "marked_duplicate"}
    ended = [history for history in histories if ends & {what for _, what in history}]
    assert found.count("timing", Timing.ENDED) == len(ended)
    assert found.objected == sum("objected" in [what for _, what in history] for history in histories)
    asked = sum("completion_requested" in [what for _, what in history] for history in histories)
    assert found.incomplete == asked


def _answer(history: list[tuple[date, str]]) -> date | None:
    """The day of the first response that was not recalled."""
    answer = None
    for day, what in history:
        if what == "response" and answer is None:
            answer = day
        if what == "recalled":
            answer = None
    return answer


def _days(history: list[tuple[date, str]]) -> int:
    """The weekdays after the receipt up to the answer, without those on which the citizen was waited for."""
    answer, waiting, days = _answer(history), False, 0
    assert answer
    for offset in range(1, (answer - RECEIVED).days + 1):
        today = RECEIVED + timedelta(days=offset)
        acts = [what for day, what in history if day == today]
        waiting = (waiting or "completion_requested" in acts) and "request_withdrawn" not in acts
        days += today.weekday() < 5 and not waiting
        waiting = waiting and "completed" not in acts
    return days


def test_without_a_stored_due_date_the_days_taken_decide() -> None:
    for name, one in played().items():
        thread = tuple(entry.model_copy(update={"due_on": None}) for entry in one.case.thread)
        earlier = one.case.model_copy(update={"thread": thread})
        assert figures([earlier]).by["timing"] == {EXPECTED[name][0]: 1}, name


def test_a_response_is_on_time_by_the_due_date_that_held_when_it_was_sent() -> None:
    case = play("objected and convinced").case
    assert case.due_on > FRIDAY
    assert [entry.due_on for entry in case.responses] == [FRIDAY, case.due_on]


def test_a_clock_in_calendar_days_from_the_verification() -> None:
    clock = Clock(days=2, unit="calendar", starts_at="verification")
    about = scope(TODAY, agency=AGENCY.model_copy(update={"clock": clock}))
    case = play("answered a working day late").case
    thread = tuple(entry.model_copy(update={"due_on": None}) for entry in case.thread)
    # Verified and answered on the same day, a Monday.
    assert figures([case.model_copy(update={"thread": thread})], about).by["timing"] == {"on_time": 1}


def test_no_complaint_has_no_shares() -> None:
    found = figures([])
    assert found.total == found.judged == found.answered == 0
    shares = (found.on_time_percent, found.mean_days, found.percentile_days, found.mean_stars)
    assert shares == (None, None, None, None)
    assert found.satisfied_percent is None
    assert [month.received for month in found.months] == [0]


@pytest.mark.parametrize(
    ("received", "counted"),
    [
        ("2026-02-28T23:59:59+07:00", 0),
        ("2026-02-28T17:00:00+00:00", 1),  # in Pasuruan it is March
        ("2026-03-31T16:59:59+00:00", 1),
        ("2026-03-31T17:00:00+00:00", 0),
    ],
)
def test_a_complaint_belongs_to_the_period_of_its_day_of_receipt(received: str, counted: int) -> None:
    case = played()["untouched"].case
    moved = Case.model_validate({**case.model_dump(), "received_at": received})
    assert figures([moved]).total == counted


def test_an_overdue_complaint_and_an_open_plan_are_listed_by_number_alone() -> None:
    found = all_of_them()
    assert [number.reference for number in found.overdue.shown] == [
        *("DPMD-2026-0019", "DPMD-2026-0021"),  # due on 20 March
        "DPMD-2026-0009",  # objected on 19 March, due on 24 March
    ]
    assert [number.reference for number in found.plans.shown] == ["DPMD-2026-0020"]
    assert (found.overdue.total, found.plans.total, found.late_plans) == (3, 1, 0)
    assert all_of_them(scope(date(2026, 4, 27))).late_plans == 1


def test_lists_keep_the_earliest_numbers_and_count_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tally, "MOST_LISTED", 3)
    case = played()["untouched"].case
    days = [date(2026, 3, 18 + number * 5 % 7) for number in range(7)]
    many = [case.model_copy(update={"due_on": day, "reference": f"DPMD-2026-{day.day:04d}"}) for day in days]
    found = figures(many).overdue
    assert ([one.due_on.day for one in found.shown], found.total) == ([18, 19, 20], 7)


def test_outside_of_its_chat_a_restricted_complaint_is_only_a_number() -> None:
    case = played()["classified"].case.model_copy(update={"restricted": True})
    found = figures([case])
    for name in ("channel", "service", "class", "division"):
        assert found.by[name] == {RESTRICTED: 1}
    assert (found.count("timing", "overdue"), found.overdue.shown) == (1, ())
    assert (found.overdue.total, found.overdue.hidden) == (1, 1)
    own = figures([case], scope(TODAY, restricted=True))
    assert (own.by["class"], own.by["service"]) == ({"biaya": 1}, {"blt": 1})
    assert [number.reference for number in own.overdue.shown] == [case.reference]


def test_a_service_in_own_words_or_of_another_agency_is_other() -> None:
    words = play("untouched", answers={"service": "Kuburan kecubung"}).case
    elsewhere = play("untouched", answers={"agency": "bakesbangpol", "service": "blt"}).case
    hostile = AGENCY.model_copy(update={"services": (Service(id="adm", name="*other"), *AGENCY.services)})
    assert figures([words, elsewhere], scope(TODAY, agency=hostile)).by["service"] == {OTHER: 2}


@pytest.mark.parametrize("channel", Channel)
def test_an_entered_complaint_counts_by_its_channel(channel: Channel) -> None:
    assert figures([play("untouched", answers={"channel": channel}).case]).by["channel"] == {channel: 1}


def test_the_months_of_a_year_end_with_this_one() -> None:
    case = played()["answered a working day late"].case
    january = case.model_copy(update={"received_at": case.received_at - timedelta(days=60)})
    about = scope(TODAY)._replace(first=date(2026, 1, 1), last=date(2026, 12, 31))
    found = figures([case, january, played()["corrected"].case], about)
    assert [tuple(month) for month in found.months] == [
        (date(2026, 1, 1), 1, 0, 1),
        (date(2026, 2, 1), 0, 0, 0),
        (date(2026, 3, 1), 2, 1, 1),
    ]


names = st.lists(st.sampled_from(sorted(PLAYS)), max_size=30)


@settings(max_examples=100, deadline=None)
@given(names, st.lists(st.booleans(), min_size=30, max_size=30), st.integers(0, 60), st.booleans())
def test_every_breakdown_adds_up_to_the_total(
    chosen: list[str], restricted: list[bool], later: int, inside: bool
) -> None:
    cases = [
        played()[name].case.model_copy(update={"restricted": secret})
        for name, secret in zip(chosen, restricted, strict=False)
    ]
    found = figures(cases, scope(RECEIVED + timedelta(days=later), restricted=inside))
    assert found.total == len(cases)
    for name in BREAKDOWNS:
        assert sum(found.by[name].values()) == found.total, name
    assert sum(found.verdicts.values()) == sum(month.received for month in found.months) == found.total
    assert found.judged == sum(month.on_time + month.late for month in found.months)
    assert found.answered == sum(found.count("timing", each) for each in JUDGED if each != Timing.OVERDUE)
    assert len(found.overdue.shown) + found.overdue.hidden == found.overdue.total
