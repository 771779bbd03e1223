"""The comparison of the stores: its arithmetic, its distance, and cases that COPY has written."""

from __future__ import annotations

import socket
import tempfile
import threading
import time
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from bot.database.stores.postgres import PostgresStore
from bot.operations.verify import verify
from tests.bench import lives, store_plans, store_reading, store_turns
from tests.bench.distance import distant
from tests.bench.generator import Generator, fill, play
from tests.bench.store_bots import Carried
from tests.bench.store_plans import Planned
from tests.bench.store_reading import Cost
from tests.bench.store_sides import make_tables
from tests.bench.store_turns import Round
from tests.bench.stored_chat import StoredChat
from tests.postgres_server import Server
from tests.unit.transcript import START

MILLISECONDS = 20.0
CASES = 40
FILERS = "SELECT sum(filed_by) FROM cases"


def _runner(name: str, *rounds: Round) -> Any:
    return SimpleNamespace(side=SimpleNamespace(name=name), rounds={1: rounds})


def test_turns_are_compared_within_their_round() -> None:
    near = _runner("SQLite", Round(2, 0, 9, [10, 12]), Round(8, 0, 9, [40, 44]))
    far = _runner("PostgreSQL", Round(3, 1, 9, [20, 24]), Round(12, 4, 9, [80, 88]))
    assert store_turns.table([near, far], 1)[2:] == [
        "| SQLite | 5.00 | 1.00 | 0.00 | 1.00 | 9.0 | 12.0 | 1.00 | 44.0 |",
        "| PostgreSQL | 7.50 | 1.50 | 2.50 | 2.00 | 9.0 | 24.0 | 2.00 | 88.0 |",
    ]


def test_uses_are_compared_with_the_first_side() -> None:
    costs = {"/status": {"SQLite": [Cost(4, 0, 5)], "near": [Cost(6, 2, 10)], "far": [Cost(7, 2, 20)]}}
    line = "| /status | 4.0 | 5.0 | 6.0 | 1.50 | 2.0 | 10.0 | 2.00 | 20.0 | 4.00 |"
    assert store_reading.table(costs, 1)[2:] == [line]


def test_a_server_carries_what_half_of_a_processor_does() -> None:
    assert Carried(2.5, 20.0).updates == 200
    assert "= 200 updates a second" in Carried(2.5, 20.0).lines()[0]
    assert ": 10 such bots" in Carried(2.5, 20.0).lines()[0]


def test_a_plan_that_reads_a_large_table_is_named() -> None:
    found = [Planned("SELECT 1", "custom", [], 1.0, 3), Planned("SELECT 2", "generic", ["cases"], 9.0, 400)]
    assert [line for line in store_plans.report(found, 5) if line.startswith("-")] == [
        "- cases, generic: SELECT 2"
    ]


def test_a_message_takes_the_distance() -> None:
    # A Unix socket has a short path.
    with tempfile.TemporaryDirectory() as name, socket.socket(socket.AF_UNIX) as server:
        near, gate = Path(name) / "near", Path(name) / "gate"
        near.mkdir()
        gate.mkdir()
        server.bind(str(near / ".s.PGSQL.5432"))
        server.listen()

        def echo() -> None:
            accepted, _ = server.accept()
            with accepted:
                accepted.sendall(accepted.recv(100))

        threading.Thread(target=echo, daemon=True).start()
        with distant(gate, near, MILLISECONDS), socket.socket(socket.AF_UNIX) as client:
            client.connect(str(gate / ".s.PGSQL.5432"))
            began = time.perf_counter()
            client.sendall(b"there and back")
            assert client.recv(100) == b"there and back"
            assert (time.perf_counter() - began) * 1000 >= MILLISECONDS - 1
            assert client.recv(100) == b""


@pytest.fixture(scope="module")
def store(postgres_server: Server, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A store with cases, and the folder of its keys."""
    folder = tmp_path_factory.mktemp("stores")
    (folder / "played").mkdir()
    patterns = play(folder / "played", lives.OPEN[:1], lives.OVER[2:3])
    with postgres_server.fresh(lambda url: make_tables(PostgresStore(url))) as url:
        filled = PostgresStore(url)
        with closing(StoredChat(folder=folder, store=filled, now=START)) as chat:
            codec = chat.codec
        fill(filled, codec, Generator(patterns, codec, CASES, 0.5), lambda _done, _all: None)
        store_reading.analyse(filled)
        yield filled, folder, codec


def test_cases_that_copy_has_written_are_sound(store: Any) -> None:
    filled, _, codec = store
    assert verify(filled, codec).faults == []
    with filled.reading() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM cases").scalar() == CASES


def test_a_statement_is_explained_in_all_modes_and_changes_nothing(store: Any) -> None:
    changing = "UPDATE cases SET filed_by = filed_by + %(more)s::BIGINT WHERE id > %(first)s::VARCHAR"
    reading = "SELECT * FROM case_words WHERE received + %(more)s::BIGINT > 0"
    engine = store[0].writing_engine()
    with engine.connect() as connection, connection.begin():
        asked = [(changing, {"more": 7, "first": ""}), (reading, {"more": 7})]
        before = connection.exec_driver_sql(FILERS).scalar()
        planned = [*store_plans.planned(connection, asked)]
        assert connection.exec_driver_sql(FILERS).scalar() == before
    engine.dispose()
    assert [(one.mode, *one.scans) for one in planned] == [
        *((mode,) for mode in store_plans.MODES),
        *((mode, "case_words") for mode in store_plans.MODES),
    ]
