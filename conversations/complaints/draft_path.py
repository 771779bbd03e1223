"""The path of a draft: which questions are asked, which comes next, and where "Kembali" leads."""

from __future__ import annotations

from collections.abc import Sequence

from conversations.complaints.complaint import QUESTIONS, Part, Step, path
from conversations.complaints.draft import Draft
from conversations.complaints.kind import Kind
from conversations.complaints.kinds import STORY

SUMMARY, SIGNING = "summary", "signing"


def asked(draft: Draft) -> tuple[str, ...]:
    """The fields that this person is asked, in order; where a filed complaint is completed, no other ones."""
    settled = draft.completes.settled if draft.completes else ()
    return tuple(name for name in path(draft.answers) if name not in settled)


def needs_signature(draft: Draft) -> bool:
    """Whether it has to be signed: not where only pages, such as a power of attorney, are completed."""
    if draft.completes is None or "signature" in draft.completes.items or draft.story:
        return True
    return any(not QUESTIONS[name].kind.is_file for name in asked(draft))


def next_screen(draft: Draft) -> str:
    """The first question without an answer, or the summary."""
    for name in asked(draft):
        if not is_answered(draft, name):
            return name
    return SUMMARY


def is_answered(draft: Draft, field: str) -> bool:
    """Whether this question needs no asking; one that was skipped does not, unless an officer asks for it."""
    if QUESTIONS[field].kind is STORY:
        return draft.story_finished and has_account(draft.story)
    return field in draft.answers and not (draft.completes and draft.answers[field] is None)


def is_at(draft: Draft, kind: Kind) -> bool:
    """Whether a question of this kind is being asked."""
    return draft.screen in QUESTIONS and QUESTIONS[draft.screen].kind is kind


def has_account(story: Sequence[Part]) -> bool:
    """Whether the story says something in writing, as the law asks; a place on the map does not."""
    return any(part.text and part.kind != "location" for part in story)


def screen_before(draft: Draft) -> str:
    """Where "Kembali" leads: one question back, the summary while changing, or empty for the start."""
    if draft.screen == SIGNING:
        return SUMMARY
    if draft.changing or _is_addition(draft.screen):
        return SUMMARY
    if draft.screen == "place":
        return SIGNING
    questions = [name for name in asked(draft) if not _is_addition(name)]
    place = questions.index(draft.screen) if draft.screen in questions else len(questions)
    return questions[place - 1] if place else ""


def _is_addition(screen: str) -> bool:
    question = QUESTIONS.get(screen)
    return bool(question and question.step is Step.SUMMARY)


def step_of(draft: Draft, screen: str) -> dict[str, int]:
    """Count for "Langkah n dari m": only the steps of this person's path count."""
    steps = [] if draft.notice_skipped else [Step.NOTICE]
    for name in asked(draft):
        if QUESTIONS[name].step not in {*steps, Step.SUMMARY}:
            steps.append(QUESTIONS[name].step)
    steps += [Step.SUMMARY, Step.SIGNING] if needs_signature(draft) else [Step.SUMMARY]
    own = QUESTIONS[screen].step if screen in QUESTIONS else Step(screen)
    return {"step": steps.index(own) + 1, "steps": len(steps)}
