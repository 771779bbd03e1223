"""Many days of the clock: each morning the engine gets the wake-ups that are due, as the store gives them."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from bot.turns.providers import calendars
from conversations import engine
from conversations.complaints import wakeups
from conversations.complaints.case import Case
from conversations.complaints.deadlines import ZONE, Clock, due_date
from conversations.complaints.mornings import CLOCKED
from conversations.complaints.rules import Rules
from conversations.complaints.terms import Terms
from conversations.conversation import Conversation, ConversationKey
from conversations.digests import MorningLoad
from conversations.effects import Edit, Effect, Send
from conversations.events import DeadlinePassed
from conversations.world import Providers, World
from tests.unit.filed import Desk
from tests.unit.transcript import LEADER, RESTRICTED, STAFF, agency

EIGHT = time(8)
# Of the two agencies, one is closed on a day of its own, and the clock of one starts at the verification.
CLOSED = date(2026, 9, 18)
RULES = Rules(
    agencies=(
        agency("dpmd", restricted=RESTRICTED).model_copy(update={"closed_dates": (CLOSED,)}),
        agency("bakesbangpol").model_copy(update={"clock": Clock(days=5, starts_at="verification")}),
    )
)


@dataclass
class Mornings:
    """A register whose clock runs day by day; `sent` is what each chat got, with the day."""

    rules: Rules = RULES
    cases: dict[str, Case] = field(default_factory=dict)
    sent: list[tuple[date, Send]] = field(default_factory=list)
    painted: list[tuple[date, str]] = field(default_factory=list)
    wake_at: dict[str, datetime | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Read the calendars once."""
        self.terms = Terms(self.rules, calendars(self.rules))

    def file(self, agency_id: str, at: datetime, **changes: Any) -> Case:
        """A case that is received at this moment."""
        serial = len(self.cases) + 1
        clock = next(one for one in self.rules.agencies if one.id == agency_id).clock
        works = self.terms.calendar(agency_id)
        filed = Desk().file(
            id=f"case{serial:08d}",
            agency=agency_id,
            reference=f"{agency_id.upper()}-{at.year}-{serial:04d}",
            chat=STAFF[agency_id],
            received_at=at,
            due_on=due_date(at.date(), clock.days, clock.unit, works),
            timeline=(),
        )
        return self.put(filed.model_copy(update=changes))

    def put(self, case: Case) -> Case:
        """Store a case, with its wake-up."""
        self.cases[case.id] = case
        woken = wakeups.next_wakeup([case], self.terms)
        self.wake_at[case.id] = woken.at if woken else None
        return case

    def world(self, now: datetime) -> World:
        """All cases at this moment; the leader has started the bot."""
        providers = Providers(str, str, lambda code, _: code, self.terms.is_working_day)
        world = World(now, self.rules, providers, cases=dict(self.cases))
        world.conversations[ConversationKey(LEADER, LEADER)] = Conversation(chat=LEADER, person=LEADER)
        world.loads = dict(self._loads(now))
        return world

    def _loads(self, now: datetime) -> Iterator[tuple[tuple[str, bool], MorningLoad]]:
        for one in self.rules.agencies:
            due = [
                case
                for case in map(self.cases.get, self.due(now))
                if case and case.agency == one.id and case.status in CLOCKED
            ]
            today = sum(case.due_on == now.date() for case in due)
            yield (one.id, False), MorningLoad(len(due), today)

    def due(self, now: datetime) -> tuple[str, ...]:
        """The ids of the cases whose wake-up time has come."""
        return tuple(name for name, at in self.wake_at.items() if at and at <= now)

    def morning(self, now: datetime) -> None:
        """One round of the clock."""
        world = self.world(now)
        for name in self.due(now):
            outcome = engine.advance(DeadlinePassed(now, case=name), world)
            world.apply(outcome)
            for case in outcome.cases:
                self.put(case)
            self._note(now.date(), outcome.effects)

    def _note(self, day: date, effects: Collection[Effect]) -> None:
        self.sent += [(day, effect) for effect in effects if isinstance(effect, Send)]
        self.painted += [(day, effect.key) for effect in effects if isinstance(effect, Edit)]

    def run(self, first: date, last: date, down: Collection[date] = ()) -> Iterator[datetime]:
        """Every morning from the first to the last day; the test acts after each yield."""
        for offset in range((last - first).days + 1):
            day = first + timedelta(days=offset)
            now = datetime.combine(day, EIGHT, ZONE)
            if day not in down:
                self.morning(now)
            yield now
