"""The morning digest of a staff group: what is new, due and overdue, and for whom each case waits.

    Bot:   Ringkasan pagi, Jumat, 20 Maret 2026
           ⚠️ Lewat tenggat (1): DPMD-2026-0001 · Rina
           Tenggat hari ini (1): DPMD-2026-0004 · belum diambil
           Baru (2): DPMD-2026-0007 · belum diambil, …
           [Lewat tenggat] [Buka daftar]

1. Each group of officers (the staff group of an agency, and its restricted chat) gets one digest on a working
   morning, and none when nothing is to be said.
2. A case stands in one section: overdue, due today, due by the next working day, new since the last digest,
   not verified, waiting for approval. A section shows the first eight numbers and counts the others.
3. "New" is what was registered after the last number that a digest has counted. After a downtime of a week
   one digest follows, with all that is new.
4. On a morning with many reminders the digest takes their place (reminders.py), and marks a statutory limit
   that is announced that day. The leaders then get the list of the overdue cases.
5. It shows numbers, dates and names of officers; nothing about citizens.
6. The next morning is stored with the digest in one transaction: a crash neither loses nor repeats it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from conversations import casefile, keys
from conversations.complaints.agency import Agency
from conversations.complaints.case import Case
from conversations.complaints.deadlines import next_working_day, previous_working_day
from conversations.complaints.life_cycle import Status
from conversations.complaints.mornings import (
    announced,
    is_working_morning,
    morning_of,
    next_working_morning,
)
from conversations.desk import lists, reminders
from conversations.digests import Digest, DigestQuery, MorningLoad, Section
from conversations.effects import Lane, Outcome, ScheduleDigest, Send
from conversations.events import MorningCame
from conversations.messages import Button, OutgoingMessage, Rows
from conversations.world import World

# The sections of Digest in the order in which the message shows them.
SECTIONS = ("overdue", "due_today", "due_next", "new", "unverified", "approval")


def query(event: MorningCame, world: World) -> DigestQuery | None:
    """What the digest of this morning needs; None on a day off, or for a group that is not configured."""
    works = world.terms.calendar(event.agency)
    if not _group(event, world) or not is_working_morning(world.now, works):
        return None
    since = morning_of(previous_working_day(world.today, works))
    return DigestQuery(
        event.agency,
        event.restricted,
        world.today,
        next_working_day(world.today, works),
        world.now - since if world.now > since else timedelta(),
    )


def send(event: MorningCame, world: World) -> Outcome:
    """Send the digest if there is something to say, and set the time of the next one."""
    agency, digest = world.rules.agency(event.agency), world.digest
    if agency is None:
        return Outcome()
    asked = query(event, world)
    at = next_working_morning(world.now, world.terms.calendar(agency.id))
    if digest is None or asked is None:
        return Outcome.of(ScheduleDigest(agency.id, event.restricted, at))
    schedule = ScheduleDigest(agency.id, event.restricted, at, digest.seen)
    if not (digest.unread or any(section.total for section in _sections(digest).values())):
        return Outcome.of(schedule)
    key = keys.digest(agency.id, restricted=event.restricted)
    load = world.loads.get((agency.id, event.restricted), MorningLoad())
    grouped = reminders.is_grouped(load)
    group = Send(_group(event, world), _message(digest, asked, world, grouped=grouped), key, Lane.UNASKED)
    informed = grouped and digest.overdue.total and not event.restricted
    return Outcome.of(schedule, group, *(_to_leaders(agency, digest, world) if informed else ()))


def _group(event: MorningCame, world: World) -> int:
    agency = world.rules.agency(event.agency)
    if agency is None:
        return 0
    return (agency.restricted_chat_id or 0) if event.restricted else agency.staff_chat_id


def _sections(digest: Digest) -> Mapping[str, Section]:
    return {name: getattr(digest, name) for name in SECTIONS}


def _message(digest: Digest, asked: DigestQuery, world: World, *, grouped: bool) -> OutgoingMessage:
    params = {
        "day": world.today.isoformat(),
        "next_day": asked.next_day.isoformat(),
        "sections": [
            {"name": name, **_section(section, world, grouped=grouped)}
            for name, section in _sections(digest).items()
            if section.total
        ],
        "incomplete": digest.incomplete,
        "unread": digest.unread,
    }
    return OutgoingMessage("mornings.digest", params, _buttons(digest))


def _section(section: Section, world: World, *, grouped: bool) -> dict[str, Any]:
    return {
        "total": section.total,
        "more": section.total - len(section.cases),
        "cases": [_line(case, world, grouped=grouped) for case in section.cases],
    }


def _line(case: Case, world: World, *, grouped: bool) -> dict[str, str]:
    waits_for, name = _waits_for(case)
    limit = announced(case, world.terms, world.now) if grouped else None
    last_day = limit.limit.last_day.isoformat() if limit else ""
    return {"reference": case.reference, "waits_for": waits_for, "name": name, "limit": last_day}


def _waits_for(case: Case) -> tuple[str, str]:
    """For whom the case waits, as a word `waits_…` or "officer"; and the name of the officer."""
    if case.status is Status.AWAITING_APPROVAL or case.awaits_approval:
        return "leader", ""
    if case.status is Status.INCOMPLETE or casefile.open_question(case):
        return "citizen", ""
    if case.officer:
        return "officer", case.officer.name
    return ("division" if case.status is Status.ASSIGNED else "not_taken"), ""


def _buttons(digest: Digest) -> Rows:
    everything = Button("show_list", lists.SHOW_ACTION, value="open,0")
    if not digest.overdue.total:
        return ((everything,),)
    return ((Button("list_overdue", lists.SHOW_ACTION, value="overdue,0"), everything),)


def _to_leaders(agency: Agency, digest: Digest, world: World) -> tuple[Send, ...]:
    """The overdue cases for the leaders, on a morning on which no single reminders are sent."""
    overdue = _section(digest.overdue, world, grouped=True)
    params = {"agency": agency.short_name, "day": world.today.isoformat(), **overdue}
    message = OutgoingMessage("mornings.leader_digest", params)
    return tuple(
        Send(leader, message, keys.leader_digest(agency.id, leader))
        for leader in reminders.started_leaders(agency, world)
    )
