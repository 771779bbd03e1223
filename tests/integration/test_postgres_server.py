"""The PostgreSQL server of the tests: workers share it, each test has an empty store, no server stays."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from tests.postgres_server import ROOT, Server

# Prints the server's folder, and uses the server until its input ends.
WORKER = """
import sys
from pathlib import Path
from tests.postgres_server import server_of_this_run
print(server_of_this_run(Path(sys.argv[1])).folder, flush=True)
sys.stdin.read()
"""


def execute(url: str, *statements: str) -> list[tuple[object, ...]]:
    """Run statements in one transaction and return the rows of the last one."""
    engine = create_engine(url)
    try:
        with engine.begin() as connection:
            results = [connection.execute(text(statement)) for statement in statements]
            return [tuple(row) for row in results[-1]] if results[-1].returns_rows else []
    finally:
        engine.dispose()


def make_numbers(url: str) -> None:
    execute(url, "CREATE TABLE numbers (number integer)")


@contextmanager
def worker(run: Path) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-c", WORKER, str(run)]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def folder_of(process: subprocess.Popen[str]) -> Path:
    assert process.stdout
    return Path(process.stdout.readline().strip())


def test_workers_share_a_server_that_ends_when_all_of_them_are_killed(
    postgres_server: Server, tmp_path: Path
) -> None:
    with worker(tmp_path) as first, worker(tmp_path) as second:
        folder = folder_of(first)
        assert folder_of(second) == folder != postgres_server.folder
        first.kill()
        first.wait()
        assert execute(Server(folder).url("postgres"), "SELECT 1") == [(1,)]
    end = time.monotonic() + 60
    while folder.exists():
        assert time.monotonic() < end, "the server stays without a user"
        time.sleep(0.02)
    assert Server.join(folder) is None


def test_each_database_is_empty_whatever_the_last_test_left(postgres_server: Server) -> None:
    with postgres_server.fresh(make_numbers, "with_numbers") as left:
        execute(left, "INSERT INTO numbers VALUES (1)", "ALTER TABLE numbers RENAME TO others")
        open_session = create_engine(left).connect()
    with postgres_server.fresh(make_numbers, "with_numbers") as url:
        assert url != left
        assert execute(url, "SELECT * FROM numbers") == []
    open_session.invalidate()
    open_session.close()


def test_tables_that_cannot_be_made_are_no_template(postgres_server: Server) -> None:
    def fail(url: str) -> None:
        execute(url, "CREATE TABLE half (number integer)")
        raise LookupError

    with pytest.raises(LookupError), postgres_server.fresh(fail, "failed_once"):
        pass
    with postgres_server.fresh(make_numbers, "failed_once") as url:
        assert execute(url, "SELECT * FROM numbers") == []


def test_databases_sort_by_bytes_and_tell_time_in_utc(postgres_server: Server) -> None:
    with postgres_server.fresh(make_numbers, "with_numbers") as url:
        assert execute(url, "SELECT 'Z' < 'a', current_setting('timezone')") == [(True, "UTC")]


def test_a_durable_server_keeps_what_was_committed_before_it_is_killed(postgres_server: Server) -> None:
    own = Server.start(durable=True)
    try:
        own.create("kept")
        execute(own.url("kept"), "CREATE TABLE numbers (number integer)", "INSERT INTO numbers VALUES (7)")
        own.kill()
        own.restart()
        assert own.run("SHOW fsync") == [("on",)]
        assert execute(own.url("kept"), "SELECT number FROM numbers") == [(7,)]
    finally:
        own.stop()
    assert not own.folder.exists()
