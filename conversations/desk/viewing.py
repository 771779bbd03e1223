"""Reading a case: its evidence, its whole text, its identity. Each view of the identity is in the history."""

from __future__ import annotations

from conversations import cards, casefile, keys
from conversations.complaints.case import Case
from conversations.conversation import Conversation
from conversations.desk import access
from conversations.desk.refusals import Result
from conversations.effects import AnswerPress, Outcome, RecordHistory, Send
from conversations.events import ButtonPressed
from conversations.messages import OutgoingMessage
from conversations.world import World


def evidence(event: ButtonPressed, world: World, conversation: Conversation, case: Case) -> Result:
    """The button "Bukti": send the files and places; of a confidential case, in private by a link."""
    if case.complaint.confidential:
        return by_link(event, world, conversation, case, "evidence")
    message = evidence_message(case, reply_to=keys.card(case.id))
    return Outcome.of(conversation, Send(event.origin.chat, message))


def evidence_message(case: Case, reply_to: str = "") -> OutgoingMessage:
    """The message with the files and places."""
    parts = casefile.evidence(case)
    params = {
        "reference": casefile.marked(case),
        "evidence": casefile.counted(parts),
        "places": casefile.places(parts),
    }
    files = tuple(part.file for part in parts if part.file)
    return OutgoingMessage("desk.evidence", params, files=files, reply_to=reply_to)


def read_all(event: ButtonPressed, world: World, conversation: Conversation, case: Case) -> Result:
    """The button "Baca lengkap": send the text without the person; of a confidential case, by a link."""
    if case.complaint.confidential:
        return by_link(event, world, conversation, case, "read")
    message = full_message(case, world, reply_to=keys.card(case.id))
    return Outcome.of(conversation, Send(event.origin.chat, message))


def full_message(case: Case, world: World, reply_to: str = "") -> OutgoingMessage:
    """The message with the answers and contributions, without the answers about the person."""
    params = {
        "reference": casefile.marked(case),
        "status": case.status.value,
        "due": case.due_on.isoformat(),
        "confidential": case.complaint.confidential,
        "classified": casefile.agency_of(case, world.rules).class_name(case.classified),
        "level": case.level,
        "fields": casefile.fields(case, world.rules, personal=False),
        "thread": casefile.thread(case, notes=True),
        "entry": cards.entry(case),
    }
    return OutgoingMessage("desk.full", params, reply_to=reply_to)


def identity(event: ButtonPressed, world: World, conversation: Conversation, case: Case) -> Result:
    """The button "Lihat Identitas": an alert for the presser alone; the private chat where it is too long."""
    if casefile.personal_files(case):
        return by_link(event, world, conversation, case, "identity")
    if refusal := access.reading_refusal(case, event.origin.person.id, world):
        return refusal
    if not event.press:
        return _press_again(event, conversation, case)
    shown, link = identity_message(case, world), f"identity-{case.id}"
    alert = AnswerPress(event.press, shown.template, shown.params, alert=True, overflow=link)
    return _view_recorded(event, world, conversation, case, "identity", alert)


def identity_message(case: Case, world: World) -> OutgoingMessage:
    """The message with the answers about the person."""
    fields = [*casefile.fields(case, world.rules, personal=True), *casefile.corrections(case)]
    params = {"reference": case.reference, "fields": fields}
    return OutgoingMessage("desk.identity", params, files=casefile.personal_files(case))


def by_link(event: ButtonPressed, world: World, conversation: Conversation, case: Case, kind: str) -> Result:
    """Open the presser's private chat with a link that is valid for ten minutes (links.py)."""
    if refusal := access.reading_refusal(case, event.origin.person.id, world):
        return refusal
    if not event.press:
        return _press_again(event, conversation, case)
    link = AnswerPress(event.press, link=f"{kind}-{case.id}")
    return _view_recorded(event, world, conversation, case, kind, link)


def _press_again(event: ButtonPressed, conversation: Conversation, case: Case) -> Outcome:
    """Ask for another press: the check of the membership took longer than a press can be answered."""
    officer = {"id": conversation.person, "name": event.origin.person.name}
    params = {"reference": case.reference, "officer": officer}
    message = OutgoingMessage("desk.press_again", params, reply_to=keys.card(case.id))
    return Outcome.of(conversation, Send(event.origin.chat, message))


def _view_recorded(
    event: ButtonPressed,
    world: World,
    conversation: Conversation,
    case: Case,
    kind: str,
    answer: AnswerPress,
) -> Outcome:
    seen = access.with_link(case, kind, event.origin.person.id, world.now)
    log = RecordHistory(case.id, access.history_name(event), f"{kind}_viewed", event.origin.person.name)
    return Outcome.of(conversation, seen, answer, log)
