"""What conversations lose when the person is erased from a case: what is there because of that case. Pure.

A draft of another complaint stays, and so do the language and the accepted notices: they belong to the
account. Messages that are held without a purpose are dropped by the clock within a day.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from conversations import keys
from conversations.complaints.case import Case
from conversations.complaints.draft import Draft
from conversations.complaints.part import Part
from conversations.conversation import Choices, Conversation, ShownButton, Unsent
from conversations.intake import several
from conversations.listening import next_listener

# What the conversation of the person who filed the case loses in addition. The messenger's name comes again
# with the next message.
_OWN: Mapping[str, Any] = {"name": "", "last_answers": {}, "recent": {}}
# What is lost with a conversation that is deleted, apart from the language and the accepted notices.
_GOES_ON = (
    "draft", "set_aside", "completing", "collecting", "writing", "held", "undecided", "asked_reference",
    "opened", "profile", "introducing", "locked_until", "blocks",
)  # fmt: skip


def without_case(conversation: Conversation, case: Case) -> Conversation:
    """The conversation without what is there because of this case."""
    left = conversation
    for draft in _completing(left, case):
        left = several.without_draft(left, draft)
    left = several.continued(left.model_copy(update=_emptied(left, case)))
    if conversation.chat == conversation.person == case.filed_by:
        left = left.model_copy(update=_OWN)
    return _listening_again(conversation, left)


def is_over(conversation: Conversation) -> bool:
    """Whether nothing goes on in a conversation, and no agency has blocked its account."""
    return not any(getattr(conversation, name) for name in _GOES_ON)


def dropped_files(conversation: Conversation, case: Case) -> tuple[str, ...]:
    """The keys of the files that `without_case` removes from the conversation."""
    unsent = _unsent(conversation, case)
    parts = [part for entry in unsent for part in entry.parts]
    for draft in _completing(conversation, case):
        parts += [*draft.story, *draft.aside, *_answered(draft)]
    return tuple(dict.fromkeys(part.file for part in parts if part.file))


def _answered(draft: Draft) -> list[Part]:
    """The files that answer questions of their own."""
    lists = (value for value in draft.answers.values() if isinstance(value, list))
    return [
        Part.model_validate(page)
        for pages in lists
        for page in pages
        if isinstance(page, dict) and "message" in page
    ]


def _completing(conversation: Conversation, case: Case) -> list[Draft]:
    known = several.all_drafts(conversation)
    return [draft for draft in known if draft.completes and draft.completes.case == case.id]


def _unsent(conversation: Conversation, case: Case) -> list[Unsent]:
    known = (conversation.collecting, conversation.writing)
    return [unsent for unsent in known if unsent and unsent.case == case.id]


def _emptied(conversation: Conversation, case: Case) -> dict[str, Any]:
    unsent, undecided = _unsent(conversation, case), conversation.undecided
    latest = keys.parse(conversation.latest)
    changes: dict[str, Any] = {
        "opened": tuple(name for name in conversation.opened if name != case.id),
        "blocks": tuple(block for block in conversation.blocks if block.case != case.id),
        "posts": tuple(post for post in conversation.posts if post.case != case.id),
        "choices": conversation.choices and Choices(number=conversation.choices.number),
        "shown": _without(conversation.shown, case),
        "offered": _without(conversation.offered, case),
    }
    if latest and latest.case == case.id:
        changes["latest"] = ""
    if case.id in conversation.pressed:
        changes["pressed"] = ""
    if conversation.asked_reference == case.reference:
        changes["asked_reference"] = ""
    if undecided and undecided.reference == case.reference:
        changes["undecided"] = None
    if conversation.collecting in unsent:
        changes["collecting"] = None
    if conversation.writing in unsent:
        changes["writing"] = None
    return changes


def _without(shown: tuple[ShownButton, ...], case: Case) -> tuple[ShownButton, ...]:
    return tuple(button for button in shown if button.subject != case.id)


def _listening_again(before: Conversation, left: Conversation) -> Conversation:
    """The conversation whose listener still has something to listen for."""
    lost = (before.draft, before.collecting, before.writing, before.asked_reference)
    kept = (left.draft, left.collecting, left.writing, left.asked_reference)
    if lost == kept or left.listener == "introducing":
        return left
    return left.model_copy(update={"listener": next_listener(left)})
