"""The card of a case at its division, in the group or topic of the division. Its buttons are one table.

Each instruction has a card of its own. When the case leaves the division, or a further instruction comes, the
card says so and loses its buttons. A confidential case is shown with number, service and due date only.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import groupby
from typing import Any

from conversations import casefile
from conversations.complaints.case import CITIZENS, Case, Contribution, Purpose
from conversations.complaints.life_cycle import CaseEvent, Role
from conversations.desk import access, slips
from conversations.desk import division_acts as acts
from conversations.desk.card_button import CardButton
from conversations.effects import Edit, Effect, Lane, Outcome, Send
from conversations.events import GroupMoved
from conversations.messages import OutgoingMessage, Rows
from conversations.world import World

# The most characters of an instruction on the card; a longer one follows as a message of its own.
SHORT = 600

CARD: tuple[CardButton, ...] = (
    CardButton("accept", acts.accept, row=0, shown=lambda case: case.accepted_by is None, style="primary"),
    CardButton(
        "report_back", acts.report, row=0, event=CaseEvent.REPORTED, role=Role.DIVISION, style="success"
    ),
    CardButton("ask_citizen", acts.ask, row=0),
    CardButton(
        "see_evidence",
        acts.evidence,
        row=1,
        shown=lambda case: bool(acts.open_evidence(case)),
        params=lambda case: {"count": len(acts.open_evidence(case))},
    ),
    CardButton("read_whole", acts.read_all, row=1),
    CardButton("add_note", acts.note, row=1),
)


def _buttons(case: Case) -> Rows:
    rows = groupby((entry for entry in CARD if entry.is_shown(case)), key=lambda entry: entry.row)
    return tuple(tuple(entry.button(case) for entry in row) for _, row in rows)


def card(case: Case, world: World) -> OutgoingMessage:
    """The card of a case that a division has."""
    instruction = case.thread[casefile.instruction_place(case) - 1]
    shown = _state(case, instruction, world)
    if case.complaint.confidential:
        shown["service"] = casefile.listed_service(case, world.rules)
        return OutgoingMessage("desk.division_confidential", shown, _buttons(case), topic=_topic(case, world))
    service = casefile.agency_of(case, world.rules).service_name(case.complaint.service)
    shown |= {
        "service": service,
        "story": casefile.story_cut(case),
        "instruction": instruction.text,
        "files": casefile.counted(instruction.parts),
        "evidence": casefile.counted(casefile.evidence(case)),
    }
    return OutgoingMessage("desk.division_card", shown, _buttons(case), topic=_topic(case, world))


def _topic(case: Case, world: World) -> int:
    place = casefile.division_place(case, world.rules)
    return place.topic if place else 0


def _state(case: Case, instruction: Contribution, world: World) -> dict[str, Any]:
    return {
        "reference": casefile.marked(case),
        "division": casefile.division_of(case, world.rules),
        "due": case.due_on.isoformat(),
        "overdue": case.is_overdue(world.today),
        "by": instruction.by,
        "at": instruction.at.isoformat(),
        "officer": case.accepted_by.name if case.accepted_by else "",
        "taken_at": case.accepted_at.isoformat() if case.accepted_at else "",
        "additions": sum(1 for entry in case.thread if entry.purpose in CITIZENS),
    }


def updated_cards(world: World, changed: Iterable[Case], lane: Lane) -> tuple[Effect, ...]:
    """The effects that send, edit and close the cards at divisions. `world` has the cases as before."""
    latest = {case.id: case for case in changed}
    effects: list[Effect] = []
    for case in latest.values():
        before = world.cases.get(case.id)
        if before and before.version != case.version:
            effects += _updated(before, case, world, lane)
    return tuple(effects)


def _updated(before: Case, case: Case, world: World, lane: Lane) -> tuple[Effect, ...]:
    was, now = casefile.instruction_place(before), casefile.instruction_place(case)
    place = casefile.division_place(case, world.rules)
    if was == now:
        still = Edit(place.chat, casefile.division_key(case), card(case, world), lane=lane) if place else None
        return (still,) if still else ()
    closed = _closed(before, case, world) if was else ()
    return (*closed, *(_new(case, world) if place else ()))


def _new(case: Case, world: World) -> tuple[Effect, ...]:
    """The new card, the instruction below it where the card cannot hold it, and the disposition slip."""
    place = casefile.division_place(case, world.rules)
    if place is None:
        return ()
    key, instruction = casefile.division_key(case), case.thread[casefile.instruction_place(case) - 1]
    sent = Send(place.chat, card(case, world), key, Lane.UNASKED)
    long = len(instruction.text) > SHORT or instruction.files
    slip = Send(place.chat, slips.slip(case, world, key, place.topic), lane=Lane.UNASKED)
    if case.complaint.confidential or not long:
        return (sent, slip)
    params = {"reference": casefile.marked(case), "by": instruction.by, "text": instruction.text}
    message = OutgoingMessage(
        "desk.instruction", params, files=instruction.files, reply_to=key, topic=place.topic
    )
    return (sent, Send(place.chat, message, lane=Lane.UNASKED), slip)


def _closed(before: Case, case: Case, world: World) -> tuple[Effect, ...]:
    """The closed card; and a message below it, unless the division itself or a new card there says why."""
    place = casefile.division_place(before, world.rules)
    if place is None:
        return ()
    key, message = casefile.division_key(before), _closing(before, case, world)
    edit = Edit(place.chat, key, message, lane=Lane.UNASKED)
    if _reported(case) or case.division == before.division:
        return (edit,)
    told = replace(message, reply_to=key)
    return (edit, Send(place.chat, told, lane=Lane.UNASKED))


def _closing(before: Case, case: Case, world: World) -> OutgoingMessage:
    again = case.division == before.division
    params = {
        "reference": casefile.marked(case),
        "before": casefile.division_of(before, world.rules),
        "division": "" if again else casefile.division_of(case, world.rules),
        "again": again,
        "reported": _reported(case),
        "status": case.status.value,
        "name": case.timeline[-1].by if case.timeline else "",
        "at": world.now.isoformat(),
    }
    return OutgoingMessage("desk.division_closed", params, topic=_topic(before, world))


def _reported(case: Case) -> bool:
    """Whether the case has just left the division by its report."""
    return not case.division and bool(case.thread) and case.thread[-1].purpose is Purpose.REPORT


def show_cards_again(event: GroupMoved, world: World) -> Outcome:
    """Send the cards of divisions in this chat again, whose earlier messages cannot be edited."""
    here = [case for case in world.cases.values() if access.is_with_division_here(case, event.chat, world)]
    here.sort(key=lambda case: (case.received_at, case.reference))
    return Outcome.of(
        *(Edit(event.chat, casefile.division_key(c), card(c, world), lane=Lane.UNASKED) for c in here)
    )


def ticket(case: Case, chat: int, world: World) -> Send:
    """/tiket in the division's group: the card again, in the topic where it was asked for."""
    return Send(chat, replace(card(case, world), topic=0), casefile.division_key(case))
