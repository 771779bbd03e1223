"""Who a person on WhatsApp is: by both names, over changes of them, and never somebody else."""

from __future__ import annotations

from collections.abc import Collection
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.addresses.identities import Identities
from bot.channels.numbers import FIRST_ON_WHATSAPP, MICROSECONDS
from bot.channels.whatsapp.ports import Address
from bot.database import addresses, wire_messages
from bot.database.addresses import Person

A, B, C = "ID.1", "ID.2", "ID.3"
OLD, NEW = "6281", "6282"


class Store:
    """Keeps people as the table does, from one batch to the next."""

    def __init__(self, filed: Collection[int] = (), talks: Collection[int] = ()) -> None:
        self.people: dict[int, Person] = {}
        self.filed, self.talks = filed, talks
        self._numbers = count(1)

    def _batch(self) -> Identities:
        def standing(person: Person) -> tuple[bool, bool]:
            return person.n in self.filed, person.n in self.talks

        return Identities(self.people.values(), self._numbers, standing, 1.0)

    def _keep(self, batch: Identities) -> None:
        self.people.update({person.n: person for person in batch.changed})
        for field in ("user_id", "wa_id"):
            names = [name for person in self.people.values() if (name := getattr(person, field))]
            assert len(names) == len(set(names)), "two rows have one name"

    def writes(self, user_id: str = "", wa_id: str = "") -> int:
        batch = self._batch()
        found = batch.writer(Address(user_id, wa_id), "")
        self._keep(batch)
        return batch.today(found).n

    def changes(self, before: Address, now: Address) -> None:
        batch = self._batch()
        batch.change(before, now)
        self._keep(batch)

    def known(self, user_id: str = "", wa_id: str = "") -> int:
        found = self._batch().known(Address(user_id, wa_id))
        return found.n if found else 0


def test_a_person_stays_the_same_by_either_name() -> None:
    store = Store()
    assert [store.writes(A, OLD), store.writes(A), store.writes("", OLD), store.writes(A, OLD)] == [1] * 4


def test_a_person_first_seen_by_number_is_the_same_with_both_names() -> None:
    store = Store()
    assert [store.writes("", OLD), store.writes(A, OLD), store.writes(A)] == [1, 1, 1]


def test_a_person_first_seen_by_user_id_is_the_same_with_both_names() -> None:
    store = Store()
    assert [store.writes(A), store.writes(A, OLD), store.writes("", OLD)] == [1, 1, 1]


def test_two_who_share_nothing_stay_two() -> None:
    store = Store()
    assert [store.writes(A, OLD), store.writes(B, NEW), store.writes(C), store.writes("", "6283")] == [
        1,
        2,
        3,
        4,
    ]


def test_the_new_owner_of_a_number_is_somebody_else() -> None:
    store = Store(filed={1})
    assert [store.writes(A, OLD), store.writes(B, OLD), store.writes("", OLD), store.writes(A)] == [
        1,
        2,
        2,
        1,
    ]
    assert store.people[1].wa_id == ""


def test_a_number_of_a_person_who_was_known_with_another_one_is_not_merged() -> None:
    store = Store(filed={2})
    assert [store.writes(A, OLD), store.writes("", NEW), store.writes(A, NEW)] == [1, 2, 1]
    assert store.people[2].wa_id == ""


@pytest.mark.parametrize(
    ("filed", "talks", "stays"),
    [((), (), 1), ((2,), (1,), 2), ((1, 2), (2,), 2), ((), (2,), 2), ((1,), (1, 2), 1)],
)
def test_the_one_with_complaints_or_a_conversation_or_the_older_one_stays(
    filed: tuple[int, ...], talks: tuple[int, ...], stays: int
) -> None:
    by_message, by_notice = Store(filed, talks), Store(filed, talks)
    assert [by_message.writes(A), by_message.writes("", OLD), by_message.writes(A, OLD)] == [1, 2, stays]
    assert [by_notice.writes(A, OLD), by_notice.writes(B, NEW)] == [1, 2]
    by_notice.changes(Address(A, OLD), Address(B, NEW))
    assert [by_notice.writes(B, NEW), by_notice.writes(A, OLD)] == [stays, stays]
    assert (by_notice.people[stays].user_id, by_notice.people[stays].wa_id) == (B, NEW)
    assert by_notice.people[3 - stays].now == stays


# A notice -> the names afterwards.
NOTICES: dict[str, tuple[Address, Address, tuple[str, str]]] = {
    "a new number": (Address(A, OLD), Address(B, NEW), (B, NEW)),
    "by the old id alone": (Address(A), Address(B, NEW), (B, NEW)),
    "by the old number alone": (Address("", OLD), Address(B, NEW), (B, NEW)),
    "without ids": (Address("", OLD), Address("", NEW), (A, NEW)),
    "without the new number": (Address(A), Address(B), (B, "")),
}


@pytest.mark.parametrize("name", NOTICES)
def test_the_person_keeps_the_number_over_a_change_of_names(name: str) -> None:
    before, now, names = NOTICES[name]
    store = Store()
    store.writes(A, OLD)
    for _ in range(2):
        store.changes(before, now)
        assert (store.people[1].user_id, store.people[1].wa_id) == names
        assert store.writes(*names) == 1


def test_an_update_from_before_the_change_may_come_after_it() -> None:
    store = Store()
    store.writes(A, OLD)
    store.changes(Address(A, OLD), Address(B, NEW))
    assert [store.writes(A, OLD), store.known(A), store.writes(B, NEW)] == [1, 1, 1]
    assert store.people[1].user_id == B


def test_an_old_notice_does_not_undo_a_later_one() -> None:
    store = Store()
    store.writes(A, OLD)
    store.changes(Address(A, OLD), Address(B, NEW))
    store.changes(Address(B, NEW), Address(C, "6283"))
    store.changes(Address(A, OLD), Address(B, NEW))
    assert [store.writes(name) for name in (A, B, C)] == [1, 1, 1]
    assert store.people[1].user_id == C


def test_a_notice_after_a_later_one_still_joins_the_earliest_number() -> None:
    store = Store(filed={1})
    third = Address(C, "6283")
    assert [store.writes(A, OLD), store.writes(B, NEW), store.writes(C, "6283")] == [1, 2, 3]
    store.changes(Address(B, NEW), third)
    store.changes(Address(A, OLD), Address(B, NEW))
    assert [store.writes(name) for name in (A, B, C)] == [1, 1, 1]
    assert (store.people[1].user_id, store.people[1].wa_id) == (C, "6283")


def test_a_late_notice_by_the_number_alone_joins_nobody() -> None:
    """The number may have another owner by now."""
    store = Store()
    assert [store.writes(A, OLD), store.writes(B, NEW)] == [1, 2]
    store.changes(Address(B, NEW), Address(C, "6283"))
    store.changes(Address("", OLD), Address(B, NEW))
    assert [store.writes(name) for name in (A, B, C)] == [1, 2, 2]


def test_a_late_notice_does_not_touch_the_new_owner_of_the_old_number() -> None:
    store = Store()
    assert [store.writes(A, OLD), store.writes(C, OLD)] == [1, 2]
    store.changes(Address(A, OLD), Address(B, NEW))
    assert [store.writes(B, NEW), store.writes(C, OLD), store.writes("", OLD)] == [1, 2, 2]


def test_a_notice_about_nobody_makes_nobody() -> None:
    store = Store()
    store.changes(Address(A, OLD), Address(B, NEW))
    assert store.people == {}


def test_a_status_makes_nobody_and_finds_no_new_owner() -> None:
    store = Store()
    assert store.known(A, OLD) == 0
    store.writes(A, OLD)
    assert [store.known(A), store.known("", OLD), store.known(B, OLD)] == [1, 1, 0]


_STEPS = st.lists(st.tuples(st.sampled_from(["", A, B, C]), st.sampled_from(["", OLD, NEW])), max_size=12)


@given(_STEPS)
@settings(max_examples=300, deadline=None)
def test_without_a_notice_two_user_ids_are_never_one_person(steps: list[tuple[str, str]]) -> None:
    store, owner = Store(), dict[int, str]()
    for user_id, wa_id in steps:
        if user_id or wa_id:
            number = store.writes(user_id, wa_id)
            assert not user_id or owner.setdefault(number, user_id) == user_id
            assert not user_id or store.writes(user_id) == number


def test_the_store_counts_as_the_channel() -> None:
    assert addresses.FIRST_PERSON == FIRST_ON_WHATSAPP
    assert wire_messages.KEPT == 90 * 24 * 3600 * MICROSECONDS
