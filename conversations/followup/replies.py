"""A citizen replies to a question or a response: the reply acts like a press of the button below it."""

from __future__ import annotations

from datetime import datetime, timedelta

from conversations import casefile, keys, listening
from conversations.complaints.case import RESPONSES, Case, Purpose
from conversations.complaints.complaint import Part
from conversations.complaints.references import first_line, parse_reference
from conversations.conversation import Conversation
from conversations.effects import Outcome, Send
from conversations.events import PersonEvent, TextReceived
from conversations.followup import additions, asking, courtesies, unaddressed
from conversations.followup.objection import may_object
from conversations.intake.confusion import is_no_answer
from conversations.message_kinds import TO_A_LEADER, Kind
from conversations.parts import keep, part_of
from conversations.screens import say
from conversations.world import World

# The largest difference between our clock and the messenger's.
CLOCK_TOLERANCE = timedelta(minutes=5)


def reply(event: PersonEvent, world: World, conversation: Conversation) -> Outcome | None:
    """Handle a reply to a question or response like a press of its button; None for any other reply.

    A leader who replies to a reminder reads where officers write.
    """
    replied = keys.parse(world.keys.get((event.origin.chat, event.origin.reply_to), ""))
    if replied and replied.kind in TO_A_LEADER:
        return say(conversation, "mornings.write_in_group")
    part = part_of(event)
    case, kind = _replied(event, world, conversation)
    if case is None or part is None or part.text.startswith("/"):
        return None
    if kind is Kind.QUESTION and asking.may_add(case):
        return _reply_to_question(event, world, conversation, case, part)
    if kind is Kind.RESPONSE and may_object(case, world):
        thanks = courtesies.received(event, world, conversation)
        return thanks or _judge(event, world, conversation, case, part)
    return None


def _reply_to_question(
    event: PersonEvent, world: World, conversation: Conversation, case: Case, part: Part
) -> Outcome | None:
    unsent = conversation.collecting
    if unsent and unsent.case == case.id and listening.present(conversation) == "collecting":
        return None
    if isinstance(event, TextReceived) and is_no_answer(event.text, world):
        return additions.begin(world, conversation, case, Purpose.ANSWER)
    begun = additions.begin(world, conversation, case, Purpose.ANSWER, (part,))
    return Outcome.of(keep(event, case.id)) + begun


def _replied(event: PersonEvent, world: World, conversation: Conversation) -> tuple[Case | None, Kind | None]:
    """The own case, and the kind of the message that was replied to; found by its number without a known key.

    Messages to citizens have no check code, which would look like an access code. The time is checked
    instead: the message must not be older than the question or response that is open.
    """
    stored = world.keys.get((event.origin.chat, event.origin.reply_to), "")
    if key := keys.parse(stored):
        case, kind = world.cases.get(key.case), key.kind
        return (case, kind) if case and case.filed_by == conversation.person else (None, None)
    named = world.by_reference(parse_reference(first_line(event.origin.replied_text)) or "")
    if stored or named is None or named.filed_by != conversation.person:
        return None, None
    return named, _waiting_for(named, event.origin.replied_at)


def _waiting_for(case: Case, sent: datetime | None) -> Kind | None:
    """The kind of what is open for the citizen, if it is not newer than a message sent at this time."""
    asks = casefile.waiting_question(case)
    kind, purposes = (Kind.QUESTION, {Purpose.QUESTION}) if asks else (Kind.RESPONSE, RESPONSES)
    asked = [entry.at for entry in case.thread if entry.purpose in purposes]
    return kind if asked and sent and asked[-1] <= sent + CLOCK_TOLERANCE else None


def _judge(event: PersonEvent, world: World, conversation: Conversation, case: Case, part: Part) -> Outcome:
    """Hold a reply to the response and ask for the verdict: it may be thanks or the reason to object."""
    more = unaddressed.with_held(world, conversation, part)
    asked = Send(conversation.chat, asking.judge(more, [case]), keys.held(conversation.person))
    return Outcome.of(more, keep(event, case.id), asked)
