"""A connection that PostgreSQL refuses is a sentence with what to do; a database has a name for people."""

from __future__ import annotations

import psycopg
import pytest
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from bot.database.stores.postgres import name_of
from bot.database.stores.server_errors import REFUSALS, UNREACHED, server_meaning

# As psycopg 3.3 and PostgreSQL 15 word them.
AT = 'connection failed: connection to server at "127.0.0.1", port 5432 failed: '
MANY = "Multiple connection attempts failed. All failures were:\n- host: 'a', port: '5432': "
CASES = [
    (f"{AT}Connection refused\n\tIs the server running on that host", UNREACHED),
    (f'{AT}FATAL:  password authentication failed for user "aduan"', "refuses the user or the password"),
    (f"{AT}fe_sendauth: no password supplied", "asks for a password"),
    (f'{AT}FATAL:  no pg_hba.conf entry for host "127.0.0.1", user "aduan", no encryption', "only with TLS"),
    (f'{AT}FATAL:  database "nono" does not exist', "does not exist"),
    (f"{AT}SSL error: certificate verify failed", "not signed by the authority"),
    (f'{AT}server certificate for "a" does not match host name "b"', "for another name"),
    (f'{AT}root certificate file "/x" does not exist', "the file of sslrootcert"),
    (f"{AT}session is read-only", "only a replica"),
    (f"{AT}FATAL:  the database system is starting up", "the server is starting"),
    (f"{AT}FATAL:  sorry, too many clients already", "max_connections"),
    (f"{MANY}{AT}Connection refused\n- host: 'b': {AT}session is read-only", "only a replica"),
    ("connection timeout expired", UNREACHED),
    (f"{AT}FATAL:  autentikasi kata sandi gagal untuk pengguna", UNREACHED),
]


@pytest.mark.parametrize(("text", "words"), CASES)
def test_a_refused_connection_is_a_sentence_and_what_the_driver_says(text: str, words: str) -> None:
    refused = DBAPIError.instance(None, None, psycopg.OperationalError(text), psycopg.Error)
    said = server_meaning(refused)
    assert words in said
    assert said.endswith(f"({' '.join(text.split())})")


def test_a_parameter_that_is_not_known_is_named() -> None:
    assert "a parameter" in server_meaning(psycopg.ProgrammingError('invalid connection option "xyz"'))
    assert server_meaning(psycopg.ProgrammingError("the query has 1 placeholder")) == ""


def test_pieces_are_compared_in_small_letters() -> None:
    assert [piece for piece in REFUSALS if piece != piece.casefold()] == []


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("aduan:rahasia@db1:5433/aduan?sslmode=verify-full", "postgresql://aduan@db1:5433/aduan"),
        ("aduan@db1,db2/aduan?passfile=/etc/aduan/pgpass", "postgresql://aduan@db1,db2/aduan"),
        ("aduan:rahasia@/aduan?host=db1:5433&host=db2:5433", "postgresql://aduan@db1:5433,db2:5433/aduan"),
        ("/aduan?host=/run/postgresql", "postgresql:///run/postgresql/aduan"),
        ("/aduan?service=aduan", "postgresql:///aduan"),
    ],
)
def test_a_database_is_named_by_user_hosts_and_itself(address: str, name: str) -> None:
    assert name_of(make_url(f"postgresql+psycopg://{address}")) == name
