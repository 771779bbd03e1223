"""A response that needs the leader's approval: submitted as a draft, returned with a remark.

Approval is needed where the agency asks for it (`approval = true`), from an officer who is no leader, while
some leader may read the case. A case of the restricted chat needs none: its leader may be the reported
person. The buttons are in approving.py.
"""

from __future__ import annotations

from conversations import casefile, keys
from conversations.complaints.case import Case, Contribution, DraftResponse, Officer, changed, transition
from conversations.complaints.life_cycle import CaseEvent, Role, Status, allowed
from conversations.desk import access, posting
from conversations.effects import Edit, Effect, Outcome, RecordHistory, Send, StripButtons
from conversations.events import PersonEvent
from conversations.messages import Button, OutgoingMessage, Params, Rows
from conversations.world import World


def approvers(case: Case, world: World) -> tuple[int, ...]:
    """The leaders who can approve a response to this case; empty where none is needed."""
    agency = casefile.agency_of(case, world.rules)
    if not agency.approval or access.is_restricted(case, world):
        return ()
    return tuple(one for one in agency.leaders if access.handling_refusal(case, one, world) is None)


def respond(event: PersonEvent, world: World, case: Case, contribution: Contribution) -> Outcome:
    """Send the response or correction to the citizen, or to a leader for approval where that is needed."""
    leaders = approvers(case, world)
    if not leaders or event.origin.person.id in leaders:
        return posting.respond(event, world, case, contribution)
    return _submit(event, world, case, contribution, leaders)


def _submit(
    event: PersonEvent, world: World, case: Case, contribution: Contribution, leaders: tuple[int, ...]
) -> Outcome:
    officer = access.officer_of(event, world)
    moved, history = _drafted(event, world, case)
    draft = DraftResponse(contribution=contribution, officer=officer, number=case.drafts + 1)
    taken = {} if case.officer else {"officer": officer, "taken_at": world.now}
    moved = changed(moved, pending=draft, returned=None, drafts=draft.number, **taken)
    params = {
        "reference": case.reference,
        "purpose": contribution.purpose.value,
        "officer": contribution.by,
    }
    # It takes the place of the receipt: nothing was sent yet.
    waits = Edit(
        contribution.chat,
        keys.posted(case.id, len(case.thread) + 1),
        OutgoingMessage("desk.submitted", params),
    )
    asks = (Send(leader, review(moved, world, draft), keys.approval(case.id)) for leader in leaders)
    record = RecordHistory(case.id, access.history_name(event), "draft_submitted", contribution.text)
    return Outcome.of(moved, waits, *asks, *history, record)


def _drafted(event: PersonEvent, world: World, case: Case) -> tuple[Case, tuple[Effect, ...]]:
    """The case that awaits approval, with the steps before it; unchanged after a response."""
    officer = access.officer_of(event, world)
    role = access.role_of(case, officer.id, world)
    if not allowed(case.status, CaseEvent.RESPONSE_DRAFTED, role):
        return case, ()
    return posting.step(world, case, CaseEvent.RESPONSE_DRAFTED, role, officer)


def review(case: Case, world: World, draft: DraftResponse) -> OutgoingMessage:
    """The message that shows the draft to a leader, with the buttons that decide."""
    params = {
        "reference": casefile.marked(case),
        "purpose": draft.contribution.purpose.value,
        "officer": draft.contribution.by,
        "service": casefile.service_name(case, world.rules),
        "story": casefile.first_line(case),
        "text": draft.contribution.text,
        "files": casefile.counted(draft.contribution.parts),
        "due": case.due_on.isoformat() if case.open else "",
    }
    value = str(draft.number)
    row = (
        Button("approve", "approve", case.id, case.version, value, "success"),
        Button("return_draft", "return_draft", case.id, case.version, value),
    )
    return OutgoingMessage("desk.review", params, (row,), files=draft.contribution.files)


def over(case: Case, world: World) -> tuple[StripButtons, ...]:
    """The effects that remove the deciding buttons from the messages that show the draft."""
    chats = (casefile.group_of(case, world.rules), *casefile.agency_of(case, world.rules).leaders)
    return tuple(StripButtons(chat, key=keys.approval(case.id)) for chat in chats)


def taken_back(world: World, case: Case, event: CaseEvent, role: Role, by: Officer) -> Case:
    """The case without the pending draft, which can be submitted again."""
    draft = case.pending
    if case.status is Status.AWAITING_APPROVAL:
        case = transition(case, event, role, world.now, by.name)
    ended = draft.model_copy(update={"ended_by": by.name}) if draft else None
    return changed(case, pending=None, returned=ended)


def return_params(_world: World, case: Case, contribution: Contribution) -> Params:
    """The parameters of the preview of a leader's remark."""
    return {
        "officer": case.pending.officer.name if case.pending else "",
        "text": contribution.text,
        "files": casefile.counted(contribution.parts),
    }


def return_sent(_world: World, case: Case, contribution: Contribution) -> OutgoingMessage:
    """What confirms to the leader that the draft was returned."""
    return OutgoingMessage("desk.return_sent", {"reference": case.reference, "officer": contribution.by})


def give_back(event: PersonEvent, world: World, case: Case, contribution: Contribution) -> Outcome:
    """Return the draft to its author with the leader's remark, which the citizen does not see."""
    draft = case.pending
    if draft is None:
        return Outcome()
    officer = access.officer_of(event, world)
    back = taken_back(world, case, CaseEvent.RETURNED, Role.LEADER, officer)
    back = changed(back, thread=(*case.thread, contribution))
    record = RecordHistory(case.id, access.history_name(event), CaseEvent.RETURNED, contribution.text)
    notice = returned_notice(back, world, draft, contribution)
    return Outcome.of(back, notice, *over(case, world), record)


def returned_notice(case: Case, world: World, draft: DraftResponse, remark: Contribution) -> Send:
    """The message to the author: in the group, or in private where the case is confidential."""
    officer = {"id": draft.officer.id, "name": draft.officer.name}
    params = {
        "reference": casefile.marked(case),
        "purpose": draft.contribution.purpose.value,
        "officer": officer,
        "name": remark.by,
        "text": remark.text,
        "files": casefile.counted(remark.parts),
    }
    private = draft.contribution.chat != casefile.group_of(case, world.rules)
    reply_to = "" if private else keys.card(case.id)
    message = OutgoingMessage(
        "desk.draft_returned", params, revise_row(case, draft), files=remark.files, reply_to=reply_to
    )
    return Send(draft.contribution.chat, message)


def revise_row(case: Case, draft: DraftResponse) -> Rows:
    """The button that continues the draft."""
    return ((Button("revise", "revise", case.id, case.version, str(draft.number), "primary"),),)
