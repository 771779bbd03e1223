"""The messages that carry the documents of a case."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from conversations.complaints.case import Case
from conversations.complaints.entry import NO_ACCOUNT
from conversations.effects import Lane, Send
from conversations.messages import Document, DocumentKind, OutgoingMessage, Params

# What a caption says of the case itself.
_KNOWN: Mapping[DocumentKind, Callable[[Case], Params]] = {
    DocumentKind.COMPLAINT: lambda case: {"completed": bool(case.supplements)},
    DocumentKind.RECEIPT: lambda case: {
        "officer": case.verified_by.name if case.verified_by else "",
        "to_print": case.filed_by == NO_ACCOUNT,
    },
    # What is too large is known once it is made.
    DocumentKind.CASE_FILE: lambda _case: {"left_out": []},
}


def send(
    chat: int, case: Case, kind: DocumentKind, detail: str = "", *, lane: Lane = Lane.ASKED, **params: Any
) -> Send:
    """A document of the case with its caption; `params` are those that the case does not give."""
    return Send(chat, message(case, kind, detail, **params), lane=lane)


def message(case: Case, kind: DocumentKind, detail: str = "", **params: Any) -> OutgoingMessage:
    """The message that carries the document."""
    known = _KNOWN[kind](case) if kind in _KNOWN else {}
    said = {"reference": case.reference, **known, **params}
    return OutgoingMessage(f"captions.{kind}", said, document=Document(kind, case.id, detail))
