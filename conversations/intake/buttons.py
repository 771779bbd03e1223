"""What each button of a draft's screens does. One of an earlier screen says so instead of acting."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from conversations.complaints import draft as drafts
from conversations.complaints.complaint import QUESTIONS, Ask
from conversations.complaints.draft import Draft
from conversations.conversation import Conversation
from conversations.effects import Edit, Outcome
from conversations.events import ButtonPressed
from conversations.intake import start as intake_start
from conversations.intake import story as intake_story
from conversations.intake.answers import accept
from conversations.intake.filing import declare, file_complaint, send_anyway, to_signing
from conversations.intake.flow import at_screen, go_on, screen_message
from conversations.intake.questions import agency_of
from conversations.intake.start import resume
from conversations.intake.summary import additions, change_menu
from conversations.messages import OutgoingMessage
from conversations.screens import is_outdated, outdated, say, screen_key, show_message
from conversations.world import World

Handler = Callable[[Any, World, Conversation], Outcome]


def _guarded(act: Callable[[ButtonPressed, World, Conversation, Draft], Outcome]) -> Handler:
    """The action, unless its button belongs to an earlier screen or the draft is gone."""

    def guarded(event: ButtonPressed, world: World, conversation: Conversation) -> Outcome:
        draft = conversation.draft
        if draft is None or is_outdated(event, conversation):
            return outdated(event, conversation)
        return act(event, world, conversation, draft)

    return guarded


def _answered(event: ButtonPressed, world: World, conversation: Conversation, draft: Draft) -> Outcome:
    """A choice button: the question's message then shows the answer instead of its buttons."""
    if draft.screen not in QUESTIONS or not _is_offered(event, conversation, draft, world):
        return outdated(event, conversation)
    value = _value(event, world, draft)
    return accept(conversation, draft, world, value) + _done_with(event, world, conversation, value)


def _is_offered(event: ButtonPressed, conversation: Conversation, draft: Draft, world: World) -> bool:
    """Whether the question has this button: a client of somebody's own making can send anything."""
    rows = screen_message(conversation, draft, world).buttons
    return any((button.action, button.value) == (event.action, event.value) for row in rows for button in row)


def _value(event: ButtonPressed, world: World, draft: Draft) -> Any:
    question = QUESTIONS[draft.screen]
    if question.ask is Ask.WHEN:
        return drafts.near_day(event.value, world.today)
    if question.ask is Ask.RESOLUTION:
        return agency_of(draft, world.rules).resolutions[int(event.value)]
    return event.value


def _done_with(event: ButtonPressed, world: World, conversation: Conversation, value: Any) -> Outcome:
    """The pressed question, as it stays in the chat: the field and what was chosen."""
    draft = conversation.draft
    if draft is None or not event.press:
        return Outcome()
    agency = agency_of(draft, world.rules)
    params = {"field": draft.screen, "answer": drafts.shown(draft.screen, value, agency)}
    message = OutgoingMessage("intake.answered", params)
    key = screen_key(conversation)
    return Outcome.of(Edit(event.origin.chat, key, message, at=event.origin.message))


def _other(_event: ButtonPressed, _world: World, conversation: Conversation, _draft: Draft) -> Outcome:
    return say(conversation, "intake.type_service")


def _skip(event: ButtonPressed, world: World, conversation: Conversation, draft: Draft) -> Outcome:
    question = QUESTIONS.get(draft.screen)
    if question is None or not question.optional:
        return outdated(event, conversation)
    return accept(conversation, draft, world, None) + _done_with(event, world, conversation, None)


def _keep(_event: ButtonPressed, world: World, conversation: Conversation, draft: Draft) -> Outcome:
    return go_on(conversation, draft, world)


def _remove(_event: ButtonPressed, world: World, conversation: Conversation, draft: Draft) -> Outcome:
    return without(conversation, draft, world)


def without(conversation: Conversation, draft: Draft, world: World) -> Outcome:
    """Take an optional addition back; what is gone is kept as superseded like any replaced answer."""
    if draft.screen not in QUESTIONS or not QUESTIONS[draft.screen].addition:
        return resume(world, conversation)
    emptied = drafts.with_answer(draft, draft.screen, None, world.now)
    return go_on(conversation, drafts.without_answer(emptied, draft.screen), world)


def _back(_event: ButtonPressed, world: World, conversation: Conversation, draft: Draft) -> Outcome:
    return go_back(conversation, draft, world)


def go_back(conversation: Conversation, draft: Draft, world: World) -> Outcome:
    """One screen back, with every answer kept."""
    if draft.screen == "story" and draft.changing:
        draft = draft.model_copy(update={"told": True, "replacing": 0})
    before = drafts.screen_before(draft)
    if not before:
        return intake_start.ask_notice(conversation, draft, world)
    return at_screen(conversation, draft.model_copy(update={"screen": before}), world)


def _represent(_event: ButtonPressed, world: World, conversation: Conversation, draft: Draft) -> Outcome:
    """Take "Saya mewakili orang lain", and back: the name is asked either way."""
    represents = not draft.answers.get("represents")
    changed = drafts.with_answer(draft, "represents", represents, world.now)
    return at_screen(conversation, changed, world)


def _to_summary(event: ButtonPressed, world: World, conversation: Conversation, draft: Draft) -> Outcome:
    told = draft.model_copy(update={"changing": False, "replacing": 0})
    return intake_start.in_place(go_on(conversation, told, world), event, conversation)


def _change_menu(event: ButtonPressed, _world: World, conversation: Conversation, draft: Draft) -> Outcome:
    shown = show_message(conversation, change_menu(conversation, draft), draft=draft)
    return intake_start.in_place(shown, event, conversation)


def _additions(event: ButtonPressed, world: World, conversation: Conversation, draft: Draft) -> Outcome:
    shown = show_message(
        conversation, additions(conversation, draft, agency_of(draft, world.rules)), draft=draft
    )
    return intake_start.in_place(shown, event, conversation)


def _change(event: ButtonPressed, world: World, conversation: Conversation, draft: Draft) -> Outcome:
    """Open "Ubah" for one answer, or one of the additions: asked, and then back to the summary."""
    if event.value == "story":
        return intake_story.menu(conversation, draft)
    if event.value not in QUESTIONS:
        return outdated(event, conversation)
    changing = draft.model_copy(update={"screen": event.value, "changing": True})
    return at_screen(conversation, changing, world)


def _confidential(event: ButtonPressed, world: World, conversation: Conversation, draft: Draft) -> Outcome:
    """Switch between confidential and ordinary. Without leaders nobody could read a confidential one."""
    wanted = not draft.answers.get("confidential")
    if wanted and not agency_of(draft, world.rules).leaders:
        return outdated(event, conversation)
    return _additions(
        event, world, conversation, drafts.with_answer(draft, "confidential", wanted, world.now)
    )


def _place(_event: ButtonPressed, world: World, conversation: Conversation, draft: Draft) -> Outcome:
    return at_screen(conversation, draft.model_copy(update={"screen": "place"}), world)


def _read_draft(_event: ButtonPressed, world: World, conversation: Conversation, draft: Draft) -> Outcome:
    agency = agency_of(draft, world.rules)
    params = {"answers": drafts.shown_answers(draft, agency), "agency": agency.full_name}
    return say(conversation, "intake.read_all", params)


ACTIONS: Mapping[str, Handler] = {
    "begin": intake_start.begin_pressed,
    "resume": intake_start.resume_pressed,
    "anew": intake_start.anew,
    "agency": intake_start.agency_pressed,
    "to_agency": intake_start.to_agency,
    "accept": intake_start.accept,
    "decline": intake_start.decline,
    "cancel": intake_start.cancel,
    "cancel_yes": intake_start.cancel_confirmed,
    "answer": _guarded(_answered),
    "other": _guarded(_other),
    "skip": _guarded(_skip),
    "keep": _guarded(_keep),
    "back": _guarded(_back),
    "remove": _guarded(_remove),
    "represent": _guarded(_represent),
    "to_summary": _guarded(_to_summary),
    "change_menu": _guarded(_change_menu),
    "change": _guarded(_change),
    "additions": _guarded(_additions),
    "confidential": _guarded(_confidential),
    "part_add": intake_story.change_part,
    "part_replace": intake_story.change_part,
    "part_delete": intake_story.change_part,
    "read_draft": _guarded(_read_draft),
    "place": _guarded(_place),
    "to_signing": _guarded(to_signing),
    "send_anyway": _guarded(send_anyway),
    "declare": _guarded(declare),
    "file": file_complaint,
}
