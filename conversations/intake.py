"""A citizen files a complaint: what each message and button means while a draft listens."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from conversations import drafts, intake_start, intake_story
from conversations.complaint import QUESTIONS, Ask, Reading
from conversations.conversation import Conversation, Draft
from conversations.effects import AnswerPress, Edit, Effect, Outcome, Send, StripButtons
from conversations.events import (
    ButtonPressed,
    ContactReceived,
    FileReceived,
    LocationReceived,
    MessageEdited,
    PersonEvent,
    TextReceived,
    UnreadableReceived,
)
from conversations.intake_filing import declare, file_complaint, send_anyway, sign, to_signing
from conversations.intake_flow import at_screen, complain, go_on, limit_of, screen_message
from conversations.intake_questions import agency_of
from conversations.intake_start import AGENCY, NOTICE, begin, resume
from conversations.intake_summary import additions, change_menu
from conversations.intake_waking import draft_due, file_lost
from conversations.messages import Button, OutgoingMessage
from conversations.parts import keep, part_of, refusal
from conversations.reading import Problem, is_old
from conversations.screens import is_outdated, outdated, say, show_message
from conversations.world import World

Handler = Callable[[Any, World, Conversation], Outcome]

__all__ = ["ACTIONS", "COMMANDS", "answer", "begin", "belongs_to_draft", "draft_due", "file_lost", "resume"]


def belongs_to_draft(event: PersonEvent, conversation: Conversation) -> bool:
    """Whether an event is the draft's business even while another dialogue listens."""
    draft = conversation.draft
    if draft is None:
        return False
    if isinstance(event, MessageEdited):
        message = event.origin.message
        return message in draft.sources or any(part.message == message for part in draft.story)
    return intake_story.joins_album(event, draft)


def answer(event: PersonEvent, world: World, conversation: Conversation) -> Outcome:
    """A message while the draft listens."""
    draft = conversation.draft
    if draft is None:
        return resume(world, conversation)
    if isinstance(event, MessageEdited):
        return _edited(event, world, conversation, draft)
    if isinstance(event, TextReceived) and (pressed := _as_press(event, world, conversation, draft)):
        return pressed
    if isinstance(event, UnreadableReceived):
        return say(conversation, "intake.unreadable", {"kind": event.kind})
    if draft.screen in {AGENCY, NOTICE}:
        return say(conversation, "intake.press_a_button")
    return _read(event, world, conversation, draft)


def _read(event: PersonEvent, world: World, conversation: Conversation, draft: Draft) -> Outcome:
    if draft.screen == "story":
        return intake_story.collect(event, world, conversation, draft)
    if draft.screen == drafts.SIGNING:
        return sign(event, world, conversation, draft)
    if isinstance(event, ContactReceived):
        return _contact(event, world, conversation, draft)
    if isinstance(event, FileReceived | LocationReceived):
        return _file_or_place(event, world, conversation, draft)
    if draft.screen == drafts.SUMMARY:
        return say(conversation, "intake.press_a_button")
    return _text(event, world, conversation, draft)


def _text(event: PersonEvent, world: World, conversation: Conversation, draft: Draft) -> Outcome:
    text = event.text if isinstance(event, TextReceived) else ""
    limit = world.rules.limits.answer_characters
    if draft.screen == "place":
        value = drafts.read_place(text)
        if isinstance(value, Problem):
            return complain(conversation, value, limit)
        changed = drafts.with_answer(draft, "place", value, world.now, event.origin.message)
        return at_screen(conversation, changed.model_copy(update={"screen": drafts.SIGNING}), world)
    value = QUESTIONS[draft.screen].read(text, Reading(world.today, limit))
    if isinstance(value, Problem):
        return complain(conversation, value, limit)
    return _accept(conversation, draft, world, value, event.origin.message)


def _accept(conversation: Conversation, draft: Draft, world: World, value: Any, message: int = 0) -> Outcome:
    """Store an answer and go on. An old occurrence is warned of, never blocked."""
    changed = drafts.with_answer(draft, draft.screen, value, world.now, message)
    before: list[Effect] = []
    if draft.screen == "occurred" and value:
        if value["place"]:
            changed = drafts.with_answer(changed, "occurred_place", value["place"], world.now)
        if value["day"] and is_old(drafts.day_of(value), world.today):
            before.append(Send(conversation.chat, OutgoingMessage("intake.old_occurrence")))
    return go_on(conversation, changed, world, before=tuple(before))


def _contact(event: ContactReceived, world: World, conversation: Conversation, draft: Draft) -> Outcome:
    if draft.screen != "phone":
        return say(conversation, "intake.contact_unasked")
    if not event.own:
        return complain(conversation, Problem.CONTACT_NOT_OWN, 0)
    number = event.phone if event.phone.startswith("+") else f"+{event.phone}"
    return _accept(conversation, draft, world, number, event.origin.message)


def _file_or_place(
    event: FileReceived | LocationReceived, world: World, conversation: Conversation, draft: Draft
) -> Outcome:
    part = part_of(event)
    if part and isinstance(event, LocationReceived) and draft.screen == "occurred_place":
        return _accept(conversation, draft, world, part.text, event.origin.message)
    question = QUESTIONS.get(draft.screen)
    if part and isinstance(event, FileReceived) and question and question.ask is Ask.FILE:
        if problem := refusal(event, (), world.rules.limits):
            return complain(conversation, problem, limit_of(problem, world.rules.limits))
        kept = keep(event, draft.id)
        accepted = _accept(conversation, draft, world, part.model_dump(mode="json"), part.message)
        return accepted + Outcome(effects=(kept,) if kept else ())
    return intake_story.evidence(event, world, conversation, draft)


def _as_press(event: TextReceived, world: World, conversation: Conversation, draft: Draft) -> Outcome | None:
    """A text that is exactly a button's wording acts as pressing it."""
    if draft.screen in {"story", "phone"}:
        return _as_key(event, world, conversation, draft)
    if draft.screen in {AGENCY, NOTICE}:
        shown = resume(world, conversation).effects[-1]
        message = shown.message if isinstance(shown, Send) else None
    else:
        message = screen_message(conversation, draft, world)
    for button in (button for row in (message.buttons if message else ()) for button in row):
        if _is_wording(button, event):
            return _press(button, event, world, conversation)
    return None


def _is_wording(button: Button, event: TextReceived) -> bool:
    if button.label == "choice":
        return str(button.params["text"]).casefold() == event.text.strip().casefold()
    return button.label in event.labels


def _press(button: Button, event: TextReceived, world: World, conversation: Conversation) -> Outcome:
    pressed = ButtonPressed(event.origin, "", button.action, button.subject, conversation.turn, button.value)
    outcome = ACTIONS[button.action](pressed, world, conversation)
    effects = tuple(
        Send(effect.chat, effect.message, effect.key) if isinstance(effect, Edit) else effect
        for effect in outcome.effects
        if not isinstance(effect, AnswerPress | StripButtons)
    )
    return Outcome(outcome.conversations, outcome.cases, effects)


def _as_key(event: TextReceived, world: World, conversation: Conversation, draft: Draft) -> Outcome | None:
    """The keys of the reply keyboard under the story and the phone question."""
    if "next" in event.labels and draft.screen == "story":
        return intake_story.finish(conversation, draft, world)
    if "back" in event.labels:
        return _go_back(conversation, draft, world)
    if "cancel" in event.labels:
        return intake_start.cancel(event, world, conversation)
    return None


def _edited(event: MessageEdited, world: World, conversation: Conversation, draft: Draft) -> Outcome:
    """An earlier message was edited: the answer it gave is corrected, if it still is the answer."""
    if outcome := intake_story.edit_part(event, world, conversation, draft):
        return _refresh(outcome, world)
    field = draft.sources.get(event.origin.message, "")
    if field == "place":
        value: Any = drafts.read_place(event.text)
    elif field in QUESTIONS and QUESTIONS[field].ask is not Ask.FILE:
        limit = world.rules.limits.answer_characters
        value = QUESTIONS[field].read(event.text, Reading(world.today, limit))
    else:
        return say(conversation, "intake.edit_too_late")
    if isinstance(value, Problem):
        return complain(conversation, value, world.rules.limits.answer_characters)
    changed = drafts.with_answer(draft, field, value, world.now, event.origin.message)
    return _refresh(say(conversation, "intake.edited", {"field": field}, draft=changed), world)


def _refresh(outcome: Outcome, world: World) -> Outcome:
    """After an edit, summary and signing are shown anew: they had shown the old answer."""
    conversation = outcome.conversations[-1]
    draft = conversation.draft
    if draft is None or conversation.listener != "intake":
        return outcome
    if draft.screen not in {drafts.SUMMARY, drafts.SIGNING}:
        return outcome
    return outcome + go_on(conversation, draft, world)


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
    if draft.screen not in QUESTIONS:
        return outdated(event, conversation)
    value = _value(event, world, draft)
    return _accept(conversation, draft, world, value) + _done_with(event, draft, value, world)


def _value(event: ButtonPressed, world: World, draft: Draft) -> Any:
    question = QUESTIONS[draft.screen]
    if question.ask is Ask.WHEN:
        return drafts.near_day(event.value, world.today)
    if question.ask is Ask.RESOLUTION:
        return agency_of(draft, world.rules).resolutions[int(event.value)]
    return event.value


def _done_with(event: ButtonPressed, draft: Draft, value: Any, world: World) -> Outcome:
    """The pressed question, as it stays in the chat: the field and what was chosen."""
    agency = agency_of(draft, world.rules)
    params = {"field": draft.screen, "answer": drafts.shown(draft.screen, value, agency)}
    message = OutgoingMessage("intake.answered", params)
    key = f"screen:{event.origin.person.id}:{event.version}"
    if not event.press:
        return Outcome()
    return Outcome(effects=(Edit(event.origin.chat, key, message, at=event.origin.message),))


def _other(_event: ButtonPressed, _world: World, conversation: Conversation, _draft: Draft) -> Outcome:
    return say(conversation, "intake.type_service")


def _skip(event: ButtonPressed, world: World, conversation: Conversation, draft: Draft) -> Outcome:
    question = QUESTIONS.get(draft.screen)
    if question is None or not question.optional:
        return outdated(event, conversation)
    return _accept(conversation, draft, world, None) + _done_with(event, draft, None, world)


def _keep(_event: ButtonPressed, world: World, conversation: Conversation, draft: Draft) -> Outcome:
    return go_on(conversation, draft, world)


def _back(_event: ButtonPressed, world: World, conversation: Conversation, draft: Draft) -> Outcome:
    return _go_back(conversation, draft, world)


def _go_back(conversation: Conversation, draft: Draft, world: World) -> Outcome:
    """One screen back, with every answer kept."""
    if draft.screen == "story" and draft.changing:
        told = bool(draft.story)
        draft = draft.model_copy(update={"told": told, "replacing": 0})
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
    return intake_start.in_place(go_on(conversation, told, world), event)


def _change_menu(event: ButtonPressed, _world: World, conversation: Conversation, draft: Draft) -> Outcome:
    shown = show_message(conversation, change_menu(conversation, draft), draft=draft)
    return intake_start.in_place(shown, event)


def _additions(event: ButtonPressed, _world: World, conversation: Conversation, draft: Draft) -> Outcome:
    shown = show_message(conversation, additions(conversation, draft), draft=draft)
    return intake_start.in_place(shown, event)


def _change(event: ButtonPressed, world: World, conversation: Conversation, draft: Draft) -> Outcome:
    """Open "Ubah" for one answer, or one of the additions: asked, and then back to the summary."""
    if event.value == "story":
        return intake_story.menu(conversation, draft)
    if event.value not in QUESTIONS:
        return outdated(event, conversation)
    changing = draft.model_copy(update={"screen": event.value, "changing": True})
    return at_screen(conversation, changing, world)


def _confidential(event: ButtonPressed, world: World, conversation: Conversation, draft: Draft) -> Outcome:
    wanted = not draft.answers.get("confidential")
    changed = drafts.with_answer(draft, "confidential", wanted, world.now)
    shown = show_message(conversation, additions(conversation, changed), draft=changed)
    return intake_start.in_place(shown, event)


def _place(_event: ButtonPressed, world: World, conversation: Conversation, draft: Draft) -> Outcome:
    return at_screen(conversation, draft.model_copy(update={"screen": "place"}), world)


def _read_draft(_event: ButtonPressed, world: World, conversation: Conversation, draft: Draft) -> Outcome:
    agency = agency_of(draft, world.rules)
    params = {"answers": drafts.shown_answers(draft, agency), "agency": agency.full_name}
    return say(conversation, "intake.read_all", params)


COMMANDS: Mapping[str, Handler] = {
    "start": intake_start.start,
    "lapor": intake_start.file_command,
    "batal": intake_start.cancel,
}

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
