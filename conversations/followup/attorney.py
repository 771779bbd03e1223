"""The power of attorney (surat kuasa) that is sent after filing: kept with the identity, never in the group.

The button "Kirim Surat Kuasa" is on the receipt and on the complaint's page while it is missing. What it
collects becomes pages of the case, and no contribution, which the group would see.
"""

from __future__ import annotations

from conversations import casefile, keys
from conversations.complaints.case import Case, Purpose, changed
from conversations.complaints.complaint import Part
from conversations.conversation import Conversation, Unsent
from conversations.effects import Effect, Lane, Outcome, RecordHistory, Send
from conversations.events import FileReceived, PersonEvent
from conversations.messages import Button, OutgoingMessage, Rows
from conversations.screens import say
from conversations.world import World

# The question that it answers.
FIELD = "power_of_attorney"
# What shows a page.
PAGES = frozenset({"photo", "document"})


def is_page(part: Part) -> bool:
    """Whether the part shows a page."""
    return part.kind in PAGES


def refuse_other(event: PersonEvent, conversation: Conversation, unsent: Unsent) -> Outcome | None:
    """Say that a photo or a document is needed; None for one of these, and for other purposes."""
    if unsent.purpose is not Purpose.ATTORNEY:
        return None
    if isinstance(event, FileReceived) and event.attachment.kind in PAGES:
        return None
    return say(conversation, "followup.attorney_please")


def is_requested(case: Case) -> bool:
    """Whether an officer has asked for it: its pages then complete the case ("Lengkapi sekarang")."""
    return case.request is not None and FIELD in case.request.items


def is_awaited(case: Case) -> bool:
    """Whether it is still to come by the citizen's own account, without a request."""
    return casefile.lacks_attorney(case) and not is_requested(case)


def offer(case: Case) -> Rows:
    """The row with "Kirim Surat Kuasa" while the power of attorney is missing."""
    if not is_awaited(case):
        return ()
    return ((Button("send_attorney", "send_attorney", case.id, case.version),),)


def with_pages(case: Case, unsent: Unsent) -> Case:
    """The case with these pages."""
    return changed(case, power_of_attorney=(*case.power_of_attorney, *unsent.parts))


def informed(case: Case, world: World, conversation: Conversation) -> tuple[Effect, ...]:
    """The notice to the group, without the pages, and the entry in the history."""
    params = {"reference": casefile.marked(case), "confidential": case.complaint.confidential}
    message = OutgoingMessage("desk.attorney_given", params, reply_to=keys.card(case.id))
    record = RecordHistory(case.id, f"citizen:{conversation.person}", Purpose.ATTORNEY.value)
    return (Send(casefile.group_of(case, world.rules), message, lane=Lane.UNASKED), record)
