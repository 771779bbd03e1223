"""Ready answers of an agency (config: answers), offered where an officer is asked for a response.

A chosen one becomes the officer's text: it is previewed, and can be added to or written again before "Kirim".
"""

from __future__ import annotations

from conversations import casefile, keys
from conversations.complaints.case import Case, Purpose
from conversations.complaints.complaint import Part
from conversations.conversation import Conversation
from conversations.desk import access, refusals, writing
from conversations.desk.refusals import OUTDATED, Result
from conversations.effects import Outcome, Send, StripButtons
from conversations.events import ButtonPressed, PersonEvent
from conversations.messages import Button, OutgoingMessage
from conversations.reading.numbers import MOST_ID, whole
from conversations.world import World

ACTION = "canned"


def offer(event: PersonEvent, world: World, conversation: Conversation, case: Case) -> Send | None:
    """The message with the agency's ready answers, one button each; None where it has none."""
    answers = casefile.agency_of(case, world.rules).answers
    if not answers:
        return None
    rows = tuple(
        (
            Button(
                "choice",
                ACTION,
                case.id,
                case.version,
                f"{conversation.person},{place}",
                params={"text": answer.title},
            ),
        )
        for place, answer in enumerate(answers, 1)
    )
    officer = {"id": conversation.person, "name": event.origin.person.name}
    message = OutgoingMessage("desk.canned", {"reference": casefile.marked(case), "officer": officer}, rows)
    return Send(conversation.chat, message, keys.canned(case.id, conversation.person))


def chosen(event: ButtonPressed, world: World, conversation: Conversation, case: Case) -> Result:
    """A button of that message: the answer becomes the text of the officer's open prompt."""
    owner, _, place = event.value.partition(",")
    if owner != str(conversation.person):
        return refusals.not_yours(case, whole(owner, MOST_ID) or 0)
    answers, unsent = casefile.agency_of(case, world.rules).answers, conversation.writing
    number = whole(place, len(answers))
    if not number or unsent is None or (unsent.case, unsent.purpose) != (case.id, Purpose.RESPONSE):
        return OUTDATED
    if not access.may_write_here(case, event.origin, world):
        return OUTDATED
    strip = StripButtons(conversation.chat, event.origin.message)
    part = Part(message=event.origin.message, at=event.origin.at, text=answers[number - 1].text)
    return Outcome.of(strip) + writing.add(event, world, conversation, case, (part,))
