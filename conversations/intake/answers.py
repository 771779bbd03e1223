"""Messages as answers to the present question, and edits of messages that were answers."""

from __future__ import annotations

from datetime import date
from typing import Any

from conversations.complaints import draft as drafts
from conversations.complaints import draft_path
from conversations.complaints.complaint import QUESTIONS
from conversations.complaints.draft import Draft
from conversations.complaints.draft_path import is_at
from conversations.complaints.kind import Reading
from conversations.complaints.kinds import RESOLUTION, STORY, TEXT
from conversations.conversation import Conversation
from conversations.effects import Effect, Outcome, Send
from conversations.events import (
    ContactReceived,
    FileReceived,
    LocationReceived,
    MessageEdited,
    PersonEvent,
    TextReceived,
)
from conversations.intake import aside
from conversations.intake import story as intake_story
from conversations.intake.confusion import asked_again
from conversations.intake.doubts import asked_about, unconfirmed
from conversations.intake.filing import sign
from conversations.intake.flow import at_screen, complain, go_on, limit_of, remembered, too_long
from conversations.intake.incomplete import asked_whether_complete, with_waiting
from conversations.messages import OutgoingMessage
from conversations.parts import keep, part_of, refusal, sourced
from conversations.reading.identity import Problem
from conversations.reading.words import has_a_word, plain
from conversations.screens import say
from conversations.world import World

# The kinds whose answers say whose words they are and what they quote.
QUOTING = (TEXT, RESOLUTION)


def read(event: PersonEvent, world: World, conversation: Conversation, draft: Draft) -> Outcome:
    """Read a message as the answer to the present question."""
    if isinstance(event, ContactReceived):
        return _contact(event, world, conversation, draft)
    if page := intake_story.another_page(event, world, conversation, draft):
        return page
    if late := aside.late_item(event, world, conversation, draft):
        return late
    if is_at(draft, STORY):
        return intake_story.collect(event, world, conversation, draft)
    if draft.screen == draft_path.SIGNING:
        return sign(event, world, conversation, draft)
    return _answer(event, world, conversation, draft)


def _answer(event: PersonEvent, world: World, conversation: Conversation, draft: Draft) -> Outcome:
    if isinstance(event, FileReceived | LocationReceived):
        return _file_or_place(event, world, conversation, draft)
    if draft.screen == draft_path.SUMMARY:
        return asked_again(world, conversation, OutgoingMessage("intake.press_a_button"))
    return _text(event, world, conversation, draft)


def _place(text: str, message: int, world: World, conversation: Conversation, draft: Draft) -> Outcome:
    value = drafts.read_place(text)
    if isinstance(value, Problem):
        return complain(conversation, value, world.rules.limits.answer_characters)
    changed = drafts.with_answer(draft, "place", value, world.now, message)
    return at_screen(world, conversation, changed.model_copy(update={"screen": draft_path.SIGNING}))


def _text(event: PersonEvent, world: World, conversation: Conversation, draft: Draft) -> Outcome:
    text = event.text if isinstance(event, TextReceived) else ""
    limit = world.rules.limits.answer_characters
    if draft.screen == "place":
        return _place(text, event.origin.message, world, conversation, draft)
    kind, sent = QUESTIONS[draft.screen].kind, text
    text = with_waiting(event, draft, text)
    if kind in QUOTING:
        text = sourced(event.origin, text)
    value = kind.read_or_refuse(text, Reading(sent_on(event, world), limit))
    if value is Problem.CHOOSE_A_BUTTON:
        if QUESTIONS[draft.screen].words and _says_something(text, world):
            return _keep_words(text, event.origin.message, world, conversation, draft)
        message = OutgoingMessage("intake.problem", {"problem": value, "limit": limit})
        return asked_again(world, conversation, message)
    if value is Problem.TOO_LONG:
        return too_long(event, world, conversation, draft, draft.screen)
    if isinstance(value, Problem):
        # Pages that an officer asked for: the question itself says what to do.
        again = value is Problem.SEND_A_FILE and draft.completes
        return at_screen(world, conversation, draft) if again else complain(conversation, value, limit)
    number = event.origin.message
    doubt = asked_about(world, conversation, draft, value, number)
    doubt = doubt or asked_whether_complete(conversation, draft, value, number)
    # An edit of one piece cannot replace the whole answer.
    source = number if text == sent or kind in QUOTING else 0
    return doubt or remembered(accept(world, conversation, draft, value, source), draft.screen, text, number)


def sent_on(event: PersonEvent, world: World) -> date:
    """The day on which a message was sent, in the agencies' zone: "kemarin" is the day before it."""
    return event.origin.at.astimezone(world.now.tzinfo).date()


def _says_something(text: str, world: World) -> bool:
    """Whether a text at a question with buttons describes something: "ya" and "lanjut" do not."""
    words = plain(text).split()
    return (len(words) > 1 or any(map(str.isdecimal, text))) and not world.rules.words.is_any_button(text)


def _keep_words(text: str, message: int, world: World, conversation: Conversation, draft: Draft) -> Outcome:
    """Keep the text as the answer of the field that describes the choice, and ask for the choice again."""
    field, limit = QUESTIONS[draft.screen].words, world.rules.limits.answer_characters
    joined = "\n".join(said for said in (draft.answers.get(field), text) if said)
    value = QUESTIONS[field].kind.read_or_refuse(joined, Reading(world.today, limit))
    if isinstance(value, Problem):
        return complain(conversation, value, limit)
    changed = drafts.with_answer(draft, field, value, world.now, message)
    kept = conversation.model_copy(update={"draft": changed})
    return asked_again(world, kept, OutgoingMessage("intake.words_kept", {"field": field}))


def accept(world: World, conversation: Conversation, draft: Draft, value: Any, message: int = 0) -> Outcome:
    """Store an answer and go on. Its place answers its own question; a warning never blocks it."""
    question = QUESTIONS[draft.screen]
    changed = drafts.with_answer(draft, draft.screen, value, world.now, message)
    before: list[Effect] = []
    if value is not None:
        place, warning = question.kind.follows(value, world.today)
        if place and question.fills:
            changed = drafts.with_answer(changed, question.fills, place, world.now)
        if warning:
            before.append(Send(conversation.chat, OutgoingMessage(f"intake.{warning}")))
    return go_on(world, conversation, changed, before=tuple(before))


def _contact(event: ContactReceived, world: World, conversation: Conversation, draft: Draft) -> Outcome:
    if not _takes(draft, event):
        return say(conversation, "intake.contact_unasked")
    if event.own is drafts.is_on_behalf(draft):
        problem = Problem.CONTACT_OWN if event.own else Problem.CONTACT_NOT_OWN
        return complain(conversation, problem, 0)
    number = event.phone if event.phone.startswith("+") else f"+{event.phone}"
    return accept(world, conversation, draft, number, event.origin.message)


def _takes(draft: Draft, event: PersonEvent) -> bool:
    """Whether a message of this type answers the present question."""
    takes = QUESTIONS[draft.screen].kind.takes if draft.screen in QUESTIONS else None
    return takes is not None and isinstance(event, takes)


def _needs_words(draft: Draft) -> bool:
    """Whether only words answer the present question."""
    return draft.screen == "place" or (draft.screen in QUESTIONS and QUESTIONS[draft.screen].kind.needs_words)


def _file_or_place(
    event: FileReceived | LocationReceived, world: World, conversation: Conversation, draft: Draft
) -> Outcome:
    part = part_of(event)
    if part is None or not _takes(draft, event):
        keeping = aside.put_aside if _needs_words(draft) else intake_story.evidence
        return keeping(event, world, conversation, draft)
    if isinstance(event, LocationReceived):
        return accept(world, conversation, draft, part.text, event.origin.message)
    if problem := refusal(event, (), world.rules.limits):
        return complain(conversation, problem, limit_of(problem, world.rules.limits))
    accepted = accept(world, conversation, draft, [part.model_dump(mode="json")], part.message)
    return accepted + Outcome.of(keep(event, draft.id))


def edited(event: MessageEdited, world: World, conversation: Conversation, draft: Draft) -> Outcome:
    """Correct the answer that an edited message gave, if it still is the answer."""
    if outcome := intake_story.edit_part(event, world, conversation, draft):
        return _refresh(outcome, world)
    if _says_nothing(event, draft):
        return complain(conversation, Problem.EMPTY, 0)
    if outcome := aside.edit(event, world, conversation, draft):
        return outcome
    waiting = unconfirmed(draft) if conversation.listener == "intake" else None
    if waiting and waiting.message == event.origin.message:
        return read(TextReceived(event.origin, event.text), world, conversation, draft)
    return _corrected(event, world, conversation, draft)


def _corrected(event: MessageEdited, world: World, conversation: Conversation, draft: Draft) -> Outcome:
    field = draft.sources.get(event.origin.message, "")
    limit = world.rules.limits.answer_characters
    if field == "place":
        value: Any = drafts.read_place(event.text)
    elif field in QUESTIONS and (reader := QUESTIONS[field].kind.read):
        value = reader(event.text, Reading(sent_on(event, world), limit))
    else:
        return say(conversation, "intake.edit_too_late")
    if isinstance(value, Problem):
        return complain(conversation, value, limit)
    changed = drafts.with_answer(draft, field, value, world.now, event.origin.message)
    return _refresh(say(conversation, "intake.edited", {"field": field}, draft=changed), world)


def _says_nothing(event: MessageEdited, draft: Draft) -> bool:
    """Whether a text was changed to one without a letter or digit; a caption may be."""
    captions = {part.message for part in (*draft.story, *draft.aside) if part.kind != "text"}
    return event.origin.message not in captions and not has_a_word(event.text)


def _refresh(outcome: Outcome, world: World) -> Outcome:
    """Show summary or signing again after an edit: they show the earlier answer."""
    conversation = outcome.conversations[-1]
    draft = conversation.draft
    if draft is None or conversation.listener != "intake":
        return outcome
    if draft.screen not in {draft_path.SUMMARY, draft_path.SIGNING}:
        return outcome
    return outcome + go_on(world, conversation, draft)
