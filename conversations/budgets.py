"""What one person may send on one day, and how much of it is stored: one notice at each limit.

    Siti: (the 101st file of the day)
    Bot:  Batas berkas untuk hari ini sudah tercapai. Berkas ini tidak disimpan. … mulai Rabu, 18 Maret 2026 …

Each budget is a key of `[limits]`; the bounds of the state are in complaints/bounds.py. The days are those
of Asia/Jakarta. A new day begins a new count; an event of an earlier day that is read late counts on the
newer day. What reaches a limit is kept: drafts and additions stay unsent, and can be sent on the next day.
Status, responses, objections, withdrawals, answers to officers and all pages have no budget. Neither has
what officers do, entries for others ("/catat") included; only the bound of the state holds for them too.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from conversations import blocks, casefile
from conversations.complaints.bounds import MOST_ADDED, MOST_BYTES
from conversations.complaints.case import Case, Purpose
from conversations.complaints.deadlines import ONE_DAY, ZONE
from conversations.complaints.draft import is_on_behalf
from conversations.complaints.part import MEGABYTE, Part
from conversations.complaints.rules import Limits
from conversations.conversation import Conversation, Used
from conversations.effects import KeepFile, Outcome, Send
from conversations.events import (
    ContactReceived,
    FileReceived,
    LocationReceived,
    MessageEdited,
    PersonEvent,
    TextReceived,
)
from conversations.messages import OutgoingMessage, Params
from conversations.screens import say
from conversations.world import World

# What a citizen adds without being asked; so is an answer where no question waits for one.
LIMITED = frozenset({Purpose.ADDITION, Purpose.REMARK})
_MESSAGES = (TextReceived, FileReceived, LocationReceived, ContactReceived, MessageEdited)


def used_on(at: datetime, conversation: Conversation) -> Used:
    """What was sent on the day of this moment, or on a later one that has begun already."""
    day, used = at.astimezone(ZONE).date(), conversation.used
    return used if used and used.day >= day else Used(day=day)


def within(event: PersonEvent, world: World, before: Conversation, outcome: Outcome) -> Outcome:
    """The outcome with the files and edits counted; at a limit, the notice in its place."""
    if not isinstance(event, _MESSAGES):
        return outcome
    place = next((n for n, talk in enumerate(outcome.conversations) if talk.key == before.key), None)
    if place is None:
        return outcome
    talk = outcome.conversations[place]
    if before.private and not _is_officers(before):
        used = used_on(event.origin.at, before)
        counted = _counted(event, world.rules.limits, used, before, outcome)
        if blocked := _blocked_file(world, before, outcome):
            return Outcome.of(before, Send(before.chat, blocked))
        if problem := _passed(counted, used, world.rules.limits):
            return say(before, problem, _params(counted, world))
        if counted != used:
            talk = talk.model_copy(update={"used": counted})
    if talk != before and _is_full(before, talk):
        return say(before, "limits.state_full", {"contacts": world.rules.contacts()})
    talks = (*outcome.conversations[:place], talk, *outcome.conversations[place + 1 :])
    return Outcome(talks, outcome.cases, outcome.effects)


def _is_officers(conversation: Conversation) -> bool:
    """Whether an officer writes here, to a citizen or in the name of one."""
    return conversation.listener == "writing" or is_on_behalf(conversation.draft)


def _is_full(before: Conversation, after: Conversation) -> bool:
    """Whether the message makes the state too large; what makes it smaller is never refused."""
    size = _stored(after)
    return size > MOST_BYTES and size > _stored(before)


def _stored(conversation: Conversation) -> int:
    return len(conversation.model_dump_json().encode())


def _counted(event: PersonEvent, limits: Limits, used: Used, before: Conversation, outcome: Outcome) -> Used:
    kept = [effect for effect in outcome.effects if isinstance(effect, KeepFile)]
    sizes = (effect.attachment.size or limits.file_megabytes * MEGABYTE for effect in kept)
    files = {"files": used.files + len(kept), "size": used.size + sum(sizes)}
    changes = isinstance(event, MessageEdited) and any(talk != before for talk in outcome.conversations)
    return used.model_copy(update={**files, "edits": used.edits + changes})


def _blocked_file(world: World, before: Conversation, outcome: Outcome) -> OutgoingMessage | None:
    """Why a file is not kept for an agency that has blocked the account; None for a file that is kept."""
    if not before.blocks:
        return None
    owners = [effect.owner for effect in outcome.effects if isinstance(effect, KeepFile)]
    agencies = [agency for owner in owners for agency in _agencies(owner, world, before)]
    refusals = [blocks.refusal(world, before, agency) for agency in agencies]
    return refusals[0] if refusals and all(refusals) else None


def _agencies(owner: str, world: World, talk: Conversation) -> list[str]:
    """The agencies that a new file is for: of a held one it is not known yet; none where it was asked for."""
    drafts = [draft for draft in (talk.draft, *talk.set_aside, *talk.completing) if draft]
    if of_draft := next((draft for draft in drafts if draft.id == owner), None):
        return [of_draft.agency] if of_draft.completes is None else [""]
    if case := world.cases.get(owner):
        unsent = talk.collecting
        return [case.agency if unsent and unsent.purpose in LIMITED else ""]
    return [agency.id for agency in world.rules.open_agencies]


def _passed(counted: Used, used: Used, limits: Limits) -> str:
    """The notice of the limit that this message passes; empty for none."""
    more = counted.files > used.files
    if more and (counted.files > limits.files_per_day or counted.size > limits.megabytes_per_day * MEGABYTE):
        return "limits.files_today"
    return "limits.edits_today" if counted.edits > max(used.edits, limits.edits_per_day) else ""


def _params(used: Used, world: World) -> Params:
    return {"until": _next_day(used.day), "contacts": world.rules.contacts()}


def _next_day(day: date) -> str:
    return (day + ONE_DAY).isoformat()


def complaint_refusal(
    at: datetime, world: World, conversation: Conversation, agency: str
) -> OutgoingMessage | None:
    """Why no further complaint can be filed at this agency today; None while it can."""
    if blocked := blocks.refusal(world, conversation, agency):
        return blocked
    used = used_on(at, conversation)
    if used.complaints < world.rules.limits.complaints_per_day:
        return None
    return OutgoingMessage("limits.complaints_today", {**_params(used, world), "count": used.complaints})


def with_complaint(at: datetime, conversation: Conversation) -> Conversation:
    """The conversation after a complaint was filed."""
    used = used_on(at, conversation)
    more = used.model_copy(update={"complaints": used.complaints + 1})
    return conversation.model_copy(update={"used": more})


def addition_refusal(
    world: World, conversation: Conversation, case: Case, purpose: Purpose, parts: Iterable[Part]
) -> OutgoingMessage | None:
    """Why nothing more can be added to this case, today or at all; None while it can."""
    if not _is_limited(case, purpose):
        return None
    if blocked := blocks.refusal(world, conversation, case.agency):
        return blocked
    given = {"reference": case.reference, "contacts": world.rules.contacts(case.agency)}
    if _characters(case) + sum(len(part.shown) for part in parts) > MOST_ADDED:
        return OutgoingMessage("limits.case_full", given)
    used = used_on(world.now, conversation)
    if (count := used.additions.get(case.id, 0)) < world.rules.limits.additions_per_day:
        return None
    return OutgoingMessage("limits.additions_today", {**given, "count": count, "until": _next_day(used.day)})


def _is_limited(case: Case, purpose: Purpose) -> bool:
    unasked = purpose is Purpose.ANSWER and not casefile.waiting_question(case)
    return unasked or purpose in LIMITED


def _characters(case: Case) -> int:
    counted = {*LIMITED, Purpose.ANSWER}
    added = (entry for entry in case.thread if entry.purpose in counted and not entry.by)
    return sum(len(part.shown) for entry in added for part in entry.parts)


def with_addition(world: World, conversation: Conversation, case: Case, purpose: Purpose) -> Conversation:
    """The conversation after something was added to this case."""
    if not _is_limited(case, purpose):
        return conversation
    used = used_on(world.now, conversation)
    additions = {**used.additions, case.id: used.additions.get(case.id, 0) + 1}
    return conversation.model_copy(update={"used": used.model_copy(update={"additions": additions})})
