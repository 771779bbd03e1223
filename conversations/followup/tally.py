"""The count of what a citizen adds to a case, in one message that changes, with the buttons below it."""

from __future__ import annotations

from collections.abc import Sequence

from conversations import keys
from conversations.complaints.case import OFFICERS, Case, Purpose
from conversations.complaints.complaint import Part
from conversations.conversation import Conversation, Unsent
from conversations.effects import Edit, Effect, Send, Weight
from conversations.messages import Button, OutgoingMessage, Rows


def send_or_drop(unsent: Unsent, version: int, person: int) -> Rows:
    """The buttons to send or drop the messages of a citizen, or of a leader who writes in the same chat."""
    case = unsent.case
    if unsent.purpose in OFFICERS:
        return (
            (
                Button("send", "desk_post", case, version, str(person), "success"),
                Button("discard", "desk_discard", case, version, str(person)),
            ),
        )
    return (
        (
            Button(send_label(unsent.purpose), "send_parts", case, version, style="success"),
            Button(_drop_label(unsent.purpose), "drop_parts", case, version),
        ),
    )


def send_label(purpose: Purpose) -> str:
    """The label of the button that sends the messages."""
    return "withdraw_yes" if purpose is Purpose.WITHDRAWAL else "send"


def _drop_label(purpose: Purpose) -> str:
    return "withdraw_not" if purpose is Purpose.WITHDRAWAL else "cancel"


def shown(
    conversation: Conversation, case: Case, unsent: Unsent, *, fresh: bool, taken: Sequence[Part] = ()
) -> Effect:
    """The count of what is collected; with the messages that were `taken` over at its beginning."""
    params = {
        "reference": case.reference,
        "purpose": unsent.purpose.value,
        "count": len(unsent.parts),
        "until": last_day(case, unsent),
        "parts": [{"kind": part.kind, "text": part.text} for part in taken],
    }
    message = OutgoingMessage(
        "followup.tally", params, send_or_drop(unsent, case.version, conversation.person)
    )
    key = keys.tally(case.id)
    if fresh:
        return Send(conversation.chat, message, key)
    return Edit(conversation.chat, key, message, weight=Weight.PROGRESS)


def last_day(case: Case, unsent: Unsent) -> str:
    """The last day for an objection; empty for another purpose."""
    objects = unsent.purpose is Purpose.OBJECTION
    return case.objection_until.isoformat() if objects and case.objection_until else ""


def finished(conversation: Conversation, unsent: Unsent, message: OutgoingMessage) -> Effect:
    """Show this message in place of the count, so that its buttons are removed; without a count, send it."""
    if unsent.parts:
        return Edit(conversation.chat, keys.tally(unsent.case), message)
    return Send(conversation.chat, message)
