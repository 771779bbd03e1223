"""Wake-ups through the store, the clock and the real core: each comes once, and none delays another."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import cast

import pytest

from bot.database.conversations import save_conversations
from bot.database.engine import Database
from bot.database.sealing import Codec
from bot.files.files import _unreported
from bot.sources.scheduler import Scheduler
from conversations import engine, wakeup_handlers
from conversations.complaints import wakeups
from conversations.complaints.draft import Draft
from conversations.conversation import Conversation
from conversations.effects import Outcome
from conversations.engine import Needs
from conversations.events import DeadlinePassed, Event, WakeupKind
from conversations.intake import dialogue as intake
from conversations.world import World
from tests.integration.turn_setup import FakeCore, TurnSetup
from tests.unit.transcript import START, TERMS

DAY = timedelta(days=1)
DRAFT = Draft(id="d", screen="story", started_at=START, touched_at=START)


class Later(StrEnum):
    """A second reminder of a draft, as a developer may add it."""

    SECOND_REMINDER = "second_reminder"


class EngineCore(FakeCore):
    """The real core, which records its events."""

    def needs(self, event: Event, world: World, /) -> Needs:
        return engine.needs(event, world)

    def further_needs(self, event: Event, conversation: Conversation | None, key: str, /) -> Needs:
        return engine.further_needs(event, conversation, key)

    def advance(self, event: Event, world: World, /) -> Outcome:
        self.seen.append(event)
        self.then(event, world)
        return engine.advance(event, world)


@pytest.fixture
def setup(database: Database, codec: Codec) -> TurnSetup:
    return TurnSetup(database, codec, EngineCore())


@pytest.fixture
def _second_reminder(monkeypatch: pytest.MonkeyPatch) -> None:
    """One more row, and one more handler: a reminder after three days."""
    kind = cast("WakeupKind", Later.SECOND_REMINDER)
    row = wakeups.Row(kind, Draft, lambda draft, _: wakeups.draft_reminder(draft, 3 * DAY))
    monkeypatch.setattr(wakeups, "TABLE", (*wakeups.TABLE, row))
    monkeypatch.setattr(wakeups, "_ROWS", {})
    handlers = {**wakeup_handlers.WAKEUP_HANDLERS, kind: intake.draft_reminder}
    monkeypatch.setattr(wakeup_handlers, "WAKEUP_HANDLERS", handlers)


async def _save(setup: TurnSetup, conversation: Conversation) -> None:
    talks = [conversation]
    await setup.database.write(lambda c: save_conversations(c, setup.codec, talks, TERMS))


async def _woken(setup: TurnSetup, *days: float) -> list[tuple[datetime, str]]:
    """When the clock woke the conversation in rounds at these days, and by which kinds."""
    clock = Scheduler(
        setup.database,
        setup.codec,
        setup.turns().take,
        lambda: setup.now,
        lambda: 1_000_000.0,
        60.0,
        _unreported,
    )
    for passed in days:
        setup.now = START + passed * DAY
        await clock.round()
    return [(event.at, event.kind or "") for event in setup.core.seen if isinstance(event, DeadlinePassed)]


@pytest.mark.usefixtures("_second_reminder")
async def test_a_second_reminder_is_one_row_and_one_handler(setup: TurnSetup) -> None:
    await _save(setup, Conversation(chat=7, person=7, draft=DRAFT))
    assert await _woken(setup, 0.9, 1, 1, 2.9, 3, 3, 4, 6.9, 7, 7, 30) == [
        (START + DAY, WakeupKind.DRAFT_REMINDER),
        (START + 3 * DAY, Later.SECOND_REMINDER),
        (START + 7 * DAY, WakeupKind.DRAFT_DROPPED),
    ]
    assert setup.sent() == [(7, "intake.reminder"), (7, "intake.reminder"), (7, "intake.dropped")]


@pytest.mark.usefixtures("_second_reminder")
async def test_two_reminders_become_one_after_downtime(setup: TurnSetup) -> None:
    await _save(setup, Conversation(chat=7, person=7, draft=DRAFT))
    await _woken(setup, 4, 4, 5)
    assert setup.sent() == [(7, "intake.reminder")]
    assert await setup.value("SELECT wake_kind FROM conversations") == WakeupKind.DRAFT_DROPPED


async def test_a_draft_is_dropped_without_a_reminder_after_downtime(setup: TurnSetup) -> None:
    await _save(setup, Conversation(chat=7, person=7, draft=DRAFT))
    await _woken(setup, 30, 30, 31)
    assert setup.sent() == [(7, "intake.dropped")]


async def test_a_stored_wake_up_without_a_kind_is_handled(setup: TurnSetup) -> None:
    await _save(setup, Conversation(chat=7, person=7, draft=DRAFT))
    await setup.database.write(lambda c: c.exec_driver_sql("UPDATE conversations SET wake_kind = NULL"))
    assert await _woken(setup, 1, 1) == [(START + DAY, "")]
    assert setup.sent() == [(7, "intake.reminder")]


async def test_a_wake_up_without_work_delays_no_other(setup: TurnSetup) -> None:
    said = {"message": 1, "at": START, "text": "Jalan"}
    unsent = {"case": "gone", "purpose": "addition", "parts": (said,), "since": START}
    talk = {"chat": 7, "person": 7, "draft": DRAFT, "collecting": unsent}
    await _save(setup, Conversation.model_validate(talk))
    woken = await _woken(setup, *(hour / 24 for hour in range(26)))
    assert {kind for _, kind in woken} == {WakeupKind.COLLECTING_REMINDER}
    assert setup.sent() == [(7, "intake.reminder")]
