"""The menus of the summary: change an answer, add something optional, read everything."""

from __future__ import annotations

from conversations.complaints import draft as drafts
from conversations.complaints import draft_path, shown_answers
from conversations.complaints.complaint import QUESTIONS
from conversations.complaints.draft import Draft
from conversations.complaints.kinds import STORY
from conversations.conversation import Conversation
from conversations.effects import Outcome
from conversations.events import ButtonPressed
from conversations.intake import summary
from conversations.intake.flow import at_screen, go_on, in_place
from conversations.intake.questions import agency_of
from conversations.intake.story import menu
from conversations.screens import outdated, say, show_message
from conversations.world import World


def to_summary(event: ButtonPressed, world: World, conversation: Conversation, draft: Draft) -> Outcome:
    """Go back from a menu to the summary, in the same message."""
    unchanged = draft.model_copy(update={"changing": False, "replacing": 0})
    return in_place(event, conversation, go_on(world, conversation, unchanged))


def change_menu(event: ButtonPressed, _world: World, conversation: Conversation, draft: Draft) -> Outcome:
    """Act on "Ubah": ask which answer, in the same message."""
    shown = show_message(conversation, summary.change_menu(conversation, draft), draft=draft)
    return in_place(event, conversation, shown)


def change(event: ButtonPressed, world: World, conversation: Conversation, draft: Draft) -> Outcome:
    """Ask for one answer or addition again; the summary follows."""
    if event.value not in QUESTIONS or (draft.completes and event.value not in draft_path.asked(draft)):
        return outdated(event, conversation)
    if QUESTIONS[event.value].kind is STORY:
        return menu(conversation, draft)
    changing = draft.model_copy(update={"screen": event.value, "changing": True})
    return at_screen(world, conversation, changing)


def additions(event: ButtonPressed, world: World, conversation: Conversation, draft: Draft) -> Outcome:
    """Act on "Tambah (opsional)": show the additions, in the same message."""
    shown = show_message(conversation, summary.additions(world, conversation, draft), draft=draft)
    return in_place(event, conversation, shown)


def confidential(event: ButtonPressed, world: World, conversation: Conversation, draft: Draft) -> Outcome:
    """Switch between confidential and ordinary; not on where no one could read a confidential one."""
    wanted = not draft.answers.get("confidential")
    if wanted and not agency_of(draft, world.rules).readers:
        return outdated(event, conversation)
    changed = drafts.with_answer(draft, "confidential", wanted, world.now)
    if event.value == "summary":
        return to_summary(event, world, conversation, changed)
    return additions(event, world, conversation, changed)


def read_draft(_event: ButtonPressed, world: World, conversation: Conversation, draft: Draft) -> Outcome:
    """Act on "Baca lengkap": send all answers in full."""
    agency = agency_of(draft, world.rules)
    params = {"answers": shown_answers.of_draft(draft, agency), "agency": agency.full_name}
    return say(conversation, "intake.read_all", params)


def place(_event: ButtonPressed, world: World, conversation: Conversation, draft: Draft) -> Outcome:
    """Ask for the place of signing again."""
    return at_screen(world, conversation, draft.model_copy(update={"screen": "place"}))
