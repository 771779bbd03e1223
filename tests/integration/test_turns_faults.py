"""Faults in a turn, and whom they may not affect (invariant 2)."""

from __future__ import annotations

from typing import Any

import pytest

from bot.channels.base import BlockChanged
from bot.database.conversations import moment
from bot.database.engine import Database
from bot.database.sealing import context
from bot.turns.turns import Incoming
from conversations.complaints.case import Case
from conversations.effects import DropFiles, ForgetKeys, KeepFile, Outcome, RecordHistory
from conversations.events import Attachment, Event, GroupMoved
from conversations.world import World
from tests.integration.both_stores import POSTGRES, SQLITE, Place
from tests.integration.driver import disk_full
from tests.integration.turn_setup import GROUP, TurnSetup, case_of, pressed, said
from tests.unit.transcript import START


@pytest.mark.parametrize("words", ["break", "break needs"])
async def test_an_event_that_breaks_the_core_is_set_aside_alone(setup: TurnSetup, words: str) -> None:
    await setup.take(said(1, "satu", 20), said(2, words, 21), said(3, "tiga", 22))
    assert await setup.rows("SELECT chat FROM conversations ORDER BY chat") == [(20,), (22,)]
    assert await setup.rows("SELECT update_id FROM quarantine") == [(2,)]
    assert await setup.value("SELECT next FROM offsets") == 4


async def test_the_person_is_asked_again_and_the_operator_informed(setup: TurnSetup) -> None:
    await setup.take(said(2, "break", 21))
    assert setup.sent() == [(21, "system.try_again"), (999, "system.operator_quarantine")]


async def test_many_faults_in_a_batch_are_reported_to_the_operator_once(setup: TurnSetup) -> None:
    await setup.take(*(said(number, "break", number) for number in range(1, 9)))
    messages = [message for done in setup.committed for row in done.rows if (message := row.message)]
    counts = [m.params["count"] for m in messages if m.template == "system.operator_quarantine"]
    assert counts == [8]


async def test_an_outsider_in_a_strange_group_is_not_answered_even_then(setup: TurnSetup) -> None:
    await setup.take(said(2, "break", 21, chat=-555))
    assert setup.sent() == [(999, "system.operator_quarantine")]


async def test_a_press_that_breaks_stops_spinning(setup: TurnSetup) -> None:
    await setup.take(pressed(2, "unknown"))
    assert [press.answer.press for press in setup.committed[0].presses] == ["press2"]


async def test_the_quarantine_keeps_the_update_sealed_and_no_words_of_the_error(setup: TurnSetup) -> None:
    await setup.take(said(2, "break", 21))
    ((number, error, raw),) = await setup.rows("SELECT id, error, raw FROM quarantine")
    assert isinstance(raw, bytes)
    assert setup.codec.open(raw, context("quarantine", number)) == b"raw break"
    assert str(error).startswith("LookupError < integration/turn_setup.py:")
    assert "rahasia" not in str(error)


async def test_an_unreadable_update_is_kept_and_acknowledged(setup: TurnSetup) -> None:
    unreadable = Incoming("telegram", 5, None, {"update_id": 5}, unreadable="UnreadableUpdateError")
    await setup.take(unreadable, said(6, "halo"))
    assert await setup.rows("SELECT update_id, error FROM quarantine") == [(5, "UnreadableUpdateError")]
    assert await setup.value("SELECT next FROM offsets") == 7


def _filing(setup: TurnSetup, *cases: Case) -> None:
    """Each word "one", "two" … files the case of its place."""
    named = {case.complaint.account: case for case in cases}

    def then(event: Event, _world: World) -> Outcome | None:
        case = named.get(getattr(event, "text", ""))
        return Outcome(cases=(case,)) if case else None

    setup.core.then = then


async def test_a_write_that_fails_on_data_sets_its_own_event_aside(setup: TurnSetup) -> None:
    await setup.take(said(1, "file a"))
    _filing(setup, case_of("b", 1, story="clash"))
    await setup.take(said(2, "baik", 20), said(3, "clash", 21), said(4, "baik", 22))
    assert await setup.rows("SELECT update_id FROM quarantine") == [(3,)]
    assert await setup.rows("SELECT id FROM cases") == [("a",)]
    assert await setup.rows("SELECT chat FROM conversations WHERE chat > 19 ORDER BY chat") == [(20,), (22,)]
    assert await setup.value("SELECT next FROM offsets") == 5
    assert setup.waits == []


async def test_a_draft_never_becomes_two_complaints(setup: TurnSetup) -> None:
    await setup.take(said(1, "file a"))
    _filing(setup, case_of("a", 2, story="again"))
    await setup.take(said(2, "again", 21))
    assert await setup.rows("SELECT id, serial FROM cases") == [("a", 1)]
    assert await setup.value("SELECT count(*) FROM quarantine") == 1


async def test_numbers_stay_without_gaps_when_a_filing_is_undone(setup: TurnSetup) -> None:
    await setup.take(said(1, "file a"))
    too_long = RecordHistory("b", "citizen:7", "submitted", 5)  # type: ignore[arg-type]
    broken = Outcome(cases=(case_of("b", 2),), effects=(too_long,))
    setup.core.then = lambda event, _world: broken if getattr(event, "text", "") == "undone" else None
    await setup.take(said(2, "undone"), said(3, "file c"))
    assert await setup.rows("SELECT id, serial FROM cases ORDER BY serial") == [("a", 1), ("c", 2)]


async def test_a_full_disk_is_waited_for_and_nothing_is_set_aside(
    setup: TurnSetup, monkeypatch: pytest.MonkeyPatch
) -> None:
    write, full = Database.write, [disk_full()] * 3

    async def failing(self: Database, work: Any) -> Any:
        if full:
            raise full.pop()
        return await write(self, work)

    monkeypatch.setattr(Database, "write", failing)
    await setup.take(said(1, "halo"))
    assert setup.waits == [0.25, 0.5, 1.0]
    assert await setup.value("SELECT count(*) FROM quarantine") == 0
    assert await setup.value("SELECT count(*) FROM outbox") == 1


async def test_a_database_held_by_another_is_waited_for(
    setup: TurnSetup, database: Database, place: Place
) -> None:
    other = database.store.writing_engine()
    connection = other.connect()
    holding = connection.begin()

    async def let_go(seconds: float) -> None:
        setup.waits.append(seconds)
        holding.rollback()

    turns = setup.turns()
    turns._pause = let_go
    for_a_moment = {SQLITE: "PRAGMA busy_timeout=1", POSTGRES: "SET lock_timeout = '1ms'"}[place.kind]
    database._connection.connection.driver_connection.execute(for_a_moment)  # type: ignore[union-attr]
    await turns.take([said(1, "halo")])
    connection.close()
    other.dispose()
    assert setup.waits == [0.25]
    assert await setup.value("SELECT count(*) FROM outbox") == 1


async def test_an_internal_event_is_cleared_even_when_it_breaks(
    setup: TurnSetup,
) -> None:
    settled: list[str] = []

    def settle(_connection: object) -> None:
        settled.append("settled")

    event = said(0, "break").event
    await setup.take(Incoming("clock", None, event, b"", settle=settle))
    assert settled == ["settled"]
    assert await setup.value("SELECT count(*) FROM updates") == 0


async def test_changes_of_a_chat_are_passed_to_the_outbox(setup: TurnSetup) -> None:
    await setup.take(Incoming("telegram", 1, BlockChanged(20, blocked=True), b""))
    assert setup.committed[0].happened == (BlockChanged(20, blocked=True),)


async def test_open_cards_of_a_moved_group_are_sent_again(setup: TurnSetup) -> None:
    await setup.take(said(1, "file a"), said(2, "file b", 8))
    setup.committed.clear()
    await setup.take(Incoming("clock", None, GroupMoved(START, GROUP), b""))
    assert [(row.chat, row.key) for row in setup.committed[0].rows] == [(GROUP, "card:a"), (GROUP, "card:b")]


async def test_files_and_keys_follow_their_effects(setup: TurnSetup) -> None:
    file = Attachment("photo", "file", "unique")
    keep = KeepFile("7-1", "draft", 7, file), KeepFile("7-2", "other", 7, file), DropFiles("draft")
    setup.core.then = lambda _event, _world: Outcome(effects=(*keep, ForgetKeys("card:")))
    await setup.take(said(1, "halo"))
    assert await setup.rows("SELECT key, owner FROM files") == [("7-2", "other")]
    assert [job.key for job in setup.committed[0].files] == ["7-2"]


async def test_history_is_dated_with_business_time(setup: TurnSetup) -> None:
    record = RecordHistory("a", "citizen:7", "submitted", "Jalan rusak")
    setup.core.then = lambda _event, _world: Outcome((), (case_of("a", 1),), (record,))
    await setup.take(said(1, "halo"))
    assert await setup.rows("SELECT seq, at, what FROM history") == [(1, moment(START), "submitted")]
