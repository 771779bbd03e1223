"""Every query of a turn, of the clock and of the senders uses an index (EXPLAIN QUERY PLAN)."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any, get_args

import pytest
from sqlalchemy import Connection

from bot.database import (
    addresses,
    cases,
    chats,
    conversations,
    digest_cases,
    digests,
    file_rows,
    files_table,
    forgotten_people,
    history,
    joining,
    outbox_marks,
    outbox_reports,
    outbox_table,
    outbox_windows,
    reindexing,
    sent_messages,
    windows,
    wire_messages,
    word_index,
)
from bot.database.engine import Database
from bot.database.listing import listed
from bot.database.outbox_rows import Kind, OutboxRow
from bot.database.quarantine import Damage
from bot.database.sealing import Codec
from bot.files.files import _unreported
from bot.sources.scheduler import Scheduler
from conversations.conversation import ConversationKey
from conversations.digests import DigestQuery
from conversations.effects import (
    DeleteMessages,
    DropFiles,
    Edit,
    ForgetKeys,
    KeepFile,
    Outcome,
    RecordHistory,
    ScheduleDigest,
    Send,
)
from conversations.engine import Needs
from conversations.events import Attachment, Event
from conversations.messages import OutgoingMessage
from conversations.queries import (
    Listing,
    ListingFilter,
    Search,
)
from conversations.world import World
from tests.integration.query_plans import plan, scans, statements_of
from tests.integration.turn_setup import FakeCore, TurnSetup, case_of, pressed, said
from tests.unit.transcript import RULES, START, TERMS


class NeedyCore(FakeCore):
    """Asks for every kind of data and returns every kind of effect."""

    def needs(self, event: Event, world: World, /) -> Needs:
        base = super().needs(event, world)
        key = ConversationKey(7, 7)
        return Needs(
            key,
            (7, 50),
            frozenset({"a"}),
            frozenset({"DPMD-2026-0001"}),
            7,
            base.listing,
            officers=frozenset({-1}),
            loads=True,
        )


async def _turns(database: Database, codec: Codec) -> None:
    setup = TurnSetup(database, codec, NeedyCore())
    await setup.take(said(1, "file a"))
    message = OutgoingMessage("system.own_id", {"person": 7})
    effects = (
        Send(8, message, "k"),
        Edit(8, "card:x", message),
        DeleteMessages(7, "response:a:1", "recalled_response:a:1", "a"),
        ForgetKeys("tally:"),
        KeepFile("7-1", "a", 7, Attachment("photo", "f", "u")),
        DropFiles("b"),
        RecordHistory("a", "citizen:7", "submitted"),
    )
    setup.core.then = lambda _event, _world: Outcome(effects=effects)
    await setup.take(said(2, "halo"))
    setup.core.then = lambda _event, _world: None
    await setup.take(pressed(3, "a"), said(4, "list"), said(5, "break"))


def _senders(connection: Connection, codec: Codec) -> None:
    row = OutboxRow(0, 7, 0, Kind.SEND, "id", 1.0, key="k", report="a")
    first, second = outbox_table.insert_rows(connection, codec, [row, row], ())
    outbox_table.load_rows(connection, codec)
    outbox_marks.park(connection, 7)
    outbox_marks.release(connection, codec, 7)
    outbox_marks.mark_later(connection, [outbox_marks.Later(first, 1, 2.0, 0)])
    outbox_marks.mark_sent(connection, [outbox_marks.Sent(first, 50, 2.0)])
    outbox_marks.mark_failed(connection, [outbox_marks.Failed(second, "gone")])
    sent_messages.newest(connection, ["k"])
    sent_messages.all_of(connection, 7, "k")
    sent_messages.forget_chat(connection, 7)
    sent_messages.forget(connection, 7, 50)
    files_table.pending_files(connection, codec, Damage())
    files_table.files_by_key(connection, codec, ["7-1"])
    files_table.mark_stored(connection, codec, [file_rows.StoredFile("7-1", "ab", 5, "ab/ab")])
    chats.note_moved(connection, codec, -1, -2)
    cases.open_cases(connection, -1)
    cases.of_citizen(connection, 7, 50)
    conversations.in_group(connection, -1)
    history.first_fault(connection, codec, "a", history.Head())
    history.page(connection, codec, case_of("a", 1), 0)


async def _clock(database: Database, codec: Codec) -> None:
    setup = TurnSetup(database, codec)
    setup.core.then = lambda _event, _world: Outcome()
    await Scheduler(
        database, codec, setup.turns().take, lambda: START, lambda: 1_000_000.0, 60.0, _unreported
    ).round()


async def _listings(database: Database, codec: Codec) -> None:
    for name in get_args(ListingFilter):
        listing = Listing("dpmd", name, 42, 1, START.date(), value="closed" if name == "status" else "a")
        await database.write(lambda c, of=listing: listed(c, codec, of))  # type: ignore[misc]


async def _searches(database: Database, codec: Codec) -> None:
    for words in ((), ("jalan",), ("jalan", "rusak", "desa")):
        search = Search("dpmd", restricted=False, words=words, since=START, until=START + timedelta(days=1))
        await database.write(lambda c, of=search: word_index.find(c, codec, of))  # type: ignore[misc]
    await database.write(lambda c: word_index.replace(c, codec, [case_of("a", 1)]))
    await database.write(lambda c: word_index.erase(c, "a"))
    await database.write(lambda c: word_index.mark(c, codec, ""))
    await database.write(lambda c: reindexing.fill_some(c, codec))


async def _mornings(database: Database, codec: Codec) -> None:
    query = DigestQuery("dpmd", False, START.date(), START.date() + timedelta(days=1), timedelta(days=1))

    def work(connection: Connection) -> None:
        digests.prepare(connection, RULES, START)
        found = digest_cases.read_digest(connection, codec, query, 1_000_000.0)
        assert found.seen == {2025: 0, 2026: 1}
        digests.schedule(connection, ScheduleDigest("dpmd", False, START, {2026: 0}))
        assert digest_cases.read_digest(connection, codec, query, 1_000_000.0).new.total == 1

    await database.write(work)


def _whatsapp(connection: Connection, codec: Codec) -> None:
    siti = addresses.Person(1, "ID.1", "6281", "Siti", 1.0)
    addresses.save(connection, codec, [siti])
    addresses.find(connection, codec, {"ID.1"}, {"6281"})
    addresses.standing(connection, siti)
    addresses.heard_since(connection, 0.5)
    addresses.chats_of_rows(connection, {1, 2})
    chats.parked(connection, {siti.chat})
    wire_messages.save(connection, codec, [wire_messages.WireName(siti.chat, 5, "wamid.A")])
    wire_messages.find(connection, codec, {"wamid.A"})
    wire_messages.of_message(connection, codec, siti.chat, 5)
    windows.note_heard(connection, siti.chat, 2.0)
    windows.is_open(connection, siti.chat, 3.0)
    rows = [OutboxRow(0, siti.chat, 0, Kind.SEND, "id", 1.0, key="response:a:1", report="a")] * 3
    parked, accepted, failed = outbox_table.insert_rows(connection, codec, rows, ())
    outbox_windows.park_closed(connection, codec, siti.chat, 4.0)
    outbox_windows.drop_knocks(connection, siti.chat)
    outbox_reports.mark_accepted(connection, [outbox_reports.Accepted(accepted, 9.0)])
    outbox_reports.overtaken(connection, codec, [outbox_reports.Accepted(accepted, 9.0)])
    for row, report in ((parked, outbox_reports.confirm), (failed, partial(outbox_reports.fail, why="x"))):
        found = outbox_reports.find_reported(connection, row.id, siti.chat)
        assert found is not None
        report(connection, found)
    outbox_reports.expire(connection, 10.0)
    addresses.save(connection, codec, [addresses.Person(2, now=1)])
    assert addresses.moved(connection, codec, [siti.chat + 1]) == {siti.chat + 1: siti.chat}
    addresses.numbers_of(connection, codec, siti.chat)
    joining.join(connection, codec, TERMS, {siti.chat + 1: siti.chat}, 10.0)
    forgotten_people.prune(connection, codec, 1e9)


async def test_no_query_reads_a_whole_table(database: Database, codec: Codec) -> None:
    with statements_of(database._connection.engine) as statements:
        await _turns(database, codec)
        await database.write(lambda connection: _senders(connection, codec))
        await database.write(lambda connection: _whatsapp(connection, codec))
        await _listings(database, codec)
        await _mornings(database, codec)
        await _searches(database, codec)
        with statements_of(database._reading) as reads:
            await _clock(database, codec)
    asked = [*statements, *reads]
    assert len(asked) > 60
    found = await database.write(lambda c: [scan for one in asked for scan in scans(c, one)])
    assert found == []


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM cases WHERE access_hash = 'x'",
        pytest.param(
            "SELECT * FROM cases WHERE status = 'x'",
            marks=pytest.mark.sqlite("PostgreSQL reads a whole index for it, which its plan does not tell"),
        ),
        "DELETE FROM files WHERE size = 1",
    ],
)
async def test_a_query_without_an_index_would_be_found(database: Database, statement: str) -> None:
    assert await database.write(lambda c: scans(c, (statement, ()))) != []


async def test_the_partial_indexes_are_the_ones_used(database: Database) -> None:
    def plans(connection: Connection) -> str:
        found = []
        for query in (files_table.LOST_NEWS, files_table.STORED_NEWS, outbox_table.OUTCOMES):
            compiled = query.compile(connection, compile_kwargs={"render_postcompile": True})
            found += plan(connection, str(compiled), _filled(compiled))
        return "\n".join(found)

    steps = await database.write(plans)
    assert steps.count("ix_files_unreported") == 2
    assert "ix_outbox_outcome" in steps


def _filled(compiled: Any) -> Any:
    values = {**compiled.params, "most": 5}
    return tuple(values[name] for name in compiled.positiontup) if compiled.positional else values
