"""A year of reminders, compared with days that are counted here from the government's list.

The list: Keputusan Bersama Menteri Agama, Menteri Ketenagakerjaan, dan Menteri PANRB tentang Hari Libur
Nasional dan Cuti Bersama Tahun 2026. January 2027 is in it because cases of December are due then.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest

from conversations.complaints.case import Case, Happened, Officer
from conversations.complaints.deadlines import ZONE
from conversations.complaints.life_cycle import Status
from tests.unit.reminded import CLOSED, Mornings
from tests.unit.transcript import LEADER, STAFF

HOLIDAYS = """
2026-01-01 2026-01-16 2026-02-17 2026-03-19 2026-03-21 2026-03-22 2026-04-03 2026-04-05 2026-05-01 2026-05-14
2026-05-27 2026-05-31 2026-06-01 2026-06-16 2026-08-17 2026-08-25 2026-12-25 2027-01-01 2027-01-05
"""
JOINT_LEAVE = """
2026-02-16 2026-03-18 2026-03-20 2026-03-23 2026-03-24 2026-05-15 2026-05-28 2026-12-24
"""
OFF = {date.fromisoformat(day) for day in (HOLIDAYS + JOINT_LEAVE).split()}
FIRST, LAST = date(2026, 1, 1), date(2027, 1, 29)
DAYS = [FIRST + timedelta(days=number) for number in range((LAST - FIRST).days + 1)]
SATURDAY = 5
WORKING = {
    "dpmd": [day for day in DAYS if day.weekday() < SATURDAY and day not in OFF and day != CLOSED],
    "bakesbangpol": [day for day in DAYS if day.weekday() < SATURDAY and day not in OFF],
}
TERM = {"dpmd": 3, "bakesbangpol": 5}

# (agency, received, the number of working days until it is verified and until the response; None: never)
Plan = tuple[str, datetime, int | None, int | None]


def _at(day: str, hour: int = 10, minute: int = 0) -> datetime:
    return datetime.combine(date.fromisoformat(day), time(hour, minute), ZONE)


def _plans() -> list[Plan]:
    found: list[Plan] = []
    # Each fourth day of the year, at changing hours, until some weeks before its end.
    for number, day in enumerate(DAYS[2:330:4]):
        at = datetime.combine(day, time((number * 7) % 24, 59), ZONE)
        found.append((("dpmd", "bakesbangpol")[number % 2], at, (None, 1, 2)[number % 3], number % 9))
    # Around Lebaran, at the end of the year and right at midnight.
    lebaran = [f"2026-03-{number}" for number in range(13, 28)]
    for number, text in enumerate((*lebaran, "2026-12-23", "2026-12-30")):
        found.append(("dpmd", _at(text, 23, 59), None, number % 6))
        found.append(("bakesbangpol", _at(text, 0, 0), 1, number % 7))
    found += [("dpmd", _at("2026-12-31", 23, 59), None, 6), ("dpmd", _at("2027-01-01", 0, 0), None, 6)]
    # These are never answered.
    return [*found, ("dpmd", _at("2026-05-04"), None, None), ("dpmd", _at("2026-10-05", 7), 1, None)]


PLANS = _plans()

# What the group reads of a case on a day: the working days it is late, due today, not verified, the limit.
Said = tuple[date, int, bool, bool, str]


def _verified_on(plan: Plan) -> date | None:
    name, received, verified, answered = plan
    if not verified or (answered is not None and answered < verified):
        return None
    return [day for day in WORKING[name] if day > received.date()][verified - 1]


def _expected(plan: Plan) -> list[Said]:
    """The reminders of a case, by counting in the list of working days."""
    name, received, _, answered = plan
    days = [day for day in WORKING[name] if day > received.date()]
    verified = _verified_on(plan)
    due = days[TERM[name] - 1]
    if verified and name == "bakesbangpol":
        due = [day for day in days if day > verified][TERM[name] - 1]
    answer = None if answered is None else (received.date() if not answered else days[answered - 1])
    limits = _limits(name, received, verified)
    said = []
    for place, day in enumerate(days):
        # On its last day the response comes after the morning.
        if (answer is not None and day > answer) or day > LAST:
            break
        # The verification comes after the morning of its day, too.
        is_new = verified is None or day <= verified
        shown = is_new and place == 0
        known = due if verified is None or day > verified else days[TERM[name] - 1]
        late = sum(known < other <= day for other in days)
        soon = day == [other for other in WORKING[name] if other < known][-1]
        limit = next((duty for duty, moment in limits if moment == day), "")
        if shown or late or day == known or soon or limit:
            said.append((day, late, day == known, is_new, limit))
    return said


def _limits(name: str, received: datetime, verified: date | None) -> list[tuple[str, date]]:
    """When the statutory limits are announced."""
    found = []
    start = received.date()
    for duty, since, days in (
        ("say_whether_complete", start if verified is None else None, 14),
        ("decide", verified or start, 60),
    ):
        if since is None:
            continue
        end = since + timedelta(days=days)
        found.append((duty, [day for day in WORKING[name] if day <= end - timedelta(days=3)][-1]))
        after = [day for day in WORKING[name] if day > end]
        found += [(duty, after[0])] if after else []
    return found


def _act(year: Mornings, plan: Plan, case: Case, now: datetime) -> Case:
    """What officers do during the day: verify, respond."""
    name, received, _, answered = plan
    days = [day for day in WORKING[name] if day > received.date()]
    at = now + timedelta(hours=6)
    if now.date() == _verified_on(plan):
        case = _verified(year, name, case, at)
    if answered is not None and now.date() == (days[answered - 1] if answered else received.date()):
        case = case.model_copy(update={"status": Status.CLOSED})
    return year.put(case)


def _verified(year: Mornings, name: str, case: Case, at: datetime) -> Case:
    rina = Officer(id=602, name="Rina")
    line = Happened(status=Status.VERIFIED, at=at, by=rina.name)
    update = {"status": Status.VERIFIED, "verified_by": rina, "timeline": (*case.timeline, line)}
    if name == "bakesbangpol":
        due = [day for day in WORKING[name] if day > at.date()][TERM[name] - 1]
        update["due_on"] = due
    return case.model_copy(update=update)


def _year(down: tuple[date, ...] = ()) -> tuple[Mornings, dict[str, Plan]]:
    """The year as the bot plays it; the cases by their number."""
    year, played = Mornings(), dict[str, Plan]()
    for now in year.run(FIRST, LAST, down):
        for plan in PLANS:
            if plan[1].date() == now.date():
                played[year.file(plan[0], plan[1]).reference] = plan
        for case in list(year.cases.values()):
            if case.status is not Status.CLOSED:
                _act(year, played[case.reference], case, now)
    return year, played


def _said(year: Mornings, chat: int) -> dict[str, list[Said]]:
    found: dict[str, list[Said]] = {}
    for day, send in year.sent:
        params = send.message.params
        if send.chat != chat:
            continue
        limit = params["limit"]["duty"] if params["limit"] else ""
        number = str(params["reference"]).partition(" ")[0]
        line = (day, params["days"], params["today"], params["unverified"], limit)
        found.setdefault(number, []).append(line)
    return found


MOST_SINGLE = 5


def _all_expected(played: dict[str, Plan]) -> dict[str, list[Said]]:
    return {number: said for number, plan in played.items() if (said := _expected(plan))}


def _single(played: dict[str, Plan], expected: dict[str, list[Said]]) -> dict[str, list[Said]]:
    """Without those that the digest takes over on a morning with many reminders in one group."""
    on: dict[tuple[str, date], list[Said]] = {}
    for number, lines in expected.items():
        for line in lines:
            on.setdefault((played[number][0], line[0]), []).append(line)

    def is_single(agency: str, line: Said) -> bool:
        others = on[agency, line[0]]
        today = [one for one in others if one[2]]
        return len(others) <= MOST_SINGLE or (line[2] and len(today) <= MOST_SINGLE)

    kept = {
        number: [line for line in lines if is_single(played[number][0], line)]
        for number, lines in expected.items()
    }
    return {number: lines for number, lines in kept.items() if lines}


@pytest.fixture(scope="module")
def played() -> tuple[Mornings, dict[str, Plan]]:
    return _year()


def test_every_reminder_of_a_year_comes_on_its_day(played: tuple[Mornings, dict[str, Plan]]) -> None:
    year, plans = played
    expected = _all_expected(plans)
    assert sum(map(len, expected.values())) > len(PLANS) * 2
    assert {**_said(year, STAFF["dpmd"]), **_said(year, STAFF["bakesbangpol"])} == _single(plans, expected)


def test_the_leader_is_told_after_the_group(played: tuple[Mornings, dict[str, Plan]]) -> None:
    year, plans = played
    expected = _all_expected(plans)
    told = {
        number: [line for line in lines if line[4] or (line[1] and line[0] != expected[number][0][0])]
        for number, lines in _single(plans, expected).items()
    }
    assert _said(year, LEADER) == {number: lines for number, lines in told.items() if lines}


def test_a_card_is_shown_again_on_the_day_that_its_case_becomes_overdue(
    played: tuple[Mornings, dict[str, Plan]],
) -> None:
    year, plans = played
    late = {
        number: next(day for day, days, *_ in lines if days)
        for number, lines in _all_expected(plans).items()
        if any(line[1] for line in lines)
    }
    numbers = {f"card:{case.id}": case.reference for case in year.cases.values()}
    assert {numbers[key]: day for day, key in year.painted} == late
    assert len(year.painted) == len(late)


def test_after_a_week_of_downtime_each_case_is_reminded_of_once() -> None:
    year = Mornings()
    monday = date(2026, 9, 14)
    down = tuple(monday - timedelta(days=number) for number in range(1, 8))
    for day in ("2026-09-02", "2026-09-03", "2026-09-04"):
        year.file("bakesbangpol", _at(day))
        for hour in (8, 9):
            year.file("dpmd", _at(day, hour))
    # The only case of its group that is due on the Monday.
    year.file("dpmd", _at("2026-09-04", 15), due_on=monday)
    for _ in year.run(date(2026, 9, 4), monday, down):
        pass
    sent = [(send.chat, send.message.params["reference"][:-7], day) for day, send in year.sent]
    # On Friday 4 September: those of the Wednesday were late or due soon before the downtime.
    back = [(chat, number) for chat, number, day in sent if day == monday]
    groups = [number for chat, number in back if chat != LEADER]
    assert len(groups) == len(set(groups))
    assert [number for chat, number in back if chat == STAFF["dpmd"]] == ["DPMD-2026-0010"]
    assert [number for chat, number in back if chat == STAFF["bakesbangpol"]] == [
        *("BAKESBANGPOL-2026-0001", "BAKESBANGPOL-2026-0004", "BAKESBANGPOL-2026-0007")
    ]
    assert all(case.reminded_at and case.reminded_at.date() == monday for case in year.cases.values())
    assert {day for _, _, day in sent} <= {date(2026, 9, 4), monday}


def test_nothing_is_sent_on_a_day_off() -> None:
    """A bot that starts on a Saturday, after downtime, waits until Monday."""
    year = Mornings()
    year.file("dpmd", _at("2026-09-01"))
    down = tuple(date(2026, 9, day) for day in range(1, 12))
    days = {now.date() for now in year.run(date(2026, 9, 1), date(2026, 9, 14), down)}
    assert len(days) == 14
    assert [day for day, send in year.sent if send.chat != LEADER] == [date(2026, 9, 14)]
