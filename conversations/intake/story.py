"""The story adds up over many messages until "Lanjut"; its parts can be added, replaced, deleted."""

from __future__ import annotations

from conversations import keys
from conversations.complaints import draft as drafts
from conversations.complaints.complaint import Part
from conversations.complaints.draft import Draft
from conversations.conversation import Conversation
from conversations.effects import DropFile, Edit, Effect, Outcome
from conversations.events import ButtonPressed, FileReceived, MessageEdited, PersonEvent
from conversations.intake.flow import at_screen, complain, go_on, limit_of
from conversations.messages import Button, OutgoingMessage
from conversations.parts import keep, part_of, refusal, with_edit
from conversations.reading.identity import Problem
from conversations.reading.numbers import whole
from conversations.screens import is_outdated, offer, outdated, say, show
from conversations.world import World

PREVIEW = 60


def collect(event: PersonEvent, world: World, conversation: Conversation, draft: Draft) -> Outcome:
    """Add a message to the story, and count it. The count is one message that is updated."""
    part = part_of(event)
    problem = refusal(event, _others(draft), world.rules.limits)
    if part is None or problem:
        problem = problem or Problem.UNREADABLE
        return complain(conversation, problem, limit_of(problem, world.rules.limits))
    story, dropped = _joined(draft, part)
    changed = drafts.with_story(draft, story, world.now).model_copy(update={"replacing": 0})
    effects: list[Effect] = [*dropped]
    if kept := keep(event, draft.id):
        effects.append(kept)
    effects.append(_tally(conversation, changed))
    return Outcome.of(conversation.model_copy(update={"draft": changed}), *tuple(effects))


def _others(draft: Draft) -> tuple[Part, ...]:
    """The parts that stay: all but the one that is being replaced."""
    return tuple(part for number, part in enumerate(draft.story, 1) if number != draft.replacing)


def _joined(draft: Draft, part: Part) -> tuple[tuple[Part, ...], list[Effect]]:
    if not 0 < draft.replacing <= len(draft.story):
        return (*draft.story, part), []
    old = draft.story[draft.replacing - 1]
    new = part.model_copy(update={"replaced": (*old.replaced, old.text)})
    story = tuple(new if known is old else known for known in draft.story)
    return story, [DropFile(old.file)] if old.file else []


def _tally(conversation: Conversation, draft: Draft) -> Edit:
    """Show "Tercatat: n". The first time the key is unknown, and the message is sent."""
    params = {
        "count": len(draft.story),
        "files": sum(1 for part in draft.story if part.file),
    }
    key = keys.tally(draft.id, conversation.turn)
    return Edit(conversation.chat, key, OutgoingMessage("intake.tally", params))


def evidence(event: PersonEvent, world: World, conversation: Conversation, draft: Draft) -> Outcome:
    """A file that comes while another question listens joins the story; the question stays."""
    added = collect(event, world, conversation, draft)
    changed = added.conversations[-1]
    if changed.draft is None or len(changed.draft.story) == len(draft.story):
        return added
    params = {"count": sum(1 for part in changed.draft.story if part.kind != "text")}
    message = OutgoingMessage("intake.late_evidence", params)
    edit = Edit(conversation.chat, keys.tally(draft.id, conversation.turn), message)
    kept = tuple(effect for effect in added.effects if not isinstance(effect, Edit))
    return Outcome.of(*added.conversations, *kept, edit)


def another_page(event: PersonEvent, conversation: Conversation, draft: Draft) -> Outcome | None:
    """A late page of the power of attorney's album joins it: it is no evidence for the group."""
    pages = draft.answers.get("power_of_attorney") or []
    part, kept = part_of(event), keep(event, draft.id)
    if part is None or kept is None or not part.album or all(page["album"] != part.album for page in pages):
        return None
    answers = {**drafts.unsigned(draft).answers, "power_of_attorney": [*pages, part.model_dump(mode="json")]}
    changed = drafts.unsigned(draft).model_copy(update={"answers": answers})
    params = {"field": "power_of_attorney", "answer": {"word": f"kind_{part.kind}"}}
    told = say(conversation, "intake.answered", params, draft=changed)
    return told + Outcome.of(kept)


def joins_album(event: PersonEvent, draft: Draft) -> bool:
    """Whether the event is a late item of an album that the story already holds."""
    return (
        isinstance(event, FileReceived)
        and bool(event.album)
        and any(part.album == event.album for part in draft.story)
    )


def finish(conversation: Conversation, draft: Draft, world: World) -> Outcome:
    """Act on "Lanjut": the law asks for a description in writing, so some text there must be."""
    if not drafts.has_account(draft.story):
        return say(conversation, "intake.story_needs_text")
    told = draft.model_copy(update={"told": True, "replacing": 0})
    return go_on(conversation, told, world)


def edit_part(event: MessageEdited, world: World, conversation: Conversation, draft: Draft) -> Outcome | None:
    """A message of the story was edited: its text follows, and the earlier one is kept."""
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
    shown = {"parts": [{"kind": part.kind, "text": part.text[:PREVIEW]} for part in draft.story]}
    changing = draft.model_copy(update={"screen": "story", "changing": True})
    return show(conversation, "intake.story_parts", shown, buttons=tuple(rows), draft=changing)


def change_part(event: ButtonPressed, world: World, conversation: Conversation) -> Outcome:
    """Add, replace or delete one part of the story."""
    draft = conversation.draft
    if draft is None or is_outdated(event, conversation):
        return outdated(event, conversation)
    number = whole(event.value or "0", len(draft.story))
    if number is None or (event.action != "part_add" and not number):
        return outdated(event, conversation)
    if event.action == "part_delete":
        return _delete(conversation, draft, world, number)
    replacing = draft.model_copy(
        update={"screen": "story", "replacing": number, "changing": True, "told": False}
    )
    if number:
        old = draft.story[number - 1]
        text = old.text[:PREVIEW] or old.name or old.kind
        ask = OutgoingMessage("intake.replace_part", {"number": number, "text": text})
        return at_screen(conversation, replacing, world, asking=ask)
    return at_screen(conversation, replacing, world)


def _delete(conversation: Conversation, draft: Draft, world: World, number: int) -> Outcome:
    gone = draft.story[number - 1]
    story = tuple(part for part in draft.story if part is not gone)
    changed = drafts.with_story(draft, story, world.now)
    dropped = Outcome.of(*((DropFile(gone.file),) if gone.file else ()))
    if not drafts.has_account(story):
        return dropped + at_screen(conversation, changed.model_copy(update={"told": False}), world)
    return dropped + menu(conversation, changed)
