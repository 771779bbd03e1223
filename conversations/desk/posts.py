"""What the button "Kirim" does with an officer's text, in one table: its preview, and where it goes.

Notes have no row: they are saved without a preview. When each purpose is possible is in purposes.py.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from conversations.complaints.case import Case, Contribution, Purpose
from conversations.conversation import Unsent
from conversations.desk import completeness, drafts, posting, told_objection
from conversations.effects import Outcome
from conversations.events import PersonEvent
from conversations.messages import OutgoingMessage, Params
from conversations.world import World


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
    receipt: Callable[[Case, Contribution], OutgoingMessage] = posting.receipt
    # The message in place of the preview while its target is not chosen; None where it needs none.
    choose: Callable[[PersonEvent, Case, Unsent], OutgoingMessage] | None = None


POSTS: Mapping[Purpose, Post] = {
    Purpose.RESPONSE: Post(drafts.respond, posting.previewed),
    Purpose.CORRECTION: Post(drafts.respond, posting.previewed),
    Purpose.QUESTION: Post(posting.ask, posting.previewed),
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
}
