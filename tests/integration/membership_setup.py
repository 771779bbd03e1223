"""Turns before which the messenger is asked who is a member, with a scripted messenger."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from bot.channels.base import UnreadableUpdateError
from bot.database.members import load_members
from bot.database.quarantine import Damage
from bot.sources.membership_checks import MembershipChecks
from bot.turns.batches import Incoming
from conversations.effects import AnswerPress, Outcome
from conversations.engine import Needs
from conversations.events import ButtonPressed, Event, MembershipChanged, TextReceived
from conversations.world import Membership, RequiredMembership, World
from tests.integration.outbox_setup import eventually
from tests.integration.turn_setup import GROUP, FakeCore, TurnSetup, origin
from tests.unit.transcript import START

OFFICER, WALL = 7, 1_000_000.0
NOW = datetime.fromtimestamp(WALL, START.tzinfo)


class Guarded(FakeCore):
    """Every press in the group needs a member."""

    def needs(self, event: Event, world: World, /) -> Needs:
        if isinstance(event, MembershipChanged):
            return Needs(members=frozenset((*event.joined, *event.left)))
        assert isinstance(event, ButtonPressed | TextReceived)
        return replace(super().needs(event, world), members=frozenset({event.origin.person.id}))

    def required_membership(self, event: Event, _world: World, /) -> RequiredMembership | None:
        return RequiredMembership(GROUP, event.origin.person.id) if isinstance(event, ButtonPressed) else None


def press(number: int, person: int = OFFICER) -> Incoming:
    event = ButtonPressed(origin(person, GROUP), f"press{number}", "take", "unknown", 1, "")
    return Incoming("telegram", number, event, {"update_id": number, "person": person})


@dataclass
class Messenger:
    """Answers whether a person is in the group, from `answers` in order; the last one is repeated."""

    answers: list[bool | Exception]
    asked: list[tuple[int, int]] = field(default_factory=list)

    async def is_member(self, chat: int, person: int) -> bool:
        self.asked.append((chat, person))
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer

    def read(self, raw: Any) -> Event:
        if raw["update_id"] == 13:
            raise UnreadableUpdateError
        event = press(raw["update_id"], raw["person"]).event
        assert isinstance(event, ButtonPressed)
        return event


@dataclass
class CheckedTurns:
    """Turns with membership checks before them."""

    setup: TurnSetup
    messenger: Messenger
    answered: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.setup.core = Guarded()
        self.checks = self.new_checks()

    def new_checks(self) -> MembershipChecks:
        setup = self.setup
        return MembershipChecks(
            setup.database, setup.codec, self.messenger, self.take, self.answer, lambda: NOW
        )

    def answer(self, press: AnswerPress, _language: str) -> None:
        self.answered.append(press.template)

    async def take(self, incoming: Sequence[Incoming]) -> None:
        before = len(self.setup.committed)
        await self.setup.take(*incoming)
        for done in self.setup.committed[before:]:
            self.checks.accept(done.parked)

    async def nothing_waits(self) -> None:
        async def empty() -> bool:
            return await self.setup.value("SELECT count(*) FROM waiting") == 0

        await eventually(empty)

    def events(self) -> list[Event]:
        return self.setup.core.seen


async def known_member(setup: TurnSetup, wall: float = WALL) -> Membership | None:
    found = await setup.database.write(lambda c: load_members(c, setup.codec, [OFFICER], wall, Damage()))
    return found.get((GROUP, OFFICER))


async def store_news(setup: TurnSetup, at: datetime, *, present: bool) -> None:
    persons = ((OFFICER,), ()) if present else ((), (OFFICER,))
    event = MembershipChanged(at, GROUP, *persons)
    setup.core = Guarded()
    setup.core.then = lambda *_: Outcome()
    await setup.take(Incoming("clock", None, event, b""))
