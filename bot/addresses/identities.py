"""Decides who wrote: which number of ours is the person with these names of the messenger. Pure.

A person has two names there. The BSUID (`user_id`) belongs to one person and is never given to another; it
changes together with the telephone number. The number (`wa_id`) may be missing, and the operators of
telephone networks give a number that was returned to somebody else, who must not see the complaints of the
one before. So:

1. The BSUID decides. A number decides only where one of both, the message or the stored person, has no BSUID:
   the same person was seen before there were any.
2. A number that comes with another BSUID than the stored one has another owner now. It leaves its earlier
   owner, who is still found, and written to, by BSUID.
3. A notice of the messenger says that one person has other names now; the person keeps our number, and with
   it the conversation and complaints. The old BSUID still leads to it: updates come in any order.
4. A notice may come after the first message under the new names, for which a number was made. Then both are
   one person: the one with complaints stays, else the one with a conversation, else the older one. The other
   number leads to it, for what it still has to send: a message of the person opens both chats. Its complaints
   and its conversation move (bot/database/joining.py).
5. Two people are made one only by a notice, or by a message with both names where each was seen alone.
6. A change of the BSUID without a new number is a change of the number as well, which is not told: the old
   number is forgotten.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from bot.channels.whatsapp.ports import Address
from bot.database.addresses import Person

Standing = Callable[[Person], tuple[bool, bool]]


class Identities:
    """The people of a batch of updates, as far as they are stored.

    `numbers` gives numbers for new people; `standing` says whether a person has complaints, and a
    conversation; `at` is the wall time.
    """

    def __init__(
        self, stored: Iterable[Person], numbers: Iterator[int], standing: Standing, at: float
    ) -> None:
        self._numbers, self._standing, self._at = numbers, standing, at
        self._people, self._changed = dict[int, Person](), set[int]()
        # The numbers that led nowhere before this batch, and lead to another one now.
        self._merged_numbers: list[int] = []
        # The number of the person with a name.
        self._users, self._owners = dict[str, int](), dict[str, int]()
        for person in stored:
            self._index(person)

    @property
    def changed(self) -> list[Person]:
        """The people whose names changed, and new ones."""
        return [self._people[number] for number in sorted(self._changed)]

    @property
    def merged(self) -> list[tuple[Person, Person]]:
        """The people who were found to be another one, each with that one."""
        gone = [self._people[number] for number in self._merged_numbers]
        return [(person, self.today(person)) for person in gone]

    def today(self, person: Person) -> Person:
        """Who a person is after all changes."""
        person = self._people[person.n]
        while person.now in self._people:
            person = self._people[person.now]
        return person

    def known(self, names: Address) -> Person | None:
        """The person with these names, without a change; None for an unknown one."""
        user, owner = self._user(names.user_id), self._owner(names.wa_id)
        if user or owner is None or not (owner.user_id and names.user_id):
            return user or owner
        return None

    def writer(self, names: Address, profile: str) -> Person:
        """The person who wrote a message; a new one where no one has these names."""
        person, owner = self._user(names.user_id), self._owner(names.wa_id)
        if person and person.user_id != names.user_id:
            # Written before the change of names that is known already.
            return person
        if owner and _has_another_owner(owner, person, names):
            self._put(replace(owner, wa_id=""))
            owner = None
        if person and owner and owner.n != person.n:
            person = self._merged(person, owner)
        found = person or owner or Person(next(self._numbers))
        user_id, wa_id = names.user_id or found.user_id, names.wa_id or found.wa_id
        return self._put(replace(found, user_id=user_id, wa_id=wa_id, name=profile or found.name))

    def change(self, before: Address, now: Address) -> None:
        """Note that the person with the names `before` has the names `now`; nothing for an unknown person."""
        present = self._user(now.user_id)
        if present and now.user_id != present.user_id:
            # A later change is known already.
            self._join_earlier(before, present)
        else:
            self._rename(before, now, present)

    def _join_earlier(self, before: Address, present: Person) -> None:
        """Note that the person with this BSUID is `present`, whose names stay. A number alone is too old."""
        person = self._user(before.user_id)
        if person and person.n != present.n:
            earlier = {before.user_id, person.user_id}
            both = self._merged(present, person)
            self._put(replace(both, user_id=present.user_id, wa_id=present.wa_id))
            self._lead(earlier, both)

    def _rename(self, before: Address, now: Address, present: Person | None) -> None:
        person = self.known(before)
        if person and present and person.n != present.n:
            person = self._merged(person, present)
        person = person or present
        if person is None:
            return
        earlier = {before.user_id, person.user_id}
        user_id = now.user_id or person.user_id
        wa_id = now.wa_id or (person.wa_id if user_id == person.user_id else "")
        owner = self._owner(wa_id)
        if owner and owner.n != person.n:
            self._put(replace(owner, wa_id=""))
        self._put(replace(person, user_id=user_id, wa_id=wa_id))
        self._lead(earlier, person)

    def _lead(self, earlier: set[str], person: Person) -> None:
        """Let earlier BSUIDs lead to a person, those that no one has now."""
        for name in sorted(earlier - self._users.keys() - {""}):
            self._put(Person(next(self._numbers), name, heard=self._at, now=person.n))

    def _merged(self, one: Person, other: Person) -> Person:
        """Make one person of two; the one that stays, with the names of both."""
        stays, goes = (one, other) if self._rank(one) > self._rank(other) else (other, one)
        names = {name: getattr(one, name) or getattr(other, name) for name in ("user_id", "wa_id", "name")}
        self._put(replace(goes, user_id="", wa_id="", name="", now=stays.n, also=()))
        self._merged_numbers.append(goes.n)
        also = tuple(sorted({*stays.also, *goes.also, goes.n}))
        return self._put(replace(stays, **names, also=also))

    def _rank(self, person: Person) -> tuple[bool, bool, int]:
        return (*self._standing(person), -person.n)

    def _user(self, user_id: str) -> Person | None:
        """Who has, or had, this BSUID."""
        number = self._users.get(user_id)
        return None if number is None else self.today(self._people[number])

    def _owner(self, wa_id: str) -> Person | None:
        number = self._owners.get(wa_id)
        return None if number is None else self._people[number]

    def _put(self, person: Person) -> Person:
        """Note a person, unless all is as before."""
        if self._people.get(person.n) != person:
            self._index(person)
            self._changed.add(person.n)
        return person

    def _index(self, person: Person) -> None:
        before = self._people.get(person.n, person)
        for index, name in ((self._users, before.user_id), (self._owners, before.wa_id)):
            if index.get(name) == person.n:
                del index[name]
        self._people[person.n] = person
        if person.user_id:
            self._users[person.user_id] = person.n
        if person.wa_id:
            self._owners[person.wa_id] = person.n


def _has_another_owner(owner: Person, person: Person | None, names: Address) -> bool:
    """Whether the number of a message is not its stored owner's any more."""
    if person and person.n == owner.n:
        return False
    if owner.user_id and names.user_id:
        return True
    # The writer was known with another number: it was not the writer who had this one.
    return person is not None and person.wa_id not in ("", names.wa_id)
