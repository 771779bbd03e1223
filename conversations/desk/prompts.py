"""Prompts: an officer is asked to write after a button, after /jawab or a reply to the card (invariant 6)."""

from __future__ import annotations

from collections.abc import Mapping

from conversations import casefile, keys, listening
from conversations.complaints.case import Case, Purpose
from conversations.complaints.complaint import Part
from conversations.conversation import Conversation, Undecided, Unsent
from conversations.desk import access, canned, posting, refusals, writing
from conversations.desk.purposes import WRITTEN
from conversations.desk.refusals import OUTDATED, Refusal, Result
from conversations.effects import Edit, Outcome, Send, StripButtons
from conversations.events import ButtonPressed, PersonEvent
from conversations.messages import Button, OutgoingMessage
from conversations.parts import drop_files, keep, part_of
from conversations.reading.numbers import MOST_ID, whole
from conversations.screens import screen_key, show_message
from conversations.world import World

# What a reply to the card can be for: the button -> the purpose.
PURPOSES: Mapping[str, Purpose] = {row.reply: purpose for purpose, row in WRITTEN.items() if row.reply}


def open_prompt(
    event: PersonEvent,
    world: World,
    conversation: Conversation,
    case: Case,
    purpose: Purpose,
    parts: tuple[Part, ...] = (),
    target: str = "",
) -> Result:
    """Listen to this officer for this case and ask for the text; with `parts`, go on with them.

    `target` is what the officer has chosen before, such as the division that gets an instruction.
    """
    if busy := _unsent_for_another(world, conversation, case, (purpose, target)):
        return busy
    undecided = conversation.undecided
    if undecided and undecided.parts != parts and not undecided.refused:
        return choose_first(world, conversation, undecided)
    dropped = drop_files(undecided.parts) if undecided and undecided.parts != parts else ()
    before = conversation.writing.parts if conversation.writing else ()
    opened = conversation.model_copy(
        update={
            "listener": "writing",
            "writing": Unsent(case=case.id, purpose=purpose, target=target, parts=before, since=world.now),
            "collecting": None,
            "undecided": None,
            "asked_reference": "",
        }
    )
    case = access.with_prompted_officer(case, event.origin.person)
    outcome = Outcome.of(opened, case, *dropped)
    if parts:
        return outcome + writing.add(event, world, opened, case, parts, below=True)
    offered = canned.offer(event, world, opened, case) if purpose is Purpose.RESPONSE and not before else None
    unsent = opened.writing or Unsent(case=case.id, purpose=purpose, since=world.now)
    return outcome + Outcome.of(writing.ask(event, world, opened, case, unsent), offered)


def _unsent_for_another(
    world: World, conversation: Conversation, case: Case, wanted: tuple[Purpose, str]
) -> Refusal | None:
    """Refuse a prompt while messages for another case or purpose are not sent yet; None if there are none."""
    for unsent in (conversation.writing, conversation.collecting):
        if unsent and unsent.parts and (unsent.case, (unsent.purpose, unsent.target)) != (case.id, wanted):
            other = world.cases.get(unsent.case)
            return Refusal("desk.finish_first", {"reference": other.reference if other else ""})
    return None


def choose_first(world: World, conversation: Conversation, undecided: Undecided) -> Refusal:
    """The refusal while the question is open what earlier messages are for."""
    case = world.cases.get(conversation.writing.case) if conversation.writing else None
    reference = undecided.reference or (case.reference if case else "")
    return Refusal("desk.choose_first", {"reference": reference})


def replied_to_card(event: PersonEvent, world: World, conversation: Conversation, case: Case) -> Result:
    """Keep a reply to the card, and ask the officer once what it is for."""
    part = part_of(event)
    if part is None:
        return writing.NOT_PASSED_ON
    if refusal := _reply_refusal(event, world, conversation, case):
        return refusal
    kept = Outcome.of(keep(event, case.id))
    if conversation.undecided and not conversation.undecided.refused:
        return kept + Outcome.of(_with_undecided(conversation, part, case.reference))
    if conversation.undecided:
        kept = Outcome.of(*drop_files(conversation.undecided.parts)) + kept
    return kept + _ask_purpose(event, world, conversation, case, part)


def _reply_refusal(
    event: PersonEvent, world: World, conversation: Conversation, case: Case
) -> Refusal | None:
    if refusal := access.handling_refusal(case, event.origin.person.id, world):
        return refusal
    if case.complaint.confidential:
        return Refusal("desk.answer_in_private", {"reference": case.reference})
    undecided = conversation.undecided
    if undecided is None or undecided.refused:
        return writing.problem_of(event, world, ())
    if undecided.reference != case.reference:
        return choose_first(world, conversation, undecided)
    return writing.problem_of(event, world, undecided.parts)


def _with_undecided(conversation: Conversation, part: Part, reference: str = "") -> Conversation:
    before = conversation.undecided.parts if conversation.undecided else ()
    undecided = Undecided(reference=reference, parts=(*before, part))
    return conversation.model_copy(update={"undecided": undecided})


def _ask_purpose(
    event: PersonEvent, world: World, conversation: Conversation, case: Case, part: Part
) -> Outcome:
    asked = Outcome.of(access.with_prompted_officer(case, event.origin.person))
    undecided = Undecided(reference=case.reference, parts=(part,))
    return asked + show_message(
        conversation, _what_for(event, world, conversation, case), undecided=undecided
    )


def _what_for(event: PersonEvent, world: World, conversation: Conversation, case: Case) -> OutgoingMessage:
    """The question what a reply is for, with the purposes that are possible now."""
    possible = [
        label
        for label, purpose in PURPOSES.items()
        if access.writing_refusal(case, conversation.person, purpose, world, conversation.chat) is None
    ]
    officer = {"id": conversation.person, "name": event.origin.person.name}
    buttons = [_choice(case, conversation, label) for label in (*possible, "discard")]
    rows = tuple(tuple(buttons[first : first + 2]) for first in range(0, len(buttons), 2))
    params = {"reference": casefile.marked(case), "officer": officer, "choices": possible}
    return OutgoingMessage("desk.what_for", params, rows)


def _choice(case: Case, conversation: Conversation, label: str) -> Button:
    return Button(label, "what_for", case.id, case.version, f"{conversation.person},{label}")


def purpose_chosen(event: ButtonPressed, world: World, conversation: Conversation, case: Case) -> Result:
    """The button that says what a reply is for: open a prompt with the reply as its text, or drop it."""
    owner, _, label = event.value.partition(",")
    if owner != str(conversation.person):
        return refusals.not_yours(case, whole(owner, MOST_ID) or 0)
    undecided = conversation.undecided
    if undecided is None or undecided.reference != case.reference:
        return OUTDATED
    if not access.may_write_here(case, event.origin, world):
        return OUTDATED
    strip = Outcome.of(StripButtons(conversation.chat, event.origin.message))
    if label not in PURPOSES:
        return strip + drop_undecided(conversation)
    purpose, chat = PURPOSES[label], conversation.chat
    if refusal := access.writing_refusal(case, conversation.person, purpose, world, chat):
        return _offer_others(event, world, conversation, case, refusal)
    opened = open_prompt(event, world, conversation, case, purpose, undecided.parts)
    return opened if isinstance(opened, Refusal) else strip + opened


def _offer_others(
    event: ButtonPressed, world: World, conversation: Conversation, case: Case, refusal: Refusal
) -> Outcome:
    """Refuse the choice, and show what is possible now; the officer's other acts do not wait for it."""
    undecided = conversation.undecided
    if undecided:
        undecided = undecided.model_copy(update={"refused": True})
    kept = conversation.model_copy(update={"undecided": undecided})
    again = Edit(kept.chat, screen_key(kept), _what_for(event, world, kept, case), event.origin.message)
    return refusals.refuse(event, kept, refusal) + Outcome.of(again)


def drop_undecided(conversation: Conversation) -> Outcome:
    """Drop the undecided messages: they were talk among colleagues."""
    parts = conversation.undecided.parts if conversation.undecided else ()
    return Outcome.of(conversation.model_copy(update={"undecided": None}), *drop_files(parts))


def plain_message(event: PersonEvent, world: World, conversation: Conversation) -> Result:
    """Keep a plain message of an officer with an open prompt, and ask once whether it is for the prompt."""
    unsent, undecided = conversation.writing, conversation.undecided
    case = world.cases.get(unsent.case) if unsent else None
    part = part_of(event)
    if unsent is None or case is None or part is None:
        return Outcome.of(conversation)
    if undecided and undecided.reference:
        return choose_first(world, conversation, undecided)
    earlier = undecided.parts if undecided else ()
    if problem := writing.problem_of(event, world, (*unsent.parts, *earlier)):
        return problem
    question = None if undecided else _ask_whether(event, conversation, case, unsent.purpose)
    return Outcome.of(_with_undecided(conversation, part), keep(event, case.id), question)


def _ask_whether(event: PersonEvent, conversation: Conversation, case: Case, purpose: Purpose) -> Send:
    params = {
        "reference": case.reference,
        "purpose": purpose.value,
        "officer": {"id": conversation.person, "name": event.origin.person.name},
    }
    answers = tuple(
        Button(label, "claim", case.id, case.version, f"{conversation.person},{label}")
        for label in ("yes", "no")
    )
    message = OutgoingMessage("desk.send_as", params, (answers,))
    return Send(conversation.chat, message, keys.claim(conversation.person))


def claim_pressed(event: ButtonPressed, world: World, conversation: Conversation, case: Case) -> Result:
    """The buttons "Ya" and "Tidak" of that question: add the messages to the prompt, or drop them.

    "Tidak" also closes a prompt that has no text yet.
    """
    owner, _, label = event.value.partition(",")
    if owner != str(conversation.person):
        return refusals.not_yours(case, whole(owner, MOST_ID) or 0)
    unsent, undecided = conversation.writing, conversation.undecided
    if unsent is None or unsent.case != case.id or undecided is None:
        return OUTDATED
    strip = Outcome.of(StripButtons(conversation.chat, event.origin.message))
    if label == "yes":
        decided = conversation.model_copy(update={"undecided": None})
        return strip + writing.add(event, world, decided, case, undecided.parts)
    if unsent.parts:
        return strip + drop_undecided(conversation)
    return strip + posting.close(world, conversation)


def joins_album(event: PersonEvent, conversation: Conversation) -> bool:
    """Whether a message is a late item of an album that the open prompt has."""
    part, unsent = part_of(event), conversation.writing
    if part is None or not part.album or unsent is None or not listening.officer_listens(conversation):
        return False
    return any(known.album == part.album for known in unsent.parts)
