"""A standby process copies the erasure orders of the leader into its own file, also after failures."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import OperationalError
from structlog.testing import capture_logs

from bot.config.sections import Database as Settings
from bot.database import moving, order_files, order_rows
from bot.database.engine import Database
from bot.database.numbers_copy import NumbersCopy
from bot.database.order_copy import OrderCopy
from bot.database.order_lines import Order
from bot.database.order_log import OrderLog, in_state_folder
from bot.database.sealing import Codec
from bot.database.watermark import Watermark
from tests.integration.both_stores import Place
from tests.integration.test_erasure_orders import FIRST, SECOND, THIRD


class Standby:
    """The copy of one standby process, and the leader on another machine."""

    def __init__(self, database: Database, codec: Codec, folder: Path) -> None:
        self.database, self.codec = database, codec
        self.settings = Settings(url=database.store.url, state=str(folder / "standby"))
        self.file = in_state_folder(self.settings.watermark_path)
        orders = OrderCopy(database.store, self.settings, codec)
        self.numbers = NumbersCopy(database.store, Watermark(self.settings.watermark_path), orders)
        self.leader = OrderLog(codec, folder / "leader" / "orders.jsonl", store=database.store)

    def copied(self) -> list[Order]:
        self.numbers.copy()
        return self.own().orders()

    def own(self) -> OrderLog:
        return OrderLog(self.codec, self.file)

    async def change(self, *statements: str) -> None:
        def work(connection: Connection) -> None:
            for each in statements:
                connection.execute(text(each))

        await self.database.write(work)


@pytest.fixture
def standby(database: Database, codec: Codec, tmp_path: Path) -> Iterator[Standby]:
    made = Standby(database, codec, tmp_path)
    yield made
    made.numbers.end()


def test_new_orders_are_copied(standby: Standby) -> None:
    assert standby.copied() == []
    assert not standby.file.exists()
    for noted in ([FIRST], [FIRST, SECOND], [FIRST, SECOND, THIRD]):
        standby.leader.note(noted[-1])
        assert standby.copied() == noted


def test_the_log_is_read_only_when_something_has_changed(
    standby: Standby, monkeypatch: pytest.MonkeyPatch
) -> None:
    reads: list[Path] = []
    read = order_files.read

    def counted(codec: Codec, path: Path) -> object:
        reads.append(path)
        return read(codec, path)

    monkeypatch.setattr(order_files, "read", counted)
    standby.leader.note(FIRST)
    standby.numbers.copy()
    reads.clear()
    standby.numbers.copy()
    assert reads == []
    standby.file.unlink()
    standby.numbers.copy()
    assert reads
    assert standby.own().orders() == [FIRST]


def test_what_the_leader_had_noted_before_there_was_a_table_enters_it(standby: Standby) -> None:
    standby.own().note(FIRST)
    assert standby.copied() == [FIRST]
    standby.leader.note(SECOND)
    assert standby.copied() == [FIRST, SECOND]


async def test_a_database_that_was_set_back_shortens_no_file(standby: Standby) -> None:
    standby.leader.note(FIRST)
    standby.leader.note(SECOND)
    assert standby.copied() == [FIRST, SECOND]
    await standby.change("DELETE FROM erasure_orders")
    assert standby.copied() == [FIRST, SECOND]
    assert standby.leader.orders() == [FIRST, SECOND]


def test_a_file_that_cannot_be_written_is_logged_once_until_it_can(standby: Standby) -> None:
    standby.leader.note(FIRST)
    standby.file.parent.write_text("a file in the place of the folder")
    with capture_logs() as logged:
        for _ in range(3):
            standby.numbers.copy()
        standby.file.parent.unlink()
        assert standby.copied() == [FIRST]
        standby.file.unlink()
        standby.file.parent.rename(standby.file.parent.with_name("away"))
        standby.file.parent.write_text("again")
        standby.numbers.copy()
    found = [entry["event"] for entry in logged if entry["event"].startswith("erasure_orders.")]
    assert found == ["erasure_orders.copy_unwritable"] * 2


DAMAGES: dict[str, tuple[str, str]] = {
    "a line is changed": ("UPDATE erasure_orders SET line = replace(line, '13/2026', '9')", "line 2"),
    "a line is cut out": ("DELETE FROM erasure_orders WHERE seq = 1", "line 1"),
}


@pytest.mark.parametrize("name", DAMAGES)
async def test_a_line_that_a_writer_without_the_keys_has_changed_is_not_copied(
    standby: Standby, name: str
) -> None:
    statement, where = DAMAGES[name]
    standby.leader.note(FIRST)
    standby.leader.note(SECOND)
    await standby.change(statement)
    with capture_logs() as logged:
        for _ in range(3):
            assert standby.copied() == []
    (entry,) = logged
    assert entry["event"] == "erasure_orders.damaged"
    assert f"the table erasure_orders: {where}" in entry["reason"]


def test_a_log_that_differs_is_logged_once_and_the_numbers_are_copied_still(standby: Standby) -> None:
    standby.own().note(FIRST)
    standby.leader.note(SECOND)
    with capture_logs() as logged:
        for _ in range(3):
            assert standby.copied() == [FIRST]
    (entry,) = logged
    assert "aduan orders --join" in entry["reason"]


def test_a_file_that_another_process_writes_is_left_to_the_next_look(standby: Standby) -> None:
    standby.leader.note(FIRST)
    with order_files.locked(standby.file.parent), capture_logs() as logged:
        assert standby.copied() == []
    assert (logged, standby.copied()) == ([], [FIRST])


async def test_nothing_enters_a_store_that_a_move_is_filling(standby: Standby) -> None:
    standby.own().note(FIRST)
    await standby.database.write(lambda c: moving.begin(c, "origin"))
    standby.numbers.copy()
    with standby.database.store.reading() as connection:
        assert connection.scalar(text("SELECT count(*) FROM erasure_orders")) == 0
    await standby.database.write(moving.finish)
    standby.numbers.copy()
    assert standby.leader.orders() == [FIRST]


def test_a_database_without_tables_is_waited_for(place: Place, tmp_path: Path, codec: Codec) -> None:
    store = place(tmp_path / "empty.db")
    store.make_ready()
    copy, engine = OrderCopy(store, Settings(state=str(tmp_path)), codec), store.reading_engine()
    with capture_logs() as logged:
        copy.copy(engine)
    engine.dispose()
    assert logged == []


def test_a_database_that_does_not_answer_is_logged_once(
    standby: Standby, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(_connection: Connection) -> None:
        raise OperationalError("", {}, OSError())

    standby.leader.note(FIRST)
    with monkeypatch.context() as patch, capture_logs() as logged:
        patch.setattr(order_rows, "newest", gone)
        for _ in range(2):
            standby.numbers.copy()
    assert [entry["event"] for entry in logged] == ["erasure_orders.not_read"]
    assert standby.copied() == [FIRST]
