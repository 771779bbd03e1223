"""One transaction over a batch: load, let the core decide, write (invariant 2)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple, Protocol

from sqlalchemy import Connection

from bot.channels.base import RightsChanged, ShellEvent
from bot.database import arrivals
from bot.database.quarantine import Fault, Stage
from bot.database.sealing import Codec
from bot.outbox.chats import note
from bot.outbox.operator_notes import Operator, group_lost
from bot.turns.batches import SHELL_EVENTS, Arrival, Batch, FloodBegan, Incoming, person_of
from bot.turns.floods import language_of, notice
from bot.turns.following import followed, moved_accounts
from bot.turns.loading import Loader
from bot.turns.membership import note_membership
from bot.turns.setting_aside import SettingAside
from bot.turns.storing import DEFAULT_LANGUAGE, Committed, Gathered, Storing
from conversations.complaints.rules import Language, Rules
from conversations.conversation import Conversation
from conversations.effects import Outcome, TellOperator
from conversations.engine import Needs
from conversations.events import BotAdded, Event, MembershipChanged, Origin
from conversations.world import Providers, RequiredMembership, World


class FurtherNeeds(NamedTuple):
    """What an event needs in addition, and what that was concluded from."""

    needs: Needs
    conversation: Conversation | None
    key: str


class Core(Protocol):
    """The pure core: `conversations.engine` itself."""

    def needs(self, event: Event, world: World, /) -> Needs:
        """What the event alone requires to be loaded."""

    def further_needs(self, event: Event, conversation: Conversation | None, key: str, /) -> Needs:
        """What the stored conversation and the answered message's key require in addition."""

    def required_membership(self, event: Event, world: World, /) -> RequiredMembership | None:
        """The membership that the event needs of its sender."""

    def advance(self, event: Event, world: World, /) -> Outcome:
        """One event's outcome."""


@dataclass(frozen=True, slots=True)
class TurnContext:
    """What every turn uses: core, rules, secrets and both clocks.

    `now` is business time, `wall` seconds since 1970. `home` gives the id under which the core knows a group
    that moved.
    """

    core: Core
    operator: Operator
    rules: Rules
    providers: Providers
    now: Callable[[], datetime]
    wall: Callable[[], float]
    home: Callable[[int], int] = int

    @property
    def codec(self) -> Codec:
        """The codec of the store."""
        return self.operator.codec


def asked(core: Core, incoming: Incoming, world: World) -> Arrival:
    """The input with its needs; `world` has only the rules and the time."""
    event = incoming.event
    if event is None or isinstance(event, SHELL_EVENTS):
        return Arrival(incoming)
    if isinstance(event, FloodBegan):
        return Arrival(incoming, language_of(event))
    try:
        return Arrival(incoming, core.needs(event, world))
    except BaseException as error:  # noqa: BLE001 - any error of the core is quarantined
        return Arrival(incoming, failure=error)


class Turn:
    """One batch in one transaction."""

    def __init__(self, context: TurnContext, connection: Connection, in_flight: Collection[int] = ()) -> None:
        self._context, self._connection, self._in_flight = context, connection, in_flight
        self._world = World(context.now(), context.rules, context.providers)
        self._wall = context.wall()
        self._loader = Loader(connection, context.codec, self._world, self._wall, in_flight)
        self._gathered = Gathered()
        self._aside = SettingAside(context.rules, self._gathered, self._world)
        # What was found to be needed in addition, by the id of the arrival; it is loaded.
        self._found: dict[int, FurtherNeeds] = {}

    def take(self, batch: Batch) -> Committed:
        """Take all of the batch; the caller commits, or rolls back when this raises."""
        context, connection, wall = self._context, self._connection, self._wall
        fresh = self._followed(self._fresh(batch.arrivals))
        self._load(fresh)
        for arrival in fresh:
            self._one(arrival)
        storing = Storing(connection, context.operator, self._in_flight, wall)
        committed = storing.store(self._gathered, self._loader)
        faults = (*self._aside.faults, *self._loader.damage.faults.values())
        notes = context.operator.report(connection, faults, wall)
        self._acknowledge(batch, fresh, wall)
        stages = tuple(fault.stage.value for fault in faults)
        return replace(committed, rows=(*committed.rows, *notes), taken=len(fresh), set_aside=stages)

    def acknowledge(self, batch: Batch) -> Committed:
        """Acknowledge a batch whose failure cannot be stored either: store only its keys and the offset."""
        self._acknowledge(batch, self._fresh(batch.arrivals), self._wall, settle=False)
        return Committed()

    def _fresh(self, batch: Sequence[Arrival]) -> list[Arrival]:
        """The inputs that were not taken before, each once."""
        by_channel: dict[str, dict[int, Arrival]] = {}
        for arrival in batch:
            if (number := arrival.incoming.update_id) is not None:
                by_channel.setdefault(arrival.incoming.channel, {}).setdefault(number, arrival)
        for channel, numbered in by_channel.items():
            for number in arrivals.taken(self._connection, channel, numbered):
                del numbered[number]
        kept = {id(arrival) for numbered in by_channel.values() for arrival in numbered.values()}
        return [one for one in batch if one.incoming.update_id is None or id(one) in kept]

    def _followed(self, fresh: list[Arrival]) -> list[Arrival]:
        """The inputs, each of the account that its person has today, with what it needs then."""
        if moved := moved_accounts(self._connection, self._context.codec, fresh):
            return [self._of_today(arrival, moved) for arrival in fresh]
        return fresh

    def _of_today(self, arrival: Arrival, moved: Mapping[int, int]) -> Arrival:
        event = followed(arrival.incoming.event, moved)
        if event is arrival.incoming.event or arrival.failure:
            return arrival
        return asked(self._context.core, replace(arrival.incoming, event=event), self._world)

    def _load(self, fresh: Sequence[Arrival]) -> None:
        """Load in bulk the needs of the events, then those of the conversations found."""
        asking = [arrival for arrival in fresh if arrival.wants and not arrival.failure]
        self._loader.load([arrival.wants for arrival in asking if arrival.wants])
        for arrival in asking:
            try:
                if found := self._further(arrival):
                    self._found[id(arrival)] = found
            except BaseException:  # noqa: BLE001, S112 - asked again for its event, and quarantined then
                continue
        self._loader.load([found.needs for found in self._found.values()])

    def _further(self, arrival: Arrival) -> FurtherNeeds | None:
        """What the event needs in addition: what was found before, unless an event before it changed that."""
        wants, event, world = arrival.wants, arrival.incoming.event, self._world
        if wants is None or event is None or isinstance(event, (*SHELL_EVENTS, FloodBegan)):
            return None
        conversation = world.conversations.get(wants.conversation) if wants.conversation else None
        key = world.keys.get(wants.reply, "") if wants.reply else ""
        known = self._found.get(id(arrival))
        if known and known.conversation is conversation and known.key == key:
            return known
        return FurtherNeeds(self._context.core.further_needs(event, conversation, key), conversation, key)

    def _one(self, arrival: Arrival) -> None:
        event = arrival.incoming.event
        if arrival.incoming.postponed_for:
            self._gathered.postpone(arrival.incoming)
        elif arrival.failure or event is None:
            self._aside.update(arrival.incoming, arrival.failure)
        elif isinstance(event, FloodBegan):
            self._gathered.add(notice(event, self._context.rules), self._language(event))
        elif isinstance(event, SHELL_EVENTS):
            self._shell(event)
        else:
            self._advance(arrival, event)

    def _advance(self, arrival: Arrival, event: Event) -> None:
        try:
            found = self._further(arrival)
        except BaseException as error:  # noqa: BLE001 - any error of the core is quarantined
            self._aside.update(arrival.incoming, error)
            return
        further = found.needs if found else None
        # Outside the try: an error of the store is not the core's.
        if found and found is not self._found.get(id(arrival)):
            self._loader.load([found.needs])
        if damaged := self._damaged(arrival.wants, further):
            self._aside.row(arrival.incoming, damaged)
            return
        try:
            if not arrival.incoming.checked and (required := self._unknown_membership(event)):
                self._gathered.park(arrival.incoming, required, self._language(event))
                return
            if isinstance(event, MembershipChanged):
                event = note_membership(event, self._world, self._wall, self._gathered)
            outcome = self._context.core.advance(event, self._world)
        except BaseException as error:  # noqa: BLE001 - the same
            self._aside.update(arrival.incoming, error)
            return
        if agencies := self._loader.lacks_numbers(outcome):
            # Few events file a complaint. Each of these is decided again with the numbers: the core is pure.
            self._loader.numbers(agencies)
            self._advance(arrival, event)
            return
        self._world.apply(outcome)
        self._gathered.add(outcome, self._language(event), person_of(arrival.incoming))
        if further and further.own in self._world.unread:
            self._aside.own_case(event)
        if isinstance(event, BotAdded):
            # Parked rows of the group are released, for every outcome of the core.
            self._shell(RightsChanged(event.chat, "member"))

    def _unknown_membership(self, event: Event) -> RequiredMembership | None:
        """The membership that the event needs and that is unknown or too old."""
        required = self._context.core.required_membership(event, self._world)
        return required if required and self._world.membership(required) is None else None

    def _damaged(self, *wants: Needs | None) -> Fault | None:
        """The row that the event needs and that does not open; a conversation starts over after that."""
        found = next((row for want in wants if want and (row := self._loader.damaged(want))), None)
        if found and found.stage is Stage.CONVERSATION:
            self._loader.forget(found)
        return found

    def _language(self, event: Event | FloodBegan) -> Language:
        origin: Origin | None = getattr(event, "origin", None)
        if origin is None or not origin.private:
            return DEFAULT_LANGUAGE
        return self._world.conversation(origin.chat, origin.person.id).language

    def _shell(self, event: ShellEvent) -> None:
        context, gathered = self._context, self._gathered
        noted = note(self._connection, context.codec, event, context.home, self._loader.damage, self._wall)
        # Of a chat all rows wait again, or none; a report is about one row of them.
        before, about = gathered.back.pop(noted.chat, []), noted.row
        others = [row for row in before if about is not None and row.id != about]
        if back := [*others, *noted.back]:
            gathered.back[noted.chat] = back
        gathered.add(Outcome(effects=tuple(map(TellOperator, noted.notes))))
        if noted.lost and context.rules.of_chat(noted.chat):
            gathered.add(Outcome(effects=(TellOperator(group_lost(noted.chat)),)))
        gathered.happened.append(noted.event or event)

    def _acknowledge(
        self, batch: Batch, fresh: Sequence[Arrival], wall: float, *, settle: bool = True
    ) -> None:
        """Store the keys of the taken updates and the new offset; clear the rows that raised own events."""
        by_channel: dict[str, list[int]] = {}
        for arrival in fresh:
            if arrival.incoming.update_id is not None:
                by_channel.setdefault(arrival.incoming.channel, []).append(arrival.incoming.update_id)
            if settle and arrival.incoming.settle:
                arrival.incoming.settle(self._connection)
        for channel, numbers in by_channel.items():
            arrivals.take(self._connection, channel, numbers, wall)
        if batch.following is not None:
            channel = batch.arrivals[0].incoming.channel
            arrivals.move_offset(self._connection, channel, batch.following, wall)
