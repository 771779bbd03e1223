"""Private links: the officer reads and writes in private what the group must not read.

A button of the card opens the private chat with a start parameter such as `identity-CASE`. The parameter is
valid for ten minutes, for the officer who pressed, while they are in the group.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from conversations import casefile, keys
from conversations.complaints.case import Case, Purpose
from conversations.conversation import Conversation
from conversations.desk import (
    access,
    approving,
    archiving,
    blocking,
    data_requests,
    disposition,
    exits,
    papers,
    prompts,
    refusals,
    viewing,
)
from conversations.desk.access import RefusableAct
from conversations.desk.purposes import WRITTEN
from conversations.desk.refusals import OUTDATED, Refusal, Result
from conversations.effects import Outcome, Send
from conversations.events import ButtonPressed, CommandReceived, PersonEvent
from conversations.messages import Button, OutgoingMessage
from conversations.world import World

# What the officer writes, by the kind of link; and what the link shows.
ASKED: Mapping[str, Purpose] = {row.link: purpose for purpose, row in WRITTEN.items() if row.link}
READ: Mapping[str, Callable[[Case, World], OutgoingMessage]] = {
    "identity": viewing.identity_message,
    "read": viewing.full_message,
    "evidence": lambda case, _world: viewing.evidence_message(case),
    "review": approving.review_message,
    data_requests.LINK: data_requests.message,
}
Choice = Callable[[PersonEvent, World, Conversation, Case], Result]
# What is chosen before the officer writes, by the kind of link; in the group as well.
CHOICES: Mapping[str, Choice] = {
    exits.LINK: exits.choose_destination,
    archiving.LINK: archiving.choose_division,
    blocking.LINK: blocking.choose_days,
}


def begin(kind: str) -> RefusableAct:
    """The act of a button that asks for what this kind of link asks for; by the link if confidential."""

    def act(event: ButtonPressed, world: World, conversation: Conversation, case: Case) -> Result:
        return _write(event, world, conversation, case, kind)

    return act


def answer(event: ButtonPressed, world: World, conversation: Conversation, case: Case) -> Result:
    """The button "Jawab": ask for a response, in the group, or by a link where the case is confidential."""
    return _write(event, world, conversation, case, "answer")


def ask(event: ButtonPressed, world: World, conversation: Conversation, case: Case) -> Result:
    """The button "Tanya": ask for a question to the citizen; by a link where the case is confidential."""
    return _write(event, world, conversation, case, "ask")


def correct(event: ButtonPressed, world: World, conversation: Conversation, case: Case) -> Result:
    """The button "Ralat": ask for the correction of a response; by a link where the case is confidential."""
    return _write(event, world, conversation, case, "correct")


def note(event: ButtonPressed, world: World, conversation: Conversation, case: Case) -> Result:
    """The button "Catatan": ask for a note, in the group, or by a link where the case is confidential."""
    return _write(event, world, conversation, case, "note")


def request(event: ButtonPressed, world: World, conversation: Conversation, case: Case) -> Result:
    """The button "Minta Kelengkapan": ask what is missing; by a link where the case is confidential."""
    return _write(event, world, conversation, case, "request")


def completion(event: ButtonPressed, world: World, conversation: Conversation, case: Case) -> Result:
    """The button "Lengkap": ask how it was completed; by a link where the case is confidential."""
    return _write(event, world, conversation, case, "completion")


def report(event: ButtonPressed, world: World, conversation: Conversation, case: Case) -> Result:
    """The button "Laporan bidang": ask for what a division answered without the bot."""
    return _write(event, world, conversation, case, "report")


def objection(event: ButtonPressed, world: World, conversation: Conversation, case: Case) -> Result:
    """The button "Catat Keberatan": ask for the reason, unless the objection days are over."""
    until = case.objection_until
    if until and world.today > until:
        return Refusal("desk.told_too_late", {"reference": case.reference, "until": until.isoformat()})
    return _write(event, world, conversation, case, "objection")


def _write(event: ButtonPressed, world: World, conversation: Conversation, case: Case, kind: str) -> Result:
    if refusal := access.writing_refusal(case, event.origin.person.id, ASKED[kind], world):
        return refusal
    if case.complaint.confidential:
        return viewing.by_link(event, world, conversation, case, kind)
    if kind in CHOICES:
        return CHOICES[kind](event, world, conversation, case)
    return prompts.open_prompt(event, world, conversation, case, ASKED[kind])


def _parse(argument: str) -> tuple[str, str]:
    """The kind of link and the id of the case in a start parameter; two empty texts for another parameter."""
    kind, _, case = argument.strip().partition("-")
    known = kind in READ or kind in ASKED or kind in papers.PAPERS
    return (kind, case) if known and case.isalnum() else ("", "")


def linked_case(argument: str) -> frozenset[str]:
    """The id of the case in a start parameter such as `identity-CASE`; empty for another parameter."""
    _, case = _parse(argument)
    return frozenset({case}) if case else frozenset()


def linked(event: CommandReceived, world: World) -> Case | None:
    """The case of this link, if the sender was ever given the link; else None."""
    kind, name = _parse(event.argument)
    case = world.cases.get(name)
    return case if case and f"{kind}:{event.origin.person.id}" in case.grants else None


def open_link(event: CommandReceived, world: World, conversation: Conversation) -> Outcome:
    """Show what the link is for, or ask to write; for an invalid link, say how to get another one."""
    kind, name = _parse(event.argument)
    case, person = world.cases.get(name), event.origin.person.id
    if case is None or not access.may_follow_link(case, kind, person, world):
        return Outcome.of(conversation, Send(conversation.chat, OutgoingMessage("desk.link_stale")))
    if kind in ASKED:
        return refusals.outcome_of(event, conversation, _opened(event, world, conversation, case, kind))
    # By the key an erasure finds these messages; no other message has it.
    key, shown = keys.about(case.id, event.origin.message), _shown(case, kind, world)
    return Outcome.of(conversation, *(Send(conversation.chat, message, key) for message in shown))


def _shown(case: Case, kind: str, world: World) -> tuple[OutgoingMessage, ...]:
    if kind in papers.PAPERS:
        return papers.opened(case, kind, world)
    with_evidence = kind == "read" and case.complaint.confidential and casefile.evidence(case)
    evidence = (viewing.evidence_message(case),) if with_evidence else ()
    return (READ[kind](case, world), *evidence)


def _opened(
    event: CommandReceived, world: World, conversation: Conversation, case: Case, kind: str
) -> Result:
    if refusal := access.writing_refusal(case, event.origin.person.id, ASKED[kind], world):
        return refusal
    if kind == "answer":
        return _ask_which(event, conversation, case)
    if kind in CHOICES:
        return CHOICES[kind](event, world, conversation, case)
    if kind == "to_division":
        return disposition.ask_division(event, world, conversation, case)
    return prompts.open_prompt(event, world, conversation, case, ASKED[kind])


def _ask_which(event: CommandReceived, conversation: Conversation, case: Case) -> Outcome:
    """Ask whether the officer writes a response or a question: the link is the same for both."""
    asked = access.with_prompted_officer(case, event.origin.person)
    which = tuple(
        Button(label, "desk_write", case.id, case.version, label) for label in ("final_response", "question")
    )
    message = OutgoingMessage("desk.write_which", {"reference": case.reference}, (which,))
    return Outcome.of(conversation, asked, Send(conversation.chat, message))


def write_chosen(event: ButtonPressed, world: World, conversation: Conversation, case: Case) -> Result:
    """The buttons "Tanggapan akhir" and "Pertanyaan" in the private chat: ask for the text."""
    purpose = prompts.PURPOSES.get(event.value)
    if purpose is None or not access.may_follow_link(case, "answer", event.origin.person.id, world):
        return OUTDATED
    if refusal := access.writing_refusal(case, event.origin.person.id, purpose, world):
        return refusal
    return prompts.open_prompt(event, world, conversation, case, purpose)
