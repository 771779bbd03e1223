"""An officer is asked to write: by the button, by /jawab, or by replying to the card (invariant 6)."""

from __future__ import annotations

from conversations import casefile
from conversations.complaints.case import Case, Purpose
from conversations.complaints.complaint import Part
from conversations.conversation import Collecting, Conversation
from conversations.desk import access as desk_access
from conversations.desk import posting as desk_posting
from conversations.desk import writing as desk_answers
from conversations.desk.access import Refusal
from conversations.effects import DropFile, Effect, Outcome, Send, StripButtons
from conversations.events import ButtonPressed, PersonEvent
from conversations.messages import Button, OutgoingMessage
from conversations.parts import keep, part_of
from conversations.reading.numbers import MOST_ID, whole
from conversations.screens import show
from conversations.world import World


def press(
    event: ButtonPressed, world: World, conversation: Conversation, case: Case, purpose: Purpose
) -> Outcome:
    """A card's Jawab or Catatan."""
    if refusal := desk_access.may_not(case, event.origin.person.id, purpose, world):
        return desk_access.refuse(event, conversation, refusal)
    return open_prompt(event, world, conversation, case, purpose)


def open_prompt(
    event: PersonEvent,
    world: World,
    conversation: Conversation,
    case: Case,
    purpose: Purpose,
    parts: tuple[Part, ...] = (),
) -> Outcome:
    """Listen to this officer for this case; with something said already, go straight on with it."""
    if _busy(conversation, case, purpose):
        reference = _reference(conversation, world)
        return desk_access.refuse(event, conversation, Refusal("desk.finish_first", {"reference": reference}))
    if conversation.held and conversation.held != parts and not conversation.private:
        return choose_first(event, world, conversation)
    officer_name, asked = event.origin.person.name, _named(case, event)
    before = conversation.collecting.parts if conversation.collecting else ()
    listening = conversation.model_copy(
        update={
            "listener": "collecting",
            "collecting": Collecting(case=case.id, purpose=purpose, parts=before, since=world.now),
            "held": conversation.held if conversation.private else (),
            "asked_reference": "",
        }
    )
    opened = Outcome.of(listening, asked)
    if parts:
        return opened + desk_answers.add(event, world, listening, asked, parts, anew=True)
    return opened + Outcome.of(desk_posting.prompt(listening, asked, purpose, officer_name))


def choose_first(event: PersonEvent, world: World, conversation: Conversation) -> Outcome:
    """Something said before still waits for its question to be answered; nothing of it is lost."""
    reference = conversation.asked_reference or _reference(conversation, world)
    return desk_access.refuse(event, conversation, Refusal("desk.choose_first", {"reference": reference}))


def _named(case: Case, event: PersonEvent) -> Case:
    person = event.origin.person
    return case.model_copy(update={"prompted": {**case.prompted, person.id: person.name}})


def _busy(conversation: Conversation, case: Case, purpose: Purpose) -> bool:
    """Something unsent for another case or purpose would be lost."""
    writing = conversation.collecting
    return bool(writing and writing.parts and (writing.case, writing.purpose) != (case.id, purpose))


def _reference(conversation: Conversation, world: World) -> str:
    writing = conversation.collecting
    case = world.cases.get(writing.case) if writing else None
    return case.reference if case else ""


def replied_to_card(event: PersonEvent, world: World, conversation: Conversation, case: Case) -> Outcome:
    """A reply to the card is held, and the officer asked once what it is for."""
    part = part_of(event)
    if part is None:
        return desk_answers.explain_kind(event, conversation)
    refusal = desk_access.hidden_from(case, event.origin.person.id, world)
    if case.complaint.confidential and not conversation.private:
        refusal = refusal or Refusal("desk.answer_in_private", {"reference": case.reference})
    if refusal:
        return desk_access.refuse(event, conversation, refusal)
    same = conversation.held and conversation.asked_reference == case.reference
    if conversation.held and not same:
        return choose_first(event, world, conversation)
    if problem := desk_answers.problem_of(event, conversation.held if same else (), world, conversation):
        return problem
    kept = keep(event, case.id)
    effects: tuple[Effect, ...] = (kept,) if kept else ()
    if same:
        more = conversation.model_copy(update={"held": (*conversation.held, part)})
        return Outcome.of(more, *effects)
    return _ask_purpose(event, conversation, case, part, effects)


def _ask_purpose(
    event: PersonEvent, conversation: Conversation, case: Case, part: Part, before: tuple[Effect, ...]
) -> Outcome:
    officer = {"id": conversation.person, "name": event.origin.person.name}
    labels = (("final_response", "question"), ("note", "discard"))
    rows = tuple(tuple(_choice(case, conversation, label) for label in row) for row in labels)
    named = Outcome.of(_named(case, event))
    return named + show(
        conversation,
        "desk.what_for",
        {"reference": casefile.marked(case), "officer": officer},
        buttons=rows,
        before=before,
        held=(part,),
        asked_reference=case.reference,
    )


PURPOSES = {
    "final_response": Purpose.RESPONSE,
    "question": Purpose.QUESTION,
    "note": Purpose.NOTE,
}


def _choice(case: Case, conversation: Conversation, label: str) -> Button:
    return Button(label, "what_for", case.id, case.version, f"{conversation.person},{label}")


def chosen(event: PersonEvent, world: World, conversation: Conversation) -> Outcome:
    """The officer says what a reply to the card is for; nothing has to be typed again."""
    case = desk_access.pressed_case(event, world)
    if case is None or not isinstance(event, ButtonPressed):
        return desk_access.unknown_button(event, conversation)
    owner, _, label = event.value.partition(",")
    if owner != str(conversation.person):
        return not_yours(event, conversation, case)
    if not conversation.held or conversation.asked_reference != case.reference:
        return desk_access.unknown_button(event, conversation)
    strip = Outcome.of(StripButtons(conversation.chat, event.origin.message))
    if label not in PURPOSES:
        return strip + let_go(conversation)
    purpose = PURPOSES[label]
    if refusal := desk_access.may_not(case, conversation.person, purpose, world):
        return desk_access.refuse(event, conversation, refusal)
    opened = open_prompt(event, world, conversation, case, purpose, conversation.held)
    return opened if opened.effects and opened.conversations[0] == conversation else strip + opened


def let_go(conversation: Conversation) -> Outcome:
    """Forget what was held: it was talk among colleagues."""
    emptied = conversation.model_copy(update={"held": (), "asked_reference": ""})
    return Outcome.of(emptied, *tuple(DropFile(part.file) for part in conversation.held if part.file))


def not_yours(event: PersonEvent, conversation: Conversation, case: Case, owner: int = 0) -> Outcome:
    """Another officer is asked here: said by name."""
    if not owner and isinstance(event, ButtonPressed):
        owner = whole(event.value.partition(",")[0], MOST_ID) or 0
    name = case.prompted.get(owner, "")
    params = {"reference": case.reference, "name": name}
    return desk_access.refuse(event, conversation, Refusal("desk.not_yours", params))


def said_plainly(event: PersonEvent, world: World, conversation: Conversation) -> Outcome:
    """Ask about a plain message of an officer with an open prompt whether it is the answer."""
    writing = conversation.collecting
    case = world.cases.get(writing.case) if writing else None
    part = part_of(event)
    if writing is None or case is None or part is None:
        return Outcome.of(conversation)
    if conversation.held and conversation.asked_reference:
        return choose_first(event, world, conversation)
    if problem := desk_answers.problem_of(event, (*writing.parts, *conversation.held), world, conversation):
        return problem
    kept = keep(event, case.id)
    more = conversation.model_copy(update={"held": (*conversation.held, part), "asked_reference": ""})
    effects: tuple[Effect, ...] = (kept,) if kept else ()
    if not conversation.held:
        effects += (_ask_whether(conversation, case, writing.purpose, event.origin.person.name),)
    return Outcome.of(more, *effects)


def _ask_whether(conversation: Conversation, case: Case, purpose: Purpose, name: str) -> Send:
    params = {
        "reference": case.reference,
        "purpose": purpose.value,
        "officer": {"id": conversation.person, "name": name},
    }
    answers = tuple(
        Button(label, "claim", case.id, case.version, f"{conversation.person},{label}")
        for label in ("yes", "no")
    )
    message = OutgoingMessage("desk.send_as", params, (answers,))
    return Send(conversation.chat, message, f"claim:{conversation.person}")


def claimed(event: PersonEvent, world: World, conversation: Conversation) -> Outcome:
    """What was said joins the answer, or it was talk and an empty prompt is closed."""
    case = desk_access.pressed_case(event, world)
    if case is None or not isinstance(event, ButtonPressed):
        return desk_access.unknown_button(event, conversation)
    owner, _, label = event.value.partition(",")
    if owner != str(conversation.person):
        return not_yours(event, conversation, case)
    writing = conversation.collecting
    if writing is None or writing.case != case.id or not conversation.held:
        return desk_access.unknown_button(event, conversation)
    strip = Outcome.of(StripButtons(conversation.chat, event.origin.message))
    if label == "yes":
        emptied = conversation.model_copy(update={"held": ()})
        return strip + desk_answers.add(event, world, emptied, case, conversation.held)
    let = let_go(conversation)
    if not writing.parts:
        closed = {"collecting": None, "listener": "nobody"}
        let += Outcome.of(let.conversations[0].model_copy(update=closed))
    return strip + let
