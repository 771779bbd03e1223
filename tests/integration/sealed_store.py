"""A store with two complaints, two waiting answers, two files and a person on WhatsApp, to be attacked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Table, delete, insert, select, text, update

from bot.database import addresses, file_rows, files_table, tables, wire_messages
from bot.database.cases import load_cases
from bot.operations.verify import verify
from conversations.complaints.case import Case, Officer
from conversations.complaints.life_cycle import Status
from conversations.conversation import Conversation
from conversations.effects import KeepFile, Outcome, RecordHistory, Send
from conversations.engine import Needs
from conversations.events import Attachment, Event
from conversations.messages import OutgoingMessage
from conversations.world import World
from tests.integration.turn_setup import FakeCore, TurnSetup, case_of, damage, said

PHOTO, LETTER = Attachment("photo", "f1", "u1"), Attachment("document", "f2", "u2", name="surat.pdf")
CONTENTS = [
    file_rows.StoredFile("7-1", "aa11", 5, "aa/a"),
    file_rows.StoredFile("8-1", "bb22", 5, "bb/b"),
]

# A person on WhatsApp, and a message to them.
BUDI = addresses.Person(1, "ID.13491208655302741918", "6281234567890", "Budi")
ASKED = wire_messages.WireName(BUDI.chat, 2**62 + 1, "wamid.HBgN")

CASE_A = select(tables.cases).where(tables.cases.c.id == "a")


def message(person: int) -> OutgoingMessage:
    return OutgoingMessage("system.own_id", {"person": person})


def taken(case: Case) -> Case:
    officer = Officer(id=42, name="Budi")
    return case.model_copy(
        update={"version": case.version + 1, "status": Status.IN_PROGRESS, "officer": officer}
    )


def noted(case: Case) -> Case:
    """A change that shows in no plain column."""
    return case.model_copy(update={"version": case.version + 1, "taken_at": case.received_at})


class LoadingCore(FakeCore):
    """Every event finds complaint a in its working set, and no other."""

    def needs(self, event: Event, world: World, /) -> Needs:
        return replace(super().needs(event, world), cases=frozenset({"a"}))


class Store(TurnSetup):
    """A store with two complaints, two waiting answers, two files and a person on WhatsApp."""

    async def do(self, outcome: Callable[[World], Outcome]) -> None:
        def then(_event: Event, world: World) -> Outcome:
            return outcome(world)

        self.core.then = then
        await self.take(said(len(self.core.seen) + 1, "halo"))

    async def fill(self) -> None:
        kept = (KeepFile("7-1", "a", 7, PHOTO), KeepFile("8-1", "b", 8, LETTER))
        answers = (Send(7, message(7), "answer:a", report="a"), Send(8, message(8), "answer:b", report="b"))
        said_first = tuple(RecordHistory(name, "citizen:7", "submitted", "Jalan rusak") for name in "ab")
        filed = (case_of("a", 1), case_of("b", 2, filed_by=8))
        talk = Conversation(chat=7, person=7, name="Siti")
        await self.do(lambda _: Outcome((talk,), filed, (*kept, *answers, *said_first)))
        await self.database.write(lambda c: files_table.mark_stored(c, self.codec, CONTENTS))
        await self.database.write(lambda c: addresses.save(c, self.codec, [BUDI]))
        await self.database.write(lambda c: wire_messages.save(c, self.codec, [ASKED]))

    async def change(self, how: Callable[[Case], Case], what: str = "taken") -> None:
        record = RecordHistory("a", "officer:42", what, "Budi")
        await self.do(lambda world: Outcome((), (how(world.cases["a"]),), (record,)))

    async def attack(self, *statements: str) -> None:
        def work(connection: Connection) -> None:
            for statement in statements:
                damage(connection, statement)

        await self.database.write(work)

    async def copy(self, row: Select[Any], table: Table) -> Callable[[Connection], None]:
        """Copy a row; the returned function restores it."""
        kept = await self.database.write(lambda c: dict(c.execute(row).mappings().one()))

        def put_back(connection: Connection) -> None:
            connection.execute(
                delete(table).where(*(column == kept[column.name] for column in table.primary_key))
            )
            connection.execute(insert(table), kept)

        return put_back

    async def set(self, table: Table, where: ColumnElement[bool], **columns: object) -> None:
        await self.database.write(lambda c: c.execute(update(table).where(where).values(columns)))

    async def load(self) -> dict[str, Case]:
        return await self.database.write(lambda c: load_cases(c, self.codec, ["a", "b"]))

    def faults(self) -> list[str]:
        return verify(self.database.store, self.codec).faults


def cut(connection: Connection) -> None:
    """Remove the newest entry of complaint a."""
    connection.execute(text("DELETE FROM history WHERE case_id = 'a' AND seq = 2"))
