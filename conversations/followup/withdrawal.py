"""A complaint that its citizen withdraws: the case after it, and the messages about it.

The buttons that lead here are in withdrawing.py; a reason in own words comes by additions.py.
"""

from __future__ import annotations

from conversations import casefile, keys
from conversations.complaints.case import Case, Contribution, Purpose, changed, transition
from conversations.complaints.life_cycle import CaseEvent, Role, allowed
from conversations.conversation import Conversation, Unsent
from conversations.effects import Lane, Outcome, RecordHistory, Send
from conversations.messages import Button, OutgoingMessage, Params, Rows
from conversations.world import World

# The reasons that can be chosen; the labels are `withdraw_<reason>`.
REASONS = ("solved", "mistake")


def may_withdraw(case: Case) -> bool:
    """Whether the citizen can withdraw the complaint now."""
    return allowed(case.status, CaseEvent.WITHDRAWN, Role.CITIZEN)


def reasons(case: Case) -> Rows:
    """The buttons of the question for the reason."""
    chosen = tuple(
        Button(f"withdraw_{reason}", "withdraw_for", case.id, case.version, reason) for reason in REASONS
    )
    return (chosen, (stay(case),))


def stay(case: Case) -> Button:
    """The button that ends the withdrawal without one."""
    return Button("withdraw_not", "drop_parts", case.id, case.version)


def late(case: Case) -> Params:
    """The parameters of the message that the complaint cannot be withdrawn any more."""
    return {"reference": case.reference, "status": case.status.value}


def withdrawn(world: World, conversation: Conversation, case: Case, unsent: Unsent) -> tuple[Case, Outcome]:
    """The withdrawn case; the group is informed, and the history has the reason."""
    entry = Contribution(
        purpose=Purpose.WITHDRAWAL, by="", at=world.now, parts=unsent.parts, target=unsent.target
    )
    case = transition(case, CaseEvent.WITHDRAWN, Role.CITIZEN, world.now)
    case = changed(case, thread=(*case.thread, entry), pending=None, returned=None, request=None)
    reason = ": ".join(filter(None, (entry.target, entry.text)))
    record = RecordHistory(case.id, f"citizen:{conversation.person}", CaseEvent.WITHDRAWN, reason)
    return case, Outcome.of(case, _inform_group(world, case, entry), record)


def confirmation(world: World, case: Case) -> OutgoingMessage:
    """What the citizen reads after the withdrawal."""
    phones = list(casefile.agency_of(case, world.rules).contact.phones)
    again = ((Button("new_complaint", "begin", case.id),),)
    return OutgoingMessage("followup.withdrawn", {"reference": case.reference, "phones": phones}, again)


def _inform_group(world: World, case: Case, entry: Contribution) -> Send:
    hidden = case.complaint.confidential
    params = {
        "reference": casefile.marked(case),
        "officer": {"id": case.officer.id, "name": case.officer.name} if case.officer else None,
        "reason": "" if hidden else entry.target,
        "text": "" if hidden else entry.text,
        "files": [] if hidden else casefile.counted(entry.parts),
    }
    files = () if hidden else entry.files
    message = OutgoingMessage("desk.withdrawn", params, files=files, reply_to=keys.card(case.id))
    key = keys.added(case.id, len(case.thread))
    return Send(casefile.group_of(case, world.rules), message, key, Lane.UNASKED, report=case.id)
