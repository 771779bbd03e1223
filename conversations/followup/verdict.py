"""The verdict on the response: "Puas" and silence close the case, "Belum Puas" reopens it with a reason."""

from __future__ import annotations

from conversations import keys
from conversations.complaints.case import Case, Contribution, Purpose, changed, transition
from conversations.complaints.life_cycle import CaseEvent, Role, Status, allowed
from conversations.complaints.wakeups import is_due
from conversations.conversation import Conversation
from conversations.effects import Edit, Outcome, RecordHistory, Send, StripButtons
from conversations.events import ButtonPressed, DeadlinePassed
from conversations.followup import additions
from conversations.followup.objection import may_object
from conversations.messages import Button, OutgoingMessage, Rows
from conversations.parts import give_files
from conversations.reading.numbers import whole
from conversations.screens import outdated, say
from conversations.world import World

STARS = 5


def _verdict_over(event: ButtonPressed, conversation: Conversation, case: Case) -> Outcome:
    """Say why the press changes nothing: the button is of an earlier response, or the verdict is over."""
    until = case.objection_until.isoformat() if case.objection_until else ""
    of_response = event.action != "is_complaint"
    outdated = of_response and event.value.partition(",")[0] != str(len(case.responses))
    params = {"reference": case.reference, "status": case.status.value, "until": until, "outdated": outdated}
    buttons: Rows = () if outdated else _continue(case)
    strip = Outcome.of(StripButtons(conversation.chat, event.origin.message))
    return strip + say(conversation, "followup.verdict_over", params, buttons=buttons)


def _continue(case: Case) -> Rows:
    """The button for a new complaint that names this one."""
    return ((Button("new_complaint", "begin", case.id),),)


def satisfied(event: ButtonPressed, world: World, conversation: Conversation, case: Case) -> Outcome:
    """The button "Puas": close the case and offer the stars; a held message becomes an addition."""
    number, _, held = event.value.partition(",")
    if number != str(len(case.responses)) or not allowed(case.status, CaseEvent.SATISFIED, Role.CITIZEN):
        return _verdict_over(event, conversation, case)
    case, given = transition(case, CaseEvent.SATISFIED, Role.CITIZEN, world.now), None
    if held and conversation.held:
        added = Contribution(purpose=Purpose.ADDITION, by="", at=world.now, parts=conversation.held)
        case = changed(case, thread=(*case.thread, added))
        given = give_files(conversation.held, case.id)
        conversation = conversation.model_copy(update={"held": ()})
    strip = StripButtons(conversation.chat, event.origin.message)
    record = RecordHistory(case.id, f"citizen:{conversation.person}", CaseEvent.SATISFIED)
    thanks = say(conversation, "followup.thanks", {"reference": case.reference}, buttons=_stars(case))
    return Outcome.of(case, strip, given, record) + thanks


def _stars(case: Case) -> Rows:
    return tuple(
        (Button("star", "star", case.id, case.version, str(count), params={"count": count}),)
        for count in range(STARS, 0, -1)
    )


def star(event: ButtonPressed, _world: World, conversation: Conversation, case: Case) -> Outcome:
    """The buttons of the stars: store one to five, once, and replace the offer by thanks."""
    count = whole(event.value, STARS)
    if case.status is not Status.CLOSED or case.stars or not count:
        return outdated(event, conversation)
    case = changed(case, stars=count)
    offer = ((Button("remark", "remark", case.id, case.version),),)
    thanks = OutgoingMessage("followup.starred", {"reference": case.reference, "count": count}, offer)
    edit = Edit(conversation.chat, keys.stars(case.id), thanks, event.origin.message)
    record = RecordHistory(case.id, f"citizen:{conversation.person}", "stars", str(count))
    return Outcome.of(conversation, case, edit, record)


def remark(event: ButtonPressed, world: World, conversation: Conversation, case: Case) -> Outcome:
    """The button "Tulis saran" after the stars: listen for a remark, which the officers read."""
    if case.status is not Status.CLOSED or not case.stars:
        return outdated(event, conversation)
    return additions.begin(world, conversation, case, Purpose.REMARK)


def not_satisfied(event: ButtonPressed, world: World, conversation: Conversation, case: Case) -> Outcome:
    """The button "Belum Puas": ask for the reason; held messages are its beginning."""
    number, _, held = event.value.partition(",")
    if number != str(len(case.responses)) or not may_object(case, world, conversation.held):
        return _verdict_over(event, conversation, case)
    begun = additions.begin(world, conversation, case, Purpose.OBJECTION)
    return Outcome.of(StripButtons(conversation.chat, event.origin.message)) + begun if held else begun


def is_complaint(event: ButtonPressed, world: World, conversation: Conversation, case: Case) -> Outcome:
    """The button "Ini pengaduan" below the answer to a question: ask for the reason, and reopen the case."""
    if not case.answered_as_question or not may_object(case, world, conversation.held):
        return _verdict_over(event, conversation, case)
    return additions.begin(world, conversation, case, Purpose.OBJECTION)


def objection_expired(event: DeadlinePassed, world: World) -> Outcome:
    """Close the case: the citizen has not objected within the objection days."""
    case = world.cases.get(event.case)
    if case is None or not is_due(event.kind, case, world.terms, world.now):
        return Outcome()
    case = transition(case, CaseEvent.OBJECTION_EXPIRED, Role.CLOCK, world.now)
    params = {"reference": case.reference, "days": world.rules.limits.objection_days}
    rows = (*_stars(case), *_continue(case))
    note = OutgoingMessage("followup.closed_by_silence", params, rows)
    record = RecordHistory(case.id, "clock", CaseEvent.OBJECTION_EXPIRED)
    return Outcome.of(case, Send(case.filed_by, note, keys.stars(case.id)), record)
