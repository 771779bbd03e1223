"""Writes the results of a batch by bulk statements, and lists the work to do after the commit."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace

from sqlalchemy import Connection

from bot.channels.base import ShellEvent
from bot.database import cases, conversations, digests, history, sent_messages, serials
from bot.database.file_rows import FileJob
from bot.database.files_table import drop_files, give_files, insert_files
from bot.database.freed_files import DroppedFile, about_to_go
from bot.database.history import Head, head_of
from bot.database.members import NO_GROUP, KnownMember, Waiting, note_members, store_waiting
from bot.database.outbox_rows import OutboxRow
from bot.database.outbox_table import insert_rows
from bot.database.sealing import Codec
from bot.database.serials import Number
from bot.outbox.effect_rows import rows
from bot.outbox.operator_notes import Operator
from bot.turns.batches import Incoming
from bot.turns.loading import Loader
from conversations import keys
from conversations.complaints.case import Case
from conversations.complaints.rules import Language
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
    ScheduleDigest,
    Send,
    TellOperator,
)
from conversations.engine import Needs
from conversations.events import ButtonPressed
from conversations.world import RequiredMembership

DEFAULT_LANGUAGE: Language = "id"
HEAD_PARAMETER = "history_head"
HEAD_LENGTH = 16


@dataclass(frozen=True, slots=True)
class Press:
    """A button press to answer, in its presser's language."""

    answer: AnswerPress
    language: Language


@dataclass(frozen=True, slots=True)
class Parked:
    """An update that waits for its sender's membership; `press` is answered if the check takes long."""

    waiting: Waiting
    press: str
    language: Language


@dataclass(frozen=True, slots=True)
class Committed:
    """The work that a committed batch leaves: for senders, file jobs, membership checks and chat states.

    `filed` are the registration numbers that it issued, `taken` counts its inputs without those that were
    taken before, `set_aside` are the stages of its faults, `dropped` the files whose contents may be erased,
    `postponed` the updates that wait for their turn.
    """

    rows: tuple[OutboxRow, ...] = ()
    parked: tuple[Parked, ...] = ()
    presses: tuple[Press, ...] = ()
    files: tuple[FileJob, ...] = ()
    happened: tuple[ShellEvent, ...] = ()
    filed: tuple[Number, ...] = ()
    taken: int = 0
    set_aside: tuple[str, ...] = ()
    dropped: tuple[DroppedFile, ...] = ()
    postponed: tuple[Waiting, ...] = ()


@dataclass(slots=True)
class Gathered:
    """The results of a batch's events, in order; a later state of a row replaces an earlier one.

    `askers` are the persons who caused the effects, 0 for none; `back` the released rows of chats that can be
    reached again.
    """

    conversations: dict[ConversationKey, Conversation] = field(default_factory=dict)
    cases: dict[str, Case] = field(default_factory=dict)
    effects: list[Effect] = field(default_factory=list)
    askers: list[int] = field(default_factory=list)
    presses: list[Press] = field(default_factory=list)
    happened: list[ShellEvent] = field(default_factory=list)
    back: dict[int, list[OutboxRow]] = field(default_factory=dict)
    parked: list[Parked] = field(default_factory=list)
    members: list[KnownMember] = field(default_factory=list)
    postponed: list[Waiting] = field(default_factory=list)

    def park(self, incoming: Incoming, required: RequiredMembership, language: Language) -> None:
        """Make an update wait until it is known whether its sender is in the group."""
        press = incoming.event.press if isinstance(incoming.event, ButtonPressed) else ""
        waiting = Waiting(0, incoming.channel, required.chat, required.person, incoming.encoded)
        self.parked.append(Parked(waiting, press, language))

    def postpone(self, incoming: Incoming) -> None:
        """Make an update wait for the turn of its sender."""
        waiting = Waiting(0, incoming.channel, NO_GROUP, incoming.postponed_for, incoming.encoded)
        self.postponed.append(waiting)

    def add(self, outcome: Outcome, language: Language = DEFAULT_LANGUAGE, asker: int = 0) -> None:
        """Add one event's outcome; `language` is that of the person who caused it, `asker` their id."""
        self.conversations.update((entry.key, entry) for entry in outcome.conversations)
        self.cases.update((case.id, case) for case in outcome.cases)
        for effect in outcome.effects:
            if not isinstance(effect, AnswerPress):
                self.effects.append(effect)
                self.askers.append(asker)
            elif effect.press:
                self.presses.append(Press(effect, language))


@dataclass(frozen=True, slots=True)
class Storing:
    """Writes a batch: the transaction, the operator and the wall time.

    `in_flight` are the outbox rows that are being sent: those cannot be replaced any more.
    """

    connection: Connection
    operator: Operator
    in_flight: Collection[int]
    wall: float

    @property
    def codec(self) -> Codec:
        """The codec of the store."""
        return self.operator.codec

    def store(self, gathered: Gathered, loader: Loader) -> Committed:
        """Write all results; the caller commits."""
        heads = self._record(gathered, loader)
        filed = self._save_states(gathered, loader)
        effects = [_with_head(effect, heads) for effect in gathered.effects]
        for effect in effects:
            if isinstance(effect, ForgetKeys):
                sent_messages.forget_prefix(self.connection, effect.prefix, effect.kept)
            if isinstance(effect, ScheduleDigest):
                digests.schedule(self.connection, effect)
        language = self._languages(effects, loader)
        fresh = rows(effects, language, self.wall, gathered.askers)
        stored = insert_rows(self.connection, self.codec, fresh, self.in_flight, loader.damage)
        told = [effect.message for effect in effects if isinstance(effect, TellOperator)]
        stored += self.operator.notify(self.connection, told)
        jobs, dropped = self._keep_files(effects)
        back = [row for waiting in gathered.back.values() for row in waiting]
        return Committed(
            (*back, *stored),
            self._park(gathered),
            tuple(gathered.presses),
            tuple(jobs),
            tuple(gathered.happened),
            tuple(serials.number_of(case) for case in filed),
            dropped=tuple(dropped),
            postponed=tuple(store_waiting(self.connection, self.codec, gathered.postponed, self.wall)),
        )

    def _park(self, gathered: Gathered) -> tuple[Parked, ...]:
        note_members(self.connection, self.codec, gathered.members)
        stored = store_waiting(
            self.connection, self.codec, [one.waiting for one in gathered.parked], self.wall
        )
        return tuple(
            replace(one, waiting=waiting) for one, waiting in zip(gathered.parked, stored, strict=True)
        )

    def _record(self, gathered: Gathered, loader: Loader) -> Mapping[str, Head]:
        """Write the history, and let each case know where its history ends now.

        Raises LookupError when an entry names a case that is not in the store.
        """
        records = [effect for effect in gathered.effects if isinstance(effect, RecordHistory)]
        named = {record.case for record in records}
        # Most are loaded: a case that was filed, changed or read. The scheduler's events may name others.
        loader.load([Needs(cases=frozenset(named - gathered.cases.keys() - loader.stored_cases.keys()))])
        known = {name: gathered.cases.get(name) or loader.stored_cases[name] for name in named}
        before = {name: head_of(case) for name, case in known.items()}
        heads = history.append(self.connection, self.codec, records, loader.world.now, before)
        for name, head in heads.items():
            ends = {"history_count": head.entries, "history_head": head.link}
            gathered.cases[name] = known[name].model_copy(update=ends)
        return heads

    def _save_states(self, gathered: Gathered, loader: Loader) -> list[Case]:
        """Write the changed states; return the new cases."""
        stored = loader.stored
        talks = [entry for key, entry in gathered.conversations.items() if _differs(entry, stored.get(key))]
        terms = loader.world.terms
        conversations.save_conversations(self.connection, self.codec, talks, terms)
        before = loader.stored_cases
        filed = [case for name, case in gathered.cases.items() if name not in before]
        changed = [
            case for name, case in gathered.cases.items() if name in before and _differs(case, before[name])
        ]
        cases.file_cases(self.connection, self.codec, filed, terms)
        cases.update_cases(self.connection, self.codec, changed, before, terms)
        return filed

    def _languages(self, effects: Iterable[Effect], loader: Loader) -> Callable[[int], str]:
        """The language of each chat: a person's own choice in private, Indonesian in groups."""
        known: dict[int, str] = {
            key.chat: entry.language for key, entry in loader.world.conversations.items() if key.chat > 0
        }
        chats = {effect.chat for effect in effects if isinstance(effect, Send | Edit)}
        if unknown := {chat for chat in chats if chat > 0 and chat not in known}:
            known.update(conversations.load_languages(self.connection, unknown))
        return lambda chat: known.get(chat, DEFAULT_LANGUAGE)

    def _keep_files(self, effects: Iterable[Effect]) -> tuple[list[FileJob], list[DroppedFile]]:
        """Store the jobs of kept files, and delete the rows of dropped ones."""
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
        # Given before any are dropped: a file that now belongs to a case stays when its draft is deleted.
        give_files(self.connection, self.codec, given)
        dropped = about_to_go(self.connection, keys, owners)
        drop_files(self.connection, keys, owners)
        return insert_files(self.connection, self.codec, list(kept.values())), dropped


def _differs(new: object, stored: object) -> bool:
    return new is not stored and new != stored


def _case_of(key: str) -> str:
    known = keys.parse(key)
    return known.case if known else ""


def _with_head(effect: Effect, heads: Mapping[str, Head]) -> Effect:
    """Put the head of the case's history into its receipt (invariant 9), as it is known now."""
    if not isinstance(effect, Send) or HEAD_PARAMETER not in effect.message.params:
        return effect
    head = heads.get(_case_of(effect.key), Head()).link[:HEAD_LENGTH]
    params = {**effect.message.params, HEAD_PARAMETER: head}
    return replace(effect, message=replace(effect.message, params=params))
