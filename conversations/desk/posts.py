"""What the button "Kirim" does with an officer's text, in one table: its preview, and where it goes.

Notes have no row: they are saved without a preview. When each purpose is possible is in purposes.py.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from conversations.complaints.case import DECISIONS, Case, Contribution, Purpose
from conversations.complaints.data_request import ANSWERED
from conversations.conversation import Unsent
from conversations.desk import (
    account_blocks,
    completeness,
    data_answers,
    deciding,
    drafts,
    duplicates,
    instructing,
    plans,
    posting,
    reporting,
    told_objection,
)
from conversations.desk.access import Refusal
from conversations.effects import Outcome
from conversations.events import PersonEvent
from conversations.messages import OutgoingMessage, Params
from conversations.world import World


def _no_problem(_event: PersonEvent, _world: World, _case: Case, _contribution: Contribution) -> None:
    return None


def _as_written(_world: World, _case: Case, contribution: Contribution) -> Contribution:
    return contribution


@dataclass(frozen=True, slots=True)
class Post:
    """A purpose whose text is previewed and sent."""

    # The case after it, and the effects.
    send: Callable[[PersonEvent, World, Case, Contribution], Outcome]
    # The parameters of the preview, besides `purpose` and `about`.
    params: Callable[[World, Case, Contribution], Params]
    # The template of the preview.
    preview: str = "desk.preview"
    # What replaces the preview after "Kirim".
    receipt: Callable[[World, Case, Contribution], OutgoingMessage] = posting.receipt
    # Why the text cannot be sent as it is: it is shown in place of the preview; None when it can.
    problem: Callable[[PersonEvent, World, Case, Contribution], Refusal | None] = _no_problem
    # What is read from the text: a number or a day at its beginning becomes the target.
    read: Callable[[World, Case, Contribution], Contribution] = _as_written
    # The label of the button below the preview.
    confirm: str = "send"
    # The message in place of the preview while its target is not chosen; None where it needs none.
    choose: Callable[[PersonEvent, Case, Unsent], OutgoingMessage] | None = None


_DECISION = Post(
    deciding.decide, deciding.previewed, preview="desk.preview_decision", problem=deciding.reason_missing
)

_PLANNED = Post(
    plans.archive,
    plans.previewed,
    preview="desk.preview_plan",
    receipt=plans.saved,
    problem=plans.problem,
    read=plans.read,
    confirm="save",
)

POSTS: Mapping[Purpose, Post] = {
    Purpose.RESPONSE: Post(drafts.respond, posting.previewed),
    Purpose.CORRECTION: Post(drafts.respond, posting.previewed),
    Purpose.QUESTION: Post(posting.ask, posting.previewed),
    **dict.fromkeys(DECISIONS, _DECISION),
    Purpose.REDIRECTION: replace(_DECISION, problem=deciding.redirection_problem),
    Purpose.DUPLICATE: replace(_DECISION, problem=duplicates.problem, read=duplicates.read),
    Purpose.TRACKING: Post(
        deciding.tracked,
        deciding.previewed,
        preview="desk.preview_decision",
        problem=deciding.tracking_problem,
    ),
    Purpose.PLAN: _PLANNED,
    Purpose.POSTPONEMENT: replace(_PLANNED, send=plans.postpone),
    Purpose.RETURN: Post(drafts.give_back, drafts.return_params, "desk.preview_return", drafts.return_sent),
    Purpose.REQUEST: Post(
        completeness.request,
        completeness.request_params,
        preview="desk.request_preview",
        choose=completeness.checklist,
    ),
    Purpose.OBJECTION: Post(
        told_objection.send,
        told_objection.params,
        preview="desk.objection_preview",
        receipt=told_objection.recorded,
    ),
    Purpose.COMPLETION: Post(
        completeness.complete, completeness.completion_params, preview="desk.completion_preview"
    ),
    Purpose.INSTRUCTION: Post(
        instructing.assign, instructing.previewed, "desk.preview_instruction", instructing.receipt
    ),
    **dict.fromkeys(
        ANSWERED,
        Post(data_answers.answer, data_answers.previewed, "rights.preview", receipt=data_answers.recorded),
    ),
    Purpose.BLOCK: Post(
        account_blocks.block,
        account_blocks.previewed,
        preview="desk.preview_block",
        receipt=account_blocks.receipt,
        problem=account_blocks.problem,
        read=account_blocks.read,
    ),
    Purpose.REPORT: Post(reporting.report, reporting.previewed, "desk.preview_report", reporting.receipt),
}


def not_previewed(case: Case, unsent: Unsent) -> Refusal | None:
    """Why "Kirim" does not count yet: the list of targets is shown, and not the preview; else None."""
    if POSTS[unsent.purpose].choose is None or (unsent.target and not unsent.listing):
        return None
    return Refusal("desk.preview_first", {"reference": case.reference})
