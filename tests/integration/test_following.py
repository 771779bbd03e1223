"""A process that stands by: it refuses wrong keys at its start, and follows the numbers of the leader."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest

from bot.config.settings import Config, read
from bot.database import cases, watermark
from bot.database import opening as opening_module
from bot.database.key_guard import KeysForeignError
from bot.database.opening import NotInitialisedError, open_store
from bot.database.order_log import OrderLog, in_state_folder
from bot.database.schema import RegisterMissingError
from bot.database.sealing import Codec, KeysMissingError
from bot.database.stores.postgres import PostgresStore
from bot.database.stores.store import Store
from bot.leadership import following
from bot.leadership.following import follow
from bot.leadership.lead import take_lead
from bot.operations.initialise import initialise
from tests.integration.test_check_store import settings as practice_settings
from tests.integration.test_erasure_orders import FIRST
from tests.integration.turn_setup import case_of
from tests.postgres_server import Server
from tests.unit.transcript import TERMS


class Machine:
    """The configuration of one process, and the store of all."""

    def __init__(self, url: str, folder: Path) -> None:
        self.store = PostgresStore(url)
        database = {"url": url, "keys": str(folder / "aduan.key"), "state": str(folder / "state")}
        self.config: Config = read({**practice_settings(folder), "database": database})
        self.keys = self.config.database.keys_path

    async def init(self) -> None:
        await initialise(self.config.database, new_register=False, confirm=lambda _question: False)


@pytest.fixture
def machine(postgres_server: Server, tmp_path: Path) -> Iterator[Machine]:
    with postgres_server.fresh(lambda _url: None, "without_tables") as url:
        yield Machine(url, tmp_path)


class Pauses:
    """Ends the work that pauses for the second time; `then` is done at the first time."""

    def __init__(self, then: Callable[[], Awaitable[None]]) -> None:
        self._then, self._count = then, 0

    async def __call__(self, _seconds: float) -> None:
        self._count += 1
        if self._count == 2:
            raise asyncio.CancelledError
        await self._then()


async def test_a_standby_follows_the_numbers_of_the_leader(machine: Machine) -> None:
    await machine.init()
    hold = machine.store.hold()
    database, codec = await open_store(machine.store, machine.keys, hold.engine)

    async def leader_files() -> None:
        await database.write(lambda c: cases.file_cases(c, codec, [case_of("a", 3)], TERMS))

    with pytest.raises(asyncio.CancelledError):
        await follow(machine.config.database, machine.store, Pauses(leader_files))
    assert watermark.read(machine.config.database.watermark_path) == {("dpmd", 2026): 3}
    await database.close()
    hold.release()


async def test_a_standby_follows_the_erasure_orders_of_the_leader(machine: Machine, tmp_path: Path) -> None:
    await machine.init()
    codec = Codec.load(machine.keys, create=False)
    leader = OrderLog(codec, tmp_path / "leader" / "orders.jsonl", store=machine.store)

    async def leader_erases() -> None:
        await asyncio.to_thread(leader.note, FIRST)

    with pytest.raises(asyncio.CancelledError):
        await follow(machine.config.database, machine.store, Pauses(leader_erases))
    copied = OrderLog(codec, in_state_folder(machine.config.database.watermark_path))
    assert copied.orders() == [FIRST]


# What is on the machine and in the database -> how the standby is refused, with a leader there.
REFUSED: dict[str, tuple[bool, bool, type[Exception]]] = {
    "neither keys nor tables": (False, False, NotInitialisedError),
    "no keys": (False, True, KeysMissingError),
    "keys without a database": (True, False, RegisterMissingError),
    "keys of another installation": (True, True, KeysForeignError),
}


@pytest.mark.parametrize("name", REFUSED)
async def test_a_standby_with_wrong_keys_is_refused_at_its_start(machine: Machine, name: str) -> None:
    keys, tables, error = REFUSED[name]
    if tables:
        await machine.init()
        machine.keys.unlink()
    if keys:
        Codec.load(machine.keys, create=True)
    leader = machine.store.hold()
    try:
        with pytest.raises(error):
            await take_lead(machine.config, machine.store, asyncio.Event())
        assert machine.keys.exists() is keys
    finally:
        leader.release()
    # The refused one has left no session that could get the right.
    machine.store.hold().release()


async def test_a_database_that_does_not_answer_is_asked_again(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    await machine.init()
    asked: list[PostgresStore] = []

    def require_keys(store: Store, keys: Path) -> None:
        asked.append(machine.store)
        if len(asked) == 1:
            PostgresStore("postgresql+psycopg://nobody@127.0.0.1:1/aduan").is_blank()
        opening_module.require_keys(store, keys)

    monkeypatch.setattr(following, "require_keys", require_keys)

    async def nothing() -> None:
        pass

    with pytest.raises(asyncio.CancelledError):
        await follow(machine.config.database, machine.store, Pauses(nothing))
    assert len(asked) == 2
