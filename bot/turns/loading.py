"""Loads a batch's working set from the store, in bulk, each row once (invariant 2)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TypeVar

from sqlalchemy import Connection

from bot.database import (
    cases,
    conversations,
    digest_cases,
    history,
    listing,
    members,
    sent_messages,
    serials,
    word_index,
)
from bot.database.period_cases import PeriodQuery, count_cases
from bot.database.quarantine import Damage, Fault, Stage
from bot.database.sealing import Codec
from bot.database.showings import first_showings
from conversations.complaints.case import Case
from conversations.conversation import Conversation, ConversationKey
from conversations.effects import Outcome
from conversations.engine import Needs
from conversations.queries import (
    MOST_OTHERS,
    Found,
    HistoryWanted,
    Received,
    Search,
)
from conversations.reading.numbers import MOST_ID, whole
from conversations.world import World

K = TypeVar("K")
NOTHING = Needs()


class Loader:
    """Loads rows into `world`, except those that the batch has changed already.

    `stored` and `stored_cases` hold the states of the store, so that only changes are written back; `damage`
    holds the rows that do not open: only the events that need one of them are refused. `wall` is now;
    `in_flight` are the outbox rows that are being sent.
    """

    def __init__(
        self,
        connection: Connection,
        codec: Codec,
        world: World,
        wall: float,
        in_flight: Collection[int] = (),
    ) -> None:
        self.world = world
        self.damage = Damage()
        self.stored: dict[ConversationKey, Conversation] = {}
        self.stored_cases: dict[str, Case] = {}
        self._connection = connection
        self._codec = codec
        self._wall, self._in_flight = wall, in_flight
        self._keys: dict[tuple[int, int], str] = {}
        self._asked: set[object] = set()
        world.keys = self._keys

    def lacks_numbers(self, outcome: Outcome) -> set[str]:
        """The agencies in which this outcome files a complaint, and whose next number is not loaded."""
        year = self.world.now.year
        filed = {case.agency for case in outcome.cases if case.id not in self.world.cases}
        return {agency for agency in filed if (agency, year) not in self.world.serials}

    def numbers(self, agencies: Iterable[str]) -> None:
        """Load the next serial number of these agencies."""
        found = serials.next_serials(self._connection, sorted(agencies), self.world.now.year)
        self.world.serials = {**found, **self.world.serials}

    def load(self, wants: Iterable[Needs]) -> None:
        """Load the needs that were not loaded before."""
        all_wants = [want for want in wants if want != NOTHING]
        if not all_wants:
            return
        self._load_people(all_wants)
        self._load_keys({want.reply for want in all_wants if want.reply})
        self._load_showings({want.shown for want in all_wants if want.shown})
        self._load_cases(
            self._unasked("case", self._cases_of(all_wants)),
            self._unasked("reference", {number for want in all_wants for number in want.references}),
            self._unasked("own", {want.own for want in all_wants if want.own}),
            self._unasked("handled", {person for want in all_wants for person in want.handled}),
        )
        self._load_originals()
        self._load_writers(all_wants)
        self._load_filers({name for want in all_wants for name in want.filers})
        self._load_others({name for want in all_wants for name in want.with_others})
        self._run_queries(all_wants)

    def _load_people(self, all_wants: list[Needs]) -> None:
        """The conversations, the officers' names of groups, and the memberships."""
        self._load_conversations(
            {want.conversation for want in all_wants if want.conversation}
            | {key for want in all_wants for key in want.others}
        )
        groups = {chat for want in all_wants for chat in want.officers}
        self._load_staff(groups | {want.staff for want in all_wants if want.staff})
        officers = {key.person for key in self.world.conversations if key.chat in groups}
        self._load_members(officers | {person for want in all_wants for person in want.members})

    def _cases_of(self, all_wants: list[Needs]) -> set[str]:
        """The ids of the cases that are needed by id, by an open prompt, by a group or by an agency."""
        prompted = {
            talk.writing.case
            for want in all_wants
            for key in want.others
            if (talk := self.world.conversations.get(key)) and talk.writing
        }
        moved = self._unasked("group", {want.group for want in all_wants if want.group})
        shown = {name for group in moved for name in cases.open_cases(self._connection, group)}
        divided = self._unasked("divided", {want.divided for want in all_wants if want.divided})
        shown |= {name for agency in divided for name in cases.assigned_cases(self._connection, agency)}
        named = {name for want in all_wants for name in want.cases | want.optional_cases}
        return prompted | shown | named

    def _load_writers(self, all_wants: list[Needs]) -> None:
        """The conversations of the officers who were asked to write about a case."""
        self._load_conversations(
            {
                ConversationKey(chat, person)
                for chat, name in (want.writers for want in all_wants if want.writers)
                if (case := self.world.cases.get(name))
                for person in case.prompted
            }
        )

    def _load_filers(self, names: set[str]) -> None:
        """The private conversations of those who filed these cases, and whether they are officers."""
        persons = {case.filed_by for name in names if (case := self.world.cases.get(name)) and case.filed_by}
        self._load_conversations({ConversationKey(person, person) for person in persons})
        self._load_members(persons)

    def _run_queries(self, all_wants: list[Needs]) -> None:
        """The page of a list, a search, a history or a digest; such an event runs alone."""
        for want in all_wants:
            if want.listing and (resolved := self.world.resolved(want.listing)):
                self.world.listed = listing.listed(self._connection, self._codec, resolved, self.damage)
                self._take_over({case.id: case for case in self.world.listed.cases})
            if want.search:
                self._search(want.search)
            if want.received:
                self.world.received = count_cases(self._connection, _period_query(want.received))
            if want.history:
                self._load_history(want.history)
            if want.digest:
                self.world.digest = digest_cases.read_digest(
                    self._connection, self._codec, want.digest, self._wall, self.damage
                )
        if self._unasked("loads", {True for want in all_wants if want.loads}):
            self.world.loads = digest_cases.loads(self._connection, self.world.rules, self.world.now)

    def damaged(self, wants: Needs) -> Fault | None:
        """The first needed row that does not open; for a person's own cases see `World.unread`."""
        damage = self.damage
        if not damage.faults:
            return None
        cases_named = {*wants.cases, *(damage.references.get(name, "") for name in wants.references)}
        conversation = damage.of(Stage.CONVERSATION).get(wants.conversation)
        found = (damage.of(Stage.CASE).get(name) for name in sorted(cases_named))
        return conversation or next((fault for fault in found if fault), None)

    def forget(self, damaged: Fault) -> None:
        """Remove the fault of a damaged conversation, which starts over."""
        faults = self.damage.faults
        for name in [name for name, fault in faults.items() if fault is damaged]:
            del faults[name]

    def _unasked(self, kind: str, names: set[K]) -> set[K]:
        fresh = {name for name in names if (kind, name) not in self._asked}
        self._asked.update((kind, name) for name in fresh)
        return fresh

    def _load_conversations(self, keys: set[ConversationKey]) -> None:
        fresh = self._unasked("conversation", keys)
        if fresh:
            found = conversations.load_conversations(self._connection, self._codec, fresh, self.damage)
            self.stored.update(found)
            self.world.conversations = found | self.world.conversations

    def _load_staff(self, groups: set[int]) -> None:
        for group in self._unasked("staff", groups):
            here = conversations.in_group(self._connection, group)
            self._load_officers(group, {key.person for key in here})

    def _load_officers(self, group: int, persons: set[int]) -> None:
        """The conversations that have the names of these officers, and their profiles."""
        keys = {ConversationKey(chat, person) for person in persons for chat in (group, person)}
        self._load_conversations(keys)

    def _load_keys(self, messages: set[tuple[int, int]]) -> None:
        fresh = self._unasked("message", messages)
        if fresh:
            self._keys.update(sent_messages.keys_of(self._connection, fresh))

    def _load_showings(self, names: set[tuple[int, str]]) -> None:
        fresh = self._unasked("shown", names)
        if not fresh:
            return
        keys = sorted(key for _, key in fresh)
        known = first_showings(self._connection, keys, self._in_flight)
        self.world.showings = known | self.world.showings

    def _load_members(self, persons: set[int]) -> None:
        fresh = self._unasked("member", persons)
        known = members.load_members(self._connection, self._codec, fresh, self._wall, self.damage)
        self.world.members = known | self.world.members

    def _load_cases(self, ids: set[str], references: set[str], persons: set[int], officers: set[int]) -> None:
        found = cases.load_cases(
            self._connection, self._codec, ids, references, persons, officers, damage=self.damage
        )
        self._take_over(found)
        if persons and (closed := self.damage.of(Stage.CASE)):
            filers = cases.filed_by(self._connection, {str(name) for name in closed})
            self.world.unread.update(filers.values())
        for person in persons:
            own = [case for case in self.world.cases.values() if case.filed_by == person]
            own.sort(key=lambda case: (case.received_at, case.reference), reverse=True)
            self.world.own[person] = tuple(case.id for case in own)

    def _load_originals(self) -> None:
        """Load the originals of the loaded duplicates, whose status the citizens follow."""
        links = {case.duplicate_of.id for case in self.world.cases.values() if case.duplicate_of}
        if originals := self._unasked("case", links - self.world.cases.keys()):
            self._load_cases(originals, set(), set(), set())

    def _load_others(self, names: set[str]) -> None:
        """The other cases of the citizens who filed these, as far as they can be read."""
        for name in names:
            case = self.world.cases.get(name) or self.world.by_reference(name)
            if case is None:
                continue
            others = cases.of_citizen(self._connection, case.filed_by, MOST_OTHERS)
            self._load_cases(self._unasked("case", set(others)), set(), set(), set())
            known = (other for other in others if other != case.id and other in self.world.cases)
            self.world.others[case.id] = tuple(known)

    def _search(self, search: Search) -> None:
        ids, more = word_index.find(self._connection, self._codec, search)
        self._load_cases(set(ids), set(), set(), set())
        found = tuple(case for name in ids if (case := self.world.cases.get(name)))
        complete = word_index.cursor(self._connection, self._codec) == word_index.COMPLETE
        self.world.found = Found(found, more, complete)

    def _load_history(self, wanted: HistoryWanted) -> None:
        """The page, and the conversations that have the names of its officers."""
        numbers = {wanted.reference} - {""}
        self._load_cases({wanted.case} - {""}, numbers, set(), set())
        self.world.broken |= numbers & self.damage.references.keys()
        case = self.world.cases.get(wanted.case) or self.world.by_reference(wanted.reference)
        if case is None:
            return
        self.world.history = history.page(self._connection, self._codec, case, wanted.page)
        officers = {entry.who.removeprefix("officer:") for entry in self.world.history.entries}
        persons = {person for name in officers if (person := whole(name, MOST_ID))}
        self._load_officers(wanted.chat, persons)

    def _take_over(self, found: dict[str, Case]) -> None:
        # A case that the batch changed or filed is not overwritten.
        for name, case in found.items():
            self.stored_cases.setdefault(name, case)
            self.world.cases.setdefault(name, case)
            self.world.references[case.reference] = name


def _period_query(received: Received) -> PeriodQuery:
    return PeriodQuery((received.agency,), received.first, received.last, received.restricted)
