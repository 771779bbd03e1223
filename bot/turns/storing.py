"""Writes what a batch came to, by bulk statements, and tells what there is to do after the commit."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace

from sqlalchemy import Connection

from bot.channels.base import ShellEvent
from bot.database import cases, conversations, history, sent_messages
from bot.database.files_table import FileJob, drop_files, give_files, insert_files
from bot.database.outbox_table import OutboxRow, insert_rows
from bot.database.sealing import Codec
from bot.outbox.rows import rows
from bot.turns.loading import Loader
from conversations.agency import Language
from conversations.case import Case
from conversations.conversation import Conversation, ConversationKey
from conversations.effects import (
    AnswerPress,
    DropFile,
    DropFiles,
    Edit,
    Effect,
    ForgetKeys,
    GiveFiles,
    KeepFile,
    Outcome,
    RecordHistory,
    Send,
)

DEFAULT_LANGUAGE: Language = "id"
HEAD_PARAMETER = "history_head"
HEAD_LENGTH = 16


@dataclass(frozen=True, slots=True)
class Press:
    """A button press to answer, in its presser's language."""

    answer: AnswerPress
    language: Language


@dataclass(frozen=True, slots=True)
class Committed:
    """What a committed batch leaves to do: for senders, fetchers and whoever keeps chats in mind."""

    rows: tuple[OutboxRow, ...] = ()
    presses: tuple[Press, ...] = ()
    files: tuple[FileJob, ...] = ()
    happened: tuple[ShellEvent, ...] = ()


@dataclass(slots=True)
class Gathered:
    """What the events of a batch came to, in order; a later state of the same thing wins.

    `back` are the rows that wait again in chats which are within reach again.
    """

    conversations: dict[ConversationKey, Conversation] = field(default_factory=dict)
    cases: dict[str, Case] = field(default_factory=dict)
    effects: list[Effect] = field(default_factory=list)
    presses: list[Press] = field(default_factory=list)
    happened: list[ShellEvent] = field(default_factory=list)
    back: dict[int, list[OutboxRow]] = field(default_factory=dict)

    def add(self, outcome: Outcome, language: Language = DEFAULT_LANGUAGE) -> None:
        """Take over one event's outcome; `language` is that of the person who caused it."""
        self.conversations.update((entry.key, entry) for entry in outcome.conversations)
        self.cases.update((case.id, case) for case in outcome.cases)
        for effect in outcome.effects:
            if isinstance(effect, AnswerPress):
                self.presses.append(Press(effect, language))
            else:
                self.effects.append(effect)


@dataclass(frozen=True, slots=True)
class Storing:
    """How a batch is written: into which transaction, sealed how, for which operator, at what wall time.

    `in_flight` are the outbox rows that are being sent right now: those cannot be replaced any more.
    """

    connection: Connection
    codec: Codec
    operator_chat: int
    in_flight: Collection[int]
    wall: float

    def store(self, gathered: Gathered, loader: Loader) -> Committed:
        """Write all of it; nothing is seen by anybody before the caller commits."""
        self._save_states(gathered, loader)
        records = [effect for effect in gathered.effects if isinstance(effect, RecordHistory)]
        heads = history.append(self.connection, self.codec, records, loader.world.now)
        effects = [_with_head(effect, heads) for effect in gathered.effects]
        for effect in effects:
            if isinstance(effect, ForgetKeys):
                sent_messages.forget_prefix(self.connection, effect.prefix)
        language = self._languages(effects, loader)
        fresh = rows(effects, language, self.operator_chat, self.wall)
        stored = insert_rows(self.connection, self.codec, fresh, self.in_flight, loader.damage)
        back = [row for waiting in gathered.back.values() for row in waiting]
        return Committed(
            (*back, *stored),
            tuple(gathered.presses),
            tuple(self._keep_files(effects)),
            tuple(gathered.happened),
        )

    def _save_states(self, gathered: Gathered, loader: Loader) -> None:
        stored = loader.stored
        talks = [entry for key, entry in gathered.conversations.items() if _differs(entry, stored.get(key))]
        conversations.save_conversations(self.connection, self.codec, talks, loader.world.rules.limits)
        filed = [case for name, case in gathered.cases.items() if name not in stored]
        changed = [
            case for name, case in gathered.cases.items() if name in stored and _differs(case, stored[name])
        ]
        cases.file_cases(self.connection, self.codec, filed)
        cases.update_cases(self.connection, self.codec, changed)

    def _languages(self, effects: Iterable[Effect], loader: Loader) -> Callable[[int], str]:
        """What the reader of each chat reads: a private chat's person chose; groups read Indonesian."""
        known: dict[int, str] = {
            key.chat: entry.language for key, entry in loader.world.conversations.items() if key.chat > 0
        }
        chats = {effect.chat for effect in effects if isinstance(effect, Send | Edit)}
        if self.operator_chat:
            chats.add(self.operator_chat)
        if unknown := {chat for chat in chats if chat > 0 and chat not in known}:
            known.update(conversations.load_languages(self.connection, unknown))
        return lambda chat: known.get(chat, DEFAULT_LANGUAGE)

    def _keep_files(self, effects: Iterable[Effect]) -> list[FileJob]:
        kept: dict[str, KeepFile] = {}
        keys: list[str] = []
        owners: list[str] = []
        given: dict[str, str] = {}
        for effect in effects:
            if isinstance(effect, KeepFile):
                kept[effect.key] = effect
            elif isinstance(effect, GiveFiles):
                given.update(dict.fromkeys(effect.keys, effect.owner))
                for key in kept.keys() & set(effect.keys):
                    kept[key] = replace(kept[key], owner=effect.owner)
            elif isinstance(effect, DropFile):
                kept.pop(effect.key, None)
                keys.append(effect.key)
            elif isinstance(effect, DropFiles):
                kept = {key: keep for key, keep in kept.items() if keep.owner != effect.owner}
                owners.append(effect.owner)
        # Given before anything is dropped: what now belongs to a case stays when its draft goes.
        give_files(self.connection, given)
        drop_files(self.connection, keys, owners)
        return insert_files(self.connection, self.codec, list(kept.values()))


def _differs(new: object, stored: object) -> bool:
    return new is not stored and new != stored


def _with_head(effect: Effect, heads: Mapping[str, str]) -> Effect:
    """A receipt shows the head of its case's history, known only now that the entry is written (law 9)."""
    if not isinstance(effect, Send) or HEAD_PARAMETER not in effect.message.params:
        return effect
    head = heads.get(effect.key.partition(":")[2], "")[:HEAD_LENGTH]
    params = {**effect.message.params, HEAD_PARAMETER: head}
    return replace(effect, message=replace(effect.message, params=params))
