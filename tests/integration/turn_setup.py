"""Everything that the turns need: a small fake core, and updates for it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import Connection, text

from bot.database.engine import Database
from bot.database.sealing import Codec
from bot.outbox.operator_notes import Operator
from bot.turns.turns import Committed, Incoming, TurnContext, Turns
from conversations.complaints.case import Case
from conversations.complaints.complaint import Complaint, LossKind, Part
from conversations.complaints.life_cycle import Status
from conversations.complaints.references import registration_number
from conversations.complaints.signatures import complaint_digest
from conversations.conversation import Conversation, ConversationKey
from conversations.desk.actions import show_cards_again
from conversations.effects import AnswerPress, Outcome, Send
from conversations.engine import Needs
from conversations.events import ButtonPressed, Event, GroupMoved, Origin, Person, TextReceived
from conversations.messages import OutgoingMessage
from conversations.queries import (
    Listing,
)
from conversations.world import Providers, RequiredMembership, World
from tests.unit.transcript import RULES, STAFF, START

PROVIDERS = Providers(lambda: "id", lambda: "CODE", lambda code, ref: code + ref, lambda _agency, _day: True)
GROUP = STAFF["dpmd"]


def case_of(name: str, serial: int, *, agency: str = "dpmd", filed_by: int = 7, story: str = "Jalan") -> Case:
    complaint = Complaint(
        agency=agency,
        service="blt",
        story=(Part(message=1, at=START, text=story),),
        loss_kind=LossKind.NONE,
        resolution="Penjelasan",
        name="Siti Aminah",
        address="Dusun Krajan RT 1 RW 2",
        signed_at=START,
        notice_version="1",
        notice_accepted_at=START,
    )
    digest = complaint_digest(complaint, filed_by)
    return Case(
        id=name,
        agency=agency,
        reference=registration_number(agency, START.year, serial),
        access_hash="hash",
        status=Status.RECEIVED,
        complaint=complaint.model_copy(update={"signature_digest": digest}),
        filed_by=filed_by,
        chat=GROUP,
        received_at=START,
        due_on=date(2026, 3, 25),
    )


@dataclass
class FakeCore:
    """Keeps each person's words in their name, files a case for "file NAME", and breaks on "break"."""

    seen: list[Event] = field(default_factory=list)
    then: Callable[[Event, World], Outcome | None] = lambda _event, _world: None

    def needs(self, event: Event, _world: World, /) -> Needs:
        if isinstance(event, GroupMoved):
            return Needs(group=event.chat)
        origin = getattr(event, "origin", None)
        listing = None
        if isinstance(event, TextReceived) and event.text == "list":
            listing = Listing("dpmd", "open", 0, 0, START.date())
        if isinstance(event, TextReceived) and event.text == "break needs":
            raise LookupError("rahasia")
        cases = frozenset({event.subject}) if isinstance(event, ButtonPressed) else frozenset[str]()
        key = ConversationKey(origin.chat, origin.person.id) if origin else None
        return Needs(key, cases=cases, listing=listing)

    def further_needs(self, _event: Event, _conversation: Conversation | None, _key: str, /) -> Needs:
        return Needs()

    def required_membership(self, _event: Event, _world: World, /) -> RequiredMembership | None:
        return None

    def advance(self, event: Event, world: World, /) -> Outcome:
        self.seen.append(event)
        if (chosen := self.then(event, world)) is not None:
            return chosen
        if isinstance(event, GroupMoved):
            return show_cards_again(event, world)
        if isinstance(event, ButtonPressed):
            return self._press(event, world)
        assert isinstance(event, TextReceived)
        if event.text == "break":
            raise LookupError("rahasia")
        return self._text(event, world)

    def _text(self, event: TextReceived, world: World) -> Outcome:
        origin = event.origin
        conversation = world.conversation(origin.chat, origin.person.id)
        said = conversation.model_copy(update={"name": f"{conversation.name} {event.text}".strip()})
        filed: tuple[Case, ...] = ()
        if event.text.startswith("file "):
            name = event.text.removeprefix("file ")
            filed = (case_of(name, world.next_serial("dpmd", START.year), filed_by=origin.person.id),)
        message = OutgoingMessage("system.own_id", {"person": origin.person.id})
        return Outcome((said,), filed, (Send(origin.chat, message),))

    def _press(self, event: ButtonPressed, world: World) -> Outcome:
        case = world.cases[event.subject]
        if case.language == "en":
            return Outcome(effects=(AnswerPress(event.press, "system.press_outdated"),))
        taken = case.model_copy(update={"language": "en", "version": case.version + 1})
        return Outcome(cases=(taken,), effects=(AnswerPress(event.press, "system.checking"),))


def origin(person: int = 7, chat: int = 0) -> Origin:
    return Origin(chat or person, not chat, Person(person, "Siti"), 1, START)


def said(number: int, words: str, person: int = 7, chat: int = 0) -> Incoming:
    event = TextReceived(origin(person, chat), words)
    return Incoming("telegram", number, event, f"raw {words}".encode())


def pressed(number: int, case: str, person: int = 7) -> Incoming:
    event = ButtonPressed(origin(person, GROUP), f"press{number}", "take", case, 1, "")
    return Incoming("telegram", number, event, b"raw")


def damage(connection: Connection, statement: str) -> None:
    """Change a row at least; `:byte` is a value that no key opens."""
    assert connection.execute(text(statement), {"byte": b"\0"}).rowcount > 0


@dataclass
class TurnSetup:
    """Turns over a store, with all that they committed."""

    database: Database
    codec: Codec
    core: FakeCore = field(default_factory=FakeCore)
    committed: list[Committed] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)
    now: datetime = START
    operator: int = 999
    leaders: frozenset[int] = frozenset()

    async def take(self, *incoming: Incoming) -> None:
        await self.turns().take(incoming)

    def turns(self) -> Turns:
        context = TurnContext(
            core=self.core,
            operator=Operator(self.codec, self.operator, self.leaders),
            rules=RULES,
            providers=PROVIDERS,
            now=lambda: self.now,
            wall=lambda: 1_000_000.0,
        )
        return Turns(self.database, context, self.committed.append, pause=self._pause)

    async def _pause(self, seconds: float) -> None:
        self.waits.append(seconds)

    async def rows(self, query: str) -> Sequence[tuple[object, ...]]:
        found = await self.database.write(lambda connection: connection.execute(text(query)).all())
        return [tuple(row) for row in found]

    async def damage(self, statement: str) -> None:
        """Change rows as a writer without the keys does; `:byte` is a value that no key opens."""
        await self.database.write(lambda connection: damage(connection, statement))

    async def value(self, query: str) -> object:
        return (await self.rows(query))[0][0]

    def sent(self) -> list[tuple[int, str]]:
        rows = (row for done in self.committed for row in done.rows)
        return [(row.chat, row.message.template if row.message else row.kind.value) for row in rows]
