"""Errors of PostgreSQL: which ones wait, which ones are the data's, and what becomes of an update."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from bot.database.engine import Database
from bot.database.sealing import Codec
from bot.database.stores.postgres import PostgresStore
from bot.database.stores.store import Store
from bot.foundation.faults import is_infrastructure
from conversations.effects import Outcome, Send
from conversations.events import Event, TextReceived
from conversations.messages import OutgoingMessage
from conversations.world import World
from tests.integration.both_stores import make_tables
from tests.integration.turn_setup import TurnSetup, pressed, said
from tests.postgres_server import Server

# A role without any right, for one test.
NO_ONE = "aduan_no_one"


@pytest.fixture
def store(postgres_server: Server) -> Iterator[PostgresStore]:
    with postgres_server.fresh(make_tables) as url:
        yield PostgresStore(url)


def error_of(store: PostgresStore, *statements: str, **values: object) -> BaseException:
    """What the last of these statements raises, as the program sees it."""
    engine = store.writing_engine()
    try:
        with engine.connect() as connection, connection.begin():
            for statement in statements:
                connection.execute(text(statement), values if ":" in statement else {})
    except (DBAPIError, UnicodeError) as error:
        return error
    finally:
        engine.dispose()
    raise AssertionError("no error")


def raising(state: str) -> str:
    return f"DO $$ BEGIN RAISE EXCEPTION 'said' USING ERRCODE = '{state}'; END $$"


CHAT = "INSERT INTO chats (chat, blocked, cards_void) VALUES "
# What happens -> its SQLSTATE, and whether the bot waits.
RAISED: dict[str, tuple[str, bool, tuple[str, ...]]] = {
    "a text in a number's place": ("22P02", False, ("UPDATE chats SET chat = 'x'",)),
    "a number beyond the column": ("22003", False, ("SELECT 3000000000::integer",)),
    "a division by zero": ("22012", False, ("SELECT 1 / 0",)),
    "bytes that are not UTF-8": ("22021", False, (r"SELECT E'\xff'",)),
    "a key twice": ("23505", False, (CHAT + "(1, 0, 0), (1, 0, 0)",)),
    "no value": ("23502", False, (CHAT + "(1, 0, NULL)",)),
    "a row twice in one statement": (
        "21000",
        False,
        (CHAT + "(1, 0, 0), (1, 0, 0) ON CONFLICT (chat) DO UPDATE SET blocked = 1",),
    ),
    "a key that is too long": (
        "54000",
        False,
        ("INSERT INTO told SELECT string_agg(md5(n::text), ''), 1 FROM generate_series(1, 9999) AS n",),
    ),
    "another type": ("42804", False, ("UPDATE chats SET blocked = true",)),
    "types without a comparison": ("42883", False, ("SELECT 1 WHERE 1 = 'x'::text",)),
    "a damaged page": ("XX001", False, (raising("XX001"),)),
    "a damaged page of an index": ("XX002", False, (raising("XX002"),)),
    "a server that only reads": ("25006", True, ("SET TRANSACTION READ ONLY", CHAT + "(1, 0, 0)")),
    "a statement that took too long": (
        "57014",
        True,
        ("SET LOCAL statement_timeout = '1ms'", "SELECT pg_sleep(5)"),
    ),
    "rights that are missing": ("42501", True, (f"SET LOCAL ROLE {NO_ONE}", CHAT + "(1, 0, 0)")),
    "a table that is missing": ("42P01", True, ("SELECT 1 FROM missing",)),
    "a transaction that idled": ("25P03", True, (raising("25P03"),)),
    "a session that idled": ("57P05", True, (raising("57P05"),)),
    "a server that shuts down": ("57P01", True, (raising("57P01"),)),
    "a connection that broke": ("08006", True, (raising("08006"),)),
    "a full disk": ("53100", True, (raising("53100"),)),
    "too little memory": ("53200", True, (raising("53200"),)),
    "two transactions in each other's way": ("40001", True, (raising("40001"),)),
    "a deadlock": ("40P01", True, (raising("40P01"),)),
    "a lock that is held": ("55P03", True, (raising("55P03"),)),
    "a replica": ("0A000", True, (raising("0A000"),)),
    "a file that cannot be read": ("58030", True, (raising("58030"),)),
}


@pytest.fixture
def no_one(postgres_server: Server) -> None:
    """The role without rights; another worker may have made it."""
    with suppress(psycopg.errors.DuplicateObject, psycopg.errors.UniqueViolation):
        postgres_server.run("CREATE ROLE {}", NO_ONE)


@pytest.mark.usefixtures("no_one")
@pytest.mark.parametrize("name", RAISED)
def test_an_error_waits_or_is_the_data_s_by_its_sqlstate(store: PostgresStore, name: str) -> None:
    state, waits, statements = RAISED[name]
    error = error_of(store, *statements)
    assert isinstance(error, DBAPIError)
    assert getattr(error.orig, "sqlstate", None) == state
    assert is_infrastructure(error) is waits
    assert error.orig is not None
    assert is_infrastructure(error.orig) is waits


def test_a_statement_after_a_failure_is_taken_alone(store: PostgresStore) -> None:
    engine = store.writing_engine()
    with engine.connect() as connection, connection.begin():
        with pytest.raises(DBAPIError):
            connection.execute(text("SELECT 1 / 0"))
        with pytest.raises(DBAPIError) as refused:
            connection.execute(text("SELECT 1"))
    engine.dispose()
    assert getattr(refused.value.orig, "sqlstate", None) == "25P02"
    assert not is_infrastructure(refused.value)


@pytest.mark.parametrize("value", ["a\0b", "a\ud800b"], ids=["U+0000", "half a pair"])
def test_a_text_that_the_server_cannot_hold_is_the_data_s(store: PostgresStore, value: str) -> None:
    assert not is_infrastructure(error_of(store, "INSERT INTO told VALUES (:what, 1.0)", what=value))


def test_without_a_server_the_bot_waits(store: PostgresStore, postgres_server: Server) -> None:
    nowhere = PostgresStore(f"postgresql+psycopg://x@/x?host={postgres_server.folder}/missing")
    assert is_infrastructure(error_of(nowhere, "SELECT 1"))
    engine = store.writing_engine()
    with engine.connect() as connection:
        connection.execute(text("SELECT 1"))
        connection.commit()
        ended = connection.connection.driver_connection
        assert ended
        ended.close()
        with pytest.raises(DBAPIError) as lost:
            connection.execute(text("SELECT 1"))
    engine.dispose()
    assert is_infrastructure(lost.value)


REFUSING = """
    CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql
    AS $$ BEGIN RAISE EXCEPTION 'said' USING ERRCODE = '{state}'; END $$
"""
ATTACHED = "CREATE TRIGGER refusing BEFORE INSERT ON updates EXECUTE FUNCTION refuse()"


class Waiting(TurnSetup):
    """Turns that end what refuses them after three waits, by a session of the operator's."""

    ends: str = ""
    owner: Store | None = None

    async def _pause(self, seconds: float) -> None:
        self.waits.append(seconds)
        if len(self.waits) == 3:
            operate(self.owner or self.database.store, self.ends)


def operate(store: Store, *statements: str) -> None:
    """Change the database as its owner."""
    engine = store.writing_engine()
    with engine.begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)
    engine.dispose()


@pytest.fixture
async def waiting(store: PostgresStore, codec: Codec) -> AsyncIterator[Waiting]:
    database = await Database.open(store)
    yield Waiting(database, codec)
    await database.close()


@pytest.mark.parametrize("state", ["25006", "42501", "53100", "57014", "40001", "55P03", "0A000"])
async def test_an_update_is_taken_when_the_server_takes_it_again(waiting: Waiting, state: str) -> None:
    operate(waiting.database.store, REFUSING.format(state=state), ATTACHED)
    waiting.ends = "DROP TRIGGER refusing ON updates"
    await waiting.take(said(1, "Zebra"), said(2, "break"), said(3, "halo", 8))
    assert waiting.waits == [0.25, 0.5, 1.0]
    assert await waiting.rows("SELECT update_id FROM updates ORDER BY 1") == [(1,), (2,), (3,)]
    # Only what breaks the core is set aside.
    assert await waiting.rows("SELECT update_id FROM quarantine") == [(2,)]
    assert sorted(chat for chat, _ in waiting.sent()) == [7, 7, 8, 999]


async def test_rights_that_were_taken_away_and_given_back_lose_no_update(
    waiting: Waiting, postgres_server: Server
) -> None:
    role = f"bot_{uuid.uuid4().hex}"
    postgres_server.run("CREATE ROLE {} LOGIN", role)
    rights = f"INSERT, SELECT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}"
    operate(waiting.database.store, f"GRANT {rights}", f"REVOKE INSERT ON updates FROM {role}")
    own = PostgresStore(waiting.database.store.url.replace("postgres@", f"{role}@"))
    bot = Waiting(await Database.open(own), waiting.codec)
    # Granted by the owner, whose store the fixture has open.
    bot.owner, bot.ends = waiting.database.store, f"GRANT INSERT ON updates TO {role}"
    try:
        await bot.take(said(1, "halo"))
        assert bot.waits == [0.25, 0.5, 1.0]
        assert await bot.value("SELECT count(*) FROM quarantine") == 0
        assert [chat for chat, _ in bot.sent()] == [7]
    finally:
        await bot.database.close()
        operate(waiting.database.store, f"DROP OWNED BY {role}")
        postgres_server.run("DROP ROLE {}", role)


@pytest.mark.parametrize("key", ["a\0b", "a\ud800b"], ids=["U+0000", "half a pair"])
async def test_a_text_that_no_server_holds_affects_its_sender_alone(waiting: Waiting, key: str) -> None:
    def hostile(event: Event, _world: World) -> Outcome | None:
        message = OutgoingMessage("system.own_id", {"person": 8})
        sent = Outcome(effects=(Send(8, message, key),))
        return sent if isinstance(event, TextReceived) and event.text == "hostile" else None

    waiting.core.then = hostile
    await waiting.take(said(1, "satu"), said(2, "hostile", 8), said(3, "tiga", 9))
    assert waiting.waits == []
    assert await waiting.rows("SELECT update_id FROM quarantine") == [(2,)]
    assert {7, 9} <= {chat for chat, _ in waiting.sent()}


async def test_a_press_about_a_case_without_a_name_affects_its_sender_alone(
    waiting: Waiting,
) -> None:
    await waiting.take(pressed(1, "a\0b", 8), pressed(2, "a\ud800b", 8), said(3, "tiga", 9))
    assert waiting.waits == []
    assert await waiting.rows("SELECT update_id FROM quarantine ORDER BY 1") == [(1,), (2,)]
    assert 9 in {chat for chat, _ in waiting.sent()}
