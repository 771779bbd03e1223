"""The documents of a complaint, sent again to the account that filed it.

    Siti:  [Dokumen]
    Bot:   Dokumen pengaduan DPMD-2026-0001 … [Surat Pengaduan] [Tanda Terima] [Surat Tanggapan]
    Siti:  [Tanda Terima]
    Bot:   (tanda-terima-DPMD-2026-0001.pdf) Tanda terima DPMD-2026-0001 …

The labels can be typed as well while no dialogue listens; with several complaints the bot asks of which one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from conversations import papers
from conversations.complaints.case import Case, Purpose
from conversations.conversation import Conversation
from conversations.documents.pages import AVAILABLE
from conversations.documents.response import standing
from conversations.effects import Outcome
from conversations.events import ButtonPressed, PersonEvent
from conversations.messages import Button, DocumentKind, Rows
from conversations.screens import is_typed, outdated, say
from conversations.world import World

MOST_CASES = 8


@dataclass(frozen=True, slots=True)
class Offered:
    """A document that its citizen can have: when there is one, which one, and what its caption says of it."""

    kind: DocumentKind
    params: Callable[[Case], dict[str, Any]] = lambda _case: {}
    detail: Callable[[Case], str] = lambda _case: ""
    exists: Callable[[Case], bool] = lambda _case: True

    @property
    def label(self) -> str:
        """The button's label."""
        return f"paper_{self.kind}"

    def is_there(self, case: Case) -> bool:
        """Whether it can be sent now."""
        return self.kind in AVAILABLE and self.exists(case)


def _newest_response(case: Case) -> str:
    """The number of the newest response or correction that was not recalled; empty without one."""
    return next((str(number) for number in standing(case)), "")


def _response_params(case: Case) -> dict[str, Any]:
    response = case.responses[int(_newest_response(case)) - 1]
    return {"correction": response.purpose is Purpose.CORRECTION}


OFFERED: tuple[Offered, ...] = (
    Offered(DocumentKind.COMPLAINT),
    Offered(DocumentKind.RECEIPT),
    Offered(
        DocumentKind.RESPONSE,
        _response_params,
        detail=_newest_response,
        exists=lambda case: bool(standing(case)),
    ),
    Offered(DocumentKind.CASE_FILE),
)


def show(_event: ButtonPressed, _world: World, conversation: Conversation, case: Case) -> Outcome:
    """The button "Dokumen": a button for each document that there is."""
    return _shown(conversation, case)


def _shown(conversation: Conversation, case: Case) -> Outcome:
    rows: Rows = tuple(
        (Button(offered.label, "document", case.id, case.version, offered.kind.value),)
        for offered in OFFERED
        if offered.is_there(case)
    )
    return say(conversation, "followup.documents", {"reference": case.reference}, buttons=rows)


def send(event: ButtonPressed, _world: World, conversation: Conversation, case: Case) -> Outcome:
    """The button of a document: send it as it is now."""
    chosen = _offered(event.value, case)
    return _sent(conversation, case, chosen) if chosen else outdated(event, conversation)


def _offered(kind: str, case: Case) -> Offered | None:
    """The document of this kind; None where there is none."""
    return next((each for each in OFFERED if each.kind.value == kind and each.is_there(case)), None)


def _sent(conversation: Conversation, case: Case, offered: Offered) -> Outcome:
    detail, params = offered.detail(case), offered.params(case)
    return Outcome.of(conversation, papers.send(conversation.chat, case, offered.kind, detail, **params))


def typed(event: PersonEvent, world: World, conversation: Conversation) -> Outcome | None:
    """A label as text, while no dialogue listens; None for another text, and without such a document."""
    own = world.own_cases(conversation.person)
    if is_typed(event, world, "papers"):
        return _which(conversation, own, "documents") if len(own) > 1 else _only(conversation, own, "")
    for kind in (offered.kind.value for offered in OFFERED if is_typed(event, world, offered.label)):
        having = [case for case in own if _offered(kind, case)]
        several = len(having) > 1
        return (
            _which(conversation, having, "document", kind) if several else _only(conversation, having, kind)
        )
    return None


def _only(conversation: Conversation, cases: Sequence[Case], kind: str) -> Outcome | None:
    """The document of the one case, or its list of documents; None without a case."""
    for case in cases:
        offered = _offered(kind, case)
        return _sent(conversation, case, offered) if offered else _shown(conversation, case)
    return None


def _which(conversation: Conversation, cases: Sequence[Case], action: str, kind: str = "") -> Outcome:
    """Ask of which of the complaints, the newest first."""
    numbers = (
        Button("case", action, case.id, case.version, kind, params={"reference": case.reference})
        for case in cases[:MOST_CASES]
    )
    return say(conversation, "followup.documents_which", buttons=tuple((number,) for number in numbers))
