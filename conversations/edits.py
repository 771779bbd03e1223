"""What an edit changes, compared with what is stored of its message.

A reaction makes some clients report an edit without any change, days later too. It gets no answer in any
place: in a draft, at the signature, after filing, in a group. Of the newest messages a conversation keeps
a fingerprint, also of those that are stored nowhere else, such as commands and typed buttons. An older
message is compared with the part or the answer that it became.

A file is never replaced by an edit: officers may have read it, and a signature may cover it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

from conversations.complaints.case import Case
from conversations.complaints.complaint import FILES, QUESTIONS, Part
from conversations.complaints.completion import pages
from conversations.complaints.draft import Draft
from conversations.complaints.kind import Reading
from conversations.conversation import Conversation
from conversations.effects import Outcome
from conversations.events import CommandReceived, FileReceived, MessageEdited, PersonEvent, TextReceived
from conversations.parts import holds
from conversations.world import World

# The number of messages of which a conversation keeps a fingerprint.
MOST_REMEMBERED = 20
FINGERPRINT_BYTES = 6


class Change(StrEnum):
    """What an edit changes."""

    NOTHING = "nothing"
    TEXT = "text"
    FILE = "file"


def change(event: MessageEdited, world: World, conversation: Conversation) -> Change:
    """What the edit changes; TEXT where nothing is stored of its message."""
    message, text, file = event.origin.message, event.text, event.new_file
    unique = file.unique_id if file else ""
    if known := conversation.recent.get(message):
        return _compared(known, _fingerprint(text, unique))
    for part in _parts(world, conversation):
        if part.message == message:
            same_file = part.unique or (unique if part.file else "")
            return _compared(_fingerprint(part.text, same_file), _fingerprint(text, unique))
    return Change.NOTHING if _is_answer(event, world, conversation) else Change.TEXT


def _compared(before: str, now: str) -> Change:
    if before == now:
        return Change.NOTHING
    return Change.TEXT if before.partition(".")[2] == now.partition(".")[2] else Change.FILE


def remembered(event: PersonEvent, outcome: Outcome) -> Outcome:
    """The outcome with the message's fingerprint in the conversation, where the outcome has one."""
    fingerprint = _of_event(event)
    if not fingerprint:
        return outcome
    message, key = event.origin.message, (event.origin.chat, event.origin.person.id)
    talks = tuple(
        _with_fingerprint(talk, message, fingerprint) if talk.key == key else talk
        for talk in outcome.conversations
    )
    return Outcome(talks, outcome.cases, outcome.effects)


def _with_fingerprint(conversation: Conversation, message: int, fingerprint: str) -> Conversation:
    others = {known: each for known, each in conversation.recent.items() if known != message}
    newest = list(others.items())[-(MOST_REMEMBERED - 1) :]
    return conversation.model_copy(update={"recent": {**dict(newest), message: fingerprint}})


def _of_event(event: PersonEvent) -> str:
    match event:
        case TextReceived(text=text):
            return _fingerprint(text)
        case CommandReceived(command=command, argument=argument):
            return _fingerprint(f"/{command} {argument}")
        case FileReceived(caption=caption, attachment=attachment):
            return _fingerprint(caption, attachment.unique_id)
        case MessageEdited(text=text, new_file=file):
            return _fingerprint(text, file.unique_id if file else "")
        case _:
            return ""


def _fingerprint(text: str, unique: str = "") -> str:
    """The digest of the words, and of the file after a point. Spaces and a command's case do not count."""
    words = text.split()
    if words and words[0].startswith("/"):
        words[0] = words[0].partition("@")[0].lower()
    return f"{_digest(' '.join(words))}.{_digest(unique) if unique else ''}"


def _digest(text: str) -> str:
    encoded = text.encode("utf-8", "surrogatepass")
    return hashlib.blake2b(encoded, digest_size=FINGERPRINT_BYTES).hexdigest()


def in_writing(conversation: Conversation, message: int) -> bool:
    """Whether the message is part of what an officer has not sent yet."""
    unsent = (conversation.writing, conversation.undecided)
    return any(holds(each.parts, message) for each in unsent if each)


def _parts(world: World, conversation: Conversation) -> Iterable[Part]:
    """The stored messages of this person in this chat, the newest state of each first."""
    yield from conversation.held
    for unsent in (conversation.collecting, conversation.writing, conversation.undecided):
        yield from unsent.parts if unsent else ()
    for draft in _drafts(conversation):
        yield from (*draft.story, *draft.aside)
        yield from _pages(draft.answers)
    for post in conversation.posts:
        case = world.cases.get(post.case)
        for entry in case.thread if case else ():
            yield from (part for part in entry.parts if entry.by and part.message in post.messages)
    for case in _own(world, conversation):
        yield from (part for entry in case.thread if not entry.by for part in entry.parts)
        yield from (*case.complaint.story, *case.complaint.pages)
        for supplement in case.supplements:
            yield from (*supplement.story, *pages(supplement))
            if supplement.signature_file:
                yield supplement.signature_file
        if case.complaint.signature_file:
            yield case.complaint.signature_file


def _drafts(conversation: Conversation) -> tuple[Draft, ...]:
    return (
        *((conversation.draft,) if conversation.draft else ()),
        *conversation.set_aside,
        *conversation.completing,
    )


def _own(world: World, conversation: Conversation) -> tuple[Case, ...]:
    return world.own_cases(conversation.person) if conversation.private else ()


def _pages(answers: Mapping[str, Any]) -> Iterable[Part]:
    """The files that answer questions of a draft."""
    stored = [page for name in FILES for page in answers.get(name) or ()]
    if signature := answers.get("signature_file"):
        stored.append(signature)
    return (Part.model_validate(page) for page in stored)


def _is_answer(event: MessageEdited, world: World, conversation: Conversation) -> bool:
    """Whether the message answered a question, and the text is that answer."""
    for draft in _drafts(conversation):
        field = draft.sources.get(event.origin.message, "")
        if field and _same(field, draft.answers.get(field), event.text, world):
            return True
    for case in _own(world, conversation):
        field = case.sources.get(event.origin.message, "")
        values = (dict(case.complaint).get(field), *(given.answers.get(field) for given in case.supplements))
        if field and any(_same(field, value, event.text, world) for value in values):
            return True
    return False


def _same(field: str, answer: Any, text: str, world: World) -> bool:
    """Whether the answer is this text: as it was typed, or as its question reads it."""
    typed = answer.get("text") if isinstance(answer, dict) else answer
    if isinstance(typed, str) and typed.split() == text.split():
        return True
    read = QUESTIONS[field].kind.read if field in QUESTIONS else None
    reading = Reading(world.today, world.rules.limits.answer_characters)
    return read is not None and isinstance(answer, str) and read(text, reading) == answer
