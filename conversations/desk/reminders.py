"""Reminders of a case: to its group, and to the leaders of its agency.

    Bot:   (a reply to the card)
           ⏰ DPMD-2026-0001 · 7KQ2: tenggat hari ini, Jumat, 20 Maret 2026. … [Verifikasi] [Jawab]
    Bot:   (on the next working morning; the card now says LEWAT TENGGAT)
           ⚠️ DPMD-2026-0001 · 7KQ2: lewat tenggat 1 hari kerja …
    Bot to Ibu Kepala:
           ⚠️ Pengaduan DPMD-2026-0001 lewat tenggat 1 hari kerja …

complaints/mornings.py says when. The rules here:

1. The group is reminded by a reply to the card. Only the newest reminder of a case keeps its buttons.
2. The leaders are reminded of an overdue case when the group was reminded of it before, and together with the
   group when a statutory limit ends. Only leaders who have started the bot get it; nothing about a restricted
   case, and nothing about a case that they filed or that is about them.
3. When more than MOST_SINGLE cases of a group need a reminder on one morning, the digest lists them for the
   group and for the leaders (digest.py), and no single message is sent. Cases that are due today are reminded
   of one by one as long as they are not more than MOST_SINGLE. A case that the digest does not list
   (incomplete, or responded and not delivered) always gets its own message.
4. Each case is then marked as reminded, whatever was sent. Its card is shown again when it becomes overdue.
5. Reminders are sent on working days from 08:00 on. On another day the clock looks again the next morning.
"""

from __future__ import annotations

from typing import Any

from conversations import cards, casefile, keys
from conversations.complaints.agency import Agency
from conversations.complaints.case import Case, changed
from conversations.complaints.deadlines import days_overdue
from conversations.complaints.life_cycle import Status
from conversations.complaints.mornings import CLOCKED, announced, is_working_morning
from conversations.complaints.wakeups import is_due
from conversations.conversation import ConversationKey
from conversations.desk.actions import CARD
from conversations.digests import MorningLoad
from conversations.effects import Lane, Outcome, Send
from conversations.events import DeadlinePassed, WakeupKind
from conversations.messages import OutgoingMessage, Rows
from conversations.world import World

KINDS = (
    WakeupKind.UNVERIFIED,
    WakeupKind.DUE_SOON,
    WakeupKind.DUE_TODAY,
    WakeupKind.OVERDUE,
    WakeupKind.STATUTORY,
)
MOST_SINGLE = 5
# The buttons of the card that a reminder repeats, where the card has them.
REPEATED = frozenset({"take", "verify", "review", "answer"})


def remind(event: DeadlinePassed, world: World) -> Outcome:
    """Remind of a case for which this is due, and note it."""
    case = world.cases.get(event.case)
    if case is None or not is_due(event.kind, case, world.terms, world.now):
        return Outcome()
    if not is_working_morning(world.now, world.terms.calendar(case.agency)):
        return Outcome()
    reminded = _reminded(case, world)
    if not _is_single(case, world):
        return Outcome.of(reminded)
    return Outcome.of(reminded, _to_group(case, reminded, world), *_to_leaders(case, world))


def is_grouped(load: MorningLoad) -> bool:
    """Whether the digest lists what needs a reminder this morning."""
    return load.total > MOST_SINGLE


def started_leaders(agency: Agency, world: World) -> tuple[int, ...]:
    """The leaders of the agency who have started the bot."""
    return tuple(one for one in agency.leaders if ConversationKey(one, one) in world.conversations)


def is_late(case: Case, world: World) -> bool:
    """Whether the due date has passed while the clock of the case runs."""
    return case.status in CLOCKED and world.today > case.due_on


def _is_single(case: Case, world: World) -> bool:
    load = world.loads.get((case.agency, case.restricted), MorningLoad())
    if not is_grouped(load) or case.status not in CLOCKED:
        return True
    return case.due_on == world.today and load.due_today <= MOST_SINGLE


def _reminded(case: Case, world: World) -> Case:
    """The case as reminded of now; with a new version, which shows the card again, when it became overdue."""
    last = case.reminded_at.astimezone(world.now.tzinfo).date() if case.reminded_at else None
    became_late = is_late(case, world) and (last is None or last <= case.due_on)
    note: dict[str, Any] = {"reminded_at": world.now}
    return changed(case, **note) if became_late else case.model_copy(update=note)


def _to_group(before: Case, case: Case, world: World) -> Send:
    params = {**_params(before, world), "reference": casefile.marked(case)}
    message = OutgoingMessage("mornings.reminder", params, _buttons(case), reply_to=keys.card(case.id))
    return Send(casefile.group_of(case, world.rules), message, keys.reminder(case.id), Lane.UNASKED)


def _to_leaders(case: Case, world: World) -> tuple[Send, ...]:
    late = is_late(case, world) and case.reminded_at is not None
    if case.restricted or not (late or announced(case, world.terms, world.now)):
        return ()
    message = OutgoingMessage("mornings.leader_reminder", _params(case, world))
    leaders = started_leaders(casefile.agency_of(case, world.rules), world)
    return tuple(
        Send(one, message, keys.leader_reminder(case.id, one))
        for one in leaders
        if one not in {case.filed_by, *case.meant}
    )


def _params(case: Case, world: World) -> dict[str, Any]:
    agency = casefile.agency_of(case, world.rules)
    calendar = world.terms.calendar(case.agency)
    limit = announced(case, world.terms, world.now)
    confidential = case.complaint.confidential
    return {
        "reference": case.reference,
        "service": casefile.listed_service(case, world.rules)
        if confidential
        else agency.service_name(case.complaint.service),
        "status": case.status.value,
        "due": case.due_on.isoformat(),
        "today": case.due_on == world.today,
        "running": case.status in CLOCKED,
        "days": days_overdue(world.today, case.due_on, "working", calendar) if is_late(case, world) else 0,
        "unverified": case.status is Status.RECEIVED,
        "officer": {"id": case.officer.id, "name": case.officer.name} if case.officer else None,
        "limit": {
            "duty": limit.limit.duty,
            "last_day": limit.limit.last_day.isoformat(),
            "over": limit.over,
        }
        if limit
        else None,
    }


def _buttons(case: Case) -> Rows:
    shown = (entry.button(case) for entry in CARD if entry.label in REPEATED and entry.is_shown(case))
    row = tuple(shown)
    ticket = (cards.case_button(case, "ticket"),)
    return (row, ticket) if row else (ticket,)
