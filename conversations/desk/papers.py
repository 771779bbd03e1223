"""The button "Dokumen": what is on paper about a case, for officers.

    Rina:  [Lainnya] [Dokumen]
    Bot:   Dokumen DPMD-2026-0001 · …: … [Lembar Disposisi] [Berita Acara] [Surat Tanggapan]
           [Surat Pengaduan] [Tanda Terima]
    Rina:  [Lembar Disposisi]
    Bot:   (file) Lembar disposisi DPMD-2026-0001 · …
    Rina:  [Surat Pengaduan]                  (the private chat opens)
    Bot to Rina:
           (file) Surat pengaduan DPMD-2026-0001 …

What has the identity goes to the presser's private chat by a link, like "Lihat Identitas"; of a confidential
case all of it does. Each such view is in the history.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import NamedTuple

from conversations import casefile, keys, papers
from conversations.complaints.case import Case, Purpose
from conversations.conversation import Conversation
from conversations.desk import access, viewing
from conversations.desk.refusals import OUTDATED, Refusal, Result
from conversations.documents.closing import is_over
from conversations.documents.response import standing
from conversations.effects import Outcome, Send
from conversations.events import ButtonPressed
from conversations.messages import Button, Document, DocumentKind, OutgoingMessage, Rows
from conversations.world import World

ACTION = "paper"


class Paper(NamedTuple):
    """A document that officers can get: its messages, and whether it has the identity."""

    messages: Callable[[Case, World], tuple[OutgoingMessage, ...]]
    personal: bool


def _slip(case: Case, world: World) -> tuple[OutgoingMessage, ...]:
    """The newest slip."""
    places = [place for place, one in enumerate(case.thread, 1) if one.purpose is Purpose.INSTRUCTION]
    if not places:
        return ()
    division = casefile.agency_of(case, world.rules).division_name(case.thread[places[-1] - 1].target)
    shown = {"division": division, "confidential": case.complaint.confidential}
    return (_marked(case, DocumentKind.SLIP, str(places[-1]), **shown),)


def _closing(case: Case, _world: World) -> tuple[OutgoingMessage, ...]:
    if not is_over(case):
        return ()
    return (_marked(case, DocumentKind.CLOSING, confidential=case.complaint.confidential),)


def _responses(case: Case, _world: World) -> tuple[OutgoingMessage, ...]:
    """The letter of each response that was not recalled, the oldest first."""
    numbers = reversed(standing(case))
    return tuple(_copy(case, DocumentKind.RESPONSE, str(number)) for number in numbers)


def _complaint(case: Case, _world: World) -> tuple[OutgoingMessage, ...]:
    return (_copy(case, DocumentKind.COMPLAINT),)


def _receipt(case: Case, _world: World) -> tuple[OutgoingMessage, ...]:
    return (_copy(case, DocumentKind.RECEIPT),)


def _copy(case: Case, kind: DocumentKind, detail: str = "") -> OutgoingMessage:
    """A document of the complainant for an officer."""
    document = Document(kind, case.id, detail)
    return OutgoingMessage("captions.for_officer", {"reference": case.reference}, document=document)


def _marked(case: Case, kind: DocumentKind, detail: str = "", **shown: object) -> OutgoingMessage:
    """The document for the group: a reply to its caption is about the case."""
    return papers.message(case, kind, detail, reference=casefile.marked(case), **shown)


# The documents by the label of their button, which is the kind of the private link too, in their order.
PAPERS: Mapping[str, Paper] = {
    "paper_slip": Paper(_slip, personal=False),
    "paper_closing": Paper(_closing, personal=False),
    "paper_response": Paper(_responses, personal=True),
    "paper_complaint": Paper(_complaint, personal=True),
    "paper_receipt": Paper(_receipt, personal=True),
}


def show(event: ButtonPressed, world: World, conversation: Conversation, case: Case) -> Result:
    """The button "Dokumen": the documents that the case has, as buttons."""
    if refusal := access.reading_refusal(case, event.origin.person.id, world):
        return refusal
    params = {"reference": casefile.marked(case), "confidential": case.complaint.confidential}
    message = OutgoingMessage("desk.papers", params, _rows(case, world), reply_to=keys.card(case.id))
    return Outcome.of(conversation, Send(event.origin.chat, message))


def _rows(case: Case, world: World) -> Rows:
    there = (label for label, paper in PAPERS.items() if paper.messages(case, world))
    return tuple((Button(label, ACTION, case.id, case.version, label),) for label in there)


def chosen(event: ButtonPressed, world: World, conversation: Conversation, case: Case) -> Result:
    """A document of that list was pressed: send it, or open the private chat for it."""
    paper = PAPERS.get(event.value)
    if paper is None:
        return OUTDATED
    if refusal := access.reading_refusal(case, event.origin.person.id, world):
        return refusal
    messages = paper.messages(case, world)
    if not messages:
        return Refusal("desk.no_paper", {"reference": case.reference, "status": case.status.value})
    if paper.personal or case.complaint.confidential:
        return viewing.by_link(event, world, conversation, case, event.value)
    below = (replace(message, reply_to=keys.card(case.id)) for message in messages)
    return Outcome.of(conversation, *(Send(event.origin.chat, message) for message in below))


def opened(case: Case, kind: str, world: World) -> tuple[OutgoingMessage, ...]:
    """The documents that a private link is for; where there is none any more, a message that says so."""
    messages = PAPERS[kind].messages(case, world)
    gone = OutgoingMessage("desk.no_paper", {"reference": case.reference, "status": case.status.value})
    return messages or (gone,)
