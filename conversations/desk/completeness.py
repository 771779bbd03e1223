"""Completeness: the request for what is missing, and an officer's word that nothing is missing any more.

The request pauses the response clock (casefile.py); either end of it starts the clock again.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from conversations import casefile, keys
from conversations.complaints.case import Case, Contribution, Purpose, changed, transition
from conversations.complaints.completion import Request, Supplement, askable
from conversations.complaints.life_cycle import CaseEvent
from conversations.conversation import Unsent
from conversations.desk import access
from conversations.effects import Outcome, RecordHistory, Send
from conversations.events import PersonEvent
from conversations.messages import Button, OutgoingMessage, Params, Rows
from conversations.world import World

ACTION = "missing"
COLUMNS = 2


def ticked(target: str) -> tuple[str, ...]:
    """The items that are ticked; `Unsent.target` keeps their names with commas between them."""
    return tuple(name for name in target.split(",") if name)


def toggled(case: Case, target: str, item: str) -> str:
    """The ticks with this item turned, in the order of the questions."""
    names = {*ticked(target)} ^ {item}
    return ",".join(name for name in askable(case.answers) if name in names)


def checklist(event: PersonEvent, case: Case, unsent: Unsent) -> OutgoingMessage:
    """The items of this complaint, one button each; "Lanjut" shows what the citizen will read."""
    person, names = event.origin.person, ticked(unsent.target)
    items = [_item(case, person.id, name, ticked=name in names) for name in askable(case.answers)]
    rows = tuple(tuple(items[first : first + COLUMNS]) for first in range(0, len(items), COLUMNS))
    params = {
        "reference": casefile.marked(case),
        "officer": {"id": person.id, "name": person.name},
        "text": "\n".join(part.shown for part in unsent.parts if part.shown),
    }
    reply_to = "" if event.origin.private else keys.card(case.id)
    return OutgoingMessage("desk.checklist", params, (*rows, _ways(case, person.id)), reply_to=reply_to)


def _item(case: Case, person: int, name: str, *, ticked: bool) -> Button:
    label, value = "ticked" if ticked else "unticked", f"{person},{name}"
    return Button(label, ACTION, case.id, case.version, value, params={"field": name})


def _ways(case: Case, person: int) -> tuple[Button, ...]:
    return (
        Button("next", ACTION, case.id, case.version, f"{person},next", "primary"),
        Button("discard", ACTION, case.id, case.version, f"{person},discard"),
    )


def request_params(world: World, case: Case, contribution: Contribution) -> Params:
    """The parameters of the preview: the request as the citizen will read it."""
    return {
        **_asked(world, case, contribution),
        "unreachable": casefile.unreachable(case, world.rules),
    }


def _asked(world: World, case: Case, contribution: Contribution) -> dict[str, Any]:
    until = world.today + timedelta(days=world.rules.limits.completion_days)
    return {
        "reference": case.reference,
        "officer": contribution.by,
        "items": list(ticked(contribution.target)),
        "text": contribution.text,
        "files": casefile.counted(contribution.parts),
        "until": until.isoformat(),
    }


def request(event: PersonEvent, world: World, case: Case, contribution: Contribution) -> Outcome:
    """Ask the citizen for the missing items: the case is incomplete, and its clock is paused."""
    officer, params = access.officer_of(event, world), _asked(world, case, contribution)
    role, items = access.role_of(case, officer.id, world), ticked(contribution.target)
    asked = Request(
        items=items,
        at=world.now,
        officer=officer.id,
        name=officer.name,
        until=world.today + timedelta(days=world.rules.limits.completion_days),
        days_kept=casefile.days_kept(case, world),
    )
    moved = transition(case, CaseEvent.COMPLETION_REQUESTED, role, world.now, officer.name)
    holder = {} if case.officer else {"officer": officer, "taken_at": world.now}
    moved = changed(moved, thread=(*case.thread, contribution), request=asked, **holder)
    message = OutgoingMessage("completion.request", params, complete_now(moved), files=contribution.files)
    reason = "\n".join(text for text in (", ".join(items), contribution.text) if text)
    return Outcome.of(
        moved,
        Send(case.filed_by, message, keys.request(case.id, _number(moved)), report=case.id),
        RecordHistory(case.id, access.history_name(event), CaseEvent.COMPLETION_REQUESTED, reason),
    )


def complete_now(case: Case) -> Rows:
    """The button "Lengkapi sekarang"."""
    return ((Button("complete_now", "complete_now", case.id, case.version, style="primary"),),)


def _number(case: Case) -> int:
    return sum(1 for entry in case.thread if entry.purpose is Purpose.REQUEST)


def completion_params(world: World, case: Case, contribution: Contribution) -> Params:
    """The parameters of the preview: the message that nothing is missing any more."""
    return {**_confirmed(world, case, contribution), "unreachable": casefile.unreachable(case, world.rules)}


def _confirmed(world: World, case: Case, contribution: Contribution) -> dict[str, Any]:
    return {
        "reference": case.reference,
        "officer": contribution.by,
        "text": contribution.text,
        "files": casefile.counted(contribution.parts),
        "due": casefile.resumed(case, world.today, world)["due_on"].isoformat(),
    }


def complete(event: PersonEvent, world: World, case: Case, contribution: Contribution) -> Outcome:
    """Complete the case on the citizen's behalf: the papers came to the counter. The clock goes on."""
    officer, params = access.officer_of(event, world), _confirmed(world, case, contribution)
    role = access.role_of(case, officer.id, world)
    items = case.request.items if case.request else ()
    given = Supplement(items=items, at=world.now, by=officer.name)
    moved = transition(case, CaseEvent.COMPLETED, role, world.now, officer.name)
    moved = changed(
        moved,
        thread=(*case.thread, contribution),
        supplements=(*case.supplements, given),
        **casefile.resumed(case, world.today, world),
    )
    number = sum(1 for entry in moved.thread if entry.purpose is Purpose.COMPLETION)
    message = OutgoingMessage("completion.confirmed", params, files=contribution.files)
    reason = f"{', '.join(items)}\n{contribution.text}"
    return Outcome.of(
        moved,
        Send(case.filed_by, message, keys.completion(case.id, number), report=case.id),
        RecordHistory(case.id, access.history_name(event), CaseEvent.COMPLETED, reason),
    )
