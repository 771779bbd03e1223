"""What "Kirim" does with the answer to a citizen's request about their data (data_requests.py).

A correction that was confirmed is shown with the identity. An erasure needs an order of the agency and `aduan
erase`: the answer tells whether it was ordered.
"""

from __future__ import annotations

from conversations import casefile, keys
from conversations.complaints.case import Case, Contribution, Purpose, changed
from conversations.desk import access
from conversations.effects import Outcome, RecordHistory, Send, StripButtons
from conversations.events import PersonEvent
from conversations.messages import OutgoingMessage, Params
from conversations.world import World


def previewed(_world: World, case: Case, contribution: Contribution) -> Params:
    """The parameters of the preview."""
    asked = case.data_request
    return {
        "asked": asked.purpose.value if asked else "",
        "text": contribution.text,
        "files": casefile.counted(contribution.parts),
        "officer": contribution.by,
    }


def recorded(_world: World, case: Case, contribution: Contribution) -> OutgoingMessage:
    """What confirms to the officer that it was sent."""
    params = {"reference": case.reference, "purpose": contribution.purpose.value}
    return OutgoingMessage("rights.answer_sent", params)


def answer(event: PersonEvent, world: World, case: Case, contribution: Contribution) -> Outcome:
    """Tell the citizen; the request is over, and the group's task loses its button."""
    asked = case.data_request
    if asked is None:
        return Outcome()
    done = contribution.purpose is Purpose.DATA_DONE
    answered = asked.model_copy(
        update={
            "done": done,
            "answered_by": contribution.by,
            "answered_at": world.now,
            "answer": contribution.text,
        }
    )
    case = changed(case, data_requests=(*case.data_requests[:-1], answered))
    params = {
        "reference": case.reference,
        "asked": asked.purpose.value,
        "purpose": contribution.purpose.value,
        "officer": contribution.by,
        "text": contribution.text,
        "files": casefile.counted(contribution.parts),
    }
    told = OutgoingMessage("rights.answered", params, files=contribution.files)
    group = casefile.group_of(case, world.rules)
    return Outcome.of(
        case,
        Send(case.filed_by, told),
        StripButtons(group, key=keys.data_request(case.id)),
        RecordHistory(case.id, access.history_name(event), contribution.purpose, contribution.text),
    )
