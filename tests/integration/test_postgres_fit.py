"""Which database of a server is refused before anything is written to it, and in which words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any, LiteralString

import psycopg
import pytest

from bot.database.stores.postgres import PostgresStore
from bot.database.stores.requirements import UnfitDatabaseError, require_fit
from tests.commands import aduan
from tests.postgres_server import Server

MADE = "CREATE DATABASE {} TEMPLATE template0 "
ICU: LiteralString = "ENCODING 'UTF8' LOCALE 'C' LOCALE_PROVIDER icu ICU_LOCALE 'id-ID'"
LATIN: LiteralString = "ENCODING 'LATIN1' LOCALE 'C'"


def nothing(_url: str) -> None:
    """Leave the database empty."""


@contextmanager
def connected(url: str) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        yield connection


def test_a_database_as_the_documents_make_it_is_taken(postgres_server: Server) -> None:
    with postgres_server.fresh(nothing, "without_tables") as url, connected(url) as connection:
        require_fit(connection, "here")


@pytest.mark.parametrize(("how", "words"), [(ICU, "sorts text by ICU"), (LATIN, "encoding is not UTF8")])
def test_a_database_of_another_kind_is_refused(
    postgres_server: Server, how: LiteralString, words: str
) -> None:
    postgres_server.run(MADE + how, "unfit")
    try:
        with pytest.raises(UnfitDatabaseError, match=words):
            PostgresStore(postgres_server.url("unfit")).hold()
    finally:
        postgres_server.drop("unfit")


def test_a_pooler_is_known_by_the_number_of_its_session(postgres_server: Server) -> None:
    with postgres_server.fresh(nothing, "without_tables") as url, connected(url) as connection:
        # A pooler gives each client a number of its own.
        given = SimpleNamespace(backend_pid=connection.info.backend_pid + 1)
        pooled = SimpleNamespace(info=given, execute=connection.execute, close=connection.close)
        with pytest.raises(UnfitDatabaseError, match="a pooler"):
            require_fit(pooled, "here")


def test_a_command_without_its_server_ends_in_words(tmp_path: Path) -> None:
    example = Path(__file__).parents[2] / "config.example.toml"
    (tmp_path / "config.toml").write_text(example.read_text("utf-8"), "utf-8")
    address = "postgresql+psycopg://aduan:rahasia@/aduan?host=/nowhere"
    done = aduan("reindex", folder=tmp_path, ADUAN_DATABASE__URL=address)
    assert (done.returncode, done.stdout) == (1, "")
    assert "no server listens at the socket" in done.stderr
    assert "rahasia" not in done.stderr
