"""The instruction to a division ("disposisi"): its preview, and the case with that division afterwards."""

from __future__ import annotations

from conversations import casefile, keys
from conversations.complaints.case import Case, Contribution, Officer, changed
from conversations.complaints.life_cycle import CaseEvent
from conversations.desk import access, posting, slips
from conversations.desk.handling import confirm_receipt
from conversations.effects import Effect, Outcome, RecordHistory, Send
from conversations.events import PersonEvent
from conversations.messages import OutgoingMessage, Params
from conversations.world import World


def assign(event: PersonEvent, world: World, case: Case, contribution: Contribution) -> Outcome:
    """Give the case to the division of the instruction, and inform the citizen.

    A case that was not verified is verified in the officer's name. For the division that has it already this
    is a further instruction: the status and the citizen's page stay as they are.
    """
    officer, division = access.officer_of(event, world), contribution.target
    moved, history = _assigned(world, case, division, officer)
    moved = changed(
        posting.taken(world, moved, officer),
        thread=(*case.thread, contribution),
        division=division,
        assigned_at=world.now,
        accepted_by=None,
        accepted_at=None,
    )
    record = RecordHistory(case.id, access.history_name(event), contribution.purpose, contribution.text)
    confirmed = confirm_receipt(moved, world) if case.verified_by is None else ()
    return Outcome.of(
        moved, *confirmed, _notice(moved, case, world), _slip(event, world, moved), *history, record
    )


def _slip(event: PersonEvent, world: World, case: Case) -> Send | None:
    """The disposition slip for a division without a place of its own, below the officer's act.

    Another division gets it with its card (division_cards.py).
    """
    if casefile.division_place(case, world.rules):
        return None
    act = keys.posted(case.id, casefile.instruction_place(case))
    return Send(event.origin.chat, slips.slip(case, world, act))


def _assigned(world: World, case: Case, division: str, officer: Officer) -> tuple[Case, tuple[Effect, ...]]:
    """The case after the step, and its history: the division before, if there was one, and the new one."""
    if case.division == division:
        return case, ()
    agency, role = casefile.agency_of(case, world.rules), access.role_of(case, officer.id, world)
    moved, steps = posting.step(world, case, CaseEvent.ASSIGNED, role, officer)
    name = agency.division_name(division)
    last = moved.timeline[-1].model_copy(update={"division": name})
    moved = moved.model_copy(update={"timeline": (*moved.timeline[:-1], last)})
    names = " -> ".join(filter(None, (casefile.division_of(case, world.rules), name)))
    return moved, (*steps[:-1], RecordHistory(case.id, f"officer:{officer.id}", CaseEvent.ASSIGNED, names))


def _notice(case: Case, before: Case, world: World) -> Send | None:
    """The short message to the citizen; None where the division is the same as before."""
    if case.division == before.division:
        return None
    params = {"reference": case.reference, "division": casefile.division_of(case, world.rules)}
    return Send(case.filed_by, OutgoingMessage("followup.assigned", params))


def previewed(world: World, case: Case, contribution: Contribution) -> Params:
    """The parameters of the preview: the instruction, for whom it is, and who can read it there."""
    return {
        **_posted(world, case, contribution),
        "before": casefile.division_of(case, world.rules),
        "text": contribution.text,
        "files": casefile.counted(contribution.parts),
        "confidential": case.complaint.confidential,
        "restricted": case.restricted,
    }


def _posted(world: World, case: Case, contribution: Contribution) -> Params:
    """The parameters that the preview and the receipt share."""
    there = case.model_copy(update={"division": contribution.target})
    return {
        "division": casefile.division_of(there, world.rules),
        "officer": contribution.by,
        "group": casefile.division_place(there, world.rules) is not None,
    }


def receipt(world: World, case: Case, contribution: Contribution) -> OutgoingMessage:
    """What replaces the preview after "Kirim"."""
    params = {"reference": casefile.marked(case), **_posted(world, case, contribution)}
    return OutgoingMessage("desk.instructed", params)
