"""The message that brings a citizen's addition, answer or objection to the staff group."""

from __future__ import annotations

from typing import Any

from conversations import casefile, keys
from conversations.complaints.case import Case, Contribution
from conversations.effects import Lane, Send
from conversations.messages import OutgoingMessage
from conversations.world import World


def inform_group(case: Case, world: World, entry: Contribution) -> Send:
    """The message for the group; that of a confidential case shows no text. Its delivery is reported."""
    officer = {"id": case.officer.id, "name": case.officer.name} if case.officer else None
    params: dict[str, Any] = {
        "reference": casefile.marked(case),
        "purpose": entry.purpose.value,
        "officer": officer,
        "due": case.due_on.isoformat() if case.open else "",
        "unheard": case.unheard,
    }
    group, key = casefile.group_of(case, world.rules), keys.added(case.id, len(case.thread))
    if case.complaint.confidential:
        message = OutgoingMessage("desk.added_confidential", params, reply_to=keys.card(case.id))
        return Send(group, message, key, Lane.UNASKED, report=case.id)
    params |= {"text": entry.text, "files": casefile.counted(entry.parts)}
    message = OutgoingMessage("desk.added", params, files=entry.files, reply_to=keys.card(case.id))
    return Send(group, message, key, Lane.UNASKED, report=case.id)
