"""A private PostgreSQL server for tests: a Unix socket in a short folder, no password, TCP only if asked for.

`Server.start()` makes a server for one test, which may crash it. `server_of_this_run` gives the server that
all workers of a pytest run share. Each user of a server holds a shared lock on its file `users`; the system
releases it when the process ends, also by kill -9. A watcher (`python -m tests.postgres_server FOLDER`) waits
for the exclusive lock, then ends the server and deletes its folder: no server stays without a user.

A database for each test is a copy of a template. Measured on PostgreSQL 15 with 18 tables: create, connect
and drop take 25 ms with the strategy `file_copy` in memory, 43 ms with `wal_log`, 66 ms to 450 ms on a disk.
TRUNCATE of all tables takes 16 ms and DELETE 1 ms, but they leave changed tables, settings and open sessions
to the next test.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, LiteralString

import psycopg
from psycopg import sql

from tests import postgres_programs as programs

ROOT = Path(__file__).parents[1]
# Text in the order of its bytes, and time without zones: what the tests expect.
INITDB = ("--username=postgres", "--auth=trust", "--locale=C", "--encoding=UTF8", "--no-sync")
HOST, PORT = "127.0.0.1", 5432
SETTINGS = {
    "listen_addresses": "",
    "max_connections": "200",
    "shared_buffers": "32MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
# For a server that no test crashes: it waits for no disk, and nothing works in the background.
VOLATILE = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "autovacuum": "off",
    "checkpoint_timeout": "1h",
}
# The strategy of CREATE DATABASE has a name since this version; before, there was no other.
NAMED_STRATEGY = 150_000


class Server:
    """A running server, as one of its users sees it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = PORT
        self._users = -1
        self._watcher: subprocess.Popen[bytes] | None = None
        self._session: psycopg.Connection[Any] | None = None
        self._templates: set[str] = set()

    @classmethod
    def start(cls, *, durable: bool = False, tcp: bool = False) -> Server:
        """Make and start a server; a durable one is on a disk, and a crash loses nothing committed.

        With `tcp` it also listens on `port` of 127.0.0.1, the same one after each restart.
        """
        server = cls(programs.new_folder(disk=durable))
        server.port = free_port() if tcp else server.port
        (server.folder / "users").touch()
        server._use()
        server._watch()
        programs.run(server.folder, "initdb", "--pgdata=data", *INITDB)
        settings = SETTINGS | {"unix_socket_directories": str(server.folder), "port": str(server.port)}
        settings |= ({} if durable else VOLATILE) | ({"listen_addresses": HOST} if tcp else {})
        with (server.folder / "data" / "postgresql.conf").open("a", encoding="utf-8") as conf:
            conf.writelines(f"{key} = '{value}'\n" for key, value in settings.items())
        server.restart()
        return server

    @classmethod
    def replica_of(cls, primary: Server) -> Server:
        """Make and start a replica of a durable server, whose commits wait for it from now on."""
        server = cls(programs.new_folder(disk=False))
        (server.folder / "users").touch()
        server._use()
        server._watch()
        source = f"host={primary.folder} user=postgres application_name=replica"
        copy = ("--pgdata=data", "--checkpoint=fast", "--write-recovery-conf", f"--dbname={source}")
        programs.run(server.folder, "pg_basebackup", *copy)
        with (server.folder / "data" / "postgresql.conf").open("a", encoding="utf-8") as conf:
            conf.write(f"unix_socket_directories = '{server.folder}'\n")
        server.restart()
        primary.run("ALTER SYSTEM SET synchronous_standby_names = 'replica'")
        primary.run("SELECT pg_reload_conf()")
        while primary.run("SELECT sync_state FROM pg_stat_replication") != [("sync",)]:
            time.sleep(0.02)
        return server

    @classmethod
    def join(cls, folder: Path) -> Server | None:
        """Use a server that another process has started; None when it has ended or is about to."""
        server = cls(folder)
        return server if server._use() else None

    def url(self, database: str) -> str:
        """Return the address of a database for SQLAlchemy."""
        return f"postgresql+psycopg://postgres@/{database}?{self._place('&')}"

    def create(self, database: str, template: str = "template0") -> None:
        """Make a database as a copy of another one, in which no session may be open."""
        named = self._connected().info.server_version >= NAMED_STRATEGY
        strategy: LiteralString = " STRATEGY file_copy" if named else ""
        self.run("CREATE DATABASE {} TEMPLATE {}" + strategy, database, template)

    def drop(self, database: str) -> None:
        """End the sessions of a database and delete it."""
        self.run("DROP DATABASE IF EXISTS {} WITH (FORCE)", database)

    @contextmanager
    def fresh(self, make_tables: Callable[[str], None], template: str = "with_tables") -> Iterator[str]:
        """Yield the address of a new database with the tables that `make_tables` makes in the template."""
        if template not in self._templates:
            self._make_template(template, make_tables)
        database = f"test_{uuid.uuid4().hex[:12]}"
        self.create(database, template)
        try:
            yield self.url(database)
        finally:
            self.drop(database)

    def run(self, statement: LiteralString, *names: str) -> list[tuple[Any, ...]]:
        """Run a statement in the database postgres, outside a transaction, and return its rows.

        Each `{}` is replaced by a name.
        """
        cursor = self._connected().execute(sql.SQL(statement).format(*map(sql.Identifier, names)))
        return cursor.fetchall() if cursor.description else []

    def kill(self) -> None:
        """End the server as a crash does: without a checkpoint, all sessions at once."""
        self._disconnect()
        _stop(self.folder, "immediate")

    def end(self) -> None:
        """End the server in order; `restart` starts it again."""
        self._disconnect()
        _stop(self.folder, "fast")

    def promote(self) -> None:
        """Make a replica a server that writes, and waits for no replica of its own."""
        programs.run(self.folder, "pg_ctl", "promote", f"--pgdata={self.folder / 'data'}")
        self.run("ALTER SYSTEM SET synchronous_standby_names = ''")
        self.run("SELECT pg_reload_conf()")

    def restart(self, *, replica: bool = False) -> None:
        """Start the server; where it runs, end it first. As a replica it only reads, until `promote()`."""
        self._disconnect()
        if _is_running(self.folder):
            _stop(self.folder, "fast")
        if replica:
            (self.folder / "data" / "standby.signal").touch()
        programs.run(self.folder, "pg_ctl", "start", f"--pgdata={self.folder / 'data'}", "--log=log")

    def leave(self) -> None:
        """Stop using the server: it ends when no process uses it."""
        self._disconnect()
        if self._users >= 0:
            os.close(self._users)
            self._users = -1

    def stop(self) -> None:
        """End a server that this process has started and no other one uses, and delete its folder."""
        self.leave()
        if self._watcher:
            self._watcher.wait(programs.SECONDS)

    def _use(self) -> bool:
        """Hold the lock of a user; tell whether the server is there and not about to end."""
        users = self.folder / "users"
        try:
            self._users = os.open(users, os.O_RDWR)
            fcntl.lockf(self._users, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except (FileNotFoundError, BlockingIOError):
            self.leave()
            return False
        # The watcher has perhaps deleted the file just before the lock.
        return users.exists()

    def _watch(self) -> None:
        """Start the watcher, in a session of its own: Ctrl-C does not reach it."""
        self._watcher = subprocess.Popen(
            [sys.executable, "-m", "tests.postgres_server", str(self.folder)],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def _place(self, between: str) -> str:
        """Return the parameters that find the socket, which has the port in its name."""
        return f"host={self.folder}" + (f"{between}port={self.port}" if self.port != PORT else "")

    def _connected(self) -> psycopg.Connection[Any]:
        if self._session is None or self._session.closed:
            address = f"{self._place(' ')} user=postgres dbname=postgres"
            self._session = psycopg.connect(address, autocommit=True)
        return self._session

    def _disconnect(self) -> None:
        if self._session is not None:
            self._session.close()
            self._session = None

    def _make_template(self, template: str, make_tables: Callable[[str], None]) -> None:
        """Make a template once: a lock of the server lets one worker at a time do it."""
        self.run("SELECT pg_advisory_lock(1)")
        try:
            if (template,) not in self.run("SELECT datname FROM pg_database"):
                unfinished = f"unfinished_{template}"
                self.drop(unfinished)
                self.create(unfinished)
                make_tables(self.url(unfinished))
                self.run("ALTER DATABASE {} RENAME TO {}", unfinished, template)
        finally:
            self.run("SELECT pg_advisory_unlock(1)")
        self._templates.add(template)


@cache
def server_of_this_run(run: Path) -> Server | None:
    """Return the server that all processes with the same folder `run` share; None without PostgreSQL.

    The first one that asks starts it. It ends with the last of these processes.
    """
    if programs.binaries() is None:
        return None
    with (run / "postgres.lock").open("w") as lock:
        fcntl.lockf(lock, fcntl.LOCK_EX)
        known = run / "postgres.folder"
        server = Server.join(Path(known.read_text(encoding="utf-8"))) if known.exists() else None
        if server is None:
            server = Server.start()
            known.write_text(str(server.folder), encoding="utf-8")
        return server


def free_port() -> int:
    """Return a port of this machine that no program uses."""
    with contextlib.closing(socket.socket()) as found:
        found.bind((HOST, 0))
        return int(found.getsockname()[1])


def _is_running(folder: Path) -> bool:
    return (folder / "data" / "postmaster.pid").exists()


def _stop(folder: Path, mode: str) -> None:
    programs.run(folder, "pg_ctl", "stop", f"--pgdata={folder / 'data'}", f"--mode={mode}")


def watch(folder: Path) -> None:
    """Wait until no process uses the server of this folder, then end it and delete the folder."""
    with (folder / "users").open("r+b") as users:
        fcntl.lockf(users, fcntl.LOCK_EX)
        # A server that this does not end ends within a minute, because its folder is deleted.
        with contextlib.suppress(RuntimeError):
            _stop(folder, "immediate")
        # A program that a killed user has started may still write.
        while folder.exists():
            shutil.rmtree(folder, ignore_errors=True)
            time.sleep(0.05)


if __name__ == "__main__":
    watch(Path(sys.argv[1]))
