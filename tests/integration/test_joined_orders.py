"""Copies of the log of erasure orders that differ: who is notified, and how they become one log."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.clock.zone import ZONE
from bot.database import order_rows
from bot.database.order_lines import Order, OrdersDamagedError
from bot.database.order_log import NEXT_TO_BACKUPS, OrderLog, in_state_folder
from bot.database.sealing import Codec
from bot.database.stores.choice import store_of
from bot.operations.backup import make_backup
from bot.operations.check_findings import Level
from bot.operations.check_orders import examine_orders
from bot.operations.joined_orders import Orders
from bot.operations.verify import verify
from bot.simulator.server import Simulator
from bot.sources.order_completion import complete_orders
from conversations.messages import OutgoingMessage
from tests.breaking import changing
from tests.commands import aduan
from tests.integration.both_stores import Place
from tests.integration.ended_store import BUDI, SITI, ended
from tests.integration.outbox_setup import eventually
from tests.integration.running_service import practice_config, service
from tests.integration.test_erase_command import Installation
from tests.unit.transcript import START

FIRST = Order("aaaa00000001", "DPMD-2026-0001", "Surat 1", START)
SECOND = Order("cccc00000003", "DPMD-2026-0003", "Surat 2", START)


class Differing(Installation):
    """The other machine has noted FIRST in the database, this one SECOND in its file alone."""

    codec: Codec

    async def begin(self) -> None:
        self.codec = await self.fill(ended(FIRST.case, 1, SITI), ended(SECOND.case, 3, BUDI))
        self.file = in_state_folder(self.config.database.watermark_path)
        OrderLog(self.codec, self.folder / "other" / "orders.jsonl", store=self.store).note(FIRST)
        OrderLog(self.codec, self.file).note(SECOND)

    def log(self) -> list[Order]:
        return OrderLog(self.codec, self.file, store=self.store).orders()

    def erased(self) -> list[str]:
        with self.store.reading() as connection:
            found = connection.scalars(text("SELECT id FROM cases WHERE access_hash = '' ORDER BY id"))
            return [str(each) for each in found]

    def change(self, statement: str) -> None:
        with changing(self.store) as connection, connection.begin():
            connection.execute(text(statement))

    def findings(self) -> list[Level]:
        return [each.level for each in examine_orders(self.config, self.store, self.codec)]


@pytest.fixture
async def there(place: Place) -> Differing:
    made = Differing(place)
    await made.begin()
    return made


def test_the_command_shows_and_joins(there: Differing) -> None:
    shown = aduan("orders", folder=there.folder)
    assert shown.returncode == 1
    assert "the database: 1 erasure orders" in shown.stdout
    assert f"not in the database: {SECOND.number}, Surat 2, 2026-" in shown.stdout
    assert "The copies differ. Stop the bot on all machines" in shown.stdout
    joined = aduan("orders", "--join", folder=there.folder)
    assert (joined.returncode, joined.stderr) == (0, "")
    assert "2 erasure orders in one log; 2 complaints were erased now" in joined.stdout
    assert there.log() == [FIRST, SECOND]
    assert there.erased() == [FIRST.case, SECOND.case]
    assert len(list(there.file.parent.glob("*.joined-*"))) == 1
    again = aduan("orders", folder=there.folder)
    assert (again.returncode, "All copies fit" in again.stdout) == (0, True)
    assert verify(there.store, there.codec).faults == []


def test_the_log_of_a_machine_that_is_gone_is_named(there: Differing) -> None:
    gone = there.file.rename(there.folder / "from-the-other-disk.jsonl")
    before = gone.read_bytes()
    orders = Orders(there.config, [gone])
    assert orders.listed()[1] is False
    orders.join()
    assert there.log() == [FIRST, SECOND]
    assert gone.read_bytes() == before
    assert not list(there.file.parent.glob("*.joined-*"))


def test_it_is_joined_again_after_an_interruption(there: Differing, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*_arguments: object) -> None:
        raise InterruptedError

    with monkeypatch.context() as patch:
        patch.setattr(Orders, "_differs", stop)
        with pytest.raises(InterruptedError):
            Orders(there.config).join()
    Orders(there.config).join()
    assert (there.log(), len(there.erased())) == ([FIRST, SECOND], 2)


def test_a_damaged_table_is_written_again_from_a_file_that_has_as_many_lines(there: Differing) -> None:
    Orders(there.config).join()
    there.change("UPDATE erasure_orders SET line = replace(line, 'Surat 2', 'Surat 9')")
    said, fit = Orders(there.config).listed()
    assert (fit, "the table erasure_orders: line 2 was changed" in said) == (False, True)
    assert there.findings() == [Level.PROBLEM]
    Orders(there.config).join()
    assert (there.log(), there.findings()) == ([FIRST, SECOND], [Level.OK])


def test_a_damaged_table_without_such_a_file_is_left(there: Differing) -> None:
    Orders(there.config).join()
    there.file.unlink()
    there.change("UPDATE erasure_orders SET line = '{' WHERE seq = 1")
    with pytest.raises(OrdersDamagedError, match="name that of another machine"):
        Orders(there.config).join()
    with there.store.reading() as connection:
        assert order_rows.count(connection) == 2


def test_it_is_told_and_prevents_no_backup(there: Differing) -> None:
    assert there.findings() == [Level.PROBLEM]
    made = make_backup(there.config.database, there.folder / "backups", datetime.now(ZONE))
    assert [fault for fault in made.faults if "aduan orders --join" in fault]
    (there.folder / "backups" / NEXT_TO_BACKUPS).unlink()
    Orders(there.config).join()
    again = make_backup(there.config.database, there.folder / "backups", datetime.now(ZONE))
    assert again.faults == ()


async def test_a_start_completes_the_log_or_tells_the_operator(there: Differing) -> None:
    told: list[OutgoingMessage] = []

    async def notify(message: OutgoingMessage) -> None:
        told.append(message)

    await complete_orders(there.config, there.store, there.codec, notify)
    assert [message.template for message in told] == ["system.operator_orders_differ"]
    there.file.unlink()
    await complete_orders(there.config, there.store, there.codec, notify)
    assert OrderLog(there.codec, there.file).orders() == [FIRST]
    assert len(told) == 1


def test_orders_enter_and_follow_a_move(there: Differing, tmp_path: Path) -> None:
    Orders(there.config).join()
    done = aduan("move", "--to", f"sqlite:///{tmp_path}/moved/aduan.db", folder=there.folder)
    assert (done.returncode, done.stderr) == (0, "")
    moved = there.config.database.model_copy(update={"url": f"sqlite:///{tmp_path}/moved/aduan.db"})
    file = OrderLog(there.codec, in_state_folder(moved.watermark_path))
    assert file.orders() == [FIRST, SECOND]


async def test_a_running_bot_completes_the_log(simulator: Simulator, place: Place, tmp_path: Path) -> None:
    config = practice_config(simulator, place)
    codec = Codec.load(config.database.keys_path, create=True)
    OrderLog(codec, tmp_path / "another machine" / "orders.jsonl", store=store_of(config.database)).note(
        FIRST
    )
    own = OrderLog(codec, in_state_folder(config.database.watermark_path))

    async def completed() -> bool:
        return own.orders() == [FIRST]

    async with service(config):
        await eventually(completed)
