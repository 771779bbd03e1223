"""What the clock and the file store tell a draft: a nudge after a day, the end after seven, a lost file."""

from __future__ import annotations

from datetime import timedelta

from conversations import drafts
from conversations.agency import Limits
from conversations.complaint import Part
from conversations.conversation import Conversation, Draft
from conversations.effects import Outcome, RecordHistory, Send
from conversations.events import FileLost
from conversations.intake_start import dropped
from conversations.messages import Button, OutgoingMessage
from conversations.screens import offer, say, show
from conversations.world import World


def draft_due(world: World, conversation: Conversation) -> Outcome:
    """Nudge once after a day of silence, drop after seven days with a notice."""
    draft = conversation.draft
    limits = world.rules.limits
    if draft is None:
        return Outcome((conversation,))
    silent = world.now - draft.touched_at
    if silent >= timedelta(days=limits.draft_drop_days):
        return _drop(conversation, draft, limits)
    if silent >= timedelta(hours=limits.draft_nudge_hours) and not draft.nudged:
        return _nudge(world, conversation, draft)
    return Outcome((conversation,))


def _nudge(world: World, conversation: Conversation, draft: Draft) -> Outcome:
    """The screen that asks stays good: answering it is as right as pressing "Lanjutkan"."""
    agency = world.rules.agency(draft.agency)
    params = {
        "agency": agency.full_name if agency else "",
        "days": world.rules.limits.draft_drop_days,
    }
    buttons = ((Button("resume_draft", "resume", style="success"),),)
    nudged = draft.model_copy(update={"nudged": True})
    return say(conversation, "intake.nudge", params, buttons=buttons, draft=nudged)


def _drop(conversation: Conversation, draft: Draft, limits: Limits) -> Outcome:
    gone, dropping = dropped(conversation, draft)
    buttons = ((offer(gone, "file_complaint", "begin"),),)
    return dropping + show(gone, "intake.dropped", {"days": limits.draft_drop_days}, buttons=buttons)


def file_lost(event: FileLost, world: World) -> Outcome:
    """A file could not be kept: its sender is told, and what named it in a draft no longer does."""
    conversation = world.conversation(event.chat, event.chat)
    case = world.cases.get(event.owner)
    params = {"name": "", "reason": event.reason, "megabytes": world.rules.limits.file_megabytes}
    if case:
        message = OutgoingMessage("intake.file_lost_later", {**params, "reference": case.reference})
        record = RecordHistory(case.id, "clock", "file_lost", f"{event.file} {event.reason}")
        return Outcome(effects=(Send(event.chat, message), record))
    draft = conversation.draft
    if draft is None or draft.id != event.owner:
        return Outcome()
    params["name"] = next((part.name for part in draft.story if part.file == event.file), "")
    return say(conversation, "intake.file_lost", params, draft=_without_file(draft, event.file))


def _without_file(draft: Draft, file: str) -> Draft:
    """The draft without that file; a caption it had stays as a text."""
    story: list[Part] = []
    for part in draft.story:
        if part.file != file:
            story.append(part)
        elif part.text:
            story.append(part.model_copy(update={"kind": "text", "file": ""}))
    changed = draft.model_copy(update={"story": tuple(story)})
    for field in ("power_of_attorney", "signature_file"):
        held = draft.answers.get(field)
        if held and held["file"] == file:
            changed = drafts.without_answer(changed, field)
    return changed
