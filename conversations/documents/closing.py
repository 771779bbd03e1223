"""The closing record (berita acara penutupan): history, response and plan of a complaint that ended.

It goes to the group, so it has nothing about the person, no text of the complainant and none of notes.
"""

from __future__ import annotations

from typing import Any

from conversations import case_end, casefile
from conversations.complaints import timing
from conversations.complaints.case import Case, Contribution, Officer, Purpose
from conversations.complaints.history_codes import CODES
from conversations.complaints.life_cycle import Status
from conversations.documents import response
from conversations.documents.sources import Sources, is_limited
from conversations.messages import Params
from conversations.queries import HistoryEntry
from conversations.reading.numbers import MOST_ID, whole

# What the actor of a history entry begins with; other actors are no persons.
_OFFICER, _CITIZEN = "officer:", "citizen:"


def is_over(case: Case) -> bool:
    """Whether the case has ended, so that it has a closing record."""
    return not case.open and case.status is not Status.RESPONDED


def closing(sources: Sources) -> Params:
    """How the complaint was handled, from its receipt to its end.

    Of a confidential or restricted case it has number, service, dates and statuses only. Source: the
    agencies' service standard, procedure f ("Pengarsipan dan rencana tindak lanjut pada tim pengaduan").
    """
    case = sources.case
    limited = is_limited(case)
    named = casefile.listed_service if limited else casefile.service_name
    return {
        "reference": case.reference,
        "agency": sources.agency.full_name,
        "limited": limited,
        "service": named(case, sources.rules),
        "received_at": case.received_at.isoformat(),
        "ended_at": case.timeline[-1].at.isoformat() if case.timeline else "",
        "status": case.status.value,
        "due": _due(case),
        "taken": _taken(sources),
        "timeline": _timeline(case, limited=limited),
        **(_closed() if limited else _opened(sources)),
    }


def _opened(sources: Sources) -> dict[str, Any]:
    case = sources.case
    channel = case.complaint.channel
    return {
        "channel": channel.value if channel else "",
        "messenger": case.messenger,
        "classified": sources.agency.class_name(case.classified),
        "level": case.level,
        "divisions": list(dict.fromkeys(line.division for line in case.timeline if line.division)),
        "verifier": _officer(case.verified_by),
        "officer": _officer(case.officer),
        "history": [_line(entry, sources) for entry in sources.history],
        "responses": [_response(case, number) for number in reversed(response.standing(case))],
        "objections": [entry.at.isoformat() for entry in case.thread if entry.purpose is Purpose.OBJECTION],
        "decision": _decision(sources),
        "reason": _withdrawn_for(case),
        "stars": case.stars,
        "plan": _plan(sources),
    }


def _closed() -> dict[str, Any]:
    lists = ("divisions", "history", "responses", "objections")
    return {
        **{name: [] for name in lists},
        **dict.fromkeys(("channel", "messenger", "classified", "reason"), ""),
        **dict.fromkeys(("verifier", "officer", "decision", "plan")),
        "level": 0,
        "stars": 0,
    }


def _taken(sources: Sources) -> dict[str, Any] | None:
    """When the first response was given, and how many days of the clock it took; None without a response."""
    case, clock = sources.case, sources.agency.clock
    answer = timing.response(case)
    if answer is None:
        return None
    day = timing.sent_on(answer)
    return {
        "day": day.isoformat(),
        "days": timing.days_taken(case, day, clock.unit, sources.works),
        "allowed": clock.days,
        "unit": clock.unit,
        "in_time": timing.timing(case, clock, day, sources.works) is timing.Timing.ON_TIME,
    }


def _due(case: Case) -> str:
    """The due date of the first response; without one, that of the clock that ran last."""
    answer = timing.response(case)
    return (answer.due_on if answer and answer.due_on else case.due_on).isoformat()


def _timeline(case: Case, *, limited: bool) -> list[dict[str, str]]:
    return [
        {
            "status": line.status.value,
            "at": line.at.isoformat(),
            "by": "" if limited else line.by,
            "division": "" if limited else line.division,
        }
        for line in case.timeline
    ]


def _officer(officer: Officer | None) -> dict[str, str] | None:
    if officer is None:
        return None
    return {"name": officer.name, "position": officer.position, "nip": officer.nip}


def _line(entry: HistoryEntry, sources: Sources) -> dict[str, str]:
    """An entry as the history command names it, without its text."""
    known = entry.what in CODES
    return {
        "at": entry.at.isoformat() if entry.at else "",
        "who": _role(entry.who),
        "name": _name(entry.who, sources),
        "what": entry.what if known else "other",
        "code": "" if known else entry.what,
    }


def _role(who: str) -> str:
    if who.startswith(_OFFICER):
        return "officer"
    return "citizen" if who.startswith(_CITIZEN) else "clock"


def _name(who: str, sources: Sources) -> str:
    person, case = officer_of(who), sources.case
    officers = (case.verified_by, case.accepted_by, case.officer, case.recorded_by)
    known = {officer.id: officer.name for officer in officers if officer}
    return {**case.prompted, **known, **sources.names}.get(person, "") if person else ""


def officer_of(who: str) -> int:
    """The id of the officer who is the actor of a history entry; 0 for no officer."""
    return whole(who.removeprefix(_OFFICER), MOST_ID) or 0 if who.startswith(_OFFICER) else 0


def _response(case: Case, number: int) -> dict[str, Any]:
    given = case.responses[number - 1]
    return {
        "number": number,
        "correction": given.purpose is Purpose.CORRECTION,
        "at": given.at.isoformat(),
        "by": given.by,
        "approved_by": given.approved_by,
        "text": given.text,
        "files": casefile.counted(given.parts),
    }


def _decision(sources: Sources) -> dict[str, Any] | None:
    """The officer's decision that ended it, with the reason that the complainant read; None without one."""
    case, decision = sources.case, sources.case.decision
    if decision is None:
        return None
    return {**case_end.ended(case, sources.rules, group=True), "text": decision.text}


def _withdrawn_for(case: Case) -> str:
    """The code of the complainant's reason for withdrawing; empty for another end."""
    if case.status is not Status.WITHDRAWN:
        return ""
    reasons = [entry.target for entry in case.thread if entry.purpose is Purpose.WITHDRAWAL]
    return reasons[-1] if reasons else ""


def _plan(sources: Sources) -> dict[str, Any] | None:
    plan = sources.case.plan
    if plan is None:
        return None
    postponed = [entry for entry in sources.case.thread if entry.purpose is Purpose.POSTPONEMENT]
    return {
        "text": plan.text,
        "division": case_end.division_name(sources.case, plan.division, sources.rules),
        "needed": plan.due_on is not None,
        "due": plan.due_on.isoformat() if plan.due_on else "",
        "by": plan.by,
        "at": plan.at.isoformat(),
        "postponed": [_postponed(entry) for entry in postponed],
        "done_by": plan.done_by,
        "done_at": plan.done_at.isoformat() if plan.done_at else "",
    }


def _postponed(entry: Contribution) -> dict[str, str]:
    return {"at": entry.at.isoformat(), "by": entry.by, "text": entry.text}
