"""The text of an officer: collected, previewed as the citizen will see it, and sent with "Kirim"."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from conversations import casefile, keys
from conversations.complaints.case import Case, Contribution, Purpose, changed
from conversations.complaints.complaint import Part
from conversations.conversation import Conversation, Post, Unsent
from conversations.desk import access, conflict, late_edits, overtaken, posting, refusals, typed
from conversations.desk.access import RefusableAct
from conversations.desk.posts import POSTS, not_previewed
from conversations.desk.purposes import WRITTEN
from conversations.desk.refusals import OUTDATED, Refusal, Result
from conversations.effects import Edit, Effect, Outcome, RecordHistory, Send
from conversations.events import ButtonPressed, MessageEdited, PersonEvent
from conversations.intake.flow import limit_of
from conversations.messages import Button, OutgoingMessage, Rows
from conversations.parts import drop_files, keep, part_of, refusal, with_edit
from conversations.reading.numbers import MOST_ID, whole
from conversations.world import World

# The number of an officer's contributions whose later edits are recognised.
MOST_POSTS = 10
# The refusal of a kind of message that cannot be passed on to a citizen.
NOT_PASSED_ON = Refusal("desk.unreadable", {})


def receive(event: PersonEvent, world: World, conversation: Conversation) -> Result:
    """Add a message to the open prompt, or apply an edit."""
    unsent = conversation.writing
    case = world.cases.get(unsent.case) if unsent else None
    if isinstance(event, MessageEdited):
        return edited(event, world, conversation)
    if unsent is None or case is None:
        return Outcome.of(conversation)
    part = part_of(event)
    if part is None:
        return NOT_PASSED_ON
    if problem := problem_of(event, world, unsent.parts):
        return problem
    return Outcome.of(keep(event, case.id)) + add(event, world, conversation, case, (part,))


def add(
    event: PersonEvent,
    world: World,
    conversation: Conversation,
    case: Case,
    parts: tuple[Part, ...],
    *,
    below: bool = False,
) -> Outcome:
    """Add these parts to the prompt: a note is saved at once, a response or question is previewed.

    The preview changes in place; with `below` it is sent again, below the messages that were added.
    """
    unsent = conversation.writing
    if unsent is None:
        return Outcome.of(conversation)
    joined = unsent.model_copy(update={"parts": (*unsent.parts, *parts), "listing": False})
    if unsent.purpose is Purpose.NOTE:
        return _save_note(event, world, conversation, case, joined)
    key, message = keys.preview(case.id, conversation.person), preview(event, world, case, joined)
    show: Effect = Send(conversation.chat, message, key)
    if unsent.parts and not below:
        show = Edit(conversation.chat, key, message)
    return Outcome.of(conversation.model_copy(update={"writing": joined}), show)


def ask(event: PersonEvent, world: World, conversation: Conversation, case: Case, unsent: Unsent) -> Send:
    """The message that asks the officer to write, or first to choose the target."""
    if unsent.purpose not in POSTS or POSTS[unsent.purpose].choose is None:
        return posting.prompt(conversation, case, unsent.purpose, event.origin.person.name)
    key = keys.preview(case.id, conversation.person)
    return Send(conversation.chat, preview(event, world, case, unsent), key)


def preview(event: PersonEvent, world: World, case: Case, unsent: Unsent) -> OutgoingMessage:
    """What the citizen will read, with the buttons to send, rewrite or discard it."""
    person = event.origin.person
    post_of = POSTS[unsent.purpose]
    contribution = post_of.read(world, case, _contribution(event, world, unsent))
    rewrite_or_discard = (
        _button(case, person.id, "rewrite", "desk_rewrite"),
        _button(case, person.id, "discard", "desk_discard"),
    )
    if post_of.choose and not unsent.target:
        return post_of.choose(event, case, unsent)
    if problem := post_of.problem(event, world, case, contribution):
        return OutgoingMessage(problem.template, problem.params, (rewrite_or_discard,))
    params: dict[str, Any] = {
        **post_of.params(world, case, contribution),
        "purpose": unsent.purpose.value,
        "about": _about(event, world, case),
    }
    send = Button(post_of.confirm, "desk_post", case.id, case.version, str(person.id), "success")
    return OutgoingMessage(post_of.preview, params, ((send,), rewrite_or_discard))


def _contribution(event: PersonEvent, world: World, unsent: Unsent) -> Contribution:
    return Contribution(
        purpose=unsent.purpose,
        by=event.origin.person.name,
        at=world.now,
        parts=unsent.parts,
        target=unsent.target,
        chat=event.origin.chat,
    )


def _about(event: PersonEvent, world: World, case: Case) -> dict[str, str]:
    """What the officer recognises the case by; of a confidential case, only in private."""
    if case.complaint.confidential and not event.origin.private:
        service, story = casefile.listed_service(case, world.rules), ""
    else:
        service, story = casefile.service_name(case, world.rules), casefile.first_line(case)
    return {"marked": casefile.marked(case), "service": service, "story": story}


def _button(case: Case, person: int, label: str, action: str) -> Button:
    return Button(label, action, case.id, case.version, str(person))


def _save_note(
    event: PersonEvent, world: World, conversation: Conversation, case: Case, unsent: Unsent
) -> Outcome:
    name = event.origin.person.name
    note = Contribution(purpose=Purpose.NOTE, by=name, at=world.now, parts=unsent.parts)
    case = changed(case, thread=(*case.thread, note))
    message = OutgoingMessage("desk.note_saved", {"reference": case.reference, "officer": name})
    saved: Effect = Send(conversation.chat, message)
    if isinstance(event, ButtonPressed) and event.action == "desk_note":
        saved = Edit(
            conversation.chat, keys.preview(case.id, conversation.person), message, event.origin.message
        )
    record = RecordHistory(case.id, access.history_name(event), Purpose.NOTE, note.text)
    known = _with_post(conversation, case, note)
    return Outcome.of(case, saved, record) + posting.close(world, known)


def late_album_item(event: PersonEvent, conversation: Conversation, case: Case) -> Outcome | None:
    """Add a late item of an album to the note that contains the album; None where there is no such note."""
    part = part_of(event)
    if part is None or not part.album:
        return None
    for index, entry in enumerate(case.thread):
        if entry.purpose is Purpose.NOTE and any(p.album == part.album for p in entry.parts):
            joined = entry.model_copy(update={"parts": (*entry.parts, part)})
            thread = (*case.thread[:index], joined, *case.thread[index + 1 :])
            # The version is unchanged, because the card does not show the text of notes.
            more = case.model_copy(update={"thread": thread})
            return Outcome.of(conversation, more, keep(event, case.id))
    return None


def edited(event: MessageEdited, world: World, conversation: Conversation) -> Result:
    """Apply an edit to messages that are not sent yet; refuse it for sent ones; ignore it for talk."""
    unsent, undecided = conversation.writing, conversation.undecided
    text = typed.without_command(event.text, world.rules)
    case = world.cases.get(unsent.case) if unsent else None
    if unsent and case and (parts := with_edit(unsent.parts, event.origin.message, text)):
        unsent = unsent.model_copy(update={"parts": parts, "listing": False})
        message, key = preview(event, world, case, unsent), keys.preview(case.id, conversation.person)
        more = conversation.model_copy(update={"writing": unsent})
        return Outcome.of(more, Edit(conversation.chat, key, message))
    if undecided and (parts := with_edit(undecided.parts, event.origin.message, text)):
        undecided = undecided.model_copy(update={"parts": parts})
        return Outcome.of(conversation.model_copy(update={"undecided": undecided}))
    return _too_late(event, world, conversation) or Outcome.of(conversation)


def _too_late(event: MessageEdited, world: World, conversation: Conversation) -> Result | None:
    """The answer to an edit of a message that was sent already; None for other messages."""
    for post in conversation.posts:
        case = world.cases.get(post.case)
        if case is None or event.origin.message not in post.messages:
            continue
        if access.may_write_here(case, event.origin, world):
            return late_edits.answer(event, world, conversation, case, post)
    return None


def _with_post(conversation: Conversation, case: Case, contribution: Contribution) -> Conversation:
    messages = tuple(part.message for part in contribution.parts)
    post = Post(case=case.id, purpose=contribution.purpose, messages=messages)
    return conversation.model_copy(update={"posts": (*conversation.posts, post)[-MOST_POSTS:]})


def problem_of(event: PersonEvent, world: World, parts: tuple[Part, ...]) -> Refusal | None:
    """Why this message cannot join these parts; None when it can."""
    problem = refusal(event, parts, world.rules.limits)
    if problem is None:
        return None
    limit = limit_of(problem, world.rules.limits)
    return Refusal("desk.problem", {"problem": problem.value, "limit": limit})


PromptAct = Callable[[ButtonPressed, World, Conversation, Case, Unsent], Result]


def at_own_prompt(act: PromptAct) -> RefusableAct:
    """The act with the presser's text about the case; other officers are refused."""

    def handle(event: ButtonPressed, world: World, conversation: Conversation, case: Case) -> Result:
        if event.value != str(conversation.person):
            name = case.prompted.get(whole(event.value, MOST_ID) or 0, "")
            return Refusal("desk.not_yours", {"reference": case.reference, "name": name})
        unsent = conversation.writing
        if unsent is None or unsent.case != case.id or not _can_be_sent(unsent):
            return OUTDATED
        if not access.may_write_here(case, event.origin, world):
            return OUTDATED
        return act(event, world, conversation, case, unsent)

    return handle


def _can_be_sent(unsent: Unsent) -> bool:
    """Whether there is something to send: a text, or a target that needs none."""
    return bool(unsent.parts) or (WRITTEN[unsent.purpose].text_optional and bool(unsent.target))


def rewrite(
    event: ButtonPressed, _world: World, conversation: Conversation, case: Case, unsent: Unsent
) -> Outcome:
    """The button "Ubah": drop the text and ask for it again."""
    again = conversation.model_copy(update={"writing": unsent.model_copy(update={"parts": ()})})
    text = "\n".join(part.shown for part in unsent.parts if part.shown)
    message = OutgoingMessage("desk.rewriting", {"reference": case.reference, "text": text})
    edit = Edit(conversation.chat, keys.preview(case.id, conversation.person), message, event.origin.message)
    prompt = posting.prompt(again, case, unsent.purpose, event.origin.person.name)
    return Outcome.of(again, edit, prompt, *drop_files(unsent.parts))


def discard(
    event: ButtonPressed, world: World, conversation: Conversation, case: Case, unsent: Unsent
) -> Outcome:
    """The button "Batal": drop the text and close the prompt."""
    message = OutgoingMessage("desk.discarded", {"reference": case.reference})
    edit = Edit(conversation.chat, keys.preview(case.id, conversation.person), message, event.origin.message)
    return Outcome.of(edit, *drop_files(unsent.parts)) + posting.close(world, conversation)


def post(
    event: ButtonPressed, world: World, conversation: Conversation, case: Case, unsent: Unsent
) -> Result:
    """The button "Kirim": check again whether the officer may write, then send and record the text."""
    if unseen := not_previewed(case, unsent):
        return unseen
    key = keys.preview(case.id, conversation.person)
    chat, person = conversation.chat, conversation.person
    refusal = access.writing_refusal(case, person, unsent.purpose, world, chat)
    if refusal := refusal or overtaken.refusal(case, unsent, world):
        # The text is kept, so that the officer can save it as a note.
        rows = _note_or_discard(case, conversation.person, unsent, world)
        message = OutgoingMessage(refusal.template, refusal.params, rows)
        over = Outcome.of(Edit(conversation.chat, key, message, event.origin.message))
        return refusals.refuse(event, conversation, refusal) + over
    if conflict.must_be_asked(case, event.origin.person, conversation):
        return conflict.ask(event, world, conversation, case)
    post_of = POSTS[unsent.purpose]
    contribution = post_of.read(world, case, _contribution(event, world, unsent))
    if problem := post_of.problem(event, world, case, contribution):
        return problem
    # The message gets another key, so that it can be edited when the citizen has got the text.
    key = keys.posted(case.id, len(case.thread) + 1)
    receipt = Edit(conversation.chat, key, post_of.receipt(world, case, contribution), event.origin.message)
    posted = post_of.send(event, world, case, contribution)
    known = _with_post(conversation, case, contribution)
    return Outcome.of(receipt) + posted + posting.close(world, known)


def _note_or_discard(case: Case, person: int, unsent: Unsent, world: World) -> Rows:
    """The buttons for a text that cannot be sent; who may not handle the case any more can only drop it."""
    may_keep = unsent.parts and access.handling_refusal(case, person, world) is None
    save = (_button(case, person, "save_as_note", "desk_note"),) if may_keep else ()
    return ((*save, _button(case, person, "discard", "desk_discard")),)


def save_as_note(
    event: ButtonPressed, world: World, conversation: Conversation, case: Case, unsent: Unsent
) -> Result:
    """The button "Simpan catatan": save a text as a note that cannot be sent any more."""
    if refusal := access.handling_refusal(case, conversation.person, world):
        return refusal
    return _save_note(event, world, conversation, case, unsent)


def abandon(_event: PersonEvent, world: World, conversation: Conversation) -> Outcome:
    """/batal: close the open prompt, and drop the messages that were kept for it."""
    unsent, undecided = conversation.writing, conversation.undecided
    case = world.cases.get(unsent.case) if unsent else None
    reference = case.reference if case else undecided.reference if undecided else ""
    message = OutgoingMessage("desk.discarded", {"reference": reference})
    dropped = drop_files((*(unsent.parts if unsent else ()), *(undecided.parts if undecided else ())))
    emptied = conversation.model_copy(update={"undecided": None})
    return Outcome.of(Send(conversation.chat, message), *dropped) + posting.close(world, emptied)
