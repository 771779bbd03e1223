"""Answers as templates show them: those of a draft, one or all."""

from __future__ import annotations

from typing import Any

from conversations.complaints.agency import Agency
from conversations.complaints.complaint import QUESTIONS
from conversations.complaints.draft import Draft
from conversations.complaints.draft_path import asked
from conversations.complaints.kind import Printed
from conversations.complaints.kinds import STORY


def shown(field: str, answer: Any, agency: Agency) -> Printed:
    """An answer as templates show it; a question that was skipped has None."""
    kind = QUESTIONS[field].kind
    if answer is None:
        return {"word": "sent_later" if kind.is_file else "skipped"}
    return kind.chat(answer, agency)


def current_answer(draft: Draft, field: str, agency: Agency) -> Printed | None:
    """The answer so far as templates show it; None where there is none yet."""
    if QUESTIONS[field].kind is STORY:
        return shown(field, draft.story, agency) if draft.story else None
    filed = draft.completes.filed if draft.completes else {}
    answer = draft.answers.get(field, filed.get(field))
    return shown(field, answer, agency) if field in draft.answers or answer is not None else None


def of_draft(draft: Draft, agency: Agency) -> list[dict[str, Any]]:
    """All answers on the path, in order, with the field's name: summary and "Baca lengkap"."""
    rows = []
    for name in asked(draft):
        if QUESTIONS[name].kind is STORY:
            rows.append({"field": name, **shown(name, draft.story, agency)})
        elif name in draft.answers:
            rows.append({"field": name, **shown(name, draft.answers[name], agency)})
    return rows
