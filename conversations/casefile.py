"""A filed case as parameters for templates: its card, its status page, the whole text.

Only `fields(personal=True)`, `personal_files` and `earlier_answers` return answers about the person
(product.md, Privacy).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Literal, NamedTuple

from conversations import keys
from conversations.capabilities import WITHOUT_LIMITS
from conversations.complaints import draft as drafts
from conversations.complaints.agency import Agency, Readers, Rules
from conversations.complaints.case import CITIZENS, INTERNAL, SENT, Case, Contribution, Purpose
from conversations.complaints.complaint import QUESTIONS, Part, path
from conversations.complaints.completion import Supplement, pages
from conversations.complaints.deadlines import IsWorkingDay, due_date, remaining_at_pause
from conversations.complaints.kinds import STORY
from conversations.complaints.life_cycle import Status
from conversations.complaints.references import marked_reference
from conversations.world import World

CARD_STORY = 300
# The contributions whose target are items of the complaint.
_WITH_ITEMS = frozenset({Purpose.REQUEST, Purpose.SUPPLEMENT})
# Longer than a card shows, so that the template marks the cut.
_STORY_SENT = CARD_STORY + 100

_PLACE = re.compile(r"(-?\d{1,3}\.\d+), (-?\d{1,3}\.\d+)\)?$")


def agency_of(case: Case, rules: Rules) -> Agency:
    """The agency that handles the case. Raises LookupError when the configuration does not contain it."""
    agency = rules.agency(case.agency)
    if agency is None:
        raise LookupError(f"no agency {case.agency!r} in the configuration")
    return agency


def addressed_to(case: Case, rules: Rules) -> Agency:
    """The agency that the complaint was filed with: its answers name that agency's services."""
    return rules.agency(case.complaint.agency) or agency_of(case, rules)


def service_name(case: Case, rules: Rules) -> str:
    """The name of the service that the complaint is about."""
    return addressed_to(case, rules).service_name(case.complaint.service)


def marked(case: Case) -> str:
    """The number with its check code, for messages to officers whose replies count for the case."""
    return marked_reference(case.reference, case.id)


def other_messenger(case: Case) -> str:
    """The messenger of the citizen where it is not the one of the officers; else empty."""
    return "" if case.messenger == WITHOUT_LIMITS.messenger else case.messenger


def is_off(case: Case, rules: Rules) -> bool:
    """Whether the citizen's messenger is switched off: what is sent to them waits."""
    return case.messenger in rules.switched_off


def unreachable(case: Case, rules: Rules) -> str:
    """Why a message does not reach the citizen now: the messenger that is off, or "person"; else empty."""
    if is_off(case, rules):
        return case.messenger
    return "person" if case.delivery == "unreachable" else ""


def readers_of(case: Case, rules: Rules) -> Readers | Literal["staff"]:
    """Who may read the case now; empty for no one, because the configuration names no reader any more."""
    agency = agency_of(case, rules)
    if case.restricted:
        return "restricted" if agency.restricted_chat_id else ""
    if not case.complaint.confidential:
        return "staff"
    return "leaders" if agency.leaders else ""


def group_of(case: Case, rules: Rules) -> int:
    """The chat where the case is handled today; the id of the group may have changed since it was filed."""
    agency = rules.agency(case.agency)
    if agency is None:
        return case.chat
    configured = agency.restricted_chat_id if case.restricted else agency.staff_chat_id
    return configured or case.chat


class Place(NamedTuple):
    """A chat, and the topic in it; 0 for none."""

    chat: int
    topic: int = 0


def division_place(case: Case, rules: Rules) -> Place | None:
    """Where the division that has the case gets its card; None at the desk, or without such a place.

    A restricted case goes to no division's group: the reported person could read it there.
    """
    agency = rules.agency(case.agency)
    division = agency.division(case.division) if agency else None
    if agency is None or division is None or case.restricted:
        return None
    chat = division.chat_id or (agency.staff_chat_id if division.topic_id else 0)
    return Place(chat, division.topic_id) if chat else None


def instruction_place(case: Case) -> int:
    """The place in the thread, counted from 1, of the division's present instruction; 0 at the desk."""
    if not case.division:
        return 0
    places = (place for place, e in enumerate(case.thread, 1) if e.purpose is Purpose.INSTRUCTION)
    return max(places, default=0)


def division_key(case: Case) -> str:
    """The key of the case's card at its division."""
    return keys.division(case.id, instruction_place(case))


def division_of(case: Case, rules: Rules) -> str:
    """The name of the division that has the case; empty at the desk."""
    return agency_of(case, rules).division_name(case.division) if case.division else ""


def due_from(start: date, case: Case, world: World) -> date:
    """The due date of a clock that starts on this day."""
    clock = agency_of(case, world.rules).clock
    return due_date(start, clock.days, clock.unit, _calendar(case, world))


def days_kept(case: Case, world: World) -> int:
    """The days of the response clock that are not over when it is paused now, today included."""
    clock = agency_of(case, world.rules).clock
    started = [case.clock_from or case.received_at.astimezone(world.now.tzinfo).date()]
    restarts = {Status.REOPENED}
    if clock.starts_at == "verification" and case.clock_from is None:
        restarts.add(Status.VERIFIED)
    started += [
        step.at.astimezone(world.now.tzinfo).date() for step in case.timeline if step.status in restarts
    ]
    return remaining_at_pause(max(started), world.today, case.due_on, clock.unit, _calendar(case, world))


def due_after_pause(case: Case, days: int, after: date, world: World) -> date:
    """The due date of a clock with these days left, whose day 1 is the next counted day after `after`."""
    unit = agency_of(case, world.rules).clock.unit
    return due_date(after, days, unit, _calendar(case, world))


def resumed(case: Case, after: date, world: World) -> dict[str, Any]:
    """The fields of a case whose clock goes on after this day, because nothing is asked for any more."""
    due = due_after_pause(case, case.request.days_kept, after, world) if case.request else case.due_on
    return {"request": None, "due_on": due, "clock_from": after}


def _calendar(case: Case, world: World) -> IsWorkingDay:
    return lambda day: world.providers.is_working_day(case.agency, day)


def listed_service(case: Case, rules: Rules) -> str:
    """The name of a listed service; empty for a service in the citizen's own words."""
    agency = addressed_to(case, rules)
    known = {service.id for service in agency.services}
    service = case.complaint.service
    return agency.service_name(service) if service in known else ""


def first_line(case: Case) -> str:
    """The first line of the story, by which an officer recognises the case."""
    return next((line for line in case.complaint.account.splitlines() if line.strip()), "")[:CARD_STORY]


def story_cut(case: Case) -> str:
    """The beginning of the story, for a card."""
    return case.complaint.account[:_STORY_SENT]


def evidence(case: Case) -> tuple[Part, ...]:
    """The citizen's files and places, including those sent after filing."""
    later = (part for entry in case.thread if entry.purpose in CITIZENS for part in entry.parts)
    added = (part for supplement in case.supplements for part in supplement.story)
    return (*case.complaint.evidence, *(part for part in (*added, *later) if part.kind != "text"))


def personal_files(case: Case) -> tuple[str, ...]:
    """The file keys of the power of attorney and of the photo of the signature."""
    parts = (*case.complaint.pages, *case.power_of_attorney, case.complaint.signature_file)
    for supplement in case.supplements:
        parts = (*parts, *pages(supplement), supplement.signature_file)
    return tuple(part.file for part in parts if part and part.file)


def lacks_attorney(case: Case) -> bool:
    """Whether it was filed for another person and the power of attorney is still to come."""
    later = any(pages(supplement) for supplement in case.supplements)
    given = case.complaint.power_of_attorney or case.power_of_attorney or later
    return case.complaint.represents and not given


def counted(parts: Iterable[Part]) -> list[dict[str, Any]]:
    """The number of files and places of each kind: [{"kind": "photo", "count": 2}]."""
    kinds = Counter(part.kind for part in parts if part.kind != "text")
    return [{"kind": kind, "count": count} for kind, count in kinds.items()]


def places(parts: Iterable[Part]) -> list[dict[str, str]]:
    """The places on the map among the parts, each with a link."""
    found = []
    for part in parts:
        if part.kind == "location" and (place := _PLACE.search(part.text)):
            url = f"https://maps.google.com/?q={place[1]},{place[2]}"
            found.append({"text": part.text, "url": url})
    return found


def fields(case: Case, rules: Rules, *, personal: bool, letter: bool = False) -> list[dict[str, Any]]:
    """The answers as templates show them, or as letters do: about the person, or about the matter."""
    answers: Mapping[str, Any] = dict(case.complaint)
    agency, rows = addressed_to(case, rules), []
    for name in path(answers):
        question = QUESTIONS[name]
        if question.personal is not personal or answers[name] is None or question.kind.is_file:
            continue
        printed = question.kind.in_letter if letter else question.kind.chat
        rows.append({"field": name, **printed(answers[name], agency)})
    for supplement in case.supplements:
        at = supplement.at.isoformat()
        for row in _supplement_rows(case, supplement, rules, letter=letter):
            asked = QUESTIONS[row["field"]]
            if asked.personal is personal and not asked.kind.is_file:
                rows.append({**row, "completed_at": at})
    return rows


def corrections(case: Case) -> list[dict[str, Any]]:
    """The corrections of the person's data that officers have confirmed, as templates show answers."""
    done = (asked for asked in case.data_requests if asked.done and asked.purpose is Purpose.DATA_CORRECTION)
    return [{"field": Purpose.DATA_CORRECTION.value, "text": asked.text} for asked in done]


def completed(
    case: Case, rules: Rules, supplements: Iterable[Supplement] | None = None
) -> list[dict[str, Any]]:
    """What completed the complaint, for the group: the answers about the person are named only."""
    rows: list[dict[str, Any]] = []
    for supplement in case.supplements if supplements is None else supplements:
        at, by = supplement.at.isoformat(), supplement.by
        if by:
            rows += [{"field": name, "at": at, "by": by, "hidden": True} for name in supplement.items]
            continue
        shown = {row["field"]: row for row in _supplement_rows(case, supplement, rules)}
        for name in dict.fromkeys((*supplement.items, *shown)):
            row, personal = shown.get(name), name not in QUESTIONS or QUESTIONS[name].personal
            rows.append({"field": name, **(row or {}), "at": at, "by": "", "hidden": personal or row is None})
    return rows


def _supplement_rows(
    case: Case, supplement: Supplement, rules: Rules, *, letter: bool = False
) -> list[dict[str, Any]]:
    """The new answers in the order of the questions, as templates show them, or as letters do."""
    agency, rows = agency_of(case, rules), []
    for name, question in QUESTIONS.items():
        answer = supplement.story or None if question.kind is STORY else supplement.answers.get(name)
        if name in supplement.answers or answer is not None:
            printed = question.kind.in_letter(answer, agency) if letter and answer is not None else None
            rows.append({"field": name, **(printed or drafts.shown(name, answer, agency))})
    return rows


def earlier_answers(case: Case, rules: Rules) -> list[dict[str, Any]]:
    """The answers that were replaced before the complaint was filed, oldest first; for its owner only."""
    agency = addressed_to(case, rules)
    return [
        {"field": entry.field, **drafts.shown(entry.field, entry.value, agency)}
        for entry in case.superseded
        if entry.field in QUESTIONS
    ]


def thread(case: Case, *, notes: bool) -> list[dict[str, Any]]:
    """The contributions since filing, oldest first; with internal and recalled ones if `notes`."""
    hidden = frozenset() if notes else INTERNAL
    shown = (entry for entry in case.thread if entry.purpose not in hidden and (notes or not entry.recall))
    return [contribution_params(entry) for entry in shown]


def contribution_params(entry: Contribution) -> dict[str, Any]:
    """One contribution for a template; a citizen's is without a name."""
    return {
        "purpose": entry.purpose.value,
        "by": "" if entry.purpose in CITIZENS else entry.by,
        "at": entry.at.isoformat(),
        "text": entry.text,
        "files": counted(entry.parts),
        "recalled": entry.recall is not None,
        "reason": entry.target if entry.purpose is Purpose.WITHDRAWAL else "",
        "asked": entry.target.split(",") if entry.purpose in _WITH_ITEMS else [],
    }


def last_message(case: Case, *, own: bool) -> dict[str, Any] | None:
    """The newest contribution that citizens see; for another account than the owner's, only an officer's."""
    hidden = INTERNAL if own else INTERNAL | CITIZENS
    entries = [entry for entry in case.thread if entry.purpose not in hidden and not entry.recall]
    return contribution_params(entries[-1]) if entries else None


def open_question(case: Case) -> int:
    """The number of the newest question of the officers, counted from 1, if it has no answer yet; else 0."""
    questions = [index for index, e in enumerate(case.thread) if e.purpose is Purpose.QUESTION]
    answers = [index for index, e in enumerate(case.thread) if e.purpose is Purpose.ANSWER]
    waiting = bool(questions) and (not answers or answers[-1] < questions[-1])
    waiting = waiting and not case.thread[questions[-1]].recall
    return len(questions) if waiting else 0


def waiting_question(case: Case) -> int:
    """The number of the question that the citizen can answer now; 0 for none.

    After a response it is one that came after it: an earlier one was settled by the response.
    """
    number = open_question(case)
    if not number or case.open:
        return number
    purposes = [entry.purpose for entry in case.thread if entry.purpose in SENT]
    return number if case.status is Status.RESPONDED and purposes[-1] is Purpose.QUESTION else 0
