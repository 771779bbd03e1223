"""Keys of old messages are deleted once nothing needs them; those of open complaints stay."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, text

from bot.database import old_messages, sent_messages
from bot.database.cases import file_cases
from bot.database.engine import Database
from bot.database.history import Head, append
from bot.database.sealing import Codec
from bot.database.tables import sent_messages as table
from conversations.complaints.life_cycle import OPEN, Status
from conversations.effects import RecordHistory
from tests.integration.turn_setup import case_of
from tests.unit.transcript import START, TERMS

DAY = 24 * 3600.0
KEPT = old_messages.KEPT_SECONDS
# The case is received, and its last act recorded, at START.
SENT = START.timestamp()
KEYS = ("card:a", "response:a:1", "screen:7:3", "digest:dpmd:1", "tally:gone:2", "card:b")


async def fill(database: Database, codec: Codec, status: Status) -> None:
    """Messages about case a with this status, case b, which is open, a person, an agency and a draft."""
    filed = [case_of("a", 1).model_copy(update={"status": status}), case_of("b", 2)]
    await database.write(lambda c: file_cases(c, codec, filed, TERMS))
    records = [RecordHistory(case.id, "citizen:7", "submitted", "Jalan") for case in filed]
    await database.write(lambda c: append(c, codec, records, START, {"a": Head(), "b": Head()}))
    rows = [(7, number, key, SENT) for number, key in enumerate(KEYS, start=1)]
    await database.write(lambda c: sent_messages.remember(c, rows))


async def keys(database: Database) -> list[str]:
    return await database.write(lambda c: list(c.scalars(select(table.c.key).order_by(table.c.message_id))))


async def test_old_messages_of_an_ended_case_are_forgotten(database: Database, codec: Codec) -> None:
    await fill(database, codec, Status.CLOSED)
    await database.write(lambda c: old_messages.prune(c, SENT + KEPT - 1))
    assert await keys(database) == list(KEYS)
    await database.write(lambda c: old_messages.prune(c, SENT + KEPT + 1))
    assert await keys(database) == ["card:b"]


@pytest.mark.parametrize("status", sorted({*OPEN, Status.RESPONDED, Status.REOPENED}))
async def test_a_case_that_goes_on_keeps_its_messages(
    database: Database, codec: Codec, status: Status
) -> None:
    await fill(database, codec, status)
    await database.write(lambda c: old_messages.prune(c, SENT + 10 * KEPT))
    assert await keys(database) == ["card:a", "response:a:1", "card:b"]


async def test_a_case_that_ended_lately_keeps_its_messages(database: Database, codec: Codec) -> None:
    await fill(database, codec, Status.CLOSED)
    closed = [RecordHistory("a", "clock", "closed", "")]
    head = await database.write(
        lambda c: c.execute(text("SELECT link FROM history WHERE case_id = 'a'")).scalar_one()
    )
    later = START + timedelta(days=60)
    await database.write(lambda c: append(c, codec, closed, later, {"a": Head(1, head)}))
    await database.write(lambda c: old_messages.prune(c, SENT + 100 * DAY))
    assert await keys(database) == ["card:a", "response:a:1", "card:b"]
    await database.write(lambda c: old_messages.prune(c, SENT + 151 * DAY))
    assert await keys(database) == ["card:b"]


async def test_a_doubt_stays_as_long_as_its_message(database: Database, codec: Codec) -> None:
    await fill(database, codec, Status.CLOSED)
    await database.write(lambda c: sent_messages.remember(c, [(7, 90, "screen:7:4", SENT + 80 * DAY)]))
    await database.write(lambda c: sent_messages.doubt(c, [(7, 3, "screen:7:3"), (7, 90, "screen:7:4")]))
    await database.write(lambda c: old_messages.prune(c, SENT + 100 * DAY))
    assert await keys(database) == ["screen:7:4", "card:b", "screen:7:4"]


async def test_a_sweep_deletes_a_portion(
    database: Database, codec: Codec, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(old_messages, "MOST", 2)
    await fill(database, codec, Status.CLOSED)
    for left in (4, 2, 1, 1):
        await database.write(lambda c: old_messages.prune(c, SENT + 100 * DAY))
        assert len(await keys(database)) == left
