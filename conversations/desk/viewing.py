"""Reading a case: evidence, the whole text, the identity. What is personal goes to one officer, logged."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from conversations import casefile
from conversations.cards import card_key
from conversations.complaints.case import Case, Purpose
from conversations.conversation import Conversation
from conversations.desk import access as desk_access
from conversations.desk import prompts as desk_prompts
from conversations.effects import AnswerPress, Outcome, RecordHistory, Send
from conversations.events import ButtonPressed, CommandReceived, PersonEvent
from conversations.intake import dialogue as intake
from conversations.messages import Button, OutgoingMessage
from conversations.world import World


def evidence(event: PersonEvent, world: World, conversation: Conversation) -> Outcome:
    """The files and places, as a reply to the card; of a confidential case nothing goes to the group."""
    case = desk_access.pressed_case(event, world)
    if case is None or not isinstance(event, ButtonPressed):
        return desk_access.unknown_button(event, conversation)
    if case.complaint.confidential:
        return _by_link(event, world, conversation, case, "evidence")
    message = _evidence(case, reply_to=card_key(case))
    return Outcome.of(conversation, Send(event.origin.chat, message))


def _evidence(case: Case, reply_to: str = "") -> OutgoingMessage:
    parts = casefile.evidence(case)
    params = {
        "reference": casefile.marked(case),
        "evidence": casefile.counted(parts),
        "places": casefile.places(parts),
    }
    files = tuple(part.file for part in parts if part.file)
    return OutgoingMessage("desk.evidence", params, files=files, reply_to=reply_to)


def read_all(event: PersonEvent, world: World, conversation: Conversation) -> Outcome:
    """The whole matter and all that was said since, without the person."""
    case = desk_access.pressed_case(event, world)
    if case is None or not isinstance(event, ButtonPressed):
        return desk_access.unknown_button(event, conversation)
    if case.complaint.confidential:
        return _by_link(event, world, conversation, case, "read")
    message = _full(case, world, reply_to=card_key(case))
    return Outcome.of(conversation, Send(event.origin.chat, message))


def _full(case: Case, world: World, reply_to: str = "") -> OutgoingMessage:
    params = {
        "reference": casefile.marked(case),
        "status": case.status.value,
        "due": case.due_on.isoformat(),
        "confidential": case.complaint.confidential,
        "fields": casefile.fields(case, world.rules, personal=False),
        "thread": casefile.thread(case, notes=True),
    }
    return OutgoingMessage("desk.full", params, reply_to=reply_to)


def identity(event: PersonEvent, world: World, conversation: Conversation) -> Outcome:
    """Who complains, in the alert of the pressing officer alone; in their private chat when it is long."""
    case = desk_access.pressed_case(event, world)
    if case is None or not isinstance(event, ButtonPressed):
        return desk_access.unknown_button(event, conversation)
    if casefile.personal_files(case):
        return _by_link(event, world, conversation, case, "identity")
    if refusal := desk_access.hidden_from(case, event.origin.person.id, world):
        return desk_access.refuse(event, conversation, refusal)
    if not event.press:
        return _press_again(event, conversation, case)
    shown = _identity(case, world)
    alert = AnswerPress(event.press, shown.template, shown.params, alert=True, overflow=f"identity-{case.id}")
    return _seen(event, world, conversation, case, "identity", alert)


def _identity(case: Case, world: World) -> OutgoingMessage:
    params = {"reference": case.reference, "fields": casefile.fields(case, world.rules, personal=True)}
    return OutgoingMessage("desk.identity", params, files=casefile.personal_files(case))


def _by_link(
    event: ButtonPressed, world: World, conversation: Conversation, case: Case, kind: str
) -> Outcome:
    if refusal := desk_access.hidden_from(case, event.origin.person.id, world):
        return desk_access.refuse(event, conversation, refusal)
    if not event.press:
        return _press_again(event, conversation, case)
    link = AnswerPress(event.press, link=f"{kind}-{case.id}")
    return _seen(event, world, conversation, case, kind, link)


def _press_again(event: ButtonPressed, conversation: Conversation, case: Case) -> Outcome:
    """The check of the presser took so long that this press can show nothing more; the next one will."""
    officer = {"id": conversation.person, "name": event.origin.person.name}
    params = {"reference": case.reference, "officer": officer}
    message = OutgoingMessage("desk.press_again", params, reply_to=card_key(case))
    return Outcome.of(conversation, Send(event.origin.chat, message))


def _seen(
    event: ButtonPressed,
    world: World,
    conversation: Conversation,
    case: Case,
    kind: str,
    answer: AnswerPress,
) -> Outcome:
    seen = desk_access.granted(case, kind, event.origin.person.id, world.now)
    name = event.origin.person.name
    log = RecordHistory(case.id, desk_access.who(event), f"{kind}_viewed", name)
    return Outcome.of(conversation, seen, answer, log)


def answer_by_link(event: PersonEvent, world: World, conversation: Conversation) -> Outcome:
    """A leader answers a confidential case in private, where the group cannot read along."""
    return _write_by_link(event, world, conversation, "answer")


def note_by_link(event: PersonEvent, world: World, conversation: Conversation) -> Outcome:
    """A leader's note on a confidential case is written in private as well."""
    return _write_by_link(event, world, conversation, "note")


def _write_by_link(event: PersonEvent, world: World, conversation: Conversation, kind: str) -> Outcome:
    case = desk_access.pressed_case(event, world)
    if case is None or not isinstance(event, ButtonPressed):
        return desk_access.unknown_button(event, conversation)
    if not case.complaint.confidential:
        return desk_prompts.press(event, world, conversation, case, WRITTEN[kind])
    if refusal := desk_access.may_not(case, event.origin.person.id, WRITTEN[kind], world):
        return desk_access.refuse(event, conversation, refusal)
    return _by_link(event, world, conversation, case, kind)


def _ask_which(event: CommandReceived, conversation: Conversation, case: Case) -> Outcome:
    """In private a confidential case is both responded to and asked about: ask which of the two."""
    person = event.origin.person
    asked = case.model_copy(update={"prompted": {**case.prompted, person.id: person.name}})
    which = tuple(
        Button(label, "desk_write", case.id, case.version, label) for label in ("final_response", "question")
    )
    message = OutgoingMessage("desk.write_which", {"reference": case.reference}, (which,))
    return Outcome.of(conversation, asked, Send(conversation.chat, message))


def write_chosen(event: PersonEvent, world: World, conversation: Conversation) -> Outcome:
    """Tanggapan akhir or Pertanyaan, in the private chat of somebody who came there by a link."""
    case = world.cases.get(event.subject) if isinstance(event, ButtonPressed) else None
    purpose = desk_prompts.PURPOSES.get(event.value) if isinstance(event, ButtonPressed) else None
    if case is None or purpose is None or not desk_access.may_write_here(case, event.origin, world):
        return desk_access.unknown_button(event, conversation)
    if not desk_access.may_follow_link(case, "answer", event.origin.person.id, world):
        return desk_access.unknown_button(event, conversation)
    if refusal := desk_access.may_not(case, event.origin.person.id, purpose, world):
        return desk_access.refuse(event, conversation, refusal)
    return desk_prompts.open_prompt(event, world, conversation, case, purpose)


WRITTEN: Mapping[str, Purpose] = {"answer": Purpose.RESPONSE, "note": Purpose.NOTE}

Reader = Callable[[Case, World], OutgoingMessage]

READ: Mapping[str, Reader] = {
    "identity": _identity,
    "read": _full,
    "evidence": lambda case, _world: _evidence(case),
}


def _parse(argument: str) -> tuple[str, str]:
    kind, _, case = argument.strip().partition("-")
    known = kind in READ or kind in WRITTEN
    return (kind, case) if known and case.isalnum() else ("", "")


def linked_case(argument: str) -> frozenset[str]:
    """The case that a start parameter such as `identity-CASE` names."""
    _, case = _parse(argument)
    return frozenset({case}) if case else frozenset()


def linked(event: CommandReceived, world: World) -> Case | None:
    """The case to which the sender was given this very link, however long ago."""
    kind, name = _parse(event.argument)
    case = world.cases.get(name)
    return case if case and f"{kind}:{event.origin.person.id}" in case.grants else None


def open_link(event: CommandReceived, world: World, conversation: Conversation) -> Outcome:
    """What the link promised, to the officer who got it, for ten minutes; else an unknown start."""
    kind, identity_of = _parse(event.argument)
    case, person = world.cases.get(identity_of), event.origin.person.id
    if case is None or not desk_access.may_follow_link(case, kind, person, world):
        return intake.COMMANDS["start"](event, world, conversation)
    if kind in WRITTEN:
        if refusal := desk_access.may_not(case, person, WRITTEN[kind], world):
            return desk_access.refuse(event, conversation, refusal)
        if kind == "answer":
            return _ask_which(event, conversation, case)
        return desk_prompts.open_prompt(event, world, conversation, case, WRITTEN[kind])
    message = READ[kind](case, world)
    if kind == "read" and case.complaint.confidential and casefile.evidence(case):
        return Outcome.of(
            conversation, Send(conversation.chat, message), Send(conversation.chat, _evidence(case))
        )
    return Outcome.of(conversation, Send(conversation.chat, message))
