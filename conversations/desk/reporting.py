"""The report of a division to the desk: its preview, and the case back at the desk afterwards."""

from __future__ import annotations

from typing import Any

from conversations import casefile, keys
from conversations.complaints.case import Case, Contribution, changed
from conversations.complaints.life_cycle import CaseEvent
from conversations.desk import access, posting
from conversations.effects import Lane, Outcome, RecordHistory, Send
from conversations.events import PersonEvent
from conversations.messages import Button, OutgoingMessage, Params
from conversations.world import World


def report(event: PersonEvent, world: World, case: Case, contribution: Contribution) -> Outcome:
    """Add the report to the case, which returns to the desk, and send it to the group of the desk."""
    officer, chat = access.officer_of(event, world), event.origin.chat
    role = access.role_of(case, officer.id, world, chat)
    entry = contribution.model_copy(update={"target": case.division})
    moved, history = posting.step(world, case, CaseEvent.REPORTED, role, officer)
    moved = changed(moved, thread=(*case.thread, entry))
    record = RecordHistory(case.id, access.history_name(event), contribution.purpose, contribution.text)
    # Who records it at the desk has just written it there; a topic of the division is read by others.
    at_division = casefile.division_place(case, world.rules) == (chat, event.origin.topic)
    told = chat == casefile.group_of(case, world.rules) and not at_division
    return Outcome.of(moved, None if told else _to_the_desk(moved, entry, world), *history, record)


def _to_the_desk(case: Case, entry: Contribution, world: World) -> Send:
    """The message with the report and the button "Jawab"; that of a confidential case shows no text."""
    confidential = case.complaint.confidential
    params: dict[str, Any] = {
        "reference": casefile.marked(case),
        "division": casefile.agency_of(case, world.rules).division_name(entry.target),
        "by": entry.by,
        "officer": {"id": case.officer.id, "name": case.officer.name} if case.officer else None,
        "text": "" if confidential else entry.text,
        "files": [] if confidential else casefile.counted(entry.parts),
        "confidential": confidential,
    }
    answer = Button("answer", "answer", case.id, case.version, style="success")
    files = () if confidential else entry.files
    message = OutgoingMessage("desk.reported", params, ((answer,),), files=files, reply_to=keys.card(case.id))
    group, key = casefile.group_of(case, world.rules), keys.report(case.id, len(case.thread))
    return Send(group, message, key, Lane.UNASKED)


def previewed(world: World, case: Case, contribution: Contribution) -> Params:
    """The parameters of the preview."""
    return {
        **_posted(world, case, contribution),
        "text": contribution.text,
        "files": casefile.counted(contribution.parts),
    }


def _posted(world: World, case: Case, contribution: Contribution) -> Params:
    """The parameters that the preview and the receipt share."""
    return {
        "division": casefile.division_of(case, world.rules),
        "officer": contribution.by,
    }


def receipt(world: World, case: Case, contribution: Contribution) -> OutgoingMessage:
    """What replaces the preview after "Kirim"."""
    params = {"reference": casefile.marked(case), **_posted(world, case, contribution)}
    return OutgoingMessage("desk.report_sent", params)
