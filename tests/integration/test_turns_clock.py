"""What is due is handled once and cleared with its turn (invariant 10)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import Connection

from bot.database import cases, chats, file_rows, files_table, old_messages
from bot.database.outbox_marks import Failed, Sent, mark_failed, mark_sent
from bot.database.quarantine import Fault, Stage, record
from bot.sources.scheduler import Scheduler
from conversations.complaints.draft import Draft
from conversations.complaints.life_cycle import Status
from conversations.conversation import Conversation
from conversations.effects import KeepFile, Outcome, Send
from conversations.events import (
    Attachment,
    DeadlinePassed,
    Delivery,
    Event,
    FileLost,
    FileStored,
    MessageReported,
    TextReceived,
    WakeupKind,
)
from conversations.messages import OutgoingMessage
from conversations.world import World
from tests.integration.turn_setup import TurnSetup, case_of, said
from tests.unit.transcript import START, TERMS, WIB

DAY = timedelta(days=1)


def _clock(setup: TurnSetup, wall: float = 1_000_000.0, reported: list[Fault] | None = None) -> Scheduler:
    async def _report(faults: Collection[Fault]) -> None:
        assert reported is not None
        reported.extend(faults)

    return Scheduler(
        setup.database, setup.codec, setup.turns().take, lambda: setup.now, lambda: wall, 60.0, _report
    )


def _answering(setup: TurnSetup, *outcomes: Outcome) -> None:
    """Each event in turn leads to one of these, and to nothing when they are used up."""
    left = list(outcomes)
    setup.core.then = lambda _event, _world: left.pop(0) if left else Outcome()


def _events(setup: TurnSetup) -> list[Event]:
    return [event for event in setup.core.seen if not isinstance(event, TextReceived)]


async def _rounds(setup: TurnSetup, *moments: datetime) -> Sequence[Event]:
    """The events that the core received from the clock's rounds at these moments."""
    clock = _clock(setup)
    for setup.now in moments:
        await clock.round()
    return _events(setup)


def _drafting(touched: datetime, reminded: datetime | None = None) -> Conversation:
    draft = Draft(id="d", screen="story", started_at=touched, touched_at=touched, reminded_at=reminded)
    return Conversation(chat=7, person=7, draft=draft)


def _reminder(at: datetime) -> DeadlinePassed:
    return DeadlinePassed(at, chat=7, person=7, kind=WakeupKind.DRAFT_REMINDER)


async def test_a_forgotten_draft_wakes_its_conversation_once(setup: TurnSetup) -> None:
    late = START + DAY
    _answering(setup, Outcome((_drafting(START),)), Outcome((_drafting(START, late),)))
    await setup.take(said(1, "halo"))
    assert await _rounds(setup, late - timedelta(minutes=1)) == []
    assert await _rounds(setup, late, late, late + DAY) == [_reminder(late)]


async def test_downtime_is_caught_up_once(setup: TurnSetup) -> None:
    _answering(setup, Outcome((_drafting(START),)), Outcome((Conversation(chat=7, person=7),)))
    await setup.take(said(1, "halo"))
    late = START + 60 * DAY
    assert await _rounds(setup, late, late) == [_reminder(late)]


async def test_a_wake_up_that_changes_nothing_is_put_off_by_an_hour(setup: TurnSetup) -> None:
    _answering(setup, Outcome((_drafting(START),)))
    await setup.take(said(1, "halo"))
    late, hour = START + DAY, timedelta(hours=1)
    heard = await _rounds(setup, late, late, late + hour / 2, late + hour)
    assert [event.at for event in heard if isinstance(event, DeadlinePassed)] == [late, late + hour]


async def test_a_wake_up_that_breaks_is_set_aside_and_put_off(setup: TurnSetup) -> None:
    _answering(setup, Outcome((_drafting(START),)))
    await setup.take(said(1, "halo"))

    def breaking(_event: Event, _world: World) -> Outcome:
        raise LookupError

    setup.core.then = breaking
    assert len(await _rounds(setup, START + DAY, START + DAY)) == 1
    assert await setup.rows("SELECT channel, update_id FROM quarantine") == [("clock", None)]


async def test_a_case_is_closed_on_the_morning_after_its_last_day_for_objections(setup: TurnSetup) -> None:
    until = date(2026, 4, 3)  # a Friday
    case = case_of("a", 1).model_copy(update={"status": Status.RESPONDED, "objection_until": until})
    await setup.database.write(lambda c: cases.file_cases(c, setup.codec, [case], TERMS))
    _answering(setup)
    last = datetime(2026, 4, 4, 7, 59, tzinfo=WIB)
    after = datetime(2026, 4, 4, 8, 0, tzinfo=WIB)
    expected = DeadlinePassed(after, person=case.filed_by, case="a", kind=WakeupKind.OBJECTION_EXPIRED)
    assert await _rounds(setup, last, after, after) == [expected]


async def test_a_case_that_stays_due_is_put_off_to_the_next_morning(setup: TurnSetup) -> None:
    until = date(2026, 4, 3)  # a Friday
    case = case_of("a", 1).model_copy(update={"status": Status.RESPONDED, "objection_until": until})
    await setup.database.write(lambda c: cases.file_cases(c, setup.codec, [case], TERMS))
    _answering(setup)
    noon = datetime(2026, 4, 4, 12, 0, tzinfo=WIB)
    hours = (noon + timedelta(hours=passed) for passed in (0, 1, 19, 20, 21, 44))
    heard = [event.at for event in await _rounds(setup, *hours) if isinstance(event, DeadlinePassed)]
    assert heard == [noon, noon + timedelta(hours=20), noon + timedelta(hours=44)]


async def test_a_delivered_answer_is_reported_once(setup: TurnSetup) -> None:
    message = OutgoingMessage("system.own_id", {"person": 7})
    _answering(setup, Outcome(effects=(Send(7, message, "response:a:1", report="a"),)))
    await setup.take(said(1, "halo"))
    row = setup.committed[0].rows[0]
    await setup.database.write(lambda c: mark_sent(c, [Sent(row, 55, 1.0)]))
    expected = MessageReported(START, "a", "response:a:1", Delivery.DELIVERED)
    assert await _rounds(setup, START, START) == [expected]
    assert await setup.value("SELECT count(*) FROM outbox") == 0


async def test_an_answer_that_cannot_be_delivered_is_reported_and_recorded(setup: TurnSetup) -> None:
    message = OutgoingMessage("system.own_id", {"person": 7})
    _answering(setup, Outcome(effects=(Send(7, message, "response:a:1", report="a"),)))
    await setup.take(said(1, "halo"))
    row = setup.committed[0].rows[0]
    await setup.database.write(lambda c: mark_failed(c, [Failed(row, "user is deactivated")]))
    expected = MessageReported(START, "a", "response:a:1", Delivery.UNREACHABLE)
    assert await _rounds(setup, START, START) == [expected]
    assert await setup.rows("SELECT state, error, payload FROM outbox") == [
        ("failed", "user is deactivated", None)
    ]


async def _keep(setup: TurnSetup, owner: str) -> None:
    kept = KeepFile("7-1", owner, 7, Attachment("photo", "file", "unique"))
    await setup.database.write(lambda c: files_table.insert_files(c, setup.codec, [kept]))


async def test_a_stored_file_is_reported_once_its_draft_is_a_case(setup: TurnSetup) -> None:
    await _keep(setup, "a")
    stored = file_rows.StoredFile("7-1", "ab12", 5, "ab/ab12")
    await setup.database.write(lambda c: files_table.mark_stored(c, setup.codec, [stored]))
    _answering(setup)
    assert await _rounds(setup, START) == []
    await setup.database.write(lambda c: cases.file_cases(c, setup.codec, [case_of("a", 1)], TERMS))
    assert await _rounds(setup, START, START) == [FileStored(START, "a", "7-1", "ab12", 5)]


@pytest.mark.parametrize("forged", ["owner = 'b'", "name = 'cd34'"])
async def test_no_complaint_is_informed_of_a_file_whose_row_was_changed(
    setup: TurnSetup, forged: str
) -> None:
    await _keep(setup, "a")
    stored = file_rows.StoredFile("7-1", "ab12", 5, "ab/ab12")
    await setup.database.write(lambda c: files_table.mark_stored(c, setup.codec, [stored]))
    both = [case_of("a", 1), case_of("b", 2)]
    await setup.database.write(lambda c: cases.file_cases(c, setup.codec, both, TERMS))
    await setup.database.write(lambda c: c.exec_driver_sql(f"UPDATE files SET {forged}"))  # noqa: S608 - ours
    _answering(setup)
    reported: list[Fault] = []
    clock = _clock(setup, reported=reported)
    await clock.round()
    await clock.round()
    assert _events(setup) == []
    assert [fault.error_name for fault in reported] == ["SealBrokenError"]
    assert await setup.value("SELECT reported FROM files") == 1


async def test_a_lost_file_is_reported_at_once(setup: TurnSetup) -> None:
    await _keep(setup, "draft")
    await setup.database.write(lambda c: files_table.mark_lost(c, "7-1", "too_large"))
    _answering(setup)
    assert await _rounds(setup, START, START) == [FileLost(START, "draft", "7-1", 7, "too_large")]


async def test_a_moved_group_gets_its_open_cards_once(setup: TurnSetup) -> None:
    case = case_of("a", 1)
    await setup.database.write(lambda c: cases.file_cases(c, setup.codec, [case], TERMS))
    await setup.database.write(lambda c: chats.note_moved(c, setup.codec, case.chat, -1009))
    await _rounds(setup, START, START)
    assert [row.key for done in setup.committed for row in done.rows] == ["card:a"]


async def test_what_was_set_aside_is_kept_for_thirty_days(setup: TurnSetup) -> None:
    bad = Fault(Stage.UPDATE, "LookupError", b"raw", channel="telegram", update_id=1)
    await setup.database.write(lambda c: record(c, setup.codec, [bad], 1_000_000.0))
    day = 24 * 3600.0
    for age, left in ((29 * day, 1), (31 * day, 0)):
        await _clock(setup, 1_000_000.0 + age).round()
        assert await setup.value("SELECT count(*) FROM quarantine") == left


async def test_keys_of_updates_are_kept_for_two_days(setup: TurnSetup) -> None:
    await setup.take(said(1, "lama"))
    hours = 3600.0
    for age, left in ((47 * hours, 1), (49 * hours, 0)):
        await _clock(setup, 1_000_000.0 + age).round()
        assert await setup.value("SELECT count(*) FROM updates") == left


async def test_old_rows_are_deleted_until_none_is_left_and_then_every_hour(
    setup: TurnSetup, monkeypatch: pytest.MonkeyPatch
) -> None:
    portions, deleted, wall = [old_messages.MOST, 3, 0], list[float](), 1_000_000.0

    def prune(_connection: Connection, now: float) -> int:
        deleted.append(now - 1_000_000)
        return portions.pop(0)

    async def report(_faults: Collection[Fault]) -> None:
        """Report nothing."""

    monkeypatch.setattr(old_messages, "prune", prune)
    clock = Scheduler(
        setup.database, setup.codec, setup.turns().take, lambda: setup.now, lambda: wall, 60.0, report
    )
    for second in (0, 29, 30, 60, 3629, 3630):
        wall = 1_000_000.0 + second
        await clock.round()
    assert deleted == [0, 30, 3630]
