"""What an officer writes: collected, shown as the citizen will see it, and only then sent."""

from __future__ import annotations

from typing import Any

from conversations import listening
from conversations.cards import edit_card
from conversations.complaints.case import Case, Contribution, Purpose, changed
from conversations.complaints.complaint import Part
from conversations.conversation import Conversation, Post
from conversations.desk import access as desk_access
from conversations.desk import posting as desk_posting
from conversations.desk import typed as desk_typed
from conversations.desk.access import Refusal
from conversations.effects import (
    DropFile,
    Edit,
    Effect,
    Outcome,
    RecordHistory,
    Send,
)
from conversations.events import ButtonPressed, MessageEdited, PersonEvent
from conversations.intake.flow import limit_of
from conversations.messages import Button, OutgoingMessage, Rows
from conversations.parts import keep, part_of, refusal, with_edit
from conversations.reading.numbers import MOST_ID, whole
from conversations.world import World

# So many sent messages of an officer are known again when they are edited.
MOST_POSTS = 10


def preview_key(case: str, officer: int) -> str:
    """The name of the message that shows what will be sent."""
    return f"preview:{case}:{officer}"


def receive(event: PersonEvent, world: World, conversation: Conversation) -> Outcome:
    """A message for the open prompt."""
    writing = conversation.collecting
    case = world.cases.get(writing.case) if writing else None
    if writing is None or case is None:
        return Outcome.of(conversation)
    if isinstance(event, MessageEdited):
        return edited(event, world, conversation)
    part = part_of(event)
    if part is None:
        return explain_kind(event, conversation)
    if problem := problem_of(event, writing.parts, world, conversation):
        return problem
    kept = keep(event, case.id)
    before = Outcome.of(kept)
    return before + add(event, world, conversation, case, (part,))


def add(
    event: PersonEvent,
    world: World,
    conversation: Conversation,
    case: Case,
    parts: tuple[Part, ...],
    *,
    anew: bool = False,
) -> Outcome:
    """These parts join what is being written: a note is saved at once, the rest is previewed.

    The preview changes in place, unless it is to be shown `anew` below what was just said.
    """
    writing = conversation.collecting
    if writing is None:
        return Outcome.of(conversation)
    if writing.purpose is Purpose.NOTE:
        return _save_note(event, world, conversation, case, (*writing.parts, *parts))
    joined = writing.model_copy(update={"parts": (*writing.parts, *parts)})
    more = conversation.model_copy(update={"collecting": joined})
    key, message = preview_key(case.id, conversation.person), _preview(more, case, world, event)
    show: Effect = Send(conversation.chat, message, key)
    if writing.parts and not anew:
        show = Edit(conversation.chat, key, message)
    return Outcome.of(more, show)


def _preview(conversation: Conversation, case: Case, world: World, event: PersonEvent) -> OutgoingMessage:
    writing = conversation.collecting
    parts = writing.parts if writing else ()
    purpose = writing.purpose if writing else Purpose.RESPONSE
    contribution = Contribution(purpose=purpose, by=event.origin.person.name, at=world.now, parts=parts)
    params: dict[str, Any] = {
        **desk_posting.shown_to_citizen(case, contribution, world),
        "purpose": purpose.value,
        "unreachable": case.delivery == "unreachable",
    }
    value = str(conversation.person)
    rows = (
        (Button("send", "desk_post", case.id, case.version, value, "success"),),
        (
            Button("rewrite", "desk_rewrite", case.id, case.version, value),
            Button("discard", "desk_discard", case.id, case.version, value),
        ),
    )
    return OutgoingMessage("desk.preview", params, rows)


def _save_note(
    event: PersonEvent, world: World, conversation: Conversation, case: Case, parts: tuple[Part, ...]
) -> Outcome:
    name = event.origin.person.name
    note = Contribution(purpose=Purpose.NOTE, by=name, at=world.now, parts=parts)
    case = changed(case, thread=(*case.thread, note))
    saved = OutgoingMessage("desk.note_saved", {"reference": case.reference, "officer": name})
    told: Effect = Send(conversation.chat, saved)
    if isinstance(event, ButtonPressed) and event.action == "desk_note":
        told = Edit(conversation.chat, preview_key(case.id, conversation.person), saved, event.origin.message)
    known = _with_post(conversation, case, note)
    effects = (
        told,
        edit_card(case, world),
        RecordHistory(case.id, desk_access.who(event), Purpose.NOTE, note.text),
    )
    return Outcome.of(case, *effects) + desk_posting.ended(world, known)


def late_album_item(event: PersonEvent, conversation: Conversation, case: Case) -> Outcome | None:
    """A later item of an album whose first one was saved as a note joins that note."""
    part = part_of(event)
    if part is None or not part.album:
        return None
    for index, entry in enumerate(case.thread):
        if entry.purpose is Purpose.NOTE and any(p.album == part.album for p in entry.parts):
            joined = entry.model_copy(update={"parts": (*entry.parts, part)})
            thread = (*case.thread[:index], joined, *case.thread[index + 1 :])
            kept = keep(event, case.id)
            more = changed(case, thread=thread)
            return Outcome.of(conversation, more, kept)
    return None


def edited(event: MessageEdited, world: World, conversation: Conversation) -> Outcome:
    """An edit of something not sent yet changes the preview; what was sent stays; the rest is talk."""
    writing = conversation.collecting
    text = desk_typed.without_command(event.text, world.rules)
    case = world.cases.get(writing.case) if writing else None
    if writing and case and (parts := with_edit(writing.parts, event.origin.message, text)):
        joined = writing.model_copy(update={"parts": parts})
        more = conversation.model_copy(update={"collecting": joined})
        message = _preview(more, case, world, event)
        key = preview_key(case.id, conversation.person)
        return Outcome.of(more, Edit(conversation.chat, key, message))
    if held := with_edit(conversation.held, event.origin.message, text):
        return Outcome.of(conversation.model_copy(update={"held": held}))
    return _too_late(event, world, conversation) or Outcome.of(conversation)


def _too_late(event: MessageEdited, world: World, conversation: Conversation) -> Outcome | None:
    """An edit of what an officer has sent already, as far as its case is known here."""
    for post in conversation.posts:
        case = world.cases.get(post.case)
        if case is None or event.origin.message not in post.messages:
            continue
        if desk_access.may_write_here(case, event.origin, world):
            params = {"reference": case.reference, "purpose": post.purpose.value}
            return desk_access.refuse(event, conversation, Refusal("desk.edit_late", params))
    return None


def _with_post(conversation: Conversation, case: Case, contribution: Contribution) -> Conversation:
    messages = tuple(part.message for part in contribution.parts)
    post = Post(case=case.id, purpose=contribution.purpose, messages=messages)
    return conversation.model_copy(update={"posts": (*conversation.posts, post)[-MOST_POSTS:]})


def explain_kind(event: PersonEvent, conversation: Conversation) -> Outcome:
    """What cannot be passed on to a citizen."""
    return desk_access.refuse(event, conversation, Refusal("desk.unreadable", {}))


def problem_of(
    event: PersonEvent, parts: tuple[Part, ...], world: World, conversation: Conversation
) -> Outcome | None:
    """Why this message cannot join, said in the chat; None when it can."""
    problem = refusal(event, parts, world.rules.limits)
    if problem is None:
        return None
    params = {"problem": problem.value, "limit": limit_of(problem, world.rules.limits)}
    return desk_access.refuse(event, conversation, Refusal("desk.problem", params))


def rewrite(event: PersonEvent, world: World, conversation: Conversation) -> Outcome:
    """Ubah: the words are dropped and asked for again."""
    case = written_case(event, world, conversation)
    if isinstance(case, Outcome):
        return case
    writing = conversation.collecting
    parts = writing.parts if writing else ()
    emptied = writing.model_copy(update={"parts": ()}) if writing else None
    again = conversation.model_copy(update={"collecting": emptied})
    purpose = writing.purpose if writing else Purpose.RESPONSE
    key = preview_key(case.id, conversation.person)
    dropped = OutgoingMessage("desk.rewriting", {"reference": case.reference})
    effects: tuple[Effect, ...] = (Edit(conversation.chat, key, dropped, event.origin.message),)
    effects += (desk_posting.prompt(again, case, purpose, event.origin.person.name),)
    return Outcome.of(again, *effects, *drop(parts))


def discard(event: PersonEvent, world: World, conversation: Conversation) -> Outcome:
    """Batal: nothing is sent, and the prompt is closed."""
    case = written_case(event, world, conversation)
    if isinstance(case, Outcome):
        return case
    parts = conversation.collecting.parts if conversation.collecting else ()
    dropped = OutgoingMessage("desk.discarded", {"reference": case.reference})
    key = preview_key(case.id, conversation.person)
    effects = (Edit(conversation.chat, key, dropped, event.origin.message), *drop(parts))
    return Outcome.of(*effects) + desk_posting.ended(world, conversation)


def drop(parts: tuple[Part, ...]) -> tuple[Effect, ...]:
    """Delete the files of what is not sent."""
    return tuple(DropFile(part.file) for part in parts if part.file)


def written_case(event: PersonEvent, world: World, conversation: Conversation) -> Case | Outcome:
    """The case that the presser is writing about; an outcome that says why not."""
    if not isinstance(event, ButtonPressed):
        return Outcome.of(conversation)
    case, writing = world.cases.get(event.subject), conversation.collecting
    if case and event.value != str(conversation.person):
        name = case.prompted.get(whole(event.value, MOST_ID) or 0, "")
        params = {"reference": case.reference, "name": name}
        return desk_access.refuse(event, conversation, Refusal("desk.not_yours", params))
    if case is None or writing is None or writing.case != case.id or not writing.parts:
        return desk_access.unknown_button(event, conversation)
    acts = writing.purpose in listening.OFFICERS and desk_access.may_write_here(case, event.origin, world)
    return case if acts else desk_access.unknown_button(event, conversation)


def post(event: PersonEvent, world: World, conversation: Conversation) -> Outcome:
    """Kirim: checked once more by what is true now, then sent and recorded."""
    case, writing = written_case(event, world, conversation), conversation.collecting
    if isinstance(case, Outcome) or writing is None:
        return case if isinstance(case, Outcome) else Outcome.of(conversation)
    key = preview_key(case.id, conversation.person)
    if refusal := desk_access.may_not(case, conversation.person, writing.purpose, world):
        # What was written stays, as a note if the officer wishes.
        told = OutgoingMessage(refusal.template, refusal.params, _still(case, conversation.person))
        over = Outcome.of(Edit(conversation.chat, key, told, event.origin.message))
        return desk_access.refuse(event, conversation, refusal) + over
    name = event.origin.person.name
    contribution = Contribution(purpose=writing.purpose, by=name, at=world.now, parts=writing.parts)
    sent = {"reference": case.reference, "purpose": writing.purpose.value, "officer": name}
    receipt = Edit(conversation.chat, key, OutgoingMessage("desk.posted", sent), event.origin.message)
    posted = desk_posting.post(event, world, case, contribution)
    known = _with_post(conversation, case, contribution)
    return Outcome.of(receipt) + posted + desk_posting.ended(world, known)


def _still(case: Case, person: int) -> Rows:
    return (
        (
            Button("save_as_note", "desk_note", case.id, case.version, str(person)),
            Button("discard", "desk_discard", case.id, case.version, str(person)),
        ),
    )


def save_as_note(event: PersonEvent, world: World, conversation: Conversation) -> Outcome:
    """What could not be sent any more is kept for the officers."""
    case, writing = written_case(event, world, conversation), conversation.collecting
    if isinstance(case, Outcome) or writing is None:
        return case if isinstance(case, Outcome) else Outcome.of(conversation)
    return _save_note(event, world, conversation, case, writing.parts)


def dropped(world: World, conversation: Conversation, case: Case) -> Outcome:
    """/batal in the private chat while a leader writes there."""
    writing = conversation.collecting
    over = OutgoingMessage("desk.discarded", {"reference": case.reference})
    files = drop(writing.parts if writing else ())
    return Outcome.of(Send(conversation.chat, over), *files) + desk_posting.ended(world, conversation)
