"""What a citizen asks about their data in a case: collected like an addition, and sent without its text.

The group is informed that there is a request; officers read it in private (desk/data_requests.py).
"""

from __future__ import annotations

from conversations import cards
from conversations.complaints.case import Case, changed
from conversations.complaints.data_request import ASKED, DataRequest
from conversations.conversation import Conversation, Unsent
from conversations.effects import Outcome, RecordHistory
from conversations.events import PersonEvent, TextReceived
from conversations.messages import OutgoingMessage
from conversations.screens import say
from conversations.world import World


def refuse_other(event: PersonEvent, conversation: Conversation, unsent: Unsent) -> Outcome | None:
    """Say that words are needed; None for a text, and for other purposes."""
    if unsent.purpose not in ASKED or isinstance(event, TextReceived):
        return None
    return say(conversation, "rights.words_please")


def sent(
    world: World, conversation: Conversation, case: Case, unsent: Unsent
) -> tuple[OutgoingMessage, Outcome]:
    """The confirmation for the citizen; the case with the request, the notice to its group, the history."""
    text = "\n".join(part.shown for part in unsent.parts if part.shown)
    asked = DataRequest(purpose=unsent.purpose, text=text, at=world.now)
    case = changed(case, data_requests=(*case.data_requests, asked))
    params = {"reference": case.reference, "purpose": unsent.purpose.value}
    record = RecordHistory(case.id, f"citizen:{conversation.person}", unsent.purpose.value, text)
    return OutgoingMessage("rights.requested", params), Outcome.of(
        case, cards.data_task(case, asked, world), record
    )
