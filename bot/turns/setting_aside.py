"""Handles an event that fails: kept for the operator, answered, and passed over (invariant 2).

1. An update on which the channel or the core raises: its sender is asked to send it again.
2. A conversation that does not open: it starts over, and its person is informed; the stored bytes are kept.
3. A case that does not open: the event is refused with the agency's telephone number. The row stays.
4. A list of own complaints that lacks such a case: it is shown, and its reader is informed.
"""

from __future__ import annotations

import json

import structlog

from bot.database.quarantine import Fault, Stage, as_bytes
from bot.foundation.faults import error_place
from bot.turns.batches import Incoming
from bot.turns.storing import Gathered
from conversations.complaints.rules import Rules
from conversations.conversation import Conversation
from conversations.effects import AnswerPress, Effect, Outcome, Send
from conversations.events import ButtonPressed, CommandReceived, DeadlinePassed, Event, Origin
from conversations.messages import OutgoingMessage
from conversations.world import World

log = structlog.get_logger(__name__)


class SettingAside:
    """The faults of one batch; their answers join what the batch has gathered."""

    def __init__(self, rules: Rules, gathered: Gathered, world: World) -> None:
        self._rules, self._gathered, self._world = rules, gathered, world
        self.faults: list[Fault] = []

    def update(self, incoming: Incoming, error: BaseException | None) -> None:
        """Keep an update that failed; one without an error needs only its acknowledgement."""
        where = error_place(error) if error else incoming.unreadable
        if not where:
            return
        log.error("turn.set_aside", error=where, channel=incoming.channel, update=incoming.update_id)
        self.faults.append(
            Fault(
                Stage.UPDATE if incoming.update_id is not None or incoming.event is None else Stage.CLOCK,
                where,
                encoded(incoming.raw),
                subject="" if incoming.update_id is not None else subject_of(incoming),
                channel=incoming.channel,
                update_id=incoming.update_id,
            )
        )
        self._answer(incoming, OutgoingMessage("system.try_again"))

    def row(self, incoming: Incoming, damaged: Fault) -> None:
        """Answer an event whose row of the store does not open; that row was kept already."""
        log.error("turn.row_damaged", stage=damaged.stage.value, error=damaged.error)
        if damaged.stage is Stage.CONVERSATION:
            self.faults.append(damaged)
            self._begin_again(damaged)
            self._answer(incoming, self._with_phones("system.record_damaged"))
        else:
            self._answer(incoming, self._with_phones("system.case_damaged"))

    def own_case(self, event: Event) -> None:
        """Inform a person who asked for their own complaints that one of them does not open."""
        if isinstance(event, CommandReceived | ButtonPressed):
            message = self._with_phones("system.own_case_damaged")
            self._gathered.add(Outcome(effects=(Send(event.origin.chat, message),)))

    def _with_phones(self, template: str) -> OutgoingMessage:
        phones = [
            {"name": agency.short_name, "phones": list(agency.contact.phones)}
            for agency in self._rules.open_agencies
        ]
        return OutgoingMessage(template, {"agencies": phones})

    def _begin_again(self, damaged: Fault) -> None:
        chat, _, person = damaged.subject.partition(":")
        empty = Outcome((Conversation(chat=int(chat), person=int(person)),))
        self._world.apply(empty)
        self._gathered.add(empty)

    def _answer(self, incoming: Incoming, message: OutgoingMessage) -> None:
        event = incoming.event
        origin: Origin | None = getattr(event, "origin", None)
        effects: list[Effect] = []
        if origin and (origin.private or self._rules.of_chat(origin.chat)):
            effects.append(Send(origin.chat, message))
        elif isinstance(event, DeadlinePassed) and event.chat > 0:
            effects.append(Send(event.chat, message))
        if isinstance(event, ButtonPressed):
            effects.append(AnswerPress(event.press))
        self._gathered.add(Outcome(effects=tuple(effects)))


def subject_of(incoming: Incoming) -> str:
    """The name of a scheduler's event; it is equal when the same event fails again."""
    event = incoming.event
    parts = (getattr(event, name, "") for name in ("chat", "person", "case", "owner", "file", "key"))
    return ":".join((type(event).__name__, *(str(part) for part in parts if part)))


def encoded(raw: object) -> bytes:
    """An update as bytes, for any content."""
    if isinstance(raw, bytes):
        return as_bytes(raw)
    try:
        return as_bytes(json.dumps(raw).encode())
    except (TypeError, ValueError, RecursionError):
        return as_bytes(repr(type(raw)))
