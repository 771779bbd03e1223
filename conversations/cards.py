"""A case as messages show it: its card in the group, its button in a list, the buttons of the verdict.

A card has no answers about the person. Its buttons are an argument: their table is in desk/actions.py.
"""

from __future__ import annotations

from typing import Any

from conversations import case_end, casefile, keys
from conversations.complaints.agency import Rules
from conversations.complaints.case import RESPONSES, Case, Purpose
from conversations.complaints.data_request import DataRequest
from conversations.complaints.life_cycle import Status
from conversations.effects import Lane, Send
from conversations.messages import Button, OutgoingMessage, Params, Rows
from conversations.screens import told_erased
from conversations.world import World


def card(case: Case, world: World, buttons: Rows) -> OutgoingMessage:
    """The case's card: the beginning of the story, no answers about the person; if confidential, no story."""
    rules = world.rules
    if case.erased:
        return erased_card(case, rules)
    shown = _state(case, world)
    if case.complaint.confidential:
        shown["service"] = casefile.listed_service(case, rules)
        shown["readers"] = casefile.readers_of(case, rules)
        return OutgoingMessage("desk.card_confidential", shown, buttons)
    return OutgoingMessage("desk.card", {**shown, **_matter(case, rules)}, buttons)


def erased_card(case: Case, rules: Rules) -> OutgoingMessage:
    """The line that is left of a case without its person; it has no buttons."""
    params = {
        **told_erased(case),
        "reference": casefile.marked(case),
        "service": casefile.listed_service(case, rules),
        "received_at": case.received_at.isoformat(),
        "status": case.status.value,
    }
    return OutgoingMessage("erased.card", params)


def _state(case: Case, world: World) -> dict[str, Any]:
    return {
        "reference": casefile.marked(case),
        "status": case.status.value,
        "due": case.due_on.isoformat(),
        "overdue": case.is_overdue(world.today),
        "open": case.open,
        "officer": case.officer.name if case.officer else "",
        "taken_at": case.taken_at.isoformat() if case.taken_at else "",
        "delivery": case.delivery.value if case.delivery else "",
        "delivered_at": case.delivered_at.isoformat() if case.delivered_at else "",
        "unheard": case.unheard,
        "additions": _count(case, Purpose.ADDITION) + _count(case, Purpose.ANSWER),
        "unshown": len(case.unshown),
        "draft_by": case.pending.officer.name if case.pending and case.awaits_approval else "",
        "notes": _count(case, Purpose.NOTE),
        "stars": case.stars,
        "ended": case_end.ended(case, world.rules, group=True),
        "plan": case_end.plan(case, world),
        "redirected_from": case.redirected_from.reference if case.redirected_from else "",
        "until": case.request.until.isoformat() if case.request else "",
        "kept": case.request.days_kept if case.request else 0,
        "division": _division(case, world.rules),
        "report": _report(case, world.rules),
        "untold": len(case.untold),
        "block": _block(case),
        "told": case.recorded_by is not None,
        "messenger": casefile.other_messenger(case),
        "off": casefile.is_off(case, world.rules),
    }


def _block(case: Case) -> dict[str, str] | None:
    """Until when the complainant's account is blocked, and by whom; None where it is not."""
    if case.block is None:
        return None
    return {"until": case.block.until.isoformat(), "by": case.block.officer.name}


def _division(case: Case, rules: Rules) -> dict[str, str] | None:
    """The division that has the case, since when, and who has accepted it there; None at the desk."""
    if not case.division:
        return None
    return {
        "name": casefile.division_of(case, rules),
        "since": case.assigned_at.isoformat() if case.assigned_at else "",
        "officer": case.accepted_by.name if case.accepted_by else "",
        "taken_at": case.accepted_at.isoformat() if case.accepted_at else "",
    }


def _report(case: Case, rules: Rules) -> dict[str, str] | None:
    """The report of a division that the desk has to work with now; None without one."""
    entries = [entry for entry in case.thread if entry.purpose in {Purpose.REPORT, *RESPONSES}]
    if case.status is not Status.IN_PROGRESS or not entries or entries[-1].purpose in RESPONSES:
        return None
    last = entries[-1]
    name = casefile.agency_of(case, rules).division_name(last.target)
    return {"name": name, "by": last.by, "at": last.at.isoformat()}


def _matter(case: Case, rules: Rules) -> Params:
    agency, complaint = casefile.agency_of(case, rules), case.complaint
    objections = [entry.text for entry in case.thread if entry.purpose is Purpose.OBJECTION]
    return {
        "service": casefile.service_name(case, rules),
        "story": casefile.story_cut(case),
        "classified": agency.class_name(case.classified),
        "level": case.level,
        "loss": complaint.loss_kind.value,
        "resolution": complaint.resolution,
        "earlier": complaint.earlier_complaint or "",
        "evidence": casefile.counted(casefile.evidence(case)),
        "attorney": _attorney(case),
        "entry": entry(case),
        "items": list(case.request.items) if case.request else [],
        "completed": casefile.completed(case, rules),
        "objection": objections[-1] if objections and case.status is Status.REOPENED else "",
    }


def entry(case: Case) -> dict[str, str] | None:
    """How an officer's entry reached the agency, and by whom it was entered; None for other cases."""
    if case.recorded_by is None:
        return None
    channel = case.complaint.channel
    return {"channel": channel.value if channel else "", "by": case.recorded_by.name}


def _attorney(case: Case) -> str:
    """Whether the power of attorney is given or to come; empty where none is needed."""
    if not case.complaint.represents:
        return ""
    return "later" if casefile.lacks_attorney(case) else "given"


def _count(case: Case, purpose: Purpose) -> int:
    return sum(1 for entry in case.thread if entry.purpose is purpose)


def data_task(case: Case, asked: DataRequest, world: World, *, again: bool = False) -> Send:
    """The task in the group to answer what a citizen asks about their data, without the text of it."""
    params: Params = {
        "reference": casefile.marked(case),
        "purpose": asked.purpose.value,
        "at": asked.at.isoformat(),
        "again": again,
        "officer": {"id": case.officer.id, "name": case.officer.name} if case.officer else None,
    }
    row = (Button("data_request", "data_request", case.id, case.version, style="primary"),)
    message = OutgoingMessage("rights.task", params, (row,), reply_to=keys.card(case.id))
    return Send(casefile.group_of(case, world.rules), message, keys.data_request(case.id), Lane.UNASKED)


def case_button(case: Case, action: str) -> Button:
    """The button that opens a case of a list."""
    return Button("case", action, case.id, params={"reference": case.reference})


def verdict(case: Case, value: str) -> Rows:
    """The buttons "Puas" and "Belum Puas"; `value` begins with the response's number."""
    return (
        (
            Button("satisfied", "satisfied", case.id, case.version, value, "success"),
            Button("not_satisfied", "not_satisfied", case.id, case.version, value, "danger"),
        ),
    )
