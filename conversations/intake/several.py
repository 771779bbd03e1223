"""Several complaints that were begun and not filed: the present one is asked about, others are set aside.

The first of them is `Conversation.draft`; `Conversation.set_aside` has the others, and is empty without it.
"""

from __future__ import annotations

from typing import Any

from conversations.complaints.draft import Draft, is_on_behalf
from conversations.conversation import Conversation
from conversations.effects import Outcome, Send
from conversations.messages import Button, OutgoingMessage, Rows
from conversations.screens import offer, show
from conversations.world import World

MOST_DRAFTS = 3


def drafts_of(conversation: Conversation) -> tuple[Draft, ...]:
    """The complaints that were begun, the present one first."""
    return (*((conversation.draft,) if conversation.draft else ()), *conversation.set_aside)


def all_drafts(conversation: Conversation) -> tuple[Draft, ...]:
    """All that was begun and not sent: the complaints, and what completes filed ones."""
    return (*drafts_of(conversation), *conversation.completing)


def with_draft(conversation: Conversation, changed: Draft) -> Conversation:
    """The conversation with this draft in the place of its earlier state."""
    if conversation.draft and conversation.draft.id == changed.id:
        return conversation.model_copy(update={"draft": changed})
    others = {
        name: tuple(changed if known.id == changed.id else known for known in getattr(conversation, name))
        for name in ("set_aside", "completing")
    }
    return conversation.model_copy(update=others)


def without_draft(conversation: Conversation, gone: Draft) -> Conversation:
    """The conversation without this draft."""
    others = tuple(known for known in conversation.set_aside if known.id != gone.id)
    present = conversation.draft if conversation.draft and conversation.draft.id != gone.id else None
    completing = tuple(known for known in conversation.completing if known.id != gone.id)
    update = {"draft": present, "set_aside": others, "completing": completing}
    return conversation.model_copy(update=update)


def paused(conversation: Conversation) -> Conversation:
    """The conversation in which no completion is asked for: it is kept apart from the complaints.

    The newest complaint that was set aside is the present draft again.
    """
    draft = conversation.draft
    if draft is None or draft.completes is None:
        return conversation
    kept = (draft, *conversation.completing)
    return continued(conversation.model_copy(update={"draft": None, "completing": kept}))


def brought_forward(conversation: Conversation, draft: str) -> Conversation | None:
    """The conversation with the draft of this id as the present one; None without such a draft."""
    known = drafts_of(conversation)
    wanted = next((each for each in known if each.id == draft), None)
    if wanted is None:
        return None
    others = tuple(each for each in known if each is not wanted)
    return conversation.model_copy(update={"draft": wanted, "set_aside": others})


def with_room_for_another(conversation: Conversation) -> Conversation:
    """The conversation whose drafts are all set aside."""
    return conversation.model_copy(update={"draft": None, "set_aside": drafts_of(conversation)})


def continued(conversation: Conversation) -> Conversation:
    """The conversation with the newest set-aside draft as the present one, where there is none."""
    if conversation.draft or not conversation.set_aside:
        return conversation
    newest, *others = conversation.set_aside
    return conversation.model_copy(update={"draft": newest, "set_aside": tuple(others)})


def still_kept(conversation: Conversation, world: World) -> Send | None:
    """The notice that another draft is kept, after the present one was filed or dropped."""
    if conversation.draft or not conversation.set_aside:
        return None
    params = shown(conversation.set_aside[0], world)
    rows: Rows = ((Button("resume_draft", "resume", value=conversation.set_aside[0].id, style="success"),),)
    return Send(conversation.chat, OutgoingMessage("intake.still_kept", params, rows))


def shown(draft: Draft, world: World) -> dict[str, Any]:
    """A draft as lists and reminders name it."""
    agency = world.rules.agency(draft.agency)
    service = str(draft.answers.get("service") or "")
    return {
        "agency": agency.full_name if agency else "",
        "service": agency.service_name(service) if agency else service,
        "started_at": draft.started_at.isoformat(),
    }


def ask_which(world: World, conversation: Conversation, wanted: str = "") -> Outcome:
    """Ask whether to resume a draft, to begin another one, or, with a single one, to start over.

    `wanted` is what a new draft would begin with: an agency, and after a comma the number of an earlier case.
    """
    known = drafts_of(conversation)
    only = len(known) == 1
    rows = [_resume(conversation, draft, 0 if only else place) for place, draft in enumerate(known, 1)]
    if len(known) < MOST_DRAFTS:
        rows.append((offer(conversation, "begin_other", "begin_other", wanted),))
    if only:
        rows.append((offer(conversation, "start_over", "start_over", wanted, style="danger"),))
    listed = [{**shown(draft, world), "on_behalf": is_on_behalf(draft)} for draft in known]
    params = {"drafts": listed, "full": len(known) >= MOST_DRAFTS}
    rows_shown = tuple(rows)
    return show(conversation, "intake.resume_or_start_over", params, buttons=rows_shown, detour="resume")


def _resume(conversation: Conversation, draft: Draft, place: int) -> tuple[Button, ...]:
    label, params = ("resume_number", {"number": place}) if place else ("resume_draft", {})
    return (offer(conversation, label, "resume", draft.id, params=params, style="success"),)


def owner_of(conversation: Conversation, message: int, album: str = "") -> Draft | None:
    """The draft that has an answer or a part by this message, or an item of this album."""
    return next((draft for draft in all_drafts(conversation) if _holds(draft, message, album)), None)


def _holds(draft: Draft, message: int, album: str) -> bool:
    asked_about = draft.unconfirmed is not None and draft.unconfirmed.message == message != 0
    parts = (*draft.story, *draft.aside)
    if asked_about or message in draft.sources or any(part.message == message for part in parts):
        return True
    return bool(album) and any(part.album == album for part in parts)
