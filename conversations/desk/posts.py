"""What the button "Kirim" does with an officer's text, in one table: its preview, and where it goes.

Notes have no row: they are saved without a preview. When each purpose is possible is in purposes.py.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from conversations.complaints.case import Case, Contribution, Purpose
from conversations.desk import instructing, posting, reporting
from conversations.effects import Outcome
from conversations.events import PersonEvent
from conversations.messages import Params
from conversations.world import World


def _posted_params(_world: World, case: Case, contribution: Contribution) -> Params:
    return posting.posted_params(case, contribution)


@dataclass(frozen=True, slots=True)
class Post:
    """A purpose whose text is previewed and sent."""

    # The case after it, and the effects.
    send: Callable[[PersonEvent, World, Case, Contribution], Outcome]
    # The parameters of the preview, besides `purpose` and `about`.
    params: Callable[[World, Case, Contribution], Params]
    # The template of the preview.
    preview: str = "desk.preview"
    # The template that replaces the preview after "Kirim", and its parameters.
    posted: str = "desk.posted"
    posted_params: Callable[[World, Case, Contribution], Params] = _posted_params


POSTS: Mapping[Purpose, Post] = {
    Purpose.RESPONSE: Post(posting.respond, posting.previewed),
    Purpose.CORRECTION: Post(posting.respond, posting.previewed),
    Purpose.QUESTION: Post(posting.ask, posting.previewed),
    Purpose.INSTRUCTION: Post(
        instructing.assign,
        instructing.previewed,
        preview="desk.preview_instruction",
        posted="desk.instructed",
        posted_params=instructing.posted_params,
    ),
    Purpose.REPORT: Post(
        reporting.report,
        reporting.previewed,
        preview="desk.preview_report",
        posted="desk.report_sent",
        posted_params=reporting.posted_params,
    ),
}
