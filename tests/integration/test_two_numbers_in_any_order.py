"""In any order of messages and notices, a complaint is listed for the person who filed it, and no other.

Each real person has three pairs of names, one after the other. The old telephone number of the one becomes
the new one of the other. A message may come under any names that a person had, a notice any number of times
and in any order; an update may be resolved before a notice and taken after it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import count
from typing import Any

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from bot.addresses.batch import Batch
from bot.channels.whatsapp.deliveries import Delivered
from bot.channels.whatsapp.ports import Address
from bot.database import addresses, cases, conversations
from bot.database.sealing import Codec
from conversations.complaints.case import Case
from conversations.complaints.signatures import signed_texts
from conversations.conversation import Conversation, ConversationKey
from tests.integration.both_stores import SQLITE, Place
from tests.integration.turn_setup import case_of
from tests.integration.two_numbers import NOW, changes, writes
from tests.unit.transcript import TERMS

# The first telephone number of the one is the last of the other.
NAMES = {
    "siti": (Address("ID.1", "6281"), Address("ID.2", "6282"), Address("ID.3", "6283")),
    "budi": (Address("ID.7", "6287"), Address("ID.8", ""), Address("ID.9", "6281")),
}
PEOPLE, STEPS = st.sampled_from([*NAMES]), st.integers(0, 2)
ACTS = st.lists(
    st.one_of(
        st.tuples(st.just("files"), PEOPLE, STEPS),
        st.tuples(st.just("files later"), PEOPLE, STEPS),
        st.tuples(st.just("notice"), PEOPLE, st.integers(0, 1)),
    ),
    max_size=12,
)
Act = tuple[str, str, int]


class Lives:
    """The people of one sequence, in a transaction that is rolled back."""

    def __init__(self, connection: Connection, codec: Codec) -> None:
        self._connection, self._codec = connection, codec
        self._numbers: Iterator[int] = count(1)
        self._filed: dict[str, set[str]] = {name: set() for name in NAMES}
        self._later: list[tuple[str, int]] = []

    def play(self, acts: Sequence[Act]) -> None:
        """Act; afterwards every notice has come, and all that was postponed is taken."""
        for act, who, step in acts:
            if act == "notice":
                self._resolve(self._notice(who, step))
            elif account := self._resolve(self._message(who, step)):
                self._later.append((who, account))
                if act == "files":
                    self._take()
            self._nobody_has_anothers()
        for who in NAMES:
            for step in (0, 1):
                self._resolve(self._notice(who, step))
        self._take()
        self._nobody_has_anothers()

    def _message(self, who: str, step: int) -> Delivered:
        return writes(f"w{next(self._numbers)}", NAMES[who][step], "halo")

    def _notice(self, who: str, step: int) -> Delivered:
        return changes(f"n{next(self._numbers)}", NAMES[who][step], NAMES[who][step + 1])

    def _resolve(self, update: Delivered) -> int:
        numbers = [2**62 + next(self._numbers)]
        resolved = Batch(self._codec, TERMS, [update], numbers, {}, NOW).resolve(self._connection)
        (raw,) = resolved.raws
        assert isinstance(raw, dict)
        return int(raw["chat"])

    def _take(self) -> None:
        """What the turns do with the updates: a complaint each, noted in the conversation."""
        connection, codec = self._connection, self._codec
        moved = addresses.moved(connection, codec, [account for _, account in self._later])
        for who, account in self._later:
            today, number = moved.get(account, account), next(self._numbers)
            case = case_of(f"c{number}", number, filed_by=today)
            cases.file_cases(connection, codec, [case], TERMS)
            key = ConversationKey(today, today)
            known = conversations.load_conversations(connection, codec, [key]).get(key)
            talk = known or Conversation(chat=today, person=today)
            opened = talk.model_copy(update={"opened": (*talk.opened, case.id)})
            conversations.save_conversations(connection, codec, [opened], TERMS)
            self._filed[who].add(case.id)
        self._later.clear()

    def _listed(self, who: str) -> tuple[list[Case], set[str]]:
        """The complaints that a person finds under all names so far, and those named in the conversations."""
        users = [names.user_id for names in NAMES[who]]
        people = {one.n: one for one in addresses.find(self._connection, self._codec, users, [])}
        accounts = {one.chat for one in people.values() if not one.now}
        listed = cases.load_cases(self._connection, self._codec, filed_by=accounts)
        keys = [ConversationKey(account, account) for account in accounts]
        talks = conversations.load_conversations(self._connection, self._codec, keys)
        return [*listed.values()], {name for talk in talks.values() for name in talk.opened}

    def _nobody_has_anothers(self) -> None:
        for who, filed in self._filed.items():
            listed, opened = self._listed(who)
            assert {case.id for case in listed} == opened == filed
            assert all(signed.fits for case in listed for signed in signed_texts(case))

    def each_has_one_account(self) -> None:
        """Every notice has come: a person has at most one account, found by each of the names."""
        for who in NAMES:
            listed, _ = self._listed(who)
            assert len({case.filed_by for case in listed}) <= 1


def test_every_complaint_is_listed_for_its_person_in_any_order(place: Place, codec: Codec) -> None:
    engine = place(place.folder / "aduan.db", tables=True).writing_engine()

    @settings(
        max_examples=60 if place.kind == SQLITE else 10,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @example([("files", "siti", 0), ("files", "siti", 1), ("notice", "siti", 0)])
    @example([("files", "siti", 0), ("files", "siti", 2), ("notice", "siti", 1), ("notice", "siti", 0)])
    @example([("files", "siti", 0), ("files", "budi", 2), ("files", "siti", 1)])
    @example([("files later", "siti", 1), ("files", "siti", 0), ("notice", "siti", 0)])
    @given(ACTS)
    def sequences(acts: list[Any]) -> None:
        with engine.connect() as connection, connection.begin() as transaction:
            lives = Lives(connection, codec)
            lives.play(acts)
            lives.each_has_one_account()
            transaction.rollback()

    try:
        sequences()
    finally:
        engine.dispose()
