"""One conversation of two: on WhatsApp a person may have been known under two numbers of ours. Pure.

The conversation that was used last continues: its question stays the present one, its listener listens. From
the other one comes what its person began, and what a person may neither lose nor escape by a new number:

    taken from both            drafts, completions, held messages, opened complaints, accepted notices,
                               blocks, what was sent today, wrong access codes and their lock
    where the newer has none   the draft as the present one, what is added to a complaint, the name, the
                               language, the last answers, the last notices
    of the newer alone         the screen and its buttons, the pressed button, the number that is asked about

1. A draft of the other conversation is set aside (intake/several.py), and offered by "Lapor". It does not
   listen: its question is not on the screen.
2. Only one complaint can be added to at a time. What both were adding to is joined where it is the same;
   else the earlier messages are held, and the person is asked what they are for.
3. A button is outdated by its turn. The turn is above those of all screens of the other conversation, so that
   none of its buttons counts as one of the present screen.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from conversations import keys
from conversations.complaints.block import Block
from conversations.complaints.case import Case
from conversations.complaints.draft import Draft, is_empty
from conversations.conversation import Conversation, Unsent, Used
from conversations.intake import several

_NEVER = datetime.min.replace(tzinfo=UTC)
_DEFAULT_LANGUAGE = "id"


def joined(stays: Conversation, goes: Conversation) -> Conversation:
    """The conversation of the person `stays`, with that of `goes`, who is the same person."""
    renumbered = moved(goes, stays.person)
    older, newer = sorted((renumbered, stays), key=_used_at)
    return _with_drafts(newer.model_copy(update=_fields(older, newer)), older)


def moved(conversation: Conversation, person: int) -> Conversation:
    """The private conversation as that of another number of the person."""
    latest = keys.parse(conversation.latest)
    changes: dict[str, Any] = {"chat": person, "person": person}
    if latest and latest.subject == str(conversation.person):
        changes["latest"] = str(latest._replace(subject=str(person)))
    return conversation.model_copy(update=changes)


def _used_at(conversation: Conversation) -> datetime:
    """When something last happened in it."""
    drafts = (draft.touched_at for draft in several.all_drafts(conversation))
    unsent = conversation.collecting and conversation.collecting.since
    known = (conversation.latest_at, conversation.asked_at, conversation.held_at, unsent, *drafts)
    return max((at for at in known if at), default=_NEVER)


def _fields(older: Conversation, newer: Conversation) -> dict[str, Any]:
    """What the newer conversation has after both are one, the drafts left out."""
    collecting, held = _unsent(older, newer)
    return {
        "turn": newer.turn if newer.turn > older.turn or not older.turn else older.turn + 1,
        "name": newer.name or older.name,
        "language": older.language if newer.language == _DEFAULT_LANGUAGE else newer.language,
        "collecting": collecting,
        "held": held,
        "held_for_other": newer.held_for_other if newer.held else older.held_for_other,
        "held_at": newer.held_at or older.held_at,
        "held_reminded": newer.held_reminded if newer.held else older.held_reminded,
        "opened": tuple(dict.fromkeys((*older.opened, *newer.opened))),
        "last_answers": newer.last_answers or older.last_answers,
        "notices": (*(one for one in older.notices if one not in newer.notices), *newer.notices),
        "recent": {**older.recent, **newer.recent},
        "notice": newer.notice or older.notice,
        "tries": max(older.tries, newer.tries),
        "tried_at": _latest(older.tried_at, newer.tried_at),
        "locked_until": _latest(older.locked_until, newer.locked_until),
        "data_sent_at": _latest(older.data_sent_at, newer.data_sent_at),
        "data_asked_at": _latest(older.data_asked_at, newer.data_asked_at),
        "used": _used(older.used, newer.used),
        "blocks": _blocks((*older.blocks, *newer.blocks)),
    }


def _latest(one: datetime | None, other: datetime | None) -> datetime | None:
    return max((at for at in (one, other) if at), default=None)


def _unsent(older: Conversation, newer: Conversation) -> tuple[Unsent | None, tuple[Any, ...]]:
    """What is added to a complaint, and the held messages."""
    earlier, present, held = older.collecting, newer.collecting, (*older.held, *newer.held)
    if earlier is None or present is None:
        return present or earlier, held
    if (earlier.case, earlier.purpose) == (present.case, present.purpose):
        return present.model_copy(update={"parts": (*earlier.parts, *present.parts)}), held
    return present, (*older.held, *earlier.parts, *newer.held)


def _used(older: Used | None, newer: Used | None) -> Used | None:
    """What was sent on the later day of both, by both."""
    if older is None or newer is None or older.day != newer.day:
        return max((one for one in (older, newer) if one), key=lambda one: one.day, default=None)
    added = {
        case: older.additions.get(case, 0) + newer.additions.get(case, 0)
        for case in (*older.additions, *newer.additions)
    }
    sums = {
        name: getattr(older, name) + getattr(newer, name) for name in ("complaints", "edits", "files", "size")
    }
    return newer.model_copy(update={**sums, "additions": added})


def _blocks(blocks: Iterable[Block]) -> tuple[Block, ...]:
    """Of each agency the block that ends last."""
    ordered = sorted(blocks, key=lambda block: block.until)
    return tuple({block.agency: block for block in ordered}.values())


def _with_drafts(conversation: Conversation, older: Conversation) -> Conversation:
    """The conversation with the drafts of the other one behind its own; one without an answer is left out."""
    apart = several.paused(older)
    more = [draft for draft in several.drafts_of(apart) if not is_empty(draft)]
    completing = (*conversation.completing, *apart.completing)
    aside = (*conversation.set_aside, *more)
    together = conversation.model_copy(update={"set_aside": aside, "completing": _each_once(completing)})
    return several.continued(together)


def _each_once(drafts: Iterable[Draft]) -> tuple[Draft, ...]:
    return tuple({draft.id: draft for draft in drafts}.values())


def refiled(case: Case, person: int) -> Case:
    """The case as that of another number of its person; its card stays as it is, and so does its version."""
    former = (*case.former_accounts, case.filed_by)
    return case.model_copy(update={"filed_by": person, "former_accounts": former})
