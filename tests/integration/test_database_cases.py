"""The register: found by every name, listed in order, nothing readable in the file."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from sqlalchemy import Connection

from bot.database import cases, serials
from bot.database.conversations import moment
from bot.database.engine import Database
from bot.database.listing import listed
from bot.database.sealing import Codec
from bot.database.taken_numbers import FilingRefusedError
from bot.turns.turns import Incoming
from conversations.complaints.case import Case, Officer
from conversations.complaints.life_cycle import Status
from conversations.effects import KeepFile, Outcome, RecordHistory, Send
from conversations.events import Attachment, Event
from conversations.messages import OutgoingMessage
from conversations.queries import (
    Listing,
)
from conversations.world import World
from tests.integration.opened_store import stored_bytes
from tests.integration.turn_setup import TurnSetup, case_of, said
from tests.unit.transcript import TERMS, WIB

TODAY = date(2026, 3, 26)


def _case(name: str, serial: int, **changes: object) -> Case:
    return case_of(name, serial).model_copy(update=changes)


REGISTER = (
    _case("late", 1, due_on=date(2026, 3, 24)),
    _case(
        "mine", 2, due_on=date(2026, 3, 27), officer=Officer(id=42, name="Budi"), status=Status.IN_PROGRESS
    ),
    _case("done", 3, status=Status.RESPONDED, officer=Officer(id=42, name="Budi")),
    _case("secret", 4, restricted=True),
    case_of("other", 1, agency="bakesbangpol"),
    _case("soon", 5, due_on=date(2026, 3, 26)),
)

BY_ID = {case.id: case for case in REGISTER}


@pytest.fixture
async def register(database: Database, codec: Codec) -> Database:
    await database.write(lambda connection: cases.file_cases(connection, codec, REGISTER, TERMS))
    return database


LISTINGS = {
    "open, earliest due date first": (Listing("dpmd", "open", 42, 0, TODAY), ["late", "soon", "mine"], 3),
    "mine": (Listing("dpmd", "mine", 42, 0, TODAY), ["mine"], 1),
    "overdue": (Listing("dpmd", "overdue", 42, 0, TODAY), ["late"], 1),
    "restricted": (Listing("dpmd", "open", 42, 0, TODAY, restricted=True), ["secret"], 1),
    "second page": (Listing("dpmd", "open", 42, 1, TODAY, page_size=2), ["mine"], 3),
    "another agency": (Listing("bakesbangpol", "open", 42, 0, TODAY), ["other"], 1),
}


@pytest.mark.parametrize("name", LISTINGS)
async def test_the_register_is_listed(register: Database, codec: Codec, name: str) -> None:
    listing, expected, total = LISTINGS[name]
    found = await register.write(lambda connection: listed(connection, codec, listing))
    assert ([case.id for case in found.cases], found.total) == (expected, total)


async def test_cases_are_found_by_id_number_and_person_at_once(register: Database, codec: Codec) -> None:
    def work(connection: Connection) -> set[str]:
        return set(cases.load_cases(connection, codec, ["late"], ["DPMD-2026-0002"], ()))

    assert await register.write(work) == {"late", "mine"}
    found = await register.write(lambda c: cases.load_cases(c, codec, filed_by=[7]))
    assert found == {case.id: case for case in REGISTER}


async def test_the_newest_cases_of_a_citizen_are_found(register: Database) -> None:
    assert len(await register.write(lambda c: cases.of_citizen(c, 7, 50))) == len(REGISTER)
    assert len(await register.write(lambda c: cases.of_citizen(c, 7, 2))) == 2
    assert await register.write(lambda c: cases.of_citizen(c, 0, 50)) == []


async def test_more_names_than_a_statement_holds_are_asked_in_pieces(
    register: Database, codec: Codec
) -> None:
    names = [f"unknown{number}" for number in range(40_000)] + ["late"]
    assert list(await register.write(lambda c: cases.load_cases(c, codec, names))) == ["late"]


async def test_each_agency_counts_its_own_complaints_of_the_year(register: Database) -> None:
    found = await register.write(lambda c: serials.next_serials(c, ["dpmd", "bakesbangpol"], 2026))
    assert found == {("dpmd", 2026): 6, ("bakesbangpol", 2026): 2}
    assert await register.write(lambda c: serials.next_serials(c, ["dpmd"], 2027)) == {("dpmd", 2027): 1}


@pytest.mark.parametrize("case", [_case("late", 9), _case("fresh", 1)], ids=["same draft", "same number"])
async def test_no_draft_and_no_number_is_filed_twice(register: Database, codec: Codec, case: Case) -> None:
    with pytest.raises(FilingRefusedError):
        await register.write(lambda connection: cases.file_cases(connection, codec, [case], TERMS))


async def test_a_changed_case_is_stored_with_its_search_columns(register: Database, codec: Codec) -> None:
    changed = REGISTER[0].model_copy(
        update={"status": Status.RESPONDED, "objection_until": date(2026, 4, 3), "version": 2}
    )
    await register.write(lambda connection: cases.update_cases(connection, codec, [changed], BY_ID, TERMS))

    def is_due(connection: Connection, hour: int, minute: int) -> bool:
        now = moment(datetime(2026, 4, 4, hour, minute, tzinfo=WIB))
        return "late" in connection.execute(cases.DUE, {"now": now, "most": 9}).scalars().all()

    assert await register.write(lambda c: cases.load_cases(c, codec, ["late"])) == {"late": changed}
    assert not await register.write(lambda c: is_due(c, 7, 59))
    assert await register.write(lambda c: is_due(c, 8, 0))


MARK = "Zamroni-Panjalu"


async def test_nothing_that_a_person_said_can_be_read_in_the_store(database: Database, codec: Codec) -> None:
    setup = TurnSetup(database, codec)
    message = OutgoingMessage("system.unknown_group", {"chat": 1, "title": MARK})
    file = KeepFile("7-1", "a", 7, Attachment("document", MARK, "u", name=f"{MARK}.pdf"))
    effects = (Send(7, message), file, RecordHistory("a", "citizen:7", "submitted", MARK))

    def then(event: Event, world: World) -> Outcome | None:
        if getattr(event, "text", "") == "break":
            return None
        named = world.conversation(7, 7).model_copy(update={"name": MARK})
        return Outcome((named,), (case_of("a", 1, story=MARK),), effects)

    setup.core.then = then
    broken = said(2, "break")
    await setup.take(said(1, "halo"), Incoming("telegram", 2, broken.event, {"text": MARK}))
    assert await setup.rows("SELECT id FROM cases") == [("a",)]
    assert await setup.rows("SELECT update_id FROM quarantine") == [(2,)]
    stored = stored_bytes(database.store)
    assert b"DPMD-2026-0001" in stored
    assert MARK.encode() not in stored
