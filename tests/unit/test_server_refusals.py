"""A connection that PostgreSQL refuses is a sentence with what to do."""

from __future__ import annotations

import psycopg
import pytest
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from bot.database.stores.postgres import name_of
from bot.database.stores.refusals import HBA, meaning

# As psycopg 3.3 and PostgreSQL 15 word them.
AT = 'connection failed: connection to server at "127.0.0.1", port 5432 failed: '
MANY = "Multiple connection attempts failed. All failures were:\n- host: 'a', port: '5432': "
CASES = [
    (f"{AT}Connection refused\n\tIs the server running on that host", "no server listens at the host"),
    (f'{AT}FATAL:  password authentication failed for user "aduan"', "refuses the user or the password"),
    (f"{AT}fe_sendauth: no password supplied", "asks for a password"),
    (f'{AT}FATAL:  no pg_hba.conf entry for host "127.0.0.1", user "aduan", no encryption', HBA),
    (f'{AT}FATAL:  database "nono" does not exist', "does not exist"),
    (f"{AT}SSL error: certificate verify failed", "not signed by the authority"),
    (f'{AT}server certificate for "a" does not match host name "b"', "for another name"),
    (f'{AT}root certificate file "/x" does not exist', "the file of sslrootcert"),
    (f"{AT}session is read-only", "only a replica answers"),
    (f"{AT}FATAL:  the database system is starting up", "the server is starting"),
    (f"{AT}FATAL:  sorry, too many clients already", "max_connections"),
    (f"{MANY}{AT}Connection refused\n- host: 'b': {AT}session is read-only", "only a replica answers"),
    ("failed to resolve host 'ss@db': [Errno -2] Name or service not known", "unknown to this machine"),
    ("connection timeout expired", "does not answer"),
    ('invalid connection option "xyz"\n', "does not know"),
]


@pytest.mark.parametrize(("text", "words"), CASES)
def test_a_refused_connection_is_a_sentence(text: str, words: str) -> None:
    said = meaning(DBAPIError.instance(None, None, psycopg.OperationalError(text), psycopg.Error))
    assert said.startswith("PostgreSQL: ")
    assert words in said


def test_a_lost_connection_is_named_as_one() -> None:
    lost = psycopg.OperationalError("server closed the connection unexpectedly")
    assert "was lost" in meaning(DBAPIError.instance("SELECT 1", None, lost, psycopg.Error))


@pytest.mark.parametrize(
    "error",
    [
        psycopg.errors.UniqueViolation("x"),
        psycopg.OperationalError(f"{AT}FATAL:  autentikasi kata sandi gagal untuk pengguna"),
        ValueError("refused"),
    ],
)
def test_other_errors_are_left_to_others(error: Exception) -> None:
    assert meaning(error) == ""


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
