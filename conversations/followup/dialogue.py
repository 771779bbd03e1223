"""The citizen follows up: answers, additions, verdicts, status, and everything said to nobody."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import cast

from conversations import casefile
from conversations.complaints.case import Case, Purpose
from conversations.complaints.complaint import Part
from conversations.complaints.references import first_line, parse_reference
from conversations.conversation import Conversation
from conversations.effects import Outcome, Send
from conversations.events import (
    ButtonPressed,
    CommandReceived,
    FileReceived,
    LocationReceived,
    MessageEdited,
    PersonEvent,
    TextReceived,
)
from conversations.followup import access as followup_access
from conversations.followup import additions as followup_collecting
from conversations.followup import case_page
from conversations.followup import pages as followup_pages
from conversations.followup import status as followup_status
from conversations.followup import unaddressed as followup_holding
from conversations.followup import verdict as followup_verdict
from conversations.followup.additions import due as collecting_due
from conversations.followup.objection import may_object
from conversations.followup.pages import unknown_command
from conversations.followup.verdict import objection_expired
from conversations.intake import dialogue as intake
from conversations.messages import Button, OutgoingMessage, Rows
from conversations.parts import keep, part_of
from conversations.world import World

__all__ = [
    "ACTIONS",
    "COMMANDS",
    "abandon",
    "collecting_due",
    "objection_expired",
    "receive",
    "reply",
    "unknown_command",
    "wants_own_cases",
]

Handler = Callable[[PersonEvent, World, Conversation], Outcome]

COMMANDS: Mapping[str, Handler] = {
    "status": followup_status.status,
    "bantuan": followup_pages.show_help,
    "help": followup_pages.show_help,
    "standar": followup_pages.standard,
    "privasi": followup_pages.privacy,
    "bahasa": followup_pages.choose_language,
}

_PRESSED: Mapping[str, Callable[[ButtonPressed, World, Conversation], Outcome]] = {
    "status": followup_status.status,
    "help": followup_pages.show_help,
    "standard": followup_pages.standard_pressed,
    "language": followup_pages.language_chosen,
    "cases": followup_status.turn_page,
    "case": case_page.open_case,
    "read_case": case_page.read_case,
    "other_number": followup_status.other_number,
    "leave": followup_access.leave_pressed,
    "add": case_page.add,
    "answer_now": case_page.answer_now,
    "send_parts": followup_collecting.send_pressed,
    "drop_parts": followup_collecting.drop_pressed,
    "hold_add": followup_holding.add,
    "hold_new": followup_holding.new,
    "hold_draft": followup_holding.to_draft,
    "hold_drop": followup_holding.let_go,
    "satisfied": followup_verdict.satisfied,
    "not_satisfied": followup_verdict.not_satisfied,
    "star": followup_verdict.star,
}


def _as_handler(act: Callable[[ButtonPressed, World, Conversation], Outcome]) -> Handler:
    def handle(event: PersonEvent, world: World, conversation: Conversation) -> Outcome:
        return act(cast("ButtonPressed", event), world, conversation)

    return handle


ACTIONS: Mapping[str, Handler] = {name: _as_handler(act) for name, act in _PRESSED.items()}

# Keys of an old reply keyboard, or their words typed.
_LABELS: Mapping[str, Handler] = {
    "check_status": followup_status.status,
    "help": followup_pages.show_help,
    "file_complaint": intake.COMMANDS["lapor"],
}

# By how much our clock and the messenger's may differ.
CLOCKS_APART = timedelta(minutes=5)

_OWN_LISTENERS = frozenset({"nobody", "reference"})
_OWN_COMMANDS = frozenset({"status", "privasi"})
_OWN_BUTTONS = frozenset({"status", "cases", "file"})


def wants_own_cases(event: PersonEvent, conversation: Conversation | None) -> bool:
    """Whether the event needs the asker's own cases: lists, edits, and what is said to nobody."""
    match event:
        case CommandReceived(command=command):
            return command in _OWN_COMMANDS
        case ButtonPressed(action=action):
            return action in _OWN_BUTTONS
        case MessageEdited():
            return True
        case TextReceived() | FileReceived() | LocationReceived():
            listener = conversation.listener if conversation else "nobody"
            return listener in _OWN_LISTENERS or bool(event.origin.reply_to)
        case _:
            return False


def receive(event: PersonEvent, world: World, conversation: Conversation) -> Outcome:
    """A message that no draft and no officer's prompt listens to."""
    if isinstance(event, MessageEdited):
        return followup_holding.edited(event, world, conversation)
    if conversation.listener == "collecting" and conversation.collecting:
        return followup_collecting.receive(event, world, conversation)
    if conversation.listener in followup_access.ASKING:
        return followup_access.receive(event, world, conversation)
    if isinstance(event, TextReceived):
        for label, handler in _LABELS.items():
            if label in event.labels:
                return handler(event, world, conversation)
    return followup_holding.hold(event, world, conversation)


def reply(event: PersonEvent, world: World, conversation: Conversation) -> Outcome | None:
    """A reply to an officer's question or to a response counts as pressing its button."""
    part = part_of(event)
    case, kind = _replied(event, world, conversation)
    if case is None or part is None or part.text.startswith("/"):
        return None
    writing = conversation.collecting
    if kind == "question" and followup_holding.may_add(case):
        if writing and writing.case == case.id and conversation.listener == "collecting":
            return None
        begun = followup_collecting.begin(world, conversation, case, Purpose.ANSWER, (part,))
        return _with_file(event, case.id, begun)
    if kind == "response" and may_object(case, world):
        return _judge(event, case, conversation, part)
    return None


def _with_file(event: PersonEvent, owner: str, outcome: Outcome) -> Outcome:
    kept = keep(event, owner)
    return Outcome.of(kept) + outcome


def _replied(event: PersonEvent, world: World, conversation: Conversation) -> tuple[Case | None, str]:
    """The own case whose question or response was answered; found by its number when the id is unknown.

    Citizens see no check code, which would look like their access code. The time agrees instead: the message
    is not older than the question or response that waits.
    """
    key = world.keys.get((event.origin.chat, event.origin.reply_to), "")
    if key:
        kind, _, rest = key.partition(":")
        case = world.cases.get(rest.partition(":")[0])
    else:
        case = world.by_reference(parse_reference(first_line(event.origin.replied_text)) or "")
        kind = _waiting_for(case, event.origin.replied_at) if case else ""
    own = case is not None and case.filed_by == conversation.person
    return (case, kind) if own and kind in {"question", "response"} else (None, "")


def _waiting_for(case: Case, sent: datetime | None) -> str:
    """What waits for the citizen's word and is not newer than a message that was sent then."""
    kind = "question" if case.open and casefile.open_question(case) else "response"
    purpose = Purpose.QUESTION if kind == "question" else Purpose.RESPONSE
    asked = [entry.at for entry in case.thread if entry.purpose is purpose]
    return kind if asked and sent and asked[-1] <= sent + CLOCKS_APART else ""


def _judge(event: PersonEvent, case: Case, conversation: Conversation, part: Part) -> Outcome:
    """Said in reply to the response: a thank-you, or the reason of an objection."""
    number = len(case.responses)
    rows: Rows = (
        (
            Button("satisfied", "satisfied", case.id, case.version, f"{number},held", "success"),
            Button("not_satisfied", "not_satisfied", case.id, case.version, f"{number},held", "danger"),
        ),
    )
    message = OutgoingMessage("followup.judge", {"reference": case.reference}, rows)
    more = conversation.model_copy(update={"held": (*conversation.held, part)})
    sent = Outcome.of(more, Send(conversation.chat, message, f"judge:{case.id}"))
    return _with_file(event, case.id, sent)


def abandon(world: World, conversation: Conversation) -> Outcome | None:
    """/batal while collecting or asking; None when there is nothing of ours to leave."""
    if conversation.listener == "collecting" and conversation.collecting:
        return followup_collecting.drop(world, conversation)
    if conversation.listener in followup_access.ASKING:
        return followup_access.leave(world, conversation)
    return None
