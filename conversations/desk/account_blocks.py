"""What "Kirim" does with a block of an account, who lifts it, and how it ends.

It holds for the agency of the case, whose card shows it. The officer who made it and the leaders can lift it
("Buka Blokir"); it ends by itself, with a notice. Officers' accounts cannot be blocked: a group would lock
out its own members.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from conversations import blocks, casefile
from conversations.complaints.block import Block
from conversations.complaints.case import Case, Contribution, Purpose, changed
from conversations.complaints.deadlines import ONE_DAY
from conversations.complaints.draft import Draft
from conversations.complaints.mornings import morning_of
from conversations.complaints.wakeups import is_due
from conversations.conversation import Conversation
from conversations.desk import access, refusals
from conversations.desk.refusals import Refusal, Result
from conversations.effects import AnswerPress, Effect, Outcome, RecordHistory, Send
from conversations.events import ButtonPressed, DeadlinePassed, PersonEvent
from conversations.messages import Button, OutgoingMessage, Params
from conversations.reading.future_days import split_day
from conversations.reading.words import has_a_word
from conversations.world import World

MOST_DAYS = 366


def refusal(world: World, case: Case) -> Refusal | None:
    """Why this account cannot be blocked: it is an officer's, or it is blocked already."""
    agency = casefile.agency_of(case, world.rules)
    officers = (world.members.get((chat, case.filed_by)) for chat in agency.groups)
    if case.filed_by in agency.leaders or any(known and known.present for known in officers):
        return Refusal("desk.block_officer", {"reference": case.reference})
    talk = world.conversation(case.filed_by, case.filed_by)
    block = blocks.block_of(world, talk, case.agency)
    return refusals.blocked_already(case, block) if block else None


def read(world: World, _case: Case, contribution: Contribution) -> Contribution:
    """The contribution with the day at the beginning of its text, where none was chosen."""
    if contribution.target or not contribution.parts:
        return contribution
    first = contribution.parts[0]
    day, text = split_day(first.text, world.today)
    if day is None:
        return contribution
    parts = (first.model_copy(update={"text": text.strip()}), *contribution.parts[1:])
    return contribution.model_copy(update={"target": day.isoformat(), "parts": parts})


def problem(_event: PersonEvent, world: World, case: Case, contribution: Contribution) -> Refusal | None:
    """Why the block cannot be made: no day, a day that is over or too far, no words, an officer's account."""
    if refused := refusal(world, case):
        return refused
    until = _until(contribution)
    if until is None or not world.today < until <= world.today + timedelta(days=MOST_DAYS):
        shown = until.isoformat() if until else ""
        return Refusal("desk.no_block_day", {"reference": case.reference, "day": shown})
    if has_a_word(contribution.text) and not contribution.files:
        return None
    return Refusal("desk.block_reason", {"reference": case.reference})


def _until(contribution: Contribution) -> date | None:
    return date.fromisoformat(contribution.target) if contribution.target else None


def _block(event: PersonEvent, world: World, case: Case, contribution: Contribution) -> Block:
    return Block(
        agency=case.agency,
        until=_until(contribution) or world.today,
        reason=contribution.text,
        officer=access.officer_of(event, world),
        at=world.now,
        case=case.id,
    )


def previewed(world: World, case: Case, contribution: Contribution) -> Params:
    """The parameters of the preview: the message that the citizen gets."""
    until = _until(contribution) or world.today
    agency = casefile.agency_of(case, world.rules)
    return blocks.params(agency, until, contribution.by, contribution.text)


def block(event: PersonEvent, world: World, case: Case, contribution: Contribution) -> Outcome:
    """Block the account, and send the reason to the citizen. Their drafts for the agency are kept longer."""
    made = _block(event, world, case, contribution)
    talk = world.conversation(case.filed_by, case.filed_by)
    until = morning_of(made.until + ONE_DAY)
    kept = tuple(_kept(draft, until) for draft in (talk.draft, *talk.set_aside) if draft)
    blocked = blocks.with_block(talk, made, tuple(one for one in kept if one.agency == made.agency))
    moved = changed(case, block=made, thread=(*case.thread, contribution))
    told = OutgoingMessage("limits.blocked", blocks.shown(made, casefile.agency_of(case, world.rules)))
    record = RecordHistory(
        case.id, access.history_name(event), Purpose.BLOCK, f"{made.until.isoformat()}: {made.reason}"
    )
    return Outcome.of(blocked, moved, Send(case.filed_by, told), record)


def _kept(draft: Draft, until: datetime) -> Draft:
    return draft.model_copy(update={"kept_until": until})


def receipt(_world: World, case: Case, contribution: Contribution) -> OutgoingMessage:
    """What replaces the preview after "Kirim"."""
    params = {"reference": case.reference, "officer": contribution.by, "until": contribution.target}
    return OutgoingMessage("desk.block_made", params)


def lift(event: ButtonPressed, world: World, conversation: Conversation, case: Case) -> Result:
    """The button "Buka Blokir": the officer who made the block, or a leader, ends it."""
    made, person = case.block, conversation.person
    if made is None:
        return refusals.state_refusal(case)
    if refused := access.handling_refusal(case, person, world):
        return refused
    if person != made.officer.id and not access.is_leader(case, person, world):
        return Refusal("desk.block_of_other", {"reference": case.reference, "name": made.officer.name})
    name = access.officer_of(event, world).name
    record = RecordHistory(case.id, access.history_name(event), "unblocked", name)
    answer = AnswerPress(event.press, "desk.block_lifted", {"reference": case.reference})
    return Outcome.of(conversation) + _ended(world, case, made, "limits.block_lifted", answer, record)


def ended(event: DeadlinePassed, world: World) -> Outcome:
    """The morning after the last day of a block: inform the citizen, and the card shows it no more."""
    case = world.cases.get(event.case)
    if case is None or case.block is None or not is_due(event.kind, case, world.terms, world.now):
        return Outcome()
    record = RecordHistory(case.id, "clock", "block_ended", case.block.until.isoformat())
    return _ended(world, case, case.block, "limits.block_over", record)


def _ended(world: World, case: Case, made: Block, notice: str, *effects: Effect) -> Outcome:
    talk = world.conversation(case.filed_by, case.filed_by)
    agency = casefile.agency_of(case, world.rules)
    if made not in talk.blocks:
        # A later block of the agency holds.
        return Outcome.of(changed(case, block=None), *effects)
    message = OutgoingMessage(notice, {"agency": agency.full_name}, ((Button("file_complaint", "begin"),),))
    free = blocks.without_block(talk, made)
    return Outcome.of(free, changed(case, block=None), Send(case.filed_by, message), *effects)
