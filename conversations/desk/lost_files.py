"""A file of an officer that could not be stored: unsent messages lose it, and the officer is informed."""

from __future__ import annotations

from collections.abc import Iterator

from conversations import keys
from conversations.complaints.case import Case
from conversations.complaints.complaint import Part
from conversations.conversation import Conversation, ConversationKey, Undecided, Unsent
from conversations.desk import writing
from conversations.effects import Edit, Effect, Outcome, RecordHistory, Send, StripButtons
from conversations.events import FileLost, Origin, Person, TextReceived
from conversations.messages import OutgoingMessage
from conversations.parts import parts_without
from conversations.screens import screen_key
from conversations.world import World


def file_lost(event: FileLost, world: World) -> Outcome | None:
    """Take the file out of the officer's unsent messages; None where no officer's hold it."""
    case = world.cases.get(event.owner)
    if case is None:
        return None
    for conversation in _officers(event, world, case):
        if done := _of(event, world, case, conversation):
            return done + Outcome.of(
                RecordHistory(case.id, "clock", "file_lost", f"{event.file} {event.reason}")
            )
    return None


def _officers(event: FileLost, world: World, case: Case) -> Iterator[Conversation]:
    """The conversations in this chat of the officers who were asked to write about the case."""
    found = (world.conversations.get(ConversationKey(event.chat, person)) for person in case.prompted)
    return (conversation for conversation in found if conversation)


def _of(event: FileLost, world: World, case: Case, conversation: Conversation) -> Outcome | None:
    unsent, undecided = conversation.writing, conversation.undecided
    if unsent and unsent.case == case.id and (lost := _lost(unsent.parts, event.file)):
        told = _told(event, world, conversation, case, lost)
        return told + _from_prompt(event, world, conversation, case, unsent)
    if undecided and (lost := _lost(undecided.parts, event.file)):
        told = _told(event, world, conversation, case, lost)
        return told + _from_undecided(event, conversation, undecided)
    return None


def _officer(case: Case, conversation: Conversation) -> Person:
    """The officer under the name with which they were asked to write."""
    return Person(conversation.person, case.prompted.get(conversation.person, conversation.name))


def _as_written(event: FileLost, case: Case, conversation: Conversation) -> TextReceived:
    """A message of the officer without words: the preview takes from it who writes, and where."""
    officer = _officer(case, conversation)
    return TextReceived(Origin(event.chat, conversation.private, officer, 0, event.at), "")


def _lost(parts: tuple[Part, ...], file: str) -> Part | None:
    return next((part for part in parts if part.file == file), None)


def _told(event: FileLost, world: World, conversation: Conversation, case: Case, lost: Part) -> Outcome:
    params = {
        "reference": case.reference,
        "officer": {"id": conversation.person, "name": _officer(case, conversation).name},
        "name": lost.name,
        "reason": event.reason,
        "megabytes": world.rules.limits.file_megabytes,
        "messenger": world.capabilities(event.chat).messenger,
    }
    return Outcome.of(Send(event.chat, OutgoingMessage("desk.file_lost", params)))


def _from_prompt(
    event: FileLost, world: World, conversation: Conversation, case: Case, unsent: Unsent
) -> Outcome:
    """Correct the preview; where nothing is left in it, it loses its buttons, and the prompt stays open."""
    left = unsent.model_copy(update={"parts": parts_without(unsent.parts, event.file)})
    key = keys.preview(case.id, conversation.person)
    shown: Effect = StripButtons(event.chat, key=key)
    if left.parts:
        as_written = _as_written(event, case, conversation)
        shown = Edit(event.chat, key, writing.preview(as_written, world, case, left))
    return Outcome.of(conversation.model_copy(update={"writing": left}), shown)


def _from_undecided(event: FileLost, conversation: Conversation, undecided: Undecided) -> Outcome:
    """Keep the other messages; the question what they are for loses its buttons where none is left."""
    left = parts_without(undecided.parts, event.file)
    if left:
        changed = undecided.model_copy(update={"parts": left})
        return Outcome.of(conversation.model_copy(update={"undecided": changed}))
    key = screen_key(conversation) if undecided.reference else keys.claim(conversation.person)
    strip = StripButtons(event.chat, key=key)
    return Outcome.of(conversation.model_copy(update={"undecided": None}), strip)
