"""The operator is alerted once when an age passes the limit, and again when that is over."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from bot.clock.zone import ZONE
from bot.database.engine import Database
from bot.database.outbox_rows import OutboxRow
from bot.database.sealing import Codec
from bot.health.alerts import Alerts
from bot.outbox.operator_notes import Operator

LIMIT, OPERATOR = 600.0, 999
# Tuesday 17-03-2026, 09:30.
WALL = datetime(2026, 3, 17, 9, 30, tzinfo=ZONE).timestamp()


class Desk:
    """Alerts of one process, and what the operator got."""

    def __init__(self, database: Database, codec: Codec, chat: int = OPERATOR, limit: float = LIMIT) -> None:
        self.rows: list[OutboxRow] = []
        self.alerts = Alerts(database, Operator(codec, chat), self.rows.extend, limit)

    async def rounds(self, *ages: float, name: str = "messages") -> list[tuple[str, dict[str, Any]]]:
        """What was sent in rounds with these ages, fifteen seconds apart."""
        self.rows.clear()
        for place, age in enumerate(ages):
            await self.alerts.round({name: age}, WALL + 15 * place)
        return [(row.message.template, dict(row.message.params)) for row in self.rows if row.message]


@pytest.fixture
def desk(database: Database, codec: Codec) -> Desk:
    return Desk(database, codec)


async def test_an_episode_is_one_alert_and_one_end(desk: Desk) -> None:
    begun = await desk.rounds(10, 590, 605, 620, 635, 4000)
    assert begun == [
        # 620 seconds before 09:30:45.
        ("system.operator_late", {"late": "messages", "minutes": 10, "begun": "2026-03-17T09:20+07:00"})
    ]
    assert await desk.rounds(0, 0, 0) == [
        ("system.operator_late_over", {"late": "messages", "minutes": 66}),
    ]
    assert len(await desk.rounds(700, 700)) == 1


async def test_one_round_is_no_episode(desk: Desk) -> None:
    assert await desk.rounds(5000, 0, 5000, 0) == []
    assert len(await desk.rounds(5000, 5000)) == 1
    assert await desk.rounds(0, 5000, 0, 5000) == []


async def test_each_age_has_its_own_episode(desk: Desk) -> None:
    (late,) = await desk.rounds(700, 700, name="updates")
    assert late[1]["late"] == "updates"
    assert len(await desk.rounds(700, 700, name="messages")) == 1


async def test_a_restart_repeats_no_alert_and_forgets_no_end(database: Database, codec: Codec) -> None:
    assert len(await Desk(database, codec).rounds(700, 700)) == 1
    again = Desk(database, codec)
    assert await again.rounds(700, 700, 700) == []
    assert [name for name, _ in await again.rounds(0, 0)] == ["system.operator_late_over"]
    assert await Desk(database, codec).rounds(0, 0) == []


async def test_what_reaches_no_one_is_kept(database: Database, codec: Codec) -> None:
    assert await Desk(database, codec, chat=0).rounds(700, 700) == []
    kept = await database.write(
        lambda c: c.exec_driver_sql("SELECT subject FROM quarantine WHERE stage = 'notice'").scalars().all()
    )
    assert kept == ["system.operator_late"]


async def test_without_a_limit_no_one_is_alerted(database: Database, codec: Codec) -> None:
    assert await Desk(database, codec, limit=0.0).rounds(1e6, 1e6, 1e6) == []


async def test_a_damaged_record_of_an_alert_ends_in_a_notice(database: Database, codec: Codec) -> None:
    await database.write(
        lambda c: c.exec_driver_sql("INSERT INTO installation VALUES ('alert:messages', 'kemarin')")
    )
    assert [name for name, _ in await Desk(database, codec).rounds(0, 0)] == ["system.operator_late_over"]
