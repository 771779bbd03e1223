"""An officer confirms that a case is complete, and states its class and its level.

    Rina:  [Verifikasi]
    Bot:   Rina, apa jenis pengaduan DPMD-2026-0001 · …? [Prosedur berbelit] [Biaya tidak resmi] [Batal]
    Rina:  [Biaya tidak resmi]
    Bot:   … Tingkat berapa? [Tingkat 1: petugas] [Tingkat 2: bidang] [Batal]
    Rina:  [Tingkat 1: petugas]
    Bot:   ✅ Rina memverifikasi DPMD-2026-0001 · … Kelas: Biaya tidak resmi. Tingkat 1 … [Ubah Kelas]

The class is asked where the agency lists classes, the level where it has divisions. Without both, one press
verifies. The case is verified with the last answer. Of a confidential case the questions are asked in the
private chat, because the class says what it is about.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from conversations import casefile, keys
from conversations.complaints.agency import Agency
from conversations.complaints.case import Case, changed
from conversations.complaints.life_cycle import CaseEvent, Status, allowed
from conversations.conversation import Conversation
from conversations.desk import access, conflict, refusals
from conversations.desk.handling import confirm_receipt, start, verified
from conversations.desk.refusals import OUTDATED, Refusal, Result
from conversations.effects import AnswerPress, Edit, Effect, Outcome, RecordHistory, Send, StripButtons
from conversations.events import ButtonPressed
from conversations.messages import Button, OutgoingMessage, Rows
from conversations.reading.numbers import MOST_ID, whole
from conversations.world import World

# The answers to the questions of "Verifikasi", and to those of "Ubah Kelas".
VERIFY_ACTION, CHANGE_ACTION = "classify", "reclassify_as"
LEVELS = (1, 2)
# In place of a level: the button "Batal".
_CANCEL = "x"


class _Answers(NamedTuple):
    """What the officer has chosen so far: the id of the class, and the level; empty and 0 if not yet."""

    classified: str = ""
    level: int = 0


def may_be_reclassified(case: Case) -> bool:
    """Whether class and level can be changed: while the case is open, in an agency that has them."""
    return case.open and case.verified_by is not None and case.level > 0


def verify(event: ButtonPressed, world: World, conversation: Conversation, case: Case) -> Result:
    """The button "Verifikasi": ask for class and level; where the agency has neither, verify."""
    if refusal := _verify_refusal(event, world, case):
        return refusal
    agency = casefile.agency_of(case, world.rules)
    if agency.classes or agency.divisions:
        return _ask(event, world, conversation, case, VERIFY_ACTION)
    done = _verified(event, world, case, _Answers())
    answer = AnswerPress(event.press, "desk.now_verified", {"reference": case.reference})
    return Outcome.of(conversation, answer) + done


def reclassify(event: ButtonPressed, world: World, conversation: Conversation, case: Case) -> Result:
    """The button "Ubah Kelas": ask for class and level again."""
    return _change_refusal(event, world, case) or _ask(event, world, conversation, case, CHANGE_ACTION)


def _verify_refusal(event: ButtonPressed, world: World, case: Case) -> Refusal | None:
    person = event.origin.person.id
    if refusal := access.handling_refusal(case, person, world):
        return refusal
    if allowed(case.status, CaseEvent.VERIFIED, access.role_of(case, person, world)):
        return None
    if case.verified_by is None:
        return refusals.state_refusal(case)
    lines = (line.at.isoformat() for line in reversed(case.timeline) if line.status is Status.VERIFIED)
    params = {"reference": case.reference, "name": case.verified_by.name, "at": next(lines, "")}
    return Refusal("desk.already_verified", params)


def _change_refusal(event: ButtonPressed, world: World, case: Case) -> Refusal | None:
    if refusal := access.handling_refusal(case, event.origin.person.id, world):
        return refusal
    return None if may_be_reclassified(case) else refusals.state_refusal(case)


def _ask(event: ButtonPressed, world: World, conversation: Conversation, case: Case, action: str) -> Outcome:
    """Ask the first question below the card; of a confidential case in the private chat."""
    person, key = event.origin.person, keys.classify(case.id, event.origin.person.id)
    asked = access.with_prompted_officer(case, person)
    message = _question(event, world, case, action, _Answers())
    if not conflict.is_hidden_here(event, world, case):
        return Outcome.of(conversation, asked, Send(event.origin.chat, message, key))
    elsewhere = Refusal("desk.asked_in_private", {"reference": case.reference})
    return refusals.refuse(event, conversation, elsewhere) + Outcome.of(asked, Send(person.id, message, key))


def _question(
    event: ButtonPressed, world: World, case: Case, action: str, answers: _Answers
) -> OutgoingMessage:
    person, agency = event.origin.person, casefile.agency_of(case, world.rules)
    params: dict[str, Any] = {
        "reference": casefile.marked(case),
        "officer": {"id": person.id, "name": person.name},
    }
    private = event.origin.private or conflict.is_hidden_here(event, world, case)
    reply_to = "" if private else keys.card(case.id)
    if agency.classes and not answers.classified:
        return OutgoingMessage(
            "desk.ask_class", params, _class_buttons(case, agency, action, person.id), reply_to=reply_to
        )
    params["classified"] = agency.class_name(answers.classified)
    rows = _level_buttons(case, action, person.id, answers.classified)
    return OutgoingMessage("desk.ask_level", params, rows, reply_to=reply_to)


def _class_buttons(case: Case, agency: Agency, action: str, person: int) -> Rows:
    chosen = (
        Button("choice", action, case.id, case.version, f"{person},{entry.id},", params={"text": entry.name})
        for entry in agency.classes
    )
    return (*((button,) for button in chosen), (_cancel(case, action, person),))


def _level_buttons(case: Case, action: str, person: int, classified: str) -> Rows:
    levels = (
        Button(f"level_{level}", action, case.id, case.version, f"{person},{classified},{level}")
        for level in LEVELS
    )
    return (*((button,) for button in levels), (_cancel(case, action, person),))


def _cancel(case: Case, action: str, person: int) -> Button:
    return Button("discard", action, case.id, case.version, f"{person},,{_CANCEL}")


def verify_answered(event: ButtonPressed, world: World, conversation: Conversation, case: Case) -> Result:
    """A button below a question of "Verifikasi"; the last answer verifies the case."""
    return _answered(event, world, conversation, case, _verify_refusal(event, world, case))


def change_answered(event: ButtonPressed, world: World, conversation: Conversation, case: Case) -> Result:
    """A button below a question of "Ubah Kelas"; the last answer changes class and level."""
    return _answered(event, world, conversation, case, _change_refusal(event, world, case))


def _answered(
    event: ButtonPressed, world: World, conversation: Conversation, case: Case, refusal: Refusal | None
) -> Result:
    asked, classified, level = (*event.value.split(","), "", "")[:3]
    if asked != str(conversation.person):
        return refusals.not_yours(case, whole(asked, MOST_ID) or 0)
    if not (event.origin.private or access.is_handled_here(case, event.origin, world)):
        return OUTDATED
    strip = Outcome.of(conversation, StripButtons(event.origin.chat, event.origin.message))
    if level == _CANCEL:
        return strip
    if refusal:
        return refusals.refuse(event, conversation, refusal) + strip
    answers = _read(casefile.agency_of(case, world.rules), classified, level)
    if answers is None:
        return OUTDATED
    return Outcome.of(conversation) + _next(event, world, case, answers)


def _read(agency: Agency, classified: str, level: str) -> _Answers | None:
    """The answers in a button; None where the configuration does not contain them any more."""
    number = whole(level, LEVELS[-1]) or 0
    if (classified and not agency.class_name(classified)) or (number and not agency.divisions):
        return None
    if agency.classes and not classified:
        return None
    return _Answers(classified, number if agency.divisions else LEVELS[0])


def _next(event: ButtonPressed, world: World, case: Case, answers: _Answers) -> Outcome:
    """Ask for what is not chosen yet; after the last answer, act."""
    if not answers.level:
        question = _question(event, world, case, event.action, answers)
        key = keys.classify(case.id, event.origin.person.id)
        return Outcome.of(Edit(event.origin.chat, key, question, event.origin.message))
    act = _verified if event.action == VERIFY_ACTION else _reclassified
    done = act(event, world, case, answers)
    shown = OutgoingMessage(*_result(event, world, done.cases[-1]))
    # Another key: the message is no question to this officer any more.
    key = keys.about(case.id, event.origin.message)
    return done + Outcome.of(Edit(event.origin.chat, key, shown, event.origin.message))


def _result(event: ButtonPressed, world: World, case: Case) -> tuple[str, dict[str, Any], Rows]:
    agency = casefile.agency_of(case, world.rules)
    params = {
        "reference": casefile.marked(case),
        "name": event.origin.person.name,
        "classified": agency.class_name(case.classified),
        "level": case.level,
        "changed": event.action == CHANGE_ACTION,
    }
    again = Button("reclassify", "reclassify", case.id, case.version)
    return "desk.classified", params, ((again,),)


def _verified(event: ButtonPressed, world: World, case: Case, answers: _Answers) -> Outcome:
    officer = access.officer_of(event, world)
    role = access.role_of(case, officer.id, world)
    case, history = verified(world, case, role, officer)
    case = case.model_copy(update=answers._asdict())
    case, steps = start(world, case, role, officer)
    chosen = (_record(event, world, case),) if answers.level else ()
    return Outcome.of(case, *confirm_receipt(case, world), *history, *chosen, *steps)


def _reclassified(event: ButtonPressed, world: World, case: Case, answers: _Answers) -> Outcome:
    case = changed(case, **answers._asdict())
    return Outcome.of(case, _record(event, world, case))


def _record(event: ButtonPressed, world: World, case: Case) -> Effect:
    name = casefile.agency_of(case, world.rules).class_name(case.classified)
    return RecordHistory(case.id, access.history_name(event), "classified", f"{name or '-'} ({case.level})")
