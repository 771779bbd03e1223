"""An officer edits a message that was sent already: the bot offers to send the changed text as a correction.

Rina:  (edits her message, which was the response)
Bot:   Rina, tanggapan akhir DPMD-2026-0001 · … sudah terkirim; perubahan Anda belum dibaca pengadu.
Kirim ralat? [Ralat] [Batal]
"""

from __future__ import annotations

from conversations import casefile
from conversations.complaints.case import RESPONSES, SENT, Case, Contribution, Purpose
from conversations.complaints.complaint import Part
from conversations.conversation import Conversation, Post, Undecided
from conversations.desk import access, typed
from conversations.desk.refusals import Refusal, Result
from conversations.events import MessageEdited
from conversations.messages import Button, OutgoingMessage
from conversations.parts import with_edit
from conversations.screens import show_message
from conversations.world import World


def answer(event: MessageEdited, world: World, conversation: Conversation, case: Case, post: Post) -> Result:
    """Offer the whole text, as edited, as a correction or as another question; other texts are refused."""
    late = Refusal("desk.edit_late", {"reference": case.reference, "purpose": post.purpose.value})
    if case.awaits_approval and case.pending and _is_of(case.pending.contribution, post):
        return Refusal("desk.edit_waits", {"reference": case.reference})
    corrects = post.purpose in RESPONSES
    purpose = Purpose.CORRECTION if corrects else Purpose.QUESTION
    entry = next((one for one in reversed(case.thread) if _is_of(one, post)), None)
    parts = _edited(event, world, entry) if entry else None
    refused = access.writing_refusal(case, conversation.person, purpose, world)
    if post.purpose not in SENT or parts is None or refused or conversation.undecided:
        return late
    return _offer(event, conversation, case, post, parts)


def _edited(event: MessageEdited, world: World, entry: Contribution) -> tuple[Part, ...] | None:
    """The whole text as edited; None where only a file was replaced."""
    text = typed.without_command(event.text, world.rules)
    same = any(part.message == event.origin.message and part.text == text for part in entry.parts)
    return None if same else with_edit(entry.parts, event.origin.message, text)


def _is_of(entry: Contribution, post: Post) -> bool:
    return entry.purpose is post.purpose and tuple(part.message for part in entry.parts) == post.messages


def _offer(
    event: MessageEdited, conversation: Conversation, case: Case, post: Post, parts: tuple[Part, ...]
) -> Result:
    label = "question" if post.purpose is Purpose.QUESTION else "correct"
    row = tuple(
        Button(each, "what_for", case.id, case.version, f"{conversation.person},{each}")
        for each in (label, "discard")
    )
    params = {
        "reference": casefile.marked(case),
        "officer": {"id": conversation.person, "name": event.origin.person.name},
        "purpose": post.purpose.value,
    }
    message = OutgoingMessage("desk.edit_late_ask", params, (row,))
    undecided = Undecided(reference=case.reference, parts=parts)
    return show_message(conversation, message, undecided=undecided)
