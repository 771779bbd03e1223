"""A draft's reminder and its end, both after the configured time, and a file of it that was lost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from conversations import casefile, keys
from conversations.complaints import draft as drafts
from conversations.complaints import draft_path
from conversations.complaints.case import Case, changed
from conversations.complaints.complaint import FILES
from conversations.complaints.draft import Draft
from conversations.complaints.draft_path import is_at
from conversations.complaints.kinds import STORY
from conversations.complaints.refused import Refused
from conversations.complaints.wakeups import is_due
from conversations.conversation import Conversation
from conversations.effects import Effect, Lane, Outcome, RecordHistory, Send
from conversations.events import DeadlinePassed, FileLost
from conversations.intake.flow import go_on
from conversations.intake.several import all_drafts, shown, with_draft
from conversations.intake.start import dropped
from conversations.intake.story import tally
from conversations.messages import Button, OutgoingMessage
from conversations.parts import parts_without
from conversations.screens import offer, say, show
from conversations.world import World


def draft_reminder(event: DeadlinePassed, world: World) -> Outcome:
    """Remind the person of each draft. Its screen stays valid: an answer to it is taken as before."""
    return _of_each(event, world, _remind)


def draft_dropped(event: DeadlinePassed, world: World) -> Outcome:
    """Drop each draft that is due, and inform the person."""
    return _of_each(event, world, _drop)


def _of_each(
    event: DeadlinePassed, world: World, act: Callable[[World, Conversation, Draft], Outcome]
) -> Outcome:
    """The act on each draft for which this is due."""
    conversation, outcome = world.conversation(event.chat, event.person), Outcome()
    for draft in all_drafts(conversation):
        if is_due(event.kind, draft, world.terms, world.now):
            outcome += act(world, conversation, draft)
            conversation = outcome.conversations[-1]
    return outcome


def _remind(world: World, conversation: Conversation, draft: Draft) -> Outcome:
    until = draft.touched_at + timedelta(days=world.rules.limits.draft_drop_days)
    named = shown(draft, world)
    params = {"agency": named["agency"], "service": named["service"], "until": until.isoformat()}
    buttons = ((Button("resume_draft", "resume", value=draft.id, style="success"),),)
    reminded = with_draft(conversation, draft.model_copy(update={"reminded_at": world.now}))
    return say(reminded, "intake.reminder", params, buttons=buttons)


def _drop(world: World, conversation: Conversation, draft: Draft) -> Outcome:
    gone, dropping = dropped(conversation, draft)
    if draft.completes:
        # The complaint itself was completed in another way, or has lapsed: its own notice said so.
        return dropping
    named = shown(draft, world)
    days = world.rules.limits.draft_drop_days
    params = {"agency": named["agency"], "service": named["service"], "days": days}
    if conversation.draft and conversation.draft.id != draft.id:
        return dropping + say(gone, "intake.dropped", params, buttons=((Button("file_complaint", "begin"),),))
    buttons = ((offer(gone, "file_complaint", "begin"),),)
    return dropping + show(gone, "intake.dropped", params, buttons=buttons)


def file_lost(event: FileLost, world: World) -> Outcome:
    """A file could not be kept: its sender is informed, and the draft no longer names it."""
    case = world.cases.get(event.owner)
    params = {
        "name": "",
        "reason": event.reason,
        "megabytes": world.rules.limits.file_megabytes,
        "messenger": world.capabilities(event.chat).messenger,
    }
    record: tuple[Effect, ...] = ()
    if case:
        record = (RecordHistory(case.id, "clock", "file_lost", f"{event.file} {event.reason}"),)
        params["name"] = _name_of(case, world.conversation(event.chat, event.chat), event.file)
    if case and case.recorded_by and event.chat == case.recorded_by.id:
        given = {**params, "reference": case.reference}
        return Outcome.of(Send(event.chat, OutgoingMessage("intake.file_lost_on_behalf", given)), *record)
    if case and event.chat == case.filed_by:
        left = tuple(page for page in case.power_of_attorney if page.file != event.file)
        attorney = left != case.power_of_attorney
        given = {**params, "reference": case.reference, "attorney": attorney}
        without = changed(case, power_of_attorney=left) if attorney else None
        told = Send(event.chat, OutgoingMessage("intake.file_lost_later", given))
        return Outcome.of(without, told, _informed(event, world, case), *record)
    if event.chat < 0:
        return Outcome.of(Send(event.chat, OutgoingMessage("intake.file_lost", params)), *record)
    return _lost_before_filing(event, world, world.conversation(event.chat, event.chat), params)


def _name_of(case: Case, conversation: Conversation, file: str) -> str:
    """The sender's name for a file of the case, or for one that is still to be added; empty without one."""
    later = (part for entry in case.thread for part in entry.parts)
    unsent = conversation.collecting.parts if conversation.collecting else ()
    parts = (*case.complaint.story, *case.complaint.pages, *case.power_of_attorney, *later, *unsent)
    return next((part.name for part in parts if part.file == file), "")


def _informed(event: FileLost, world: World, case: Case) -> Send | None:
    """The notice to the officers that a file was refused because of its content; None for another loss."""
    if event.reason not in {*Refused}:
        return None
    params = {
        "reference": casefile.marked(case),
        "reason": event.reason,
        "megabytes": world.rules.limits.file_megabytes,
        "messenger": case.messenger,
    }
    message = OutgoingMessage("desk.file_refused", params, reply_to=keys.card(case.id))
    return Send(casefile.group_of(case, world.rules), message, lane=Lane.UNASKED)


def _lost_before_filing(
    event: FileLost, world: World, conversation: Conversation, params: dict[str, Any]
) -> Outcome:
    before, known = conversation.draft, all_drafts(conversation)
    parts = (*(part for draft in known for part in (*draft.story, *draft.aside)), *conversation.held)
    params["name"] = next((part.name for part in parts if part.file == event.file), "")
    for draft in known:
        conversation = with_draft(conversation, _without_file(draft, event.file))
    held = parts_without(conversation.held, event.file)
    lost = say(conversation, "intake.file_lost", params, held=held)
    return lost + _counted_again(world, lost.conversations[-1], before)


def _counted_again(world: World, conversation: Conversation, before: Draft | None) -> Outcome:
    """Correct the count that is shown: of the story while it is asked, in the summary, at the signature."""
    draft = conversation.draft
    if draft is None or draft == before or conversation.listener != "intake" or conversation.detour:
        return Outcome()
    if is_at(draft, STORY):
        return Outcome.of(tally(world, conversation, draft))
    if draft.screen in {draft_path.SUMMARY, draft_path.SIGNING}:
        return go_on(world, conversation, draft)
    return Outcome()


def _without_file(draft: Draft, file: str) -> Draft:
    """The draft without that file; without its signature too if the file was signed."""
    story = parts_without(draft.story, file)
    changed = draft
    if story != draft.story:
        changed = drafts.unsigned(draft).model_copy(update={"story": story})
    # A caption without its file is nothing that could become evidence.
    aside = tuple(part for part in changed.aside if part.file != file)
    changed = changed.model_copy(update={"aside": aside})
    signature = changed.answers.get("signature_file")
    if signature and signature["file"] == file:
        changed = drafts.without_answer(changed, "signature_file")
    for field in FILES:
        pages = changed.answers.get(field) or []
        left = [page for page in pages if page["file"] != file]
        if left != pages:
            answers = {**drafts.unsigned(changed).answers, field: left or None}
            changed = drafts.unsigned(changed).model_copy(update={"answers": answers})
    return changed
