"""A case that is reopened by an objection of its citizen, or by one that an officer wrote down for them."""

from __future__ import annotations

from conversations import case_clock
from conversations.complaints.case import Case, transition
from conversations.complaints.life_cycle import CaseEvent, Role
from conversations.world import World


def reopened(case: Case, world: World, by: str = "") -> Case:
    """The case reopened, with a new due date; `by` is the officer who wrote the objection down."""
    reopened = transition(case, CaseEvent.OBJECTED, Role.CITIZEN, world.now, by)
    due_on = case_clock.due_from(world.today, case, world)
    # A correction that waits for the leader is of the response that was objected to.
    reset = {
        "pending": None,
        "returned": case.pending,
        "due_on": due_on,
        "delivery": None,
        "delivered_at": None,
        "objection_until": None,
    }
    return reopened.model_copy(update=reset)
