"""Many cases: the generator stores them as the bot does, and no use reads more because of them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from bot.database import tables
from bot.database.cases import load_cases
from bot.database.stores.sqlite import SqliteStore
from bot.operations.verify import verify
from tests.bench import lives
from tests.bench.generator import FIRST_PERSON, ID_LENGTH, Generator, Patterns, fill, play
from tests.bench.growth import steps
from tests.bench.growth_uses import AGENCY, ALSO_FREQUENT, APART, FREQUENT, SELDOM, USES, FilledChat
from tests.bench.patterns import Pattern
from tests.bench.slots import Copy, Place
from tests.bench.stored_chat import StoredChat
from tests.integration.query_plans import scans, statements_of
from tests.unit.transcript import START

OPEN = (lives.OPEN[0], lives.OPEN[2])
OVER = (lives.OVER[2],)
COUNT = 120
COPIES = 100
SEARCHED = (FREQUENT, ALSO_FREQUENT, APART, SELDOM)
YEAR = 365 * 24 * 3600


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("growth")


@pytest.fixture(scope="module")
def patterns(folder: Path) -> Patterns:
    (folder / "played").mkdir()
    return play(folder / "played", OPEN, OVER)


@pytest.fixture(scope="module")
def chat(folder: Path, patterns: Patterns) -> Iterator[FilledChat]:
    """A store with open cases, and three times as many that are over."""
    (folder / "filled").mkdir()
    with closing(StoredChat(folder=folder / "filled", now=START)) as empty:
        codec = empty.codec
    store = SqliteStore(folder / "filled" / "aduan.db")
    fill(store, codec, Generator(patterns, codec, COUNT, 0.25), lambda _done, _all: None)
    assert verify(store, codec).faults == []
    with closing(FilledChat(folder=folder / "filled", now=START)) as filled:
        yield filled


def _same_place(pattern: Pattern) -> Place:
    """The place of the pattern itself."""
    case = pattern.case
    serial = int(case.reference.rpartition("-")[2])
    files = tuple(file.key for file in pattern.files)
    return Place(case.id, serial, case.filed_by, files, 0, pattern.first_message)


def test_a_copy_has_the_rows_of_a_case_that_the_bot_has_filed(
    tmp_path: Path, folder: Path, patterns: Patterns
) -> None:
    shutil.copy(folder / "played" / "aduan.key", tmp_path)
    with closing(StoredChat(folder=tmp_path, now=START)) as store:
        pattern = patterns.over[0]
        made = pattern.copy(store.codec, _same_place(pattern))

        def stored(connection: Connection) -> Pattern:
            _insert(connection, made)
            return Pattern(connection, store.codec, pattern.case.id)

        copied = store.write(stored)
    assert copied.rows == pattern.rows
    assert {name: len(rows) for name, rows in made.rows.items()} == {
        "cases": 1,
        "history": 12,
        "files": 1,
        "conversations": 1,
        "sent_messages": 14,
    }
    left_out = {"history_head"}
    assert copied.case.model_dump(exclude=left_out) == pattern.case.model_dump(exclude=left_out)


def _insert(connection: Connection, made: Copy) -> None:
    for name, rows in made.rows.items():
        connection.execute(tables.metadata.tables[name].insert(), rows)
    columns = [column.name for column in tables.case_words.columns]
    words = [dict(zip(columns, row, strict=True)) for row in made.words]
    connection.execute(tables.case_words.insert(), words)


def test_the_bot_opens_the_copies_and_finds_their_words(chat: FilledChat) -> None:
    def opened(connection: Connection) -> int:
        ids = connection.scalars(text("SELECT id FROM cases")).all()
        return len(load_cases(connection, chat.codec, ids))

    assert chat.write(opened) == COUNT
    USES["/cari, a seldom word"](chat, 0)
    assert [message.template for message in chat.sent(chat.officer().chat)] == ["desk.found"]


@pytest.mark.parametrize("statistics", [False, True], ids=["without statistics", "with statistics"])
def test_no_use_reads_a_whole_table(chat: FilledChat, *, statistics: bool) -> None:
    if statistics:
        chat.write(lambda connection: connection.execute(text("ANALYZE")))
    engines = chat.database._connection.engine, chat.database._reading
    with statements_of(engines[0]) as written, statements_of(engines[1]) as read:
        for turn, use in enumerate(USES.values()):
            use(chat, turn)
    asked = [*written, *read]
    assert len({statement for statement, _ in asked}) > 40
    assert chat.write(lambda c: [scan for one in asked for scan in scans(c, one)]) == []


def test_no_use_reads_more_for_twice_as_many_cases(chat: FilledChat) -> None:
    # The first ones fill every page and every count up to its bound.
    chat.write(lambda connection: _multiply(connection, chat, 1))
    before = _costs(chat)
    chat.write(lambda connection: _multiply(connection, chat, 2))
    assert {name: cost for name, cost in _costs(chat).items() if cost > before[name] * 1.1 + 3} == {}
    assert chat.write(lambda c: c.scalar(text("SELECT count(*) FROM cases"))) > 2 * COPIES * COUNT


def _costs(chat: FilledChat) -> dict[str, int]:
    """The steps of each use, in hundreds."""
    counted = {}
    for turn, (name, use) in enumerate(USES.items(), start=len(chat.keys)):
        with steps(chat) as found:
            use(chat, turn)
        counted[name] = found[0]
    return counted


def _multiply(connection: Connection, chat: FilledChat, times: int) -> None:
    """COPIES copies of the cases of the generator under other ids, received earlier or due later.

    No use opens them, and they have only the words that are searched.
    """
    values = {column.name: column.name for column in tables.cases.columns} | {
        "id": "id || :times || n",
        "serial": "serial + :times * 1000000 + n * 1000",
        "reference": "reference || :times || n",
        "filed_by": "n",
        "due_on": "'2027-01-04'",
        "wake_at": "CASE WHEN wake_at IS NULL THEN NULL ELSE '2027' END",
        "state": "x''",
    }
    numbers = (
        "(WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < :copies) SELECT n FROM c)"
    )
    searched = ", ".join(str(chat.codec.word(AGENCY, 0, word)) for word in SEARCHED)
    copied = f"""
        INSERT INTO cases ({", ".join(values)}) SELECT {", ".join(values.values())} FROM cases, {numbers}
        WHERE filed_by BETWEEN :first AND :last
    """  # noqa: S608 - ours
    words = f"""
        INSERT INTO case_words SELECT word, received - {10 * YEAR}, case_id || :times || n
        FROM case_words, {numbers} WHERE word IN ({searched}) AND length(case_id) = {ID_LENGTH}
    """  # noqa: S608 - ours
    given = {"times": times, "copies": COPIES, "first": FIRST_PERSON, "last": FIRST_PERSON + COUNT}
    for statement in (copied, words):
        connection.execute(text(statement), given)
