"""The messages that carry the documents of a case."""

from __future__ import annotations

from typing import Any

from conversations.complaints.case import Case
from conversations.effects import Lane, Send
from conversations.messages import Document, DocumentKind, OutgoingMessage


def send(
    chat: int, case: Case, kind: DocumentKind, detail: str = "", *, lane: Lane = Lane.ASKED, **params: Any
) -> Send:
    """A document of the case with its caption; `params` are those of the caption besides the number."""
    return Send(chat, message(case, kind, detail, **params), lane=lane)


def message(case: Case, kind: DocumentKind, detail: str = "", **params: Any) -> OutgoingMessage:
    """The message that carries the document."""
    if kind is DocumentKind.CASE_FILE:
        # What is too large is known once it is made.
        params = {"left_out": [], **params}
    document = Document(kind, case.id, detail)
    return OutgoingMessage(f"captions.{kind}", {"reference": case.reference, **params}, document=document)
