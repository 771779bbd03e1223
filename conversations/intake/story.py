"""The story: messages are collected until "Lanjut"; its parts can be added, replaced and deleted."""

from __future__ import annotations

from conversations import keys
from conversations.complaints import draft as drafts
from conversations.complaints import draft_path
from conversations.complaints.complaint import FILES, Part
from conversations.complaints.draft import Draft
from conversations.complaints.draft_path import is_at
from conversations.complaints.kinds import STORY
from conversations.conversation import Conversation
from conversations.effects import DropFile, Edit, Effect, Outcome, Weight
from conversations.events import ButtonPressed, MessageEdited, PersonEvent
from conversations.intake.flow import at_screen, complain, go_on, limit_of, remembered, too_long
from conversations.messages import Button, Key, Keyboard, OutgoingMessage
from conversations.parts import keep, part_of, refusal, with_edit
from conversations.reading.identity import Problem
from conversations.reading.numbers import whole
from conversations.screens import offer, outdated, say, show
from conversations.world import World

PREVIEW = 60
ONWARD = Keyboard(tuple((Key(key.label),) for key in STORY.keys))


def collect(event: PersonEvent, world: World, conversation: Conversation, draft: Draft) -> Outcome:
    """Add a message to the story, and update the one message that shows the count."""
    part = part_of(event)
    problem = refusal(event, _others(draft), world.rules.limits)
    if problem is Problem.TOO_LONG:
        return too_long(event, world, conversation, draft, "story")
    if part is None or problem:
        problem = problem or Problem.UNREADABLE
        return complain(conversation, problem, limit_of(problem, world.rules.limits))
    story, dropped = _joined(draft, part)
    changed = drafts.with_story(draft, story, world.now).model_copy(update={"replacing": 0})
    effects: list[Effect] = [*dropped]
    if kept := keep(event, draft.id):
        effects.append(kept)
    effects.append(tally(world, conversation, changed))
    return Outcome.of(conversation.model_copy(update={"draft": changed}), *tuple(effects))


def _others(draft: Draft) -> tuple[Part, ...]:
    """The parts that stay: all but the one that is being replaced."""
    return tuple(part for number, part in enumerate(draft.story, 1) if number != draft.replacing)


def _joined(draft: Draft, part: Part) -> tuple[tuple[Part, ...], list[Effect]]:
    if not 0 < draft.replacing <= len(draft.story):
        return (*draft.story, part), []
    old = draft.story[draft.replacing - 1]
    new = part.after(old)
    story = tuple(new if known is old else known for known in draft.story)
    return story, [DropFile(old.file)] if old.file else []


def tally(world: World, conversation: Conversation, draft: Draft) -> Edit:
    """Show "Tercatat: n". The first time the key is unknown, and the message is sent.

    Where no reply keyboard stays below the chat, the count brings the key "Lanjut" along.
    """
    params = {
        "count": len(draft.story),
        "files": sum(1 for part in draft.story if part.file),
    }
    key = keys.tally(draft.id, conversation.turn)
    stays = world.capabilities(conversation.chat).keyboards or not is_at(draft, STORY)
    message = OutgoingMessage("intake.tally", params, keyboard=None if stays else ONWARD)
    return Edit(conversation.chat, key, message, weight=Weight.PROGRESS)


def evidence(event: PersonEvent, world: World, conversation: Conversation, draft: Draft) -> Outcome:
    """Add a file or place to the story while another question is open; the question stays open."""
    added = collect(event, world, conversation, draft)
    changed = added.conversations[-1]
    if changed.draft is None or len(changed.draft.story) == len(draft.story):
        return added
    params = {"count": sum(1 for part in changed.draft.story if part.kind != "text")}
    message = OutgoingMessage("intake.late_evidence", params)
    edit = Edit(conversation.chat, keys.tally(draft.id, conversation.turn), message, weight=Weight.PROGRESS)
    kept = tuple(effect for effect in added.effects if not isinstance(effect, Edit))
    return Outcome.of(*added.conversations, *kept, edit)


def another_page(
    event: PersonEvent, world: World, conversation: Conversation, draft: Draft
) -> Outcome | None:
    """Add a late page of an answer's album to that answer: it is no evidence. None for other messages."""
    part, kept = part_of(event), keep(event, draft.id)
    field = _field_of_album(draft, part.album) if part else ""
    if part is None or kept is None or not field:
        return None
    limit = world.rules.limits.files
    if len(draft.answers[field]) >= limit:
        return complain(conversation, Problem.TOO_MANY_FILES, limit)
    unsigned = drafts.unsigned(draft)
    pages = [*draft.answers[field], part.model_dump(mode="json")]
    changed = unsigned.model_copy(update={"answers": {**unsigned.answers, field: pages}})
    params = {"field": field, "answer": {"word": f"kind_{part.kind}"}}
    return say(conversation, "intake.answered", params, draft=changed) + Outcome.of(kept)


def _field_of_album(draft: Draft, album: str) -> str:
    """The field that an item of this album answered; empty if none."""
    pages = ((name, page) for name in FILES for page in draft.answers.get(name) or ())
    return next((name for name, page in pages if album and page["album"] == album), "")


def finish(world: World, conversation: Conversation, draft: Draft) -> Outcome:
    """Act on "Lanjut": end the story, which needs some text, as the law asks for a written description."""
    if not draft_path.has_account(draft.story):
        contacts = world.rules.contacts(draft.agency)
        return say(conversation, "intake.story_needs_text", {"contacts": contacts})
    finished = draft.model_copy(update={"story_finished": True, "replacing": 0})
    return remembered(go_on(world, conversation, finished), "story")


def edit_part(event: MessageEdited, world: World, conversation: Conversation, draft: Draft) -> Outcome | None:
    """Take over an edit of a message of the story, and keep the earlier text; None for other messages."""
    story = with_edit(draft.story, event.origin.message, event.text)
    if story is None:
        return None
    others = tuple(part for part in draft.story if part.message != event.origin.message)
    room = world.rules.limits.story_characters - sum(len(part.text) for part in others)
    if len(event.text) > room:
        return complain(conversation, Problem.TOO_LONG, world.rules.limits.story_characters)
    changed = drafts.with_story(draft, story, world.now)
    return say(conversation, "intake.edited", {"field": "story"}, draft=changed)


def menu(conversation: Conversation, draft: Draft) -> Outcome:
    """The story's parts, each with buttons to replace or delete it, and one to add."""
    rows: list[tuple[Button, ...]] = [(offer(conversation, "add_part", "part_add", style="primary"),)]
    for number in range(1, len(draft.story) + 1):
        params = {"number": number}
        rows.append(
            (
                offer(conversation, "replace_part", "part_replace", str(number), params=params),
                offer(conversation, "delete_part", "part_delete", str(number), params=params, style="danger"),
            )
        )
    rows.append((offer(conversation, "back", "to_summary"),))
    shown = {"parts": [{"kind": part.kind, "text": _cut(part.text)} for part in draft.story]}
    changing = draft.model_copy(update={"screen": "story", "changing": True})
    return show(conversation, "intake.story_parts", shown, buttons=tuple(rows), draft=changing)


def _cut(text: str) -> str:
    """The beginning of a text: one character more than the template shows, which then writes "…"."""
    return text[: PREVIEW + 1]


def change_part(event: ButtonPressed, world: World, conversation: Conversation, draft: Draft) -> Outcome:
    """Add, replace or delete one part of the story."""
    number = whole(event.value or "0", len(draft.story))
    if number is None or (event.action != "part_add" and not number):
        return outdated(event, conversation)
    if event.action == "part_delete":
        return _delete(world, conversation, draft, number)
    replacing = draft.model_copy(
        update={"screen": "story", "replacing": number, "changing": True, "story_finished": False}
    )
    if number:
        old = draft.story[number - 1]
        params = {"number": number, "text": _cut(old.text) or old.name, "kind": old.kind}
        ask = OutgoingMessage("intake.replace_part", params)
        return at_screen(world, conversation, replacing, asking=ask)
    return at_screen(world, conversation, replacing)


def _delete(world: World, conversation: Conversation, draft: Draft, number: int) -> Outcome:
    gone = draft.story[number - 1]
    story = tuple(part for part in draft.story if part is not gone)
    changed = drafts.with_story(draft, story, world.now)
    dropped = Outcome.of(*((DropFile(gone.file),) if gone.file else ()))
    if not draft_path.has_account(story):
        return dropped + at_screen(world, conversation, changed.model_copy(update={"story_finished": False}))
    return dropped + menu(conversation, changed)
