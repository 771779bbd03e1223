"""Revision 0003: due rows stay due, and a wake-up without a kind becomes an event."""

from __future__ import annotations

from sqlalchemy import Connection, text

from bot.database.migrations import run
from bot.database.sealing import Codec
from bot.sources.due import SOURCES
from conversations.events import DeadlinePassed
from tests.integration.both_stores import Place
from tests.unit.transcript import START

BYTE = {"byte": b"\0"}
DAYS = {"a": "2026-04-03", "b": "2026-12-31", "c": "", "d": "x", "e": None}
MORNINGS = {
    "a": "2026-04-04T01:00:00.000000+00:00",
    "b": "2027-01-01T01:00:00.000000+00:00",
    "c": "",
    "d": "",
    "e": None,
}
ADD_CASE = text(
    "INSERT INTO cases (id, agency, year, serial, reference, status, filed_by, chat, due_on, restricted, "
    "wake_on, received_at, access_hash, state) "
    "VALUES (:id, 'dpmd', 2026, :serial, :id, 'responded', 7, -1, '', 0, :day, '', '', :byte)"
)
ADD_CONVERSATION = text(
    "INSERT INTO conversations (chat, person, language, wake_at, state) "
    "VALUES (7, 7, 'id', '2026-03-18T02:00:00.000000+00:00', :byte)"
)


def _fill(connection: Connection) -> None:
    for serial, (name, day) in enumerate(DAYS.items(), start=1):
        connection.execute(ADD_CASE, {**BYTE, "id": name, "serial": serial, "day": day})
    connection.execute(ADD_CONVERSATION, BYTE)


def test_a_case_wakes_on_the_morning_after_the_stored_day(place: Place, codec: Codec) -> None:
    engine = place(place.folder / "old.db").writing_engine()
    with engine.begin() as connection:
        run(connection, codec, lambda _done, _all: None, "0002")
        _fill(connection)
        assert run(connection, codec, lambda _done, _all: None) == []
        rows = connection.execute(text("SELECT id, wake_at, wake_kind FROM cases ORDER BY id")).all()
        due = _due(connection, codec)
    engine.dispose()
    assert [tuple(row) for row in rows] == [(name, at, None) for name, at in MORNINGS.items()]
    assert [(event.case or event.person, event.kind) for event in due] == [
        (7, None),
        ("c", None),
        ("d", None),
        ("a", None),
    ]


def _due(connection: Connection, codec: Codec) -> list[DeadlinePassed]:
    now, found = START.replace(month=4, day=4), []
    for source in SOURCES:
        for row in connection.execute(source.query, source.until(now)):
            event = source.incoming(row, now, codec).event
            assert isinstance(event, DeadlinePassed)
            found.append(event)
    return found
