"""Fills a store with cases, about as fast as it takes their rows.

A few lives (lives.py) are played by the bot in a store of their own. The cases are copies of these patterns
(patterns.py), received over YEARS years, those that are over first. Every fifth case is of the citizen of the
one before it.
"""

from __future__ import annotations

import multiprocessing
import random
from array import array
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Connection

from bot.database import register_seal, tables
from bot.database.sealing import Codec
from bot.database.stores.store import Store
from conversations.reading.searched import words
from tests.bench import lives
from tests.bench.bulk import Bulk, bulk
from tests.bench.lives import MARKERS, Life
from tests.bench.patterns import Pattern
from tests.bench.slots import Copy, Place
from tests.bench.stored_chat import StoredChat
from tests.unit.transcript import START

YEARS = 5
WEEKS = YEARS * 52
FIRST_PERSON = 7_000_000_000
# More than the messages of one pattern.
MESSAGES = 100
CASES_OF_A_PERSON = 5
PORTION = 1_000
ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyz"
ID_LENGTH, KEY_DIGITS = 12, 16
# Multiplied by them, ascending numbers give ids that ascend no more than random ones.
ID_FACTOR, KEY_FACTOR = 2_862_933_555_777_941_757, 6_364_136_223_846_793_005
SYLLABLES = tuple(consonant + vowel for consonant in "bcdgjklmnprstwy" for vowel in "aiueo")
VOCABULARY = 20_000

# A word of the vocabulary is the more frequent the earlier it stands.
RARITY = 3
COPIED = tuple(
    tables.metadata.tables[name] for name in ("cases", "history", "files", "conversations", "sent_messages")
)

Advance = Callable[[int, int], None]


class Patterns(NamedTuple):
    """The patterns of open cases, and of those that are over."""

    open: Sequence[Pattern]
    over: Sequence[Pattern]


def play(
    folder: Path, open_lives: Sequence[Life] = lives.OPEN, over: Sequence[Life] = lives.OVER
) -> Patterns:
    """Play the lives in a store in this folder, and read them as patterns."""
    with closing(StoredChat(folder=folder, now=START)) as chat:
        cases = [
            lives.play(chat, life, FIRST_PERSON - number)
            for number, life in enumerate((*over, *open_lives), start=1)
        ]

        def read(connection: Connection) -> list[Pattern]:
            return [Pattern(connection, chat.codec, case.id) for case in cases]

        patterns = chat.write(read)
        return Patterns(patterns[len(over) :], patterns[: len(over)])


class Generator:
    """Makes copies of patterns, the oldest first; `open_share` of them are open."""

    def __init__(self, patterns: Patterns, codec: Codec, count: int, open_share: float) -> None:
        self._patterns, self._codec, self.count = patterns, codec, count
        self._over = count - round(count * open_share)
        self._vocabulary = _vocabulary()
        self._serials = self._numbered()

    def _numbered(self) -> array[int]:
        """The serial number of each copy within its agency and year."""
        last = Counter[tuple[str, int]]()
        serials = array("L")
        for number in range(self.count):
            pattern, days = self._chosen(number)
            group = pattern.case.agency, _year(pattern, days)
            last[group] += 1
            serials.append(last[group])
        return serials

    def _chosen(self, number: int) -> tuple[Pattern, int]:
        """The pattern of a copy, and the days by which the copy is later."""
        if number >= self._over:
            return self._patterns.open[number % len(self._patterns.open)], 0
        weeks = WEEKS - 1 - number * WEEKS // self._over
        return self._patterns.over[number % len(self._patterns.over)], -7 * weeks

    def portion(self, first: int) -> list[Copy]:
        """The copies from this number on, at most PORTION."""
        chosen = random.Random(first)  # noqa: S311 - the same words in every run
        return [self._copy(number, chosen) for number in range(first, min(first + PORTION, self.count))]

    def _copy(self, number: int, chosen: random.Random) -> Copy:
        pattern, days = self._chosen(number)
        again = number % CASES_OF_A_PERSON == CASES_OF_A_PERSON - 1
        place = Place(
            case=_id(number),
            serial=self._serials[number],
            person=FIRST_PERSON + number - again,
            files=tuple(_key(number * MESSAGES + place) for place in range(len(pattern.files))),
            days=days,
            first_message=MESSAGES * (number + 1),
            words=tuple(self._vocabulary[int(VOCABULARY * chosen.random() ** RARITY)] for _ in MARKERS),
        )
        copy = pattern.copy(self._codec, place)
        if again:
            copy.rows["conversations"] = []
        return copy

    def portions(self) -> Iterator[list[Copy]]:
        """All copies, made by one process for each processor."""
        firsts = range(0, self.count, PORTION)
        if len(firsts) == 1:
            yield self.portion(0)
            return
        # By fork: the patterns hold ciphers, which cannot be sent to a process.
        with multiprocessing.get_context("fork").Pool(initializer=_keep, initargs=(self,)) as pool:
            yield from pool.imap(_portion_of_kept, firsts)


_kept: list[Generator] = []


def _keep(generator: Generator) -> None:
    _kept.append(generator)


def _portion_of_kept(first: int) -> list[Copy]:
    return _kept[0].portion(first)


def fill(store: Store, codec: Codec, generator: Generator, advance: Advance) -> None:
    """Store the copies in a store that has its tables. A kill leaves it damaged: begin with a new one."""
    done = 0
    with bulk(store) as rows:
        for some in generator.portions():
            with rows.connection.begin():
                _store(rows, codec, some)
            done += len(some)
            advance(done, generator.count)


def _store(rows: Bulk, codec: Codec, some: Sequence[Copy]) -> None:
    for table in COPIED:
        names = [column.name for column in table.columns]
        rows.insert(table, [tuple(map(row.get, names)) for copy in some for row in copy.rows[table.name]])
    # In the order of the key, so that its pages are written one after the other.
    rows.insert(tables.case_words, sorted(row for copy in some for row in copy.words))
    tally = register_seal.read(rows.connection, codec)
    for copy in some:
        tally = tally.add(copy.summand)
    register_seal.save(rows.connection, codec, tally)


def _id(number: int) -> str:
    rest, letters = number * ID_FACTOR % 36**ID_LENGTH, ""
    while len(letters) < ID_LENGTH:
        rest, digit = divmod(rest, 36)
        letters += ALPHABET[digit]
    return letters


def _key(number: int) -> str:
    return f"{number * KEY_FACTOR % 16**KEY_DIGITS:0{KEY_DIGITS}x}"


def _year(pattern: Pattern, days: int) -> int:
    return (pattern.case.received_at + timedelta(days=days)).year


def _vocabulary() -> list[str]:
    """Different words that the index keeps as they are."""
    chosen = random.Random(VOCABULARY)  # noqa: S311 - the same words in every run
    found = dict[str, None]()
    while len(found) < VOCABULARY:
        word = "".join(chosen.choices(SYLLABLES, k=chosen.choice((3, 4))))
        if tuple(words(word)) == (word,):
            found[word] = None
    return list(found)
