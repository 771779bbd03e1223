"""A text that another officer has overtaken: what it is about was changed while it was written.

A correction or an objection is of the newest response, a postponement of the present plan; a body outside
gives one number. A decision ends a complaint whose citizen was not asked a moment ago to complete it. A
disposition or a response is for a case at the desk.
"""

from __future__ import annotations

from collections.abc import Mapping

from conversations.complaints.case import DECISIONS, RESPONSES, Case, Purpose
from conversations.conversation import Unsent
from conversations.desk import refusals
from conversations.desk.refusals import Refusal
from conversations.world import World

# What is written -> what another officer must not have written since the prompt.
_OVERTAKEN_BY: Mapping[Purpose, frozenset[Purpose]] = {
    **dict.fromkeys(DECISIONS, frozenset({Purpose.REQUEST, Purpose.COMPLETION})),
    Purpose.CORRECTION: RESPONSES,
    Purpose.OBJECTION: RESPONSES,
    Purpose.POSTPONEMENT: frozenset({Purpose.POSTPONEMENT}),
    Purpose.TRACKING: frozenset({Purpose.TRACKING}),
}


# What is not written any more for a case that went to a division meanwhile.
_AT_THE_DESK = frozenset({Purpose.INSTRUCTION, Purpose.RESPONSE})


def refusal(case: Case, unsent: Unsent, world: World) -> Refusal | None:
    """The refusal that names who was first, since the officer was asked to write; None where no one was."""
    if unsent.purpose in _AT_THE_DESK and case.assigned_at and case.assigned_at > unsent.since:
        return refusals.assigned_refusal(case, world)
    rivals = _OVERTAKEN_BY.get(unsent.purpose, frozenset())
    later = [entry for entry in case.thread if entry.purpose in rivals and entry.at > unsent.since]
    if not later:
        return None
    first = later[-1]
    params = {
        "reference": case.reference,
        "purpose": first.purpose.value,
        "name": first.by,
        "at": first.at.isoformat(),
    }
    return Refusal("desk.overtaken", params)
