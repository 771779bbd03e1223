"""The copy of the log of erasure orders in the database: one log of all machines, changed by none unseen."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text

from bot.config.sections import Backup
from bot.database import order_files, order_rows
from bot.database.contents import FolderContents
from bot.database.order_lines import Order, OrdersDamagedError, encoded
from bot.database.order_log import OrderLog, files_of, in_state_folder
from bot.database.sealing import Codec
from bot.operations.erasure_orders import apply
from bot.operations.verify import verify
from tests.integration.both_stores import Place
from tests.integration.sealed_store import Store
from tests.integration.test_erasure_orders import FIRST, SECOND, THIRD, Erasing
from tests.unit.transcript import START

FOURTH = Order("d", "DPMD-2026-0004", "Surat 15/2026", START)


class Machines:
    """The logs of two machines on one database, each with a file of its own."""

    def __init__(self, store: Store, folder: Path) -> None:
        self.store = store
        self.files = [folder / name / "orders.jsonl" for name in ("one", "two")]
        self.one, self.two = (self.log(path) for path in self.files)

    def log(self, *paths: Path) -> OrderLog:
        return OrderLog(self.store.codec, *paths, store=self.store.database.store)

    def table(self) -> list[str]:
        with self.store.database.store.reading() as connection:
            return [
                row.line for row in connection.execute(text("SELECT line FROM erasure_orders ORDER BY seq"))
            ]

    def orders_of_files(self) -> list[list[Order]]:
        return [OrderLog(self.store.codec, path).orders() for path in self.files]


@pytest.fixture
def machines(store: Store, tmp_path: Path) -> Machines:
    return Machines(store, tmp_path)


def test_two_machines_write_one_log(machines: Machines) -> None:
    machines.one.note(FIRST)
    machines.two.note(SECOND)
    machines.one.note(FIRST)
    machines.one.note(THIRD)
    assert machines.table() == [encoded(line) for line in machines.one.lines()]
    assert machines.one.orders() == machines.two.orders() == [FIRST, SECOND, THIRD]
    assert machines.orders_of_files() == [[FIRST, SECOND, THIRD], [FIRST, SECOND]]
    machines.two.complete()
    assert machines.orders_of_files()[1] == [FIRST, SECOND, THIRD]


async def test_the_lines_of_an_earlier_version_and_of_a_database_set_back_enter_the_table(
    machines: Machines,
) -> None:
    before = OrderLog(machines.store.codec, machines.files[0])
    before.note(FIRST)
    before.note(SECOND)
    machines.one.complete()
    assert machines.table() == [encoded(line) for line in before.lines()]
    await machines.store.attack("DELETE FROM erasure_orders WHERE seq = 2")
    machines.one.note(THIRD)
    assert machines.table() == [encoded(line) for line in before.lines()]
    assert machines.two.orders() == [FIRST, SECOND, THIRD]


async def test_an_order_of_another_machine_that_comes_meanwhile_is_kept(
    machines: Machines, monkeypatch: pytest.MonkeyPatch
) -> None:
    machines.one.note(FIRST)
    lines = OrderLog.lines

    def and_meanwhile(self: OrderLog) -> object:
        found = lines(self)
        monkeypatch.setattr(OrderLog, "lines", lines)
        machines.two.note(SECOND)
        return found

    monkeypatch.setattr(OrderLog, "lines", and_meanwhile)
    machines.one.note(THIRD)
    assert machines.one.orders() == [FIRST, SECOND, THIRD]
    assert machines.orders_of_files() == [[FIRST, SECOND, THIRD], [FIRST, SECOND]]


# What a writer of the database without the key file may do to three lines.
ATTACKS = {
    "a word is changed": "UPDATE erasure_orders SET line = replace(line, '13/2026', '99/2026') WHERE seq = 2",
    "a line in the middle is removed": "DELETE FROM erasure_orders WHERE seq = 2",
    "the first line is removed": "DELETE FROM erasure_orders WHERE seq = 1",
    "a line is moved to a gap": "UPDATE erasure_orders SET seq = 5 WHERE seq = 3",
    "a line comes twice": "INSERT INTO erasure_orders SELECT 4, line FROM erasure_orders WHERE seq = 3",
    "a line is no JSON": "UPDATE erasure_orders SET line = '{' WHERE seq = 3",
    "all lines are one": "UPDATE erasure_orders SET line = (SELECT line FROM erasure_orders WHERE seq = 1)",
}


@pytest.mark.parametrize("name", ATTACKS)
async def test_a_changed_table_is_found_and_nothing_is_added(machines: Machines, name: str) -> None:
    for order in (FIRST, SECOND, THIRD):
        machines.one.note(order)
    assert verify(machines.store.database.store, machines.store.codec).faults == []
    await machines.store.attack(ATTACKS[name])
    before = machines.table(), [path.read_bytes() for path in machines.files[:1]]
    with pytest.raises(OrdersDamagedError, match="the table erasure_orders: line"):
        machines.one.note(FOURTH)
    with pytest.raises(OrdersDamagedError):
        machines.two.complete()
    assert (machines.table(), [path.read_bytes() for path in machines.files[:1]]) == before
    (fault,) = verify(machines.store.database.store, machines.store.codec).faults
    assert fault.startswith("the table erasure_orders: line")


async def test_a_change_between_reading_and_writing_is_found(
    machines: Machines, monkeypatch: pytest.MonkeyPatch
) -> None:
    machines.one.note(FIRST)
    lines = machines.one.lines()
    other = OrderLog(machines.store.codec, machines.files[1])
    other.note(SECOND)
    await machines.store.database.write(lambda c: order_rows.replace(c, other.lines()))
    monkeypatch.setattr(OrderLog, "lines", lambda _self: lines)
    with pytest.raises(OrdersDamagedError, match="was changed while"):
        machines.one.note(THIRD)
    assert len(machines.table()) == 1


def test_two_logs_that_know_nothing_of_each_other_are_refused(machines: Machines) -> None:
    OrderLog(machines.store.codec, machines.files[1]).note(FIRST)
    machines.one.note(SECOND)
    for refused in (machines.two.complete, machines.two.orders, lambda: machines.two.note(THIRD)):
        with pytest.raises(OrdersDamagedError, match=r"differ.*aduan orders --join"):
            refused()
    assert machines.orders_of_files() == [[SECOND], [FIRST]]
    assert len(machines.table()) == 1


def test_an_order_that_no_file_can_take_is_in_the_table(
    machines: Machines, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_arguments: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(order_files, "add", full)
        with pytest.raises(OSError, match="No space"):
            machines.one.note(FIRST)
    assert machines.two.orders() == [FIRST]
    machines.one.note(FIRST)
    assert machines.orders_of_files() == [[FIRST], []]
    assert len(machines.table()) == 1


async def test_what_is_applied_enters_the_table_and_the_table_is_applied(
    machines: Machines, tmp_path: Path
) -> None:
    there, codec = machines.store.database.store, machines.store.codec
    alone = OrderLog(codec, tmp_path / "alone.jsonl")
    alone.note(FIRST)
    kept, erasing = FolderContents(tmp_path / "files"), Erasing()
    apply(there, codec, kept, alone.lines(), erasing)
    assert machines.table() == [encoded(line) for line in alone.lines()]
    machines.one.note(SECOND)
    apply(there, codec, kept, alone.lines(), erasing)
    assert erasing.erased == ["a", "b"]


def test_the_files_of_a_machine_are_its_state_and_the_folder_of_backups(place: Place, tmp_path: Path) -> None:
    settings = place.settings(tmp_path / "aduan.db")
    assert files_of(settings, Backup()) == [in_state_folder(settings.watermark_path)]
    assert files_of(settings, Backup(folder=str(tmp_path)))[1:] == [tmp_path / "erasure-orders.jsonl"]


def test_a_database_without_the_table_has_no_copy(place: Place, codec: Codec, tmp_path: Path) -> None:
    log = OrderLog(codec, tmp_path / "orders.jsonl", store=place(tmp_path / "other.db"))
    OrderLog(codec, tmp_path / "orders.jsonl").note(FIRST)
    assert [line.order for line in log.complete()] == [FIRST]
