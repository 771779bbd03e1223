"""The reminder of messages that wait for the Send button ("Kirim"), a citizen's and an officer's."""

from __future__ import annotations

from typing import Any

from conversations import casefile
from conversations.complaints.case import OFFICERS
from conversations.complaints.wakeups import is_due
from conversations.conversation import Conversation, Unsent
from conversations.effects import Outcome
from conversations.events import DeadlinePassed
from conversations.followup.tally import last_day, send_or_drop
from conversations.screens import say
from conversations.world import World


def collecting_reminder(event: DeadlinePassed, world: World) -> Outcome:
    """Remind once of each message that waits to be sent."""
    conversation, outcome = world.conversation(event.chat, event.person), Outcome()
    terms, now = world.terms, world.now
    for field in ("collecting", "writing"):
        unsent: Unsent | None = getattr(conversation, field)
        if unsent and unsent.case in world.cases and is_due(event.kind, unsent, terms, now):
            outcome += _remind(world, conversation, field, unsent)
            conversation = outcome.conversations[-1]
    return outcome


def _remind(world: World, conversation: Conversation, field: str, unsent: Unsent) -> Outcome:
    case = world.cases[unsent.case]
    reminded = conversation.model_copy(update={field: unsent.model_copy(update={"reminded": True})})
    params: dict[str, Any] = {"reference": case.reference, "purpose": unsent.purpose.value}
    if unsent.purpose in OFFICERS:
        profile = world.profile(conversation.person)
        name = profile.name if profile else conversation.name
        officer = {"id": conversation.person, "name": name}
        params |= {"officer": officer, "reference": casefile.marked(case)}
        return say(reminded, "desk.reminder", params)
    params |= {"count": len(unsent.parts), "until": last_day(case, unsent)}
    buttons = send_or_drop(unsent, case.version, conversation.person)
    return say(reminded, "followup.reminder", params, buttons=buttons)
