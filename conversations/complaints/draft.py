"""A draft's answers: set one, remove one. A replaced answer is kept too."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from pydantic import Field, model_validator

from conversations.complaints.bounds import with_version
from conversations.complaints.complaint import QUESTIONS, Frozen, Part
from conversations.reading.identity import Problem, read_text


class NoticeAccepted(Frozen):
    """Which privacy notice was accepted, for which agency, and when."""

    agency: str
    version: str
    at: datetime


class Superseded(Frozen):
    """An answer that a later one replaced, and when."""

    field: str
    value: Any
    at: datetime


class Unconfirmed(Frozen):
    """An answer that hardly can be one: it is asked about once."""

    # The field that it would answer; "signature" for another name than that of the complaint.
    field: str
    # The answer as it was read, and the id of its message.
    value: Any
    message: int = 0
    # Whether it is asked whether the answer is complete: what is sent meanwhile is joined to it.
    incomplete: bool = False


class Previous(Frozen):
    """The answer by text before the present question: a text that was written unseen continues it."""

    # Its field, and its text as it was sent; of the story nothing.
    field: str
    text: str = ""
    # Its newest message; 0 if it was a button.
    message: int = 0
    # The key of the message that first showed what was asked after it.
    shown: str
    # The key of the notice that it is too long; empty if it was accepted.
    notice: str = ""


class Completes(Frozen):
    """Which filed complaint a draft completes, and what of it."""

    # The id and the number of the case.
    case: str
    reference: str
    # When the officer asked for it: an answer to an earlier request completes no later one.
    requested_at: datetime
    # The items that are asked for.
    items: tuple[str, ...]
    # The fields that are not asked again.
    settled: tuple[str, ...]
    # The answers of the items as they were filed, by field.
    filed: dict[str, Any] = Field(default_factory=dict)
    # The last day for it.
    until: date


class Draft(Frozen):
    """A complaint that its citizen is still filling in, or what completes a filed one."""

    # Given once, by the core; the case gets the same id.
    id: str
    # The filed complaint that it completes; None for a new complaint.
    completes: Completes | None = None
    # The agency that it is addressed to, once chosen.
    agency: str = ""
    # What is being asked: a field of the complaint, or a screen such as "summary". Each step sets it.
    screen: str
    # The answers by field, as JSON: None where the question was skipped. `with_answer` sets them.
    answers: dict[str, Any] = Field(default_factory=dict)
    # The messages of the story, in order; `with_story` sets them.
    story: tuple[Part, ...] = ()
    # The answer by text before the present question; it counts while that question is the one it led to.
    previous: Previous | None = None
    # Files and places that were sent where words are needed; they are no evidence (intake/aside.py).
    aside: tuple[Part, ...] = ()
    # The field that each message answered, by the message's id: so an edit finds its answer.
    sources: dict[int, str] = Field(default_factory=dict)
    # The answer about which the citizen was asked last; the next answer to that question is not asked about.
    unconfirmed: Unconfirmed | None = None
    # Answers that later ones replaced, oldest first: of each field the first one and the newest (bounds.py).
    superseded: tuple[Superseded, ...] = ()
    # The number of replaced answers that are not kept.
    left_out: int = 0
    # The privacy notice that was accepted for this agency; None before that.
    notice: NoticeAccepted | None = None
    # Whether the notice was accepted in an earlier complaint, so that it is no step of this one.
    notice_skipped: bool = False
    # Whether the key "Lanjut" ended the story; opening it again takes this back.
    story_finished: bool = False
    # Whether one answer is being changed from the summary, to which "Kembali" then leads.
    changing: bool = False
    # The number of the story's part that the next message replaces, from 1; 0 if none.
    replacing: int = 0
    # Whether the citizen pressed "Saya nyatakan benar"; any change of an answer takes it back.
    declared: bool = False
    # When the complaint was begun.
    started_at: datetime
    # When the citizen last answered or resumed: reminder and deletion count from it.
    touched_at: datetime
    # Until when it cannot be sent, because the account is blocked: it is reminded and deleted later.
    kept_until: datetime | None = None
    # When the citizen was last reminded of it.
    reminded_at: datetime | None = None

    @model_validator(mode="before")
    @classmethod
    def _from_earlier_versions(cls, stored: Any) -> Any:
        """Read what an earlier version stored."""
        return upgraded(stored) if isinstance(stored, dict) else stored


def upgraded(stored: dict[str, Any]) -> dict[str, Any]:
    """A stored draft with the fields of today.

    Earlier versions had another name for `story_finished`, a flag for `reminded_at` (the reminder came
    a day after the last answer), and could store a power of attorney as a text.
    """
    state = dict(stored)
    if "told" in state:
        state["story_finished"] = state.pop("told")
    if state.pop("nudged", False) and isinstance(state.get("touched_at"), str):
        state["reminded_at"] = datetime.fromisoformat(state["touched_at"]) + timedelta(days=1)
    answers = state.get("answers") or {}
    if isinstance(answers.get("power_of_attorney"), str):
        state["answers"] = {name: value for name, value in answers.items() if name != "power_of_attorney"}
    return state


PLACE_LIMIT = 100


def is_empty(draft: Draft) -> bool:
    """Whether nothing was said yet: dropping it loses nothing."""
    return not draft.answers and not draft.story


def is_on_behalf(draft: Draft | None) -> bool:
    """Whether an officer enters it for a citizen without an account."""
    return draft is not None and bool(draft.answers.get("on_behalf"))


def with_answer(draft: Draft, field: str, value: Any, at: datetime, message: int = 0) -> Draft:
    """The draft with this answer. An earlier one is kept as superseded, and a signature is void."""
    if field in draft.answers and draft.answers[field] != value:
        draft = _with_superseded(draft, Superseded(field=field, value=draft.answers[field], at=at))
        draft = without_answer(draft, QUESTIONS[field].voids if field in QUESTIONS else "")
    sources = {known: name for known, name in draft.sources.items() if name != field}
    if message:
        sources[message] = field
    return unsigned(draft).model_copy(
        update={
            "answers": {**draft.answers, field: value},
            "sources": sources,
            "touched_at": at,
            "unconfirmed": None,
        }
    )


def _with_superseded(draft: Draft, earlier: Superseded) -> Draft:
    known = [one for one in draft.superseded if one.field == earlier.field]
    kept, more = with_version(known, earlier)
    gone = [one for one in known if one not in kept]
    superseded = (*(one for one in draft.superseded if one not in gone), earlier)
    return draft.model_copy(update={"superseded": superseded, "left_out": draft.left_out + more})


def with_story(draft: Draft, parts: tuple[Part, ...], at: datetime) -> Draft:
    """The draft with these parts as its story. Its parts keep their own earlier texts."""
    return unsigned(draft).model_copy(update={"story": parts, "touched_at": at})


def without_answer(draft: Draft, field: str) -> Draft:
    """The draft as if this field had not been answered."""
    answers = {name: value for name, value in draft.answers.items() if name != field}
    return unsigned(draft).model_copy(update={"answers": answers})


def unsigned(draft: Draft) -> Draft:
    """The draft without its signature: it held for the text as it was."""
    gone = {"signature", "signature_file", "oral"}
    answers = {name: value for name, value in draft.answers.items() if name not in gone}
    return draft.model_copy(update={"answers": answers, "declared": False})


def read_place(text: str) -> str | Problem:
    """The place of signing, one short line."""
    return read_text(text, PLACE_LIMIT)
