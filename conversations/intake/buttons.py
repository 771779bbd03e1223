"""The buttons of the intake: one table from action to handler, and the guard of the present screen.

A button names an action and, of a draft's screens, the number of its screen. As the answers change from
screen to screen, a button of an earlier screen is outdated: it says so, and changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from conversations.complaints.draft import Draft
from conversations.conversation import Conversation
from conversations.effects import Outcome
from conversations.events import ButtonPressed
from conversations.intake import (
    aside,
    completing,
    detours,
    elsewhere,
    filing,
    incomplete,
    menus,
    notice,
    presses,
    start,
    story,
)
from conversations.screens import is_outdated, outdated
from conversations.world import World

Handler = Callable[[Any, World, Conversation], Outcome]
DraftHandler = Callable[[ButtonPressed, World, Conversation, Draft], Outcome]


def _guarded(act: DraftHandler) -> Handler:
    """The action, unless its button belongs to an earlier screen or the draft is gone."""

    def guarded(event: ButtonPressed, world: World, conversation: Conversation) -> Outcome:
        draft = conversation.draft
        if draft is None or is_outdated(event, conversation):
            return outdated(event, conversation)
        return act(event, world, conversation, draft)

    return guarded


# These work on any message, however old; a second press of "file" is answered with the number.
_ANYWHERE: Mapping[str, Handler] = {
    "begin": start.begin_or_resume,
    "resume": start.resume_pressed,
    "leave_out": start.leave_out,
    "file": completing.file,
    "just_asking": elsewhere.just_asking,
    "none_of_these": elsewhere.none_of_these,
}

_ON_THE_PRESENT_SCREEN: Mapping[str, DraftHandler] = {
    # into the complaint, and out of it
    "start_over": start.start_over,
    "start_over_yes": start.start_over_confirmed,
    "begin_other": start.begin_other,
    "agency": notice.agency_chosen,
    "to_agency": notice.to_agency,
    "accept": notice.accepted,
    "decline": start.decline,
    "cancel": completing.cancel,
    "cancel_yes": start.cancel_confirmed,
    # under a question
    "answer": presses.answered,
    "confirm_answer": presses.confirm,
    "add_to_answer": incomplete.add,
    "correct_answer": presses.correct,
    "use_last": presses.use_last,
    "other": presses.other,
    "represent": presses.switch,
    "skip": presses.skip,
    "keep": presses.keep,
    "remove": presses.remove,
    "back": presses.back,
    # in the summary and its menus
    "to_summary": menus.to_summary,
    "change_menu": menus.change_menu,
    "change": menus.change,
    "additions": menus.additions,
    "confidential": menus.confidential,
    "read_draft": menus.read_draft,
    "aside_use": aside.use,
    "aside_drop": aside.drop,
    "part_add": story.change_part,
    "part_replace": story.change_part,
    "part_delete": story.change_part,
    # at the signature
    "to_signing": filing.to_signing,
    "send_anyway": filing.send_anyway,
    "place": menus.place,
    # below a question that was asked again
    "use_text": detours.use_text,
    "declare": filing.declare,
    "use_name": filing.use_name,
    "keep_name": filing.keep_name,
    "told_orally": filing.told_orally,
}

ACTIONS: Mapping[str, Handler] = {
    **_ANYWHERE,
    **{action: _guarded(act) for action, act in _ON_THE_PRESENT_SCREEN.items()},
}
