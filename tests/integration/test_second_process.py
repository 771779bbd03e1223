"""A number that another process has filed in the middle of a turn ends this process; nothing else does."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import Connection
from structlog.testing import capture_logs

from bot.database import cases, serials
from bot.database.engine import Database
from bot.database.sealing import Codec
from bot.database.serials import Number
from bot.foundation.exit_codes import ExitCode
from bot.leadership.lead import Lead
from bot.turns import second_process
from tests.integration.turn_setup import TurnSetup, case_of, said
from tests.unit.transcript import START, TERMS


class EndedError(Exception):
    """In place of the end of the process."""


class Doubled(TurnSetup):
    """Turns that note when they would end the process."""

    def watch(self) -> list[str]:
        seen: list[str] = []
        self.database.doubled = lambda: seen.append("ended")
        return seen

    def stale(self, monkeypatch: pytest.MonkeyPatch, serial: int, times: int = 1) -> None:
        """Let turns read the next number as before another process filed under it."""
        true, left = serials.next_serials, [serial] * times

        def next_serials(connection: Connection, agencies: list[str], year: int) -> object:
            return (
                dict.fromkeys(((a, year) for a in agencies), left.pop())
                if left
                else true(connection, agencies, year)
            )

        monkeypatch.setattr(serials, "next_serials", next_serials)


@pytest.fixture
def setup(database: Database, codec: Codec) -> Doubled:
    return Doubled(database, codec)


async def _file(setup: Doubled, name: str, serial: int) -> None:
    """File as another process does."""
    await setup.database.write(lambda c: cases.file_cases(c, setup.codec, [case_of(name, serial)], TERMS))


async def test_a_number_that_another_process_has_filed_ends_this_one(
    setup: Doubled, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = setup.watch()
    await _file(setup, "theirs", 1)
    setup.stale(monkeypatch, 1)
    await setup.take(said(1, "file ours"))
    assert seen == ["ended"]


async def test_the_end_comes_before_the_update_is_set_aside_or_acknowledged(
    setup: Doubled, monkeypatch: pytest.MonkeyPatch
) -> None:
    await _file(setup, "theirs", 1)
    setup.stale(monkeypatch, 1)

    def end() -> None:
        raise EndedError

    setup.database.doubled = end
    with pytest.raises(EndedError):
        await setup.take(said(1, "file ours"))
    assert await setup.value("SELECT count(*) FROM updates") == 0
    assert await setup.value("SELECT count(*) FROM quarantine") == 0


async def test_the_same_draft_filed_by_another_process_ends_this_one(
    setup: Doubled, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both processes got the same update."""
    seen = setup.watch()
    await _file(setup, "ours", 1)
    setup.stale(monkeypatch, 1)
    await setup.take(said(1, "file ours"))
    assert seen == ["ended"]


async def test_a_second_case_of_one_draft_is_set_aside_and_ends_nothing(setup: Doubled) -> None:
    seen = setup.watch()
    await setup.take(said(1, "file a"))
    await setup.take(said(2, "file a", person=8), said(3, "file c", person=9))
    assert seen == []
    assert await setup.value("SELECT count(*) FROM quarantine") == 1
    assert await setup.value("SELECT count(*) FROM cases") == 2


async def test_a_damaged_number_in_the_register_is_set_aside_and_ends_nothing(setup: Doubled) -> None:
    """The number's text is taken, though its serial number says something else."""
    seen = setup.watch()
    for serial in (1, 2):
        await _file(setup, f"case{serial}", serial)
    await setup.damage("UPDATE cases SET serial = 100000001 WHERE id = 'case2' AND :byte IS NOT NULL")
    await setup.take(said(1, "file ours"))
    assert seen == []
    assert await setup.value("SELECT count(*) FROM quarantine") == 1


async def test_a_number_that_the_next_batch_got_after_a_refusal_ends_nothing(
    setup: Doubled, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = setup.watch()
    turns = setup.turns()
    await turns.take([said(1, "file a")])
    assert setup.committed[-1].filed == (Number("dpmd", START.year, 1),)
    setup.stale(monkeypatch, 1)
    await turns.take([said(2, "file b")])
    assert seen == []


async def test_a_database_that_cannot_be_asked_ends_nothing(
    setup: Doubled, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = setup.watch()
    await _file(setup, "theirs", 1)
    setup.stale(monkeypatch, 1)

    def broken(*_: object) -> object:
        raise OSError("no answer")

    monkeypatch.setattr(second_process, "filed", broken)
    await setup.take(said(1, "file ours"))
    assert seen == []


async def test_the_register_is_asked_after_the_commits_of_this_process(
    setup: Doubled, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A reader could see a case of this process before the turn that filed it has noted its number."""
    asked: list[str] = []

    def filed(*_: object) -> list[object]:
        asked.append(threading.current_thread().name)
        return []

    await _file(setup, "theirs", 1)
    setup.stale(monkeypatch, 1)
    monkeypatch.setattr(second_process, "filed", filed)
    await setup.take(said(1, "file ours"))
    assert [name.rstrip("_0") for name in asked] == ["writer"]


async def test_the_process_ends_with_words(monkeypatch: pytest.MonkeyPatch, database: Database) -> None:
    codes: list[int] = []
    monkeypatch.setattr("os._exit", codes.append)
    hold = database.store.hold()
    hold.lease = None
    Lead(hold).watch(database)
    with capture_logs() as logged:
        database.doubled()
    hold.release()
    assert codes == [ExitCode.STOPPED]
    assert logged[0]["event"] == "app.second_process"
    assert "two bots work on this store" in logged[0]["advice"]
    assert "password" not in logged[0]["store"]
