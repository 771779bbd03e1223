"""What is done when a wake-up time of complaints/wakeups.py has come: one handler for each kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from conversations.complaints import wakeups
from conversations.desk import account_blocks as desk_account_blocks
from conversations.desk import archiving as desk_archiving
from conversations.desk import data_requests as desk_data_requests
from conversations.desk import expiring as desk_expiring
from conversations.desk import reminders as desk_reminders
from conversations.effects import Outcome
from conversations.events import DeadlinePassed, WakeupKind
from conversations.followup import expiring as followup_expiring
from conversations.followup import lapsing, unaddressed, verdict
from conversations.followup import reminders as followup_reminders
from conversations.intake import dialogue as intake
from conversations.world import World


def _unsent_expired(event: DeadlinePassed, world: World) -> Outcome:
    """A citizen's messages and an officer's; in a private chat one person may have both."""
    collected = followup_expiring.collected_expired(event, world)
    return collected + desk_expiring.written_expired(event, world.after(collected))


# One handler for each kind. It checks by the state that its work is due, because the stored row may be older.
WAKEUP_HANDLERS: Mapping[WakeupKind, Callable[[DeadlinePassed, World], Outcome]] = {
    WakeupKind.DRAFT_REMINDER: intake.draft_reminder,
    WakeupKind.DRAFT_DROPPED: intake.draft_dropped,
    WakeupKind.COLLECTING_REMINDER: followup_reminders.collecting_reminder,
    WakeupKind.HELD_REMINDER: unaddressed.held_reminder,
    WakeupKind.HELD_EXPIRED: unaddressed.held_expired,
    WakeupKind.OBJECTION_EXPIRED: verdict.objection_expired,
    WakeupKind.PLAN_DUE: desk_archiving.plan_due,
    WakeupKind.COMPLETION_REMINDER: lapsing.reminder,
    WakeupKind.COMPLETION_LAPSED: lapsing.lapsed,
    WakeupKind.DATA_REQUEST: desk_data_requests.remind,
    WakeupKind.BLOCK_ENDED: desk_account_blocks.ended,
    **dict.fromkeys(desk_reminders.KINDS, desk_reminders.remind),
    WakeupKind.UNSENT_EXPIRED: _unsent_expired,
    WakeupKind.UNDECIDED_EXPIRED: desk_expiring.undecided_expired,
}


def deadline_passed(event: DeadlinePassed, world: World) -> Outcome:
    """Handle the stored kind first, then each other kind that is due by the state."""
    outcome = Outcome()
    for kind in _due_kinds(event, world):
        done = WAKEUP_HANDLERS[kind](replace(event, kind=kind), world)
        outcome, world = outcome + done, world.after(done)
    return outcome


def _due_kinds(event: DeadlinePassed, world: World) -> tuple[WakeupKind, ...]:
    conversation = world.conversation(event.chat, event.person)
    subjects = (world.cases.get(event.case),) if event.case else conversation.timed
    due = (wakeup.kind for wakeup in wakeups.due(subjects, world.terms, world.now))
    return tuple(dict.fromkeys((event.kind, *due) if event.kind else due))
