"""The card in the staff group. It carries nothing personal; its buttons come from the life cycle."""

from __future__ import annotations

from typing import Any

from conversations import casefile
from conversations.complaints.agency import Rules
from conversations.complaints.case import Case, CaseEvent, Purpose, Role, Status, allowed
from conversations.complaints.complaint import Part
from conversations.effects import Edit, Effect, Lane, Send
from conversations.messages import Button, OutgoingMessage, Params, Rows, Style
from conversations.world import World


def card_key(case: Case) -> str:
    """The name of the case's card."""
    return f"card:{case.id}"


def card(case: Case, world: World) -> OutgoingMessage:
    """The case for its group: cut, without the person; a confidential one shows hardly anything."""
    rules = world.rules
    shown = _state(case, world)
    if case.complaint.confidential:
        shown["service"] = casefile.listed_service(case, rules)
        shown["restricted"] = case.restricted
        return OutgoingMessage("desk.card_confidential", shown, _buttons(case))
    return OutgoingMessage("desk.card", {**shown, **_matter(case, rules)}, _buttons(case))


def file_effects(case: Case, world: World) -> tuple[Effect, ...]:
    """What filing puts into the group."""
    group = casefile.group_of(case, world.rules)
    return (Send(group, card(case, world), card_key(case), Lane.UNASKED),)


def edit_card(case: Case, world: World, lane: Lane = Lane.ASKED) -> Edit:
    """Bring the card up to date."""
    return Edit(casefile.group_of(case, world.rules), card_key(case), card(case, world), lane=lane)


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
        "additions": _count(case, Purpose.ADDITION) + _count(case, Purpose.ANSWER),
        "notes": _count(case, Purpose.NOTE),
        "stars": case.stars,
    }


def _matter(case: Case, rules: Rules) -> Params:
    agency, complaint = casefile.agency_of(case, rules), case.complaint
    objections = [entry.text for entry in case.thread if entry.purpose is Purpose.OBJECTION]
    return {
        "service": agency.service_name(complaint.service),
        "story": casefile.story_cut(case),
        "loss": complaint.loss_kind.value,
        "resolution": complaint.resolution,
        "evidence": casefile.counted(casefile.evidence(case)),
        "objection": objections[-1] if objections and case.status is Status.REOPENED else "",
    }


def _count(case: Case, purpose: Purpose) -> int:
    return sum(1 for entry in case.thread if entry.purpose is purpose)


def may_be_taken(case: Case) -> bool:
    """Whether somebody should take the case."""
    return case.open and case.officer is None


def _buttons(case: Case) -> Rows:
    files: tuple[Part, ...] = () if case.complaint.confidential else casefile.evidence(case)
    handling = [
        _button(case, "take", "primary") if may_be_taken(case) else None,
        _button(case, "verify") if allowed(case.status, CaseEvent.VERIFIED, Role.OFFICER) else None,
        _button(case, "answer", "success")
        if allowed(case.status, CaseEvent.RESPONDED, Role.OFFICER)
        else None,
    ]
    reading = [
        _button(case, "evidence", params={"count": len(files)}) if files else None,
        _button(case, "read_all"),
    ]
    rows = (handling, reading, [_button(case, "identity"), _button(case, "note")])
    filled = (tuple(button for button in row if button) for row in rows)
    return tuple(row for row in filled if row)


def _button(case: Case, label: str, style: Style | None = None, params: Params | None = None) -> Button:
    return Button(label, label, case.id, case.version, style=style, params=params or {})


def verdict(case: Case, number: int) -> Rows:
    """Puas and Belum puas, for the response of that number."""
    if case.status is not Status.RESPONDED:
        return ()
    return (
        (
            Button("satisfied", "satisfied", case.id, case.version, str(number), "success"),
            Button("not_satisfied", "not_satisfied", case.id, case.version, str(number), "danger"),
        ),
    )
