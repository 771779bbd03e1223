"""What goes wrong in a turn, and whom it may not touch (invariant 2)."""

from __future__ import annotations

from typing import Any

import pytest

from bot.channels.base import BlockChanged
from bot.database.conversations import moment
from bot.database.engine import Database, writing_engine
from bot.database.sealing import Codec, context
from bot.turns.turns import Incoming
from conversations.complaints.case import Case
from conversations.effects import DropFiles, ForgetKeys, KeepFile, Outcome, RecordHistory
from conversations.events import Attachment, Event, GroupMoved
from conversations.world import World
from tests.integration.driver import disk_full
from tests.integration.turn_setup import GROUP, Bench, case_of, pressed, said
from tests.unit.transcript import START


@pytest.fixture
def bench(database: Database, codec: Codec) -> Bench:
    return Bench(database, codec)


@pytest.mark.parametrize("words", ["break", "break needs"])
async def test_what_the_core_breaks_on_is_set_aside_and_the_others_go_on(bench: Bench, words: str) -> None:
    await bench.take(said(1, "satu", 20), said(2, words, 21), said(3, "tiga", 22))
    assert await bench.rows("SELECT chat FROM conversations ORDER BY chat") == [(20,), (22,)]
    assert await bench.rows("SELECT update_id FROM quarantine") == [(2,)]
    assert await bench.value("SELECT next FROM offsets") == 4


async def test_the_person_is_asked_again_and_the_operator_told(bench: Bench) -> None:
    await bench.take(said(2, "break", 21))
    assert bench.sent() == [(21, "system.try_again"), (999, "system.operator_quarantine")]


async def test_many_faults_in_a_batch_are_told_to_the_operator_once(bench: Bench) -> None:
    await bench.take(*(said(number, "break", number) for number in range(1, 9)))
    told = [message for done in bench.committed for row in done.rows if (message := row.message)]
    counts = [m.params["count"] for m in told if m.template == "system.operator_quarantine"]
    assert counts == [8]


async def test_an_outsider_in_a_strange_group_is_not_answered_even_then(bench: Bench) -> None:
    await bench.take(said(2, "break", 21, chat=-555))
    assert bench.sent() == [(999, "system.operator_quarantine")]


async def test_a_press_that_breaks_stops_spinning(bench: Bench) -> None:
    await bench.take(pressed(2, "unknown"))
    assert [press.answer.press for press in bench.committed[0].presses] == ["press2"]


async def test_the_quarantine_keeps_the_update_sealed_and_no_words_of_the_error(bench: Bench) -> None:
    await bench.take(said(2, "break", 21))
    ((number, error, raw),) = await bench.rows("SELECT id, error, raw FROM quarantine")
    assert isinstance(raw, bytes)
    assert bench.codec.open(raw, context("quarantine", number)) == b"raw break"
    assert str(error).startswith("LookupError < integration/turn_setup.py:")
    assert "rahasia" not in str(error)


async def test_an_unreadable_update_is_kept_and_acknowledged(bench: Bench) -> None:
    unreadable = Incoming("telegram", 5, None, {"update_id": 5}, unreadable="UnreadableUpdateError")
    await bench.take(unreadable, said(6, "halo"))
    assert await bench.rows("SELECT update_id, error FROM quarantine") == [(5, "UnreadableUpdateError")]
    assert await bench.value("SELECT next FROM offsets") == 7


def _filing(bench: Bench, *cases: Case) -> None:
    """Each word "one", "two" … files the case of its place."""
    named = {case.complaint.account: case for case in cases}

    def then(event: Event, _world: World) -> Outcome | None:
        case = named.get(getattr(event, "text", ""))
        return Outcome(cases=(case,)) if case else None

    bench.core.then = then


async def test_a_write_that_fails_on_data_finds_the_culprit(bench: Bench) -> None:
    await bench.take(said(1, "file a"))
    _filing(bench, case_of("b", 1, story="clash"))
    await bench.take(said(2, "baik", 20), said(3, "clash", 21), said(4, "baik", 22))
    assert await bench.rows("SELECT update_id FROM quarantine") == [(3,)]
    assert await bench.rows("SELECT id FROM cases") == [("a",)]
    assert await bench.rows("SELECT chat FROM conversations WHERE chat > 19 ORDER BY chat") == [(20,), (22,)]
    assert await bench.value("SELECT next FROM offsets") == 5
    assert bench.waits == []


async def test_a_draft_never_becomes_two_complaints(bench: Bench) -> None:
    await bench.take(said(1, "file a"))
    _filing(bench, case_of("a", 2, story="again"))
    await bench.take(said(2, "again", 21))
    assert await bench.rows("SELECT id, serial FROM cases") == [("a", 1)]
    assert await bench.value("SELECT count(*) FROM quarantine") == 1


async def test_numbers_stay_without_gaps_when_a_filing_is_undone(bench: Bench) -> None:
    await bench.take(said(1, "file a"))
    too_long = RecordHistory("b", "citizen:7", "submitted", 5)  # type: ignore[arg-type]
    broken = Outcome(cases=(case_of("b", 2),), effects=(too_long,))
    bench.core.then = lambda event, _world: broken if getattr(event, "text", "") == "undone" else None
    await bench.take(said(2, "undone"), said(3, "file c"))
    assert await bench.rows("SELECT id, serial FROM cases ORDER BY serial") == [("a", 1), ("c", 2)]


async def test_a_full_disk_is_waited_for_and_nothing_is_set_aside(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    write, full = Database.write, [disk_full()] * 3

    async def failing(self: Database, work: Any) -> Any:
        if full:
            raise full.pop()
        return await write(self, work)

    monkeypatch.setattr(Database, "write", failing)
    await bench.take(said(1, "halo"))
    assert bench.waits == [0.25, 0.5, 1.0]
    assert await bench.value("SELECT count(*) FROM quarantine") == 0
    assert await bench.value("SELECT count(*) FROM outbox") == 1


async def test_a_database_held_by_another_is_waited_for(bench: Bench, database: Database) -> None:
    other = writing_engine(database.path)
    connection = other.connect()
    holding = connection.begin()

    async def let_go(seconds: float) -> None:
        bench.waits.append(seconds)
        holding.rollback()

    house = bench.turns()
    house._pause = let_go
    database._connection.connection.driver_connection.execute("PRAGMA busy_timeout=1")  # type: ignore[union-attr]
    await house.take([said(1, "halo")])
    connection.close()
    other.dispose()
    assert bench.waits == [0.25]
    assert await bench.value("SELECT count(*) FROM outbox") == 1


async def test_what_raised_an_event_of_our_own_is_cleared_with_it_even_when_it_breaks(bench: Bench) -> None:
    settled: list[str] = []

    def settle(_connection: object) -> None:
        settled.append("settled")

    event = said(0, "break").event
    await bench.take(Incoming("clock", None, event, b"", settle=settle))
    assert settled == ["settled"]
    assert await bench.value("SELECT count(*) FROM updates") == 0


async def test_what_happened_to_a_chat_is_handed_on(bench: Bench) -> None:
    await bench.take(Incoming("telegram", 1, BlockChanged(20, blocked=True), b""))
    assert bench.committed[0].happened == (BlockChanged(20, blocked=True),)


async def test_open_cards_of_a_moved_group_are_sent_anew(bench: Bench) -> None:
    await bench.take(said(1, "file a"), said(2, "file b", 8))
    bench.committed.clear()
    await bench.take(Incoming("clock", None, GroupMoved(START, GROUP), b""))
    assert [(row.chat, row.key) for row in bench.committed[0].rows] == [(GROUP, "card:a"), (GROUP, "card:b")]


async def test_files_and_keys_follow_their_effects(bench: Bench) -> None:
    file = Attachment("photo", "file", "unique")
    keep = KeepFile("7-1", "draft", 7, file), KeepFile("7-2", "other", 7, file), DropFiles("draft")
    bench.core.then = lambda _event, _world: Outcome(effects=(*keep, ForgetKeys("card:")))
    await bench.take(said(1, "halo"))
    assert await bench.rows("SELECT key, owner FROM files") == [("7-2", "other")]
    assert [job.key for job in bench.committed[0].files] == ["7-2"]


async def test_history_is_dated_with_business_time(bench: Bench) -> None:
    record = RecordHistory("a", "citizen:7", "submitted", "Jalan rusak")
    bench.core.then = lambda _event, _world: Outcome((), (case_of("a", 1),), (record,))
    await bench.take(said(1, "halo"))
    assert await bench.rows("SELECT seq, at, what FROM history") == [(1, moment(START), "submitted")]
