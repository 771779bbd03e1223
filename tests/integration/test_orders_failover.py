"""After a failover and a restore to a moment, the orders of both machines are carried out again."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.config.settings import Config
from bot.database.numbers_copy import NumbersCopy
from bot.database.opening import open_store
from bot.database.order_copy import OrderCopy
from bot.database.order_log import OrderLog, in_state_folder
from bot.database.own_contents import contents_of
from bot.database.sealing import Codec
from bot.database.watermark import Watermark
from bot.operations import erase as command
from bot.operations.erase import Order
from bot.operations.restore_numbers import continue_numbers
from tests.integration.ended_store import BUDI, SITI, EndedStore, ended
from tests.integration.test_restore_numbers import Site
from tests.postgres_server import Server


class TwoMachines(Site):
    """A database, and two machines with a folder state each."""

    def __init__(self, server: Server, url: str, folder: Path) -> None:
        super().__init__(server, url, folder)
        self.second = self._with_state(folder / "second" / "state")

    def _with_state(self, state: Path) -> Config:
        database = self.config.database.model_copy(update={"state": str(state)})
        return self.config.model_copy(update={"database": database})

    async def file_two(self) -> None:
        database, codec = await open_store(self.store, self.keys)
        filled = EndedStore(database, codec, contents=contents_of(self.config.database))
        await filled.fill(ended("aaaa00000001", 1, SITI), ended("cccc00000003", 3, BUDI))
        await database.close()

    def codec(self) -> Codec:
        return Codec.load(self.keys, create=False)

    def follow(self, config: Config) -> None:
        """One look of the standby on this machine."""
        orders = OrderCopy(self.store, config.database, self.codec())
        copy = NumbersCopy(self.store, Watermark(config.database.watermark_path), orders)
        copy.copy()
        copy.end()

    def erase(self, config: Config, number: str) -> None:
        """As on the machine whose process leads."""
        done = command.erase(Order(number, "Surat 1"), config, lambda _: True, lambda _: None)
        assert done.erased

    def erased(self) -> list[str]:
        with self.store.reading() as connection:
            found = connection.scalars(text("SELECT reference FROM cases WHERE access_hash = '' ORDER BY id"))
            return [str(each) for each in found]

    def orders(self, config: Config) -> list[str]:
        log = OrderLog(self.codec(), in_state_folder(config.database.watermark_path))
        return [order.number for order in log.orders()]


@pytest.fixture
def machines(postgres_server: Server, tmp_path: Path) -> Iterator[TwoMachines]:
    with postgres_server.fresh(lambda _url: None, "without_tables") as url:
        made = TwoMachines(postgres_server, url, tmp_path)
        asyncio.run(made.init())
        asyncio.run(made.file_two())
        yield made


def test_the_machine_that_took_over_erases_all_again(machines: TwoMachines) -> None:
    one, two = machines.config, machines.second
    machines.keep_state()
    machines.erase(one, "DPMD-2026-0001")
    machines.follow(two)
    # The first machine is lost with its disk.
    shutil.rmtree(one.database.watermark_path.parent)
    machines.erase(two, "DPMD-2026-0003")
    both = ["DPMD-2026-0001", "DPMD-2026-0003"]
    assert (machines.erased(), machines.orders(two)) == (both, both)
    machines.set_back()
    assert machines.erased() == []
    said = continue_numbers(two, ["DPMD-2026-0003"], lambda _question, default: default)
    assert "2 complaints were erased again" in said
    assert machines.erased() == both
    # The first machine comes back without a file.
    machines.follow(one)
    assert machines.orders(one) == both


def test_each_machine_adds_what_only_it_knows(machines: TwoMachines) -> None:
    one, two = machines.config, machines.second
    machines.keep_state()
    machines.erase(one, "DPMD-2026-0001")
    machines.follow(two)
    machines.erase(one, "DPMD-2026-0003")
    machines.set_back()
    issued = ["DPMD-2026-0003"]
    assert "1 complaints were erased again" in continue_numbers(two, issued, lambda _, default: default)
    assert "1 complaints were erased again" in continue_numbers(one, issued, lambda _, default: default)
    assert len(machines.erased()) == 2
    machines.follow(two)
    assert machines.orders(two) == ["DPMD-2026-0001", "DPMD-2026-0003"]
